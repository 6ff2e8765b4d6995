/** The map itself: engine, controls, keyboard. Nothing in it knows any layer. */

import { t } from "../page/text.js";

/**
 * Make the map; throws where the browser has no WebGL or the engine did not load.
 * @param {HTMLElement} container
 * @param {import("../page/store.js").View} view
 * @param {{ bare?: boolean, pixels?: number }} [options]   bare: without controls, and nobody moves it by hand;
 *   pixels: a picture is to be taken of it, with so many for one of the page's
 */
export function createMap(container, view, { bare = false, pixels } = {}) {
  const { maplibregl } = /** @type {any} */ (window);
  if (!maplibregl) throw new Error("maplibre-gl did not load");
  maplibregl.setWorkerUrl(`${location.origin}/assets/maplibre-gl-csp-worker.js`);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new maplibregl.Map({
    container,
    style: { version: 8, sources: {}, layers: [ground()] },
    center: [view.lon, view.lat],
    zoom: view.zoom,
    minZoom: 7,
    maxZoom: 20,
    maxPitch: 0,
    pitchWithRotate: false,
    attributionControl: false,
    interactive: !bare,
    // What is out of view is not told of when it changes: it is asked for again, and mostly found unchanged.
    maxTileCacheSize: 0,
    fadeDuration: calm || pixels ? 0 : 150,
    ...(pixels && { pixelRatio: pixels, canvasContextAttributes: { preserveDrawingBuffer: true } }),
    locale: locale(),
  });
  // The engine passes over the first change of its container's size, which comes as head and foot are filled.
  map.once("style.load", () => map.resize());
  if (bare) return map;
  map.addControl(new maplibregl.NavigationControl({ visualizePitch: false }), "top-left");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
  return map;
}

/** Name the controls again after the language changed. @param {any} map */
export function renameControls(map) {
  Object.assign(map._locale, locale());
  const titles = { ".maplibregl-ctrl-zoom-in": "map.zoomin", ".maplibregl-ctrl-zoom-out": "map.zoomout", ".maplibregl-ctrl-compass": "map.north" };
  for (const [selector, key] of Object.entries(titles)) {
    const button = map.getContainer().querySelector(selector);
    button?.setAttribute("title", t(key));
    button?.setAttribute("aria-label", t(key));
  }
  map.getCanvas().setAttribute("aria-label", t("map.title"));
  map.fire("move");
}

/**
 * Move the map there: at once where the reader wants no motion.
 * @param {any} map
 * @param {[number, number, number, number]} box
 * @param {{ closest?: number, aside?: number }} [options]   closest: no nearer than this zoom; aside: pixels at the right that something covers
 */
export function goTo(map, [west, south, east, north], { closest = 16, aside = 0 } = {}) {
  const { clientWidth, clientHeight } = map.getContainer();
  // On a map that a diagram has left little of, a fixed margin would be most of it.
  const padding = Math.min(70, clientWidth / 7, clientHeight / 7);
  map.fitBounds([[west, south], [east, north]], { padding: { top: padding, bottom: padding, left: padding, right: padding + aside }, maxZoom: closest, duration: 500 });
}

/**
 * Let the keyboard point: the centre is marked while the map has the keyboard's focus, and Enter asks what is there.
 * @param {any} map
 * @param {() => void} asked
 */
export function aim(map, asked) {
  const canvas = map.getCanvas();
  const mark = (on) => map.getContainer().classList.toggle("aiming", on);
  canvas.addEventListener("focus", () => mark(canvas.matches(":focus-visible")));
  canvas.addEventListener("blur", () => mark(false));
  canvas.addEventListener("keydown", (event) => {
    mark(true);
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) asked();
  });
}

/** Where the map stands. @param {any} map @returns {import("../page/store.js").View} */
export function viewOf(map) {
  const { lng, lat } = map.getCenter();
  return { lon: lng, lat, zoom: map.getZoom() };
}

function ground() {
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--ground").trim() || "#f3f1ec";
  return { id: "ground", type: "background", paint: { "background-color": colour } };
}

function locale() {
  return {
    "Map.Title": t("map.title"),
    "NavigationControl.ZoomIn": t("map.zoomin"),
    "NavigationControl.ZoomOut": t("map.zoomout"),
    "NavigationControl.ResetBearing": t("map.north"),
    "ScaleControl.Meters": t("map.metres"),
    "ScaleControl.Kilometers": t("map.kilometres"),
  };
}
