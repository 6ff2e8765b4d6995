/** Recording an observation: where, by a click or typed; what, with photos. Sent again after a failure it is taken once. */

import { announce, byId, h, replace } from "../page/dom.js";
import { newKey } from "../page/key.js";
import { PhotoChoice } from "../page/photo_choice.js";
import { say, sentence, t } from "../page/text.js";
import { now_ms, typedMinute } from "../page/time.js";
import { Sketch } from "../map/sketch.js";
import { readSchemas } from "./edit_asking.js";
import { columnsOf, namedIn } from "./edit_columns.js";
import { asked } from "./edit_dialog.js";
import { handIn, numberOf, readKinds, sendPhoto } from "./observe_asking.js";

const LAYER = "observation";
const TEXTS = ["name", "place", "note"];

/**
 * @typedef {object} Draft
 * @property {string} key
 * @property {Record<string, string>} typed    by field, as the form holds it
 * @property {string | null} code              once the observation itself was taken
 * @property {any} problem
 * @property {string} fault                    the field that the server named
 * @property {boolean} busy
 */

export class Observing {
  /** @type {Draft | null} */ draft = null;
  #desk;
  #editing;
  #panel = h("aside", { id: "observing", class: "details editor", tabindex: -1, hidden: true });
  #where = h("fieldset", { class: "edit-shape" });
  #photos = new PhotoChoice();
  /** @type {any[]} */ #families = [];
  /** @type {import("./edit_columns.js").Column[]} */ #columns = [];
  #sketch;

  /** @param {import("./desk.js").Desk} desk @param {import("./edit.js").Editing} editing */
  constructor(desk, editing) {
    this.#desk = desk;
    this.#editing = editing;
    this.#sketch = new Sketch(desk.city, { changed: () => this.#placed() });
    byId("details").after(this.#panel);
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") event.preventDefault();
      if (event.key === "Escape") this.leave();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
      if (this.dirty) event.returnValue = "";
    });
    desk.store.watch(["selected"], ({ selected }) => selected && !this.dirty && this.#close());
  }

