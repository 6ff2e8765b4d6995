/** What else there is: the track for another app, the sheet to print, and when all this was known. */

import { byId, h, replace } from "../page/dom.js";
import { minute } from "../page/time.js";
import { t } from "../page/text.js";
import { gpxAddress, pdfAddress } from "./asking.js";
import { lasting, length } from "./measures.js";

const WECHAT = /MicroMessenger/i;

/** @param {import("./trip.js").Trip} trip @param {() => void} again */
export const toolsPart = (trip, again) => () => {
  const place = byId("tools");
  const { sheet, route } = trip;
  place.hidden = !route;
  if (!sheet || !route) return;
  const inWechat = WECHAT.test(navigator.userAgent);
  replace(place,
    h("h2", {}, t("sheet.tools")),
    h("p", {}, t("tools.totals", { length: length(route.length_m), moving: lasting(route.moving_s), service: lasting(route.service_s) })),
    inWechat && h("p", { class: "warn" }, t("tools.wechat")),
    h("p", {}, h("a", { class: "button", href: gpxAddress(trip.token), download: true, "data-key": "gpx" }, t("tools.gpx"))),
    h("p", { class: "hint" }, t("tools.gpx.more")),
    h("p", {}, h("a", { class: "button", href: pdfAddress(trip.token), target: "_blank", rel: "noopener noreferrer", "data-key": "pdf" }, t("tools.pdf"))),
    h("p", { class: "hint" }, t("tools.known", { made: minute(sheet.plan.made_at), known: minute(sheet.plan.known_at), revision: sheet.plan.revision })),
    h("p", { class: trip.unchecked ? "warn" : "hint" }, t(trip.unchecked ? "tools.offline" : "tools.read", { at: minute(trip.read_ms) })),
    h("p", {}, h("button", { type: "button", "data-key": "again", onclick: again }, t("tools.check"))),
    h("p", { class: "hint" }, t("tools.expires", { at: minute(sheet.expires_at) })));
};
