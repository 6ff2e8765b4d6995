/** The clock, and how old the data are: in words, always, and loudly when they could not be refreshed. */

import { announce, byId, h, replace } from "../dom.js";
import { sentence, t } from "../text.js";
import { ago, clock, minute, span } from "../time.js";

/** @param {import("../desk.js").Desk} desk */
export function freshness(desk) {
  const place = byId("freshness");
  const age = h("span", { class: "age" });
  const time = h("time", { class: "clock" });
  const zone = h("span", { class: "zone" });
  replace(place, age, h("span", {}, time, " ", zone));
  let wasStale = false;
  const tick = () => {
    const now = clock();
    time.textContent = now.time;
    zone.textContent = now.zone;
    age.textContent = sentenceOf(desk.watch);
    place.classList.toggle("stale", desk.watch.stale);
    if (desk.watch.stale !== wasStale) announce(desk.watch.stale ? sentenceOf(desk.watch) : t("fresh.back"));
    wasStale = desk.watch.stale;
  };
  setInterval(tick, 1000);
  return tick;
}

function sentenceOf(watch) {
  if (!watch.catalogue) return t("fresh.never");
  if (watch.stale) {
    const why = watch.problem ? ` · ${sentence(watch.problem)}` : "";
    return `▲ ${t("fresh.stale", { time: minute(watch.checked_ms), age: span(watch.age_ms) })}${why}`;
  }
  const newest = watch.layers.map(({ data_at }) => Date.parse(data_at ?? "")).filter(Number.isFinite);
  const changed = newest.length ? `${t("fresh.changed", { time: minute(Math.max(...newest)) })} · ` : "";
  return changed + t("fresh.checked", { age: ago(watch.age_ms) });
}
