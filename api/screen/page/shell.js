/** What stands around every page's own content: head and foot, the place for sentences, and what screen readers are told. */

import { byId, h } from "./dom.js";

/**
 * Build it around the `<main>` of the document; `data-skip` of that names the element that a keyboard may want first.
 * @param {{ bare: boolean }} options   bare: without head and foot, for a wall
 */
export function buildShell({ bare }) {
  byId("opening").remove();
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  main.id ||= "main";
  main.tabIndex = -1;
  main.append(h("div", { id: "notice", class: "notice", role: "status", hidden: true }));
  if (!bare) document.body.prepend(skip(main.dataset.skip), head());
  if (!bare) document.body.append(foot());
  document.body.append(h("div", { id: "announce", class: "unseen", "aria-live": "polite" }));
}

function head() {
  return h("header", { class: "head" },
    h("h1", { id: "place" }),
    h("nav", { id: "pages", class: "pages", "data-label": "pages.label" }),
    h("p", { id: "banner", class: "banner", role: "status", hidden: true }),
    h("div", { id: "freshness", class: "freshness" }),
    h("div", { class: "head-tools" }, h("button", { id: "language", type: "button", class: "quiet" }), h("div", { id: "session" })));
}

const foot = () => h("footer", { class: "foot" }, h("p", { id: "sources", class: "sources" }));

/** The address keeps the page's state: the way past the head must not write over it. */
function skip(first) {
  const past = (event) => {
    event.preventDefault();
    byId(first ?? "main").focus();
  };
  return h("a", { class: "skip", href: `#${first ?? "main"}`, "data-text": first ? `skip.${first}` : "skip", onclick: past });
}
