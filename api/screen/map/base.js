/**
 * Base maps: one picture under everything, with its opacity, its year and 审图号 in the map's corner.
 *
 * A page has them by one call, `addBase(page, city)`, and in the address where its fields hold `base: BASE`. Nothing is
 * drawn where none is configured; what does not come is said once, and the layers go on being drawn.
 *
 * @typedef {import("./asking.js").Base} Base
 * @typedef {{ id: string, opacity: number }} Chosen   id: "" for none
 */

import { problemOfTile } from "../page/api.js";
import { announce, h, replace } from "../page/dom.js";
import { number, say, sentence, t } from "../page/text.js";
import { mark, minute, since_ms } from "../page/time.js";
import { readBases } from "./asking.js";

/** Its source and its rule on the map. */
export const ID = "huashan-base";
const NONE = "none";
/** A list this old is asked for again when the page asks for its layers; so are tiles that did not come. */
const AGAIN_MS = 60_000;

/** `base=img,0.8`, `base=none`; null for the first one there is. @type {import("../page/address.js").Field} */
export const BASE = {
  read: (said) => {
    const [id, opacity] = (said.get("base") ?? "").split(",");
    return id ? { id: id === NONE ? "" : id, opacity: share(opacity) } : null;
  },
  write: (chosen) => (chosen ? [["base", `${chosen.id || NONE}${chosen.opacity < 1 ? `,${chosen.opacity}` : ""}`]] : []),
};

/** @param {import("../page/page.js").Page} page @param {import("./city_map.js").CityMap} city */
export function addBase(page, city) {
  const bases = new BaseMaps(page, city);
  page.add(bases);
  return bases;
}

export class BaseMaps {
  /** @type {Base[]} */ list = [];
  /** What is wrong with the list itself. @type {string | null} */ problem = null;
  /** Whether it is known which there are. */ known = false;
  /** Why tiles of the one that is shown do not come, in words. @type {string | null} */ trouble = null;
  #page;
  #city;
  #map = null;
  #drawn = "";
  /** @type {import("../page/time.js").Mark | null} */ #asked = null;
  #troubledAt = mark();
  #corner = h("p", { class: "base-told", hidden: true });

