/** Lists without a bar to scroll by: what does not fit is counted. */

import { h, replace } from "../page/dom.js";
import { t } from "../page/text.js";

/**
 * Put rows into a list, as many as fit from one on; the rest is counted in a button that shows the next of them.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} rows
 * @param {{ from: number }} where   kept by the caller; turned on by the button
 */
export function fit(list, rows, where) {
  if (where.from >= rows.length) where.from = 0;
  const shown = rows.slice(where.from);
  const turn = () => { where.from += shown.length; fit(list, rows, where); };
  const more = h("button", { type: "button", class: "quiet", "data-key": "more", onclick: turn });
  const last = h("li", { class: "more", hidden: true }, more);
  replace(list, ...shown, last);
  const all = rows.length;
  const count = () => { last.hidden = shown.length === all; more.textContent = t("panel.more", { n: all - shown.length }); };
  count();
  while (shown.length > 1 && list.scrollHeight > list.clientHeight + 1) {
    shown.pop()?.remove();
    count();
  }
}

/** Say how long ago it was in an element that goes on saying it. @param {string} time @param {string} [kind] */
export const aging = (time, kind = "age") => h("time", { class: "aging", datetime: time, "data-kind": kind });
