/** Who is on: the crews as a table, each with its hours at once and all the rest when it is opened. */

import { h, replace } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { crewDetails, usualPlace } from "./crew_details.js";
import { faultsOf, shift_min } from "./faults.js";
import { markOf, swatch } from "./marks.js";
import { MODES } from "./order.js";
import { written } from "./place_field.js";
import { timeField } from "./time_field.js";

export class CrewTable {
  element = h("div", { class: "crew-table" });
  #form;
  /** @type {Set<string>} the crews that are opened */ #open = new Set();
  /** @type {Map<string, () => void>} what tells of a crew, told anew without its fields */ #telling = new Map();

  /** @param {import("./form.js").Form} form */
  constructor(form) {
    this.#form = form;
  }

  /** All of it anew. */
  draw() {
    const { order } = this.#form;
    this.#telling.clear();
    if (!order.known) return replace(this.element, h("p", { class: "hint" }, t("loading")));
    const registered = order.crews.some(({ code }) => code);
    const usual = usualInWords(order);
    replace(this.element, !registered && this.#nobody(), usual && h("p", { class: "hint" }, t("crews.usual", { words: usual })), order.crews.length > 0 && h("table", { class: "crews" },
      h("caption", { class: "unseen" }, t("crews.title")),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, this.#all()), h("th", { scope: "col" }, t("crews.crew")), h("th", { scope: "col" }, t("crews.hours")), h("td", {}))),
      h("tbody", {}, order.crews.flatMap((crew) => this.#row(crew)))), this.#adding());
    this.tell();
  }

  /** What follows from the fields, without touching them. */
  tell() {
    for (const told of this.#telling.values()) told();
  }

  #nobody() {
    return h("p", { class: "empty" }, t("crews.none"), " ", h("a", { href: "/duty#tab=crews" }, t("crews.none.register")));
  }

  #all() {
    const { order } = this.#form;
    const all = order.on.length === order.crews.length;
    const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", "data-key": "crews-all", "aria-label": t("crews.all"), title: t("crews.all"), checked: all, onchange: ({ target }) => {
      for (const crew of order.crews) crew.on = target.checked;
      this.#form.changed({ anew: true });
    } }));
    box.indeterminate = !all && order.on.length > 0;
    return box;
  }

  #row(crew) {
    const open = this.#open.has(crew.key);
    const mark = markOf(this.#form.order.crews.indexOf(crew));
    const words = h("small", { class: "hint" });
    const fault = h("small", { class: "trouble" });
    const line = h("tr", { class: crew.on ? "" : "off", "data-crew": crew.key },
      h("td", {}, h("input", { type: "checkbox", "data-key": `on-${crew.key}`, "aria-label": t("crews.on", { crew: crew.name }), checked: crew.on, onchange: ({ target }) => { crew.on = target.checked; this.#form.changed({ anew: true }); } })),
      h("th", { scope: "row" }, h("span", { class: "crew-name" }, swatch(mark), h("span", {}, crew.name || t("crew.unnamed")), h("span", { class: "mode" }, t(`plan.mode.${crew.mode}`))), words, fault),
      h("td", { class: "hours" }, this.#time(crew, "from"), "–", this.#time(crew, "to")),
      h("td", {}, h("button", { type: "button", class: "quiet", "data-key": `more-${crew.key}`, "aria-expanded": String(open), title: t("crews.more.of", { crew: crew.name }), onclick: () => this.#toggle(crew) }, t(open ? "crews.less" : "crews.more"), h("span", { class: "unseen" }, ` ${crew.name}`))));
    this.#telling.set(crew.key, () => {
      const faults = crew.on ? faultsOf(this.#form.order).filter((one) => one.crew === crew.key).map((one) => one.words) : [];
      words.textContent = crew.on ? inWords(crew, this.#form.order) : t("crews.off");
      fault.textContent = faults.map((one) => `▲ ${one}`).join(" ");
    });
    return open ? [line, h("tr", { class: "more" }, h("td", { colspan: 4 }, crewDetails(this.#form, crew)))] : [line];
  }

  #time(crew, name) {
    return timeField(crew[name], { "data-key": `${name}-${crew.key}`, "aria-label": t(`crews.${name}`, { crew: crew.name }) }, (time) => { crew[name] = time; this.#form.changed(); });
  }

  #toggle(crew) {
    if (!this.#open.delete(crew.key)) this.#open.add(crew.key);
    this.draw();
  }

  /** One more crew, which no register knows: a boat for a day, a drone. */
  #adding() {
    const select = /** @type {HTMLSelectElement} */ (h("select", { "data-key": "add-crew", "aria-label": t("crews.add"), onchange: () => {
      const mode = select.value;
      const same = this.#form.order.crews.filter((crew) => !crew.code && crew.mode === mode).length;
      const crew = this.#form.order.add(mode, t("crews.add.name", { mode: t(`plan.mode.${mode}`), n: same + 1 }));
      this.#open.add(crew.key);
      this.#form.changed({ anew: true });
      /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-key="${CSS.escape(`${crew.key}-name`)}"]`))?.focus();
    } }, h("option", { value: "" }, t("crews.add")), MODES.map((mode) => h("option", { value: mode }, t(`plan.mode.${mode}`)))));
    return h("div", { class: "row" }, select);
  }
}

/** What holds for every crew while nothing else is said, in a line: said once. @param {import("./order.js").Order} order */
function usualInWords({ crews }) {
  const places = new Set(crews.map((crew) => usualPlace(crew, "start")));
  const pauses = new Set(crews.map(({ usual }) => restOf(usual?.breaks)));
  return [places.size === 1 && [...places][0], pauses.size === 1 && [...pauses][0] > 0 && t("crew.pause", { n: [...pauses][0] })].filter(Boolean).join(" · ");
}

const restOf = (breaks) => (breaks ?? []).reduce((sum, one) => sum + one.minutes, 0);

/** How a crew is asked for, as far as that is not the same for all, in a line. @param {import("./order.js").Crew} crew @param {import("./order.js").Order} order */
function inWords(crew, order) {
  const { start, end, most_km, breaks, usual, appointments } = crew;
  const own = order.crews.some((other) => usualPlace(other, "start") !== usualPlace(crew, "start"));
  const pauses = restOf(breaks ?? usual?.breaks);
  return [start ? t("crew.from", { name: written(start) }) : own && usualPlace(crew, "start"), end && t("crew.to", { name: written(end) }),
    breaks && t(pauses ? "crew.pause" : "crew.pause.none", { n: pauses }), most_km && t("crew.most.words", { n: number(most_km, 1) }),
    appointments.length > 0 && t("crew.appointments.words", { n: appointments.length }), shift_min(crew) > 0 && crew.to < crew.from && t("crew.overnight", { hours: number(shift_min(crew) / 60, 1) })].filter(Boolean).join(" · ");
}
