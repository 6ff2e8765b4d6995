/**
 * The desk: map, lists and details of one page, and what they do for one another.
 * Panels know the desk, not each other.
 */

import { isOn, switchedTo } from "../layers/choice.js";
import { faded, inOrder } from "../layers/dress.js";
import { CityMap } from "../map/city_map.js";
import { goTo } from "../map/map.js";
import { at } from "../map/picking.js";
import { addSelection, raiseSelection, showSelection } from "../map/selection.js";
import { boxOf, boxOfView } from "../map/view.js";
import { announce, byId } from "../page/dom.js";
import { t } from "../page/text.js";
import { Bar } from "./bar.js";
import { Narrowing } from "./narrowing.js";

const RENEW_MS = 300;
/** So near to the details a feature counts as hidden by them. */
const NEAR_PX = 12;

export class Desk {
  /** @type {import("../page/page.js").Page} */ page;
  /** @type {CityMap} */ city;
  /** @type {any} the details panel, once the page is put together */ details = null;
  /** @type {import("./edit.js").Editing | null} */ editing = null;
  /** List what is in a layer. */ list = (/** @type {string} */ _layer) => {};
  /** @type {((words: string, notes: string[]) => void) | null} says what an edit came to */ saidOfEdits = null;
  /** @type {any} */ #chosen = null;
  /** @type {import("./bar.js").Bar} */ bar;
  /** @type {import("./drawing.js").Drawing | null} what a tool has drawn, or lets draw */ drawing = null;
  /** The layer whose filter is in hand. */ filtering = "";
  /** @type {import("./narrowing.js").Narrowing} what is left out of the layers, and the time that is shown */ narrowing;
  #renewing = 0;
  #fly = false;

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.page = page;
    this.narrowing = new Narrowing(page);
    this.bar = new Bar(this);
    this.city = new CityMap(page, {
      holder: byId("map"),
      layers: () => this.dressed(),
      isOn: (layer) => this.shows(layer),
      opened: (map) => { addSelection(map); this.#select(); },
      drawn: raiseSelection,
      rested: () => page.render(),
      pointed: (point) => this.#pick(point),
      mapless: () => this.#withoutMap(),
    });
    page.store.watch(["switched"], () => { this.city.showOnly(); page.render(); });
    page.store.watch(["order", "fade"], () => { this.city.redraw(); page.render(); });
    this.narrowing.watch(() => { this.city.redraw(); this.#select(); page.render(); });
    page.store.watch(["selected"], () => this.#select());
    page.store.watch(["panel"], () => page.render());
    page.add(this);
  }

  get store() { return this.page.store; }
  get watch() { return this.page.watch; }
  get live() { return this.page.live; }
  get map() { return this.city.map; }

  /** The layers as the reader has put them, ground first: in order, faded, narrowed. */
  dressed() {
    const { order, fade } = this.store.state;
    return inOrder(this.watch.layers, order).map((layer) => (
      { ...layer, style: faded(layer.style, (fade[layer.id] ?? 100) / 100), conditions: this.narrowing.of(layer.id) }));
  }

  /** Whether a layer is shown: switched on, and known of the time that is shown. @param {import("../page/api.js").Layer} layer */
  shows(layer) {
    return isOn(layer, this.store.state) && (layer.kept || !this.narrowing.then);
  }

  /** Switch a layer on, if it is off. @param {string} id */
  turnOn(id) {
    const layer = this.watch.layer(id);
    if (layer && !isOn(layer, this.store.state)) this.store.set({ switched: switchedTo(layer, true, this.store.state.switched) });
  }

  /** The corners of what is in view, degrees. @returns {[number, number][]} */
  viewCorners() {
    const { clientWidth, clientHeight } = byId("map");
    const [west, south, east, north] = boxOfView(this.city.view(), clientWidth, clientHeight);
    return [[west, south], [east, south], [east, north], [west, north]];
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

  arrived({ other }) {
    if (other) this.#select();
  }

  tiles({ layer }) {
    if (this.store.state.selected?.layer === layer) this.#renew();
  }

  missed() {
    this.#renew();
  }

  spoken() {
    this.details.render();
  }

  #withoutMap() {
    this.store.set({ panel: "contents" }, { step: false });
    this.#select();
  }

  /** The chosen feature may be another than shown. */
  #renew() {
    clearTimeout(this.#renewing);
    this.#renewing = window.setTimeout(async () => {
      const feature = await this.details?.renew();
      if (feature) this.#mark(feature);
    }, RENEW_MS);
  }

  /** Show the chosen feature on the map, or not while its shape is being changed. @param {boolean} shown */
  showChosen(shown) {
    if (this.map) showSelection(this.map, shown ? this.#chosen : null);
  }

  #mark(feature) {
    this.#chosen = feature;
    this.showChosen(!this.editing?.reshaping);
  }

  #pick(point) {
    const found = at(this.map, point, this.watch.layers.filter((layer) => this.shows(layer)));
    if (found.length === 0) {
      announce(t("details.nothing"));
      return this.details.close();
    }
    if (found.length === 1) return this.choose(found[0]);
    return this.details.offer(found);
  }

  /** What lies wholly behind its own details comes out from under them. */
  #uncover(feature) {
    const box = boxOf(feature.geometry);
    if (!box || !this.map) return;
    const panel = byId("details").getBoundingClientRect();
    const map = byId("map").getBoundingClientRect();
    const [low, high] = [this.map.project([box[0], box[1]]), this.map.project([box[2], box[3]])];
    const behind = low.x > panel.left - map.left - NEAR_PX && high.y > panel.top - map.top - NEAR_PX && low.y < panel.bottom - map.top + NEAR_PX;
    if (behind) this.map.panBy([(low.x + high.x) / 2 - (panel.left - map.left) / 2, 0]);
  }

  async #select() {
    const { selected } = this.store.state;
    const fly = this.#fly;
    this.#fly = false;
    if (!this.details || !(this.map || this.city.mapless)) return;
    const feature = await this.details.show(selected);
    this.#mark(feature);
    if (feature && fly) this.locate(feature);
    else if (feature) this.#uncover(feature);
  }
}
