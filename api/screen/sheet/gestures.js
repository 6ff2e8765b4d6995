/** A map under thumbs: pushed with one, drawn apart with two; by wheel and by keyboard, too. */

const STEP_PX = 60;
const KEYS = { ArrowLeft: [STEP_PX, 0], ArrowRight: [-STEP_PX, 0], ArrowUp: [0, STEP_PX], ArrowDown: [0, -STEP_PX] };
const ZOOMS = { "+": 0.6, "=": 0.6, "-": 1 / 0.6, "_": 1 / 0.6 };

/**
 * @param {Element} picture
 * @param {{ moved: (dx: number, dy: number) => void, zoomed: (factor: number, at?: [number, number]) => void }} told
 */
export function handle(picture, { moved, zoomed }) {
  /** @type {Map<number, [number, number]>} */
  const down = new Map();
  const spread = () => {
    const [one, other] = Array.from(down.values());
    return { far: Math.hypot(one[0] - other[0], one[1] - other[1]), x: (one[0] + other[0]) / 2, y: (one[1] + other[1]) / 2 };
  };
  const fromMiddle = (x, y) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    return /** @type {[number, number]} */ ([x - left - width / 2, y - top - height / 2]);
  };
  const lifted = ({ pointerId }) => down.delete(pointerId);

  picture.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, [event.clientX, event.clientY]);
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    const last = down.get(event.pointerId);
    if (!last) return;
    const before = down.size === 2 ? spread() : null;
    down.set(event.pointerId, [event.clientX, event.clientY]);
    if (!before) return moved(event.clientX - last[0], event.clientY - last[1]);
    const now = spread();
    moved(now.x - before.x, now.y - before.y);
    if (now.far > 0 && before.far > 0) zoomed(before.far / now.far, fromMiddle(now.x, now.y));
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) picture.addEventListener(end, lifted);
  picture.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomed(event.deltaY > 0 ? 1.25 : 0.8, fromMiddle(event.clientX, event.clientY));
  }, { passive: false });
  picture.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (KEYS[event.key]) moved(...KEYS[event.key]);
    else if (ZOOMS[event.key]) zoomed(ZOOMS[event.key]);
    else return;
    event.preventDefault();
  });
}
