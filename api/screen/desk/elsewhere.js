/** Where the other pages tell more of a feature: of an observation how it is dealt with, of a line who saw it when. */

import { h } from "../page/dom.js";
import { t } from "../page/text.js";

/** @param {any} layer @param {any} feature @param {string} language @returns {Node[]} */
export function elsewhere(layer, feature, language) {
  const code = feature.properties?.code;
  if (!layer || !code) return [];
  const to = layer.id === "observation" ? ["observation", `see=${encodeURIComponent(code)}`]
    : layer.lines ? ["patrol", `line=${encodeURIComponent(layer.id)}/${encodeURIComponent(code)}`] : null;
  if (!to) return [];
  const [page, said] = to;
  return [h("a", { class: "button", "data-key": `to-${page}`, href: `/${page}#${said}${language === "en" ? "&lang=en" : ""}` }, t(`details.to.${page}`))];
}
