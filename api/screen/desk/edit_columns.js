/**
 * The columns of a layer as fields to fill in: from the tables' comments and enumerations, as the schema tells them.
 *
 * @typedef {{ zh: string, en: string }} Words
 * @typedef {object} Column
 * @property {string} name
 * @property {Words} title
 * @property {"text" | "number" | "integer" | "yes" | "date" | "time" | "list" | "choice"} kind
 * @property {{ value: string, title: Words }[]} options   of a choice
 * @property {boolean} required
 * @property {boolean} fixed       filled in by the platform
 * @property {boolean} aside       about the row and not the thing: folded away
 */

import { number, say, t } from "../page/text.js";
import { minute } from "../page/time.js";

const ASIDE = new Set(["id", "provenance", "edition_id", "valid_from", "valid_to", "known_from", "known_to", "made_by"]);

/**
 * @param {{ zh: any, en: any }} schemas
 * @returns {Column[]} but for the shape, in the table's order
 */
export function columnsOf({ zh, en }) {
  return Object.entries(zh.properties).filter(([, one]) => !String(one.format ?? "").startsWith("geometry")).map(([name, one]) => ({
    name,
    title: { zh: one.title, en: en.properties[name]?.title ?? one.title },
    kind: kindOf(one),
    options: (one.oneOf ?? []).map(({ const: value, title }, place) => ({ value, title: { zh: title, en: en.properties[name]?.oneOf?.[place]?.title ?? title } })),
    required: (zh.required ?? []).includes(name),
    fixed: Boolean(one.readOnly),
    aside: ASIDE.has(name),
  }));
}

/** The kinds of shape that a layer holds, for a new one. @param {{ geometry: string }} layer @returns {("Point" | "LineString" | "Polygon")[]} */
export function shapesOf({ geometry }) {
  if (geometry === "Geometry") return ["Point", "LineString", "Polygon"];
  return [/** @type {any} */ (geometry.replace("Multi", ""))];
}

/** What was typed, as JSON says it; undefined where it cannot be. @param {Column} column @param {string} typed */
export function valueOf(column, typed) {
  const text = column.kind === "text" ? typed : typed.trim();
  if (text === "") return null;
  if (column.kind === "number" || column.kind === "integer") {
    const found = Number(text);
    return Number.isFinite(found) && (column.kind === "number" || Number.isInteger(found)) ? found : undefined;
  }
  if (column.kind === "yes") return text === "true";
  if (column.kind === "list") return text.split("\n").map((line) => line.trim()).filter(Boolean);
  return text;
}

/** A value as a field holds it. @param {Column} column @param {any} value */
export function typedOf(column, value) {
  if (value === null || value === undefined) return "";
  if (column.kind === "list") return [].concat(value).join("\n");
  return column.kind === "time" ? minute(value).replace(" ", "T") : String(value);
}

/** A value as people read it. @param {Column} column @param {any} value */
export function readable(column, value) {
  if (value === null || value === undefined || value === "") return t("none");
  const option = column.options.find((one) => one.value === String(value));
  if (option) return say(option.title);
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "number") return column.kind === "integer" ? String(value) : number(value, 4);
  return column.kind === "time" ? minute(value) : [].concat(value).join(t("comma"));
}

/** Whether two values are the same. @param {any} one @param {any} other */
export const alike = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** The column that a sentence of the server names, null where it names none. @param {Column[]} columns @param {string} sentence */
export function namedIn(columns, sentence) {
  const found = columns.filter(({ fixed }) => !fixed).map((column) => ({ column, at: placeIn(sentence, column) })).filter(({ at }) => at >= 0);
  return found.sort((one, other) => one.at - other.at)[0]?.column ?? null;
}

function placeIn(sentence, { name, title }) {
  const word = new RegExp(`(^|[^\\w])${name}(?=[^\\w]|$)`).exec(sentence)?.index ?? -1;
  return word >= 0 ? word : title.zh.length > 3 ? sentence.indexOf(title.zh) : -1;
}

function kindOf({ type, format, oneOf }) {
  if (oneOf) return "choice";
  if (format === "date") return "date";
  if (format === "date-time") return "time";
  return { boolean: "yes", integer: "integer", number: "number", array: "list" }[type] ?? "text";
}
