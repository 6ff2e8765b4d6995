/** The figures of an answer, table by table; a row with pieces of its own shows them on the map. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { areaInWords, inMu, m2, mu, percent } from "./area.js";
import { isLightable } from "./lit.js";

/**
 * @typedef {object} Looking   how the answer is looked at
 * @property {string} lit
 * @property {(lit: string) => void} light
 * @property {string} scheme
 * @property {(scheme: string) => void} turn      look at the classes of another scheme
 * @property {Set<string>} all                    the lists of which everything is shown
 * @property {(key: string) => void} showAll
 * @property {Set<string>} open                   the sections that were opened
 * @property {Set<string>} shut                   those that were shut
 * @property {(key: string, open: boolean) => void} unfold
 * @property {(kind: string, name: string) => string} zone   what a kind of zone is called
 */

/** A section that is opened and closed. @param {Looking} looking @param {string} key @param {string} title @param {string} gist   what is seen of it while it is closed @param {...any} content */
export const section = ({ open, unfold }, key, title, gist, ...content) => h("details", { class: "part fold", "data-part": key, open: open.has(key), ontoggle: (event) => unfold(key, event.target.open) },
  h("summary", { "data-key": `fold-${key}` }, h("strong", {}, title), " ", h("span", { class: "hint" }, gist)), content);

/**
 * @param {string} caption
 * @param {string[]} heads      the first is that of the row's name
 * @param {any[][]} rows
 * @param {string[]} [looks]    a class of each row
 */
export const table = (caption, heads, rows, looks = []) => h("table", { class: "sums" }, h("caption", { class: "unseen" }, caption),
  h("thead", {}, h("tr", {}, heads.map((head, at) => h("th", { scope: "col", class: at ? "number" : null }, head)))),
  h("tbody", {}, rows.map(([name, ...cells], at) => h("tr", { class: looks[at] || null }, h("th", { scope: "row" }, name), cells.map((cell) => h("td", { class: "number" }, cell))))));

/** A name that shows its pieces, where it has any. @param {any} answer @param {Looking} looking @param {string} lit @param {any} words */
export const shower = (answer, { lit: now, light }, lit, words) => (isLightable(answer, lit)
  ? h("button", { type: "button", class: "item show", "data-key": lit, "aria-pressed": String(now === lit), onclick: () => light(now === lit ? "" : lit) }, words) : h("span", {}, words));

/** Heads of a table by area. */
const byArea = (name) => [name, t("table.mu"), t("table.m2"), t("table.share")];
const areas = ({ area, share }) => [mu(area), m2(area), percent(share)];
const lights = (looking, names) => names.map((name) => (looking.lit === name ? "lit" : ""));

/** Land classes, in one scheme at a time. @param {any} answer @param {Looking} looking */
export function classesPart(answer, looking) {
  const { classes } = answer;
  const shown = classes.find(({ scheme }) => scheme === looking.scheme) ?? classes[0];
  if (!shown) return null;
  const names = shown.rows.map(({ code }) => `class/${shown.scheme}/${code}`);
  const doubts = shown.rows.filter(({ uncertain }) => uncertain?.m2 > 0);
  return section(looking, "classes", t("classes.title"), t("classes.gist", { n: number(shown.rows.length), scheme: shown.title }),
    classes.length > 1 && h("div", { class: "switch", role: "group", "aria-label": t("classes.scheme") }, classes.map(({ scheme, title }) => h("button", {
      type: "button", "data-key": `scheme-${scheme}`, "aria-pressed": String(scheme === shown.scheme), onclick: () => looking.turn(scheme) }, title))),
    table(t("classes.title"), byArea(t("classes.class")), shown.rows.map((row, at) => [shower(answer, looking, names[at], [`${row.code} ${row.name}`, row.ambiguous && h("span", { class: "mark" }, t("classes.ambiguous"))]), ...areas(row)]), lights(looking, names)),
    shown.rows.some(({ ambiguous }) => ambiguous) && h("p", { class: "note" }, t("classes.ambiguous.what")),
    shown.unmapped?.m2 > 0 && h("p", { class: "note" }, t("classes.unmapped", { area: inMu(shown.unmapped) })),
    doubts.map((row) => h("p", { class: "note" }, t("classes.uncertain", { code: row.code, name: row.name, area: inMu(row.uncertain) }))));
}

/** The three groups and cultivated land. @param {any} answer @param {Looking} looking */
export function groupsPart(answer, looking) {
  const names = answer.groups.map(({ group }) => `group/${group}`);
  return section(looking, "groups", t("groups.title"), answer.groups.map((one) => `${t(`group.${one.group}`)} ${percent(one.share)}`).join(t("comma")),
    table(t("groups.title"), byArea(t("groups.group")), answer.groups.map((one, at) => [shower(answer, looking, names[at], t(`group.${one.group}`)), ...areas(one)]), lights(looking, names)));
}

/** Cultivated land, with the ridges between its fields and without. @param {any} answer @param {Looking} looking */
export function cultivatedPart(answer, looking) {
  const { gross, ridges, net, net_most, without_ratio } = answer.cultivated;
  const open = without_ratio.m2 > 0;
  const rows = [[t("cultivated.gross"), gross], [t("cultivated.ridges"), ridges], [t("cultivated.net"), net]];
  if (open) rows.push([t("cultivated.most"), net_most], [t("cultivated.without"), without_ratio]);
  return section(looking, "cultivated", t("cultivated.title"), gross.m2 > 0 ? t("cultivated.gist", { gross: inMu(gross), net: open ? `${mu(net)}–${inMu(net_most)}` : inMu(net) }) : t("cultivated.none"),
    gross.m2 > 0 && table(t("cultivated.title"), [t("cultivated.what"), t("table.mu"), t("table.m2")], rows.map(([name, area]) => [name, mu(area), m2(area)])),
    open && h("p", { class: "note" }, t("cultivated.why")));
}

