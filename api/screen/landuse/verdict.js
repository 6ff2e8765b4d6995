/** The verdict: the answer in words and form, and every reason with its citation, its remedy and the features it stands on. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { day } from "../page/time.js";
import { distance } from "./area.js";
import { isLightable } from "./lit.js";
import { aim, badge, sign } from "./sign.js";

/** So many features of a reason are named at once. */
const NAMED = 6;

/** The answer itself. @param {any} answer @param {...any} more   what stands below it */
export const verdictPart = ({ verdict }, ...more) => h("section", { class: "part", "aria-labelledby": "verdict-title" },
  h("div", { class: `verdict ${verdict.answer}`, "data-answer": verdict.answer },
    sign(verdict.answer, 44),
    h("div", {}, h("h2", { id: "verdict-title" }, t(`verdict.${verdict.answer}`)), h("p", {}, t(`verdict.${verdict.answer}.more`))),
    h("p", { class: "stamp" }, verdict.stamp)), more);

/** Why, the weightiest first. @param {any} answer @param {import("./tables.js").Looking} looking */
export function reasonsPart(answer, looking) {
  const { reasons } = answer.verdict;
  return reasons.length > 0 && h("section", { class: "part", "aria-labelledby": "reasons-title" },
    h("h2", { id: "reasons-title" }, t("reasons.title", { n: number(reasons.length) })),
    h("ol", { class: "reasons" }, reasons.map((reason, at) => reasonItem(answer, reason, at, looking))));
}

function reasonItem(answer, reason, at, looking) {
  const { lit, light } = looking;
  const name = `reason/${at}`;
  const figures = [reason.nearest_m > 0 && t("reasons.near", { far: distance(reason.nearest_m) }), reason.sliver && t("reasons.sliver")].filter(Boolean);
  const fold = `${name}/why`;
  return h("li", { class: lit === name ? "lit" : null, "data-rule": reason.rule },
    h("button", { type: "button", class: "item reason", "data-key": name, "aria-pressed": String(lit === name), onclick: () => light(lit === name ? "" : name) },
      badge(reason.answer), h("span", {}, h("strong", {}, reason.text), figures.length > 0 && h("span", { class: "hint" }, ` ${figures.join(" · ")}`)), aim()),
    h("details", { open: looking.open.has(fold) || (reason.answer === answer.verdict.answer && !looking.shut.has(fold)), ontoggle: (event) => looking.unfold(fold, event.target.open) }, h("summary", { "data-key": fold }, t("reasons.why")), h("dl", {}, h("dt", {}, t("reasons.citation")), h("dd", {}, reason.citation || t("none")), reason.remedy && [h("dt", {}, t("reasons.remedy")), h("dd", {}, reason.remedy)],
      reason.features.length > 0 && [h("dt", {}, t("reasons.features")), h("dd", {}, featureList(answer, reason.features, name, looking))])));
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
