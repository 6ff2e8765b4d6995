/** The tabs of the page: one panel open at a time; arrow keys go from tab to tab. */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { maySeeDevices } from "./rights.js";

export const PANELS = ["month", "duties", "posts", "crews", "devices"];

/** @param {import("../page/page.js").Page} page @returns {import("../page/page.js").Part} */
export function tabs(page) {
  const list = byId("duty-tabs");
  list.setAttribute("role", "tablist");
  for (const panel of PANELS) {
    const section = byId(`duty-${panel}`);
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-labelledby", `duty-tab-${panel}`);
  }
  list.addEventListener("keydown", (event) => turn(event, page));
  return { render: () => render(page, list) };
}

const offered = (page) => PANELS.filter((panel) => panel !== "devices" || maySeeDevices(page));

function render(page, list) {
  const open = page.store.state.tab;
  list.setAttribute("aria-label", t("duty.tabs"));
  replace(list, offered(page).map((panel) => h("button", {
    type: "button", role: "tab", id: `duty-tab-${panel}`, "data-key": panel, "aria-controls": `duty-${panel}`,
    "aria-selected": String(panel === open), tabindex: panel === open ? 0 : -1,
    onclick: () => page.store.set({ tab: panel, find: "", open: "" }),
  }, t(`duty.tab.${panel}`))));
  for (const panel of PANELS) byId(`duty-${panel}`).hidden = panel !== open;
}

function turn(event, page) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const panels = offered(page);
  const tab = panels[(panels.indexOf(page.store.state.tab) + step + panels.length) % panels.length];
  page.store.set({ tab, find: "", open: "" });
  byId(`duty-tab-${tab}`).focus();
}
