/** Signing in with a token, which is exchanged for a session at once and kept nowhere; signing out. */

import { signIn, signOut } from "./api.js";
import { announce, byId, h, replace } from "./dom.js";
import { sentence, t } from "./text.js";

/** @param {import("./page.js").Page} page */
export function sessionPanel(page) {
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "sign-in", "aria-labelledby": "sign-in-title" }));
  document.body.append(dialog);
  const open = () => {
    replace(dialog, form(page, dialog));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("input")?.focus();
  };
  const render = () => {
    const place = document.getElementById("session");
    if (place) replace(place, ...status(page, open));
  };
  return { render, open };
}

function status(page, open) {
  const reader = page.watch.catalogue?.reader;
  if (!reader?.signed_in) return [h("button", { type: "button", "data-key": "in", onclick: open }, t("session.in"))];
  return [h("span", { class: "reader", title: reader.roles.join(t("comma")) }, reader.name),
    h("button", { type: "button", class: "quiet", "data-key": "out", onclick: () => leave(page) }, t("session.out"))];
}

function form(page, dialog) {
  const token = h("input", { type: "password", id: "token", autocomplete: "off", spellcheck: "false", "aria-describedby": "token-hint token-trouble" });
  const trouble = h("p", { class: "trouble", id: "token-trouble", role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    trouble.textContent = await enter(page, /** @type {HTMLInputElement} */ (token).value.trim());
    if (!trouble.textContent) dialog.close();
  };
  return h("form", { onsubmit: submit },
    h("h2", { id: "sign-in-title" }, t("session.title")),
    h("label", { for: "token" }, t("session.token")), token,
    h("p", { class: "hint", id: "token-hint" }, t("session.hint")), trouble,
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("session.cancel")),
      h("button", { type: "submit", class: "main" }, t("session.in"))));
}

/** @returns {Promise<string>} what went wrong, "" when all went well */
async function enter(page, token) {
  if (!token) return t("session.empty");
  try {
    await signIn(token);
  } catch (problem) {
    return sentence(/** @type {import("./api.js").Problem} */ (problem));
  }
  await page.watch.ask();
  announce(t("session.welcome", { name: page.watch.catalogue?.reader.name ?? "" }));
  return "";
}

async function leave(page) {
  try {
    await signOut();
    announce(t("session.bye"));
  } catch (problem) {
    page.notice.trouble(sentence(/** @type {import("./api.js").Problem} */ (problem)), "", () => leave(page));
  }
  await page.watch.ask();
}
