/** What the one who looks may do here: the server decides, the page offers nothing that it would refuse. */

const ASKERS = ["landuse", "analyst", "dispatcher", "admin"];

/** Whether land is told, and may be asked about. @param {import("../page/page.js").Page} page */
export function mayAsk({ watch }) {
  const { reader, sample } = watch.catalogue ?? {};
  return sample === "sample" || Boolean(reader?.signed_in && reader.roles.some((role) => ASKERS.includes(role)));
}
