/** Handing tracks in: by a drop or by a button, each tried first, so that one sees what it saw before it is kept. */

import { Problem } from "../page/api.js";
import { announce, byId, h, replace } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { day } from "../page/time.js";
import { handIn, isTrack, readCrews, readPosts } from "./asking.js";
import { accountOf } from "./handin_account.js";

const DATUMS = ["wgs84", "gcj02", "bd09"];
const MODES = ["foot", "bicycle", "car", "boat", "drone"];

/**
 * @typedef {object} Entry   one file, and what has become of it
 * @property {File} file
 * @property {number} track   which of the file's tracks, from 1
 * @property {"waiting" | "trying" | "tried" | "sending" | "done" | "refused"} state
 * @property {any} told       the server's receipt
 * @property {Problem | null} problem
 */

export class HandIn {
  #place = byId("handin");
  #drop = byId("drop");
  /** @type {Entry[]} */ #entries = [];
  #said = { mode: "foot", datum: "wgs84", crew: "", post: "", device: "" };
  #crews = /** @type {any[]} */ ([]);
  #posts = /** @type {any[]} */ ([]);
  #open = false;
  #close = () => { this.#shown = null; this.#map.tryOut(null); };
  /** @type {Entry | null} */ #shown = null;
  #turn = 0;
  #replay;
  #panel;
  #map;

