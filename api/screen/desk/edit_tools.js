/** What may be begun at the desk beside looking: a new observation, a new feature; and what was saved, back and forth. */

import { announce, byId, h, replace } from "../page/dom.js";
import { say, sentence, t } from "../page/text.js";
import { Editing } from "./edit.js";
import { Observing } from "./observe.js";

/** Put it together. @param {import("./desk.js").Desk} desk @returns {import("../page/page.js").Part} */
export function editTools(desk) {
  const tools = new EditTools(desk);
  desk.editing = tools.editing;
  desk.saidOfEdits = (words, notes) => tools.say(words, notes);
  return tools;
}

class EditTools {
  #desk;
  #place = h("div", { class: "edit-tools", role: "group" });
  #said = h("div", { class: "edit-said", role: "status", hidden: true });
  #busy = false;
  #drawn = "";

  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.editing = new Editing(desk, () => this.render());
    this.observing = new Observing(desk, this.editing);
    byId("tools").before(this.#place);
    byId("details").before(this.#said);
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  render() {
    const { watch, store } = this.#desk;
    const editable = watch.layers.filter((layer) => layer.may_edit);
    const observes = watch.layer("observation")?.may_write;
    const { done, undone } = this.editing.steps;
    // The page is drawn anew at every turn of the map: a list that is open must not be shut by that.
    const now = JSON.stringify([editable.map(({ id }) => id), observes, done.map(({ name }) => name), undone.length, this.#busy, store.state.language]);
    if (now === this.#drawn) return;
    this.#drawn = now;
    this.#place.hidden = editable.length === 0 && !observes;
    this.#place.setAttribute("aria-label", t("edit.tools"));
    replace(this.#place,
      observes && h("button", { type: "button", class: "main", "data-key": "observe", onclick: () => this.observing.open() }, t("observe.begin")),
      editable.length > 0 && this.#adding(editable),
      editable.length > 0 && [this.#step(true), this.#step(false)]);
  }

  spoken() {
    this.editing.render();
    this.observing.render();
  }

  tiles({ layer }) {
    this.editing.heard(layer);
  }

  /** Say what came of it, with what the server remarked. @param {string} words @param {string[]} notes */
  say(words, notes) {
    this.#said.hidden = false;
    replace(this.#said, h("p", {}, words), notes.map((note) => h("p", { class: "hint" }, note)),
      h("button", { type: "button", class: "quiet close", "data-key": "said-close", "aria-label": t("close"), onclick: () => { this.#said.hidden = true; } }, "×"));
    this.render();
  }

  #adding(editable) {
    const select = h("select", { "data-key": "edit-add", "aria-label": t("edit.add.label"), onchange: (event) => {
      const layer = this.#desk.watch.layer(event.target.value);
      event.target.value = "";
      if (layer) this.editing.openNew(layer);
    } }, h("option", { value: "" }, t("edit.add.which")), [...editable].reverse().map((layer) => h("option", { value: layer.id }, say(layer.title))));
    return select;
  }

  #step(back) {
    const steps = back ? this.editing.steps.done : this.editing.steps.undone;
    const step = steps[steps.length - 1];
    const words = t(back ? "edit.undo" : "edit.redo");
    return h("button", {
      type: "button", "data-key": back ? "edit-undo" : "edit-redo", disabled: !step || this.#busy,
      title: step ? t(`edit.step.${step.kind}`, { name: step.name }) : t("edit.step.none"), onclick: () => this.#take(back),
    }, steps.length ? `${words} (${steps.length})` : words);
  }

  async #take(back) {
    if (this.#busy || !(await this.editing.leave())) return;
    this.#busy = true;
    this.render();
    const { steps } = this.editing;
    const from = back ? steps.done : steps.undone;
    try {
      const step = await (back ? steps.undo() : steps.redo());
      this.#show(step, back);
      this.say(t(back ? "edit.undone" : "edit.redone", { what: t(`edit.step.${step.kind}`, { name: step.name }) }), step.kind === "end" && back ? [t("edit.anew")] : []);
    } catch (problem) {
      this.#failed(/** @type {any} */ (problem), from[from.length - 1], back);
    } finally {
      this.#busy = false;
      this.render();
    }
  }

  /** Show the feature as it is now; none where it has ended. */
  #show({ place, kind }, back) {
    const gone = (kind === "create" && back) || (kind === "end" && !back);
    if (gone) this.#desk.store.set({ selected: null });
    else this.#desk.choose({ layer: place.layer, id: place.id });
  }

  /** What somebody else changed since is never overwritten: that step is given up, and said. */
  #failed(problem, step, back) {
    const overtaken = problem.status === 412 || problem.status === 404;
    if (overtaken) this.editing.steps.drop(back);
    const what = t(`edit.step.${step.kind}`, { name: step.name });
    this.say(t(overtaken ? "edit.overtaken" : "edit.notundone", { what }), [sentence(problem)]);
    if (overtaken) this.#show(step, false);
    announce(sentence(problem));
  }

  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || !["z", "y"].includes(event.key.toLowerCase())) return;
    const writing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, dialog, canvas");
    if (writing || this.editing.draft) return;
    const back = event.key.toLowerCase() === "z" && !event.shiftKey;
    if ((back ? this.editing.steps.done : this.editing.steps.undone).length === 0) return;
    event.preventDefault();
    this.#take(back);
  }
}
