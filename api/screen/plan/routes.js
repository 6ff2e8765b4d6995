/** The routes of a plan as a list: each crew's stops in order, with their times; pieces are moved by dragging or by their menu. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { inWords } from "./calendar.js";
import { Dragging } from "./dragging.js";
import { fileOf } from "./asking.js";
import { swatch } from "./marks.js";
import { mayPlan } from "./rights.js";
import { dutiesOf, factsOf, routeChoice, stopDetail } from "./stop.js";
import { clock, hours, km } from "./words.js";

/** A plan of so many pieces is shown with all its routes opened. */
const FEW = 60;
/** Waiting for less than this is not worth a word. */
const WAIT_MS = 60_000;

export class Routes {
  #opened;
  #look;
  #dragging;
  /** @type {Set<string>} the routes of which is shown what is seen in passing */ #passing = new Set();
  /** @type {Map<string, boolean>} the routes that were opened, or shut, by hand */ #turned = new Map();

  /** @param {import("./opened.js").Opened} opened @param {import("./look.js").Look} look */
  constructor(opened, look) {
    this.#opened = opened;
    this.#look = look;
    this.#dragging = new Dragging((change) => opened.change(change));
  }

  draw() {
    const { shown } = this.#opened;
    const routes = this.#look.routes;
    if (!shown.routes.length) return [h("p", { class: "part hint" }, t("routes.none"))];
    return [this.#days(), ...routes.map((route) => this.#route(route))];
  }

  /** Which day of several. */
  #days() {
    const { days, day } = this.#look;
    if (days.length < 2) return null;
    return h("div", { class: "part row days", role: "group", "aria-label": t("routes.day") }, days.map((one) => h("button", { type: "button", "data-key": `on-${one}`, "aria-pressed": String(one === day), onclick: () => this.#look.turn(one) }, inWords(one))));
  }

  #route(route) {
    const { store } = this.#opened.page;
    const chosen = store.state.route === route.route;
    const pieces = route.stops.filter(({ kind }) => kind === "piece").length;
    const mark = this.#look.mark(route);
    const { piece } = store.state;
    const open = this.#turned.get(route.route) ?? (chosen || this.#opened.shown.totals?.pieces <= FEW || Boolean(piece && this.#look.piece(piece)?.route === route.route));
    const turn = () => {
      this.#turned.set(route.route, !open);
      this.#opened.page.render();
    };
    return h("section", { class: chosen ? "route chosen" : "route", "data-route": route.route, "aria-label": route.name, ...this.#dragging.onto(route, mayPlan(this.#opened.page)) },
      h("header", {},
        h("button", { type: "button", class: "item route-name", "data-key": `route-${route.route}`, "aria-pressed": String(chosen), title: t("routes.look"), onclick: () => store.set({ route: chosen ? "" : route.route }) }, swatch(mark), h("span", {}, route.name)),
        h("span", { class: "hint" }, t("routes.sum", { mode: t(`plan.mode.${route.mode}`), pieces: number(pieces), km: km(route.length_m) })),
        pieces > 0 && h("span", { class: "files" }, h("a", { href: fileOf(this.#opened.plan.code, "pdf", route.crew), target: "_blank", "aria-label": t("routes.pdf.of", { crew: route.name }) }, t("routes.pdf")),
          h("a", { href: fileOf(this.#opened.plan.code, "gpx", route.crew), download: true, "aria-label": t("routes.gpx.of", { crew: route.name }) }, "GPX"))),
      (route.over ?? []).map((words) => h("p", { class: "trouble" }, `▲ ${words}`)),
      h("p", { class: "hint" }, pieces ? t("routes.times", { from: clock(route.from_at, route.day), to: clock(route.to_at, route.day), moving: hours(route.moving_s), service: hours(route.service_s) }) : idle(route), pieces > 0 && route.waiting_s >= 60 && t("routes.waiting", { n: hours(route.waiting_s) })),
      pieces > 0 && h("button", { type: "button", class: "quiet opens", "data-key": `stops-${route.route}`, "aria-expanded": String(open), onclick: turn }, t(open ? "routes.shut" : "routes.open", { n: number(pieces) }), h("span", { class: "unseen" }, ` ${route.name}`)),
      pieces > 0 && open && h("ol", { class: "stops" }, this.#stops(route)), open && this.#passed(route));
  }

  #stops(route) {
    let nth = 0;
    return route.stops.map((stop) => (stop.kind === "piece" ? this.#piece(route, stop, nth += 1) : this.#pause(route, stop)));
  }

  /** What is seen on the way to something else, without a stop of its own. */
  #passed(route) {
    const passed = this.#look.plan.pieces.filter((piece) => piece.passed && piece.route === route.route);
    if (!passed.length) return null;
    const { store } = this.#opened.page;
    const may = mayPlan(this.#opened.page) && !this.#opened.underWay;
    const { piece: chosen } = store.state;
    return h("details", { class: "passed", open: this.#passing.has(route.route) || passed.some(({ piece }) => piece === chosen), ontoggle: ({ target }) => { this.#passing[target.open ? "add" : "delete"](route.route); } },
      h("summary", {}, t("routes.passed", { n: number(passed.length) })),
      h("ul", { class: "stops left" }, passed.map((piece) => h("li", { class: piece.piece === chosen ? "stop open" : "stop", "data-piece": piece.piece },
        h("button", { type: "button", class: "stop-row", "data-key": `piece-${piece.piece}`, "aria-expanded": String(piece.piece === chosen), onclick: () => store.set(piece.piece === chosen ? { piece: "" } : { piece: piece.piece, route: route.route }) },
          h("span", { class: "nth", "aria-hidden": "true" }, "·"), h("span", { class: "what" }, piece.name), h("span", { class: "long" }, piece.length_m ? km(piece.length_m) : "")),
        piece.piece === chosen && h("div", { class: "stop-more" }, factsOf(piece), dutiesOf(piece),
          may && h("div", { class: "row" }, routeChoice(this.#opened.shown, piece, t("piece.stop"), (to) => this.#opened.change({ piece: piece.piece, route: to }))))))));
  }

  #pause(route, stop) {
    const time = stop.kind === "start" || stop.kind === "end" ? clock(stop.kind === "start" ? stop.to_at : stop.from_at, route.day) : `${clock(stop.from_at, route.day)}–${clock(stop.to_at, route.day)}`;
    return h("li", { class: `stop ${stop.kind}` }, h("span", { class: "when" }, time), h("span", { class: "nth", "aria-hidden": "true" }, { start: "○", end: "◎", break: "‖", appointment: "◆" }[stop.kind] ?? "·"),
      h("span", { class: "what" }, t(`stop.${stop.kind}`, { name: this.#placeOf(route, stop), n: hours((Date.parse(stop.to_at) - Date.parse(stop.from_at)) / 1000) }), waited(stop)));
  }

  /** Where a crew sets out and ends, as it was asked for; else what the stop is called. */
  #placeOf(route, { kind, name }) {
    if (kind !== "start" && kind !== "end") return name ?? "";
    return this.#opened.shown.crews.find(({ crew }) => crew === route.crew)?.[kind]?.name ?? t("stop.somewhere");
  }

  #piece(route, stop, nth) {
    const { store } = this.#opened.page;
    const may = mayPlan(this.#opened.page) && !this.#opened.underWay;
    const open = store.state.piece === stop.piece;
    const piece = this.#look.piece(stop.piece);
    return h("li", { class: open ? "stop piece open" : "stop piece", "data-piece": stop.piece, ...this.#dragging.of(route, stop, nth - 1, may) },
      h("button", { type: "button", class: "stop-row", "data-key": `piece-${stop.piece}`, "aria-expanded": String(open), onclick: () => store.set(open ? { piece: "" } : { piece: stop.piece, route: route.route }) },
        h("span", { class: "when" }, clock(stop.from_at, route.day)), h("span", { class: "nth" }, String(nth)),
        h("span", { class: "what" }, stop.name, waited(stop), " ", this.#opened.changes.some((change) => change.piece === stop.piece) && h("small", { class: "tag changed" }, t("tag.changed")), tags(stop)),
        h("span", { class: "long" }, stop.length_m ? km(stop.length_m) : t("stop.point"))),
      open && stopDetail(this.#opened, route, stop, piece, may));
  }
}

const waited = (stop) => {
  const waited_ms = Date.parse(stop.from_at) - Date.parse(stop.arrive_at);
  return waited_ms >= WAIT_MS && h("small", { class: "hint" }, ` ${t("stop.waits", { n: hours(waited_ms / 1000) })}`);
};

/** Why a crew has nothing to do; a plan of before that was told says only that. */
const idle = ({ idle }) => (idle ? t(`routes.idle.${idle.why}`, { n: number(idle.pieces) }) : t("routes.idle"));

/** What is to be known of a stop at a glance. */
const tags = (stop) => [
  stop.combined && h("small", { class: "tag", title: t("tag.combined.what") }, t("tag.combined", { n: stop.duties.length })),
  stop.fixed && h("small", { class: "tag" }, t("tag.fixed")),
  stop.unverified && h("small", { class: "tag broken" }, t("tag.unverified")),
];
