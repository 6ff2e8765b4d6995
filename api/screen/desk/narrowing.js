/**
 * What the reader has narrowed the map to: filters by layer, and the time that is shown. Known only once the server has
 * said which columns there are, so a layer whose filter is not understood yet is asked for as nothing.
 */

import { readQueryables } from "./asking.js";
import { columnsOf, cqlOf } from "./cql.js";
import { isFilter } from "./fields.js";

/** What no feature meets: shown while it is not known yet what the filter of a layer means. */
const NOTHING = "id IS NULL";

export class Narrowing {
  /** @type {import("../page/page.js").Page} */ #page;
  /** @type {Map<string, import("./cql.js").Column[]>} */ #columns = new Map();
  /** @type {Map<string, Promise<void>>} */ #asking = new Map();
  /** @type {() => void} */ #changed = () => {};

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.#page = page;
    page.add({ arrived: ({ other }) => this.#arrived(other), spoken: () => this.#forget() });
  }

  /** Whenever what is shown may be another. @param {() => void} listener */
  watch(listener) {
    this.#changed = listener;
    this.#page.store.watch(["filter", "day", "known"], () => { this.#learn(); listener(); });
  }

  /** Whether another time than now is shown. */
  get then() {
    const { day, known } = this.#page.store.state;
    return Boolean(day || known);
  }

  /** The time that is shown, as questions have it; empty for now. @returns {Record<string, string>} */
  get when() {
    const { day, known } = this.#page.store.state;
    return { ...(day && { datetime: day }), ...(known && { known_at: known }) };
  }

  /** What a layer is narrowed to, as the query of tiles and features. @param {string} id @returns {Record<string, string>} */
  of(id) {
    const filter = this.#page.store.state.filter[id];
    const columns = this.#columns.get(id);
    const said = isFilter(filter) ? (columns ? cqlOf(filter, columns) : NOTHING) : "";
    const kept = this.#page.watch.layer(id)?.kept;
    return { ...(kept ? this.when : {}), ...(said && { filter: said }) };
  }

  /** The columns of a layer that can be asked; null where that is not known yet, and is asked. @param {string} id */
  columns(id) {
    if (!this.#columns.has(id)) this.#ask(id);
    return this.#columns.get(id) ?? null;
  }

  #arrived(other) {
    if (other) this.#forget();
    this.#learn();
  }

  #forget() {
    this.#columns.clear();
    this.#asking.clear();
    this.#learn();
  }

  #learn() {
    for (const id of Object.keys(this.#page.store.state.filter)) if (this.#page.watch.layer(id)) this.columns(id);
  }

  #ask(id) {
    if (this.#asking.has(id)) return;
    const asked = readQueryables(id).then((told) => {
      if (this.#asking.get(id) !== asked) return;
      this.#columns.set(id, columnsOf(told));
      this.#changed();
    }).catch(() => { setTimeout(() => this.#asking.delete(id), 5000); });
    this.#asking.set(id, asked);
  }
}
