/**
 * What the page shows, in one object, and who wants to hear when it changes.
 *
 * @typedef {{ lon: number, lat: number, zoom: number }} View
 * @typedef {{ layer: string, id: string }} Selection
 * @typedef {Record<string, any> & { language: "zh" | "en" }} State each page's own; pages with a map have `view`, null for the place of the data
 *
 * @typedef {{ state: State, set: (patch: Record<string, any>, options?: { step?: boolean }) => void,
 *   watch: (keys: string[], listener: (state: State, step: boolean) => void) => void }} Store
 */

/**
 * A store; `step` marks a change that deserves its own entry in the browser's history.
 * @param {State} initial
 * @returns {Store}
 */
export function createStore(initial) {
  /** @type {{ keys: string[], listener: (state: State, step: boolean) => void }[]} */
  const watchers = [];
  const store = {
    state: { ...initial },
    set(patch, { step = true } = {}) {
      const changed = Object.keys(patch).filter((key) => !same(store.state[key], patch[key]));
      if (changed.length === 0) return;
      store.state = { ...store.state, ...patch };
      for (const { keys, listener } of watchers) {
        if (keys.some((key) => changed.includes(key))) listener(store.state, step);
      }
    },
    watch(keys, listener) {
      watchers.push({ keys, listener });
    },
  };
  return store;
}

function same(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
