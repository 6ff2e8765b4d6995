/**
 * A curtain (卷帘): a second map over the right part of the first, moved with it, and a handle between the two.
 *
 * The second map is drawn with the first one's style, changed by whoever opens the curtain: another base map, or the
 * layers of another day. Whatever is done with the pointer on either side is done on the first map.
 *
 *   const comparing = curtain(map, { change: (style) => ({ ...style, … }), label: () => "…" });
 *   comparing.renew();   // what `change` answers is another now
 *   comparing.close();
 */

import { h } from "../page/dom.js";
import { createMap, viewOf } from "./map.js";

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
const ENDS = { Home: 0, End: 100 };
const RENEW_MS = 60;

/**
 * @typedef {object} CurtainSetup
 * @property {(style: any) => any} change   the other map's style, out of the first one's: both change together
 * @property {() => string} label           what the handle is called
 * @property {(percent: number) => string} [valueText]   where it stands, in words
 * @property {number} [at]                  where it stands at first, in percent from the left
 * @property {(percent: number) => void} [moved]   it was moved
 * @property {() => void} [closed]          it was taken away, by whoever opened it or for another one
 * @property {(error: { sourceId?: string, error: any }) => void} [missed]   a tile of the other map did not come
 * @property {() => (Node | string)[]} [told]   what stands in the corner of the other side
 */

/**
 * Open a curtain over a map; throws where the browser can draw no second one.
 * @param {any} map
 * @param {CurtainSetup} setup
 */
export function curtain(map, setup) {
  hung.get(map)?.close();
  const opened = new Curtain(map, setup);
  hung.set(map, opened);
  return opened;
}

/** A map has one curtain: another one takes its place. @type {WeakMap<any, Curtain>} */
const hung = new WeakMap();

/** `curtain=img,40`, `curtain=none`; null for no curtain. @type {import("../page/address.js").Field} */
export const CURTAIN = {
  read: (said) => {
    const [id, at] = (said.get("curtain") ?? "").split(",");
    const percent = Number(at);
    return id ? { id, at: at && percent >= 0 && percent <= 100 ? percent : 50 } : null;
  },
  write: (open) => (open ? [["curtain", `${open.id}${open.at === 50 ? "" : `,${open.at}`}`]] : []),
};

export class Curtain {
  /** The other map, on the right. @type {any} */ other;
  /** Where the handle stands, in percent from the left. */ at = 50;
  #map;
  #setup;
  #stage;
  #holder = h("div", { class: "map curtain-map", "aria-hidden": "true" });
  #handle = h("div", { class: "curtain", role: "slider", tabindex: "0", "aria-orientation": "horizontal", "aria-valuemin": "0", "aria-valuemax": "100" }, h("span", { class: "curtain-grip", "aria-hidden": "true" }));
  #corner = h("p", { class: "base-told curtain-told", hidden: true });
  #renewing = 0;
  #drawn = "";
  #follow = () => this.#place();
  #restyle = () => this.#soon();

  /** @param {any} map @param {CurtainSetup} setup */
  constructor(map, setup) {
    this.#map = map;
    this.#setup = setup;
    const container = map.getContainer();
    this.#stage = container.parentElement;
    container.after(this.#holder, this.#corner, this.#handle);
    try {
      this.other = createMap(this.#holder, viewOf(map), { bare: true });
    } catch (error) {
      this.#remove();
      throw error;
    }
    this.other.once("style.load", () => { this.#place(); this.renew(); });
    this.other.on("error", (told) => (setup.missed ? setup.missed(told) : console.error(told.error)));
    map.on("move", this.#follow);
    map.on("resize", this.#follow);
    map.on("styledata", this.#restyle);
    this.#handle.addEventListener("keydown", (event) => this.#typed(event));
    this.#handle.addEventListener("pointerdown", (event) => this.#held(event));
    container.classList.add("parted");
    this.move(setup.at ?? 50, { told: false });
  }

  /** Draw the other side with what it is to be now. */
  renew() {
    clearTimeout(this.#renewing);
    this.#renewing = 0;
    this.speak();
    if (!this.#map.isStyleLoaded() && !this.#drawn) return this.#soon();
    const style = this.#setup.change(this.#map.getStyle());
    const drawn = JSON.stringify(style);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.other.setStyle(JSON.parse(drawn), { diff: true });
  }

  /** Move the handle. @param {number} percent @param {{ told?: boolean }} [options] */
  move(percent, { told = true } = {}) {
    this.at = Math.round(Math.min(100, Math.max(0, percent)) * 10) / 10;
    this.#stage.style.setProperty("--curtain", `${this.at}%`);
    this.speak();
    if (told) this.#setup.moved?.(this.at);
  }

  /** Say everything again: another language, another base map. */
  speak() {
    this.#handle.setAttribute("aria-label", this.#setup.label());
    this.#handle.setAttribute("aria-valuenow", String(this.at));
    this.#handle.setAttribute("aria-valuetext", this.#setup.valueText?.(this.at) ?? `${this.at} %`);
    const told = this.#setup.told?.() ?? [];
    this.#corner.hidden = told.length === 0;
    this.#corner.replaceChildren(...told);
  }

  /** Give the keyboard to the handle. */
  focus() {
    this.#handle.focus({ preventScroll: true });
  }

  /** Take the curtain away. */
  close() {
    if (hung.get(this.#map) !== this) return;
    hung.delete(this.#map);
    clearTimeout(this.#renewing);
    this.#map.off("move", this.#follow);
    this.#map.off("resize", this.#follow);
    this.#map.off("styledata", this.#restyle);
    this.#map.getContainer().classList.remove("parted");
    this.other.remove();
    this.#remove();
    this.#setup.closed?.();
  }

  #remove() {
    for (const node of [this.#holder, this.#handle, this.#corner]) node.remove();
    this.#stage.style.removeProperty("--curtain");
  }

  #place() {
    this.other.jumpTo({ center: this.#map.getCenter(), zoom: this.#map.getZoom(), bearing: this.#map.getBearing() });
  }

  #soon() {
    if (!this.#renewing) this.#renewing = window.setTimeout(() => this.renew(), RENEW_MS);
  }

  #typed(event) {
    const step = STEPS[event.key] ?? (event.key in ENDS ? ENDS[event.key] - this.at : 0);
    if (!(event.key in STEPS) && !(event.key in ENDS)) return;
    event.preventDefault();
    this.move(this.at + step * (event.shiftKey && Math.abs(step) === 1 ? 10 : 1));
  }

  #held(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.focus();
    this.#handle.setPointerCapture(event.pointerId);
    const follow = ({ clientX }) => {
      const { left, width } = this.#map.getContainer().getBoundingClientRect();
      this.move(((clientX - left) / width) * 100);
    };
    const let_go = () => {
      this.#handle.removeEventListener("pointermove", follow);
      for (const ended of ["pointerup", "pointercancel", "lostpointercapture"]) this.#handle.removeEventListener(ended, let_go);
    };
    this.#handle.addEventListener("pointermove", follow);
    for (const ended of ["pointerup", "pointercancel", "lostpointercapture"]) this.#handle.addEventListener(ended, let_go);
  }
}
