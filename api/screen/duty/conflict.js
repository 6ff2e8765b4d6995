/** Somebody else has saved meanwhile: both values of every field that differs, and a way on. */

import { h } from "../page/dom.js";
import { t } from "../page/text.js";
import { button } from "./dialog.js";
import { titleOf, wordedOrNone } from "./values.js";

/**
 * @param {{ names: string[], columns: Record<string, any>, seen: any, now: any, given: any }} told   seen: what the form was
 *   filled with; now: what stands; given: what was filled in
 * @param {(values: any) => void} take   go on with what stands and these values over it
 */
export function conflict({ names, columns, seen, now, given }, take) {
  const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
  const own = names.filter((name) => name !== "valid_from" && !same(given[name], seen[name]) && !(given[name] === undefined && seen[name] === false));
  const theirs = names.filter((name) => name !== "valid_from" && !same(now[name], seen[name]));
  const rows = [...new Set([...theirs, ...own])];
  const values = Object.fromEntries(own.map((name) => [name, given[name] ?? null]));
  return h("div", { class: "conflict" }, h("h3", {}, t("duty.conflict")),
    h("table", {}, h("thead", {}, h("tr", {}, ["field", "seen", "now", "yours"].map((key) => h("th", { scope: "col" }, t(`duty.conflict.${key}`))))),
      h("tbody", {}, rows.map((name) => h("tr", {}, h("th", { scope: "row" }, titleOf(columns[name], name)),
        [seen, now, given].map((one) => h("td", {}, wordedOrNone(one[name], columns[name]))))))),
    h("p", { class: "conflict-ways" }, button(t("duty.conflict.mine"), () => take(values)), button(t("duty.conflict.theirs"), () => take({}))));
}
