/** Where the map stands: over the street, as large as it fits between what lies over the map; elsewhere where the address says so. */

import { readStreet } from "./asking.js";
import { factor } from "./scale.js";

/** Room for what lies over the map, at 1920 × 1080. */
const ROOM = { top: 56, right: 30, bottom: 96, left: 30 };

export class Standing {
  #map = null;
  /** @type {number[] | null} */ #box = null;
  #named;

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    this.#named = page.store.state.view !== null;
  }

  /** @param {any} map */
  onMap(map) {
    this.#map = map;
  }

  async arrived({ other }) {
    if (this.#named || (this.#box && !other)) return;
    // Without it the map stands over all there is.
    this.#box = await readStreet().catch(() => null);
    this.fit();
  }

  fit() {
    if (!this.#map || !this.#box) return;
    const k = factor();
    const [west, south, east, north] = this.#box;
    const padding = Object.fromEntries(Object.entries(ROOM).map(([side, room]) => [side, room * k]));
    this.#map.fitBounds([[west, south], [east, north]], { padding, animate: false });
  }
}
