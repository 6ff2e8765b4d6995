/** Finding a feature by name, code or 拼音, as a combobox over the map: `/` goes there, arrows choose, Enter flies. */

import { announce, byId, h, replace } from "../page/dom.js";
import { number, say, sentence, t } from "../page/text.js";
import { readFound } from "./asking.js";

const LIMIT = 12;
const PAUSE_MS = 150;
const PLACE = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,,\s]\s*(-?\d{1,2}(?:\.\d+)?)\s*$/;

/** @param {import("./desk.js").Desk} desk */
export function searchBox(desk) {
  const box = new Search(desk, byId("search"));
  return () => box.render();
}

class Search {
  #desk;
  #input;
  #list;
  /** @type {any[]} */ #found = [];
  #at = -1;
  #said = "";
  #timer = 0;
  /** @type {AbortController | null} */ #asking = null;

  constructor(desk, holder) {
    this.#desk = desk;
    this.#input = /** @type {HTMLInputElement} */ (h("input", {
      id: "search-input", type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", maxlength: 100, "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": "search-list", oninput: () => this.#later(), onkeydown: (event) => this.#key(event),
      onfocus: () => this.#show(), onblur: () => this.#close(),
    }));
    this.#list = h("ul", { id: "search-list", role: "listbox", class: "found", hidden: true, onmousedown: (event) => event.preventDefault() });
    holder.append(this.#input, this.#list);
    document.addEventListener("keydown", (event) => this.#slash(event));
  }

  render() {
    this.#input.placeholder = t("search.hint");
    this.#input.setAttribute("aria-label", t("search.label"));
    this.#list.setAttribute("aria-label", t("search.found"));
  }

  /** `/` goes to the search from anywhere but a field. */
  #slash(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLElement && event.target.matches("input, select, textarea, [contenteditable]")) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#input.focus();
    this.#input.select();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#timer = window.setTimeout(() => this.#ask(), PAUSE_MS);
  }

  async #ask() {
    const typed = this.#input.value.trim();
    const asking = this.#asking = new AbortController();
    if (!typed) return this.#take([], "");
    const place = placeOf(typed);
    if (place) return this.#take([place], "");
    try {
      const { features, more } = await readFound(typed, LIMIT, asking.signal);
      if (this.#asking !== asking) return;
      const layers = this.#layersCalled(typed);
      this.#take([...layers, ...features], features.length || layers.length ? (more ? t("search.more", { n: LIMIT }) : "") : t("search.nothing", { q: typed }));
    } catch (problem) {
      if (this.#asking === asking && !asking.signal.aborted) this.#take([], sentence(problem));
    }
  }

  /** Layers that are called so: what they hold is listed. */
  #layersCalled(typed) {
    const like = typed.toLowerCase();
    return this.#desk.watch.layers.filter(({ title, count }) => count && say(title).toLowerCase().includes(like)).map(({ id, title, count }) => ({ whole: id, name: say(title), count }));
  }

  #take(found, said) {
    this.#found = found;
    this.#said = said;
    this.#at = found.length ? 0 : -1;
    this.#show();
    if (this.#input.value.trim()) announce(found.length ? t("search.count", { n: number(found.length) }) : said);
  }

  #show() {
    const open = document.activeElement === this.#input && (this.#found.length > 0 || this.#said !== "");
    this.#list.hidden = !open;
    this.#input.setAttribute("aria-expanded", String(open));
    if (open && this.#at >= 0) this.#input.setAttribute("aria-activedescendant", `found-${this.#at}`);
    else this.#input.removeAttribute("aria-activedescendant");
    replace(this.#list, open ? [...this.#found.map((one, at) => this.#option(one, at)), this.#said && h("li", { class: "hint", role: "presentation" }, this.#said)] : []);
  }

  #option(one, at) {
    const layer = say(this.#desk.watch.layer(one.layer)?.title) || one.layer;
    const under = one.place ? t("search.place") : one.whole ? t("search.whole", { n: number(one.count) }) : [layer, one.within, one.name && one.code].filter(Boolean).join(" · ");
    return h("li", {
      id: `found-${at}`, role: "option", "aria-selected": String(at === this.#at), onclick: () => this.#choose(one),
      onmousemove: () => { if (this.#at !== at) { this.#at = at; this.#show(); } },
    }, h("span", {}, one.place ?? (one.name || one.code || String(one.id))), h("small", {}, under));
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#found.length) {
      event.preventDefault();
      this.#at = (this.#at + step + this.#found.length) % this.#found.length;
      this.#show();
    } else if (event.key === "Enter" && !event.isComposing && this.#found[this.#at]) {
      event.preventDefault();
      this.#choose(this.#found[this.#at]);
    } else if (event.key === "Escape") {
      if (this.#list.hidden) this.#input.value = "";
      this.#take([], "");
    }
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
  }

  #choose(one) {
    this.#close();
    if (one.place) return this.#desk.store.set({ view: { lon: one.lon, lat: one.lat, zoom: Math.max(this.#desk.city.view().zoom, 16) } });
    if (one.whole) return this.#desk.list(one.whole);
    this.#desk.turnOn(one.layer);
    this.#desk.choose({ layer: one.layer, id: String(one.id) }, { fly: true });
  }
}

/** What is typed as longitude and latitude. @param {string} typed */
function placeOf(typed) {
  const [, lon, lat] = PLACE.exec(typed) ?? [];
  if (lon === undefined || !typed.includes(".") || Math.abs(Number(lon)) > 180 || Math.abs(Number(lat)) > 85) return null;
  return { place: `${lon}, ${lat}`, lon: Number(lon), lat: Number(lat) };
}
