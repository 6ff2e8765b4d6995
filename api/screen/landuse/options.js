/** What is usually left as it is: as of which day, as known when, beside which other time, which tolerance, under which name. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { TOLERANCE_M } from "./order.js";

/** @param {import("./form.js").Form} form */
export function optionsPart({ order, changed }) {
  const field = (name, type, more = {}) => h("label", { class: "option" }, h("span", {}, t(`option.${name}`)),
    h("input", { type, "data-key": `option-${name}`, value: order[name], onchange: ({ target }) => { order[name] = target.value; changed(); }, ...more }));
  return [
    h("summary", { "data-key": "options" }, h("strong", {}, t("option.title")), " ", h("span", { class: "hint" }, order.special ? t("option.said") : t("option.usual"))),
    h("div", { class: "options-grid" },
      field("name", "text", { maxlength: 120, placeholder: t("option.name.as") }),
      field("as_of", "date"), field("known_at", "datetime-local"),
      h("p", { class: "hint wide" }, t("option.known_at.what")),
      field("then_as_of", "date"), field("then_known_at", "datetime-local"),
      h("p", { class: "hint wide" }, t("option.then.what")),
      field("tolerance", "number", { min: 0.01, max: 5, step: "any", placeholder: number(TOLERANCE_M, 2) }),
      h("p", { class: "hint wide" }, t("option.tolerance.what")))];
}
