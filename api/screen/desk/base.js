/** Base maps on the desk: which one, how strong, what is known of it; and a curtain between two. */

import { ID, describe, facts, percent } from "../map/base.js";
import { curtain } from "../map/curtain.js";
import { Refreshing } from "../map/refreshing.js";
import { announce, byId, h, replace } from "../page/dom.js";
import { say, t } from "../page/text.js";

const NONE = "none";
/** What stands in the file, as in api/base/README.md; `{s}` and `{token}` are filled in by the server. */
const EXAMPLE = `title = { zh = "天地图影像", en = "Tianditu imagery" }
url = "<网址>?…&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={token}"
token_env = "TIANDITU_TOKEN"
datum = "cgcs2000"
year = 2023
approval = "GS(2023)336号"`;

/** @param {import("./desk.js").Desk} desk @param {import("../map/base.js").BaseMaps} bases */
export function basePanel(desk, bases) {
  const panel = byId("panel-base");
  const comparing = new Comparing(desk, bases);
  let shown = "";
  // Whoever opens the panel may just have put a file there.
  desk.store.watch(["panel"], ({ panel: open }) => { if (open === "base") bases.ask(); });
  return {
    render() {
      comparing.follow();
      const now = JSON.stringify([desk.store.state.language, bases.list, bases.problem, bases.known, bases.chosen, bases.trouble, comparing.id, comparing.trouble]);
      // Drawn anew only where it would be another: a slider that is being dragged must stay the one it is.
      if (now !== shown) replace(panel, ...content(bases, comparing));
      shown = now;
    },
    tiles: (change) => comparing.tiles(change),
    spoken: () => comparing.spoken(),
  };
}

/** The curtain between the map's base map and another one, kept as the address says. */
class Comparing {
  #desk;
  #bases;
  /** @type {import("../map/curtain.js").Curtain | null} */ #open = null;
  /** @type {Refreshing | null} */ #refreshing = null;
  /** Why tiles of the right side do not come, in words. @type {string | null} */ trouble = null;
  #bare = false;
  #shown = "";

  constructor(desk, bases) {
    this.#desk = desk;
    this.#bases = bases;
    desk.store.watch(["curtain"], () => desk.page.render());
  }

  /** With what it is compared: a base map's id, "none", or "" for no curtain. */
  get id() {
    return this.#desk.store.state.curtain?.id ?? "";
  }

