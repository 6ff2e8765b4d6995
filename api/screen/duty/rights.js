/** What the one who looks may do here: the server decides, the page offers nothing that it would refuse. */

const WRITE = ["dispatcher", "admin"];
const PATROLS = ["dispatcher", "patroller", "analyst", "admin"];

const reader = (page) => page.watch.catalogue?.reader;

/** Whether posts, crews, devices and duties may be changed. @param {import("../page/page.js").Page} page */
export const mayWrite = (page) => Boolean(reader(page)?.signed_in && reader(page)?.roles.some((role) => WRITE.includes(role)));

/** Whether patrols are told: not to those who may only look, once there is more than the sample. @param {import("../page/page.js").Page} page */
export const maySeePatrols = (page) => !reader(page)?.signed_in || reader(page)?.roles.some((role) => PATROLS.includes(role));

/** Whether devices are told: to those who may see persons, and to everybody while all is but the sample. @param {import("../page/page.js").Page} page */
export const maySeeDevices = (page) => !reader(page)?.signed_in || mayWrite(page);
