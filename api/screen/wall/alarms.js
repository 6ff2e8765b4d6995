/** What stands as an alarm: shape, word and colour, since when; taken note of by name. */

import { byId, h, replace } from "../page/dom.js";
import { say, t } from "../page/text.js";
import { minute, now_ms, span } from "../page/time.js";
import { readAlarms } from "./asking.js";
import { fit } from "./fit.js";
import { noteDialog } from "./noting.js";
import { Panel } from "./panel.js";
import { shape } from "./shapes.js";

const EVERY_MS = 30_000;

export class Alarms {
  #list = h("ul", { class: "rows alarms" });
  #count = h("span", { class: "count" });
  #note = h("div", { class: "note" });
  #where = { from: 0 };
  #page;
  #map = null;
  /** @type {any[]} */ #marks = [];

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.#page = page;
    const place = byId("alarms");
    this.panel = new Panel(page, place, { read: readAlarms, every_ms: EVERY_MS, on: ["positions", "patrol", "observation"], shown: () => this.show() });
    this.title = h("h2", {});
    place.append(h("header", {}, this.title, this.#count, this.panel.age), this.#list, this.#note);
    this.dialog = noteDialog(page, () => this.panel.ask());
    page.add(this.panel, this);
    setInterval(() => this.#age(), 1000);
  }

  /** @param {any} map */
  onMap(map) {
    this.#map = map;
    this.#mark();
  }

  render() {
    this.title.textContent = t("alarms.title");
    this.#notes();
  }

  show() {
    const { data, untold } = this.panel;
    const alarms = data?.alarms ?? [];
    const open = alarms.filter(({ acknowledged }) => !acknowledged).length;
    this.#count.textContent = data ? t("alarms.count", { n: alarms.length, open }) : "";
    this.#notes();
    if (untold) replace(this.#list, h("li", { class: "empty" }, t("panel.untold")));
    else if (data && !alarms.length) replace(this.#list, h("li", { class: "empty" }, t("alarms.none")));
    else fit(this.#list, alarms.map((one) => this.#row(one)), this.#where);
    this.#mark();
    this.#age();
  }

  #row(one) {
    const { acknowledged: noted } = one;
    return h("li", { class: `alarm ${one.grade}${noted ? " noted" : ""}`, "data-alarm": one.id },
      shape(one.grade),
      h("div", { class: "what" },
        h("p", { class: "title" }, h("b", { class: "grade" }, t(`grade.${one.grade}`)), h("b", {}, say(one.title)),
          h("span", { class: "since", "data-since": one.since, "data-earlier": one.earlier })),
        h("p", { class: "words" }, say(one.words))),
      noted ? h("p", { class: "by" }, t(noted.by ? "alarms.by" : "alarms.noted", { name: noted.by ?? "", time: minute(noted.at).slice(5) }))
        : this.panel.data.may_note && h("button", { type: "button", "data-key": one.id, "aria-label": t("alarms.note.of", { what: say(one.words) }),
          onclick: () => this.dialog.open(one, this.panel.data.name_needed) }, t("alarms.note")));
  }

  /** What this reader is not told, and who may take note. */
  #notes() {
    const { data } = this.panel;
    const reader = this.#page.watch.catalogue?.reader;
    const said = data?.untold.map((kind) => t(`untold.${kind}`)) ?? [];
    if (data?.waiting.length) said.push(t("alarms.waiting", { n: data.waiting.length }));
    const enter = data && !data.may_note && !reader?.signed_in;
    replace(this.#note, ...said.map((words) => h("p", {}, words)),
      enter && h("button", { type: "button", class: "quiet", "data-key": "enter", onclick: () => this.#page.session.open() }, t("alarms.enter")));
    this.#note.hidden = !this.#note.childElementCount;
  }

  /** Since when, and for how long. */
  #age() {
    for (const element of this.#list.querySelectorAll("[data-since]")) {
      const { since = "", earlier } = /** @type {HTMLElement} */ (element).dataset;
      element.textContent = t(earlier === undefined ? "alarms.since" : "alarms.earlier", { time: minute(since).slice(5), span: span(now_ms() - Date.parse(since)) });
    }
  }

  /** Where nobody has taken note yet, on the map. */
  #mark() {
    if (!this.#map) return;
    for (const mark of this.#marks) mark.remove();
    this.#marks = (this.panel.data?.alarms ?? []).filter((one) => !one.acknowledged && one.lon !== null && one.kind !== "crew_silent").map((one) => {
      const element = h("div", { class: `alarm-mark ${one.grade}`, "aria-hidden": "true", "data-alarm": one.id }, shape(one.grade));
      return new /** @type {any} */ (window).maplibregl.Marker({ element }).setLngLat([one.lon, one.lat]).addTo(this.#map);
    });
  }
}
