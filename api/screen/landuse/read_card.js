/** What was read of the outline: how large, in which CRS and how that is known, what was put right; or what is asked, or wrong. */

import { h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { inMu, percent, restInWords } from "./area.js";

/** Whether it is this one that was chosen. @param {import("./reading.js").Candidate} one @param {import("./order.js").Order} order */
export const isChosen = (one, order) => one.crs === order.crs && (one.axes ?? "") === order.axes;
/** With more vertices than these an outline is changed elsewhere. */
const MOST_EDITED = 2000;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** What a candidate is called on the map and in the list. @param {number} at */
export const letterOf = (at) => LETTERS[at] ?? String(at + 1);

export class ReadCard {
  element = h("section", { class: "part read", "aria-live": "off" });
  #form;

  /** @param {import("./form.js").Form} form */
  constructor(form) {
    this.#form = form;
  }

  draw() {
    const { reading, refused } = this.#form;
    const { read, busy, candidates, layers, problem } = reading;
    const shown = [refused && trouble(refused), layers.length > 0 && this.#askLayer(layers), candidates.length > 0 && this.#ask(candidates, read), problem && !problem.said?.candidates?.length && !problem.said?.layers?.length && this.#wrong(problem), read && this.#read(read)].filter(Boolean);
    this.element.hidden = !shown.length && !busy;
    this.element.setAttribute("aria-busy", String(busy));
    replace(this.element, busy && h("p", { class: "hint" }, t("read.busy")), shown);
  }

  #wrong(problem) {
    const { row } = this.#form.reading;
    return [trouble(sentence(problem)), h("div", { class: "row" },
      row > 0 && h("button", { type: "button", "data-key": "to-row", onclick: () => this.#form.toRow() }, t("read.row", { n: row })),
      !problem.status && h("button", { type: "button", "data-key": "read-again", onclick: () => this.#form.reading.again() }, t("retry"))),
    // One shape of the file may be no area: what cannot be read at all cannot be read one by one, either.
    problem.said?.type?.endsWith(":bad-geometry") && this.#form.order.file && h("p", { class: "many" }, t("read.rest"), " ", h("button", { type: "button", "data-key": "as-batch", onclick: () => this.#form.makeBatch() }, t("read.rest.batch")))];
  }

  #read({ outline, asked, outlines }) {
    const counts = [outline.parts > 1 && t("read.parts", { n: number(outline.parts) }), outline.holes > 0 && t("read.holes", { n: number(outline.holes) }), t("read.vertices", { n: number(outline.vertices) }), t("read.perimeter", { n: number(outline.perimeter_m, 1) })];
    return [
      h("p", { class: "read-area" }, h("strong", {}, inMu(outline.area)), h("span", {}, restInWords(outline.area))),
      h("p", { class: "hint" }, counts.filter(Boolean).join(t("comma"))),
      this.#form.order.source !== "drawn" && h("p", {}, t("read.crs", { crs: asked.crs_name || asked.crs }), h("span", { class: "hint" }, t(`read.how.${asked.crs_how}`))),
      h("ul", { class: "notes" },
        asked.notes.map((note) => h("li", { class: "note" }, note)),
        (outline.repairs ?? []).map((note) => h("li", { class: "note" }, note)),
        outline.outside && outline.outside.m2 > 0 && h("li", { class: "note warn" }, t("read.outside", { area: inMu(outline.outside), share: percent(outline.outside.m2 / outline.area.m2) }))),
      outlines > 1 && h("p", { class: "many" }, t("read.many", { n: number(outlines) }), " ", h("button", { type: "button", "data-key": "as-batch", onclick: () => this.#form.makeBatch() }, t("read.batch", { n: number(outlines) }))),
      this.#form.order.source !== "drawn" && h("div", { class: "row" },
        outline.vertices <= MOST_EDITED && quiet("edit", t("read.edit"), () => this.#form.editRead()),
        this.#form.order.crs && quiet("crs-none", t("read.crs.undo"), () => this.#form.setCrs("")))];
  }

  /** Which layer of the file? @param {string[]} layers */
  #askLayer(layers) {
    const { order } = this.#form;
    return h("fieldset", { class: "candidates" }, h("legend", {}, t("read.layer", { n: number(layers.length) })), layers.map((name, at) => h("div", { class: "candidate" }, h("label", {},
      h("input", { type: "radio", name: "layer", value: name, "data-key": `layer-${at}`, checked: order.layer_name === name, onchange: () => this.#form.setLayer(name) }), h("span", {}, name)))));
  }

  /** In which of these? Each is on the map, under its letter. */
  #ask(candidates, read) {
    const { order } = this.#form;
    return h("fieldset", { class: "candidates" },
      h("legend", {}, read ? t("read.asked") : t("read.ask")),
      candidates.map((one, at) => h("div", { class: "candidate" }, h("label", {},
        h("input", { type: "radio", name: "crs", value: letterOf(at), "data-key": `crs-${at}`, checked: isChosen(one, order), onchange: () => this.#form.setCrs(one.crs, one.axes) }),
        h("span", { class: "letter", "aria-hidden": "true" }, letterOf(at)),
        h("span", {}, h("strong", {}, one.name), " ", h("span", { class: "hint" }, [one.why, one.area && inMu(one.area), one.centre && one.centre.map((degrees) => number(degrees, 3)).join(", ")].filter(Boolean).join(t("area.semi"))))),
        one.centre && h("button", { type: "button", class: "quiet", "data-key": `crs-${at}-place`, "aria-label": t("locate.named", { name: letterOf(at) }), onclick: () => this.#form.onplace(one) }, t("locate")))));
  }
}

const trouble = (words) => h("p", { class: "trouble", role: "alert" }, `▲ ${words}`);
const quiet = (key, words, act) => h("button", { type: "button", class: "quiet", "data-key": key, onclick: act }, words);
