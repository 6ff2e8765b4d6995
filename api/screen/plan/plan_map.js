/** The map of the page: where crews begin, or the plan that is open, or what was walked of it; and its legend. */

import { CityMap } from "../map/city_map.js";
import { goTo } from "../map/map.js";
import { addSelection, raiseSelection, showSelection } from "../map/selection.js";
import { boxOf } from "../map/view.js";
import { byId, h, replace, svg } from "../page/dom.js";
import { t } from "../page/text.js";
import { markOf, swatch } from "./marks.js";
import { leftFeatures, placeFeatures, routeFeatures, stopFeatures, walkedFeatures } from "./plan_features.js";
import { CLICKED, RULES, SOURCES, lendImages, named } from "./plan_rules.js";

const GROUND = new Set(["water", "grid", "road"]);
const TOUCH = 9;
/** The numbers of so many stops are shown from afar. */
const FEW = 80;
const NOTHING = { type: "FeatureCollection", features: [] };

export class PlanMap {
  #opened;
  #look;
  #form;
  #views;
  #shown = "";
  /** @type {any[]} what was drawn, before it was worked out how */ #from = [];
  /** What the map was moved to last, so that it is moved once. */ #went = "";

  /**
   * @param {import("./opened.js").Opened} opened
   * @param {import("./look.js").Look} look
   * @param {import("./form.js").Form} form
   * @param {import("../page/views.js").Views} views
   */
  constructor(opened, look, form, views) {
    this.#opened = opened;
    this.#look = look;
    this.#form = form;
    this.#views = views;
    const { page } = opened;
    this.city = new CityMap(page, {
      holder: byId("map"), isOn: ({ id }) => GROUND.has(id), layers: () => page.watch.layers.filter(({ id }) => GROUND.has(id)),
      opened: (map) => this.#opening(map),
      drawn: (map) => { for (const { id } of RULES) map.moveLayer(id); raiseSelection(map); },
      pointed: (point) => this.#pick(point),
    });
    opened.hear(() => this.render());
    page.store.watch(["plan", "part", "route", "piece"], () => this.render());
  }

