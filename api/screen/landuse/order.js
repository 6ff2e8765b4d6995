/**
 * What is asked: the outline, as text, file or drawing; what is to be done there; as of when. Everything that was said
 * stays when one turns to another way of giving the outline.
 *
 * @typedef {"text" | "file" | "drawn"} Source
 */

import { instantOf } from "../page/time.js";

export const TOLERANCE_M = 0.5;

export class Order {
  /** @type {Source} how the outline is given */ source = "text";
  text = "";
  /** @type {File | null} */ #file = null;
  /** @type {any} what was drawn, once it is whole */ geometry = null;
  /** Which CRS it is in, and which number of a point comes first, where one had to say so. */ crs = "";
  axes = "";
  /** What degrees are of, "" for CGCS2000 or WGS 84, which are the same here. */ datum = "";
  /** Which layer of the file, where it has several. */ layer_name = "";
  name = "";
  activity = "build";
  /** Days and minutes as their fields hold them, "" for now. */
  as_of = "";
  known_at = "";
  then_as_of = "";
  then_known_at = "";
  /** Metres, as typed; "" for the usual. */
  tolerance = "";

  /** The file, where it is one. */
  get file() { return this.source === "file" ? this.#file : null; }

  /** @param {File | null} file */
  set file(file) {
    this.#file = file;
    this.source = file ? "file" : "text";
    this.crs = this.axes = this.layer_name = "";
  }

  /** Whether there is anything to read. */
  get given() {
    return this.source === "text" ? this.text.trim() !== "" : this.source === "file" ? this.#file !== null : this.geometry !== null;
  }

  /** What is the outline. */
  said() {
    const outline = this.source === "text" ? { text: this.text } : this.source === "drawn" ? { geometry: this.geometry } : {};
    return some({ ...outline, ...(this.source === "drawn" ? {} : { crs: this.crs, axes: this.axes, datum: this.datum }), layer_name: this.file ? this.layer_name : "", name: this.name.trim() });
  }

  /** All of it. */
  body() {
    const { activity, as_of, then_as_of } = this;
    const compared_to = some({ as_of: then_as_of, known_at: instant(this.then_known_at) });
    const tolerance_m = this.tolerance.trim() ? Number(this.tolerance) : null;
    return some({ ...this.said(), activity, as_of, known_at: instant(this.known_at), tolerance_m, compared_to: Object.keys(compared_to).length ? compared_to : null });
  }

  /** Whether something is said that is usually left as it is. */
  get special() { return Boolean(this.as_of || this.known_at || this.then_as_of || this.then_known_at || this.tolerance || this.name || this.datum); }
}

const some = (said) => Object.fromEntries(Object.entries(said).filter(([, value]) => value !== "" && value !== null));
const instant = (typed) => (typed ? instantOf(typed) : "");
