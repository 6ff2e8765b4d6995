/** How an outline, its pieces and the zones over it are drawn: sources and rules on the map, from below to above. */

const FACES = ["Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"];
const INK = "#10243a";
/** Land that no rule of the layer's style names. */
const PLAIN = "#ddd8cc";
const HATCH_PX = 24;

export const SOURCES = ["pieces", "zones", "faults", "outline", "vertices", "marks", "lit", "candidates"];
export const named = (id) => `land-${id}`;
/** The picture of the hatch of a kind of zone. @param {string} kind */
export const hatchOf = (kind) => `land-hatch-${kind}`;
export const FAULT_HATCH = hatchOf("fault");
export const FAULT = "#8a4b00";
export const FAULT_LOOK = { colour: FAULT, back: true, shift: HATCH_PX / 8 };

const rule = (id, source, type, more) => ({ id: named(id), source: named(source), type, ...more });
const area = ["!=", ["geometry-type"], "Point"];

/** What an outline of a batch was answered, by its sign and its colour. */
const MARKS = { no: ["×", "#a5182b"], unknown: ["?", "#55646e"], ask: ["!", "#8a4b00"], yes: ["√", "#1f5a73"], fault: ["–", "#55646e"] };
const marked = (at, rest) => ["match", ["get", "answer"], ...Object.entries(MARKS).flatMap(([answer, look]) => [answer, look[at]]), rest];

/** The rules by which the catalogue's own style paints land classes, as colours by family. @param {any} layer @returns {Record<string, string>} */
export function familyColours(layer) {
  const found = (layer?.style ?? []).filter(({ type, filter }) => type === "fill" && Array.isArray(filter) && filter[0] === "==").map(({ filter, paint }) => [filter[2], paint["fill-color"]]);
  return Object.fromEntries(found);
}

/**
 * The colour and the name of each kind of zone, of the catalogue's own style. Each is hatched on strokes of its own: where
 * zones lie over each other, the upper one must not paint over the strokes of the lower.
 * @param {any} layer
 * @returns {Record<string, { colour: string, legend: any, back: boolean, shift: number }>}
 */
export function zoneLooks(layer) {
  const lines = (layer?.style ?? []).filter(({ type, metadata }) => type === "line" && metadata?.legend);
  const look = ({ paint, metadata }, place) => ({
    colour: typeof paint["line-color"] === "string" ? paint["line-color"] : INK,
    legend: metadata.legend,
    back: place % 2 === 1,
    shift: ((place >> 1) % 4) * (HATCH_PX / 4),
  });
  return Object.fromEntries(lines.map((line, place) => [line.id.replace(/^zone-/, ""), look(line, place)]));
}

/** @param {Record<string, string>} colours   of land classes by family */
export function rulesOf(colours) {
  const byFamily = Object.entries(colours).flat();
  const paint = byFamily.length ? ["match", ["get", "family"], ...byFamily, PLAIN] : PLAIN;
  return [
    rule("pieces-fill", "pieces", "fill", { paint: { "fill-color": paint, "fill-opacity": 0.85 } }),
    rule("pieces-edge", "pieces", "line", { paint: { "line-color": "#5d5648", "line-width": 1 } }),
    rule("zones-hatch", "zones", "fill", { filter: ["get", "weighty"], paint: { "fill-pattern": ["get", "hatch"] } }),
    rule("zones-edge", "zones", "line", { paint: { "line-color": ["get", "colour"], "line-width": ["case", ["get", "weighty"], 2.5, 1.5] } }),
    rule("faults-hatch", "faults", "fill", { filter: area, paint: { "fill-pattern": FAULT_HATCH } }),
    rule("faults-edge", "faults", "line", { paint: { "line-color": FAULT, "line-width": 1.5, "line-dasharray": [2, 1.5] } }),
    rule("outline-fill", "outline", "fill", { filter: ["get", "filled"], paint: { "fill-color": INK, "fill-opacity": 0.12 } }),
    rule("outline-halo", "outline", "line", { paint: { "line-color": "#ffffff", "line-width": 5.5, "line-opacity": 0.9 } }),
    rule("outline-line", "outline", "line", { paint: { "line-color": INK, "line-width": 2.5 } }),
    rule("lit-halo", "lit", "line", { filter: area, paint: { "line-color": "#ffffff", "line-width": 9, "line-opacity": 0.95 } }),
    rule("lit-fill", "lit", "fill", { filter: area, paint: { "fill-color": "#0b63ce", "fill-opacity": 0.28 } }),
    rule("lit-line", "lit", "line", { filter: area, paint: { "line-color": "#0b63ce", "line-width": 4 } }),
    rule("lit-point", "lit", "circle", { filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 11, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#0b63ce", "circle-stroke-width": 4 } }),
    rule("pieces-name", "pieces", "symbol", { minzoom: 13, layout: { "text-field": ["get", "label"], "text-font": FACES, "text-size": 12, "text-max-width": 7 }, paint: { "text-color": "#2c2820", "text-halo-color": "#fbfaf7", "text-halo-width": 1.6 } }),
    rule("vertices-dot", "vertices", "circle", { paint: { "circle-radius": 3.2, "circle-color": "#ffffff", "circle-stroke-color": INK, "circle-stroke-width": 1.6 } }),
    rule("vertices-name", "vertices", "symbol", { layout: { "text-field": ["get", "name"], "text-font": FACES, "text-size": 12, "text-offset": [0, -1], "text-padding": 1 }, paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 1.8 } }),
    rule("marks-box", "marks", "line", { filter: area, paint: { "line-color": marked(1, "#55646e"), "line-width": 2 } }),
    rule("marks-dot", "marks", "circle", { filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 10, "circle-color": marked(1, "#ffffff"), "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } }),
    rule("marks-sign", "marks", "symbol", { filter: ["==", ["geometry-type"], "Point"], layout: { "text-field": marked(0, ""), "text-font": FACES, "text-size": 14, "text-allow-overlap": true }, paint: { "text-color": "#ffffff" } }),
    rule("candidates-line", "candidates", "line", { filter: area, paint: { "line-color": ["case", ["get", "chosen"], "#0b63ce", INK], "line-width": 3, "line-dasharray": [2, 1.5] } }),
    rule("candidates-dot", "candidates", "circle", { filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 13, "circle-color": ["case", ["get", "chosen"], "#0b63ce", INK], "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } }),
    rule("candidates-name", "candidates", "symbol", { filter: ["==", ["geometry-type"], "Point"], layout: { "text-field": ["get", "letter"], "text-font": FACES, "text-size": 14, "text-allow-overlap": true, "icon-allow-overlap": true }, paint: { "text-color": "#ffffff" } }),
  ];
}

/**
 * Give the map the hatch of a colour.
 * @param {any} map
 * @param {string} name
 * @param {{ colour: string, back: boolean, shift: number }} look   back: the other way; shift: how far the strokes are moved
 */
export function lendHatch(map, name, look) {
  if (map.hasImage(name)) return;
  map.addImage(name, hatchPicture(look), { pixelRatio: 2 });
}

/** Slanting strokes that go on from tile to tile. */
function hatchPicture({ colour, back, shift }) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = HATCH_PX;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.strokeStyle = colour;
  pen.lineWidth = 2.5;
  pen.beginPath();
  for (const tile of [-2, -1, 0, 1]) {
    const from = tile * HATCH_PX + shift;
    pen.moveTo(from, back ? 0 : HATCH_PX);
    pen.lineTo(from + HATCH_PX, back ? HATCH_PX : 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, HATCH_PX, HATCH_PX);
}
