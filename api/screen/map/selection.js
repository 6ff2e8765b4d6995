/** The one feature that is chosen, drawn over everything with a light edge, so that it stands out on any ground. */

const SOURCE = "huashan-selected";
const NOTHING = { type: "FeatureCollection", features: [] };

/** Prepare the map for it. @param {any} map */
export function addSelection(map) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const ends = { "line-cap": "round", "line-join": "round" };
  map.addSource(SOURCE, { type: "geojson", data: NOTHING });
  const rules = [
    { id: "halo", type: "line", layout: ends, paint: { "line-color": "#ffffff", "line-width": 8, "line-opacity": 0.9 } },
    { id: "line", type: "line", layout: ends, paint: { "line-color": colour("--chosen"), "line-width": 3.5 } },
    {
      id: "point", type: "circle", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 10, "circle-opacity": 0, "circle-stroke-color": colour("--chosen"), "circle-stroke-width": 3.5 },
    },
  ];
  for (const rule of rules) map.addLayer({ ...rule, id: `${SOURCE}-${rule.id}`, source: SOURCE });
}

/** Draw this feature as the chosen one, or none. @param {any} map @param {any | null} feature */
export function showSelection(map, feature) {
  map.getSource(SOURCE)?.setData(feature?.geometry ? { type: "Feature", properties: {}, geometry: feature.geometry } : NOTHING);
}

/** Put it over what was drawn since. @param {any} map */
export function raiseSelection(map) {
  for (const id of ["halo", "line", "point"]) map.moveLayer(`${SOURCE}-${id}`);
}
