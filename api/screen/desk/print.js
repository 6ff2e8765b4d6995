/**
 * Printing the map: a sheet with title, scale, legend, time and sources, to paper or PDF by the browser, or as a PNG.
 * The map on it is drawn anew for the paper, at the scale that is stated; the live canvas is not printed.
 */

import { inOrder } from "../layers/dress.js";
import { legendOf } from "../layers/legend.js";
import { createMap } from "../map/map.js";
import { Problem } from "../page/api.js";
import { byId, h, replace } from "../page/dom.js";
import { say, sentence, t } from "../page/text.js";
import { minute, now_ms } from "../page/time.js";
import { download } from "./bookmarks.js";
import { isFilter } from "./fields.js";
import { filterWords, timeWords } from "./filter_words.js";
import { SCALES, fitting, pixels, sizeOf, zoomOf } from "./paper.js";
import { footOf, frameOf, sheetOf } from "./sheet.js";

const SHARP = 2;
const PATIENCE_MS = 30_000;

/** @param {import("./desk.js").Desk} desk @param {() => string} base what is to be said of the base map @returns {import("./bar.js").Tool} */
export function printTool(desk, base) {
  const printing = new Printing(desk, base);
  return { id: "print", map: true, content: () => [], opened: () => { queueMicrotask(() => { desk.bar.close(); printing.open(); }); } };
}

export class Printing {
  #desk;
  #base;
  #dialog = /** @type {HTMLDialogElement} */ (h("dialog", { id: "printing", class: "printing" }));
  #preview = h("div", { class: "preview" });
  /** @type {import("./paper.js").Format} */ #format = { paper: "a4", landscape: true };
  #title = "";
  #n = 0;
  #image = "";
  #trouble = "";
  #turn = 0;

