/** Two dates beside one another: what changed under this outline. */

import { h } from "../page/dom.js";
import { hasText, number, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { m2, mu } from "./area.js";
import { badge } from "./sign.js";
import { section, shower, table } from "./tables.js";

/** @param {any} answer @param {import("./tables.js").Looking} looking */
export function comparedPart(answer, looking) {
  const { compared, asked } = answer;
  if (!compared) return null;
  const then = asked.compared_to ?? {};
  // Only what differs of the two times is said.
  const when = ({ as_of, known_at }) => [then.as_of !== asked.as_of && as_of && day(as_of), minute(then.known_at) !== minute(asked.known_at) && known_at && t("compared.known", { time: minute(known_at) })].filter(Boolean).join(" ") || day(as_of);
  const { verdict, classes = [], zones = [], features = [] } = compared;
  const changed = classes.length + zones.filter(({ change_m2 }) => change_m2).length + features.length > 0;
  return section(looking, "compared", t("compared.title"), t("compared.gist", { then: when(then), now: when(asked) }),
    compared.text && h("p", {}, compared.text),
    verdict && h("p", { class: "row" }, t("compared.verdict"), badge(answerOf(verdict.before)), " → ", badge(answerOf(verdict.after))),
    !changed && !compared.text && h("p", { class: "hint" }, t("compared.same")),
    classes.length > 0 && table(t("compared.classes"), [t("compared.classes"), t("table.mu"), t("table.m2")], classes.map((one, at) => [shower(answer, looking, `change/${at}`, `${classOf(one.from, one.from_name)} → ${classOf(one.to, one.to_name)}`), mu(one.area), m2(one.area)]), classes.map((_, at) => (looking.lit === `change/${at}` ? "lit" : ""))),
    zones.length > 0 && table(t("compared.zones"), [t("compared.zones"), t("compared.before"), t("compared.after"), t("compared.change")], zones.map(({ kind, name, before, after, change_m2 }) => [looking.zone(kind, name ?? kind), mu(before), mu(after), number(change_m2, 2)])),
    features.length > 0 && h("ul", { class: "changes" }, features.map(change)));
}

const answerOf = (verdict) => (typeof verdict === "string" ? verdict : verdict?.answer ?? "unknown");
const classOf = (code, name) => (code ? [code, name].filter(Boolean).join(" ") : t("compared.nothing"));
const fieldOf = (field) => (hasText(`field.${field}`) ? t(`field.${field}`) : field);
const valueOf = (value) => (value === null || value === undefined || value === "" ? t("none") : String(value));

function change({ what, title, layer, name, code, fields }) {
  const pairs = Object.entries(fields ?? {});
  return h("li", {}, h("span", { class: `what ${what}` }, t(`compared.${what}`)), " ", [typeof title === "string" ? title : layer, name, code].filter(Boolean).join(" "),
    pairs.length > 0 && h("span", { class: "hint block" }, pairs.map(([field, [before, after]]) => `${fieldOf(field)}: ${valueOf(before)} → ${valueOf(after)}`).join(t("area.semi"))));
}
