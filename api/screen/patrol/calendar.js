/** Days as `2026-11-17`, counted without any zone; and words for them. */

import { t } from "../page/text.js";
import { day, now_ms } from "../page/time.js";

const DAY_MS = 86_400_000;
const at = (text) => Date.parse(`${text}T00:00:00Z`);
const text = (ms) => new Date(ms).toISOString().slice(0, 10);

/** The day so many days after one. @param {string} from @param {number} days */
export const after = (from, days) => text(at(from) + days * DAY_MS);

/** Whether a text is a day. @param {string} given */
export const isDay = (given) => /^\d{4}-\d{2}-\d{2}$/.test(given) && Number.isFinite(at(given));

/** Today, at the deployment's place. */
export const today = () => day(now_ms());

/** 0 Monday to 6 Sunday. @param {string} one */
export const weekday = (one) => (new Date(at(one)).getUTCDay() + 6) % 7;

/** The Monday of a day's week. @param {string} one */
export const monday = (one) => after(one, -weekday(one));

/** How many weeks a day's week lies before this one. @param {string} one */
export const weeksAgo = (one) => Math.round((at(monday(today())) - at(monday(one))) / (7 * DAY_MS));

/** Of some days in order that which is nearest to one; null for none. @param {string[]} days @param {string} one */
export function nearest(days, one) {
  const apart = (other) => Math.abs(at(other) - at(one));
  return days.reduce((/** @type {string | null} */ best, other) => (best === null || apart(other) <= apart(best) ? other : best), null);
}

/** A day in words: with its weekday, and how that is said of this week and the last. @param {string} one */
export function inWords(one) {
  const name = t(`weekday.${weekday(one)}`);
  const weeks = weeksAgo(one);
  if (one === today()) return t("day.today", { day: one, weekday: name });
  if (weeks === 0 || weeks === 1) return t(`day.week.${weeks}`, { day: one, weekday: name });
  return t("day.any", { day: one, weekday: name });
}
