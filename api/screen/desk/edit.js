/**
 * Editing one feature: its fields, its shape, saving it on the version that was seen, and what stands in the way of that.
 * What was typed is lost by nobody's refusal: the form closes when the server has taken it, or by the reader's own word.
 *
 * @typedef {import("./edit_asking.js").Version} Version
 * @typedef {import("./edit_draft.js").Draft} Draft
 */

import { announce, byId, h, replace } from "../page/dom.js";
import { say, sentence, t } from "../page/text.js";
import { addFeature, changeFeature, endFeature, readSchemas, readVersion } from "./edit_asking.js";
import { columnsOf, namedIn, shapesOf } from "./edit_columns.js";
import { conflictOf, conflictPanel, isResolved, valueIn } from "./edit_conflict.js";
import { asked } from "./edit_dialog.js";
import { changesOf, endOf, faultsOf, nameOf, stepOf } from "./edit_draft.js";
import { fieldsOf, focusFault } from "./edit_form.js";
import { ShapeEditor } from "./edit_shape.js";
import { Steps } from "./edit_steps.js";

export class Editing {
  steps = new Steps();
  /** @type {Draft | null} */ draft = null;
  #desk;
  #panel = h("aside", { id: "editor", class: "details editor", tabindex: -1, hidden: true });
  #shape;
  /** @type {() => void} */ #told = () => {};

  /** @param {import("./desk.js").Desk} desk @param {() => void} [told]   something was saved, or the form was opened or closed */
  constructor(desk, told = () => {}) {
    this.#desk = desk;
    this.#told = told;
    this.#shape = new ShapeEditor(desk, () => this.#buttons());
    byId("details").after(this.#panel);
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // Else the same key puts the question away that it raised.
      event.preventDefault();
      this.leave();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
      if (this.dirty) event.returnValue = "";
    });
    desk.store.watch(["selected"], ({ selected }) => this.#elsewhere(selected));
  }

