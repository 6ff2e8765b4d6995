/** Areas and shares in words: 亩 first, for that is what is spoken of. */

import { number, t } from "../page/text.js";

/** @typedef {{ m2: number, ha: number, mu: number }} Area */

/** In 亩. @param {Area | null | undefined} area */
export const mu = (area) => (area ? number(area.mu, area.mu < 0.1 ? 4 : 2) : t("none"));

/** In square metres. @param {Area | null | undefined} area */
export const m2 = (area) => (area ? number(area.m2, 2) : t("none"));

/** In 亩 with its unit. @param {Area} area */
export const inMu = (area) => t("area.mu", { n: mu(area) });

/** In all three units. @param {Area} area */
export const areaInWords = (area) => t("area.all", { m2: m2(area), ha: number(area.ha, 4), mu: mu(area) });

/** Beside the 亩, in the other two. @param {Area} area */
export const restInWords = (area) => t("area.rest", { m2: m2(area), ha: number(area.ha, 4) });

/** A share, never told as 0 % or 100 % where it is not. @param {number | null | undefined} share */
export function percent(share) {
  if (share === null || share === undefined) return t("none");
  const shown = share * 100;
  if (shown > 0 && shown < 0.01) return "< 0.01 %";
  if (shown < 100 && shown > 99.99) return "> 99.99 %";
  return `${number(shown, 2)} %`;
}

/** @param {number | null | undefined} metres */
export function distance(metres) {
  if (metres === null || metres === undefined) return t("none");
  return metres < 1000 ? t("area.m", { n: number(metres, metres < 10 ? 2 : 0) }) : t("area.km", { n: number(metres / 1000, 2) });
}
