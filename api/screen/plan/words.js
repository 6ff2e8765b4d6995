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

/** A number so that it is read at a glance: large ones in the units that the language counts in. @param {number} value */
export function rounded(value) {
  const size = Math.abs(value);
  const unit = ["large", "many"].find((one) => size >= Number(t(`debt.${one}.from`)));
  if (!unit) return number(value, size < 10 ? 1 : 0);
  return t(`debt.${unit}`, { n: number(value / Number(t(`debt.${unit}.size`)), unit === "large" ? 2 : 1) });
}

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
