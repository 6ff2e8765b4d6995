/** What the map in view leaves out because the reader asked for it, said on the map: nobody takes a part for the whole. */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { showAreas } from "./areas.js";
import { isFilter } from "./fields.js";
import { filterWords, timeWords } from "./filter_words.js";

/** @param {import("./desk.js").Desk} desk */
export function narrowedNote(desk) {
  const place = byId("narrowed");
  return () => {
    const { filter } = desk.store.state;
    const ids = Object.keys(filter).filter((id) => isFilter(filter[id]) && desk.watch.layer(id));
    const time = timeWords(desk);
    if (desk.map?.isStyleLoaded()) showAreas(desk.map, ids.map((id) => filter[id].area).filter(Boolean));
    place.hidden = !time && ids.length === 0;
    if (place.hidden) return replace(place);
    replace(place,
      time && chip("time", time, () => desk.store.set({ day: "", known: "" }), () => desk.store.set({ panel: "filter" })),
      ids.map((id) => chip(id, filterWords(desk, id), () => without(desk, id), () => { desk.filtering = id; desk.store.set({ panel: "filter" }); desk.page.render(); })));
  };
}

function chip(key, words, remove, open) {
  return h("span", { class: "chip" }, h("button", { type: "button", class: "quiet words", "data-key": `narrowed-${key}`, onclick: open }, words),
    h("button", { type: "button", class: "quiet", "data-key": `narrowed-${key}-off`, "aria-label": t("filter.remove", { what: words }), onclick: remove }, "×"));
}

function without(desk, id) {
  const { [id]: _gone, ...rest } = desk.store.state.filter;
  desk.store.set({ filter: rest });
}
