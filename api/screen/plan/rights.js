/** What the one who looks may do here: the server decides, the page offers nothing that it would refuse. */

const PLANNERS = ["dispatcher", "admin"];
const READERS = [...PLANNERS, "patroller"];

/** @param {import("../page/page.js").Page} page @param {string[]} roles */
function may({ watch }, roles) {
  const { reader, sample } = watch.catalogue ?? {};
  return sample === "sample" || Boolean(reader?.signed_in && reader.roles.some((role) => roles.includes(role)));
}

/** Whether plans may be made and changed. @param {import("../page/page.js").Page} page */
export const mayPlan = (page) => may(page, PLANNERS);

/** Whether plans are told: to a patroller that of the own crew. @param {import("../page/page.js").Page} page */
export const mayRead = (page) => may(page, READERS);
