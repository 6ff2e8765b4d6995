/** Values of a register's columns in the words that people read. */

import { number, say, t } from "../page/text.js";

/**
 * @typedef {object} Column what the server tells of a column
 * @property {string} zh
 * @property {string} en
 * @property {string} type
 * @property {boolean} required
 * @property {{ value: string, zh: string, en: string }[]} [options]
 */

const SHORT = /^[^(（:：;；,，]+(?:[(（][^)）]{1,2}[)）])?/;

/**
 * The columns, each knowing what it is called in short: without what explains it, where no other is called so, too.
 * @template {Record<string, any>} Columns
 * @param {Columns} columns
 * @returns {Columns}
 */
export function titled(columns) {
  for (const language of ["zh", "en"]) {
    const cut = (column) => (column[language].match(SHORT)?.[0] ?? column[language]).trim();
    const times = new Map();
    for (const column of Object.values(columns)) times.set(cut(column), (times.get(cut(column)) ?? 0) + 1);
    for (const column of Object.values(columns)) {
      const whole = column[language].replace(/[(（][^)）]{3,}[)）].*$/, "").trim();
      column.short = { ...column.short, [language]: times.get(cut(column)) > 1 ? whole : cut(column) };
    }
  }
  return columns;
}

/** What a column is called. @param {any} column @param {string} name */
export const titleOf = (column, name) => say(column?.short ?? column) || name;

/** A value in words; "" for none. @param {any} value @param {Column} [column] @returns {string} */
export function worded(value, column) {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map((one) => worded(one, column)).join(t("comma"));
  const option = column?.options?.find((one) => one.value === String(value));
  if (option) return say(option);
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "number") return number(value, 3);
  return /^\d\d:\d\d:00$/.test(String(value)) ? String(value).slice(0, 5) : String(value);
}

/** A value in words, or that there is none. @param {any} value @param {Column} [column] */
export const wordedOrNone = (value, column) => worded(value, column) || t("duty.nothing");

/** How often a duty asks, in words: every 7 days, 4 times a month. @param {any} row @param {Record<string, Column>} columns */
export function rhythm(row, columns) {
  if (row.interval_days) return t("duty.every", { n: number(row.interval_days) });
  return row.per ? t("duty.times", { n: number(row.times), per: worded(row.per, columns.per) }) : "";
}

/** A share as a percentage; none where nothing was asked. @param {number | null | undefined} share */
export const percent = (share) => (share === null || share === undefined ? t("none") : `${number(share * 100, 0)} %`);

/** The address of a patrol's own page. @param {string} code @param {string} [started] @param {string} [language] */
export function patrolAddress(code, started, language) {
  const parts = [`see=patrol/${encodeURIComponent(code)}`, started && `day=${started.slice(0, 10)}`, language === "en" && "lang=en"];
  return `/patrol#${parts.filter(Boolean).join("&")}`;
}
