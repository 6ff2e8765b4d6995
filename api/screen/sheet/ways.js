/** Which map app leads to a place: a phone does not say which it has, so the crew chooses. */

import { h } from "../page/dom.js";
import { t } from "../page/text.js";

const MOST = 40;

/**
 * The address that leads to a stop. Commas, bars and brackets part the fields of these addresses, so no name has them.
 * @param {import("./asking.js").Way} way
 * @param {import("./asking.js").Stop} stop
 */
export function wayTo({ url, datum }, stop) {
  const [lon, lat] = datum === "gcj02" ? stop.gcj02 : stop.place;
  const filled = { lon: lon.toFixed(6), lat: lat.toFixed(6), name: encodeURIComponent(stop.name.replace(/[,|;:()&]/g, " ").slice(0, MOST)) };
  return url.replace(/\{(lon|lat|name)\}/g, (_, part) => filled[part]);
}

/** Offer the apps that lead to a stop. @param {import("./asking.js").Way[]} ways @param {import("./asking.js").Stop} stop */
export function chooseWay(ways, stop) {
  const close = () => (dialog.close ? dialog.close() : dialog.remove());
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "ways", "aria-label": t("go.title") },
    h("h2", {}, t("go.title")),
    h("p", {}, t("go.to", { name: stop.name })),
    ways.map((way) => h("a", { class: "button", href: wayTo(way, stop), target: "_blank", rel: "noopener noreferrer", onclick: close }, t(`go.${way.app}`))),
    h("button", { type: "button", onclick: close }, t("go.close"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  // Phones whose system is some years old have none: the choice then stands at the end of the page.
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");
}
