/** The next stop, large: what, how long, from when, why, how far from here; done with a thumb, and undone. */

import { announce, byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { flat, nearest, octant, planeAt } from "./flat.js";
import { dutyLine, hours, length, titleOf } from "./measures.js";
import { chooseWay } from "./ways.js";

const ON_M = 30;
const MOST_DUTIES = 2;

/** @param {import("./trip.js").Trip} trip @param {() => void} changed */
export function nextPart(trip, changed) {
  /** @type {import("./asking.js").Stop | null} the one just marked */
  let marked = null;
  const done = (stop) => {
    trip.mark(stop, true);
    marked = stop;
    announce(t("done.said", { mark: stop.mark }));
    changed();
  };
  const undo = () => {
    if (marked) trip.mark(marked, false);
    marked = null;
    changed();
  };
  const undoing = () => marked && trip.isDone(marked) && h("p", { class: "undo" },
    h("span", {}, t("done.said", { mark: marked.mark })),
    h("button", { type: "button", "data-key": "undo", onclick: undo }, t("done.undo")));

  return () => {
    const place = byId("next");
    place.hidden = !trip.route;
    if (!trip.route) return;
    const { next, stops } = trip;
    replace(place, undoing(), next ? stopShown(trip, next, () => done(next)) : homeShown(trip));
  };
}

function stopShown(trip, stop, done) {
  const { route, stops } = trip;
  const steps = route.directions.filter(({ stop: at }) => at === route.stops.indexOf(stop));
  return [
    h("h2", {}, t("next.of", { mark: stop.mark, n: stops.length, done: stops.filter(trip.isDone).length })),
    h("p", { class: "name" }, titleOf(stop)),
    h("p", { class: "facts" }, [hours(stop), stop.length_m ? length(stop.length_m) : ""].filter(Boolean).join(" · ")),
    stop.unverified && h("p", { class: "warn" }, t("unverified")),
    farFrom(trip, stop),
    dutiesShown(stop),
    h("div", { class: "thumbs" },
      h("button", { type: "button", class: "main", "data-key": "done", onclick: done }, t("next.done")),
      h("button", { type: "button", "data-key": "go", onclick: () => chooseWay(trip.sheet.ways, stop) }, t("next.go"))),
    toStart(trip),
    steps.length > 0 && h("h3", {}, t("next.how")),
    steps.length > 0 && h("ol", { class: "steps" }, steps.map(({ text }) => h("li", {}, text))),
  ];
}

/** Before anything is done: the way to where the day begins. */
function toStart({ sheet, route, stops, isDone }) {
  const [start] = route.stops;
  if (start.kind !== "start" || stops.some(isDone)) return null;
  return h("p", {}, h("button", { type: "button", class: "start", "data-key": "start", onclick: () => chooseWay(sheet.ways, start) }, t("next.start", { name: start.title })));
}

/** Those that owe most; the rest where it is asked for. */
function dutiesShown({ duties, combined }) {
  const lines = duties.map((duty) => h("li", {}, dutyLine(duty)));
  const rest = lines.splice(MOST_DUTIES);
  return [
    h("ul", { class: "duties" }, lines, combined && h("li", {}, t("combined"))),
    rest.length > 0 && h("details", { class: "duties" }, h("summary", {}, t("next.more", { n: rest.length })), h("ul", {}, rest)),
  ];
}

function homeShown(trip) {
  const { route, stops } = trip;
  const end = route.stops[route.stops.length - 1];
  return [
    h("h2", {}, stops.length ? t("next.all") : t("sheet.next")),
    end && h("p", { class: "name" }, t("next.home", { name: end.name })),
    end && h("div", { class: "thumbs" }, h("button", { type: "button", "data-key": "go", onclick: () => chooseWay(trip.sheet.ways, end) }, t("next.go"))),
  ];
}

function farFrom(trip, stop) {
  const { position, route } = trip;
  if (!position) return null;
  const plane = planeAt(position.lon, position.lat);
  const [first, last] = stop.line;
  const line = [stop.place, ...route.line.coordinates.slice(first, last + 1)].map((place) => flat(plane, place));
  const { off_m } = nearest([0, 0], line);
  if (stop.kind === "piece" && off_m <= ON_M) return h("p", { class: "far" }, t("next.on", { length: length(off_m) }));
  const begin = line[0];
  const far = Math.hypot(begin[0], begin[1]);
  return h("p", { class: "far" }, t("next.far", { length: length(far), toward: t(`toward.${octant([0, 0], begin)}`) }));
}
