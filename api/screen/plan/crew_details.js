/** All that may be said of one crew: for which posts, from where to where, breaks, the most kilometres, appointments. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { within } from "./faults.js";
import { MODES } from "./order.js";
import { placeField, written } from "./place_field.js";
import { timeField } from "./time_field.js";

/**
 * @param {import("./form.js").Form} form
 * @param {import("./order.js").Crew} crew
 */
export function crewDetails(form, crew) {
  const key = (name) => `${crew.key}-${name}`;
  const set = (values) => { Object.assign(crew, values); form.changed({ anew: true }); };
  const place = (name, usual) => placeField({
    key: key(name), label: t(`crew.${name}`), usual, value: crew[name], places: form.order.places, set: (value) => set({ [name]: value }),
    point: (told) => form.point(t("pick.of", { crew: crew.name, what: t(`crew.${name}`) }), told),
  });
  return h("div", { class: "crew-more" },
    !crew.code && named(form, crew, key),
    place("start", usualPlace(crew, "start")), place("end", crew.start ? t("crew.end.back") : usualPlace(crew, "end")),
    posts(form, crew, key, set), pauses(crew, key, set),
    h("div", { class: "field" }, h("label", { for: key("most") }, t("crew.most")),
      h("div", {}, h("input", { id: key("most"), "data-key": key("most"), type: "number", min: 0.5, max: 1000, step: 0.5, inputmode: "decimal", placeholder: crew.usual ? number(crew.usual.most_m / 1000) : t("crew.most.none"), value: crew.most_km ?? "",
        onchange: ({ target }) => set({ most_km: Number(target.value) > 0 ? Number(target.value) : null }) }), ` ${t("crew.most.unit")}`)),
    appointments(form, crew, key, set),
    h("div", { class: "row" }, crew.code
      ? h("button", { type: "button", class: "quiet", "data-key": key("reset"), onclick: () => { form.order.reset(crew); form.changed({ anew: true }); } }, t("crew.reset"))
      : h("button", { type: "button", class: "quiet", "data-key": key("drop"), onclick: () => { form.order.drop(crew); form.changed({ anew: true }); } }, t("crew.drop"))));
}

/** Where it starts or ends while nothing is said, in words. @param {import("./order.js").Crew} crew @param {"start" | "end"} which */
export const usualPlace = (crew, which) => (crew.usual?.[which] ? t("crew.place.usual", { name: written(crew.usual[which]) }) : t(`crew.${which}.any`));

function named(form, crew, key) {
  return h("div", { class: "field" }, h("label", { for: key("name") }, t("crew.name")),
    h("div", { class: "row" }, h("input", { id: key("name"), "data-key": key("name"), type: "text", maxlength: 60, value: crew.name, onchange: ({ target }) => { crew.name = target.value.trim(); form.changed({ anew: true }); } }),
      h("select", { "data-key": key("mode"), "aria-label": t("crew.mode"), onchange: ({ target }) => { crew.mode = target.value; form.changed({ anew: true }); } },
        MODES.map((mode) => h("option", { value: mode, selected: mode === crew.mode }, t(`plan.mode.${mode}`))))));
}

function posts(form, crew, key, set) {
  const left = form.posts.filter(({ code }) => !crew.posts.includes(code));
  const nameOf = (code) => form.posts.find((post) => post.code === code)?.name || code;
  return h("div", { class: "field" }, h("label", { for: key("post") }, t("crew.posts")),
    h("div", { class: "chips" }, crew.posts.map((code) => h("span", { class: "chip" }, nameOf(code),
      h("button", { type: "button", class: "quiet", "data-key": key(`post-${code}`), "aria-label": t("crew.post.off", { name: nameOf(code) }), onclick: () => set({ posts: crew.posts.filter((one) => one !== code) }) }, "×"))),
    h("select", { id: key("post"), "data-key": key("post"), onchange: ({ target }) => target.value && set({ posts: [...crew.posts, target.value] }) },
      h("option", { value: "" }, t(crew.posts.length ? "crew.post.add" : "crew.post.none")), left.map(({ code, name }) => h("option", { value: code }, name ? `${name} ${code}` : code)))),
    h("small", { class: "hint" }, t("crew.posts.hint")));
}

/** The times of something that lies within some hours. */
function span(one, key, change) {
  const time = (name) => timeField(one[name], { "data-key": key(name), "aria-label": t(`within.${name}`) }, (told) => told && change({ ...one, [name]: told }));
  return [time("from"), "–", time("to"), t("within.within"),
    h("input", { type: "number", class: "minutes", min: 1, max: 600, "data-key": key("minutes"), "aria-label": t("within.minutes"), value: one.minutes, onchange: ({ target }) => Number(target.value) > 0 && change({ ...one, minutes: Number(target.value) }) }), t("within.min")];
}

function pauses(crew, key, set) {
  const breaks = crew.breaks ?? crew.usual?.breaks ?? [];
  const change = (place, one) => set({ breaks: breaks.map((other, at) => (at === place ? one : other)) });
  return h("div", { class: "field" }, h("span", { class: "label" }, t("crew.breaks")),
    h("ul", { class: "spans" }, breaks.map((one, place) => h("li", {}, span(one, (name) => key(`break-${place}-${name}`), (next) => change(place, next)),
      h("button", { type: "button", class: "quiet", "data-key": key(`break-${place}-off`), "aria-label": t("crew.break.off", one), onclick: () => set({ breaks: breaks.filter((other) => other !== one) }) }, "×")))),
    h("button", { type: "button", class: "quiet", "data-key": key("break-add"), onclick: () => set({ breaks: [...breaks, { ...within(crew, "11:30", "13:00"), minutes: 30 }] }) }, t("crew.break.add")));
}

function appointments(form, crew, key, set) {
  const change = (place, one) => set({ appointments: crew.appointments.map((other, at) => (at === place ? one : other)) });
  return h("div", { class: "field wide" }, h("span", { class: "label" }, t("crew.appointments")),
    h("ul", { class: "spans" }, crew.appointments.map((one, place) => {
      const mine = (name) => key(`appointment-${place}-${name}`);
      return h("li", { class: "appointment" },
        h("div", { class: "row" }, h("input", { type: "text", maxlength: 60, "data-key": mine("name"), "aria-label": t("crew.appointment.name"), placeholder: t("crew.appointment.name"), value: one.name, onchange: ({ target }) => change(place, { ...one, name: target.value.trim() }) }),
          h("button", { type: "button", class: "quiet", "data-key": mine("off"), "aria-label": t("crew.appointment.off", { name: one.name || t("crew.appointment") }), onclick: () => set({ appointments: crew.appointments.filter((other) => other !== one) }) }, "×")),
        h("div", { class: "row" }, span(one, mine, (next) => change(place, next))),
        placeField({ key: mine("place"), label: t("crew.appointment.place"), usual: t("crew.appointment.noplace"), value: one.place, places: form.order.places,
          set: (value) => change(place, { ...one, place: value }), point: (told) => form.point(t("pick.of", { crew: crew.name, what: one.name || t("crew.appointment") }), told) }));
    })),
    h("button", { type: "button", class: "quiet", "data-key": key("appointment-add"), onclick: () => set({ appointments: [...crew.appointments, { name: "", place: null, ...within(crew, "09:00", "10:00"), minutes: 30 }] }) }, t("crew.appointment.add")));
}
