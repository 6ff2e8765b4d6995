/** The areas that layers are filtered by, as outlines over the map. */

const SOURCE = "huashan-areas";
const RULES = [
  { id: "halo", type: "line", paint: { "line-color": "#ffffff", "line-width": 4, "line-opacity": 0.8 } },
  { id: "line", type: "line", paint: { "line-color": "#10243a", "line-width": 1.8, "line-dasharray": [4, 3] } },
];

/** Show these outlines and no others. @param {any} map @param {[number, number][][]} areas */
export function showAreas(map, areas) {
  const features = areas.map((area) => ({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [...area, area[0]] } }));
  const data = { type: "FeatureCollection", features };
  const said = JSON.stringify(areas);
  if (!map.getSource(SOURCE)) {
    if (areas.length === 0) return;
    map.addSource(SOURCE, { type: "geojson", data });
    for (const rule of RULES) map.addLayer({ ...rule, id: `${SOURCE}-${rule.id}`, source: SOURCE });
  } else if (shown.get(map) !== said) {
    map.getSource(SOURCE).setData(data);
  }
  if (shown.get(map) !== said) for (const { id } of RULES) map.moveLayer(`${SOURCE}-${id}`);
  shown.set(map, said);
}

/** @type {WeakMap<any, string>} */
const shown = new WeakMap();
