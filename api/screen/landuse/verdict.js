/** The verdict: the answer in words and form, and every reason with its citation, its remedy and the features it stands on. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { day } from "../page/time.js";
import { distance, inMu, mu, percent } from "./area.js";
import { isLightable } from "./lit.js";
import { aim, badge, sign } from "./sign.js";

/** So many features of a reason are named at once. */
const NAMED = 6;

/**
 * @param {any} answer
 * @param {{ lit: string, light: (lit: string) => void, all: Set<string>, showAll: (key: string) => void }} looking
 */
export function verdictPart(answer, looking) {
  const { verdict } = answer;
  return h("section", { class: "part", "aria-labelledby": "verdict-title" },
    h("div", { class: `verdict ${verdict.answer}`, "data-answer": verdict.answer },
      sign(verdict.answer, 44),
      h("div", {}, h("h2", { id: "verdict-title" }, t(`verdict.${verdict.answer}`)), h("p", {}, t(`verdict.${verdict.answer}.more`))),
      h("p", { class: "stamp" }, verdict.stamp)),
    verdict.reasons.length > 0 && h("h3", {}, t("reasons.title", { n: number(verdict.reasons.length) })),
    h("ol", { class: "reasons" }, verdict.reasons.map((reason, at) => reasonItem(answer, reason, at, looking))));
}

function reasonItem(answer, reason, at, looking) {
  const { lit, light } = looking;
  const name = `reason/${at}`;
  const figures = [reason.area && reason.area.m2 > 0 && !reason.text.includes(mu(reason.area)) && inMu(reason.area), reason.share > 0 && percent(reason.share), reason.nearest_m > 0 && t("reasons.near", { far: distance(reason.nearest_m) }), reason.sliver && t("reasons.sliver")].filter(Boolean);
  return h("li", { class: lit === name ? "lit" : null, "data-rule": reason.rule },
    h("button", { type: "button", class: "item reason", "data-key": name, "aria-pressed": String(lit === name), onclick: () => light(lit === name ? "" : name) },
      badge(reason.answer), h("strong", {}, reason.text), figures.length > 0 && h("span", { class: "hint" }, figures.join(" · ")), aim()),
    h("dl", {}, h("dt", {}, t("reasons.citation")), h("dd", {}, reason.citation || t("none")), reason.remedy && [h("dt", {}, t("reasons.remedy")), h("dd", {}, reason.remedy)],
      reason.features.length > 0 && [h("dt", {}, t("reasons.features")), h("dd", {}, featureList(answer, reason.features, name, looking))]));
}

/** Features by name and code, each to be shown on the map, with the edition it stands in. */
function featureList(answer, features, key, { lit, light, all, showAll }) {
  const shown = all.has(key) ? features : features.slice(0, NAMED);
  return h("ul", { class: "features" }, shown.map((one) => {
    const name = `feature/${one.layer}/${one.id}`;
    const words = [one.name, one.code].filter(Boolean).join(" ");
    const more = h("span", { class: "hint" }, t("reasons.edition", { edition: one.edition ?? t("none"), from: day(one.valid_from) }));
    return h("li", {}, isLightable(answer, name) ? h("button", { type: "button", class: "item", "data-key": `${key}/${name}`, "aria-pressed": String(lit === name), onclick: () => light(name) }, words) : words, more);
  }), shown.length < features.length && h("li", {}, h("button", { type: "button", class: "quiet", "data-key": `${key}/all`, onclick: () => showAll(key) }, t("reasons.all", { n: number(features.length) }))));
}
