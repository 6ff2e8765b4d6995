/** Handing a file that the server made to the one who looks. */

import { announce } from "../page/dom.js";
import { save } from "../page/save.js";
import { sentence, t } from "../page/text.js";

/** Ask for the file and let the browser save it. @param {() => Promise<Blob>} asked @param {string} name */
export async function saveFile(asked, name) {
  save(await asked(), name);
}

/**
 * The same; what goes wrong is said over the page.
 * @param {import("../page/page.js").Page} page
 * @param {() => Promise<Blob>} asked
 * @param {string} name
 */
export async function offerFile(page, asked, name) {
  try {
    await saveFile(asked, name);
    announce(t("duty.file.saved", { name }));
  } catch (problem) {
    page.notice.trouble(t("duty.file.failed"), sentence(/** @type {any} */ (problem)), () => { page.say(); offerFile(page, asked, name); });
  }
}
