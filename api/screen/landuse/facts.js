/** What is known of the piece under the pointer, or of the one that was pressed: a card over the map. */

import { byId, h, replace } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { day } from "../page/time.js";
import { inMu, restInWords } from "./area.js";
import { named } from "./map_rules.js";

const TOUCH_PX = 4;

export class Facts {
  #opened;
  #mapOf;
  /** @type {any} */ #answer = null;
  #hovered = 0;

  /** @param {import("./opened.js").Opened} opened @param {() => any} mapOf */
  constructor(opened, mapOf) {
    this.#opened = opened;
    this.#mapOf = mapOf;
  }

  /** @param {any} map */
  follow(map) {
    map.on("mousemove", named("pieces-fill"), ({ features }) => this.#hover(features[0]?.properties.piece ?? 0));
    map.on("mouseleave", named("pieces-fill"), () => this.#hover(0));
  }

  /** Light up the piece at a point; nothing beside them. @param {{ x: number, y: number }} point */
  pick({ x, y }) {
    const map = this.#mapOf();
    if (!this.#answer) return;
    const [hit] = map.queryRenderedFeatures([[x - TOUCH_PX, y - TOUCH_PX], [x + TOUCH_PX, y + TOUCH_PX]], { layers: [named("pieces-fill")] });
    this.#opened.page.store.set({ lit: hit ? `piece/${hit.properties.piece}` : "" }, { step: false });
  }

  /** @param {any} answer */
  render(answer) {
    this.#answer = answer;
    this.#draw();
  }

  #hover(piece) {
    if (piece === this.#hovered) return;
    this.#hovered = piece;
    this.#draw();
  }

  #draw() {
    const place = byId("fact");
    const [kind, number_] = this.#opened.page.store.state.lit.split("/");
    const wanted = this.#hovered || (kind === "piece" ? Number(number_) : 0);
    const piece = (this.#answer?.pieces ?? []).find((one) => one.piece === wanted);
    place.hidden = !piece;
    if (piece) replace(place, ...this.#facts(piece));
  }

  #facts(piece) {
    const rows = [
      [t("fact.class"), `${piece.class_code} ${piece.class_name ?? ""}`], [t("fact.area"), restInWords(piece.area)],
      [t("fact.owner"), [piece.owner, t(`ownership.${piece.ownership ?? "none"}`)].filter(Boolean).join(" ")],
      piece.deduct_ratio !== null && piece.deduct_ratio !== undefined && [t("fact.ratio"), number(piece.deduct_ratio, 4)],
      [t("fact.code"), piece.code], [t("fact.edition"), [piece.edition, t("fact.from", { day: day(piece.valid_from) })].filter(Boolean).join(" ")],
    ].filter(Boolean);
    return [h("h3", {}, t("fact.piece", { n: piece.piece }), " ", inMu(piece.area)),
      h("dl", {}, rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
      piece.sliver && h("p", { class: "note" }, t("fact.sliver"))];
  }
}
