/** What is to be planned: the days, who is on, what is at stake, and how it is solved. */

import { announce, byId, h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { readDefaults, readPlans, readPosts } from "./asking.js";
import { inWords, nextMonday, today, tomorrow } from "./calendar.js";
import { CrewTable } from "./crew_table.js";
import { faultsOf } from "./faults.js";
import { optionsPart } from "./options.js";
import { Order, dayOf } from "./order.js";
import { afterPress } from "../page/pressed.js";
import { mayPlan } from "./rights.js";
import { Stake } from "./stake.js";

const LENGTHS = [1, 2, 3, 5, 7];

export class Form {
  order = new Order();
  /** @type {{ code: string, name: string | null }[]} */ posts = [];
  /** @type {any} why the register did not come */ problem = null;
  /** The plan of today whose gaps can be planned for; none where there is none. */ #todays = "";
  element = h("div", { class: "form" });
  #when = h("section", { class: "part when" });
  #who = h("section", { class: "part who" });
  #options = h("details", { class: "part options" });
  #faults = h("div", { class: "faults", role: "status" });
  #crews = new CrewTable(this);
  #stake = new Stake(this);
  #asked = "";
  #busy = false;
  /** @type {any} why the plan was not taken */ #refused = null;
  /** @type {(told: any) => void} */ #made;
  /** @type {(what: string, told: (place: any) => void) => void} have a place pointed at on the map */ point;
  /** @type {() => void} */ #first = () => {};
  ready = new Promise((done) => { this.#first = () => done(true); });

  /**
   * @param {import("../page/page.js").Page} page
   * @param {(body: any) => Promise<void>} made   have it made, and show it
   * @param {(what: string, told: (place: any) => void) => void} point
   */
  constructor(page, made, point) {
    this.page = page;
    this.#made = made;
    this.point = point;
    this.order.day = dayOf(page.store.state.day);
    replace(this.element, this.#when, this.#stake.element, this.#who, this.#options, this.#faults);
    page.store.watch(["day"], ({ day }) => this.#turn(dayOf(day)));
  }

  /** Something was said. @param {{ anew?: boolean }} [how]   anew: the crews are to be drawn again, too */
  changed({ anew = false } = {}) {
    this.#refused = null;
    this.order.keep();
    afterPress(anew ? this.#changedAnew : this.#changed);
  }

  #changed = () => {
    this.#crews.tell();
    this.#tell();
    this.onchange();
  };

  #changedAnew = () => {
    this.#crews.draw();
    this.#changed();
  };

  /** @type {() => void} */ onchange = () => {};

  arrived({ other }) {
    if (!this.page.watch.catalogue || !mayPlan(this.page)) return this.#first();
    if (!this.page.store.state.day && !this.#asked) this.order.day = tomorrow();
    if (other || this.#asked !== this.order.day || this.problem) this.load();
  }

  spoken() { this.draw(); }

  /** Read the register of the day, and what is owed by then. */
  async load() {
    const { day } = this.order;
    this.#asked = day;
    this.#stake.load({ anew: true });
    try {
      const [told, { posts }, { plans }] = await Promise.all([readDefaults(day), readPosts(day).catch(() => ({ posts: this.posts })), readPlans({ day: today(), status: "done", limit: 1 }).catch(() => ({ plans: [] }))]);
      if (this.#asked !== day) return;
      Object.assign(this, { posts, problem: null });
      this.#todays = plans[0]?.code ?? "";
      this.order.take(told);
    } catch (problem) {
      if (this.#asked !== day) return;
      this.problem = problem;
    }
    this.draw();
    this.onchange();
    this.#first();
  }

  draw() {
    this.#drawWhen();
    replace(this.#who, h("h2", {}, t("crews.title")), this.problem ? h("p", { class: "trouble" }, sentence(this.problem), " ", h("button", { type: "button", "data-key": "crews-again", onclick: () => this.load() }, t("retry"))) : this.#crews.element);
    this.#crews.draw();
    this.#stake.draw();
    replace(this.#options, ...optionsPart(this));
    this.#tell();
  }

  #drawWhen() {
    const { order } = this;
    const go = (day) => this.page.store.set({ day: day === tomorrow() ? "" : day });
    const quick = (key, day, days) => h("button", { type: "button", "data-key": key, "aria-pressed": String(order.day === day && order.days === days), onclick: () => { order.days = days; go(day); this.changed(); this.#drawWhen(); } }, t(key));
    replace(this.#when, h("h2", {}, t("when.title")),
      h("div", { class: "row" }, h("input", { type: "date", "data-key": "day", "aria-label": t("when.day"), value: order.day, min: today(), onchange: ({ target }) => target.value && go(target.value) }),
        h("select", { "data-key": "days", "aria-label": t("when.days"), onchange: ({ target }) => { order.days = Number(target.value); this.changed(); this.#drawWhen(); } },
          LENGTHS.map((days) => h("option", { value: days, selected: days === order.days }, t(days === 1 ? "when.one" : "when.several", { n: days })))),
        quick("when.tomorrow", tomorrow(), 1), quick("when.week", nextMonday(), 5)),
      h("p", { class: "hint" }, order.days > 1 ? t("when.span", { from: inWords(order.day), to: inWords(order.last), n: order.days }) : inWords(order.day)));
  }

  #turn(day) {
    if (day === this.order.day) return;
    this.order.day = day;
    this.#refused = null;
    if (this.page.watch.catalogue && mayPlan(this.page)) this.load();
    this.#drawWhen();
  }

  #tell() {
    const faults = faultsOf(this.order);
    replace(this.#faults, this.#refused && h("p", { class: "trouble" }, `▲ ${sentence(this.#refused)}`),
      faults.filter(({ crew }) => crew === null).map(({ words }) => h("p", { class: "trouble" }, `▲ ${words}`)));
    this.drawActs();
  }

  /** The one button, and what it will do in words; where this is what is looked at. */
  drawActs() { afterPress(this.#acts); }

  #acts = () => {
    if (!this.element.isConnected || this.element.hidden) return;
    const { order } = this;
    const faults = faultsOf(order);
    const [fault] = faults;
    const wrong = order.known && fault;
    replace(byId("acts"),
      h("p", { class: wrong ? "trouble" : "hint", id: "make-what" }, this.#busy ? t("make.busy") : wrong ? t("make.mend", { words: fault.words })
        : t("make.what", { crews: number(order.on.length), day: order.days > 1 ? t("plan.day.span", { from: order.day, to: order.last }) : inWords(order.day) })),
      h("div", { class: "row" },
        h("button", { type: "button", class: "main big", "data-key": "make", "aria-describedby": "make-what", disabled: this.#busy || !order.known || faults.length > 0, onclick: () => this.make() }, t("make")),
        this.#todays && order.day > today() && h("button", { type: "button", "data-key": "second", title: t("make.second.more"), disabled: this.#busy || !order.known || faults.length > 0, onclick: () => this.make(this.#todays) }, t("make.second"))));
  };

  /** @param {string} [second]   a plan whose gaps become the pieces of this one */
  async make(second) {
    if (this.#busy || faultsOf(this.order).length) return;
    this.#busy = true;
    this.#refused = null;
    this.order.keep();
    this.#tell();
    announce(t("make.busy"));
    try {
      await this.#made(this.order.body(second));
    } catch (problem) {
      this.#refused = problem;
      announce(sentence(/** @type {any} */ (problem)));
    }
    this.#busy = false;
    this.#tell();
    if (this.#refused) this.#faults.scrollIntoView({ block: "nearest" });
  }
}
