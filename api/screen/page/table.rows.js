/**
 * Rows of a table put in order and narrowed, without drawing them.
 *
 * @typedef {object} Column
 * @property {string} key                       its field in the rows, and its name in an address
 * @property {string | { zh?: string, en?: string }} title
 * @property {(row: any) => string} [text]      what is read in the cell, and searched; by default the field as text
 * @property {(row: any) => any} [value]        what it is put in order by; by default the field. null comes last
 * @property {(row: any) => import("./dom.js").Child} [cell]   what is drawn where that is more than the text
 * @property {boolean} [choice]                 whether rows can be narrowed to one of its texts
 * @property {boolean} [number]                 set at the end of its cell, digits under digits
 * @property {boolean} [short]                never broken into lines
 * @property {boolean} [wide]                   may be broken into several lines
 *
 * @typedef {object} Order
 * @property {string} by          the column's key, "" for the order in which the rows were given
 * @property {boolean} down       whether the greatest comes first
 */

import { t } from "./text.js";

/** What is read in a cell. @param {Column} column @param {any} row @returns {string} */
export function textOf(column, row) {
  if (column.text) return column.text(row);
  const value = row[column.key];
  return value === null || value === undefined ? "" : String(value);
}

/**
 * The rows in order: numbers as numbers, words as the language orders them, what is missing last either way.
 * @template T
 * @param {T[]} rows
 * @param {Column | undefined} column
 * @param {boolean} down
 * @returns {T[]}
 */
export function ordered(rows, column, down) {
  if (!column) return rows;
  const collator = collatorOf(t("locale"));
  const keyed = rows.map((row) => ({ row, key: keyOf(column, row) }));
  const sign = down ? -1 : 1;
  return keyed.sort((one, other) => compare(one.key, other.key, sign, collator)).map(({ row }) => row);
}

/**
 * The places of the rows whose text holds every word that was typed and that have what was chosen.
 * @param {string[][]} texts     of each row the text of each column
 * @param {string} typed
 * @param {Map<number, string>} chosen   by place of the column
 * @returns {number[]}
 */
export function narrowed(texts, typed, chosen) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const places = [];
  texts.forEach((row, place) => {
    if ([...chosen].some(([column, text]) => row[column] !== text)) return;
    if (words.length) {
      const whole = wholeOf(row);
      if (!words.every((word) => whole.includes(word))) return;
    }
    places.push(place);
  });
  return places;
}

/** The different texts of a column with how often each is there, in order. @param {string[][]} texts @param {number} column @returns {[string, number][]} */
export function choices(texts, column) {
  const counts = new Map();
  for (const row of texts) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
  const collator = collatorOf(t("locale"));
  return [...counts].sort(([one], [other]) => collator.compare(one, other));
}

function keyOf(column, row) {
  const value = column.value ? column.value(row) : row[column.key];
  if (value === null || value === undefined || value === "" || Number.isNaN(value)) return null;
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  return column.value ? String(value) : textOf(column, row);
}

function compare(one, other, sign, collator) {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one === "number" && typeof other === "number") return sign * (one - other);
  return sign * collator.compare(String(one), String(other));
}

/** All that is read in a row, as it is searched: worked out once. @type {WeakMap<string[], string>} */
const wholes = new WeakMap();

/** @param {string[]} row */
function wholeOf(row) {
  const known = wholes.get(row);
  if (known !== undefined) return known;
  const whole = plain(row.join("\n"));
  wholes.set(row, whole);
  return whole;
}

/** @type {Map<string, Intl.Collator>} made once for each language, for that takes longer than ordering */
const collators = new Map();

/** @param {string} locale */
function collatorOf(locale) {
  const made = collators.get(locale) ?? new Intl.Collator(locale, { numeric: true });
  collators.set(locale, made);
  return made;
}

/** Text as it is compared: without case, full-width signs like narrow ones. @param {string} text */
const plain = (text) => text.normalize("NFKC").toLowerCase();
