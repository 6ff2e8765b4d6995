/** The time that is looked at: a slider under how many fixes there were when, what plays it, and whether it is now or was. */

import { byId, h, replace, svg } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { inWords } from "./calendar.js";
import { SPEEDS, TRAILS } from "./replay.js";

/** The slider's thumb is so wide: its middle goes from half of it to as much before the end, and so does the picture. */
const WIDTH = 1000;
const HEIGHT = 44;
const TICKS = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000].map((seconds) => seconds * 1000);
const MOST_TICKS = 12;
/** A key moves the slider so far, and the buttons so much further. */
const stepOf = ([from, to]) => (to - from <= 10_800_000 ? 10 : to - from <= 172_800_000 ? 60 : 600);
const STRIDE = 10;

/** @param {import("./replay.js").Replay} replay */
export function timelinePart(replay) {
  const place = byId("timeline");
  const slider = /** @type {HTMLInputElement} */ (h("input", {
    type: "range", class: "slider", "data-key": "slider",
    // Read first: where it plays, to pause puts the slider back to what is shown.
    oninput: () => { const wanted = Number(slider.value) * 1000; replay.pause(); replay.seek(wanted); },
  }));
  const played = svg("rect", { class: "played", x: 0, y: 0, width: 0, height: HEIGHT });
  const play = h("button", { type: "button", class: "main play", "data-key": "play", onclick: () => (replay.playing ? replay.pause() : replay.play()) });
  const shown = h("output", { class: "time", "aria-live": "off" });
  const back = h("button", { type: "button", class: "back", "data-key": "back", onclick: () => replay.backToNow() });

  const tick = () => {
    const { reach, time, playing } = replay;
    play.textContent = playing ? `❚❚ ${t("play.pause")}` : `▶ ${t("play.play")}`;
    play.toggleAttribute("disabled", !reach);
    shown.textContent = reach ? clock(time) : t("none");
    back.hidden = replay.live;
    back.textContent = `⇥ ${t("play.now")}`;
    if (!reach) return;
    if (Number(slider.max) * 1000 < reach[1]) return render();
    slider.value = String(Math.round(time / 1000));
    slider.setAttribute("aria-valuetext", t("slider.value", { day: inWords(minute(time).slice(0, 10)), time: clock(time).slice(11), n: out(replay, time) }));
    played.setAttribute("width", String(WIDTH * Math.min(Math.max((time - reach[0]) / (reach[1] - reach[0]), 0), 1)));
  };

  const render = () => {
    const { reach, state } = replay;
    const choice = (name, values, title, words) => h("label", {}, title, " ", h("select", {
      "data-key": name, onchange: ({ target }) => replay.page.store.set({ [name]: target.value }, { step: false }),
    }, values.map((value) => h("option", { value, selected: String(state[name]) === String(value) }, words(value)))));
    const step = (by, key, sign) => h("button", {
      type: "button", "data-key": key, disabled: !reach, "aria-label": t(key), title: t(key),
      onclick: () => { replay.pause(); if (reach) replay.seek(replay.time + by * stepOf(reach) * 1000); },
    }, sign);
    if (reach) Object.entries({ min: reach[0] / 1000, max: reach[1] / 1000, step: stepOf(reach) }).forEach(([name, value]) => slider.setAttribute(name, String(value)));
    slider.toggleAttribute("disabled", !reach);
    slider.setAttribute("aria-label", t("slider.label"));
    replace(place,
      h("div", { class: "controls" },
        step(-STRIDE, "step.back", "◀◀"), step(-1, "step.less", "◀"), play, step(1, "step.more", "▶"), step(STRIDE, "step.on", "▶▶"),
        shown, back,
        choice("speed", SPEEDS, t("speed.title"), (speed) => t(`speed.${speed}`)), choice("trail", TRAILS, t("trail.title"), (trail) => t(`trail.${trail}`)),
        h("label", { title: t("skip.more") }, h("input", { type: "checkbox", "data-key": "skips", checked: replay.skips, onchange: ({ target }) => { replay.skips = target.checked; } }), " ", t("skip.idle")),
        h("p", { class: "late", role: "status" }, replay.late ? `● ${replay.late}` : "")),
      reach ? h("div", { class: "track" }, picture(replay, reach, played), slider, ticks(reach)) : h("p", { class: "hint" }, t(replay.loading ? "loading" : "timeline.none")));
    tick();
  };
  replay.hear((what) => (what === "data" ? render() : tick()));
  replay.page.store.watch(["speed", "trail"], render);
  return { render };
}

