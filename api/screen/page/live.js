/**
 * What happens at the server, told as it happens; and whether that can be relied on just now.
 *
 * @typedef {[number, number, number, number]} Box west, south, east, north, degrees
 * @typedef {object} Hearers
 * @property {() => void} begun     everything is told from now on; what came before may have changed unnoticed
 * @property {(change: { layer: string, boxes: Box[] | null }) => void} tiles   these are to be fetched again; null: all
 * @property {() => void} missed    something was missed
 * @property {(name: string, told: any) => void} happened   positions, a patrol, an observation
 * @property {() => void} turned    the state is another
 */

import { openLive } from "./api.js";
import { mark, since_ms } from "./time.js";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const LOOK_MS = 5000;
/** The server gives a sign of life every 15 seconds: after so long without one the connection is dead. */
const SILENT_MS = 40_000;
/** A browser has six connections to a server for all its tabs: one that nobody looks at gives its own back. */
const UNSEEN_MS = 60_000;

export class Live {
  /** @type {"off" | "on" | "cut"} off: not asked for yet, or nobody looks; cut: it was lost, or is not to be had */ state = "off";
  /** @type {import("./watch.js").Mark | null} when the server last gave a sign of life */ heard = null;
  /** @type {ReturnType<typeof openLive> | null} */ #stream = null;
  #after = "";
  #pause_ms = FIRST_PAUSE_MS;
  #timer = 0;
  #unseen = 0;
  #hearers;

  /** @param {Hearers} hearers */
  constructor(hearers) {
    this.#hearers = hearers;
  }

  /** Listen from now on; anew where somebody else looks now, who may be told other things. */
  start() {
    this.#close();
    this.#turn("off");
    this.#after = "";
    this.#open();
  }

  /** Watch over the stream and over whether anybody looks. Once. */
  watch() {
    setInterval(() => this.#stream && this.heard && since_ms(this.heard) > SILENT_MS && this.#lost(), LOOK_MS);
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#unseen);
      if (document.visibilityState === "hidden") this.#unseen = window.setTimeout(() => this.#rest(), UNSEEN_MS);
      else if (!this.#stream && this.heard) this.#open();
    });
    window.addEventListener("online", () => this.state === "cut" && this.#open());
  }

  #open() {
    this.#close();
    const from = this.#after;
    const stream = openLive(from);
    this.#stream = stream;
    this.heard = mark();
    const on = (name, act) => stream.addEventListener(name, (event) => {
      if (stream !== this.#stream) return;
      this.heard = mark();
      this.#after = /** @type {MessageEvent} */ (event).lastEventId || this.#after;
      act(JSON.parse(/** @type {MessageEvent} */ (event).data));
    });
    on("hello", ({ id }) => this.#begun(id === from));
    on("tiles", (change) => this.#hearers.tiles(change));
    on("reset", () => this.#hearers.missed());
    on("alive", () => {});
    for (const name of ["positions", "patrol", "observation"]) on(name, (told) => this.#hearers.happened(name, told));
    on("end", () => this.#lost());
    stream.onerror = () => stream === this.#stream && this.#lost();
  }

  #begun(resumed) {
    this.#pause_ms = FIRST_PAUSE_MS;
    this.#turn("on");
    if (!resumed) this.#hearers.begun();
  }

  /** A browser gives up for good after an answer that is no stream: so it is tried again from here, ever more rarely. */
  #lost() {
    this.#close();
    this.#timer = window.setTimeout(() => this.#open(), this.#pause_ms * (1 + Math.random() / 2));
    this.#pause_ms = Math.min(this.#pause_ms * 2, LONGEST_PAUSE_MS);
    this.#turn("cut");
  }

  #rest() {
    this.#close();
    this.#turn("off");
  }

  #close() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }

  #turn(state) {
    if (this.state === state) return;
    this.state = state;
    this.#hearers.turned();
  }
}
