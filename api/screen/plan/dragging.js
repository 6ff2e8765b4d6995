/** Moving a piece by dragging it: onto another piece, before which it then comes, or onto a route, at whose end. */

/** @typedef {{ piece: string, route: string, at: number }} Held */

export class Dragging {
  /** @type {Held | null} */ #held = null;
  #change;

  /** @param {(change: any) => void} change */
  constructor(change) {
    this.#change = change;
  }

  /** What makes a piece one that is dragged, and dropped upon. @param {any} route @param {any} stop @param {number} at @param {boolean} may */
  of(route, stop, at, may) {
    if (!may) return {};
    return {
      draggable: "true",
      ondragstart: (event) => {
        this.#held = { piece: stop.piece, route: route.route, at };
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", stop.name);
      },
      ondragend: () => { this.#held = null; },
      ...this.#target((held) => {
        // Taken out of the same route from before this place, it moves the others up.
        const to = held.route === route.route && held.at < at ? at - 1 : at;
        if (held.piece !== stop.piece && !(held.route === route.route && held.at === to)) this.#change({ piece: held.piece, route: route.route, position: to });
      }),
    };
  }

  /** What makes a route one that is dropped upon. @param {any} route @param {boolean} may */
  onto(route, may) {
    return may ? this.#target((held) => held.route !== route.route && this.#change({ piece: held.piece, route: route.route })) : {};
  }

  #target(dropped) {
    const mark = (event, on) => event.currentTarget.classList.toggle("over", on);
    return {
      ondragover: (event) => {
        if (!this.#held) return;
        event.preventDefault();
        event.stopPropagation();
        mark(event, true);
      },
      ondragleave: (event) => mark(event, false),
      ondrop: (event) => {
        if (!this.#held) return;
        event.preventDefault();
        event.stopPropagation();
        mark(event, false);
        const held = this.#held;
        this.#held = null;
        dropped(held);
      },
    };
  }
}
