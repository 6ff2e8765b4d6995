/**
 * What of an answer is lit up, by a short name that the address holds: `reason/0`, `zone/blue`, `piece/3`,
 * `class/sandiao/0101`, `group/farm`, `touched/farmland/17`, `sliver/0`, `gap/0`, `overlap/1`,
 * `change/0`, …
 */

const same = (one, other) => one.layer === other.layer && String(one.id) === String(other.id) && (!one.known_from || !other.known_from || one.known_from === other.known_from);
const point = (coordinates) => ({ type: "Point", coordinates });

/**
 * The shapes of what is lit up; none where the answer holds none.
 * @param {any} answer
 * @param {string} lit
 * @returns {any[]}
 */
export function shapesOf(answer, lit) {
  const [kind, ...rest] = lit.split("/");
  const found = answer && kind in SHAPES ? SHAPES[kind](answer, ...rest) : [];
  return found.filter(Boolean);
}

/** Whether something would be lit up. @param {any} answer @param {string} lit */
export const isLightable = (answer, lit) => shapesOf(answer, lit).length > 0;

/** Of a feature, what lies under the outline. */
export function shapesOfFeature(answer, feature) {
  if (feature.layer === "landuse") return answer.pieces.filter((one) => same(one, feature)).map(({ geometry }) => geometry);
  if (feature.layer === "zone") return answer.zones.flatMap((zone) => zone.features.filter((one) => same(one, feature)).map((one) => one.geometry ?? zone.geometry));
  return answer.touched.filter((one) => same(one, feature)).map(({ geometry }) => geometry);
}

const pieces = (answer, wanted) => (answer.pieces ?? []).filter(wanted).map(({ geometry }) => geometry);

const SHAPES = {
  outline: (answer) => [answer.outline.geometry],
  reason: (answer, at) => shapesOfReason(answer, answer.verdict.reasons[Number(at)]),
  piece: (answer, number) => pieces(answer, ({ piece }) => String(piece) === number),
  class: (answer, scheme, code) => pieces(answer, (one) => one.scheme === scheme && one.class_code === code),
  group: (answer, group) => pieces(answer, (one) => one.group === group),
  ownership: (answer, ownership) => pieces(answer, (one) => (one.ownership ?? "") === ownership),
  owner: (answer, ownership, ...name) => pieces(answer, (one) => (one.owner ?? "") === name.join("/") && (one.ownership ?? "") === ownership),
  zone: (answer, kind) => answer.zones.filter((zone) => zone.kind === kind).map(({ geometry }) => geometry),
  feature: (answer, layer, id) => shapesOfFeature(answer, { layer, id }),
  sliver: (answer, at) => [answer.slivers[Number(at)]].filter(Boolean).map(({ geometry, place }) => geometry ?? point(place)),
  change: (answer, at) => [answer.compared?.classes[Number(at)]?.geometry],
  gap: (answer, at) => [answer.base.gaps[Number(at)]?.geometry],
  overlap: (answer, at) => [answer.base.overlaps[Number(at)]?.geometry],
};

function shapesOfReason(answer, reason) {
  if (!reason) return [];
  const { features, subject = "" } = reason;
  const found = features.flatMap((feature) => shapesOfFeature(answer, feature)).filter(Boolean);
  if (found.length) return found;
  if (subject.startsWith("gap")) return answer.base.gaps.map(({ geometry }) => geometry);
  return [answer.outline.geometry];
}
