/** What of the open plan is looked at: which day, which routes, what is chosen; and how each crew is marked. */

import { markOf } from "./marks.js";

export class Look {
  #opened;
  #day = "";
  /** @type {any} the plan whose pieces are known by name */ #known = null;
  /** @type {Map<string, any>} */ #pieces = new Map();

  /** @param {import("./opened.js").Opened} opened */
  constructor(opened) {
    this.#opened = opened;
  }

  get plan() { return this.#opened.shown; }

  /** The days that have routes. @returns {string[]} */
  get days() { return [...new Set((this.plan?.routes ?? []).map(({ day }) => day))].sort(); }

  /** The day that is looked at: that of the chosen route, or the first. */
  get day() {
    const { days } = this;
    const { route } = this.#opened.page.store.state;
    const chosen = this.plan?.routes.find((one) => one.route === route)?.day;
    return chosen ?? (days.includes(this.#day) ? this.#day : days[0] ?? "");
  }

  /** @param {string} day */
  turn(day) {
    this.#day = day;
    this.#opened.page.store.set({ route: "", piece: "" });
    this.#opened.page.render();
  }

  /** The routes of the day that is looked at. */
  get routes() {
    const { day } = this;
    return (this.plan?.routes ?? []).filter((route) => route.day === day);
  }

  /** A crew has the same mark on every day. @param {any} route */
  mark({ crew, name }) {
    const keys = [...new Set((this.plan?.routes ?? []).map((one) => one.crew ?? one.name))];
    return markOf(keys.indexOf(crew ?? name));
  }

  /** @param {string} id */
  piece(id) {
    const { plan } = this;
    if (plan && plan !== this.#known) {
      this.#pieces = new Map(plan.pieces.map((piece) => [piece.piece, piece]));
      this.#known = plan;
    }
    return plan ? this.#pieces.get(id) : undefined;
  }

  /** The pieces that were left out, the worthiest first. */
  get left() {
    return (this.plan?.pieces ?? []).filter(({ state }) => state === "left_out").sort((one, other) => (other.worth ?? 0) - (one.worth ?? 0));
  }
}
