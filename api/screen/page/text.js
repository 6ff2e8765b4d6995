/** The words of the page, in the language chosen. */

import { en } from "./text.en.js";
import { zh } from "./text.zh.js";

const WORDS = { zh: { ...zh }, en: { ...en } };
/** @type {"zh" | "en"} */
let language = "zh";

/** Learn a page's own words, which stand beside it. @param {{ zh: Record<string, string>, en: Record<string, string> }} words */
export function learn(words) {
  Object.assign(WORDS.zh, words.zh);
  Object.assign(WORDS.en, words.en);
}

/** Choose the language of every later answer. @param {"zh" | "en"} chosen */
export function speak(chosen) {
  language = chosen;
  document.documentElement.lang = t("locale");
}

/**
 * The text of a key, with `{names}` filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = WORDS[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether there is a text of this key. @param {string} key */
export const hasText = (key) => key in WORDS[language];

/**
 * The server's words in the language chosen; a plain text as it is.
 * @param {{ zh?: string, en?: string } | string | null | undefined} words
 */
export function say(words) {
  if (words === null || words === undefined) return "";
  return typeof words === "string" ? words : words[language] || words.zh || words.en || "";
}

/** A number as the language writes it. @param {number} value @param {number} [digits] */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(t("locale"), { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(value);
}

/** The sentence of a problem: the server's where there is one. @param {import("./api.js").Problem} problem */
export function sentence(problem) {
  if (problem.detail) return problem.detail;
  return problem.status ? t("error.status", { status: problem.status }) : t("error.network");
}

/** Set the texts that the page's own markup names. @param {ParentNode} root */
export function translate(root) {
  for (const node of root.querySelectorAll("[data-text]")) node.textContent = t(node.getAttribute("data-text") ?? "");
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.getAttribute("data-label") ?? ""));
}