  /** @param {import("./desk.js").Desk} desk @param {() => string} base */
  constructor(desk, base) {
    this.#desk = desk;
    this.#base = base;
    document.body.append(this.#dialog);
    this.#dialog.addEventListener("close", () => { this.#turn += 1; });
  }

  open() {
    this.#title = byId("place").textContent ?? "";
    this.#n = 0;
    this.#dialog.showModal();
    this.#draw();
  }

  /** The scale that is printed, 1:n: as chosen, or the first round one at which the view fits. */
  get n() {
    return this.#n || this.#fitting();
  }

  #fitting() {
    // With a foot of two lines: what the foot says must not depend on itself.
    const { width, height } = frameOf(this.#format, 2);
    const { clientWidth, clientHeight } = byId("map");
    return fitting(this.#desk.city.view(), [clientWidth, clientHeight], [width, height]);
  }

  /** The sheet as it is to be printed. */
  sheet() {
    return sheetOf(this.#format, this.#told(), { image: this.#image, n: this.n });
  }

  #frame() {
    return frameOf(this.#format, footOf(this.#format, this.#told()).length);
  }

  #render() {
    const { paper, landscape } = this.#format;
    const set = (patch) => { Object.assign(this.#format, patch); this.#draw(); };
    const choice = (key, options, chosen, listener) => h("label", { class: "field" }, h("span", {}, t(`print.${key}`)),
      h("select", { "data-key": key, onchange: (event) => listener(event.target.value) }, options.map(([value, label]) => h("option", { value, selected: String(value) === String(chosen) }, label))));
    this.#dialog.setAttribute("aria-label", t("tool.print"));
    replace(this.#dialog, h("form", { class: "print-form", onsubmit: (event) => event.preventDefault() },
      h("header", {}, h("h2", {}, t("tool.print")), h("button", { type: "button", class: "quiet close", "data-key": "print-close", "aria-label": t("close"), onclick: () => this.#dialog.close() }, "×")),
      h("label", { class: "field" }, h("span", {}, t("print.title")), h("input", { type: "text", maxlength: 80, value: this.#title, "data-key": "title", oninput: (event) => { this.#title = event.target.value; this.#show(); } })),
      choice("paper", [["a4", "A4"], ["a3", "A3"]], paper, (value) => set({ paper: value })),
      choice("turned", [["landscape", t("print.landscape")], ["portrait", t("print.portrait")]], landscape ? "landscape" : "portrait", (value) => set({ landscape: value === "landscape" })),
      choice("scale", [[0, t("print.fit", { n: spaced(this.#fitting()) })], ...SCALES.map((n) => [n, `1:${spaced(n)}`])], this.#n, (value) => { this.#n = Number(value); this.#draw(); }),
      this.#trouble ? h("p", { class: "trouble", role: "status" }, this.#trouble) : h("p", { class: "hint", role: "status" }, t(this.#image ? "print.hint" : "print.drawing")),
      h("div", { class: "buttons" },
        h("button", { type: "button", class: "main", "data-key": "print-go", disabled: !this.#image, onclick: () => this.#print() }, t("print.go")),
        h("button", { type: "button", "data-key": "print-png", disabled: !this.#image, onclick: () => this.#png() }, t("print.png")))),
    this.#preview);
    this.#show();
  }

  #show() {
    this.#preview.replaceChildren(this.sheet());
  }

  /** The map for this paper, drawn out of sight. */
  async #draw() {
    const mine = ++this.#turn;
    this.#image = this.#trouble = "";
    this.#render();
    const told = await this.#picture().then((image) => ({ image, trouble: "" }), (error) => ({ image: "", trouble: sentence(error) }));
    if (mine !== this.#turn) return;
    this.#image = told.image;
    this.#trouble = told.trouble || (told.image ? "" : t("print.failed"));
    this.#render();
  }

  async #picture() {
    const { width, height } = this.#frame();
    const { lon, lat } = this.#desk.city.view();
    const holder = h("div", { class: "print-map", "aria-hidden": "true" });
    holder.style.width = `${pixels(width)}px`;
    holder.style.height = `${pixels(height)}px`;
    document.body.append(holder);
    /** @type {any} */
    let map = null;
    try {
      map = createMap(holder, { lon, lat, zoom: zoomOf(this.n, lat) }, { bare: true, pixels: SHARP });
      await rest(map, () => map.setStyle(this.#desk.map.getStyle(), { diff: false }));
      return await new Promise((resolve) => {
        map.once("render", () => resolve(map.getCanvas().toDataURL("image/png")));
        map.triggerRepaint();
      });
    } finally {
      map?.remove();
      holder.remove();
    }
  }

  #told() {
    const { watch, store } = this.#desk;
    const zoom = zoomOf(this.n, this.#desk.city.view().lat);
    const shown = watch.layers.filter((layer) => this.#desk.shows(layer) && layer.count && zoom >= layer.min_zoom);
    const top = inOrder(shown, store.state.order).reverse();
    const data_at = shown.map((layer) => layer.data_at).filter(Boolean).sort().pop();
    const sources = [...new Set(shown.map((layer) => say(layer.source)).filter(Boolean))];
    const { sample, reader } = watch.catalogue ?? {};
    const marked = sample === "sample" || sample === "mixed" ? sample : "";
    const filters = Object.keys(store.state.filter).filter((id) => isFilter(store.state.filter[id]) && shown.some((layer) => layer.id === id));
    const by = reader?.signed_in ? reader.name : t("print.nobody");
    return {
      title: this.#title,
      banner: marked && t(`banner.${marked}`),
      notes: [timeWords(this.#desk), ...filters.map((id) => filterWords(this.#desk, id))].filter(Boolean),
      foot: [
        [data_at && t("print.at", { time: minute(data_at) }), t("print.when", { time: minute(now_ms()), name: by }), marked && t(`banner.${marked}.more`)].filter(Boolean).join(" "),
        [t("sources") + sources.join(t("comma")), this.#base()].filter(Boolean).join(" · "),
      ],
      legend: top.map((layer) => ({ title: say(layer.title), entries: legendOf(layer) })),
      words: { scale: t("print.scale.said", { n: spaced(this.n) }), north: t("print.north"), legend: t("layers.legend") },
    };
  }

  /** By the browser's own print: on paper, or into a PDF. */
  async #print() {
    const { paper, landscape } = this.#format;
    const holder = h("div", { id: "paper" }, this.sheet());
    const size = h("link", { rel: "stylesheet", media: "print", href: `/screen/desk/paper.${paper}-${landscape ? "landscape" : "portrait"}.css` });
    document.body.append(holder);
    const loaded = new Promise((resolve) => { size.addEventListener("load", resolve); size.addEventListener("error", resolve); });
    document.head.append(size);
    await loaded;
    document.body.classList.add("printing");
    const title = document.title;
    document.title = this.#title || title;
    window.addEventListener("afterprint", () => {
      document.title = title;
      document.body.classList.remove("printing");
      holder.remove();
      size.remove();
    }, { once: true });
    window.print();
  }

  /** The same drawing as a picture, at twice the page's pixels. */
  async #png() {
    const [width, height] = sizeOf(this.#format).map((mm) => Math.round(pixels(mm) * SHARP));
    const drawing = this.sheet();
    drawing.setAttribute("width", String(width));
    drawing.setAttribute("height", String(height));
    const image = new Image(width, height);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
    await image.decode();
    const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { width, height }));
    canvas.getContext("2d")?.drawImage(image, 0, 0, width, height);
    canvas.toBlob((blob) => blob && download(blob, `${this.#title || "map"}.png`));
  }
}

/** Thousands apart, as scales are written. @param {number} n */
const spaced = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u2009");

/** Once the map has drawn all that it was given; fails where that takes too long. @param {any} map @param {() => void} given */
function rest(map, given) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Problem(0, t("print.failed"))), PATIENCE_MS);
    map.once("style.load", () => {
      given();
      map.once("idle", () => { clearTimeout(late); resolve(undefined); });
    });
  });
}