  /** Whether there is anything that was not saved. */
  get dirty() {
    const { draft } = this;
    return draft !== null && (this.#shape.changed || Object.keys(changesOf(draft)).length > 0 || draft.wrong.size > 0);
  }

  /** Whether a shape is in the making. */
  get reshaping() { return this.#shape.open; }

  /** The button that begins it, where this reader may. @param {import("../page/api.js").Layer | undefined} layer @param {string} id */
  startButton(layer, id) {
    // What the map shows of another time is not what would be edited.
    return layer?.may_edit && !this.#desk.narrowing.then && h("button", { type: "button", class: "main", "data-key": "edit", onclick: () => this.open(layer, id) }, t("edit.begin"));
  }

  /** Edit a feature as it stands now. @param {import("../page/api.js").Layer} layer @param {string} id */
  async open(layer, id) {
    if (!(await this.leave())) return;
    try {
      const [schemas, before] = await Promise.all([readSchemas(layer.id), readVersion(layer.id, id)]);
      this.#begin({ layer, before, columns: columnsOf(schemas), values: { ...before.properties } });
      this.#shape.hold(before.geometry, { layer: layer.id, id });
      this.render();
      this.#panel.focus();
    } catch (problem) {
      this.#desk.page.notice.trouble(t("edit.unread"), sentence(/** @type {any} */ (problem)), () => this.open(layer, id));
    }
  }

  /** Put in a new one. @param {import("../page/api.js").Layer} layer */
  async openNew(layer) {
    if (!(await this.leave())) return;
    try {
      const schemas = await readSchemas(layer.id);
      this.#desk.store.set({ selected: null });
      this.#begin({ layer, before: null, columns: columnsOf(schemas), values: {} });
      this.#shape.begin(shapesOf(layer));
      this.render();
    } catch (problem) {
      this.#desk.page.notice.trouble(t("edit.unread"), sentence(/** @type {any} */ (problem)), () => this.openNew(layer));
    }
  }

  /** Close, after asking where something was not saved; whether it was closed. */
  async leave() {
    if (!this.draft) return true;
    if (this.dirty) {
      const answer = await asked({ title: t("edit.unsaved"), text: t("edit.unsaved.more"), answers: [["stay", t("edit.stay")], ["save", t("edit.save")], ["drop", t("edit.drop")]] });
      if (answer === "stay" || !answer) return false;
      if (answer === "save") return this.save();
    }
    this.#close();
    return true;
  }

  /** Write it; whether the server took it. @returns {Promise<boolean>} */
  async save() {
    const { draft } = this;
    if (!draft || draft.busy || !this.#sound(draft)) return false;
    return this.#busy(async () => {
      const version = await this.#write(draft, false);
      this.#saved(draft, version);
    });
  }

  /** Somebody may have changed what is being edited: said before anybody tries to save. @param {string} layer */
  async heard(layer) {
    const { draft } = this;
    if (!draft?.before || draft.layer.id !== layer || draft.busy || draft.conflict) return;
    const theirs = await readVersion(layer, draft.before.id).catch(() => null);
    if (theirs && this.draft === draft && !draft.busy && theirs.etag !== draft.before.etag) this.#collide(draft, theirs);
  }

  render() {
    const { draft } = this;
    this.#panel.hidden = !draft;
    this.#panel.parentElement?.classList.toggle("editing", Boolean(draft));
    if (!draft) return replace(this.#panel);
    const title = draft.before ? String(draft.before.properties.name || draft.before.properties.code || draft.before.id) : t("edit.new");
    this.#panel.setAttribute("aria-label", t("edit.label", { name: title }));
    this.#shape.render();
    replace(this.#panel, h("header", {}, h("div", {}, h("h2", {}, title), h("p", { class: "under" }, say(draft.layer.title))),
      h("button", { type: "button", class: "quiet close", "data-key": "edit-close", "aria-label": t("close"), onclick: () => this.leave() }, "×")),
    ...(draft.conflict ? this.#conflict(draft) : this.#form(draft)));
    this.#buttons();
  }

  #begin(told) {
    this.#desk.bar.close();
    this.#desk.drawing?.stop();
    this.draft = { wrong: new Set(), problem: null, faults: {}, conflict: null, busy: false, notes: [], ...told };
    this.#told();
  }

  #close() {
    this.draft = null;
    this.#shape.close();
    this.render();
    this.#told();
  }

  #sound(draft) {
    draft.faults = faultsOf(draft);
    draft.problem = !draft.before && !this.#shape.geometry ? { detail: t("edit.noshape") } : this.#shape.open && !this.#shape.geometry ? { detail: t("edit.unfinished") } : null;
    if (!draft.problem && Object.keys(draft.faults).length === 0) return true;
    this.render();
    focusFault(this.#panel);
    return false;
  }

  /** @returns {Promise<Version>} */
  #write(draft, dry) {
    const geometry = this.#shape.changed ? { geometry: this.#shape.geometry } : {};
    const content = { properties: changesOf(draft), ...geometry };
    if (!draft.before) return addFeature(draft.layer.id, content, { dry });
    return changeFeature(draft.layer.id, draft.before.id, content, draft.before.etag, { dry });
  }

