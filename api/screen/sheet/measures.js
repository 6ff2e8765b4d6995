/** Lengths, times and what is owed, in the words of the language chosen. */

import { minute } from "../page/time.js";
import { number, t } from "../page/text.js";

/** @param {number} length_m */
export const length = (length_m) =>
  length_m < 9999.5 ? t("metres", { n: number(length_m) }) : t("kilometres", { n: number(length_m / 1000, 1) });

/** The minute of an instant on the city's clocks. @param {string} at */
export const clock = (at) => minute(at).slice(11);

/** So many seconds, to the minute. @param {number} time_s */
export function lasting(time_s) {
  const minutes = Math.round(time_s / 60);
  return minutes < 60 ? t("minutes", { n: minutes }) : t("hours", { n: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** From when to when. @param {{ from_at: string, to_at: string }} stop */
export function hours({ from_at, to_at }) {
  const [from, to] = [clock(from_at), clock(to_at)];
  return from === to ? from : t("span", { from, to });
}

/** A duty in one line. @param {import("./asking.js").Duty} duty */
export function dutyLine(duty) {
  const owed = [["debt_m_days", "owed.m_days"], ["debt_target_days", "owed.target_days"]]
    .filter(([name]) => duty[name] > 0).map(([name, key]) => t(key, { n: number(duty[name], duty[name] < 10 ? 1 : 0) }));
  return [duty.name, duty.post_name ? t("post", { post: duty.post_name }) : "", ...owed].filter(Boolean).join(" · ");
}

/** What a stop is, and where. @param {import("./asking.js").Stop} stop */
export const titleOf = (stop) => (t("locale") === "zh-CN" ? stop.title : `${t(`kind.${stop.kind}`)}: ${stop.name}`);
