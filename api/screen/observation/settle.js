/** Settling an observation: a note, and photos that show it. The photos go first: without them nothing is settled. */

import { h, replace } from "../page/dom.js";
import { PhotoChoice } from "../page/photo_choice.js";
import { sentence, t } from "../page/text.js";
import { minute, now_ms } from "../page/time.js";
import { sendPhoto } from "./asking.js";

/**
 * @param {import("./asking.js").Finding} finding
 * @param {(change: any) => Promise<any>} settle   throws a Problem
 * @param {() => void} cancel
 */
export function settleForm(finding, settle, cancel) {
  const note = /** @type {HTMLTextAreaElement} */ (h("textarea", { id: "settle-note", "data-key": "settle-note", rows: 3, maxlength: 5000 }));
  const photos = new PhotoChoice();
  const trouble = h("div", {});
  const send = /** @type {HTMLButtonElement} */ (h("button", { type: "submit", class: "main", "data-key": "settle-send" }, t("act.settle.yes")));
  const submit = async (event) => {
    event.preventDefault();
    send.disabled = true;
    replace(trouble);
    try {
      for (const file of photos.files) {
        await sendPhoto(finding.code, file, "settled");
        photos.sent(file);
      }
      await settle({ state: "settled", ...noted(finding, note.value.trim()) });
    } catch (problem) {
      replace(trouble, h("p", { class: "trouble", role: "alert" }, sentence(/** @type {any} */ (problem))), h("p", { class: "hint" }, t("act.kept")));
    } finally {
      send.disabled = false;
    }
  };
  return { get dirty() { return Boolean(note.value.trim()) || photos.files.length > 0; }, element: h("form", { class: "act-form", novalidate: true, onsubmit: submit },
    h("h3", {}, t("act.settle")), h("label", { for: "settle-note" }, t("settle.note")), note, photos.element, trouble,
    h("div", { class: "buttons" }, send, h("button", { type: "button", class: "quiet", "data-key": "settle-cancel", onclick: cancel }, t("act.cancel")))) };
}

/** What was found stays told; how it was settled is told after it. */
const noted = ({ note }, said) => (said ? { note: [note, t("settle.line", { time: minute(now_ms()), note: said })].filter(Boolean).join("\n") } : {});
