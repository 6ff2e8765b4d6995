/** The page of observations, put together: which, as a list and on the map; one of them; and what is done with them. */

import { VIEW, oneOf, text } from "../page/address.js";
import { openPage } from "../page/page.js";
import { learn } from "../page/text.js";
import { Acts } from "./acts.js";
import { detailsPanel } from "./details.js";
import { filters } from "./filters.js";
import { Findings } from "./findings.js";
import { Listing } from "./listing.js";
import { Where } from "./where.js";
import { en } from "./text.en.js";
import { zh } from "./text.zh.js";

learn({ zh, en });
const page = openPage({
  view: VIEW, see: text("see"), state: oneOf("state", ["unsettled", "open", "handed", "settled", "all"]), family: text("family"), kind: text("kind"),
  grade: text("grade"), overdue: text("overdue"), from: text("from"), to: text("to"), post: text("post"), q: text("q"),
});
const findings = new Findings(page);
const acts = new Acts(findings);
const listing = new Listing(findings, acts);
const where = new Where(findings);
page.add(findings, filters(findings), acts, listing, where, detailsPanel(findings, acts));
Object.assign(window, { huashan: { get map() { return where.city.map; }, ready: where.city.ready, page, findings } });
await page.start();
