/**
 * Photos to send: dropped or chosen, looked at before, with what may be sent said first. What is too large or no photo is
 * refused here, with the reason, before it is sent in vain.
 */

import { h, replace } from "./dom.js";
import { number, t } from "./text.js";

const MOST_BYTES = 20 * 2 ** 20;
const MOST_FILES = 10;
const KINDS = ["image/jpeg", "image/png", "image/webp"];
/** A photo takes its time on the lines that an office has. */
export const PHOTO_PATIENCE_MS = 180_000;

export class PhotoChoice {
  element = h("div", { class: "photo-choice" });
  /** @type {{ file: File, address: string, sent: boolean }[]} */ #chosen = [];
  /** @type {string[]} */ #refused = [];
  #told;

  /** @param {() => void} [told]   other photos are chosen */
  constructor(told = () => {}) {
    this.#told = told;
    this.element.addEventListener("dragover", (event) => { event.preventDefault(); this.element.classList.add("over"); });
    this.element.addEventListener("dragleave", () => this.element.classList.remove("over"));
    this.element.addEventListener("drop", (event) => {
      event.preventDefault();
      this.element.classList.remove("over");
      this.#take([...(event.dataTransfer?.files ?? [])]);
    });
    this.render();
  }

  /** Those that are still to be sent. @returns {File[]} */
  get files() { return this.#chosen.filter(({ sent }) => !sent).map(({ file }) => file); }

  /** This one has come to the server. @param {File} file */
  sent(file) {
    for (const one of this.#chosen) if (one.file === file) one.sent = true;
    this.render();
  }

  clear() {
    for (const { address } of this.#chosen) URL.revokeObjectURL(address);
    this.#chosen = [];
    this.#refused = [];
    this.render();
  }

  render() {
    const input = h("input", { type: "file", accept: KINDS.join(","), multiple: true, "data-key": "photos", "aria-label": t("photo.choose"), onchange: (event) => {
      this.#take([...event.target.files]);
      event.target.value = "";
    } });
    replace(this.element, h("label", { class: "photo-drop" }, t("photo.drop"), input),
      h("p", { class: "hint" }, t("photo.limits", { mb: MOST_BYTES / 2 ** 20, n: MOST_FILES })),
      this.#refused.map((words) => h("p", { class: "trouble", role: "alert" }, words)),
      this.#chosen.length > 0 && h("ul", { class: "photo-list" }, this.#chosen.map((one) => this.#one(one))));
  }

  #one({ file, address, sent }) {
    const size = t("photo.size", { mb: number(file.size / 2 ** 20, 1) });
    return h("li", {}, h("img", { src: address, alt: file.name }), h("span", {}, `${file.name} · ${size}${sent ? ` · ${t("photo.sent")}` : ""}`),
      !sent && h("button", { type: "button", class: "quiet", "data-key": `without-${file.name}`, "aria-label": t("photo.without", { name: file.name }), onclick: () => this.#drop(file) }, "×"));
  }

  #take(files) {
    this.#refused = [];
    for (const file of files) {
      const fault = this.#fault(file);
      if (fault) this.#refused.push(fault);
      else this.#chosen.push({ file, address: URL.createObjectURL(file), sent: false });
    }
    this.render();
    this.#told();
  }

  #fault({ name, type, size }) {
    if (!KINDS.includes(type)) return t("photo.kind", { name });
    if (size > MOST_BYTES) return t("photo.large", { name, mb: number(size / 2 ** 20, 1), most: MOST_BYTES / 2 ** 20 });
    return this.#chosen.length >= MOST_FILES ? t("photo.many", { name, n: MOST_FILES }) : "";
  }

  #drop(file) {
    for (const { file: one, address } of this.#chosen) if (one === file) URL.revokeObjectURL(address);
    this.#chosen = this.#chosen.filter((one) => one.file !== file);
    this.render();
    this.#told();
  }
}
