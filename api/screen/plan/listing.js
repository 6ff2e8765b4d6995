/** All plans: of which day, how far, by whom, what they pay off; searched, opened, deleted. */

import { byId, h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { deletePlan, readPlans } from "./asking.js";
import { spanInWords } from "./calendar.js";
import { confirmed } from "../page/dialog.js";
import { mayPlan, mayRead } from "./rights.js";
import { UNDER_WAY } from "./solving.js";
import { called, debtInWords, km, pairInWords } from "./words.js";

/** So many are asked for at once. */
const PAGE = 50;
/** What is under way is looked at again. */
const AGAIN_MS = 4000;

export class Listing {
  element = h("div", { class: "listing" });
  #page;
  /** @type {any[] | null} */ #plans = null;
  /** @type {any} */ #problem = null;
  /** Whether there may be older ones. */ #older = false;
  /** @type {Set<string>} those that are older than the newest */ #paged = new Set();
  #timer = 0;
  #rows = h("ul", { class: "cards" });
  #said = h("p", { class: "hint", role: "status" });
  #more = h("div", { class: "row" });
  #search = /** @type {HTMLInputElement} */ (h("input", { type: "search", "data-key": "list-search", autocomplete: "off", spellcheck: "false", oninput: () => this.#list() }));

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.#page = page;
    replace(this.element, this.#search, this.#said, this.#rows, this.#more);
    page.store.watch(["tab", "plan"], () => this.#open && this.load());
  }

  get #open() { return !this.element.hidden && this.element.isConnected; }

  draw() {
    this.#search.placeholder = t("list.search");
    this.#search.setAttribute("aria-label", t("list.search"));
    this.#list();
    this.load();
  }

  drawActs() {
    if (this.#open && mayPlan(this.#page)) replace(byId("acts"), h("button", { type: "button", class: "main", "data-key": "list-new", onclick: () => this.#page.store.set({ tab: "new", plan: "" }) }, t("list.new")));
  }

  arrived({ other }) {
    if (other) this.#plans = null;
    if (this.#open && (other || !this.#plans)) this.load();
  }

  async load() {
    clearTimeout(this.#timer);
    if (!this.#page.watch.catalogue || !mayRead(this.#page)) return;
    try {
      const { plans } = await readPlans({ limit: PAGE });
      const known = new Set(plans.map(({ code }) => code));
      // Those that were asked for beside the newest stay.
      const rest = (this.#plans ?? []).filter(({ code }) => !known.has(code) && this.#paged.has(code));
      this.#plans = [...plans, ...rest];
      this.#older ||= plans.length === PAGE && !rest.length;
      this.#problem = null;
    } catch (problem) {
      this.#problem = problem;
    }
    this.#list();
    if (this.#open && this.#plans?.some(({ status }) => UNDER_WAY.has(status))) this.#timer = window.setTimeout(() => this.#open && this.load(), AGAIN_MS);
  }

  /** Older ones, too. */
  async #further() {
    try {
      const { plans } = await readPlans({ limit: PAGE, before: this.#plans?.at(-1)?.code });
      for (const { code } of plans) this.#paged.add(code);
      this.#plans = [...this.#plans ?? [], ...plans];
      this.#older = plans.length === PAGE;
    } catch (problem) {
      this.#problem = problem;
    }
    this.#list();
  }

  #list() {
    const words = this.#search.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    const found = (this.#plans ?? []).filter((plan) => words.every((word) => textOf(plan).includes(word)));
    this.#said.className = this.#problem ? "trouble" : "hint";
    this.#search.hidden = !this.#plans?.length;
    replace(this.#said, this.#problem ? [sentence(this.#problem), " ", h("button", { type: "button", "data-key": "list-again", onclick: () => this.load() }, t("retry"))]
      : !this.#plans ? t("loading") : !this.#plans.length ? t(mayPlan(this.#page) ? "list.none" : "list.none.yours") : found.length ? t("list.count", { n: number(found.length) }) : t("list.nothing"));
    replace(this.#rows, found.map((plan) => this.#card(plan)));
    replace(this.#more, this.#older && h("button", { type: "button", "data-key": "list-more", onclick: () => this.#further() }, t("list.more")));
  }

  #card(plan) {
    const name = called(plan);
    return h("li", { "data-plan": plan.code },
      h("div", { class: "row" },
        h("button", { type: "button", class: "item name", "data-key": `open-${plan.code}`, onclick: () => this.#page.store.set({ plan: plan.code, part: "routes", route: "", piece: "" }) }, name),
        h("span", { class: `status ${plan.status}` }, t(`status.${plan.status}`)),
        mayPlan(this.#page) && h("button", { type: "button", class: "quiet", "data-key": `delete-${plan.code}`, "aria-label": t("list.delete.of", { name }), onclick: () => this.#delete(plan, name) }, t("one.delete"))),
      plan.name && h("p", {}, spanInWords(plan.days)),
      plan.fault && h("p", { class: "trouble" }, plan.fault),
      plan.length_m > 0 && h("p", {}, [t("list.way", { crews: number(plan.crews ?? 0), pieces: number(plan.pieces ?? 0), km: km(plan.length_m) }), owed(plan)].filter(Boolean).join(" · ")),
      h("p", { class: "hint" }, t("list.made", { by: plan.made_by ?? t("none"), time: minute(plan.made_at), code: plan.code })));
  }

  #delete(plan, name) {
    confirmed(t("one.delete.title"), t("one.delete.what", { name }), t("one.delete.yes"), async () => {
      this.#problem = await deletePlan(plan.code).then(() => null, (problem) => problem);
      if (this.#problem) this.#list();
      else this.load();
    });
  }
}

/** What is searched of a plan. */
const textOf = ({ name, code, day, days, made_by, status }) => [name, code, day, ...(days ?? []), made_by, t(`status.${status}`)].join(" ").normalize("NFKC").toLowerCase();

function owed({ debt_before_m_days, debt_after_m_days, debt_before_target_days }) {
  if (debt_before_m_days && debt_after_m_days) return `${debtInWords(debt_before_m_days, 0)} → ${pairInWords(debt_after_m_days, "m")}`;
  return debt_before_target_days ? debtInWords(0, debt_before_target_days) : "";
}
