/** Links and bookmarks: the address says all that the page shows; named addresses are kept in this browser alone. */

import { announce, h } from "../page/dom.js";
import { t } from "../page/text.js";
import { minute, now_ms } from "../page/time.js";
import { keep, kept } from "./kept.js";

const KEPT = "bookmarks";
const MOST = 200;
const MOST_CHARS = 8000;
const CONFIRMED_MS = 3000;

/** @typedef {{ name: string, at: string, made_at: string }} Bookmark   at: what stands after the # */

/** @param {import("./desk.js").Desk} desk @returns {import("./bar.js").Tool} */
export function bookmarksTool(desk) {
  /** @type {Bookmark[]} */
  let marks = sound(kept(KEPT, []));
  let said = "";
  let timer = 0;
  const tell = (sentence) => {
    said = sentence;
    announce(sentence);
    desk.bar.render();
    clearTimeout(timer);
    timer = window.setTimeout(() => { said = ""; desk.bar.render(); }, CONFIRMED_MS);
  };
  const set = (next, sentence) => {
    marks = next.slice(0, MOST);
    tell(keep(KEPT, marks) ? sentence : t("marks.unkept"));
  };
  const add = (event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (event.target.elements.named);
    const name = field.value.trim() || minute(now_ms());
    field.value = "";
    field.blur();
    set([{ name, at: location.hash.slice(1), made_at: new Date(now_ms()).toISOString() }, ...marks.filter((mark) => mark.name !== name)], t("marks.added", { name }));
  };
  const copy = async () => tell(t(await copied(location.href) ? "marks.copied" : "marks.uncopied"));
  const bring = async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    event.target.blur();
    const brought = file ? sound(read(await file.text())) : [];
    if (brought.length === 0) return tell(t("marks.unread"));
    set([...brought, ...marks.filter((mark) => !brought.some(({ name }) => name === mark.name))], t("marks.brought", { n: brought.length }));
  };
  return {
    id: "marks",
    content: () => [
      h("div", { class: "buttons" }, h("button", { type: "button", class: "main", "data-key": "copy", onclick: copy }, t("marks.copy"))),
      said ? h("p", { class: "done", role: "status" }, said) : false,
      h("form", { class: "adding", onsubmit: add },
        h("input", { name: "named", type: "text", maxlength: 60, placeholder: t("marks.name"), "aria-label": t("marks.name"), "data-key": "mark-name" }),
        h("button", { type: "submit", "data-key": "mark-add" }, t("marks.add"))),
      marks.length === 0 ? h("p", { class: "hint" }, t("marks.none")) : h("ul", { class: "marks" }, marks.map((mark) => row(mark, () => set(marks.filter((other) => other !== mark), t("marks.gone", { name: mark.name }))))),
      h("p", { class: "hint" }, t("marks.where")),
      h("div", { class: "buttons" },
        marks.length > 0 && h("button", { type: "button", "data-key": "mark-save", onclick: () => save(marks) }, t("marks.save")),
        h("label", { class: "button" }, t("marks.bring"), h("input", { type: "file", accept: "application/json,.json", class: "unseen", "data-key": "mark-bring", onchange: bring }))),
    ],
  };
}

function row(mark, remove) {
  return h("li", {}, h("button", { type: "button", class: "item", "data-key": `mark-${mark.name}`, title: minute(mark.made_at), onclick: () => { location.hash = mark.at; } }, mark.name),
    h("button", { type: "button", class: "quiet", "data-key": `mark-${mark.name}-off`, "aria-label": t("marks.remove", { name: mark.name }), onclick: remove }, "×"));
}

/** Hand a file to the browser. @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const save = (marks) => download(new Blob([JSON.stringify({ bookmarks: marks }, null, 1)], { type: "application/json" }), "huashan-bookmarks.json");

function read(text) {
  try {
    return JSON.parse(text).bookmarks;
  } catch {
    return null;
  }
}

/** @returns {Bookmark[]} what of a list are bookmarks: a file may come from anywhere */
function sound(list) {
  return (Array.isArray(list) ? list : []).filter((mark) => typeof mark?.name === "string" && mark.name && typeof mark.at === "string" && mark.at.length <= MOST_CHARS)
    .map(({ name, at, made_at }) => ({ name: name.slice(0, 60), at, made_at: String(made_at ?? "") })).slice(0, MOST);
}

/** Copy a text; where the page was not fetched by https, browsers have only the old way. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = /** @type {HTMLTextAreaElement} */ (h("textarea", { class: "unseen", readonly: true }));
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
