/**
 * What was saved in this session, step by step, and back: each way back is written on the version that this session
 * left, so that what somebody else changed since is never overwritten.
 *
 * @typedef {{ layer: string, id: string }} Place  the one object of a feature: its number changes when it is made anew
 * @typedef {{ properties: Record<string, any>, geometry?: any }} Content
 * @typedef {object} Step
 * @property {"create" | "change" | "end"} kind
 * @property {Place} place
 * @property {string} name         of the feature, for people
 * @property {Content} before      what of it changed, as it was; {} of a new one
 * @property {Content} after
 */

import { addFeature, changeFeature, endFeature } from "./edit_asking.js";

/** What a row that is put in again does not repeat: it is true from today on. */
const OWN_TIME = new Set(["valid_from", "id"]);

export class Steps {
  /** @type {Step[]} */ done = [];
  /** @type {Step[]} */ undone = [];
  /** @type {Map<string, Place>} */ #places = new Map();
  /** @type {Map<Place, string>} the version that this session left, by its ETag */ #left = new Map();

  /** The one object of a feature. @param {string} layer @param {string} id @returns {Place} */
  place(layer, id) {
    const key = `${layer}/${id}`;
    const found = this.#places.get(key) ?? { layer, id };
    this.#places.set(key, found);
    return found;
  }

  /**
   * @param {Step} step
   * @param {import("./edit_asking.js").Version | null} version   what it came to
   * @param {string} [seen]   the version that it was made on; where that is not the one left here, somebody else was between,
   *   and the steps before cannot be taken back without undoing theirs
   */
  record(step, version, seen) {
    if (seen && this.#left.has(step.place) && this.#left.get(step.place) !== seen) this.done = this.done.filter(({ place }) => place !== step.place);
    this.done.push(step);
    this.undone = [];
    this.#leave(step.place, version);
  }

  /** Take the last step back; it. @returns {Promise<Step>} */
  undo() { return this.#step(this.done, this.undone, true); }

  /** Take it again. @returns {Promise<Step>} */
  redo() { return this.#step(this.undone, this.done, false); }

  /** Give up the next step in that direction: it cannot be taken any more. @param {boolean} back */
  drop(back) { (back ? this.done : this.undone).pop(); }

  async #step(from, to, back) {
    const step = from[from.length - 1];
    const { place, kind } = step;
    const etag = this.#left.get(place) ?? "";
    if (kind === "change") this.#leave(place, await changeFeature(place.layer, place.id, back ? step.before : step.after, etag));
    else if ((kind === "end") === back) this.#again(place, await addFeature(place.layer, anew(back ? step.before : step.after)));
    else this.#leave(place, await endFeature(place.layer, place.id, etag));
    from.pop();
    to.push(step);
    return step;
  }

  #again(place, version) {
    place.id = version.id;
    this.#places.set(`${place.layer}/${place.id}`, place);
    this.#leave(place, version);
  }

  #leave(place, version) {
    if (version) this.#left.set(place, version.etag);
    else this.#left.delete(place);
  }
}

const anew = ({ properties, geometry }) => ({
  properties: Object.fromEntries(Object.entries(properties).filter(([name, value]) => value !== null && !OWN_TIME.has(name))), geometry,
});
