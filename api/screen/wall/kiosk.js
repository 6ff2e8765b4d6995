/**
 * A wall that comes back by itself: its address holds a token, `/wall#token=…`, which is exchanged for a session when the
 * page opens and whenever that has ended. What follows the # never leaves the browser. A token that is refused takes
 * everything off the wall, and a sentence says so; it is tried again, for a server may be starting.
 *
 * @typedef {object} Hearers
 * @property {() => Promise<void>} entered   the wall is somebody
 * @property {() => void} refused            it is nobody any more: nothing that it was told may stay
 */

import { Problem, signIn } from "../page/api.js";
import { announce, byId, h, replace } from "../page/dom.js";
import { sentence, t } from "../page/text.js";

const AGAIN_MS = 5000;
/** A refused token is rarely good again; asking goes on for the case that it was refused by mistake of a clock. */
const REFUSED_AGAIN_MS = 30_000;

export class Kiosk {
  /** @type {"" | "waiting" | "refused"} */ state = "";
  #token;
  #page;
  #hearers;
  #entering = false;
  #timer = 0;
  #cover = h("div", { id: "refused", class: "cover", role: "alert", hidden: true });
  /** @type {Problem | null} */ #problem = null;

  /** @param {import("../page/page.js").Page} page @param {string} token @param {Hearers} hearers */
  constructor(page, token, hearers) {
    this.#page = page;
    this.#token = token;
    this.#hearers = hearers;
    byId("top").after(this.#cover);
    document.documentElement.classList.toggle("kiosk", this.has);
  }

  /** Whether the wall has a token of its own. */
  get has() { return this.#token !== ""; }

  /** Become somebody; without a token the wall is whoever the browser is. */
  async enter() {
    if (!this.has) return this.#hearers.entered();
    if (this.#entering) return undefined;
    this.#entering = true;
    clearTimeout(this.#timer);
    try {
      await signIn(this.#token);
      this.#turn("", null);
      this.#entering = false;
      return this.#hearers.entered();
    } catch (error) {
      this.#entering = false;
      const problem = error instanceof Problem ? error : new Problem(0, "");
      const refused = problem.status >= 400 && problem.status < 500 && problem.status !== 429;
      if (refused) this.#hearers.refused();
      this.#turn(refused ? "refused" : "waiting", problem);
      this.#timer = window.setTimeout(() => this.enter(), refused ? REFUSED_AGAIN_MS : AGAIN_MS);
      return undefined;
    }
  }

  /** The session has ended, or was ended: exchange the token anew. */
  arrived() {
    const { catalogue, problem } = this.#page.watch;
    if (this.has && !this.state && (problem?.status === 401 || (catalogue && !catalogue.reader.signed_in))) this.enter();
  }

  render() {
    this.#cover.hidden = !this.state;
    if (!this.state || !this.#problem) return;
    replace(this.#cover, h("h2", {}, `▲ ${t(`kiosk.${this.state}`)}`), h("p", {}, sentence(this.#problem)),
      h("p", {}, t(`kiosk.${this.state}.more`)));
  }

  #turn(state, problem) {
    const other = this.state !== state;
    this.state = state;
    this.#problem = problem;
    this.render();
    if (other && state) announce(t(`kiosk.${state}`));
  }
}
