/** A patrol that the address names, as other pages do of one: once its day is there, its way is looked at and its row is marked. */

import { byId } from "../page/dom.js";
import { boxOf } from "./ways.js";

const NAMED = /^patrol\/(.+)$/;

/**
 * @param {import("./replay.js").Replay} replay
 * @param {(box: any) => void} look   move the map there
 */
export function namedPart(replay, look) {
  let shown = "";
  const mark = () => {
    const code = NAMED.exec(replay.state.see)?.[1];
    for (const row of byId("crews").querySelectorAll("[data-patrol]")) {
      if (row instanceof HTMLElement && row.dataset.patrol === code) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    return code;
  };
  replay.hear((what) => {
    if (what !== "data" || replay.loading) return;
    const code = mark();
    const patrol = replay.patrols.find((one) => one.code === code);
    if (!patrol || shown === code) return;
    shown = patrol.code;
    byId("crews").querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    const around = boxOf([patrol]);
    if (around) look(around);
    // As it came back, with all of its way; a time that the address names is kept.
    if (!replay.state.time && patrol.ended_at) replay.seek(Date.parse(patrol.ended_at));
  });
  return { render: mark };
}
