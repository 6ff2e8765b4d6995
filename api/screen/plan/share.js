/** Taking a plan to the crews: sheets to print, tracks to load, links that open a crew's own sheet until they expire. */

import { announce, h, replace } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { fileOf, makeLinks } from "./asking.js";
import { openDialog } from "../page/dialog.js";

/** The sheets, files and links of a plan. @param {import("./opened.js").Opened} opened @param {boolean} may */
export function shareRow(opened, may) {
  const { code } = opened.plan;
  const file = (format, words, more = {}) => h("a", { class: "button", "data-key": format, href: fileOf(code, format), ...more }, words);
  return h("div", { class: "row share" },
    file("pdf", t("share.pdf"), { target: "_blank", class: "button main" }),
    may && h("button", { type: "button", "data-key": "links", onclick: () => openLinks(code) }, t("share.links")),
    file("gpx", "GPX", { download: true, title: t("share.gpx.what") }), file("geojson", "GeoJSON", { download: true, title: t("share.geojson.what") }));
}

/** @param {string} code */
function openLinks(code) {
  const body = h("div", {}, h("p", { class: "hint" }, t("links.making")));
  openDialog(t("links.title"), () => [h("p", { class: "hint" }, t("links.what")), body]);
  makeLinks(code).then(({ links }) => replace(body, links.length ? h("ul", { class: "links" }, links.map(link)) : t("links.none")),
    (problem) => replace(body, h("p", { class: "trouble", role: "alert" }, sentence(problem))));
}

function link({ name, url, expires_at }, at) {
  const address = new URL(url, location.href).href;
  const field = /** @type {HTMLInputElement} */ (h("input", { type: "text", readonly: true, value: address, id: `link-${at}`, onfocus: () => field.select() }));
  const said = h("small", { class: "hint", role: "status" }, t("links.until", { time: minute(expires_at) }));
  return h("li", {}, h("label", { for: `link-${at}` }, name), h("div", { class: "link-row" }, field,
    h("button", { type: "button", "data-key": `copy-${at}`, "aria-label": t("links.copy.of", { name }), onclick: async () => { said.textContent = t(await copied(field) ? "links.copied" : "links.uncopied"); announce(said.textContent); } }, t("links.copy")),
    h("a", { class: "button", href: address, target: "_blank", rel: "noopener" }, t("links.open"))), said);
}

/** Copy what a field holds; where the page was not fetched by https, browsers have only the old way. @param {HTMLInputElement} field */
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand("copy");
  }
}
