/** Which columns of a register its table shows; the others are told of the row that is opened. */

import { number, t } from "../page/text.js";
import { rhythm, titleOf, worded } from "./values.js";

const SHOWN = {
  posts: ["code", "name", "kind", "holder", "valid_from", "valid_to"],
  crews: ["code", "name", "mode", "post_code", "hours_from", "hours_to", "members", "devices", "valid_from"],
  devices: ["code", "name", "crew_code", "datum", "accuracy_m", "valid_from"],
  duties: ["code", "name", "post_code", "layer", "rhythm", "reach_m", "settled_by", "rule", "valid_from", "valid_to"],
};
const CHOICES = new Set(["kind", "mode", "datum", "layer", "settled_by", "rule"]);
const SHORT = new Set(["kind", "mode", "datum", "hours_from", "hours_to", "valid_from", "valid_to"]);
const WIDE = new Set(["name", "members"]);

/**
 * @param {string} register
 * @param {Record<string, import("./values.js").Column>} columns
 * @param {Map<string, string>} names   of what rows refer to, by code
 * @returns {import("../page/table.rows.js").Column[]}
 */
export function columnsOf(register, columns, names) {
  const referred = (key) => ({ key, title: titleOf(columns[key], key), wide: true, text: (row) => [names.get(row[key]), row[key]].filter(Boolean).join(" ") });
  const own = {
    post_code: referred("post_code"),
    crew_code: referred("crew_code"),
    devices: { key: "devices", title: t("duty.devices"), number: true, text: (row) => number(row.devices ?? 0) },
    rhythm: { key: "rhythm", title: t("duty.rhythm"), short: true, text: (row) => rhythm(row, columns), value: (row) => row.interval_days ?? 1000 + (row.times ?? 0) },
  };
  const known = SHOWN[register].filter((name) => name in own || name in columns || !Object.keys(columns).length);
  return known.map((name) => own[name] ?? {
    key: name, title: titleOf(columns[name], name), choice: CHOICES.has(name), short: SHORT.has(name), wide: WIDE.has(name),
    number: /^(integer|real|double|smallint)/.test(columns[name]?.type ?? "") && !columns[name]?.type.endsWith("[]"),
    text: (row) => worded(row[name], columns[name]),
  });
}
