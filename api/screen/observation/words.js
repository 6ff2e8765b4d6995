/** How an observation stands, in words that need no colour. */

import { t } from "../page/text.js";
import { now_ms, span } from "../page/time.js";
import { isLate } from "./findings.js";

/** How late it is, or how long there is; "" where that is no question. @param {import("./asking.js").Finding} one */
export function dueWords(one) {
  if (one.state !== "handed" || !one.due_at) return "";
  const left_ms = Date.parse(one.due_at) - now_ms();
  return isLate(one) ? `▲ ${t("due.late", { span: span(-left_ms) })}` : t("due.left", { span: span(left_ms) });
}

/** Its name in a sentence. @param {import("./findings.js").Findings} findings @param {import("./asking.js").Finding} one */
export const called = (findings, one) => [findings.sortOf(one), one.name].filter(Boolean).join(" · ");