  async #busy(act) {
    const draft = /** @type {Draft} */ (this.draft);
    Object.assign(draft, { busy: true, problem: null, faults: {}, notes: [] });
    this.#buttons();
    try {
      await act();
      return true;
    } catch (problem) {
      await this.#refused(draft, /** @type {import("../page/api.js").Problem} */ (problem));
      return false;
    } finally {
      draft.busy = false;
      this.#buttons();
    }
  }

  async #refused(draft, problem) {
    if (problem.status === 412 && draft.before) {
      const theirs = await readVersion(draft.layer.id, draft.before.id).catch((found) => found);
      if (theirs.etag) return this.#collide(draft, theirs);
      problem = theirs;
    }
    draft.problem = problem;
    const column = problem.detail ? namedIn(draft.columns, problem.detail) : null;
    if (column) draft.faults = { [column.name]: problem.detail };
    this.render();
    if (column) focusFault(this.#panel);
    announce(sentence(problem));
  }

  #collide(draft, theirs) {
    draft.conflict = conflictOf({ columns: draft.columns, before: draft.before, theirs, values: draft.values, geometry: this.#shape.geometry, shaped: this.#shape.changed });
    this.render();
    this.#panel.focus();
    announce(t("edit.conflict.title"));
  }

  #saved(draft, version) {
    const step = stepOf(draft, version, this.steps.place(draft.layer.id, version.id), this.#shape.changed);
    if (step) this.steps.record(step, version, draft.before?.etag);
    this.#close();
    this.#desk.choose({ layer: draft.layer.id, id: version.id });
    this.#desk.saidOfEdits?.(t("edit.saved", { name: nameOf(version) }), version.notes);
  }

  #form(draft) {
    const fields = fieldsOf({ columns: draft.columns, values: draft.values, before: draft.before?.properties ?? {}, faults: draft.faults }, (column, value, typed) => {
      if (value === undefined) draft.wrong.add(column.name);
      else draft.wrong.delete(column.name);
      draft.values[column.name] = value === undefined ? { typed } : value;
      this.#buttons();
    });
    return [
      h("form", { class: "edit-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.save(); } }, this.#shape.element, fields,
        draft.problem && h("p", { class: "trouble", role: "alert" }, sentence(draft.problem)),
        draft.problem && !draft.problem.status && !draft.problem.detail && h("p", { class: "hint" }, t("edit.kept")),
        draft.notes.map((note) => h("p", { class: "hint edit-note" }, note)),
        h("div", { class: "buttons edit-bar" },
          h("button", { type: "submit", class: "main", "data-key": "edit-save" }, t("edit.save")),
          h("button", { type: "button", "data-key": "edit-try", onclick: () => this.#try(draft), title: t("edit.try.more") }, t("edit.try")),
          h("button", { type: "button", class: "quiet", "data-key": "edit-cancel", onclick: () => this.leave() }, t("edit.cancel")),
          draft.before && h("button", { type: "button", class: "quiet edit-end", "data-key": "edit-end", onclick: () => this.#end(draft) }, t("edit.end")))),
    ];
  }

  #conflict(draft) {
    const conflict = /** @type {import("./edit_conflict.js").Conflict} */ (draft.conflict);
    const settle = () => {
      for (const row of conflict.rows) draft.values[row.column.name] = valueIn(conflict, row);
      if (conflict.shape && !(conflict.shape.both && conflict.chosen.geometry === "mine")) this.#shape.hold(conflict.theirs.geometry, { layer: draft.layer.id, id: conflict.theirs.id });
      else this.#shape.rebase(conflict.theirs.geometry);
      Object.assign(draft, { before: conflict.theirs, conflict: null, values: { ...conflict.theirs.properties, ...draft.values } });
    };
    return conflictPanel(conflict, {
      choose: (name, side) => { conflict.chosen[name] = side; this.render(); },
      save: () => { settle(); this.render(); this.save(); },
      back: () => { if (isResolved(conflict)) settle(); else draft.conflict = null; this.render(); },
      give: () => this.#close(),
    });
  }

  async #try(draft) {
    if (!this.#sound(draft)) return;
    const held = await this.#busy(async () => {
      const { notes } = await this.#write(draft, true);
      draft.notes = [t("edit.tried"), ...notes];
    });
    if (held) this.render();
    if (held) announce(t("edit.tried"));
  }

  async #end(draft) {
    const name = nameOf(draft.before);
    const answer = await asked({ title: t("edit.end.title", { name }), text: t("edit.end.more"), answers: [["stay", t("edit.stay")], ["end", t("edit.end.yes")]] });
    if (answer !== "end" || this.draft !== draft) return;
    const held = await this.#busy(() => endFeature(draft.layer.id, draft.before.id, draft.before.etag));
    if (!held) return;
    this.steps.record(endOf(draft, this.steps.place(draft.layer.id, draft.before.id)), null, draft.before.etag);
    this.#close();
    this.#desk.store.set({ selected: null });
    this.#desk.saidOfEdits?.(t("edit.ended", { name }), []);
  }

  /** Another feature was chosen while this one is edited. */
  async #elsewhere(selected) {
    const { draft } = this;
    if (!draft || draft.busy) return;
    const mine = draft.before ? { layer: draft.layer.id, id: draft.before.id } : null;
    if (selected?.layer === mine?.layer && selected?.id === mine?.id) return;
    if (!this.dirty) return this.#close();
    if (!(await this.leave())) this.#desk.store.set({ selected: mine }, { step: false });
  }

  /** What may be pressed now, without drawing the fields anew. */
  #buttons() {
    const { draft } = this;
    if (!draft) return;
    const set = (key, disabled) => this.#panel.querySelector(`[data-key=${key}]`)?.toggleAttribute("disabled", disabled);
    const still = draft.busy || Boolean(draft.before && !this.dirty);
    set("edit-save", still || this.#shape.crossing !== null);
    set("edit-try", still);
    this.#panel.toggleAttribute("aria-busy", draft.busy);
  }
}