/** By ownership, and by who owns it. @param {any} answer @param {Looking} looking */
export function ownershipPart(answer, looking) {
  const { ownership, owners } = answer;
  const called = (one) => t(`ownership.${one ?? "none"}`);
  const names = ownership.map((one) => `ownership/${one.ownership ?? ""}`);
  const owned = owners.map((one) => `owner/${one.ownership ?? ""}/${one.owner ?? ""}`);
  return section(looking, "ownership", t("ownership.title"), ownership.map((one) => `${called(one.ownership)} ${percent(one.share)}`).join(t("comma")),
    table(t("ownership.title"), byArea(t("ownership.kind")), ownership.map((one, at) => [shower(answer, looking, names[at], called(one.ownership)), ...areas(one)]), lights(looking, names)),
    owners.length > 0 && table(t("ownership.owners"), byArea(t("ownership.owner")), owners.map((one, at) => [shower(answer, looking, owned[at], `${one.owner ?? t("ownership.unnamed")} (${called(one.ownership)})`), ...areas(one)]), lights(looking, owned)));
}

/** Villages and grids. @param {any} answer @param {Looking} looking */
export function gridsPart(answer, looking) {
  const order = ["street", "community", "village", "unit"];
  const rows = [...answer.grids].sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
  const gist = rows.filter(({ level }) => level !== "street" && level !== "unit").map(({ name }) => name).join(t("comma"));
  return section(looking, "grids", t("grids.title"), gist,
    table(t("grids.title"), byArea(t("grids.grid")), rows.map((one) => [[h("span", {}, `${one.name} `), h("span", { class: "hint" }, one.code)], ...areas(one)])));
}

/** Farmland plots and projects. @param {any} answer @param {Looking} looking */
export function touchedPart(answer, looking) {
  const { touched } = answer;
  const names = touched.map((one) => `feature/${one.layer}/${one.id}`);
  return section(looking, "touched", t("touched.title"), touched.length ? t("touched.gist", { n: number(touched.length) }) : t("touched.none"),
    touched.length > 0 && table(t("touched.title"), byArea(t("touched.what")), touched.map((one, at) => [
      shower(answer, looking, names[at], [one.name ?? one.code, " ", h("span", { class: "hint" }, [one.title, one.name && one.code, one.sliver && t("reasons.sliver")].filter(Boolean).join(" · "))]), ...areas(one)]), lights(looking, names)));
}

/** What is thinner than the tolerance. @param {any} answer @param {Looking} looking */
export function sliversPart(answer, looking) {
  const { slivers } = answer;
  const tolerance = number(answer.asked.tolerance_m, 2);
  const names = slivers.map((_, at) => `sliver/${at}`);
  const shown = looking.all.has("slivers") ? slivers : slivers.slice(0, 20);
  return section(looking, "slivers", t("slivers.title"), slivers.length ? t("slivers.gist", { n: number(slivers.length) }) : t("slivers.none"),
    h("p", { class: "hint" }, t("slivers.what", { tolerance })),
    slivers.length > 0 && table(t("slivers.title"), [t("slivers.of"), t("table.m2"), t("slivers.width")], shown.map((one, at) => [
      shower(answer, looking, names[at], [t(`slivers.${one.of}`), one.name ?? one.code].filter(Boolean).join(" ")), m2(one.area), one.width_m === null ? t("none") : number(one.width_m, 3)]), lights(looking, names)),
    shown.length < slivers.length && h("button", { type: "button", class: "quiet", "data-key": "slivers-all", onclick: () => looking.showAll("slivers") }, t("reasons.all", { n: number(slivers.length) })));
}

/** Gaps and overlaps in the base data, which make the sums uncertain. @param {any} answer @param {Looking} looking */
export function basePart(answer, looking) {
  const { base } = answer;
  const gaps = base.gaps.map((_, at) => `gap/${at}`);
  const overlaps = base.overlaps.map((_, at) => `overlap/${at}`);
  const clean = !base.gaps.length && !base.overlaps.length;
  return section(looking, "base", t("base_data.title"), clean ? t("base_data.clean") : t("base_data.gist", { gap: inMu(base.gap), overlap: inMu(base.overlap) }),
    base.text && h("p", { class: clean ? "hint" : "note" }, base.text),
    base.uncertain?.m2 > 0 && h("p", {}, t("base_data.uncertain", { area: areaInWords(base.uncertain) })),
    base.gaps.length > 0 && table(t("base_data.gaps"), [t("base_data.gaps"), t("table.mu"), t("table.m2")], base.gaps.map(({ area }, at) => [shower(answer, looking, gaps[at], t("base_data.gap", { n: at + 1 })), mu(area), m2(area)]), lights(looking, gaps)),
    base.overlaps.length > 0 && table(t("base_data.overlaps"), [t("base_data.overlaps"), t("table.mu"), t("table.m2")], base.overlaps.map(({ a, b, area }, at) => [shower(answer, looking, overlaps[at], `${a.code} × ${b.code}`), mu(area), m2(area)]), lights(looking, overlaps)),
    h("p", { class: "hint" }, t("base_data.remainder", { n: number(base.remainder_m2, 3) })));
}
