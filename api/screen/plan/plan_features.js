/** What of a plan is drawn, as features: routes, their stops, what was left out, what was walked. */

import { t } from "../page/text.js";
import { signOf } from "./left.js";
import { imageOf } from "./plan_rules.js";

const feature = (properties, geometry) => ({ type: "Feature", properties, geometry });
const line = (coordinates) => ({ type: "LineString", coordinates });

/**
 * A route's line in parts: where the way is unverified, and where it is not.
 * @param {any} route
 * @param {import("./marks.js").Mark} mark
 * @param {boolean} dim
 */
export function routeFeatures(route, { colour, pattern }, dim) {
  if (!route.line) return [];
  const { coordinates } = route.line;
  const doubtful = route.stops.filter(({ unverified, line: of }) => unverified && of && of[1] > of[0]).map((stop) => stop.line).sort((one, other) => one[0] - other[0]);
  const parts = [];
  let from = 0;
  for (const [first, last] of doubtful) {
    if (first > from) parts.push([from, first, false]);
    if (last > Math.max(first, from)) parts.push([Math.max(first, from), last, true]);
    from = Math.max(from, last);
  }
  parts.push([from, coordinates.length - 1, false]);
  return parts.filter(([first, last]) => last > first).map(([first, last, unverified]) => feature({ route: route.route, colour, pattern, unverified, dim }, line(coordinates.slice(first, last + 1))));
}

/** The stops of a route, its pieces under their numbers. @param {any} route @param {import("./marks.js").Mark} mark @param {{ dim: boolean, loud: boolean }} look   loud: its numbers are shown from afar, too */
export function stopFeatures(route, { colour }, { dim, loud }) {
  let nth = 0;
  return route.stops.filter(({ place }) => place).map((stop, at) => {
    const piece = stop.kind === "piece";
    if (piece) nth += 1;
    const words = piece ? String(nth) : { start: t("map.start"), end: t("map.end"), break: t("map.break"), appointment: t("map.appointment") }[stop.kind] ?? "";
    return feature({ kind: stop.kind, words, piece: stop.piece ?? "", route: route.route, image: imageOf(colour, piece), dim, loud: loud || !piece, key: piece ? at + 10 : at }, { type: "Point", coordinates: stop.place });
  });
}

/** Pieces that were left out, each with its reason. @param {any[]} left @param {boolean} loud   whether these are what is looked at */
export const leftFeatures = (left, loud) => left.filter(({ geometry }) => geometry).map((piece) => feature({ piece: piece.piece, why: piece.why, sign: loud ? signOf(piece.why) : "", loud }, piece.geometry));

/** Pieces by what became of them. @param {any} result @param {(id: string) => any} pieceOf */
export const walkedFeatures = (result, pieceOf) => result.pieces.map((one) => feature({ piece: one.piece, state: one.state }, pieceOf(one.piece)?.geometry ?? null)).filter(({ geometry }) => geometry);

/** Where crews begin and end, as far as that is said. @param {import("./order.js").Crew[]} crews @param {(crew: any) => import("./marks.js").Mark} markOf */
export function placeFeatures(crews, markOf) {
  const places = new Map();
  for (const crew of crews) {
    const { colour, number } = markOf(crew);
    for (const place of [crew.start ?? crew.usual?.start, crew.end]) {
      if (!place) continue;
      const key = `${place.lon.toFixed(6)},${place.lat.toFixed(6)}`;
      const known = places.get(key) ?? { colour, numbers: new Set(), coordinates: [place.lon, place.lat] };
      known.numbers.add(number);
      places.set(key, known);
    }
  }
  return [...places.values()].map(({ colour, numbers, coordinates }) => feature({ kind: "start", image: imageOf(colour, false), words: numbers.size > 2 ? t("map.start") : [...numbers].join("·"), piece: "", route: "", dim: false, loud: true, key: 0 }, { type: "Point", coordinates }));
}
