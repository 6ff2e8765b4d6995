/** A crew's own page, put together: the route on a map, the next stop, all stops, by a signed link and no login. */

import { LANGUAGE, followAddress, readHash, text } from "../page/address.js";
import { byId, h, replace } from "../page/dom.js";
import { buildShell } from "../page/shell.js";
import { createStore } from "../page/store.js";
import { learn, sentence, speak, t, translate } from "../page/text.js";
import { mapPart } from "./map.js";
import { nextPart } from "./next.js";
import { stopsPart } from "./stops.js";
import { toolsPart } from "./tools.js";
import { Trip } from "./trip.js";
import { wherePart } from "./where.js";
import { en } from "./text.en.js";
import { zh } from "./text.zh.js";

const FRESH_MS = 60_000;
const AGAIN_MS = 600_000;

learn({ zh, en });
// The token stays behind the `#`: it goes into no log of a proxy, and no other site learns it as a referrer.
const FIELDS = { token: text("token"), day: text("day"), rev: text("rev"), language: LANGUAGE };
const store = createStore(readHash(FIELDS, location.hash));
speak(store.state.language);
followAddress(FIELDS, store);
buildShell({ bare: true });

const trip = new Trip(store.state.token, store.state.day);
const map = mapPart(trip);
const parts = [headPart, saidPart, daysPart, map.render, nextPart(trip, render), wherePart(trip, render), stopsPart(trip, render), toolsPart(trip, ask)];

function render() {
  for (const part of parts) part();
}

async function ask() {
  if (!trip.token) return;
  await trip.ask();
  render();
}

function headPart() {
  const { sheet, route } = trip;
  const title = sheet ? t("sheet.title", { crew: sheet.crew.name }) : t("sheet.untitled");
  byId("crew").textContent = title;
  document.title = title;
  byId("day").textContent = route ? [route.day, t(`mode.${sheet.crew.mode}`), t("sheet.planned")].join(" · ") : "";
  const other = store.state.language === "zh" ? "en" : "zh";
  replace(byId("language"), t("language.other"));
  byId("language").setAttribute("aria-label", t("language.switch"));
  byId("language").onclick = () => store.set({ language: other }, { step: false });
}

/** The one sentence over the page. */
function saidPart() {
  const place = byId("said");
  const said = sentenceNow();
  place.hidden = !said;
  replace(place, ...(said ?? []));
}

function sentenceNow() {
  if (!trip.token) return [h("b", {}, t("sheet.nothing")), h("span", {}, t("sheet.notoken"))];
  if (trip.problem) {
    return [h("b", {}, t("sheet.refused")), h("span", {}, sentence(trip.problem)), h("button", { type: "button", "data-key": "retry", onclick: ask }, t("sheet.again"))];
  }
  if (!trip.sheet) return [h("span", {}, t("sheet.reading"))];
  const now = trip.sheet.plan.revision;
  const paper = Number(store.state.rev);
  if (trip.before) return [h("span", {}, t("changed.now", { now, before: trip.before }))];
  return paper > 0 && paper !== now ? [h("span", {}, t("changed.paper", { now, paper }))] : null;
}

/** Which day, where the plan has several for this crew. */
function daysPart() {
  const routes = trip.sheet?.routes ?? [];
  const place = byId("days");
  place.hidden = routes.length < 2;
  replace(place, routes.map(({ day }) => h("button", {
    type: "button", "data-key": `day-${day}`, "aria-pressed": String(day === trip.day), onclick: () => store.set({ day }),
  }, day.slice(5))));
}

store.watch(["language"], ({ language }) => {
  speak(language);
  translate(document);
  map.spoken();
  render();
});
store.watch(["day"], ({ day }) => {
  if (day) trip.day = day;
  render();
});
window.addEventListener("hashchange", () => {
  // Another sheet was scanned in the same window.
  if (readHash(FIELDS, location.hash).token !== trip.token) location.reload();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - trip.read_ms > FRESH_MS) ask();
});
window.addEventListener("online", ask);
setInterval(() => {
  if (!document.hidden && trip.sheet) ask();
}, AGAIN_MS);

translate(document);
render();
const ready = ask();
Object.assign(window, { huashan: { ready, trip, store } });
