/** What is to be checked: the outline, what is to be done there, as of when. */

import { announce, byId, h, replace } from "../page/dom.js";
import { afterPress } from "../page/pressed.js";
import { say, sentence, t } from "../page/text.js";
import { readActivities } from "./asking.js";
import { Drawing } from "./drawing.js";
import { gistOf, optionsPart } from "./options.js";
import { Order } from "./order.js";
import { ReadCard } from "./read_card.js";
import { Reading } from "./reading.js";
import { mayAsk } from "./rights.js";
import { SourcePart } from "./source.js";

export class Form {
  order = new Order();
  reading = new Reading(this.order);
  element = h("div", { class: "form" });
  /** @type {import("./asking.js").Activity[]} */ activities = [];
  /** @type {import("./asking.js").Example[]} */ examples = [];
  /** Why what was given was not taken, in words. */ refused = "";
  #problem = null;
  #busy = false;
  /** Whether it is to be checked as soon as it is read. */ #wanted = false;
  #known = false;
  #source = new SourcePart(this);
  #card = new ReadCard(this);
  #what = h("section", { class: "part what" });
  #options = h("details", { class: "part options" });
  #faults = h("div", { class: "faults", role: "status" });
  #setup;
  #first = () => {};
  ready = new Promise((done) => { this.#first = () => done(true); });

  /**
   * @param {import("../page/page.js").Page} page
   * @param {{ cityOf: () => import("../map/city_map.js").CityMap, make: (order: Order) => Promise<void>, batch: (order: Order) => Promise<void> }} setup
   */
  constructor(page, setup) {
    this.page = page;
    this.#setup = setup;
    this.drawing = new Drawing(page, setup.cityOf, () => this.#drawn());
    replace(this.element, this.#source.element, this.#card.element, this.#what, this.#options, this.#faults);
    this.reading.hear(() => afterPress(this.#told));
  }

  /** @type {() => void} the outline that is looked at is another */ onchange = () => {};
  /** @type {(candidate: import("./reading.js").Candidate) => void} look where a CRS would put it */ onplace = () => {};

  arrived({ other }) {
    if (!this.page.watch.catalogue || !mayAsk(this.page)) return this.#first();
    if (other || !this.#known) this.#load();
  }

  spoken() { this.draw(); }

  draw() {
    const { order, drawing } = this;
    if (order.source === "drawn" && !drawing.open && order.geometry) drawing.edit(order.geometry);
    this.#source.draw();
    this.#drawWhat();
    replace(this.#options, ...optionsPart(this));
    this.#card.draw();
    this.drawActs();
  }

  /** Something beside the outline was said. */
  changed = () => {
    this.#problem = null;
    const gist = this.#options.querySelector("summary .hint");
    if (gist) gist.textContent = gistOf(this.order);
    this.drawActs();
  };

  /** Another outline is given. @param {{ pause?: boolean }} [how] */
  given(how) {
    this.#problem = null;
    this.#wanted = false;
    this.refused = "";
    this.reading.renew(how);
  }

  /** Another view is looked at: what was drawn is kept, and taken off the map. */
  leave() {
    if (this.drawing.open) this.drawing.close();
  }

  /** @param {string} words */
  refuse(words) {
    this.refused = words;
    this.#card.draw();
  }

  /** A file, or none any more. @param {File | null} file */
  take(file) {
    this.drawing.close();
    this.order.file = file;
    this.#source.draw();
    this.given();
  }

  /** @param {import("./order.js").Source} source */
  turn(source) {
    this.drawing.close();
    this.order.geometry = null;
    this.order.source = source;
    this.#source.draw();
    this.given();
  }

  beginDrawing() {
    this.order.source = "drawn";
    this.order.geometry = null;
    this.page.store.set({ see: "map" }, { step: false });
    this.drawing.begin();
    this.#source.draw();
    this.given();
  }

  /** Change on the map what was read. */
  editRead() {
    const { geometry } = this.reading.read.outline;
    this.order.source = "drawn";
    this.order.geometry = geometry;
    this.drawing.edit(geometry);
    this.#source.draw();
  }

  /** @param {import("./asking.js").Example} example */
  tryOut({ text, activity, name, crs }) {
    Object.assign(this.order, { activity: activity || this.order.activity, name });
    this.#source.type(text);
    if (crs && !this.order.crs) this.setCrs(crs);
    this.draw();
  }

  /** @param {string} crs   "" to find it again @param {string} [axes]   which number of a point comes first */
  setCrs(crs, axes = "") {
    Object.assign(this.order, { crs, axes });
    if (crs) this.reading.again();
    else this.given();
  }

  /** @param {string} name   of a layer of the file */
  setLayer(name) {
    Object.assign(this.order, { layer_name: name, crs: "", axes: "" });
    this.given();
  }

  toRow() { this.#source.point({ asked: true }); }

  /** Files that were dropped on the page. @param {File[]} files */
  drop(files) { this.#source.take(files); }

  #drawn() {
    const { geometry } = this.drawing;
    const same = JSON.stringify(geometry) === JSON.stringify(this.order.geometry);
    this.order.geometry = geometry;
    if (same) this.onchange();
    else this.given({ pause: true });
  }

  #told = () => {
    this.#card.draw();
    this.#source.point();
    this.drawActs();
    this.onchange();
    if (!this.#wanted || this.reading.busy) return;
    this.#wanted = false;
    if (this.reading.read) this.make();
  };

  async #load() {
    try {
      const told = await readActivities();
      Object.assign(this, { activities: told.activities, examples: told.examples ?? [] });
      this.#known = true;
    } catch (problem) {
      this.#problem = problem;
    }
    this.draw();
    this.#first();
  }

  #drawWhat() {
    const { order, activities } = this;
    replace(this.#what, h("h2", { id: "what-title" }, t("what.title")),
      h("div", { class: "choices", role: "radiogroup", "aria-labelledby": "what-title" }, activities.map(({ activity, name, text }) => h("label", { class: "choice", title: text },
        h("input", { type: "radio", name: "activity", value: activity, "data-key": `activity-${activity}`, checked: order.activity === activity, onchange: () => { order.activity = activity; this.changed(); } }), h("span", {}, say(name))))),
      !activities.length && h("p", { class: this.#problem ? "trouble" : "hint" }, this.#problem ? [sentence(this.#problem), " ", h("button", { type: "button", "data-key": "activities-again", onclick: () => this.#load() }, t("retry"))] : t("loading")));
  }

  /** The one button, and what it will do in words; where this is what is looked at. */
  drawActs() { afterPress(this.#acts); }

  #acts = () => {
    replace(this.#faults, this.#problem && this.activities.length > 0 && h("p", { class: "trouble", role: "alert" }, `▲ ${sentence(this.#problem)}`));
    if (!this.element.isConnected || this.element.hidden) return;
    replace(byId("acts"), h("div", { class: "row" },
      h("button", { type: "button", class: "main big", "data-key": "make", "aria-describedby": "make-what", disabled: !this.#mayMake, onclick: () => this.make() }, t("make")),
      h("p", { class: "hint", id: "make-what" }, this.#words())));
  };

  get #mayMake() { return !this.#busy && this.order.given && !this.reading.problem && this.activities.length > 0; }

  #words() {
    const { order, reading } = this;
    if (this.#busy || this.#wanted) return t("make.busy");
    if (order.source === "drawn" && !order.geometry) return t("make.draw");
    if (!order.given) return t("make.none");
    if (reading.candidates.length && !reading.read) return t("make.crs");
    if (reading.layers.length && !reading.read) return t("make.layer");
    if (reading.problem) return t("make.mend");
    return t("make.what", { day: order.as_of || t("make.today") });
  }

  async make() {
    if (!this.#mayMake) {
      if (this.reading.row) this.toRow();
      return;
    }
    // Who presses while it is still being read is asked what is unclear first, and told what was read.
    this.#wanted = this.reading.busy;
    if (this.#wanted) this.drawActs();
    else await this.#doing(() => this.#setup.make(this.order));
  }

  /** Each outline of the file by itself. */
  async makeBatch() {
    if (!this.#busy) await this.#doing(() => this.#setup.batch(this.order));
  }

  async #doing(act) {
    this.#busy = true;
    this.#problem = null;
    this.drawActs();
    announce(t("make.busy"));
    try {
      await act();
    } catch (problem) {
      this.#problem = problem;
      announce(sentence(/** @type {any} */ (problem)));
    }
    this.#busy = false;
    this.drawActs();
    if (this.#problem) this.#faults.scrollIntoView({ block: "nearest" });
  }
}
