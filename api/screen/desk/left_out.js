/** What the map in view does not show, because a tile cannot hold everything: said where it is so. */

import { byId } from "../page/dom.js";
import { say, t } from "../page/text.js";

/** @param {import("./desk.js").Desk} desk */
export function leftOutNote(desk) {
  const place = byId("left-out");
  return () => {
    const lacking = desk.map ? desk.watch.layers.filter((layer) => desk.shows(layer) && lacks(desk.map, layer)) : [];
    place.hidden = lacking.length === 0;
    place.textContent = lacking.length ? t("leftout", { layers: lacking.map(({ title }) => say(title)).join(t("comma")) }) : "";
  };
}

/** Whether a tile in view says of itself that it lacks features. */
const lacks = (map, { id }) => Boolean(map.getSource(id)) && map.querySourceFeatures(id, { sourceLayer: "left_out" }).length > 0;