/** Day, minute and second. */
const clock = (time) => `${minute(time)}:${String(Math.floor(time / 1000) % 60).padStart(2, "0")}`;

/** How many were out, at a time. */
function out({ histogram }, time) {
  if (!histogram) return 0;
  return histogram.patrols[Math.floor((time - Date.parse(histogram.from)) / (histogram.bin_s * 1000))] ?? 0;
}

/** How many fixes there were when, and above them how many patrols were out. */
function picture(replay, [from, to], played) {
  const { histogram } = replay;
  const most = Math.max(1, ...histogram.fixes);
  const crowd = Math.max(1, ...histogram.patrols);
  const across = (time) => (WIDTH * (time - from)) / (to - from);
  const start = Date.parse(histogram.from);
  const wide = across(from + histogram.bin_s * 1000);
  const bars = histogram.fixes.map((fixes, at) => {
    if (!fixes) return null;
    const high = Math.max(2, (HEIGHT - 8) * (fixes / most));
    const left = across(start + at * histogram.bin_s * 1000);
    return svg("rect", { class: "bar", x: left.toFixed(2), y: (HEIGHT - high).toFixed(2), width: Math.max(wide - 0.6, 0.8).toFixed(2), height: high.toFixed(2) },
      svg("title", {}, t("histogram.bar", { time: minute(start + at * histogram.bin_s * 1000), fixes: number(fixes), n: histogram.patrols[at] })));
  });
  const steps = histogram.patrols.map((patrols, at) => {
    const y = (HEIGHT - 2 - (HEIGHT - 8) * (patrols / crowd)).toFixed(1);
    const left = across(start + at * histogram.bin_s * 1000);
    return `${at ? "L" : "M"}${left.toFixed(1)} ${y}L${(left + wide).toFixed(1)} ${y}`;
  });
  const seek = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    replay.pause();
    replay.seek(from + ((event.clientX - box.left) / box.width) * (to - from));
  };
  return h("div", { class: "histogram", title: t("histogram.more", { fixes: number(most), n: crowd }) },
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true", onclick: seek }, played, bars, svg("path", { class: "crowd", d: steps.join("") })));
}

/** Times of the clock under the slider, so many that each can be read. */
function ticks([from, to]) {
  const every = TICKS.find((one) => (to - from) / one <= MOST_TICKS) ?? TICKS[TICKS.length - 1];
  // Of whole days of the place: its midnight is found by what its clock says.
  const said = minute(from).slice(11).split(":").map(Number);
  const first = from - ((said[0] * 60 + said[1]) * 60_000) % every;
  const marks = [];
  for (let time = first < from ? first + every : first; time <= to; time += every) marks.push(time);
  const named = (time) => (every >= 86_400_000 || minute(time).endsWith("00:00") ? minute(time).slice(5, every >= 86_400_000 ? 10 : 16) : minute(time).slice(11));
  return svg("svg", { class: "ticks", "aria-hidden": "true" }, marks.map((time) => svg("text", { x: `${((100 * (time - from)) / (to - from)).toFixed(2)}%`, y: 12, "text-anchor": "middle" }, named(time))));
}

/** Whether what is looked at is now, or was: in words and by its look, over the map. @param {import("./replay.js").Replay} replay */
export function modePart(replay) {
  const place = byId("mode");
  let before = "";
  const render = () => {
    const { live, playing, time, reach, patrols } = replay;
    place.hidden = !reach && !live;
    // What is not confirmed any more is not passed off as now.
    const stale = live && replay.page.watch.stale;
    place.className = `mode ${stale ? "stale" : live ? "live" : "past"}`;
    const kind = stale ? "stale" : live ? "live" : playing ? "playing" : "past";
    const words = stale ? t("mode.stale", { time: minute(replay.known_at) }) : kind === "live" ? t(patrols.length ? "mode.live" : "mode.live.none", { time: clock(time).slice(11) })
      : t(`mode.${kind}`, { time: kind === "past" ? minute(time) : clock(time), speed: replay.state.speed });
    if (words === before) return;
    before = words;
    // A time that runs is not read out every second: only that it runs, and that it stopped.
    place.setAttribute("aria-live", kind === "past" ? "polite" : "off");
    replace(place, h("span", { class: "sign", "aria-hidden": "true" }, stale ? "▲" : live ? "●" : "↺"), " ", words);
  };
  replay.hear(render);
  return { render };
}
