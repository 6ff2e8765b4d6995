/**
 * The map of a page: opened when the layers are known, drawn anew as they change, its tiles asked for again where they
 * did, and what did not come said. A part of the page; where the browser cannot draw, the page goes on without.
 *
 * @typedef {import("./drawing.js").Layer} Layer
 * @typedef {object} Setup
 * @property {HTMLElement} holder
 * @property {(layer: Layer) => boolean} isOn
 * @property {() => Layer[]} [layers]    what is drawn, with its style, ground first; the catalogue's layers unless given
 * @property {(map: any) => void} [opened]     the map is there, without its layers yet
 * @property {(map: any) => void} [drawn]      the layers were put on the map, or put there again: what lies over them can follow
 * @property {(map: any) => void} [rested]     all is drawn
 * @property {(point: { x: number, y: number }) => void} [pointed]   a click, or Enter over the centre
 * @property {() => void} [mapless]      there will be no map
 */

import { problemOfTile } from "../page/api.js";
import { say, sentence, t } from "../page/text.js";
import { mark, since_ms } from "../page/time.js";
import { draw, showOnly } from "./drawing.js";
import { aim, createMap, renameControls, viewOf } from "./map.js";
import { Refreshing } from "./refreshing.js";
import { viewOfBox } from "./view.js";

/** Tiles tell ages in days, which grow while nothing changes: an open map asks for them again after this. */
const TILES_AGE_MS = 3_600_000;
const WORLD = [-180, -80, 180, 80];

