/**
 * A page: its state, the watch over the data, what the server tells, the one sentence over it, and its parts.
 *
 * @typedef {object} Part what makes up a page; each says what it wants to hear
 * @property {() => void} [render]     something has changed: show it
 * @property {(told: { other: boolean }) => void} [arrived]  the catalogue came, or did not; other: somebody else looks now
 * @property {() => void} [begun]      everything is told from now on; what came before may have changed unnoticed
 * @property {(change: { layer: string, boxes: import("./live.js").Box[] | null }) => void} [tiles]   these changed; null: all
 * @property {() => void} [missed]     something was missed
 * @property {(name: string, told: any) => void} [happened]   positions, a patrol, an observation
 * @property {() => void} [turned]     the state of what is told is another
 * @property {() => void} [spoken]     the language is another
 * @property {(notice: Notice) => boolean} [says]    say a sentence over the page, if there is one to be said
 */

import { LANGUAGE, followAddress, readHash } from "./address.js";
import { freshness } from "./freshness.js";
import { headOf } from "./head.js";
import { Live } from "./live.js";
import { Notice } from "./notice.js";
import { sessionPanel } from "./session.js";
import { buildShell } from "./shell.js";
import { createStore } from "./store.js";
import { sentence, speak, t, translate } from "./text.js";
import { Watch } from "./watch.js";

/**
 * Open a page: its shell is built, its state read from the address.
 * @param {import("./address.js").Fields} fields   what the address says, beside the language
 * @param {{ bare?: boolean }} [options]   bare: without head and foot
 */
export function openPage(fields, { bare = false } = {}) {
  const said = { ...fields, language: LANGUAGE };
  const store = createStore(readHash(said, location.hash));
  speak(store.state.language);
  followAddress(said, store);
  buildShell({ bare });
  const page = new Page(store);
  if (!bare) page.add(...headOf(page), freshness(page));
  translate(document);
  return page;
}

export class Page {
  notice = new Notice();
  /** @type {import("./store.js").Store} */ store;
  /** @type {Watch} */ watch;
  /** @type {Live} */ live;
  /** @type {{ render: () => void, open: () => void }} */ session;
  /** @type {Part[]} */ #parts = [];
  #reader = "";

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    this.watch = new Watch(() => this.#arrived());
    this.live = new Live({
      begun: () => this.#tell("begun"), missed: () => this.#tell("missed"), turned: () => this.#turned(),
      tiles: (change) => { this.#tell("tiles", change); this.watch.askSoon(); },
      happened: (name, told) => { this.#tell("happened", name, told); this.watch.askSoon(); },
    });
    this.session = sessionPanel(this);
    this.add(this.session);
    store.watch(["language"], ({ language }) => this.#speak(language));
  }

  /** Add parts; they are told in this order. @param {...Part} parts */
  add(...parts) {
    this.#parts.push(...parts);
  }

  /** Ask for the data from now on; once all parts are added. */
  start() {
    this.render();
    this.say();
    this.live.watch();
    return this.watch.start();
  }

  /** Let every part show what is now so. */
  render() {
    this.#tell("render");
  }

  /** The one sentence over the page, the most urgent first. */
  say() {
    const { problem, catalogue } = this.watch;
    // Who may read nothing is told that alone: empty tables and calendars would say that there is nothing.
    document.body.classList.toggle("shut", problem?.status === 401);
    if (problem?.status === 401) return this.notice.trouble(t("error.signin"), t("error.signin.more"), this.session.open, t("session.in"));
    if (problem && !catalogue) return this.notice.trouble(t("error.layers"), sentence(problem), () => this.watch.ask());
    if (!catalogue) return this.notice.loading(t("loading.layers"));
    if (!this.#parts.some((part) => part.says?.(this.notice))) this.notice.clear();
  }

  #arrived() {
    const { catalogue, problem } = this.watch;
    const reader = JSON.stringify(catalogue?.reader ?? null);
    const other = this.#reader !== "" && this.#reader !== reader;
    if (catalogue && this.#reader !== reader) this.live.start();
    if (catalogue || problem?.status === 401) this.#reader = reader;
    this.#tell("arrived", { other });
    this.say();
    this.render();
  }

  #turned() {
    this.#tell("turned");
    if (this.live.state === "cut") this.watch.ask();
    this.render();
  }

  #speak(language) {
    speak(language);
    translate(document);
    this.#tell("spoken");
    this.say();
    this.render();
  }

  #tell(what, ...told) {
    for (const part of this.#parts) part[what]?.(...told);
  }
}
