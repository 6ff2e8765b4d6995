/** What is usually left as it is: as of which day, as known when, beside which other time, which tolerance, under which name. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { TOLERANCE_M } from "./order.js";

/** Whether something is set there. @param {import("./order.js").Order} order */
export const gistOf = (order) => t(order.special ? "option.said" : "option.usual");

/** @param {import("./form.js").Form} form */
export function optionsPart(form) {
  const { order, changed } = form;
  const field = (name, type, more = {}) => h("label", { class: "option" }, h("span", {}, t(`option.${name}`)),
    h("input", { type, "data-key": `option-${name}`, value: order[name], onchange: ({ target }) => { order[name] = target.value; changed(); }, ...more }));
  return [
    h("summary", { "data-key": "options" }, h("strong", {}, t("option.title")), " ", h("span", { class: "hint" }, gistOf(order))),
    h("div", { class: "options-grid" },
      field("name", "text", { maxlength: 120, placeholder: t("option.name.as") }),
      field("as_of", "date"), field("known_at", "datetime-local"),
      h("p", { class: "hint wide" }, t("option.known_at.what")),
      field("then_as_of", "date"), field("then_known_at", "datetime-local"),
      h("p", { class: "hint wide" }, t("option.then.what")),
      field("tolerance", "number", { min: 0.01, max: 5, step: "any", placeholder: number(TOLERANCE_M, 2) }),
      h("p", { class: "hint wide" }, t("option.tolerance.what")),
      h("label", { class: "option" }, h("span", {}, t("option.crs")),
        h("input", { type: "text", "data-key": "option-crs", value: order.crs, placeholder: t("option.crs.as"), autocomplete: "off", spellcheck: "false", onchange: ({ target }) => form.setCrs(target.value.trim()) })),
      h("label", { class: "option" }, h("span", {}, t("option.datum")),
        h("select", { "data-key": "option-datum", onchange: ({ target }) => { order.datum = target.value; changed(); form.given(); } },
          ["", "gcj02", "bd09"].map((datum) => h("option", { value: datum, selected: order.datum === datum }, t(`option.datum.${datum || "usual"}`))))),
      h("p", { class: "hint wide" }, t("option.crs.what")))];
}
