/** The diagram of one line: the picture, what a cell of it says, the same as a list, and from there to the replay. */

import { Problem } from "../page/api.js";
import { byId, h, replace } from "../page/dom.js";
import { number, say, sentence, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { after, today } from "./calendar.js";
import { SURENESS, drawPicture, drawPointer, scales } from "./diagram_picture.js";
import { swatch } from "./marks.js";
import { byPatrol, nextSeen, readSightings, seenAt } from "./sightings.js";

const SPANS = [7, 30, 90];
const DAY_MS = 86_400_000;
/** A pointer may miss a sighting by so much, pixels. */
const TOUCH = 6;

export class Diagram {
  #place = byId("diagram");
  #picture = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "picture", "aria-hidden": "true" }));
  #pointer;
  #readout = h("p", { class: "readout", id: "readout", role: "status" });
  /** @type {any} */ #found = null;
  /** @type {Problem | null} */ #problem = null;
  /** @type {{ metres: number, time: number } | null} */ #cursor = null;
  #days = 30;
  /** @type {"sure" | "crew"} */ #by = "crew";
  #asked = "";
  #known = "";
  /** The last day of the picture; "" before it was opened. */
  #until = "";
  #replay;
  #toMetre;

  /**
   * @param {import("./replay.js").Replay} replay
   * @param {(line: { layer: string, code: string }, where: { chainage_m: number }) => void} toMetre
   */
  constructor(replay, toMetre) {
    this.#replay = replay;
    this.#toMetre = toMetre;
    this.#pointer = /** @type {HTMLCanvasElement} */ (h("canvas", {
      class: "pointer", tabindex: 0, role: "application", "aria-describedby": "readout", "data-key": "diagram",
      onpointermove: (event) => this.#point(event), onpointerleave: () => this.#draw(), onclick: (event) => { this.#point(event); this.#go(); },
      onkeydown: (event) => this.#key(event),
    }));
    replay.page.store.watch(["line", "day"], () => this.#load());
    replay.hear((what) => (what === "time" ? this.#draw() : this.#load()));
    new ResizeObserver(() => this.#paint()).observe(this.#pointer);
  }

  /** The line whose diagram is shown; null for none. */
  get line() {
    const [layer, ...code] = String(this.#replay.state.line).split("/");
    return layer && code.length ? { layer, code: code.join("/") } : null;
  }

  render() {
    const { line } = this;
    this.#place.hidden = !line;
    byId("main").classList.toggle("with-diagram", Boolean(line));
    if (!line) return replace(this.#place);
    this.#pointer.setAttribute("aria-label", t("diagram.canvas"));
    replace(this.#place, this.#head(line), this.#legend(), this.#body());
    this.#paint();
  }

  spoken() { this.render(); }

  #head(line) {
    const { growths, page } = this.#replay;
    const title = (layer) => say(page.watch.layer(layer)?.title);
    const choose = h("select", { "data-key": "line", "aria-label": t("diagram.line"), onchange: ({ target }) => page.store.set({ line: target.value }) },
      growths.map(({ layer, lines }) => h("optgroup", { label: title(layer) },
        lines.map(({ code, name }) => h("option", { value: `${layer}/${code}`, selected: layer === line.layer && code === line.code }, name)))));
    const button = (chosen, key, words, act) => h("button", { type: "button", class: "quiet", "data-key": key, "aria-pressed": String(chosen), onclick: act }, words);
    return h("header", { class: "diagram-head" },
      h("h2", {}, t("diagram.title")), choose,
      SPANS.map((days) => button(this.#days === days, `span-${days}`, t("diagram.days", { n: days }), () => { this.#days = days; this.#load(); })),
      h("span", { class: "gap" }),
      button(this.#by === "crew", "by-crew", t("diagram.by.crew"), () => { this.#by = "crew"; this.render(); }),
      button(this.#by === "sure", "by-sure", t("diagram.by.sure"), () => { this.#by = "sure"; this.render(); }),
      h("button", { type: "button", class: "close", "data-key": "close-diagram", onclick: () => page.store.set({ line: "" }) }, t("close")));
  }

  #legend() {
    if (!this.#found) return null;
    const marks = [...this.#found.marks.values()];
    const sure = Object.keys(SURENESS).reverse().map((bound) => h("li", {}, h("span", { class: `swatch ${bound}` }), t(`bound.${bound}`)));
    return h("ul", { class: "legend" }, !this.#found.sightings.length && h("li", {}, h("strong", {}, t("diagram.none"))), this.#by === "crew" ? marks.map((mark) => h("li", {}, swatch(mark), mark.name)) : sure,
      h("li", {}, h("span", { class: "swatch night" }), t("diagram.night")),
      h("li", { class: "hint" }, t("diagram.basis", { n: number(this.#found.reach_m), time: minute(this.#found.known_at) }), this.#found.days ? ` ${t("diagram.veiled")}` : ""));
  }

  #body() {
    if (this.#problem) return h("p", { class: "trouble" }, sentence(this.#problem));
    if (!this.#found) return h("p", { class: "hint" }, t("loading"));
    return [h("div", { class: "canvases" }, this.#picture, this.#pointer), this.#readout, this.#list()];
  }

  #list() {
    const rows = byPatrol(this.#found.sightings);
    const cells = ({ one, first, last, from_m, to_m, seen_m, sure_m }) => h("tr", {},
      h("td", {}, this.#found.days && !one.patrol ? day(first) : `${minute(first)}–${minute(last).slice(11)}`), h("th", { scope: "row" }, this.#who(one)),
      h("td", {}, t("diagram.range", { from: number(from_m), to: number(to_m) })), h("td", {}, number(seen_m)), h("td", {}, number(sure_m)),
      h("td", {}, one.patrol && h("button", { type: "button", "data-key": `go-${one.patrol}`, onclick: () => this.#show(one, first) }, t("diagram.go"))));
    const heads = ["when", "who", "where", "seen", "sure"].map((head) => h("th", { scope: "col" }, t(`diagram.head.${head}`)));
    return h("details", { class: "as-list" }, h("summary", { "data-key": "as-list" }, t("diagram.list", { n: rows.length })),
      rows.length ? h("table", {}, h("caption", { class: "unseen" }, `${t("diagram.title")} ${this.#found.name}`), h("thead", {}, h("tr", {}, heads, h("td", {}))), h("tbody", {}, rows.map(cells)))
        : h("p", { class: "hint" }, t("diagram.none")));
  }

  #who({ patrol, crew, mode }) {
    const name = this.#found.marks.get(crew)?.name;
    if (!patrol) return t(`mode.${mode}`);
    return name && name !== patrol ? t("diagram.who", { name, patrol }) : patrol;
  }

  async #load() {
    const { line } = this;
    if (!line) {
      this.#until = "";
      return this.render();
    }
    const period = this.#period();
    const asked = JSON.stringify([line, period]);
    const known = `${asked}${this.#replay.known_at}`;
    if (asked !== this.#asked) this.#found = null;
    if (known === this.#known && this.#found) return this.render();
    [this.#asked, this.#known] = [asked, known];
    this.render();
    try {
      const found = await readSightings(line, period, this.#replay.crews);
      if (this.#asked !== asked) return;
      this.#found = found;
      this.#problem = null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (this.#asked !== asked) return;
      this.#problem = error;
    }
    this.render();
  }

  /** So many days, up to the one that was looked at when it was opened: it stays while these are replayed one by one. */
  #period() {
    const looked = this.#replay.day;
    if (!this.#until || looked > this.#until) this.#until = looked;
    if (looked <= after(this.#until, -this.#days)) this.#until = [after(looked, this.#days - 1), today()].sort()[0];
    return { from: after(this.#until, 1 - this.#days), to: after(this.#until, 1) };
  }

  get #frame() {
    const { clientWidth: width, clientHeight: height } = this.#pointer;
    return { width, height, length_m: this.#found.length_m, span: this.#found.span };
  }

  /** The whole picture, as large as its place. */
  #paint() {
    const { line } = this;
    if (!this.#found || !line || !this.#pointer.clientWidth) return;
    const { reaches } = this.#replay.growths.find(({ layer }) => layer === line.layer) ?? { reaches: [] };
    drawPicture(penOf(this.#picture, this.#frame), this.#frame, {
      sightings: this.#found.sightings, marks: this.#found.marks, reaches: reaches.filter(({ target }) => target === line.code), by: this.#by,
    });
    this.#draw();
  }

  #draw() {
    if (!this.#found || !this.#pointer.clientWidth) return;
    drawPointer(penOf(this.#pointer, this.#frame), this.#frame, { cursor: this.#cursor, time: this.#replay.time });
  }

  #point({ offsetX, offsetY }) {
    const { metres, time } = scales(this.#frame);
    this.#read({ metres: metres(offsetX), time: time(offsetY) });
  }

  /** Say what is at a place of the picture. */
  #read(cursor) {
    this.#cursor = cursor;
    this.#draw();
    const { metres, time } = cursor;
    const place = t("diagram.at", { metres: number(metres) });
    const seen = this.#seen();
    if (seen) return void (this.#readout.textContent = `${place} · ${this.#words(seen)}`);
    const before = nextSeen(this.#found.sightings, metres, time, -1);
    this.#readout.textContent = `${place} · ${minute(time)} · ${before ? t("diagram.before", { words: this.#words(before) }) : t("diagram.nobody")}`;
  }

  #seen() {
    const { metres, time } = this.#cursor ?? { metres: 0, time: 0 };
    return seenAt(this.#found.sightings, metres, time, scales(this.#frame).ms(TOUCH));
  }

  #words(one) {
    const when = one.patrol ? `${minute(one.first)}–${minute(one.last).slice(11)}` : day(one.first);
    return [when, this.#who(one), t("diagram.range", { from: number(one.from_m), to: number(one.to_m) }), t(`bound.${one.bound}`), one.carried ? t("diagram.carried") : ""].filter(Boolean).join(" · ");
  }

  /** From a cell to the replay of it, and to its metre. */
  #go() {
    const { line } = this;
    if (!this.#cursor || !line) return;
    const seen = this.#seen();
    if (seen?.patrol) this.#show(seen, seen.last);
    else this.#replay.show(day(this.#cursor.time), { time: this.#cursor.time });
    this.#toMetre(line, { chainage_m: Math.min(this.#cursor.metres, this.#found.length_m) });
  }

  #show({ patrol }, time) {
    const started = this.#found.patrols.get(patrol)?.started_at;
    this.#replay.show(day(started ?? time), { time });
  }

  /** Left and right along the line, up and down to the sighting of this metre before and after, by pages a day. */
  #key(event) {
    if (!this.#found) return;
    const { length_m, span: [from, to], sightings } = this.#found;
    const { metres, time } = this.#cursor ?? { metres: length_m / 2, time: to };
    const along = (by) => ({ metres: Math.min(Math.max(metres + (by * length_m) / 100, 0), length_m), time });
    const seen = (way) => ({ metres, time: nextSeen(sightings, metres, time, way)?.first ?? time });
    const days = (by) => ({ metres, time: Math.min(Math.max(time + by * DAY_MS, from), to) });
    const moves = { ArrowLeft: () => along(-1), ArrowRight: () => along(1), ArrowUp: () => seen(-1), ArrowDown: () => seen(1), PageUp: () => days(-1), PageDown: () => days(1) };
    if (event.key === "Enter") this.#go();
    else if (moves[event.key]) this.#read(moves[event.key]());
    else return;
    event.preventDefault();
  }
}

/** A canvas as large as its frame, sharp on any screen, and the pen to draw on it. */
function penOf(canvas, { width, height }) {
  const sharp = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * sharp), Math.round(height * sharp)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  return pen;
}
