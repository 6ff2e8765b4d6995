/** The tokens of a crew's devices: which there are, a new one, which is shown this once, and revoking one. */

import { announce, h, replace } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { addToken, readTokens, revokeToken } from "./asking.js";
import { Dialog, button } from "./dialog.js";

const DATUMS = ["wgs84", "gcj02", "bd09"];

/** @param {import("./register.js").RegisterPanel} panel @param {any} crew */
export const openTokens = (panel, crew) => new Tokens(panel, crew).open();

class Tokens {
  #panel;
  #crew;
  #dialog;
  #list = h("div", { class: "tokens" });
  #made = h("div", { class: "token-made", "aria-live": "polite" });
  #asking = 0;

  constructor(panel, crew) {
    this.#panel = panel;
    this.#crew = crew;
    this.#dialog = new Dialog(t("duty.tokens.title", { crew: crew.name || crew.code }), { wide: true });
  }

  open() {
    this.#dialog.show(this.#list, this.#made, this.#form());
    this.#dialog.offer(button(t("close"), () => this.#dialog.close()));
    this.#read();
  }

  async #read() {
    try {
      const { tokens } = await readTokens(this.#crew.code);
      replace(this.#list, tokens.length ? this.#table(tokens) : h("p", { class: "hint" }, t("duty.tokens.none")));
    } catch (problem) {
      replace(this.#list, h("p", { class: "trouble" }, sentence(/** @type {any} */ (problem))));
    }
  }

  #table(tokens) {
    const time = (value) => (value ? minute(value) : t("none"));
    return h("table", {}, h("caption", { class: "unseen" }, t("duty.tokens")),
      h("thead", {}, h("tr", {}, ["device", "made_at", "made_by", "last_used_at", "state", "act"].map((key) => h("th", { scope: "col" }, t(`duty.tokens.${key}`))))),
      h("tbody", {}, tokens.map((token) => h("tr", {}, h("th", { scope: "row" }, token.device), h("td", {}, time(token.made_at)), h("td", {}, token.made_by ?? ""),
        h("td", {}, time(token.last_used_at)), h("td", {}, t(`duty.tokens.is.${token.state}`)),
        h("td", {}, token.state === "valid" && this.#revoking(token))))));
  }

  /** Asked once more before it is done: it cannot be taken back. */
  #revoking(token) {
    const place = h("span", { class: "sure" });
    const id = token.token_id ?? token.device_token_id;
    const ask = () => {
      replace(place, h("span", { class: "trouble" }, t("duty.tokens.sure", { device: token.device })), button(t("duty.tokens.yes"), () => this.#revoke(id)), button(t("duty.tokens.no"), offer, { class: "quiet" }));
      /** @type {HTMLElement | null} */ (place.querySelector("button:last-child"))?.focus();
    };
    const offer = () => replace(place, button(t("duty.tokens.revoke"), ask, { class: "quiet", "aria-label": `${t("duty.tokens.revoke")} ${token.device}` }));
    offer();
    return place;
  }

  async #revoke(id) {
    try {
      const { device } = await revokeToken(this.#crew.code, id);
      replace(this.#made);
      announce(t("duty.tokens.revoked", { device }));
    } catch (problem) {
      replace(this.#made, h("p", { class: "trouble" }, sentence(/** @type {any} */ (problem))));
    }
    await this.#read();
  }

  #form() {
    const field = (name, input) => h("div", { class: "field" }, h("label", { for: `token-${name}` }, t(`duty.tokens.${name}`)), input);
    const device = /** @type {HTMLInputElement} */ (h("input", { id: "token-device", required: true, maxlength: 200, autocomplete: "off" }));
    const name = /** @type {HTMLInputElement} */ (h("input", { id: "token-name", maxlength: 200, autocomplete: "off" }));
    const datum = /** @type {HTMLSelectElement} */ (h("select", { id: "token-datum" }, h("option", { value: "" }, t("duty.tokens.as_is")), DATUMS.map((one) => h("option", { value: one }, t(`duty.datum.${one}`)))));
    const accuracy = /** @type {HTMLInputElement} */ (h("input", { id: "token-accuracy", type: "number", min: 0.1, max: 1000, step: "any" }));
    const send = (event) => {
      event.preventDefault();
      this.#issue({ code: device.value.trim(), name: name.value.trim() || null, datum: datum.value || null, accuracy_m: accuracy.value ? Number(accuracy.value) : null });
    };
    return h("form", { class: "form token-form", onsubmit: send }, h("fieldset", { class: "group" }, h("legend", {}, t("duty.tokens.new")),
      field("device", device), field("name", name), field("datum", datum), field("accuracy", accuracy)),
    h("p", { class: "hint" }, t("duty.tokens.hint")), h("button", { type: "submit", class: "main", "data-key": "issue" }, t("duty.tokens.issue")));
  }

  async #issue(handed) {
    const mine = (this.#asking += 1);
    try {
      const { device, path } = await addToken(this.#crew.code, handed);
      if (mine !== this.#asking) return;
      const address = `${location.origin}${path}`;
      const shown = /** @type {HTMLInputElement} */ (h("input", { class: "secret", readonly: true, value: address, "aria-label": t("duty.tokens.address"), onfocus: () => shown.select() }));
      replace(this.#made, h("p", {}, h("strong", {}, t("duty.tokens.made", { device }))), shown,
        button(t("duty.tokens.copy"), async () => { shown.select(); await navigator.clipboard?.writeText(address).catch(() => null); announce(t("duty.tokens.copied")); }));
      shown.focus();
      this.#panel.load();
    } catch (problem) {
      replace(this.#made, h("p", { class: "trouble" }, sentence(/** @type {any} */ (problem))));
    }
    await this.#read();
  }
}
