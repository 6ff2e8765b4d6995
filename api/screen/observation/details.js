/** One observation: what, where, how it stands, its photos and history; and what this reader may do with it. */

import { announce, byId, h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { ago, minute, now_ms, typedMinute } from "../page/time.js";
import { readFinding } from "./asking.js";
import { isLate } from "./findings.js";
import { handOverForm } from "./hand_over.js";
import { historyOf } from "./history.js";
import { photosOf } from "./photos.js";
import { settleForm } from "./settle.js";
import { called, dueWords } from "./words.js";

/** @param {import("./findings.js").Findings} findings @param {import("./acts.js").Acts} acts @returns {import("../page/page.js").Part} */
export function detailsPanel(findings, acts) {
  return new Details(findings, acts);
}

class Details {
  #findings;
  #acts;
  #panel = byId("details");
  /** @type {any} */ #full = null;
  /** @type {any} */ #problem = null;
  /** @type {{ element: HTMLElement, dirty?: boolean } | null} */ #form = null;
  #code = "";
  #drawn = "";
  /** @type {any} */ #formDrawn = null;

  constructor(findings, acts) {
    this.#findings = findings;
    this.#acts = acts;
    findings.hear((code) => (code === this.#code || code === "") && this.#code && this.#read());
    this.#panel.addEventListener("keydown", (event) => { if (event.key === "Escape") findings.choose(""); });
    window.addEventListener("beforeunload", (event) => {
      if (this.#form?.dirty) event.preventDefault();
      if (this.#form?.dirty) event.returnValue = "";
    });
  }

  spoken() {
    this.#form = null;
    this.#drawn = "";
  }

  render() {
    const { see } = this.#findings.store.state;
    if (see !== this.#code) {
      this.#code = see;
      this.#full = this.#problem = this.#form = null;
      this.#drawn = "";
      if (see) this.#read();
    }
    const row = this.#findings.chosen;
    // The list may know of a newer version than was read here.
    if (this.#full && row && row.version > this.#full.version) this.#read();
    this.#show();
  }

  async #read() {
    const code = this.#code;
    try {
      const full = await readFinding(code);
      if (code !== this.#code) return;
      if (!this.#full) announce(called(this.#findings, full));
      this.#full = full;
      this.#problem = null;
    } catch (problem) {
      if (code !== this.#code) return;
      this.#problem = problem;
    }
    this.#show();
  }

  #show() {
    const now = JSON.stringify([this.#code, this.#full, this.#problem?.status, this.#findings.mayWrite, this.#findings.families.length, this.#findings.posts.length, this.#findings.store.state.language, this.#form ? "" : Math.floor(now_ms() / 60_000)]);
    if (now === this.#drawn && this.#form === this.#formDrawn) return;
    this.#drawn = now;
    this.#formDrawn = this.#form;
    this.#panel.hidden = !this.#code;
    replace(this.#panel, ...(this.#code ? this.#content() : []));
  }

  #content() {
    if (this.#problem && !this.#full) return [this.#head(this.#code, ""), h("p", { class: "trouble" }, sentence(this.#problem)), h("button", { type: "button", "data-key": "retry", onclick: () => this.#read() }, t("retry"))];
    if (!this.#full) return [this.#head(this.#code, ""), h("p", { class: "hint" }, t("loading"))];
    const one = this.#full;
    return [this.#head(called(this.#findings, one), one.code), this.#standing(one), this.#form ? this.#form.element : this.#buttons(one),
      photosOf(one.photos), facts(this.#findings, one), historyOf(this.#findings, one.versions)];
  }

  #head(title, under) {
    return h("header", {}, h("div", {}, h("h2", {}, title), under && h("p", { class: "under" }, under)),
      h("button", { type: "button", class: "quiet close", "data-key": "close", "aria-label": t("close"), onclick: () => this.#findings.choose("") }, "×"));
  }

  #standing(one) {
    const due = dueWords(one);
    return h("p", { class: "standing" }, h("strong", {}, this.#findings.wordOf("state", one.state)), ` · ${this.#findings.wordOf("grade", one.grade)}`,
      due && h("span", { class: isLate(one) ? "late-words" : null }, ` · ${due}`));
  }

  #buttons(one) {
    if (!this.#findings.mayWrite) return null;
    const button = (key, words, act, main = false) => h("button", { type: "button", class: main ? "main" : null, "data-key": key, onclick: act }, words);
    return h("div", { class: "buttons" }, one.state === "settled" ? button("reopen", t("act.reopen"), () => this.#reopen(one)) : [
      button("hand", t(one.state === "handed" ? "act.hand.again" : "act.hand"), () => this.#open(handOverForm(this.#findings, { post: one.post_code ?? "", due: one.due_at ? typedMinute(one.due_at) : "" },
        (told) => this.#do(one, { state: "handed", ...told }, t("act.handed", { name: called(this.#findings, one), post: this.#findings.postOf(told.post) })), () => this.#open(null))), one.state === "open"),
      button("settle", t("act.settle"), () => this.#open(settleForm(one, (change) => this.#act(one, change, t("act.settled", { name: called(this.#findings, one) })), () => this.#open(null))), one.state === "handed")]);
  }

  #open(form) {
    this.#form = form;
    this.#show();
    /** @type {HTMLElement | null | undefined} */ (form?.element.querySelector("select, textarea"))?.focus();
  }

  #reopen(one) {
    return this.#do(one, { state: "open" }, t("act.reopened", { name: called(this.#findings, one) }));
  }

  /** Do it; where it is refused say so in the form, which stays filled in. */
  async #do(one, wanted, words) {
    try {
      await this.#act(one, wanted, words);
    } catch (problem) {
      const place = this.#form?.element.querySelector("[role=alert]");
      if (place) place.textContent = sentence(/** @type {any} */ (problem));
      else this.#findings.page.notice.trouble(t("act.failed"), sentence(/** @type {any} */ (problem)), () => this.#do(one, wanted, words));
    }
  }

  async #act(one, wanted, words) {
    // What was sent meanwhile, as a photo, leaves the version as it is; somebody else's change does not.
    await this.#acts.act(one, wanted, words);
    this.#form = null;
    await this.#read();
  }
}

/** The rest of what is known; what this reader is not told is left out. */
function facts(findings, one) {
  const lies = Object.entries(one.lies ?? {}).map(([layer, near]) => t(near.chainage_m === undefined ? "fact.in" : "fact.at", {
    layer: layerName(findings, layer), name: near.name || near.code, m: number(near.chainage_m ?? 0), far: number(near.distance_m ?? 0) }));
  const rows = [
    ["found_at", `${minute(one.found_at)}(${ago(now_ms() - Date.parse(one.found_at))})`], ["source", findings.wordOf("source", one.source)], ["reporter", one.reporter],
    ["family", findings.familyOf(one.family)], ["place", one.place], ["note", one.note], ["", findings.postOf(one.post_code)], ["due_at", one.due_at && minute(one.due_at)],
    ["settled_at", one.settled_at && minute(one.settled_at)], ["settled_by", one.settled_by], ["patrol_code", one.patrol_code],
  ];
  const line = ([title, value]) => h("tr", {}, h("th", { scope: "row" }, title), h("td", {}, value));
  return h("table", {}, h("caption", { class: "unseen" }, t("details.label")), h("tbody", {},
    rows.filter(([, value]) => value).map(([name, value]) => line([name ? findings.titleOf(String(name)) : t("filter.post"), value])),
    lies.length > 0 && line([t("fact.lies"), lies.map((words) => h("p", {}, words))]), line([t("fact.place"), `${one.lon.toFixed(6)}, ${one.lat.toFixed(6)}`])));
}

function layerName(findings, id) {
  const layer = findings.page.watch.layer(id);
  return layer ? (findings.store.state.language === "en" ? layer.title.en : layer.title.zh) : id;
}
