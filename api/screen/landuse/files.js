/** Taking an answer along: documents, the map, tables and layers; what is refused is said where it was asked for. */

import { askWholeFile } from "../page/api.js";
import { announce, h, replace } from "../page/dom.js";
import { save } from "../page/save.js";
import { sentence, t } from "../page/text.js";

/** A document may be made by another program, which takes its time. */
const LONG_MS = 180_000;
const NAMED = /filename\*=UTF-8''([^;]+)/i;
const PLAIN = /filename="?([^";]+)"?/i;

export class Files {
  element = h("div", { class: "files" });
  #addressOf;
  #formats;
  #code = "";
  /** @type {Set<string>} those that are being made */ #making = new Set();
  /** @type {{ words: string, bad: boolean } | null} */ #said = null;

  /** @param {string[]} formats @param {(code: string, format: string) => string} addressOf */
  constructor(formats, addressOf) {
    this.#formats = formats;
    this.#addressOf = addressOf;
  }

  /** @param {string} code */
  draw(code) {
    if (code !== this.#code) this.#said = null;
    this.#code = code;
    replace(this.element, h("div", { class: "row", role: "group", "aria-label": t("files.title") }, this.#formats.map((format, at) => h("button", {
      type: "button", class: at === 0 ? "main" : null, "data-key": `file-${format}`, "aria-disabled": this.#making.has(format) ? "true" : null, title: t(`file.${format}.what`), onclick: () => this.#get(format),
    }, t(this.#making.has(format) ? "file.making" : `file.${format}`)))),
    this.#said && h("p", { class: this.#said.bad ? "trouble" : "hint", role: this.#said.bad ? "alert" : null }, this.#said.words));
    return this.element;
  }

  async #get(format) {
    if (this.#making.has(format)) return;
    const code = this.#code;
    this.#making.add(format);
    this.#said = null;
    this.draw(code);
    const said = await this.#take(code, format).catch((problem) => ({ words: `▲ ${sentence(problem)}`, bad: true }));
    this.#making.delete(format);
    if (code !== this.#code) return;
    this.#said = said;
    announce(said.words);
    this.draw(code);
  }

  async #take(code, format) {
    const { blob, headers } = await askWholeFile(this.#addressOf(code, format), { patience_ms: LONG_MS });
    const disposition = headers.get("Content-Disposition") ?? "";
    const name = NAMED.test(disposition) ? decodeURIComponent(NAMED.exec(disposition)?.[1] ?? "") : PLAIN.exec(disposition)?.[1] ?? `${code}.${format}`;
    save(blob, name);
    const notice = headers.get("X-Huashan-Notice");
    return { words: [t("file.saved", { name }), notice && decodeURIComponent(notice)].filter(Boolean).join(" "), bad: false };
  }
}
