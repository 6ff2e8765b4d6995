/** Where the phone is, once its holder asks: by the browser's own locating, which wants https and a yes. */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";

/** @param {import("./trip.js").Trip} trip @param {() => void} changed */
export function wherePart(trip, changed) {
  /** @type {number | null} */ let watching = null;
  let said = "";
  const stop = () => {
    if (watching !== null) navigator.geolocation.clearWatch(watching);
    watching = null;
    trip.position = null;
    said = "";
    changed();
  };
  const found = ({ coords }) => {
    trip.position = { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy };
    said = "";
    changed();
  };
  const missed = ({ code }) => {
    const denied = code === 1;
    if (denied) stop();
    said = denied ? "where.denied" : "where.unavailable";
    changed();
  };
  const start = () => {
    if (!window.isSecureContext) said = "where.insecure";
    else if (!navigator.geolocation) said = "where.none";
    else {
      said = "where.waiting";
      watching = navigator.geolocation.watchPosition(found, missed, { enableHighAccuracy: true, maximumAge: 5000, timeout: 30_000 });
    }
    changed();
  };
  return () => {
    const place = byId("where");
    place.hidden = !trip.route;
    if (!trip.route) return;
    const on = watching !== null;
    replace(place,
      h("button", { type: "button", "data-key": "where", "aria-pressed": String(on), onclick: on ? stop : start }, t(on ? "where.hide" : "where.show")),
      h("p", { class: "hint", role: "status" }, said ? t(said) : trip.position ? t("where.at", { n: Math.round(trip.position.accuracy_m) }) : ""));
  };
}
