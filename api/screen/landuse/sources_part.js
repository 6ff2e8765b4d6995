/** What the answer stands on: the editions with their dates, how areas were measured, what was asked. */

import { h } from "../page/dom.js";
import { number, say, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { areaInWords } from "./area.js";
import { section } from "./tables.js";

/** @param {any} answer @param {import("./tables.js").Looking} looking */
export function sourcesPart(answer, looking) {
  const { editions, method, asked, outline } = answer;
  const heads = [t("editions.layer"), t("editions.edition"), t("editions.from"), t("editions.features")];
  return section(looking, "editions", t("editions.title"), t("editions.gist", { day: day(asked.as_of), time: minute(asked.known_at) }),
    h("table", { class: "sums" }, h("caption", { class: "unseen" }, t("editions.title")),
      h("thead", {}, h("tr", {}, heads.map((head, at) => h("th", { scope: "col", class: at === 3 ? "number" : null }, head)))),
      h("tbody", {}, editions.map((one) => h("tr", {}, h("th", { scope: "row" }, say(one.title)),
        h("td", {}, one.edition ?? t("editions.none"), one.sample && h("span", { class: "mark" }, t("editions.sample")), one.source && h("span", { class: "hint block" }, one.source)),
        h("td", {}, day(one.valid_from), h("span", { class: "hint block" }, t("editions.imported", { time: minute(one.imported_at) }))), h("td", { class: "number" }, number(one.features)))))),
    h("p", { class: "hint" }, t("editions.method", { crs: method.metric_crs, ellipsoid: method.ellipsoid, metres: number(method.densify_m), tolerance: number(method.tolerance_m, 2) })),
    h("p", { class: "hint" }, t("editions.outline", { area: areaInWords(outline.area), source: sourceInWords(asked.source), crs: asked.crs_name || asked.crs, how: t(`read.how.${asked.crs_how}`) })),
    asked.notes.concat(outline.repairs ?? []).map((note) => h("p", { class: "note" }, note)));
}

/** Where an outline came from. @param {string} source */
export const sourceInWords = (source) => (source === "drawn" || source === "pasted" ? t(`source.of.${source}`) : source);
