/** The answer of a check as a sign: told by its form and by words, and by its colour too. */

import { h, svg } from "../page/dom.js";
import { t } from "../page/text.js";

const FORMS = {
  no: ["M8 1h8l7 7v8l-7 7H8l-7-7V8z", "M8 8l8 8M16 8l-8 8"],
  ask: ["M12 1.5L23.5 22.5H.5z", "M12 9v6.5M12 18.2v1.6"],
  unknown: ["M2 2h20v20H2z", "M8.6 9.2a3.4 3.4 0 1 1 4.9 3c-1 .6-1.5 1.2-1.5 2.6M12 17.3v1.7"],
  yes: ["M12 1a11 11 0 1 1 0 22a11 11 0 1 1 0-22z", "M6.5 12.5l4 4l7-8.5"],
};

/** @param {string} answer @param {number} [size] pixels */
export const sign = (answer, size = 18) => svg("svg", { class: `sign ${answer}`, viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" },
  svg("path", { class: "sign-form", d: (FORMS[answer] ?? FORMS.unknown)[0] }), svg("path", { class: "sign-mark", d: (FORMS[answer] ?? FORMS.unknown)[1] }));

/** The sign with its word. @param {string} answer */
export const badge = (answer) => h("span", { class: `badge ${answer}` }, sign(answer, 14), t(`verdict.${answer}`));

/** That pressing it shows something on the map. */
export const aim = () => svg("svg", { class: "aim", viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, svg("path", { d: "M8 1v4M8 11v4M1 8h4M11 8h4M8 4a4 4 0 1 1 0 8a4 4 0 1 1 0-8z", fill: "none", stroke: "currentColor", "stroke-width": 1.5 }));
