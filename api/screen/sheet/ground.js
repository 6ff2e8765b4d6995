/** What lies around the route, in light tints, and its names. */

import { svg } from "../page/dom.js";

const MOST_NAMES = 14;

/**
 * Water as areas, roads and banks as lines.
 * @param {import("./asking.js").Shape[]} ground
 * @param {(place: [number, number]) => [number, number]} flat
 */
export function drawGround(ground, flat) {
  const drawn = (shape) => shape.parts.map((part) => `${part.map((place, at) => `${at ? "L" : "M"}${flat(place).map((m) => m.toFixed(0)).join(" ")}`).join("")}${shape.area ? "Z" : ""}`).join("");
  const classOf = (shape) => (shape.area ? "water" : `line ${shape.layer}${shape.main ? " main" : ""}`);
  return svg("g", { class: "ground" }, ground.map((shape) => svg("path", { class: classOf(shape), d: drawn(shape) })));
}

/**
 * Names of waters and main roads, where they are biggest; each name once.
 * @param {import("./asking.js").Shape[]} ground
 * @param {(place: [number, number]) => [number, number]} flat
 * @param {(place: [number, number]) => string} at   the transform that keeps a size on the screen
 */
export function namesOf(ground, flat, at) {
  const named = new Set();
  const wanted = ground.filter(({ name, area, main }) => name && (area || main) && !named.has(name) && named.add(name)).slice(0, MOST_NAMES);
  return wanted.map((shape) => {
    const longest = shape.parts.reduce((best, part) => (part.length > best.length ? part : best));
    return svg("text", { class: shape.area ? "name water" : "name", transform: at(shape.area ? middleOf(longest.map(flat)) : flat(longest[Math.floor(longest.length / 2)])) }, shape.name);
  });
}

/** The centre of an area; of one without any, its first place. @param {[number, number][]} ring @returns {[number, number]} */
function middleOf(ring) {
  let [double, x, y] = [0, 0, 0];
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length];
    const cross = ax * by - bx * ay;
    double += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  });
  return double ? [x / (3 * double), y / (3 * double)] : ring[0];
}
