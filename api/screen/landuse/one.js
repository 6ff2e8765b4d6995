/** The check that is open: its verdict first, then what to take along, then every figure it stands on. */

import { byId, h, replace } from "../page/dom.js";
import { confirmed } from "../page/dialog.js";
import { afterPress } from "../page/pressed.js";
import { sentence, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { againPart } from "./again_part.js";
import { inMu, restInWords } from "./area.js";
import { fileOfCheck } from "./asking.js";
import { comparedPart } from "./compared_part.js";
import { Files } from "./files.js";
import { Pieces } from "./pieces_part.js";
import { sourceInWords, sourcesPart } from "./sources_part.js";
import { basePart, classesPart, cultivatedPart, gridsPart, groupsPart, ownershipPart, sliversPart, touchedPart } from "./tables.js";
import { reasonsPart, verdictPart } from "./verdict.js";
import { zonesPart } from "./zones_part.js";

const FORMATS = ["docx", "pdf", "map", "xlsx", "gpkg", "geojson"];

export class One {
  element = h("div", { class: "one" });
  #opened;
  #words;
  #files = new Files(FORMATS, fileOfCheck);
  #pieces = new Pieces();
  #open = new Set(["classes", "zones", "compared"]);
  #shut = new Set();
  #all = new Set();
  #shown = "";

  /** @param {import("./opened.js").Opened} opened @param {{ zone: (kind: string, name: string) => string }} words */
  constructor(opened, words) {
    this.#opened = opened;
    this.#words = words;
    opened.hear(() => this.render());
    opened.page.store.watch(["lit", "scheme"], () => this.render());
    document.addEventListener("keydown", ({ key, target }) => key === "Escape" && !this.element.hidden && !(target instanceof Element && target.closest("dialog")) && this.#light(""));
  }

  render() { afterPress(this.#anew); }

  draw() { this.#anew(); }

  #anew = () => {
    if (!this.element.isConnected || this.element.hidden) return;
    const { answer, problem, busy } = this.#opened;
    this.element.setAttribute("aria-busy", String(busy));
    if (problem) replace(this.element, h("div", { class: "part" }, h("p", { class: "trouble", role: "alert" }, `▲ ${sentence(problem)}`), h("button", { type: "button", "data-key": "one-again", onclick: () => this.#opened.load() }, t("retry"))));
    else if (!answer) replace(this.element, h("p", { class: "part hint" }, t("loading")));
    else replace(this.element, this.#head(answer), ...this.#parts(answer));
    this.drawActs();
    if (answer && this.#shown !== answer.check) byId("panel").scrollTop = 0;
    // Who pressed the button that is no more goes on with the answer.
    const lost = document.activeElement === document.body || document.activeElement?.closest("[hidden]");
    if (answer && this.#shown !== answer.check && lost) byId("panel").focus({ preventScroll: true });
    if (answer) this.#shown = answer.check;
    this.#bring();
  };

  /** What is lit up on the map is in view in the list, too. */
  #bring() {
    const { lit } = this.#opened.page.store.state;
    const row = lit && [...this.element.querySelectorAll("[aria-pressed='true']")].find((one) => /** @type {HTMLElement} */ (one).dataset.key === lit);
    if (row) row.scrollIntoView({ block: "nearest" });
  }

  drawActs() {
    const { answer, problem } = this.#opened;
    if (this.element.hidden || !this.element.isConnected || !(answer || problem)) return;
    replace(byId("acts"), h("div", { class: "row" },
      h("button", { type: "button", "data-key": "one-new", onclick: () => this.#opened.page.store.set({ check: "", tab: "new", lit: "", see: "list" }) }, t("one.new")),
      answer && [
      h("button", { type: "button", "data-key": "one-repeat", title: t("again.what"), disabled: this.#opened.busy, onclick: () => this.#opened.makeAgain(false) }, t("again.do")),
      h("button", { type: "button", "data-key": "one-now", title: t("again.now.what"), disabled: this.#opened.busy, onclick: () => this.#opened.makeAgain(true) }, t("again.do.now"))]));
  }

  #head({ check, name, made_by, made_at, asked, outline }) {
    const { refused } = this.#opened;
    return h("header", { class: "part one-head" },
      h("div", { class: "row" }, h("h2", {}, name || t("one.unnamed"), " ", h("span", { class: "hint" }, check)),
        h("button", { type: "button", class: "quiet", "data-key": "one-delete", onclick: () => this.#delete() }, t("one.delete"))),
      h("p", {}, h("strong", {}, asked.activity_name), " · ", inMu(outline.area), " ", h("span", { class: "hint" }, restInWords(outline.area))),
      h("p", { class: "hint" }, t("one.asked", { day: day(asked.as_of), source: sourceInWords(asked.source), by: made_by ?? t("none"), time: minute(made_at) })),
      refused && h("p", { class: "trouble", role: "alert" }, `▲ ${sentence(refused)}`),
      againPart(this.#opened));
  }

  #parts(answer) {
    const looking = this.#looking();
    return [
      verdictPart(answer, this.#files.draw(answer.check)), reasonsPart(answer, looking),
      comparedPart(answer, looking), classesPart(answer, looking), zonesPart(answer, looking), groupsPart(answer, looking), cultivatedPart(answer, looking), ownershipPart(answer, looking), gridsPart(answer, looking),
      touchedPart(answer, looking), basePart(answer, looking), sliversPart(answer, looking), this.#pieces.part(answer, looking), sourcesPart(answer, looking),
    ].filter(Boolean);
  }

  /** @returns {import("./tables.js").Looking} */
  #looking() {
    const { store } = this.#opened.page;
    return {
      lit: store.state.lit, light: (lit) => this.#light(lit), scheme: store.state.scheme, turn: (scheme) => store.set({ scheme }, { step: false }), zone: this.#words.zone,
      all: this.#all, showAll: (key) => { this.#all.add(key); this.render(); },
      open: this.#open, shut: this.#shut, unfold: (key, open) => this.#unfold(key, open),
    };
  }

  #unfold(key, open) {
    (open ? this.#open : this.#shut).add(key);
    (open ? this.#shut : this.#open).delete(key);
  }

  #light(lit) {
    this.#opened.page.store.set({ lit, ...(lit && matchMedia("(max-width: 800px)").matches ? { see: "map" } : {}) }, { step: false });
  }

  #delete() {
    const { answer } = this.#opened;
    confirmed(t("one.delete.title"), t("one.delete.what", { name: answer.name || answer.check }), t("one.delete"), () => this.#opened.delete());
  }
}
