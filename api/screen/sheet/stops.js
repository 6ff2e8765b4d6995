/** All stops of the day, in their order, each with its mark and the way there. */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { clock, length, titleOf } from "./measures.js";
import { chooseWay } from "./ways.js";

/** @param {import("./trip.js").Trip} trip @param {() => void} changed */
export const stopsPart = (trip, changed) => () => {
  const place = byId("stops");
  const { route } = trip;
  place.hidden = !route;
  if (!route) return;
  replace(place,
    h("h2", {}, t("sheet.stops")),
    route.over.map((said) => h("p", { class: "warn" }, t("over", { said }))),
    h("ol", { class: "list" }, route.stops.map((stop, at) => rowOf(trip, stop, at, changed))),
    route.passed.length > 0 && h("details", {}, h("summary", {}, t("stops.passed", { n: route.passed.length })),
      h("ul", {}, route.passed.map((name) => h("li", { class: "hint" }, name)))),
    h("p", { class: "hint" }, t("done.only")));
};

function rowOf(trip, stop, at, changed) {
  const ends = stop.kind === "start" || stop.kind === "end";
  const done = !ends && trip.isDone(stop);
  const facts = [clock(stop.from_at), stop.length_m ? length(stop.length_m) : "", stop.unverified ? t("unverified") : ""];
  const toggle = () => {
    trip.mark(stop, !done);
    changed();
  };
  const box = h("input", { type: "checkbox", "data-key": `stop-${at}`, onchange: toggle, "aria-label": t("done.mark", { mark: stop.mark, name: stop.name }) });
  /** @type {HTMLInputElement} */ (box).checked = done;
  return h("li", { class: done ? "done" : stop === trip.next ? "now" : null },
    ends ? h("span", { class: "tick" }) : h("label", { class: "tick" }, box),
    h("div", { class: "what" },
      h("p", {}, h("b", {}, stop.mark), " ", titleOf(stop)),
      h("p", { class: stop.unverified ? "warn" : "hint" }, facts.filter(Boolean).join(" · "))),
    h("button", { type: "button", "data-key": `go-${at}`, "aria-label": t("go.to", { name: stop.name }), onclick: () => chooseWay(trip.sheet.ways, stop) }, "➤"));
}
