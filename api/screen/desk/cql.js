/**
 * What is filtered, in the words that the server reads (CQL2) and in those that people read.
 *
 * @typedef {import("./fields.js").Filter} Filter
 * @typedef {{ name: string, title: string, kind: "text" | "choice" | "number" | "date" | "time" | "boolean", options: { value: string, label: string }[] }} Column
 */

import { instantOf } from "../page/time.js";

/** @type {Record<string, string[]>} by the kind of a column, what can be asked of it */
export const OPERATORS = {
  text: ["has", "begins", "=", "<>", "null", "known"],
  choice: ["=", "<>", "null", "known"],
  number: ["=", "<>", "<", "<=", ">", ">=", "null", "known"],
  date: ["=", "<", "<=", ">", ">=", "null", "known"],
  time: ["<", ">=", "null", "known"],
  boolean: ["=", "null", "known"],
};
/** Those that take no value. */
export const BARE = new Set(["null", "known"]);

/**
 * The columns of a layer that can be asked, as the server's queryables tell them.
 * @param {any} queryables
 * @returns {Column[]}
 */
export function columnsOf(queryables) {
  return Object.entries(queryables.properties ?? {}).filter(([, one]) => one.type && one["x-ogc-role"] !== "id").map(([name, one]) => ({
    name, title: one.title ?? name, kind: kindOf(one),
    options: (one.oneOf ?? []).map((option) => ({ value: String(option.const), label: option.title ?? String(option.const) })),
  }));
}

/** @returns {Column["kind"]} */
function kindOf({ type, format, oneOf }) {
  if (oneOf) return "choice";
  if (format === "date") return "date";
  if (format === "date-time") return "time";
  if (type === "boolean") return "boolean";
  return type === "number" || type === "integer" ? "number" : "text";
}

/**
 * A filter in CQL2; "" where it leaves nothing out.
 * @param {Filter | undefined} filter
 * @param {Column[]} columns terms over columns that there are not are passed over: another version of the layer wrote them
 */
export function cqlOf(filter, columns) {
  if (!filter) return "";
  const byName = new Map(columns.map((column) => [column.name, column]));
  const terms = filter.where.filter(([name]) => byName.has(name)).map((term) => termOf(term, /** @type {Column} */ (byName.get(term[0]))));
  const area = filter.area && `S_INTERSECTS(geom, POLYGON((${[...filter.area, filter.area[0]].map(([lon, lat]) => `${lon.toFixed(6)} ${lat.toFixed(6)}`).join(", ")})))`;
  return [...terms, area].filter(Boolean).join(" AND ");
}

function termOf([name, operator, value], { kind }) {
  const column = `"${name}"`;
  if (operator === "null") return `${column} IS NULL`;
  if (operator === "known") return `${column} IS NOT NULL`;
  if (operator === "has" || operator === "begins") {
    const plain = value.replace(/[\\%_]/g, "\\$&");
    return `CASEI(${column}) LIKE CASEI(${quoted(`${operator === "has" ? "%" : ""}${plain}%`)})`;
  }
  return `${column} ${operator} ${literal(value, kind)}`;
}

function literal(value, kind) {
  if (kind === "number") return String(Number(value));
  if (kind === "date") return `DATE('${value}')`;
  if (kind === "time") return `TIMESTAMP('${instantOf(value)}')`;
  if (kind === "boolean") return value === "true" ? "TRUE" : "FALSE";
  return quoted(value);
}

const quoted = (text) => `'${text.replace(/'/g, "''")}'`;

/** Whether a value can be asked of a column. @param {string} operator @param {string} value @param {Column} column */
export function isSound(operator, value, { kind, options }) {
  if (BARE.has(operator)) return true;
  if (kind === "number") return value.trim() !== "" && Number.isFinite(Number(value));
  if (kind === "date") return /^\d{4}-\d\d-\d\d$/.test(value);
  if (kind === "time") return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value);
  if (kind === "choice") return options.some((option) => option.value === value);
  return value !== "";
}
