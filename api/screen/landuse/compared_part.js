/** Two dates beside one another: what changed under this outline. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { m2, mu } from "./area.js";
import { badge } from "./sign.js";
import { section, table } from "./tables.js";

/** @param {any} answer @param {import("./tables.js").Looking} looking */
export function comparedPart(answer, looking) {
  const { compared, asked } = answer;
  if (!compared) return null;
  const when = ({ as_of, known_at }) => [as_of && day(as_of), known_at && t("compared.known", { time: minute(known_at) })].filter(Boolean).join(" ");
  const { verdict, classes = [], zones = [], features = [] } = compared;
  const changed = classes.length + zones.filter(({ change_m2 }) => change_m2).length + features.length > 0;
  return section(looking, "compared", t("compared.title"), t("compared.gist", { then: when(asked.compared_to ?? {}), now: when(asked) }),
    compared.text && h("p", {}, compared.text),
    verdict && h("p", { class: "row" }, t("compared.verdict"), badge(answerOf(verdict.before)), " → ", badge(answerOf(verdict.after))),
    !changed && h("p", { class: "hint" }, t("compared.same")),
    classes.length > 0 && table(t("compared.classes"), [t("compared.classes"), t("table.mu"), t("table.m2")], classes.map(({ from, to, area }) => [`${classOf(from)} → ${classOf(to)}`, mu(area), m2(area)])),
    zones.length > 0 && table(t("compared.zones"), [t("compared.zones"), t("compared.before"), t("compared.after"), t("compared.change")], zones.map(({ kind, name, before, after, change_m2 }) => [looking.zone(kind, name ?? kind), mu(before), mu(after), number(change_m2, 2)])),
    features.length > 0 && h("ul", { class: "changes" }, features.map(change)));
}

const answerOf = (verdict) => (typeof verdict === "string" ? verdict : verdict?.answer ?? "unknown");
const classOf = (one) => (one === null || one === undefined ? t("compared.nothing") : typeof one === "string" ? one : [one.code ?? one.class_code, one.name ?? one.class_name].filter(Boolean).join(" "));
const valueOf = (value) => (value === null || value === undefined || value === "" ? t("none") : String(value));

function change({ what, title, layer, name, code, fields }) {
  const pairs = Object.entries(fields ?? {});
  return h("li", {}, h("span", { class: `what ${what}` }, t(`compared.${what}`)), " ", [typeof title === "string" ? title : layer, name, code].filter(Boolean).join(" "),
    pairs.length > 0 && h("span", { class: "hint block" }, pairs.map(([field, [before, after]]) => `${field}: ${valueOf(before)} → ${valueOf(after)}`).join(t("area.semi"))));
}
