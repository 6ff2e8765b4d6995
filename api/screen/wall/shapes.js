/** Shapes that say what the colour says: the grade of an alarm, how a crew goes. */

import { svg } from "../page/dom.js";

const SHAPES = {
  urgent: "M12 2 L23 21 H1 Z",
  major: "M12 1 L23 12 L12 23 L1 12 Z",
  general: "M12 2 A10 10 0 0 1 12 22 A10 10 0 0 1 12 2 Z",
  foot: "M12 2 A10 10 0 0 1 12 22 A10 10 0 0 1 12 2 Z",
  bicycle: "M3 3 H21 V21 H3 Z",
  car: "M7 2 H17 L23 12 L17 22 H7 L1 12 Z",
  boat: "M1 4 H23 L12 23 Z",
  observation: "M4 2 H20 V14 H8 V22 H4 Z",
  settled: "M3 12 L9 18 L21 4 L23 7 L9 23 L1 14 Z",
  drone: "M8 1 H16 V8 H23 V16 H16 V23 H8 V16 H1 V8 H8 Z",
};

/** How crews go, in the order of the legend. */
export const MODES = ["foot", "bicycle", "car", "boat", "drone"];

/** A shape; what it means stands beside it in words. @param {string} name */
export const shape = (name) => svg("svg", { viewBox: "0 0 24 24", class: `shape is-${name}`, "aria-hidden": "true" }, svg("path", { d: SHAPES[name] ?? SHAPES.foot }));
