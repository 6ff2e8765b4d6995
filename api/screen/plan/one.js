/** The plan that is open, put together: its head, how solving goes, what it is worth, and its parts. */

import { byId, h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { confirmed, openDialog } from "../page/dialog.js";
import { deletePlan } from "./asking.js";
import { after, today, tomorrow } from "./calendar.js";
import { difference, figures } from "./figures.js";
import { Left } from "./left.js";
import { Promised } from "./promise.js";
import { progressPart } from "./progress.js";
import { afterPress } from "../page/pressed.js";
import { mayPlan } from "./rights.js";
import { Routes } from "./routes.js";
import { shareRow } from "./share.js";
import { walkedPart } from "./walked.js";
import { called } from "./words.js";

export const PARTS = ["routes", "left", "duties", "walked"];

export class One {
  element = h("div", { class: "one" });
  #opened;
  #look;
  #routes;
  #left;
  #promised;
  #brought = "";

  /** @param {import("./opened.js").Opened} opened @param {import("./look.js").Look} look */
  constructor(opened, look) {
    this.#opened = opened;
    this.#look = look;
    this.#routes = new Routes(opened, look);
    this.#left = new Left(opened, look);
    this.#promised = new Promised(look);
    const { page } = opened;
    opened.hear(() => afterPress(this.#anew));
    page.store.watch(["part", "route", "piece"], () => afterPress(this.#anew));
    document.addEventListener("keydown", (event) => this.#keys(event));
  }

  spoken() { this.#promised.spoken(); }

  render() { afterPress(this.#anew); }

  #anew = () => this.draw();

  draw() {
    if (!this.element.isConnected || this.element.hidden) return;
    const { plan, problem, shown } = this.#opened;
    this.element.setAttribute("aria-busy", String(this.#opened.busy));
    if (problem) replace(this.element, this.#trouble(problem));
    else if (!plan) replace(this.element, h("p", { class: "part hint" }, t("loading")));
    else replace(this.element, this.#head(), this.#opened.underWay && progressPart(this.#opened), this.#ended(), shown.totals && shown.routes.length > 0 && figures(shown), shown.routes.length > 0 && this.#parts());
    this.drawActs();
    this.#bring();
  }

  #trouble(problem) {
    return h("div", { class: "part" }, h("p", { class: "trouble" }, `▲ ${sentence(problem)}`), h("div", { class: "row" },
      problem.status !== 404 && h("button", { type: "button", "data-key": "one-again", onclick: () => this.#opened.load() }, t("retry")),
      h("button", { type: "button", "data-key": "one-all", onclick: () => this.#opened.page.store.set({ plan: "", tab: "all" }) }, t("one.all"))));
  }

  #head() {
    const { plan, shown } = this.#opened;
    const may = mayPlan(this.#opened.page);
    return h("section", { class: "part one-head" },
      h("div", { class: "row" }, h("h2", {}, called(plan)),
        may && h("button", { type: "button", class: "quiet", "data-key": "rename", "aria-label": t("one.rename.of", { name: called(plan) }), onclick: () => this.#rename() }, t("one.rename")),
        may && h("button", { type: "button", class: "quiet", "data-key": "delete", onclick: () => this.#delete() }, t("one.delete"))),
      h("p", { class: "hint" }, t("one.made", { code: plan.code, by: plan.made_by ?? t("none"), time: minute(plan.made_at) }), plan.took_s > 0 && t("one.took", { n: number(plan.took_s, 1) })),
      shown.routes.length > 0 && !this.#opened.underWay && shareRow(this.#opened, may));
  }

  /** Why there is no result, or not all of one, and what can be done. */
  #ended() {
    const { plan } = this.#opened;
    const back = h("button", { type: "button", "data-key": "back", onclick: () => this.#opened.page.store.set({ plan: "", tab: "new", day: plan.day === tomorrow() ? "" : plan.day }) }, t("solve.back"));
    if (plan.status === "failed") return h("section", { class: "part" }, h("p", { class: "trouble", role: "alert" }, `▲ ${plan.fault || t("solve.failed")}`), h("p", { class: "hint" }, t("solve.failed.what")), mayPlan(this.#opened.page) && back);
    if (plan.status === "cancelled") return h("section", { class: "part" }, h("p", { class: "empty" }, t(plan.routes.length ? "solve.cancelled.best" : "solve.cancelled.none")), !plan.routes.length && mayPlan(this.#opened.page) && back);
    if (plan.status === "done" && !plan.routes.some(({ stops }) => stops.some(({ kind }) => kind === "piece"))) return h("section", { class: "part" }, h("p", { class: "empty" }, t(plan.pieces.length ? "solve.nothing.fits" : "solve.nothing.owed")));
    return null;
  }

  #parts() {
    const { store } = this.#opened.page;
    const { part } = store.state;
    const { left, plan } = this.#look;
    const words = { routes: t("part.routes"), left: t("part.left", { n: number(left.length) }), duties: t("part.duties"), walked: t("part.walked") };
    if (part === "walked" && !this.#opened.result && !this.#opened.resultProblem && plan.day <= today()) this.#opened.readResult();
    const content = { routes: () => this.#routes.draw(), left: () => this.#left.draw(), duties: () => this.#promised.draw(), walked: () => walkedPart(this.#opened, this.#look) };
    return [
      h("div", { class: "parts", role: "group", "aria-label": t("part.label") }, PARTS.map((name) => h("button", { type: "button", "data-key": `part-${name}`, "aria-pressed": String(name === part), onclick: () => store.set({ part: name }) }, words[name]))),
      h("div", { class: "part-content" }, content[part]()),
    ];
  }

  /** What may be done now: with changes that are tried, keep them or give them up; else solve again or go on. */
  drawActs() {
    if (!this.element.isConnected || this.element.hidden) return;
    const opened = this.#opened;
    const { plan, tried, changes, refused, busy } = opened;
    const may = mayPlan(opened.page) && plan && !opened.underWay && plan.routes.length > 0;
    if (!may && !refused) return replace(byId("acts"));
    const steps = may && h("span", { class: "steps" },
      h("button", { type: "button", "data-key": "undo", "aria-label": t("change.undo"), title: t("change.undo"), disabled: !opened.mayUndo, onclick: () => opened.undo() }, "↶"),
      h("button", { type: "button", "data-key": "redo", "aria-label": t("change.redo"), title: t("change.redo"), disabled: !opened.mayRedo, onclick: () => opened.redo() }, "↷"));
    replace(byId("acts"), refused && h("p", { class: "trouble", role: "alert" }, `▲ ${sentence(refused)}`),
      busy && !tried && h("p", { class: "hint" }, t("change.busy")),
      tried ? [h("p", { class: "change-said", role: "status" }, t("change.tried", { n: number(changes.length) }), " ", h("strong", {}, busy ? t("change.busy") : difference(plan, tried) || t("change.nothing"))),
        h("div", { class: "row" }, h("button", { type: "button", class: "main", "data-key": "save", disabled: busy, onclick: () => opened.save() }, t("change.keep")),
          h("button", { type: "button", "data-key": "discard", disabled: busy, onclick: () => opened.discard() }, t("change.discard")), steps)]
        : may && h("div", { class: "row" }, this.#again(), steps));
  }

  #again() {
    const { plan, busy } = this.#opened;
    const make = (key, asked, what) => h("button", { type: "button", "data-key": key, disabled: busy, title: t(what), onclick: () => this.#make(asked) }, t(key));
    const now = today();
    return [make("again.solve", { again_from: plan.code }, "again.solve.what"),
      plan.day === now && make("again.noon", { again_from: plan.code, from_now: true }, "again.noon.what"),
      plan.day <= now && make("again.second", { again_from: plan.code, day: plan.day < now ? now : after(now, 1), options: { ...plan.options, second_pass: true } }, "again.second.what")];
  }

  async #make(asked) {
    this.#opened.busy = true;
    this.draw();
    try {
      await this.#opened.make(asked);
    } catch (problem) {
      this.#opened.refused = problem;
    }
    this.#opened.busy = false;
    this.draw();
  }

  #rename() {
    const { plan } = this.#opened;
    openDialog(t("one.rename.title"), (close) => {
      const field = /** @type {HTMLInputElement} */ (h("input", { type: "text", maxlength: 100, value: plan.name ?? "", "aria-label": t("one.rename.title") }));
      return h("form", { onsubmit: (event) => { event.preventDefault(); if (field.value.trim()) this.#opened.rename(field.value.trim()); close(); } },
        field, h("div", { class: "row" }, h("button", { type: "submit", class: "main" }, t("one.rename.yes")), h("button", { type: "button", onclick: close }, t("dialog.no"))));
    });
  }

  #delete() {
    const { plan, page } = this.#opened;
    confirmed(t("one.delete.title"), t("one.delete.what", { name: called(plan) }), t("one.delete.yes"), async () => {
      try {
        await deletePlan(plan.code);
        page.store.set({ plan: "", tab: "all" });
      } catch (problem) {
        this.#opened.refused = problem;
        this.draw();
      }
    });
  }

  /** What was chosen elsewhere is brought into view, once. */
  #bring() {
    const { piece, route } = this.#opened.page.store.state;
    const chosen = piece || route;
    if (`${chosen} ${route}` === this.#brought) return;
    const found = [...this.element.querySelectorAll("[data-piece], [data-route]")].find((one) => [/** @type {HTMLElement} */ (one).dataset.piece, /** @type {HTMLElement} */ (one).dataset.route].includes(chosen));
    if (chosen && !found) return;
    this.#brought = `${chosen} ${route}`;
    found?.scrollIntoView({ block: "nearest" });
  }

  #keys(event) {
    if (this.element.hidden || document.querySelector("dialog[open]") || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (event.target instanceof HTMLElement && event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    if (event.shiftKey ? this.#opened.mayRedo : this.#opened.mayUndo) event.shiftKey ? this.#opened.redo() : this.#opened.undo();
  }
}