  #opening(map) {
    for (const source of SOURCES) map.addSource(named(source), { type: "geojson", data: NOTHING });
    for (const rule of RULES) map.addLayer(rule);
    addSelection(map);
    this.#shown = "";
    this.#from = [];
    this.render();
  }

  render() {
    const { open } = this.#views;
    const { plan } = this.#look;
    this.#legend(open === "one" ? plan : null);
    const { map } = this.city;
    if (!map?.getSource(named("stops"))) return;
    this.#draw(map, open, plan);
    this.#go(map, open, plan);
  }

  #draw(map, open, plan) {
    const { part, route, language } = this.#opened.page.store.state;
    const from = [map, open, plan, this.#look.day, part, route, language, this.#opened.result];
    if (open === "one" && from.every((one, at) => one === this.#from[at])) return;
    this.#from = from;
    const drawn = open === "one" && plan ? this.#plan() : open === "new" ? { stops: placeFeatures(this.#form.order.on, (crew) => markOf(this.#form.order.crews.indexOf(crew))) } : {};
    for (const { properties } of drawn.stops ?? []) lendImages(map, properties.image.slice(properties.image.indexOf("#")));
    const now = JSON.stringify(drawn);
    if (now !== this.#shown) for (const source of SOURCES) map.getSource(named(source)).setData({ type: "FeatureCollection", features: drawn[source] ?? [] });
    this.#shown = now;
  }

  #plan() {
    const { part, route: chosen } = this.#opened.page.store.state;
    const { routes } = this.#look;
    const left = part === "left";
    const few = this.#look.plan.totals?.pieces <= FEW;
    const dim = ({ route }) => left || Boolean(chosen && route !== chosen);
    const look = (route) => ({ dim: dim(route), loud: !dim(route) && (few || route.route === chosen) });
    const { result } = this.#opened;
    if (part === "walked" && result) return { walked: walkedFeatures(result, (id) => this.#look.piece(id)), legs: result.legs?.features ?? [] };
    const drawn = [...routes].sort((one, other) => Number(dim(other)) - Number(dim(one)));
    return {
      left: leftFeatures(this.#look.left, left),
      routes: drawn.flatMap((route) => routeFeatures(route, this.#look.mark(route), dim(route))),
      stops: drawn.flatMap((route) => stopFeatures(route, this.#look.mark(route), look(route))),
    };
  }

  /** Move the map to the plan when it comes, to a route that is chosen, to a piece that is out of view. */
  #go(map, open, plan) {
    const { route, piece } = this.#opened.page.store.state;
    const chosen = open === "one" ? this.#look.piece(piece) : null;
    const place = chosen?.geometry ?? this.#stopOf(piece);
    showSelection(map, place ? { geometry: place } : null);
    const to = open === "one" && plan ? `${plan.code}/${this.#look.day}/${plan.routes.length > 0}/${route}/${piece}` : "";
    if (to === this.#went) return;
    const before = this.#went;
    this.#went = to;
    if (!to) return;
    if (place) return this.#bring(map, boxOf(place));
    const shown = this.#look.routes.filter((one) => !route || one.route === route).map(({ line }) => line).filter(Boolean);
    const box = boxOf({ geometries: shown });
    // A piece that is no longer chosen leaves the map where it stands.
    if (box && before.slice(0, before.lastIndexOf("/")) !== to.slice(0, to.lastIndexOf("/"))) goTo(map, box);
  }

  #stopOf(piece) {
    const stop = piece && this.#look.routes.flatMap(({ stops }) => stops).find((one) => one.piece === piece);
    return stop?.place ? { type: "Point", coordinates: stop.place } : null;
  }

  #bring(map, box) {
    if (!box) return;
    const bounds = map.getBounds();
    if (!bounds.contains([box[0], box[1]]) || !bounds.contains([box[2], box[3]])) goTo(map, box);
  }

  #pick({ x, y }) {
    const { map } = this.city;
    if (this.#views.open !== "one") return;
    const found = map.queryRenderedFeatures([[x - TOUCH, y - TOUCH], [x + TOUCH, y + TOUCH]], { layers: CLICKED.map(named).filter((id) => map.getLayer(id)) });
    const ranked = [...found].sort((one, other) => CLICKED.indexOf(one.layer.id.replace("plan-", "")) - CLICKED.indexOf(other.layer.id.replace("plan-", "")));
    const hit = ranked.find(({ properties }) => properties.piece) ?? ranked[0];
    const { store } = this.#opened.page;
    if (!hit) return store.set({ piece: "" });
    const { piece = "", route = "" } = hit.properties;
    const { part } = store.state;
    store.set({ piece, route: piece ? (this.#look.piece(piece)?.route ?? route) : route, part: part === "walked" ? part : hit.source === named("left") ? "left" : "routes" });
  }

  #legend(plan) {
    const place = byId("legend");
    const { part } = this.#opened.page.store.state;
    place.hidden = !plan?.routes.length;
    if (place.hidden) return replace(place);
    if (part === "walked" && this.#opened.result) {
      return replace(place, h("ul", {}, ["walked", "partly", "missed"].map((state) => h("li", {}, piece(state), t(`walked.${state}`))), h("li", {}, stroke("#10243a", 1.6), t("map.legs"))));
    }
    const { routes } = this.#look;
    replace(place, h("ul", {}, routes.map((route) => h("li", {}, swatch(this.#look.mark(route)), route.name)),
      routes.some(({ stops }) => stops.some(({ unverified }) => unverified)) && h("li", {}, stroke("#24408e", 5, "7 5"), t("map.unverified")),
      this.#look.left.length > 0 && h("li", {}, stroke("#4a3b2a", 3.5, "3 5"), t("map.left"))));
  }
}

const stroke = (colour, width, dashes = null) => svg("svg", { viewBox: "0 0 24 12", width: 24, height: 12, "aria-hidden": "true" }, svg("path", { d: "M0 6h24", stroke: colour, "stroke-width": width, "stroke-dasharray": dashes }));
const piece = (state) => stroke({ walked: "#0f7a4f", partly: "#0f7a4f", missed: "#a5182b" }[state], 7, state === "partly" ? "6 4" : null);
