/** Which map app leads to a place: a phone does not say which it has, so the crew chooses. */

import { h } from "../page/dom.js";
import { t } from "../page/text.js";

const APPS = ["amap", "baidu", "tencent", "apple", "geo"];

/** Offer the apps that lead to a stop. @param {import("./asking.js").Stop} stop */
export function chooseWay(stop) {
  const close = () => (dialog.close ? dialog.close() : dialog.remove());
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "ways", "aria-label": t("go.title") },
    h("h2", {}, t("go.title")),
    h("p", {}, t("go.to", { name: stop.name })),
    APPS.map((app) => h("a", { class: "button", href: stop.ways[app], target: "_blank", rel: "noopener noreferrer", onclick: close }, t(`go.${app}`))),
    h("button", { type: "button", onclick: close }, t("go.close"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  // Phones whose system is some years old have none: the choice then stands at the end of the page.
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");
}
