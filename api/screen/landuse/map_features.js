/** What of an outline and its answer is drawn, as features. */

import { isChosen, letterOf } from "./read_card.js";
import { FAULT_HATCH, hatchOf } from "./map_rules.js";
import { ringsOf } from "./rings.js";

/** So many vertices have their number on the map. */
const MOST_NUMBERED = 200;

export const feature = (properties, geometry) => ({ type: "Feature", properties, geometry });
export const collection = (features) => ({ type: "FeatureCollection", features });

/** The outline; filled as long as nothing else is drawn in it. @param {any} geometry @param {boolean} filled */
export const outlineFeatures = (geometry, filled) => (geometry ? [feature({ filled }, geometry)] : []);

/** The points of an outline with their numbers, as long as one can read them. @param {any} geometry */
export function vertexFeatures(geometry) {
  const rings = ringsOf(geometry).map((ring) => ring.slice(0, -1));
  if (rings.reduce((sum, ring) => sum + ring.length, 0) > MOST_NUMBERED) return [];
  let nth = 0;
  return rings.flatMap((ring) => ring.map((place) => feature({ name: String((nth += 1)) }, { type: "Point", coordinates: place })));
}

/** @param {any} answer */
export const pieceFeatures = (answer) => (answer.pieces ?? []).filter(({ geometry }) => geometry).map((piece) => feature({ piece: piece.piece, family: familyOf(piece), label: piece.class_name ?? piece.class_code }, piece.geometry));

/** The kinds of zones that the verdict stands on: these are hatched, the others only outlined. @param {any} answer @returns {Set<string>} */
export function weightyKinds({ verdict, zones }) {
  const weighty = new Set(verdict.reasons.filter(({ answer }) => answer === verdict.answer && answer !== "yes").flatMap(({ features }) => features.filter(({ layer }) => layer === "zone").map(({ id }) => String(id))));
  return new Set(zones.filter(({ features }) => features.some(({ id }) => weighty.has(String(id)))).map(({ kind }) => kind));
}

/** @param {any} answer @param {Record<string, { colour: string }>} looks */
export function zoneFeatures(answer, looks) {
  const weighty = weightyKinds(answer);
  return answer.zones.filter(({ geometry }) => geometry).map(({ kind, geometry }) => feature({ kind, weighty: weighty.has(kind), hatch: hatchOf(kind), colour: looks[kind]?.colour ?? "#10243a" }, geometry));
}

/** Gaps and overlaps of the base data. @param {any} answer */
export const faultFeatures = ({ base }) => [...base.gaps, ...base.overlaps].filter(({ geometry }) => geometry).map(({ geometry }) => feature({ hatch: FAULT_HATCH }, geometry));

/** The shapes of a geometry that may be a collection. @param {any} geometry @returns {any[]} */
export const shapesIn = (geometry) => geometry?.geometries ?? (geometry ? [geometry] : []);

/** The outlines of a batch: the box of each, and at its middle what it was answered. @param {any[]} rows */
export const markFeatures = (rows) => rows.filter(({ box }) => box).flatMap(({ number, answer, fault, box: [west, south, east, north] }) => {
  const said = { number, answer: answer ?? (fault ? "fault" : "") };
  return [feature(said, { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] }), feature(said, { type: "Point", coordinates: [(west + east) / 2, (south + north) / 2] })];
});

/** Where each CRS would put the outline. @param {import("./reading.js").Candidate[]} candidates @param {import("./order.js").Order} order */
export const candidateFeatures = (candidates, order) => candidates.flatMap((one, at) => {
  const { centre, geometry } = one;
  const said = { letter: letterOf(at), chosen: isChosen(one, order) };
  return [...shapesIn(geometry).map((shape) => feature(said, shape)), centre && feature(said, { type: "Point", coordinates: centre })].filter(Boolean);
});

/** By what the layer is painted; where the server does not say it, by the three groups. @param {any} piece */
export const familyOf = ({ family, group }) => family ?? { farm: "crop", built: "built" }[group] ?? "other";
