/**
 * The desk: map, lists and details of one page, and what they do for one another.
 * Panels know the desk, not each other.
 */

import { problemOfTile } from "../page/api.js";
import { announce, byId } from "../page/dom.js";
import { isOn } from "../layers/choice.js";
import { Live } from "../page/live.js";
import { draw, showOnly } from "../map/drawing.js";
import { aim, createMap, goTo, renameControls, viewOf } from "../map/map.js";
import { at } from "../map/picking.js";
import { Refreshing } from "../map/refreshing.js";
import { addSelection, showSelection } from "../map/selection.js";
import { boxOf, viewOfBox } from "../map/view.js";
import { Notice } from "../page/notice.js";
import { say, sentence, t } from "../page/text.js";
import { mark, since_ms } from "../page/time.js";
import { Watch } from "../page/watch.js";

/** Tiles tell ages in days, which grow while nothing changes: an open map asks for them again after this. */
const TILES_AGE_MS = 3_600_000;
const WORLD = [-180, -80, 180, 80];

export class Desk {
  /** @type {any} the MapLibre map; null until drawn, or where there is no WebGL */ map = null;
  /** Whether the browser turned out unable to draw. */ mapless = false;
  notice = new Notice();
  /** @type {import("../page/store.js").Store} */ store;
  /** @type {Watch} */ watch;
  /** @type {Live} */ live;
  /** @type {any} the details panel, once the page is put together */ details = null;
  /** @type {import("../page/api.js").Layer[]} */ #drawn = [];
  #drawnAt = mark();
  /** @type {Refreshing | null} */ #refreshing = null;
  /** Whether whatever has changed since the map was drawn was told, and asked for. */ #told = false;
  #renewing = 0;
  #styled = false;
  #reader = "";
  /** @type {Map<string, import("../page/api.js").Problem>} layers of which a tile did not come */ #troubled = new Map();
  #fly = false;
  #signIn = () => {};
  #settled = () => {};
  /** Resolves when the first picture is complete, or it is clear that there will be none. */
  ready = new Promise((resolve) => { this.#settled = () => resolve(undefined); });

  /** @param {import("../page/store.js").Store} store @param {() => void} listener called when data or picture changed */
  constructor(store, listener) {
    this.store = store;
    this.listener = listener;
    this.watch = new Watch(() => this.#arrived());
    this.live = new Live({
      begun: () => this.#trust(), tiles: (change) => this.#changed(change), missed: () => this.#missedSome(),
      happened: () => this.watch.askSoon(), turned: () => this.#turned(),
    });
    store.watch(["switched"], () => this.map && showOnly(this.map, this.watch.layers, (layer) => isOn(layer, store.state)));
    store.watch(["selected"], () => this.#select());
    store.watch(["view"], () => this.#follow());
  }

  /** @param {{ details: ReturnType<typeof import("./details.js").detailsPanel>, signIn: () => void }} parts */
  start({ details, signIn }) {
    this.details = details;
    this.#signIn = signIn;
    this.notice.loading(t("loading.layers"));
    this.live.watch();
    return this.watch.start();
  }

  /** Where the screen looks: the map's place, the address's, or the whole of the data. @returns {import("../page/store.js").View} */
  view() {
    return this.store.state.view ?? this.#home();
  }

  /** Choose a feature: its details open. @param {{ layer: string, id: string }} one @param {{ fly?: boolean }} [options] */
  choose({ layer, id }, { fly = false } = {}) {
    this.#fly = fly;
    const before = this.store.state.selected;
    this.store.set({ selected: { layer, id } });
    if (before?.layer === layer && before.id === id) this.#select();
    this.details.focus();
  }

  /** Move the map to a feature. @param {any} feature */
  locate(feature) {
    const box = boxOf(feature.geometry);
    if (box && this.map) goTo(this.map, box);
    else if (box) this.store.set({ view: { lon: (box[0] + box[2]) / 2, lat: (box[1] + box[3]) / 2, zoom: 15 } });
  }

  goHome() {
    this.store.set({ view: this.#home() });
  }

  /** Say everything again in the language chosen. */
  speakAgain() {
    if (this.map) renameControls(this.map);
    this.#say();
  }

  #home() {
    const { extent, bounds } = this.watch.catalogue?.deployment ?? {};
    const { clientWidth, clientHeight } = byId("map");
    return viewOfBox(extent ?? bounds ?? WORLD, clientWidth, clientHeight);
  }

  #arrived() {
    const { catalogue, problem } = this.watch;
    const reader = JSON.stringify(catalogue?.reader ?? null);
    const other = this.#reader !== "" && this.#reader !== reader;
    if (catalogue && this.#reader !== reader) this.live.start();
    if (catalogue || problem?.status === 401) this.#reader = reader;
    if (catalogue && !this.map && !this.mapless) this.#open();
    if (this.#styled) this.#draw(other || since_ms(this.#drawnAt) > TILES_AGE_MS);
    if (other) this.#select();
    if (!problem && this.#troubled.size) this.#again();
    this.#say();
    this.listener();
  }

  #open() {
    const holder = byId("map");
    try {
      this.map = createMap(holder, this.view());
    } catch {
      this.mapless = true;
      holder.replaceChildren();
      this.store.set({ panel: "contents" }, { step: false });
      this.#select();
      this.#settled();
      return;
    }
    this.map.once("style.load", () => { this.#styled = true; this.#draw(false); });
    this.map.once("idle", () => this.#settled());
    this.map.on("load", () => this.#select());
    this.map.on("error", ({ sourceId, error }) => this.#missed(sourceId, error));
    this.map.on("idle", () => { this.#say(); this.listener(); });
    this.map.on("moveend", () => this.store.set({ view: viewOf(this.map) }, { step: false }));
    this.map.on("click", ({ point }) => this.#pick(point));
    aim(this.map, () => this.#pick(this.map.project(this.map.getCenter())));
    renameControls(this.map);
  }

  /** @param {boolean} anew whether every tile is to be asked for again: another person looks, or they have aged */
  #draw(anew) {
    const { layers } = this.watch;
    if (anew) {
      draw(this.map, [], this.#drawn, () => false);
      this.#drawnAt = mark();
    }
    draw(this.map, layers, anew ? [] : this.#drawn, (layer) => isOn(layer, this.store.state), this.#told);
    if (!this.map.getSource("huashan-selected")) addSelection(this.map);
    this.#drawn = layers;
  }

  /** From now on everything is told; what changed before shows in the catalogue. */
  async #trust() {
    this.#told = false;
    await this.watch.ask();
    this.#told = this.live.state === "on" && !this.watch.problem;
  }

  #changed({ layer: id, boxes }) {
    const layer = this.watch.layer(id);
    if (layer && this.map) (this.#refreshing ??= new Refreshing(this.map)).ask(layer, boxes);
    if (this.store.state.selected?.layer === id) this.#renew();
    this.watch.askSoon();
  }

  #missedSome() {
    if (this.#styled) for (const { id } of this.#drawn) if (this.map.getSource(id)) this.map.refreshTiles(id);
    this.#renew();
    this.#trust();
  }

  #turned() {
    if (this.live.state !== "on") this.#told = false;
    if (this.live.state === "cut") this.watch.ask();
    this.listener();
  }

  /** The chosen feature may be another than shown. */
  #renew() {
    clearTimeout(this.#renewing);
    this.#renewing = window.setTimeout(async () => {
      const feature = await this.details?.renew();
      if (feature && this.map?.getSource("huashan-selected")) showSelection(this.map, feature);
    }, 300);
  }

  #pick(point) {
    const found = at(this.map, point, this.watch.layers.filter((layer) => isOn(layer, this.store.state)));
    if (found.length === 0) {
      announce(t("details.nothing"));
      return this.details.close();
    }
    if (found.length === 1) return this.choose(found[0]);
    return this.details.offer(found);
  }

  async #select() {
    const { selected } = this.store.state;
    const fly = this.#fly;
    this.#fly = false;
    if (!this.details || !(this.map || this.mapless)) return;
    const feature = await this.details.show(selected);
    if (this.map?.getSource("huashan-selected")) showSelection(this.map, feature);
    if (feature && fly) this.locate(feature);
  }

  /** The address or a button asked for another place than the map's. */
  #follow() {
    if (!this.map) return this.listener();
    const { lon, lat, zoom } = this.view();
    const stands = viewOf(this.map);
    const same = Math.abs(stands.lon - lon) < 1e-5 && Math.abs(stands.lat - lat) < 1e-5 && Math.abs(stands.zoom - zoom) < 0.01;
    if (!same) this.map.easeTo({ center: [lon, lat], zoom, duration: 500 });
  }

  async #missed(layer, error) {
    if (!this.watch.layer(layer)) return console.error(error);
    const problem = await problemOfTile(error);
    if (problem.status === 401) return this.watch.ask();
    this.#troubled.set(layer, problem);
    this.#say();
    // A tile that failed draws nothing, and without a frame the map would never come to rest.
    this.map.triggerRepaint();
  }

  #again() {
    const layers = [...this.#troubled.keys()];
    this.#troubled.clear();
    this.#say();
    for (const layer of layers) if (this.map.getSource(layer)) this.map.refreshTiles(layer);
  }

  /** The one sentence over the map, the most urgent first. */
  #say() {
    const { problem, catalogue } = this.watch;
    if (problem?.status === 401) return this.notice.trouble(t("error.signin"), t("error.signin.more"), this.#signIn, t("session.in"));
    if (problem && !catalogue) return this.notice.trouble(t("error.layers"), sentence(problem), () => this.watch.ask());
    if (!catalogue) return this.notice.loading(t("loading.layers"));
    const loaded = "maplibregl" in window;
    if (this.mapless) return this.notice.say(t("error.nomap"), loaded ? t("error.nomap.more") : t("error.noengine.more"));
    const [missed] = this.#troubled;
    if (missed) return this.notice.trouble(t("error.tiles", { layer: say(this.watch.layer(missed[0])?.title) }), sentence(missed[1]), () => this.#again());
    if (this.map && !this.map.loaded()) return this.notice.loading(t("loading.map"));
    return this.notice.clear();
  }
}

