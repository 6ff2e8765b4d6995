/** Figures of a plan in words: debt, ways, hours, times. */

import { number, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { spanInWords } from "./calendar.js";

/** Debt in its two units; only in that of which there is some. @param {number | null | undefined} m_days @param {number | null | undefined} target_days */
export function debtInWords(m_days, target_days) {
  const parts = [m_days ? t("debt.m", { n: rounded(m_days) }) : "", target_days ? t("debt.target", { n: rounded(target_days) }) : ""].filter(Boolean);
  return parts.length ? parts.join(t("debt.and")) : t("debt.none");
}

/** A range, best first, of what is left if every position keeps to its error. @param {{ sure: number, possible: number }} pair @param {string} unit `m` or `target` */
export function pairInWords({ sure, possible }, unit) {
  const [least, most] = [Math.min(sure, possible), Math.max(sure, possible)].map(rounded);
  return least === most ? t(`debt.${unit}`, { n: least }) : t(`debt.${unit}.pair`, { least, most });
}

/** A large number to three digits that count. @param {number} value */
export function rounded(value) {
  const size = Math.abs(value);
  if (size >= 1e5) return t("debt.wan", { n: number(value / unit(), size >= 1e7 ? 0 : 1) });
  return number(value, size < 10 ? 1 : 0);
}

/** What large numbers are counted in: ten thousands in Chinese, thousands in English. */
const unit = () => Number(t("debt.wan.size"));

/** @param {number} metres */
export const km = (metres) => (metres < 1000 ? t("plan.m", { n: number(metres) }) : t("plan.km", { n: number(metres / 1000, 1) }));

/** @param {number} seconds */
export function hours(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("plan.minutes", { n: minutes });
  return minutes % 60 ? t("plan.hours.minutes", { h: Math.floor(minutes / 60), n: minutes % 60 }) : t("plan.hours", { h: minutes / 60 });
}

/** The time of the day; with its day where that is another than the route's. @param {string} time @param {string} day */
export function clock(time, day) {
  const words = minute(time);
  return words.startsWith(day) ? words.slice(11) : words.slice(5);
}

/** A change with its sign. @param {number} value @param {(size: number) => string} words */
export const signed = (value, words) => `${value < 0 ? "−" : "+"}${words(Math.abs(value))}`;

/** A plan as people call it: by its name, or by its days. @param {{ name: string | null, days: string[] }} plan */
export const called = ({ name, days }) => name || t("plan.called", { days: spanInWords(days) });
