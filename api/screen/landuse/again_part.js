/** A check made once more: the same, or in what it differs. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { badge } from "./sign.js";

/** The parts of an answer as they are called. */
const PARTS = { verdict: "compared.verdict", classes: "classes.title", groups: "groups.title", cultivated: "cultivated.title", ownership: "ownership.title", owners: "ownership.owners", grids: "grids.title", zones: "zones.title",
  touched: "touched.title", base: "base_data.title", slivers: "slivers.title", pieces: "pieces.title", editions: "editions.title", outline: "legend.outline", compared: "compared.title" };

/** @param {import("./opened.js").Opened} opened */
export function againPart(opened) {
  const { again, answer } = opened;
  if (!again) return null;
  const { same, now, late = [], gone = 0, differences = [] } = again;
  return h("div", { class: `again ${same ? "same" : "other"}` },
    h("p", {}, h("strong", {}, t(same ? "again.same" : "again.other")), " ", h("span", { class: "hint" }, now ? t("again.now") : t("again.then", { time: minute(answer.asked.known_at) }))),
    !same && h("p", { class: "row" }, badge(answer.verdict.answer), " → ", badge(again.check.verdict.answer)),
    !same && h("ul", {}, tally(differences).map(([part, n]) => h("li", {}, t("again.part", { part: part in PARTS ? t(PARTS[part]) : part, n: number(n) })))),
    gone > 0 && h("p", {}, t("again.gone", { n: number(gone) })),
    late.length > 0 && h("p", {}, t("again.late", { n: number(late.length), names: late.slice(0, 5).map(({ name, code }) => name ?? code).join(t("comma")) })),
    now && !same && h("button", { type: "button", "data-key": "again-open", onclick: () => opened.keepAgain() }, t("again.open")));
}

/** In which parts of the answer there are how many. @param {{ path: string }[]} differences @returns {[string, number][]} */
function tally(differences) {
  const found = new Map();
  for (const { path } of differences) {
    const part = /^\w+/.exec(path)?.[0] ?? path;
    found.set(part, (found.get(part) ?? 0) + 1);
  }
  return [...found];
}
