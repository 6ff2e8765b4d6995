/** One's own checks: searched, opened, made again, deleted. */

import { byId, h, replace } from "../page/dom.js";
import { confirmed } from "../page/dialog.js";
import { number, sentence, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { inMu } from "./area.js";
import { deleteCheck, readChecks } from "./asking.js";
import { keptChecks } from "./kept.js";
import { mayAsk } from "./rights.js";
import { badge } from "./sign.js";

/** So many are asked for at once. */
const PAGE = 50;

export class History {
  element = h("div", { class: "listing" });
  #page;
  /** @type {any[] | null} */ #checks = null;
  /** @type {any} */ #problem = null;
  #older = false;
  #rows = h("ul", { class: "cards" });
  #said = h("p", { class: "hint", role: "status" });
  #more = h("div", { class: "row" });
  #search = /** @type {HTMLInputElement} */ (h("input", { type: "search", "data-key": "list-search", autocomplete: "off", spellcheck: "false", oninput: () => this.#list() }));

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.#page = page;
    replace(this.element, this.#search, this.#said, this.#rows, this.#more);
  }

  /** @type {(code: string) => void} this check is no more */ gone = () => {};

  get #signedIn() { return Boolean(this.#page.watch.catalogue?.reader.signed_in); }

  get #open() { return !this.element.hidden && this.element.isConnected; }

  draw() {
    this.#search.placeholder = t("list.search");
    this.#search.setAttribute("aria-label", t("list.search"));
    this.#list();
    this.load();
  }

  drawActs() {
    if (this.#open) replace(byId("acts"), h("button", { type: "button", class: "main", "data-key": "list-new", onclick: () => this.#page.store.set({ tab: "new", check: "" }) }, t("one.new")));
  }

  arrived({ other }) {
    if (other) this.#checks = null;
    if (this.#open && (other || !this.#checks)) this.load();
  }

  /** @param {string} [before]   older than this one */
  async load(before) {
    if (!this.#page.watch.catalogue || !mayAsk(this.#page)) return;
    try {
      const { checks } = this.#signedIn ? await readChecks({ limit: PAGE, before }) : { checks: keptChecks.all() };
      this.#checks = before ? [...this.#checks ?? [], ...checks] : checks;
      this.#older = this.#signedIn && checks.length === PAGE;
      this.#problem = null;
    } catch (problem) {
      this.#problem = problem;
    }
    this.#list();
  }

  #list() {
    const words = this.#search.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    const found = (this.#checks ?? []).filter((check) => words.every((word) => textOf(check).includes(word)));
    this.#said.className = this.#problem ? "trouble" : "hint";
    this.#search.hidden = !this.#checks?.length;
    replace(this.#said, this.#problem ? [sentence(this.#problem), " ", h("button", { type: "button", "data-key": "list-again", onclick: () => this.load() }, t("retry"))]
      : !this.#checks ? t("loading") : !this.#checks.length ? t("list.none") : [found.length ? t("list.count", { n: number(found.length) }) : t("list.nothing"), !this.#signedIn && ` ${t("list.here")}`]);
    replace(this.#rows, found.map((check) => this.#card(check)));
    replace(this.#more, this.#older && h("button", { type: "button", "data-key": "list-more", onclick: () => this.load(this.#checks?.at(-1)?.check) }, t("list.more")));
  }

  #card(one) {
    const name = one.name || t("one.unnamed");
    return h("li", { "data-check": one.check },
      h("div", { class: "row" },
        h("button", { type: "button", class: "item name", "data-key": `open-${one.check}`, onclick: () => this.#page.store.set({ check: one.check, lit: "", see: "list" }) }, name),
        one.answer && badge(one.answer),
        h("button", { type: "button", class: "quiet", "data-key": `delete-${one.check}`, "aria-label": t("list.delete.of", { name: `${name} ${one.check}` }), onclick: () => this.#delete(one, name) }, t("one.delete"))),
      h("p", {}, [one.activity_name ?? one.activity, one.area && inMu(one.area), one.as_of && t("list.as_of", { day: day(one.as_of) })].filter(Boolean).join(" · ")),
      h("p", { class: "hint" }, t("list.made", { by: one.made_by ?? t("none"), time: minute(one.made_at), code: one.check })));
  }

  #delete(one, name) {
    confirmed(t("one.delete.title"), t("one.delete.what", { name }), t("one.delete"), async () => {
      this.#problem = await deleteCheck(one.check).then(() => null, (problem) => problem);
      // What is not there any more need not be listed, either.
      if (this.#problem?.status === 404) this.#problem = null;
      if (!this.#problem) keptChecks.forget(one.check);
      if (!this.#problem) this.gone(one.check);
      if (!this.#problem) this.#checks = (this.#checks ?? []).filter(({ check }) => check !== one.check);
      this.#list();
      byId("panel").focus({ preventScroll: true });
    });
  }
}

/** What is searched of a check. */
const textOf = ({ name, check, activity_name, as_of, made_by, answer, source }) => [name, check, activity_name, as_of, made_by, source, t(`verdict.${answer}`)].join(" ").normalize("NFKC").toLowerCase();
