/** To which post, and by when: quick choices beside a field; a time that has gone by is refused here. */

import { h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { now_ms, typedMinute } from "../page/time.js";

const DAY_MS = 86_400_000;
const EVENING = "18:00";
const QUICK = [["today", 0], ["tomorrow", 1], ["days", 3]];

/**
 * @param {import("./findings.js").Findings} findings
 * @param {{ post: string, due: string }} filled   due: as a field holds it
 * @param {(told: { post: string, due_at: string }) => void} send
 * @param {() => void} cancel
 */
export function handOverForm(findings, filled, send, cancel) {
  const post = /** @type {HTMLSelectElement} */ (h("select", { id: "hand-post", "data-key": "hand-post", required: true }, h("option", { value: "" }, t("hand.choose")),
    findings.posts.map(({ code, name, holder }) => h("option", { value: code, selected: code === filled.post }, [name || code, holder].filter(Boolean).join(" · ")))));
  const due = /** @type {HTMLInputElement} */ (h("input", { type: "datetime-local", id: "hand-due", "data-key": "hand-due", value: filled.due, "aria-describedby": "hand-fault" }));
  const fault = h("p", { class: "trouble", id: "hand-fault", role: "alert" });
  const quick = h("div", { class: "buttons quick" });
  replace(quick, QUICK.map(([name, days]) => {
    const time = `${typedMinute(now_ms() + Number(days) * DAY_MS).slice(0, 10)}T${EVENING}`;
    return h("button", { type: "button", "data-key": `due-${name}`, disabled: isPast(time), onclick: () => { due.value = time; fault.textContent = ""; } }, t(`due.${name}`, { time: EVENING, n: days }));
  }));
  const submit = (event) => {
    event.preventDefault();
    fault.textContent = !post.value ? t("hand.nopost") : !due.value ? t("hand.nodue") : isPast(due.value) ? t("hand.past", { time: due.value.replace("T", " ") }) : "";
    if (!fault.textContent) send({ post: post.value, due_at: due.value.replace("T", " ") });
    else (post.value ? due : post).focus();
  };
  return { element: h("form", { class: "act-form", novalidate: true, onsubmit: submit },
    h("h3", {}, t("act.hand")), h("label", { for: "hand-post" }, t("filter.post")), post,
    h("label", { for: "hand-due" }, t("hand.due")), quick, due, fault,
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "main", "data-key": "hand-send" }, t("act.hand.yes")),
      h("button", { type: "button", class: "quiet", "data-key": "hand-cancel", onclick: cancel }, t("act.cancel")))) };
}

/** Whether a time of a field has gone by, on the deployment's clocks. @param {string} typed */
const isPast = (typed) => typed <= typedMinute(now_ms());