export class CityMap {
  /** @type {any} the MapLibre map; null until opened, or where there is no WebGL */ map = null;
  /** Whether the browser turned out unable to draw. */ mapless = false;
  /** @type {import("../page/page.js").Page} */ #page;
  /** @type {Setup} */ #setup;
  /** @type {Layer[]} */ #drawn = [];
  #drawnAt = mark();
  /** @type {Refreshing | null} */ #refreshing = null;
  /** Whether whatever has changed since the map was drawn was told, and asked for. */ #told = false;
  #styled = false;
  /** @type {Map<string, import("../page/api.js").Problem>} layers of which a tile did not come */ #troubled = new Map();
  /** @type {Map<string, (error: any) => void>} who hears of tiles of other sources that did not come */ #hearers = new Map();
  /** @type {((point: { x: number, y: number }) => void)[]} */ #taken = [];
  #settled = () => {};
  #begin = (_map) => {};
  /** Resolves with the map once something can be put on it; never where there is none. @type {Promise<any>} */
  opened = new Promise((resolve) => { this.#begin = resolve; });
  /** Resolves when the first picture is complete, or it is clear that there will be none. */
  ready = new Promise((resolve) => { this.#settled = () => resolve(undefined); });

  /** @param {import("../page/page.js").Page} page @param {Setup} setup */
  constructor(page, setup) {
    this.#page = page;
    this.#setup = setup;
    page.store.watch(["view"], () => this.#follow());
    page.add(this);
  }

  /** Where the page looks: the address's place, or the whole of the data. @returns {import("../page/store.js").View} */
  view() {
    return this.#page.store.state.view ?? this.#home();
  }

  goHome() {
    this.#page.store.set({ view: this.#home() });
  }

  /**
   * Who puts a source of their own on the map hears of its tiles that did not come.
   * @param {string} source
   * @param {(error: any) => void} listener
   */
  hear(source, listener) {
    this.#hearers.set(source, listener);
  }

  /** Show the layers that are on now. */
  showOnly() {
    if (this.#styled) showOnly(this.map, this.#drawn, this.#setup.isOn);
  }

  /** Draw the layers again, with the style that they have now. */
  redraw() {
    if (this.#styled) this.#draw(false);
  }

  /**
   * Have clicks, and Enter over the centre, until they are given back by calling what is answered.
   * @param {(point: { x: number, y: number }) => void} pointed
   */
  take(pointed) {
    this.#taken.push(pointed);
    return () => { this.#taken = this.#taken.filter((one) => one !== pointed); };
  }

  arrived({ other }) {
    const { catalogue, problem } = this.#page.watch;
    if (catalogue && !this.map && !this.mapless) this.#open();
    if (this.#styled) this.#draw(other || since_ms(this.#drawnAt) > TILES_AGE_MS);
    if (!problem && this.#troubled.size) this.#again();
  }

  /** From now on everything is told; what changed before shows in the catalogue. */
  async begun() {
    const { watch, live } = this.#page;
    this.#told = false;
    await watch.ask();
    this.#told = live.state === "on" && !watch.problem;
  }

  tiles({ layer: id, boxes }) {
    const layer = this.#page.watch.layer(id);
    if (layer && this.map) (this.#refreshing ??= new Refreshing(this.map)).ask(layer, boxes);
  }

  missed() {
    if (this.#styled) for (const { id } of this.#drawn) if (this.map.getSource(id)) this.map.refreshTiles(id);
    this.begun();
  }

  turned() {
    if (this.#page.live.state !== "on") this.#told = false;
  }

  spoken() {
    if (this.map) renameControls(this.map);
  }

  /** @param {import("../page/notice.js").Notice} notice @returns {boolean} */
  says(notice) {
    const [missed] = this.#troubled;
    const said = this.mapless || missed !== undefined || Boolean(this.map && !this.map.loaded());
    if (this.mapless) notice.say(t("error.nomap"), "maplibregl" in window ? t("error.nomap.more") : t("error.noengine.more"));
    else if (missed) notice.trouble(t("error.tiles", { layer: say(this.#page.watch.layer(missed[0])?.title) }), sentence(missed[1]), () => this.#again());
    else if (said) notice.loading(t("loading.map"));
    return said;
  }

  #layers() {
    return this.#setup.layers?.() ?? this.#page.watch.layers;
  }

  #home() {
    const { extent, bounds } = this.#page.watch.catalogue?.deployment ?? {};
    const { clientWidth, clientHeight } = this.#setup.holder;
    return viewOfBox(extent ?? bounds ?? WORLD, clientWidth, clientHeight);
  }

  #open() {
    const { holder, opened, rested, pointed, mapless } = this.#setup;
    const point = (at) => (this.#taken[this.#taken.length - 1] ?? pointed)?.(at);
    try {
      this.map = createMap(holder, this.view());
    } catch {
      this.mapless = true;
      holder.replaceChildren();
      mapless?.();
      this.#settled();
      return;
    }
    this.map.once("style.load", () => { this.#styled = true; opened?.(this.map); this.#draw(false); this.#begin(this.map); });
    this.map.once("idle", () => this.#settled());
    this.map.on("error", ({ sourceId, error }) => this.#missed(sourceId, error));
    this.map.on("idle", () => { this.#page.say(); rested?.(this.map); });
    this.map.on("moveend", () => this.#page.store.set({ view: viewOf(this.map) }, { step: false }));
    this.map.on("click", (event) => point(event.point));
    aim(this.map, () => point(this.map.project(this.map.getCenter())));
    renameControls(this.map);
  }

  /** @param {boolean} anew whether every tile is to be asked for again: another person looks, or they have aged */
  #draw(anew) {
    const layers = this.#layers();
    if (anew) {
      draw(this.map, [], this.#drawn, () => false);
      this.#drawnAt = mark();
    }
    draw(this.map, layers, anew ? [] : this.#drawn, this.#setup.isOn, this.#told);
    this.#drawn = layers;
    this.#setup.drawn?.(this.map);
  }

  /** The address or a button asked for another place than the map's. */
  #follow() {
    if (!this.map) return this.#page.render();
    const { lon, lat, zoom } = this.view();
    const stands = viewOf(this.map);
    const same = Math.abs(stands.lon - lon) < 1e-5 && Math.abs(stands.lat - lat) < 1e-5 && Math.abs(stands.zoom - zoom) < 0.01;
    if (!same) this.map.easeTo({ center: [lon, lat], zoom, duration: 500 });
  }

  async #missed(layer, error) {
    const { watch } = this.#page;
    const hearer = this.#hearers.get(layer);
    if (hearer) return hearer(error);
    if (!watch.layer(layer)) return console.error(error);
    const problem = await problemOfTile(error);
    if (problem.status === 401) return watch.ask();
    this.#troubled.set(layer, problem);
    this.#page.say();
    // A tile that failed draws nothing, and without a frame the map would never come to rest.
    this.map.triggerRepaint();
  }

  #again() {
    const layers = [...this.#troubled.keys()];
    this.#troubled.clear();
    this.#page.say();
    for (const layer of layers) if (this.map.getSource(layer)) this.map.refreshTiles(layer);
  }
}
