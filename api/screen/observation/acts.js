/**
 * What is done with observations: handed over, settled, opened again; and what was done in this session taken back, each
 * on the version that it left, so that what somebody else did since stays.
 */

import { announce, byId, h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { change } from "./asking.js";
import { handOverForm } from "./hand_over.js";
import { called } from "./words.js";

/** @typedef {import("./asking.js").Finding} Finding */
/** @typedef {{ code: string, version: number, back: any }} Undoing   back: the change that takes it back */

export class Acts {
  /** @type {Set<string>} codes picked for something to be done with all of them */ picked = new Set();
  #findings;
  #place = byId("acts");
  /** @type {{ words: string, more: string[], undo: Undoing[] } | null} */ #said = null;
  /** @type {ReturnType<typeof handOverForm> | null} */ #form = null;
  #busy = false;
  #drawn = "";
  /** @type {ReturnType<typeof handOverForm> | null} */ #formDrawn = null;

  /** @param {import("./findings.js").Findings} findings */
  constructor(findings) {
    this.#findings = findings;
  }

  /** @param {string} code @param {boolean} on */
  pick(code, on) {
    if (on) this.picked.add(code);
    else this.picked.delete(code);
    this.render();
  }

  /**
   * Change one, and offer to take it back.
   * @param {Finding} before
   * @param {any} wanted
   * @param {string} words   what was done, for people
   * @param {string[]} [more]
   * @returns {Promise<Finding>} throws a Problem
   */
  async act(before, wanted, words, more = []) {
    const after = await change(before.code, before.version, wanted);
    this.#say({ words, more, undo: [{ code: after.code, version: after.version, back: backTo(before, wanted) }] });
    this.#findings.ask();
    return after;
  }

  /** Hand over all that are picked; those that were refused stay picked, with the reason. @param {{ post: string, due_at: string }} told */
  async handOver(told) {
    const rows = this.#rows();
    const undo = [];
    const refused = [];
    this.#busy = true;
    this.render();
    for (const row of rows) {
      try {
        const after = await change(row.code, row.version, { state: "handed", ...told });
        undo.push({ code: after.code, version: after.version, back: backTo(row, told) });
        this.picked.delete(row.code);
      } catch (problem) {
        refused.push(`${called(this.#findings, row)} ${row.code}:${sentence(/** @type {any} */ (problem))}`);
      }
    }
    this.#busy = false;
    this.#form = null;
    this.#say({ words: t("act.handed.many", { n: number(undo.length), post: this.#findings.postOf(told.post) }), more: refused, undo });
    this.#findings.ask();
  }

  spoken() {
    this.#form = null;
  }

  render() {
    for (const code of this.picked) if (!this.#findings.rows.some((row) => row.code === code && row.state !== "settled")) this.picked.delete(code);
    const n = this.picked.size;
    if (n === 0) this.#form = null;
    const may = this.#findings.mayWrite;
    const now = JSON.stringify([n, may, this.#said, this.#busy, this.#offered(), this.#findings.store.state.language]);
    // A list that is open in the form must not be shut because something happened elsewhere.
    if (now === this.#drawn && this.#form === this.#formDrawn) return;
    this.#drawn = now;
    this.#formDrawn = this.#form;
    replace(this.#place,
      this.#said && h("div", { class: "said", role: "status" }, h("p", {}, this.#said.words), this.#said.more.map((line) => h("p", { class: "trouble" }, line)),
        this.#said.undo.length > 0 && may && h("button", { type: "button", "data-key": "act-undo", disabled: this.#busy, onclick: () => this.#undo() }, t("act.undo")),
        h("button", { type: "button", class: "quiet", "data-key": "act-close", "aria-label": t("close"), onclick: () => { this.#said = null; this.render(); } }, "×")),
      may && n > 0 && h("div", { class: "picked" }, h("p", {}, t("act.picked", { n: number(n) })),
        h("button", { type: "button", class: "main", "data-key": "act-hand", disabled: this.#busy, onclick: () => this.#open() }, t("act.hand")),
        h("button", { type: "button", class: "quiet", "data-key": "act-none", onclick: () => { this.picked.clear(); this.#findings.page.render(); } }, t("act.none"))),
      may && n === 0 && this.#offered() > 1 && h("button", { type: "button", class: "quiet", "data-key": "act-all", onclick: () => this.#all() }, t("act.all", { n: number(this.#offered()) })),
      this.#form?.element);
  }

  #open() {
    this.#form ??= handOverForm(this.#findings, { post: "", due: "" }, (told) => this.handOver(told), () => { this.#form = null; this.render(); });
    this.render();
    this.#form.element.querySelector("select")?.focus();
  }

  #rows() { return this.#findings.rows.filter(({ code, state }) => this.picked.has(code) && state !== "settled"); }
  #offered() { return this.#findings.rows.filter(({ state }) => state !== "settled").length; }

  #all() {
    for (const { code, state } of this.#findings.rows) if (state !== "settled") this.picked.add(code);
    this.#findings.page.render();
  }

  async #undo() {
    const undo = this.#said?.undo ?? [];
    const refused = [];
    this.#busy = true;
    this.render();
    for (const { code, version, back } of undo) {
      try {
        await change(code, version, back);
      } catch (problem) {
        refused.push(`${code}:${t(/** @type {any} */ (problem).status === 412 ? "act.overtaken" : "act.notundone")} ${sentence(/** @type {any} */ (problem))}`);
      }
    }
    this.#busy = false;
    this.#say({ words: t("act.undone", { n: number(undo.length - refused.length) }), more: refused, undo: [] });
    this.#findings.ask();
  }

  #say(said) {
    this.#said = said;
    this.render();
    announce(said.words);
  }
}

/** The change that brings an observation back to how it stood. @param {Finding} before @param {any} wanted */
function backTo(before, wanted) {
  const { state, post_code, due_at, settled_at, settled_by, note } = before;
  const answering = { ...(post_code ? { post: post_code } : {}), ...(due_at ? { due_at } : {}) };
  const standing = { open: {}, handed: answering, settled: { ...answering, settled_at, settled_by } }[state];
  return { state, ...standing, ...("note" in wanted ? { note } : {}) };
}
