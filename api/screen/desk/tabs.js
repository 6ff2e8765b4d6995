/** The tabs of the side: one panel open at a time; arrow keys go from tab to tab. */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";

export const PANELS = ["layers", "contents", "filter", "coverage", "base"];

/** @param {import("./desk.js").Desk} desk */
export function tabs(desk) {
  const list = byId("tabs");
  list.setAttribute("role", "tablist");
  for (const panel of PANELS) {
    const section = byId(`panel-${panel}`);
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-labelledby", `tab-${panel}`);
  }
  list.addEventListener("keydown", (event) => turn(event, desk));
  return () => render(desk, list);
}

function render(desk, list) {
  const open = desk.store.state.panel;
  replace(list, PANELS.map((panel) => h("button", {
    type: "button", role: "tab", id: `tab-${panel}`, "data-key": panel, "aria-controls": `panel-${panel}`,
    "aria-selected": String(panel === open), tabindex: panel === open ? 0 : -1,
    onclick: () => desk.store.set({ panel }),
  }, t(`tab.${panel}`))));
  for (const panel of PANELS) byId(`panel-${panel}`).hidden = panel !== open;
}

function turn(event, desk) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const panel = PANELS[(PANELS.indexOf(desk.store.state.panel) + step + PANELS.length) % PANELS.length];
  desk.store.set({ panel });
  byId(`tab-${panel}`).focus();
}
