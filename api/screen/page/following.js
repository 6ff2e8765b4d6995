/** How a long work goes, heard as it goes: taken up again where the connection was lost, and asked for where no stream is to be had. */

const PAUSES_MS = [500, 1000, 2000, 4000, 8000];
/** Without a sign of life for so long the work itself is asked for. */
const SILENT_MS = 12_000;
const ENDS = ["done", "failed", "cancelled"];

/**
 * @typedef {object} Work
 * @property {(after: string) => any} open   its stream, from after the event of this id on
 * @property {() => Promise<{ status: string }>} look   the work as it is now
 * @property {(work: any) => boolean} underWay
 */

export class Following {
  /** @type {any[]} what was told, oldest first */ steps = [];
  /** Whether the connection is lost just now. */ cut = false;
  /** @type {Work | null} */ #work;
  #told;
  #ended;
  /** @type {any} */ #stream = null;
  #after = "";
  #timer = 0;
  #tries = 0;

  /**
   * @param {Work} work
   * @param {() => void} told    there is another step, or the connection came or went
   * @param {(work: any) => void} ended   the work as it is now that it has come to an end
   */
  constructor(work, told, ended) {
    this.#work = work;
    this.#told = told;
    this.#ended = ended;
    this.#open();
  }

  close() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = this.#work = null;
  }

  #open() {
    if (!this.#work) return;
    clearTimeout(this.#timer);
    this.#stream?.close();
    const stream = this.#stream = this.#work.open(this.#after);
    const on = (name, act) => stream.addEventListener(name, (event) => {
      if (stream !== this.#stream) return;
      this.#after = /** @type {MessageEvent} */ (event).lastEventId || this.#after;
      this.#tries = 0;
      this.cut = false;
      this.#wait();
      act(JSON.parse(/** @type {MessageEvent} */ (event).data || "null"));
    });
    on("progress", (step) => { this.steps.push(step); this.#told(); });
    for (const end of ENDS) on(end, () => this.#look());
    stream.onerror = () => stream === this.#stream && this.#lost();
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#look(), SILENT_MS);
  }

  #lost() {
    this.#stream?.close();
    this.#stream = null;
    this.cut = this.#tries > 0;
    this.#told();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#look(), PAUSES_MS[Math.min(this.#tries, PAUSES_MS.length - 1)]);
    this.#tries += 1;
  }

  /** How far is it? Where it is still under way, listen on. */
  async #look() {
    const work = this.#work;
    if (!work) return;
    try {
      const found = await work.look();
      if (work !== this.#work) return;
      if (!work.underWay(found)) {
        this.close();
        return this.#ended(found);
      }
      if (!this.#stream) this.#open();
      else this.#wait();
    } catch {
      if (work === this.#work) this.#lost();
    }
  }
}
