/** A check made once more: the same, or what differs. */

import { h } from "../page/dom.js";
import { t } from "../page/text.js";
import { minute } from "../page/time.js";
import { badge } from "./sign.js";

/** @param {import("./opened.js").Opened} opened */
export function againPart(opened) {
  const { again, answer } = opened;
  if (!again) return null;
  const other = again.check?.check && again.check.check !== answer.check;
  return h("div", { class: `again ${again.same ? "same" : "other"}`, role: "status" },
    h("p", {}, h("strong", {}, t(again.same ? "again.same" : "again.other")), " ", h("span", { class: "hint" }, again.now ? t("again.now") : t("again.then", { time: minute(answer.asked.known_at) }))),
    !again.same && again.check?.verdict && h("p", { class: "row" }, badge(answer.verdict.answer), " → ", badge(again.check.verdict.answer)),
    !again.same && h("ul", {}, (again.differences ?? []).map((one) => h("li", {}, inWords(one)))),
    other && h("button", { type: "button", "data-key": "again-open", onclick: () => opened.show(again.check) }, t("again.open")));
}

/** A difference: a sentence, or what was and what is. */
function inWords(one) {
  if (typeof one === "string") return one;
  if (one.text) return one.text;
  return `${one.what ?? one.path ?? ""}: ${JSON.stringify(one.before ?? null)} → ${JSON.stringify(one.after ?? null)}`;
}
