/** The clock, and how old the data are: in words, always, and loudly when they could not be refreshed. */

import { announce, byId, h, replace } from "./dom.js";
import { sentence, t } from "./text.js";
import { ago, clock, minute, since_ms, span } from "./time.js";
import { EVERY_MS } from "./watch.js";

/** @param {import("./page.js").Page} page @returns {import("./page.js").Part} */
export function freshness(page) {
  const place = byId("freshness");
  const age = h("span", { class: "age" });
  const time = h("time", { class: "clock" });
  const zone = h("span", { class: "zone" });
  replace(place, age, h("span", {}, time, " ", zone));
  let wasStale = false;
  let wasCut = false;
  const tick = () => {
    const now = clock();
    time.textContent = now.time;
    zone.textContent = now.zone;
    age.textContent = sentenceOf(page.watch, page.live);
    place.classList.toggle("stale", page.watch.stale);
    place.classList.toggle("cut", page.live.state === "cut");
    if (!page.watch.stale && wasCut !== (page.live.state === "cut")) announce(wasCut ? t("fresh.live") : cut());
    wasCut = page.live.state === "cut";
    if (page.watch.stale !== wasStale) announce(page.watch.stale ? sentenceOf(page.watch, page.live) : t("fresh.back"));
    wasStale = page.watch.stale;
  };
  setInterval(tick, 1000);
  return { render: tick };
}

const cut = () => t("fresh.cut", { n: EVERY_MS / 1000 });

function sentenceOf(watch, live) {
  if (!watch.catalogue) return t("fresh.never");
  if (watch.stale) {
    const why = watch.problem ? ` · ${sentence(watch.problem)}` : "";
    return `▲ ${t("fresh.stale", { time: minute(watch.checked_ms), age: span(watch.age_ms) })}${why}`;
  }
  const newest = watch.layers.map(({ data_at }) => Date.parse(data_at ?? "")).filter(Number.isFinite);
  const changed = newest.length ? `${t("fresh.changed", { time: minute(Math.max(...newest)) })} · ` : "";
  const how = { on: `${t("fresh.live")} · `, cut: `▲ ${cut()} · `, off: "" }[live.state];
  // As long as everything is told, a sign of life confirms what is shown.
  const age_ms = live.state === "on" ? Math.min(watch.age_ms, since_ms(live.heard)) : watch.age_ms;
  return how + changed + t("fresh.checked", { age: ago(age_ms) });
}