  /**
   * @param {import("./replay.js").Replay} replay
   * @param {import("./panel.js").Panel} panel
   * @param {import("./ways_map.js").WaysMap} map
   */
  constructor(replay, panel, map) {
    this.#replay = replay;
    this.#panel = panel;
    this.#map = map;
    let depth = 0;
    const carries = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes("Files");
    const over = (on) => { depth = on ? depth : 0; this.#drop.hidden = !on; };
    document.addEventListener("dragenter", (event) => { if (carries(event)) { depth += 1; over(true); } });
    document.addEventListener("dragleave", (event) => { if (carries(event) && (depth -= 1) <= 0) over(false); });
    document.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      over(false);
      this.take([...(event.dataTransfer?.files ?? [])]);
    });
  }

  /** Whether the reader may hand in at all: else it is not offered. */
  get #may() {
    const { reader } = this.#replay.page.watch.catalogue ?? {};
    return !reader?.signed_in || ["patroller", "dispatcher", "admin"].some((role) => reader.roles.includes(role));
  }

  /** Take files: each is tried at once. @param {File[]} files */
  async take(files) {
    if (!files.length || !this.#may) return;
    this.#open = true;
    await this.#lists();
    const fresh = files.map((file) => /** @type {Entry} */ ({
      file, track: 1, state: isTrack(file.name) ? "waiting" : "refused", told: null, problem: isTrack(file.name) ? null : new Problem(0, t("handin.kind", { name: file.name })),
    }));
    this.#entries = [...this.#entries.filter(({ state }) => state !== "done" && state !== "refused"), ...fresh];
    this.render();
    this.#place.scrollIntoView({ block: "end" });
    this.#try();
  }

  async #lists() {
    if (this.#crews.length) return;
    const [{ crews = [] }, { posts = [] }] = await Promise.all([readCrews().catch(() => ({})), readPosts().catch(() => ({}))]);
    [this.#crews, this.#posts] = [crews, posts];
  }

  /** Try what has not been tried as it is said now, one after another. */
  async #try() {
    const turn = ++this.#turn;
    for (const entry of this.#entries) {
      if (!["waiting", "trying"].includes(entry.state)) continue;
      await this.#ask(entry, "trying", "tried", true);
      if (turn !== this.#turn) return;
      this.#others(entry);
      if (entry.state === "tried" && !this.#shown) this.show(entry);
    }
  }

  /** A file of several tracks is as many outings: each is tried, and handed in, by itself. */
  #others({ file, track, told }) {
    if (track !== 1 || this.#entries.some((one) => one.file === file && one.track > 1)) return;
    for (let other = 2; other <= (told?.tracks ?? 1); other += 1) this.#entries.push({ file, track: other, state: "waiting", told: null, problem: null });
  }

  async #ask(entry, during, afterwards, dry) {
    entry.state = during;
    this.render();
    try {
      const told = await handIn(entry.file, { ...this.#said, track: entry.track }, dry);
      Object.assign(entry, { state: afterwards, told: dry ? told : { ...told, saw: entry.told?.saw ?? null }, problem: null });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      Object.assign(entry, { state: "refused", problem: error });
      announce(`${entry.file.name}:${sentence(error)}`);
    }
    this.render();
  }

  /** Hand in what was tried. @param {Entry[]} entries */
  async #send(entries) {
    this.#turn += 1;
    for (const entry of entries) {
      if (entry.state !== "tried" || entry.told?.status === "known") continue;
      await this.#ask(entry, "sending", "done", false);
      if (entry.state === "done") announce(t("handin.done", { name: entry.file.name, code: entry.told.code }));
      if (this.#shown === entry) this.show(entry);
    }
    const last = [...entries].reverse().find(({ state, told }) => state === "done" && told?.started_at);
    if (last) this.#replay.show(day(last.told.started_at), { time: Date.parse(last.told.ended_at) });
  }

  #say(name, value) {
    this.#said = { ...this.#said, [name]: value };
    if (name === "crew") {
      const crew = this.#crews.find(({ code }) => code === value);
      if (crew) this.#said = { ...this.#said, mode: crew.mode ?? this.#said.mode, post: crew.post_code ?? this.#said.post };
    }
    for (const entry of this.#entries) if (["tried", "trying"].includes(entry.state) || (entry.state === "refused" && isTrack(entry.file.name))) entry.state = "waiting";
    this.#shown = null;
    this.#try();
    this.render();
  }

  /** Show what a track saw, or would see: in the panel and on the map. @param {Entry} entry */
  show(entry) {
    this.#shown = entry;
    const fresh = entry.state === "tried" && entry.told?.status === "accepted";
    this.#panel.show(this.#name(entry), [
      ...accountOf(entry, this.#replay.page.watch),
      fresh && h("button", { type: "button", class: "main", "data-key": "send-this", onclick: () => this.#send([entry]) }, t("handin.this")),
    ], this.#close);
    this.#map.tryOut(entry.told?.saw ?? null);
    const box = boxOf(entry.told?.saw);
    if (box) this.#map.look(box);
  }

  spoken() {
    if (this.#shown) this.show(this.#shown);
  }

  render() {
    if (!this.#may) return replace(this.#place);
    const choice = (name, words, options) => h("label", {}, words, h("select", { "data-key": `said-${name}`, onchange: ({ target }) => this.#say(name, target.value) },
      options.map(([value, text]) => h("option", { value, selected: this.#said[name] === value }, text))));
    const none = ["", t("handin.unsaid")];
    const tried = this.#entries.filter(({ state, told }) => state === "tried" && told?.status !== "known");
    const files = /** @type {HTMLInputElement} */ (h("input", { type: "file", class: "unseen", multiple: true, accept: ".gpx,.csv,.geojson,.json", tabindex: -1, "aria-hidden": "true",
      onchange: () => { this.take([...(files.files ?? [])]); files.value = ""; } }));
    this.#place.classList.toggle("busy", this.#entries.length > 0);
    replace(this.#place,
      h("h2", {}, t("handin.title")),
      h("div", { class: "row" }, h("button", { type: "button", "data-key": "files", onclick: () => files.click() }, t("handin.choose")), files, h("span", { class: "hint" }, t("handin.hint"))),
      this.#open && this.#entries.length ? [
        h("div", { class: "said" },
          choice("crew", t("handin.crew"), [none, ...this.#crews.map(({ code, name }) => [code, name])]),
          choice("mode", t("handin.mode"), MODES.map((mode) => [mode, t(`mode.${mode}`)])),
          choice("datum", t("handin.datum"), DATUMS.map((datum) => [datum, t(`datum.${datum}`)])),
          choice("post", t("handin.post"), [none, ...this.#posts.map(({ code, name }) => [code, name])])),
        h("ul", { class: "files" }, this.#entries.map((entry) => this.#line(entry))),
        h("div", { class: "row" },
          h("button", { type: "button", class: "main", "data-key": "send", disabled: !tried.length, onclick: () => this.#send(this.#entries) }, t("handin.send", { n: tried.length })),
          h("button", { type: "button", "data-key": "clear", onclick: () => { this.#entries = []; this.#turn += 1; if (this.#shown) this.#panel.close(); this.render(); } }, t("handin.clear"))),
      ] : null);
  }

  /** What a file's track is called: by its number too, where there are several. */
  #name({ file, track }) {
    return this.#entries.some((one) => one.file === file && one.track > 1) ? t("handin.track", { name: file.name, n: track }) : file.name;
  }

  #line(entry) {
    const { state, problem, told } = entry;
    const name = this.#name(entry);
    const signIn = problem?.status === 401 ? h("button", { type: "button", "data-key": "sign", onclick: () => this.#replay.page.session.open() }, t("session.in")) : null;
    return h("li", { class: state },
      h("div", {}, told && state !== "refused" ? h("button", { type: "button", class: "item", "data-key": `file-${name}`, onclick: () => this.show(entry) }, name) : name,
        h("span", { class: "hint" }, ` ${t(told?.status === "known" ? "handin.known" : `handin.state.${state}`)}`)),
      ["trying", "sending"].includes(state) ? h("progress", { "aria-label": t(`handin.state.${state}`) }) : null,
      problem ? h("p", { class: "trouble" }, sentence(problem), " ", signIn) : null);
  }
}

function boxOf(saw) {
  const places = (saw?.legs.features ?? []).flatMap(({ geometry }) => (geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates));
  if (!places.length) return null;
  const all = (at) => places.map((place) => place[at]);
  return [Math.min(...all(0)), Math.min(...all(1)), Math.max(...all(0)), Math.max(...all(1))];
}
