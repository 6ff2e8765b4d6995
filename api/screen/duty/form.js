/** Changing or adding a row of a register: the form, what was saved by somebody else meanwhile, and saving. */

import { h } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { ONE, addOne, putOne, readDescription, readOne, readRegister } from "./asking.js";
import { conflict } from "./conflict.js";
import { Dialog, button } from "./dialog.js";
import { EffectPart } from "./effect.js";
import { fieldOf, schemaOf } from "./fields.js";

/** In which order the fields stand, together with what they are about; what is not named comes last. */
const GROUPS = {
  what: ["code", "name", "kind", "holder", "mode", "post_code", "crew_code", "layer", "targets", "target_codes", "within_code", "hours_from", "hours_to", "members", "datum", "accuracy_m"],
  rhythm: ["interval_days", "per", "times", "first_month", "last_month", "least_share", "full_cover"],
  who: ["hours", "weekdays", "settled_by", "delegates", "modes"],
  seen: ["reach_m", "bound", "same_side", "test_distance_m", "test_dwell_s", "test_share", "test_road_share", "flagged_count"],
  effective: ["min_minutes", "min_metres", "min_gap_hours"],
  basis: ["rule", "citation"],
  when: ["valid_from", "valid_to"],
};

/**
 * Open the form. code: of the row; null for a new one. fields: what it is filled with, where that is not what stands.
 * @param {import("./register.js").RegisterPanel} panel
 * @param {{ code: string | null, fields?: any }} asked
 */
export function openForm(panel, { code, fields }) {
  const title = t(code === null ? "duty.form.add" : "duty.form.edit", { what: t(`duty.tab.${panel.name}`), code: code ?? "" });
  return new Form(panel, code, new Dialog(title, { wide: panel.name === "duties" })).open(fields);
}

class Form {
  #panel;
  #code;
  #dialog;
  /** @type {any} */ #before = null;
  /** @type {string | null} */ #etag = null;
  /** @type {import("./fields.js").Field[]} */ #fields = [];
  /** @type {string[]} */ #names = [];
  /** @type {EffectPart | null} */ #effect = null;
  #trouble = h("div", { class: "trouble", role: "alert" });
  #saving = false;

  constructor(panel, code, dialog) {
    this.#panel = panel;
    this.#code = code;
    this.#dialog = dialog;
  }

  async open(filled) {
    this.#dialog.show(h("p", { class: "hint" }, t("loading")));
    try {
      const [described, stands, lists] = await Promise.all([readDescription(), this.#code === null ? null : readOne(this.#panel.name, this.#code), listsOf(this.#panel)]);
      if (stands) this.#stands(stands);
      this.#build(schemaOf(described, this.#panel.name, this.#code === null), lists);
      this.#fill(filled ?? this.#before);
      this.#dialog.focus();
    } catch (problem) {
      this.#dialog.show(h("p", { class: "trouble" }, sentence(/** @type {any} */ (problem))));
    }
    return this;
  }

  #stands({ data, etag }) {
    this.#before = data[ONE[this.#panel.name]] ?? data.versions[data.versions.length - 1];
    this.#etag = etag;
  }

  #build(schema, lists) {
    const { columns, name } = this.#panel;
    this.#names = Object.keys(schema);
    this.#fields = this.#names.map((field) => fieldOf(field, schema[field], columns[field], { lists }));
    for (const field of this.#fields) if (schema[field.name].default !== null) field.set(schema[field.name].default ?? null);
    const byName = new Map(this.#fields.map((field) => [field.name, field.element]));
    const named = Object.values(GROUPS).flat();
    const rest = this.#names.filter((one) => !named.includes(one));
    const groups = [...Object.entries(GROUPS), ["more", rest]].map(([group, names]) => {
      const own = /** @type {string[]} */ (names).filter((one) => byName.has(one)).map((one) => byName.get(one));
      return own.length > 0 && h("fieldset", { class: "group" }, h("legend", {}, t(`duty.group.${group}`)), own);
    });
    if (name === "duties") this.#effect = new EffectPart(() => this.#effectAsked());
    const form = h("form", { id: "duty-form", class: "form", onsubmit: (event) => { event.preventDefault(); this.#save(); },
      oninput: () => this.#effect?.changed() }, groups, h("p", { class: "hint" }, t(this.#code === null ? "duty.form.new" : "duty.form.versions")));
    this.#dialog.show(form, this.#effect?.element, this.#trouble);
    this.#offer();
  }

  #offer() {
    this.#dialog.offer(button(t("session.cancel"), () => this.#dialog.close(), { class: "quiet" }),
      this.#effect && button(t("duty.effect.try"), () => this.#tryEffect()),
      h("button", { type: "submit", form: "duty-form", class: "main", "data-key": "save", disabled: this.#saving }, t("duty.save")));
  }

  /** What stands, but for when it began: a new version begins today unless another day is given. */
  #fill(values) {
    if (!values) return;
    for (const field of this.#fields) if (field.name in values) field.set(field.name === "valid_from" ? null : values[field.name]);
  }

  #given() {
    return Object.fromEntries(this.#fields.map((field) => [field.name, field.value()]).filter(([, value]) => value !== null));
  }

  #effectAsked() {
    const { code = this.#code, ...body } = this.#given();
    return { code: code || t("duty.effect.unnamed"), body };
  }

  #tryEffect() {
    const form = /** @type {HTMLFormElement} */ (document.getElementById("duty-form"));
    if (form.reportValidity()) this.#effect?.ask();
  }

  async #save() {
    if (this.#saving) return;
    this.#saving = true;
    this.#offer();
    this.#trouble.replaceChildren();
    try {
      const { code = this.#code, ...body } = this.#given();
      const { data, etag } = this.#code === null ? await addOne(this.#panel.name, { code, ...body }) : await putOne(this.#panel.name, code, body, this.#etag);
      const made = data[ONE[this.#panel.name]];
      this.#dialog.close();
      const before = this.#before && Object.fromEntries(this.#names.map((name) => [name, this.#before[name] ?? null]).filter(([, value]) => value !== null));
      this.#panel.saved.note({ register: this.#panel.name, code, name: made.name ?? "", before, etag, begins: made.valid_from });
    } catch (problem) {
      await this.#refused(/** @type {any} */ (problem));
    } finally {
      this.#saving = false;
      if (this.#dialog.open) this.#offer();
    }
  }

  /** Where somebody else has saved meanwhile both values are shown; else the server's sentence. */
  async #refused(problem) {
    this.#trouble.append(h("p", {}, sentence(problem)));
    if (problem.status !== 409 || this.#code === null) return;
    const stands = await readOne(this.#panel.name, this.#code).catch(() => null);
    if (!stands || stands.etag === this.#etag) return;
    const seen = this.#before;
    const given = this.#given();
    this.#stands(stands);
    this.#trouble.append(conflict({ names: this.#names, columns: this.#panel.columns, seen, now: this.#before, given }, (values) => {
      this.#fill({ ...this.#before, ...values });
      this.#trouble.replaceChildren(h("p", { class: "hint" }, t("duty.conflict.taken")));
    }));
  }
}

/** What may be chosen where a field names something else. */
async function listsOf({ name }) {
  const listed = async (register) => (await readRegister(register))[register].map((row) => ({ value: row.code, words: row.name ?? row.code }));
  if (name === "duties") return { post_code: await listed("posts") };
  if (name === "crews") return { post_code: await listed("posts") };
  return name === "devices" ? { crew_code: await listed("crews") } : {};
}
