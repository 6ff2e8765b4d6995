/** A place in a form: called by name, typed as longitude and latitude, pointed at on the map, or left to what is usual. */

import { h, replace } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { readFound } from "./asking.js";

/** @typedef {import("./order.js").Place} Place */

const TYPED = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,,\s]\s*(-?\d{1,2}(?:\.\d+)?)\s*$/;
const PAUSE_MS = 200;
let made = 0;

/** A place as it is written. @param {Place} place */
export const written = ({ name, lon, lat }) => name || `${lon.toFixed(5)}, ${lat.toFixed(5)}`;

/** What is typed as longitude and latitude; null for anything else. @param {string} typed @returns {Place | null} */
export function typedPlace(typed) {
  const [, lon, lat] = TYPED.exec(typed) ?? [];
  if (lon === undefined || Math.abs(Number(lon)) > 180 || Math.abs(Number(lat)) > 85) return null;
  return { name: "", lon: Number(lon), lat: Number(lat) };
}

/**
 * @param {object} setup
 * @param {string} setup.key          what keeps the focus
 * @param {string} setup.label
 * @param {string} setup.usual        what holds while nothing is said, in words
 * @param {Place | null} setup.value
 * @param {Place[]} setup.places      those that can be called by name at once
 * @param {(place: Place | null) => void} setup.set
 * @param {(told: (place: Place) => void) => void} setup.point   have it pointed at on the map
 */
export function placeField({ key, label, usual, value, places, set, point }) {
  const id = `place-${(made += 1)}`;
  const known = new Map(places.map((place) => [written(place), place]));
  const fault = h("small", { class: "trouble", id: `${id}-fault`, role: "alert" });
  const list = h("datalist", { id: `${id}-list` });
  const offer = () => replace(list, [...known.keys()].map((name) => h("option", { value: name })));
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    const typed = input.value.trim();
    if (typed && !known.has(typed) && !typedPlace(typed)) timer = window.setTimeout(() => find(typed, known).then(offer, () => {}), PAUSE_MS);
  };
  const take = async () => {
    clearTimeout(timer);
    fault.textContent = "";
    const typed = input.value.trim();
    if (!typed) return set(null);
    const place = known.get(typed) ?? typedPlace(typed) ?? await find(typed, known).catch(() => null);
    if (place) set(place);
    else fault.textContent = t("place.unknown", { name: typed });
  };
  const input = /** @type {HTMLInputElement} */ (h("input", {
    id, type: "text", list: `${id}-list`, autocomplete: "off", spellcheck: "false", maxlength: 100, placeholder: usual, value: value ? written(value) : "",
    "data-key": key, "aria-describedby": `${id}-fault`, title: value ? `${number(value.lon, 5)}, ${number(value.lat, 5)}` : usual, oninput: look, onchange: take,
  }));
  offer();
  return h("div", { class: "place" }, h("label", { for: id }, label),
    h("div", { class: "place-row" }, input,
      h("button", { type: "button", "data-key": `${key}-point`, "aria-label": t("place.point.of", { label }), onclick: () => point(set) }, t("place.point")),
      value && h("button", { type: "button", class: "quiet", "data-key": `${key}-none`, "aria-label": t("place.usual.of", { label }), title: t("place.usual"), onclick: () => set(null) }, "×")),
    list, fault);
}

/** Ask what is called so; the first that is found, and all of them from now on by name. */
async function find(typed, known) {
  const { features } = await readFound(typed);
  const places = features.map(({ name, code, lon, lat }) => ({ name: name || code, lon, lat }));
  for (const place of places) if (!known.has(place.name)) known.set(place.name, place);
  return places[0] ?? null;
}
