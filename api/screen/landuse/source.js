/** How the outline is given: as text, as a file, drawn; one at a time, and what was said in another way stays. */

import { announce, h, replace } from "../page/dom.js";
import { number, t } from "../page/text.js";

const KINDS = ".geojson,.json,.zip,.gpkg,.kml,.kmz,.dxf,.dwg,.shp,.fgb,.parquet,.txt,.csv,.xlsx";

export class SourcePart {
  element = h("section", { class: "part source" });
  #form;
  #area = /** @type {HTMLTextAreaElement} */ (h("textarea", {
    id: "outline-text", rows: 7, wrap: "off", spellcheck: "false", autocomplete: "off", autocapitalize: "off", "data-key": "outline-text",
    oninput: () => this.#typed(true), onpaste: () => setTimeout(() => this.#typed(false)),
  }));
  #shownRow = 0;

  /** @param {import("./form.js").Form} form */
  constructor(form) {
    this.#form = form;
    this.#file.addEventListener("change", () => {
      this.take([...(this.#file.files ?? [])]);
      this.#file.value = "";
    });
  }

  #file = /** @type {HTMLInputElement} */ (h("input", { type: "file", class: "unseen", id: "outline-file", tabindex: "-1", accept: KINDS, "data-key": "outline-file" }));

  draw() {
    const { order, drawing, examples } = this.#form;
    this.#file.setAttribute("aria-label", t("source.file"));
    this.#area.placeholder = t("source.placeholder");
    replace(this.element, h("h2", {}, h("label", { for: "outline-text" }, t("source.title"))),
      order.source === "drawn" ? [h("p", { class: "given" }, h("strong", {}, t("source.drawn")), quiet("source-text", t("source.undraw"), () => this.#form.turn("text"))), drawing.element]
        : order.file ? h("p", { class: "given" }, h("strong", {}, order.file.name), h("span", { class: "hint" }, t("source.size", { kb: number(Math.max(1, order.file.size / 1024)) })), quiet("source-none", t("source.unfile"), () => this.#form.take(null)))
          : this.#area,
      h("div", { class: "row" }, this.#file,
        h("button", { type: "button", "data-key": "choose-file", onclick: () => this.#file.click() }, t("source.file")),
        h("button", { type: "button", "data-key": "draw", "aria-pressed": String(order.source === "drawn"), onclick: () => this.#form.beginDrawing() }, t("source.draw")),
        this.#clearing = quiet("source-clear", t("source.clear"), () => this.#clear())),
      this.#empty = h("div", {},
        examples.length > 0 && h("p", { class: "examples" }, t("source.try"), examples.map((one, at) => quiet(`example-${at}`, one.name, () => this.#form.tryOut(one)))),
        h("p", { class: "hint" }, t("source.kinds"))));
    this.#turn();
  }

  #clearing = h("span");
  #empty = h("span");

  /** What is to be seen beside an empty field, and beside one that holds something: without drawing the field anew, in which one types. */
  #turn() {
    const { order } = this.#form;
    const text = order.source === "text";
    this.#clearing.hidden = !text || !order.text;
    this.#empty.hidden = !text || order.text.trim() !== "";
  }

  /** These were dropped or chosen. @param {File[]} files */
  take(files) {
    if (files.length > 1) {
      announce(t("source.one"));
      this.#form.refuse(t("source.one"));
    } else if (files.length) this.#form.take(files[0]);
  }

  /** The text is this now, as if it were typed. @param {string} text */
  type(text) {
    this.#area.value = text;
    this.#typed(false);
    this.#area.scrollTop = this.#area.scrollLeft = 0;
  }

  /** Mark the row that is at fault; where the field has the focus anyway, or asked for. @param {{ asked?: boolean }} [how] */
  point({ asked = false } = {}) {
    const { row } = this.#form.reading;
    if (!row || (this.#shownRow === row && !asked) || !this.#area.isConnected) return;
    this.#shownRow = row;
    if (!asked && this.#typing) return;
    const rows = this.#area.value.split("\n");
    const from = rows.slice(0, row - 1).reduce((sum, one) => sum + one.length + 1, 0);
    if (asked) this.#area.focus();
    this.#area.setSelectionRange(from, from + (rows[row - 1]?.length ?? 0));
    // A selection does not scroll by itself in every browser.
    this.#area.scrollTop = Math.max(0, (row - 3) * (this.#area.scrollHeight / Math.max(rows.length, 1)));
  }

  #typing = false;

  #typed(pause) {
    const { order } = this.#form;
    if (order.text === this.#area.value) return;
    order.text = this.#area.value;
    order.source = "text";
    order.crs = order.axes = "";
    this.#typing = pause;
    this.#shownRow = 0;
    this.#turn();
    this.#form.given({ pause });
  }

  #clear() {
    this.type("");
    this.#area.focus();
  }
}

const quiet = (key, words, act) => h("button", { type: "button", class: "quiet", "data-key": key, onclick: act }, words);