  /** @param {import("../page/page.js").Page} page @param {import("./city_map.js").CityMap} city */
  constructor(page, city) {
    this.#page = page;
    this.#city = city;
    page.store.watch(["base"], () => { this.trouble = null; this.#draw(); page.render(); });
    city.hear(ID, (error) => this.#missed(error));
    city.opened.then((map) => {
      this.#map = map;
      map.getContainer().append(this.#corner);
      this.#draw();
    });
  }

  /** What is chosen: as the address says, else the first that can be drawn. @returns {Chosen} */
  get chosen() {
    return this.#page.store.state.base ?? { id: this.list.find(({ usable }) => usable)?.id ?? "", opacity: 1 };
  }

  /** The base map that is chosen; null for none. @returns {Base | null} */
  get base() {
    return this.find(this.chosen.id);
  }

  /** @param {string} id @returns {Base | null} */
  find(id) {
    return this.list.find((base) => base.id === id) ?? null;
  }

  /** @param {Partial<Chosen>} patch @param {{ step?: boolean }} [options] */
  choose(patch, options) {
    this.#page.store.set({ base: { ...this.chosen, ...patch } }, options);
  }

  /** Show how it would be with this opacity, while a slider is still held. @param {number} opacity */
  preview(opacity) {
    if (this.#drawn) this.#map.setPaintProperty(ID, "raster-opacity", opacity);
  }

  /** Ask for what did not come once more. */
  async again() {
    this.trouble = null;
    // Put there anew: the engine cannot draw a picture that failed once and is asked for again.
    this.#drawn = "";
    await this.ask();
    this.#map?.once("idle", () => { if (!this.trouble) this.ask(); });
  }

  async arrived({ other }) {
    const { catalogue, problem } = this.#page.watch;
    if (problem?.status === 401 && this.known) {
      // Whoever was signed in is no more: nothing of what they saw stays.
      Object.assign(this, { list: [], known: false, trouble: null });
      this.#asked = null;
      this.#draw();
    }
    if (!catalogue) return;
    if (this.trouble && since_ms(this.#troubledAt) > AGAIN_MS) return this.again();
    if (other || !this.#asked || since_ms(this.#asked) > AGAIN_MS) await this.ask();
  }

  spoken() {
    this.#tell();
  }

  /** A style like the map's, with another base map under it, or none. @param {any} style @param {Base | null} base @param {number} opacity */
  under(style, base, opacity) {
    const { [ID]: _own, ...sources } = style.sources;
    const layers = style.layers.filter(({ id }) => id !== ID);
    if (!base?.usable) return { ...style, sources, layers };
    const ground = layers.findIndex(({ type }) => type !== "background");
    layers.splice(ground < 0 ? layers.length : ground, 0, ruleOf(opacity));
    return { ...style, sources: { ...sources, [ID]: sourceOf(base) }, layers };
  }

  /** Ask which there are. */
  async ask() {
    this.#asked = mark();
    try {
      const { bases, problem } = await readBases();
      Object.assign(this, { list: bases, problem, known: true });
    } catch (problem) {
      // The page says by itself that the server is away; what was known stays.
      if (!this.known) this.problem = sentence(problem);
    }
    this.#draw();
    this.#page.render();
  }

  /** Why a tile of a base map did not come, in words; null where the page deals with it. @param {any} error @returns {Promise<string | null>} */
  async why(error) {
    const problem = await problemOfTile(error);
    if (problem.status !== 401) return sentence(problem);
    this.#page.watch.ask();
    return null;
  }

  async #missed(error) {
    // A tile that failed draws nothing, and without a frame the map would never come to rest.
    this.#map.triggerRepaint();
    const words = await this.why(error);
    if (!words || this.trouble) return;
    this.trouble = words;
    this.#troubledAt = mark();
    this.#tell();
    announce(t("base.trouble", { problem: words }));
    this.#page.render();
  }

  #draw() {
    const { base, chosen } = this;
    if (this.#map) {
      const drawn = base?.usable && chosen.opacity > 0 ? JSON.stringify(sourceOf(base)) : "";
      if (drawn !== this.#drawn) this.#put(drawn ? base : null, chosen.opacity);
      else if (drawn) this.#map.setPaintProperty(ID, "raster-opacity", chosen.opacity);
      this.#drawn = drawn;
    }
    this.#tell();
  }

  #put(base, opacity) {
    if (this.#map.getLayer(ID)) this.#map.removeLayer(ID);
    if (this.#map.getSource(ID)) this.#map.removeSource(ID);
    if (!base) return;
    this.#map.addSource(ID, sourceOf(base));
    const first = this.#map.getLayersOrder().find((id) => this.#map.getLayer(id).type !== "background");
    this.#map.addLayer(ruleOf(opacity), first);
  }

  /** In the corner: which one it is, of which year, under which 审图号, and what did not come. */
  #tell() {
    const shown = this.base?.usable && this.chosen.opacity > 0 ? this.base : null;
    this.#corner.hidden = !shown;
    if (!shown) return;
    const problem = this.trouble ?? shown.problem;
    replace(this.#corner, describe(shown), problem ? h("span", { class: "trouble" }, ` ${t("base.trouble", { problem: aged(problem, shown) })}`) : null);
  }
}

/** A base map in one line: title, year, 审图号, whose it is. @param {Base} base */
export const describe = (base) => [t("base.named", { title: say(base.title) }), facts(base)].join(t("base.comma"));

/** The same without its title. @param {Base} base */
export function facts(base) {
  const year = base.year ? t("base.year", { year: base.year }) : t("base.noyear");
  const approval = base.approval ? t("base.approval", { number: base.approval }) : t("base.noapproval");
  return [year, approval, base.attribution].filter(Boolean).join(t("base.comma"));
}

/** A share as a person reads it. @param {number} opacity */
export const percent = (opacity) => `${number(opacity * 100)} %`;

function aged(problem, { problem_since }) {
  return problem_since ? `${problem}${t("base.since", { time: minute(problem_since) })}` : problem;
}

function share(said) {
  const opacity = Number(said);
  return said !== undefined && said !== "" && opacity >= 0 && opacity <= 1 ? opacity : 1;
}

const sourceOf = ({ tiles, tile_size, min_zoom, max_zoom, bounds }) => ({
  type: "raster", tiles: [location.origin + tiles], tileSize: tile_size, minzoom: min_zoom, maxzoom: max_zoom,
  bounds: [bounds[0], Math.max(bounds[1], -85.05), bounds[2], Math.min(bounds[3], 85.05)],
});

const ruleOf = (opacity) => ({ id: ID, type: "raster", source: ID, paint: { "raster-opacity": opacity, "raster-fade-duration": 0 } });
