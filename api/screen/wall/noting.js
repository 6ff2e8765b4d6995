/** Taking note of an alarm: in the own name; on a wall, which is nobody, in the name that is typed. */

import { announce, h, replace } from "../page/dom.js";
import { say, sentence, t } from "../page/text.js";
import { takeNote } from "./asking.js";

/** @param {import("../page/page.js").Page} page @param {() => Promise<void>} done */
export function noteDialog(page, done) {
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "sign-in noting", "aria-labelledby": "noting-title" }));
  document.body.append(dialog);
  const open = (alarm, nameNeeded) => {
    replace(dialog, form(page, dialog, alarm, nameNeeded, done));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("input")?.focus();
  };
  const close = () => dialog.close();
  return { open, close };
}

function form(page, dialog, alarm, nameNeeded, done) {
  const name = /** @type {HTMLInputElement} */ (h("input", { id: "noting-name", autocomplete: "off", maxlength: 100, required: true }));
  const remark = /** @type {HTMLInputElement} */ (h("input", { id: "noting-remark", autocomplete: "off", maxlength: 500 }));
  const trouble = h("p", { class: "trouble", id: "noting-trouble", role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    try {
      await takeNote(alarm.id, { ...(nameNeeded ? { name: name.value } : {}), ...(remark.value.trim() ? { remark: remark.value } : {}) });
      announce(t("noting.done"));
      dialog.close();
    } catch (problem) {
      trouble.textContent = sentence(/** @type {import("../page/api.js").Problem} */ (problem));
    }
    await done();
  };
  const reader = page.watch.catalogue?.reader.name ?? "";
  return h("form", { onsubmit: submit },
    h("h2", { id: "noting-title" }, t("noting.title")),
    h("p", {}, say(alarm.words)),
    ...(nameNeeded ? [h("label", { for: "noting-name" }, t("noting.name")), name, h("p", { class: "hint" }, t("noting.why"))]
      : [h("p", { class: "hint" }, t("noting.as", { name: reader }))]),
    h("label", { for: "noting-remark" }, t("noting.remark")), remark, trouble,
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("session.cancel")),
      h("button", { type: "submit", class: "main" }, t("alarms.note"))));
}
