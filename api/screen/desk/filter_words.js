/** A filter in the words that people read. */

import { say, t } from "../page/text.js";
import { BARE } from "./cql.js";

/**
 * A term as people read it: 类别 是 排口.
 * @param {import("./fields.js").Term} term
 * @param {import("./cql.js").Column[] | null} columns
 */
export function termWords([name, operator, value], columns) {
  const column = columns?.find((one) => one.name === name);
  const shown = column?.options.find((option) => option.value === value)?.label ?? value.replace("T", " ");
  return [column?.title ?? name, operatorWords(operator, column?.kind), BARE.has(operator) ? "" : shown].filter(Boolean).join(" ");
}

/** @param {string} operator @param {string} [kind] */
export function operatorWords(operator, kind) {
  const key = { "=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge" }[operator] ?? operator;
  return t(`op.${kind === "time" || kind === "date" ? "time." : ""}${key}`);
}

/** All of a layer's filter, as one sentence. @param {import("./desk.js").Desk} desk @param {string} id */
export function filterWords(desk, id) {
  const filter = desk.store.state.filter[id];
  const columns = desk.narrowing.columns(id);
  const parts = [...filter.where.map((term) => termWords(term, columns)), filter.area && t("filter.area.in", { n: filter.area.length })].filter(Boolean);
  return t("filter.said", { layer: say(desk.watch.layer(id)?.title) || id, what: parts.join(t("filter.and")) });
}

/** The time that is shown, where that is not now. @param {import("./desk.js").Desk} desk */
export function timeWords({ store }) {
  const { day, known } = store.state;
  return [day && t("time.day", { day }), known && t("time.known", { known: known.replace("T", " ") })].filter(Boolean).join(t("filter.and"));
}