  /** Whether anything was filled in that was not sent. */
  get dirty() {
    const { draft } = this;
    return draft !== null && (Boolean(draft.typed.lon) || this.#photos.files.length > 0 || TEXTS.some((name) => draft.typed[name]));
  }

  async open() {
    if (this.draft) return this.#panel.focus();
    if (!(await this.#editing.leave())) return;
    try {
      const [{ families }, schemas] = await Promise.all([readKinds(), readSchemas(LAYER)]);
      this.#families = families;
      this.#columns = columnsOf(schemas);
    } catch (problem) {
      return this.#desk.page.notice.trouble(t("edit.unread"), sentence(/** @type {any} */ (problem)), () => this.open());
    }
    this.#desk.bar.close();
    this.#desk.drawing?.stop();
    this.#desk.store.set({ selected: null });
    this.draft = { key: newKey(), typed: { grade: "general", source: "inspection", found_at: typedMinute(now_ms()) }, code: null, problem: null, fault: "", busy: false };
    this.#photos.clear();
    this.#sketch.draw("Point");
    this.render();
    (this.#desk.map?.getCanvas() ?? this.#panel).focus();
    announce(t("observe.where"));
  }

  async leave() {
    if (!this.draft) return true;
    if (this.dirty && await asked({ title: t("edit.unsaved"), text: t("edit.unsaved.more"), answers: [["stay", t("edit.stay")], ["drop", t("edit.drop")]] }) !== "drop") return false;
    this.#close();
    return true;
  }

  render() {
    const { draft } = this;
    this.#panel.hidden = !draft;
    this.#panel.parentElement?.classList.toggle("observing", Boolean(draft));
    if (!draft) return replace(this.#panel);
    this.#panel.setAttribute("aria-label", t("observe.begin"));
    this.#place();
    replace(this.#panel, h("header", {}, h("div", {}, h("h2", {}, t("observe.begin"))),
      h("button", { type: "button", class: "quiet close", "data-key": "observe-close", "aria-label": t("close"), onclick: () => this.leave() }, "×")),
    draft.code ? h("p", {}, t("observe.taken", { code: draft.code })) : null,
    h("form", { class: "observe-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.send(); } },
      ...(draft.code ? [] : [this.#where, ...this.#what(draft)]),
      this.#photos.element,
      // In the bar, which stays in view however long the form is.
      h("div", { class: "buttons edit-bar" },
        draft.problem && h("p", { class: "trouble", role: "alert" }, sentence(draft.problem), " ", h("span", { class: "hint" }, t("edit.kept"))),
        h("button", { type: "submit", class: "main", "data-key": "observe-send", disabled: draft.busy }, t(draft.code ? "observe.photos" : "observe.send")),
        h("button", { type: "button", class: "quiet", "data-key": "observe-cancel", onclick: () => this.leave() }, t("edit.cancel")))));
  }

  /** Send it, then its photos; what fails stays filled in. */
  async send() {
    const { draft } = this;
    if (!draft || draft.busy || !this.#sound(draft)) return;
    Object.assign(draft, { busy: true, problem: null, fault: "" });
    this.render();
    try {
      if (!draft.code) draft.code = (await handIn(this.#body(draft))).code;
      for (const file of this.#photos.files) {
        await sendPhoto(String(draft.code), file);
        this.#photos.sent(file);
      }
      await this.#done(String(draft.code));
    } catch (problem) {
      draft.problem = problem;
      draft.fault = draft.code ? "" : namedIn(this.#columns, sentence(/** @type {any} */ (problem)))?.name ?? "";
      announce(sentence(/** @type {any} */ (problem)));
    } finally {
      draft.busy = false;
      this.render();
    }
  }

  async #done(code) {
    this.#close();
    this.#desk.saidOfEdits?.(t("observe.done", { code }), []);
    const id = await numberOf(code).catch(() => null);
    if (id) this.#desk.choose({ layer: LAYER, id });
  }

  #close() {
    this.draft = null;
    this.#sketch.close();
    this.render();
  }

  #sound(draft) {
    const { lon, lat, family } = draft.typed;
    const place = [lon, lat].map((text) => (text?.trim() ? Number(text) : NaN));
    const sound = draft.code || (Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 90);
    if (!sound) draft.problem = { detail: t("observe.noplace") };
    else if (!draft.code && !family) Object.assign(draft, { problem: { detail: t("observe.nofamily") }, fault: "family" });
    else return true;
    this.render();
    return false;
  }

  #body({ key, typed }) {
    const said = Object.fromEntries(["kind", ...TEXTS].filter((name) => typed[name]?.trim()).map((name) => [name, typed[name].trim()]));
    return { key, family: typed.family, grade: typed.grade, source: typed.source, found_at: typed.found_at || undefined, lon: Number(typed.lon), lat: Number(typed.lat), ...said };
  }

  /** The map has another place. */
  #placed() {
    const point = this.#sketch.shape?.runs[0].points[0];
    if (!this.draft || !point) return;
    Object.assign(this.draft.typed, { lon: String(point[0]), lat: String(point[1]) });
    this.#place();
  }

  #place() {
    const { typed } = /** @type {Draft} */ (this.draft);
    const field = (name) => h("label", {}, t(name === "lon" ? "edit.lon.short" : "edit.lat.short"), h("input", {
      type: "text", inputmode: "decimal", value: typed[name] ?? "", autocomplete: "off", "data-key": `observe-${name}`, onchange: (event) => this.#typed(name, event.target.value) }));
    replace(this.#where, h("legend", {}, t("observe.where.title")), h("p", { class: "hint" }, t(typed.lon ? "observe.where.move" : "observe.where")), h("div", { class: "observe-place" }, field("lon"), field("lat")));
  }

  #typed(name, text) {
    const { typed } = /** @type {Draft} */ (this.draft);
    typed[name] = text.trim();
    const [lon, lat] = ["lon", "lat"].map((one) => (typed[one] ? Number(typed[one]) : NaN));
    if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90) || !this.#sketch.shape) return;
    if (this.#sketch.drawing) this.#sketch.add([lon, lat]);
    else this.#sketch.move({ run: 0, at: 0 }, [lon, lat]);
    this.#desk.map?.easeTo({ center: [lon, lat], duration: 0 });
  }

  #what(draft) {
    const family = this.#families.find(({ code }) => code === draft.typed.family);
    const option = (name) => this.#columns.find((column) => column.name === name)?.options.map(({ value, title }) => [value, say(title)]) ?? [];
    const sorts = (all) => all.map((one) => [one.code, say(one)]);
    return [
      this.#select("family", sorts(this.#families), true), this.#select("kind", sorts(family?.kinds ?? []), false, Boolean(family?.kinds.length)),
      this.#select("grade", option("grade"), true), this.#select("source", option("source"), true),
      this.#field("found_at", { type: "datetime-local" }, t("observe.zone")),
      this.#field("place", { type: "text", maxlength: 500 }), this.#field("note", { rows: 3, maxlength: 10_000 }),
    ];
  }

  #label(name) {
    return say(this.#columns.find((column) => column.name === name)?.title) || name;
  }

  #frame(name, input, more = "") {
    const { draft } = this;
    return h("div", { class: "edit-field" }, h("label", { for: `observe-${name}` }, this.#label(name), more && h("span", { class: "hint" }, ` ${more}`)), input,
      draft?.fault === name && h("span", { class: "trouble" }, sentence(draft.problem)));
  }

  #told(name) {
    return { id: `observe-${name}`, "data-key": `observe-${name}`, "aria-invalid": this.draft?.fault === name ? "true" : null };
  }

  #field(name, attributes, more = "") {
    const { typed } = /** @type {Draft} */ (this.draft);
    const heard = { ...attributes, ...this.#told(name), oninput: (event) => { typed[name] = event.target.value; } };
    return this.#frame(name, attributes.rows ? h("textarea", heard, typed[name] ?? "") : h("input", { ...heard, value: typed[name] ?? "" }), more);
  }

  #select(name, options, required, shown = true) {
    const { typed } = /** @type {Draft} */ (this.draft);
    if (!shown) return null;
    return this.#frame(name, h("select", { ...this.#told(name), onchange: (event) => {
      typed[name] = event.target.value;
      if (name === "family") { delete typed.kind; this.render(); }
    } }, (!required || !typed[name]) && h("option", { value: "" }, t(required ? "observe.choose" : "none")),
    options.map(([value, words]) => h("option", { value, selected: typed[name] === value }, words))));
  }
}
