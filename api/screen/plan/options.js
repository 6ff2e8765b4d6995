/** How it is solved: folded, for the usual does for most days. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { LIMITS } from "./order.js";

/** @param {import("./form.js").Form} form */
export function optionsPart(form) {
  const { options } = form.order;
  const set = (values) => { Object.assign(options, values); form.changed(); told.textContent = saidOf(options); };
  const told = h("span", { class: "hint" }, saidOf(options));
  const whole = (name, least, most) => h("input", { id: `option-${name}`, "data-key": `option-${name}`, type: "number", min: least, max: most, step: 1, value: options[name], onchange: ({ target }) => {
    const value = Math.min(Math.max(Math.round(Number(target.value)) || least, least), most);
    target.value = value;
    set({ [name]: value });
  } });
  const limit = (name) => h("label", {}, h("input", { type: "radio", name: "limit", value: name, "data-key": `limit-${name}`, checked: options.limit === name, onchange: () => set({ limit: name }) }), ` ${t(`limit.${name}`, { n: LIMITS[name]?.seconds ?? "" })}`);
  return [
    h("summary", {}, h("strong", {}, t("options.title")), " ", told),
    h("fieldset", {}, h("legend", {}, t("options.limit")), limit("quick"), limit("good"), limit("best")),
    h("label", { class: "option" }, h("input", { type: "checkbox", "data-key": "option-unverified", checked: options.unverified, onchange: ({ target }) => set({ unverified: target.checked }) }),
      h("span", {}, t("options.unverified"), h("small", { class: "hint" }, t("options.unverified.what")))),
    h("div", { class: "option" }, h("label", { for: "option-ahead_days" }, t("options.ahead")), whole("ahead_days", 1, 31), h("small", { class: "hint" }, t("options.ahead.what"))),
    h("label", { class: "option" }, h("input", { type: "checkbox", "data-key": "option-risk", checked: options.risk !== "none", onchange: ({ target }) => set({ risk: target.checked ? "observations" : "none" }) }),
      h("span", {}, t("options.risk"), h("small", { class: "hint" }, t("options.risk.what")))),
    h("details", { class: "advanced" }, h("summary", {}, t("options.advanced")),
      h("div", { class: "option" }, limit("own"), whole("iterations", 1, 1_000_000), h("small", { class: "hint" }, t("options.own.what"))),
      h("div", { class: "option" }, h("label", { for: "option-seed" }, t("options.seed")), whole("seed", 0, 2_147_483_647), h("small", { class: "hint" }, t("options.seed.what")))),
  ];
}

/** What is said, in a line for who keeps it folded. */
function saidOf({ limit, iterations, unverified, ahead_days, seed, risk }) {
  return [t(`limit.${limit}`, { n: LIMITS[limit]?.seconds ?? number(iterations) }), unverified ? t("options.unverified.on") : "", ahead_days > 1 ? t("options.ahead.on", { n: ahead_days }) : "", risk !== "none" ? t("options.risk.on") : "",
    limit === "own" ? t("options.own.on", { n: number(iterations), seed }) : ""].filter(Boolean).join(" · ");
}
