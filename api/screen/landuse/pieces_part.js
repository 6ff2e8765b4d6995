/** Every piece of the outline, in a table to search and put in order. */

import { Table } from "../page/table.js";
import { number, t } from "../page/text.js";
import { mu, percent } from "./area.js";
import { section, shower } from "./tables.js";

export class Pieces {
  /** @type {Table | null} */ #table = null;
  /** @type {any} */ #of = null;

  /** @param {any} answer @param {import("./tables.js").Looking} looking */
  part(answer, looking) {
    const total = answer.outline.area.m2;
    const columns = [
      { key: "piece", title: t("pieces.piece"), value: ({ piece }) => piece, cell: (one) => shower(answer, looking, `piece/${one.piece}`, `${one.piece} · ${one.code}`), text: ({ piece, code }) => `${piece} · ${code}` },
      { key: "class_code", title: t("classes.class"), text: ({ class_code, class_name }) => [class_code, class_name].filter(Boolean).join(" "), choice: true },
      { key: "owner", title: t("ownership.owner"), text: ({ owner, ownership }) => [owner, t(`ownership.${ownership ?? "none"}`)].filter(Boolean).join(" ") },
      { key: "area", title: t("table.mu"), number: true, value: ({ area }) => area.m2, text: ({ area }) => mu(area), cell: ({ area }) => mu(area) },
      { key: "share", title: t("table.share"), number: true, value: ({ area }) => area.m2, text: ({ area }) => percent(area.m2 / total) },
    ];
    const options = { key: ({ piece }) => String(piece), caption: t("pieces.title"), columns, look: ({ piece }) => (looking.lit === `piece/${piece}` ? "lit" : "") };
    if (!this.#table) this.#table = new Table(options);
    else this.#table.tell(options);
    if (this.#of !== answer) this.#table.show(answer.pieces ?? []);
    this.#of = answer;
    return section(looking, "pieces", t("pieces.title"), t("pieces.gist", { n: number(answer.pieces?.length ?? 0) }), this.#table.element);
  }
}
