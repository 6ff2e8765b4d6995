/**
 * The state in the address, after the `#` (so that it stays in the browser), and back.
 *
 *   #at=114.52,30.56,12.5&on=zone&off=grid,road&see=bank/17&panel=contents&lang=en
 */

/** @typedef {import("../page/store.js").State} State */

/** @type {State} */
export const DEFAULTS = { language: "zh", view: null, switched: {}, selected: null, panel: "layers" };
const PANELS = ["layers", "contents", "coverage"];

/**
 * What an address says; what it says wrongly is passed over.
 * @param {string} hash
 * @returns {State}
 */
export function readHash(hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const panel = said.get("panel") ?? "";
  return {
    language: said.get("lang") === "en" ? "en" : "zh",
    view: readView(said.get("at")),
    switched: { ...readSwitches(said.get("on"), true), ...readSwitches(said.get("off"), false) },
    selected: readSelection(said.get("see")),
    panel: PANELS.includes(panel) ? panel : DEFAULTS.panel,
  };
}

/**
 * The address of a state; what is as usual is left out.
 * @param {State} state
 * @returns {string}
 */
export function writeHash(state) {
  const parts = [];
  const { view, selected, switched } = state;
  if (view) parts.push(`at=${view.lon.toFixed(5)},${view.lat.toFixed(5)},${view.zoom.toFixed(2)}`);
  for (const [name, wanted] of /** @type {[string, boolean][]} */ ([["on", true], ["off", false]])) {
    const ids = Object.keys(switched).filter((id) => switched[id] === wanted).sort();
    if (ids.length) parts.push(`${name}=${ids.map(encodeURIComponent).join(",")}`);
  }
  if (selected) parts.push(`see=${encodeURIComponent(selected.layer)}/${encodeURIComponent(selected.id)}`);
  if (state.panel !== DEFAULTS.panel) parts.push(`panel=${state.panel}`);
  if (state.language !== DEFAULTS.language) parts.push(`lang=${state.language}`);
  return parts.length ? `#${parts.join("&")}` : "";
}

/**
 * Keep address and store alike: a step is a new entry of the history, a moved map rewrites the entry.
 * @param {import("../page/store.js").Store} store
 */
export function followUrl(store) {
  let applying = false;
  store.watch(["language", "view", "switched", "selected", "panel"], (state, step) => {
    if (applying) return;
    const address = location.pathname + location.search + writeHash(state);
    if (step) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  });
  window.addEventListener("popstate", () => {
    applying = true;
    store.set(readHash(location.hash));
    applying = false;
  });
}

function readView(text) {
  const [lon, lat, zoom] = (text ?? "").split(",").map(Number);
  const sound = text && Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 24;
  return sound ? { lon, lat, zoom } : null;
}

function readSwitches(text, on) {
  return Object.fromEntries((text ?? "").split(",").filter(Boolean).map((id) => [id, on]));
}

function readSelection(text) {
  const [layer, id, ...more] = (text ?? "").split("/");
  return layer && id && more.length === 0 ? { layer, id } : null;
}