  get #base() {
    return this.#bases.find(this.id);
  }

  choose(id) {
    this.#desk.store.set({ curtain: id ? { id, at: this.#open?.at ?? 50 } : null });
  }

  focus() {
    this.#open?.focus();
  }

  /** Open, close or redraw the curtain, as the address says. */
  follow() {
    const { map } = this.#desk;
    const wanted = Boolean(map && this.#bases.known && (this.id === NONE || this.#base?.usable));
    if (!wanted) return this.#open?.close();
    const shown = JSON.stringify([this.id, this.#bases.chosen, this.#base]);
    if (!this.#open) this.#hang(map);
    else if (shown !== this.#shown) this.#renew();
    this.#shown = shown;
  }

  tiles({ layer: id, boxes }) {
    const layer = this.#desk.watch.layer(id);
    if (layer && this.#open) (this.#refreshing ??= new Refreshing(this.#open.other)).ask(layer, boxes);
  }

  spoken() {
    this.#open?.speak();
  }

  /** Ask for what did not come once more. */
  again() {
    // Taken away and put there anew: the engine cannot draw a picture that failed once and is asked for again.
    this.#bare = true;
    this.#renew();
    this.#bare = false;
    this.#renew();
  }

  #renew() {
    this.trouble = null;
    this.#open?.renew();
  }

  #told() {
    const trouble = this.trouble && h("span", { class: "trouble" }, ` ${t("base.trouble", { problem: this.trouble })}`);
    return this.#base ? [describe(this.#base), ...(trouble ? [trouble] : [])] : [];
  }

  async #missed(source, error) {
    const words = source === ID ? await this.#bases.why(error) : null;
    if (!words || this.trouble) return;
    this.trouble = words;
    announce(t("base.trouble", { problem: words }));
    this.#open?.speak();
    this.#desk.page.render();
  }

  #hang(map) {
    const { store } = this.#desk;
    this.#open = curtain(map, {
      at: store.state.curtain.at,
      change: (style) => this.#bases.under(style, this.#bare ? null : this.#base, this.#bases.chosen.opacity || 1),
      label: () => t("curtain.label", { left: titleOf(this.#bases.base), right: titleOf(this.#base) }),
      valueText: (at) => t("curtain.at", { at }),
      told: () => this.#told(),
      moved: (at) => store.set({ curtain: { id: this.id, at } }, { step: false }),
      missed: ({ sourceId, error }) => this.#missed(sourceId, error),
      closed: () => { this.#open = null; this.#refreshing = null; this.trouble = null; },
    });
  }
}

function content(bases, comparing) {
  if (!bases.known) return [bases.problem ? trouble(bases, comparing) : h("p", { class: "hint" }, t("loading"))];
  if (bases.list.length === 0) return [trouble(bases, comparing), ...unconfigured()];
  return [choices(bases), opacity(bases), compared(bases, comparing), trouble(bases, comparing)];
}

function unconfigured() {
  return [h("p", {}, t("base.empty")), h("p", { class: "hint" }, t("base.empty.files")), h("p", { class: "hint" }, t("base.empty.far")),
    h("pre", { class: "base-example", tabindex: "0" }, EXAMPLE), h("p", { class: "hint" }, t("base.empty.check"))];
}

function choices(bases) {
  const chosen = bases.base?.id ?? "";
  return h("fieldset", { class: "base-choices" }, h("legend", {}, t("base.choose")),
    [choice(bases, "", t("base.none"), chosen), ...bases.list.map((base) => choice(bases, base.id, say(base.title), chosen, base))]);
}

function choice(bases, id, title, chosen, base = null) {
  const usable = !base || base.usable;
  const radio = h("input", {
    type: "radio", name: "base", value: id, checked: id === chosen, disabled: !usable, "data-key": `base-${id}`,
    onchange: () => bases.choose({ id }),
  });
  const told = base && [
    usable && h("p", { class: "hint" }, facts(base)),
    base.problem && h("p", { class: "trouble" }, usable ? base.problem : `${t("base.unusable")}:${base.problem}`),
    id === chosen && base.notes.map((note) => h("p", { class: "hint" }, note)),
  ];
  return h("div", { class: "base-choice", "data-base": id || NONE }, h("label", {}, radio, h("span", {}, title)), told);
}

function opacity(bases) {
  if (!bases.base?.usable) return null;
  const now = h("output", {}, percent(bases.chosen.opacity));
  const slider = h("input", {
    type: "range", min: 5, max: 100, step: 5, value: Math.round(bases.chosen.opacity * 100), "data-key": "opacity",
    oninput: (event) => { bases.preview(event.target.value / 100); now.textContent = percent(event.target.value / 100); },
    onchange: (event) => bases.choose({ opacity: event.target.value / 100 }, { step: false }),
  });
  return h("label", { class: "base-opacity" }, h("span", {}, t("base.opacity")), slider, now);
}

function compared(bases, comparing) {
  const others = bases.list.filter(({ id, usable }) => usable && id !== bases.chosen.id).map(({ id, title }) => [id, say(title)]);
  const options = [["", t("curtain.off")], ...(bases.base ? [[NONE, t("base.none")]] : []), ...others];
  const list = h("select", { "data-key": "curtain", onchange: (event) => comparing.choose(event.target.value) },
    options.map(([value, label]) => h("option", { value, selected: value === comparing.id }, label)));
  const open = comparing.id && [
    h("p", { class: "hint" }, t("curtain.hint", { right: titleOf(bases.find(comparing.id)) })),
    h("button", { type: "button", "data-key": "curtain-focus", onclick: () => comparing.focus() }, t("curtain.focus")),
  ];
  return h("div", { class: "base-curtain" }, h("label", {}, h("span", {}, t("curtain.with")), list), open);
}

function trouble(bases, comparing) {
  const problem = bases.trouble ?? comparing.trouble ?? bases.problem;
  if (!problem) return null;
  return h("div", { class: "base-trouble" }, h("p", { class: "trouble" }, problem),
    h("button", { type: "button", "data-key": "base-retry", onclick: () => { comparing.again(); bases.again(); } }, t("retry")));
}

const titleOf = (base) => (base ? say(base.title) : t("base.none"));
