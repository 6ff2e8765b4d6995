/** Days as `2026-11-17`, counted without any zone; and words for them. */

import { t } from "../page/text.js";
import { day, now_ms } from "../page/time.js";

const DAY_MS = 86_400_000;
const at = (text) => Date.parse(`${text}T00:00:00Z`);

/** The day so many days after one. @param {string} from @param {number} days */
export const after = (from, days) => new Date(at(from) + days * DAY_MS).toISOString().slice(0, 10);

/** Whether a text is a day. @param {string} given */
export const isDay = (given) => /^\d{4}-\d{2}-\d{2}$/.test(given) && Number.isFinite(at(given));

/** Today, at the deployment's place. */
export const today = () => day(now_ms());
export const tomorrow = () => after(today(), 1);

/** 0 Monday to 6 Sunday. @param {string} one */
export const weekday = (one) => (new Date(at(one)).getUTCDay() + 6) % 7;

/** The Monday after today. */
export const nextMonday = () => after(today(), 7 - weekday(today()));

/** A day in words, with its weekday and whether that is today or tomorrow. @param {string} one */
export function inWords(one) {
  const near = { [today()]: "plan.day.today", [tomorrow()]: "plan.day.tomorrow" }[one];
  const words = t("plan.day", { day: one, weekday: t(`plan.weekday.${weekday(one)}`) });
  return near ? t("plan.day.near", { day: words, near: t(near) }) : words;
}

/** The days of a plan in words. @param {string[]} days */
export const spanInWords = (days) => (days.length > 1 ? t("plan.day.span", { from: inWords(days[0]), to: inWords(days[days.length - 1]) }) : inWords(days[0] ?? ""));
