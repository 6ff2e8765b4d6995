/** One's own batches of checks, the newest first: opened, deleted. */

import { byId, h, replace } from "../page/dom.js";
import { confirmed } from "../page/dialog.js";
import { number, sentence, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { deleteBatch, readBatch, readBatches } from "./asking.js";
import { keptBatches } from "./kept.js";
import { mayAsk } from "./rights.js";

/** So many of those that were made here are asked for. */
const MOST_KEPT = 20;
export const UNDER_WAY = new Set(["queued", "checking"]);

export class Batches {
  element = h("div", { class: "listing" });
  #page;
  /** @type {any[] | null} */ #batches = null;
  /** @type {any} */ #problem = null;

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.#page = page;
  }

  get #signedIn() { return Boolean(this.#page.watch.catalogue?.reader.signed_in); }

  get #open() { return !this.element.hidden && this.element.isConnected; }

  draw() {
    this.#list();
    this.load();
  }

  drawActs() {
    if (this.#open) replace(byId("acts"), h("p", { class: "hint" }, t("batches.how")));
  }

  arrived({ other }) {
    if (other) this.#batches = null;
    if (this.#open && (other || !this.#batches)) this.load();
  }

  async load() {
    if (!this.#page.watch.catalogue || !mayAsk(this.#page)) return;
    try {
      this.#batches = this.#signedIn ? (await readBatches()).batches : await readKept();
      this.#problem = null;
    } catch (problem) {
      this.#problem = problem;
    }
    this.#list();
  }

  #list() {
    const words = this.#problem ? [sentence(this.#problem), " ", h("button", { type: "button", "data-key": "batches-again", onclick: () => this.load() }, t("retry"))]
      : !this.#batches ? t("loading") : this.#batches.length ? t("batches.count", { n: number(this.#batches.length) }) : t(this.#signedIn ? "batches.none" : "batches.stranger");
    replace(this.element, h("p", { class: this.#problem ? "trouble" : "hint", role: "status" }, words), h("ul", { class: "cards" }, (this.#batches ?? []).map((one) => this.#card(one))));
  }

  #card(one) {
    const name = one.name || one.source || one.code;
    return h("li", { "data-batch": one.code },
      h("div", { class: "row" },
        h("button", { type: "button", class: "item name", "data-key": `open-${one.code}`, onclick: () => this.#page.store.set({ batch: one.code, lit: "", see: "list" }) }, name),
        h("span", { class: "status" }, t(`batch.${one.status}`)),
        h("button", { type: "button", class: "quiet", "data-key": `delete-${one.code}`, "aria-label": t("list.delete.of", { name: `${name} ${one.code}` }), onclick: () => this.#delete(one, name) }, t("one.delete"))),
      h("p", {}, [one.activity_name, t("batch.outlines", { n: number(one.total ?? 0) }), t("list.as_of", { day: day(one.as_of) })].join(" · ")),
      one.fault && h("p", { class: "trouble" }, one.fault),
      h("p", { class: "hint" }, t("list.made", { by: one.made_by ?? t("none"), time: minute(one.made_at), code: one.code })));
  }

  #delete(one, name) {
    confirmed(t("batch.delete.title"), t("one.delete.what", { name }), t("one.delete"), async () => {
      this.#problem = await deleteBatch(one.code).then(() => null, (problem) => problem);
      if (!this.#problem) keptBatches.forget(one.code);
      if (this.#problem) this.#list();
      else this.load();
      byId("panel").focus({ preventScroll: true });
    });
  }
}

/** The batches that were made in this browser, as they are now; those that are no more are passed over. */
async function readKept() {
  const found = await Promise.all(keptBatches.all().slice(0, MOST_KEPT).map(({ code }) => readBatch(code, { limit: 1 }).catch(() => null)));
  return found.filter(Boolean);
}
