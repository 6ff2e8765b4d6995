"""Which positions of a track to believe, and where it was unbroken: fixes cleaned into legs.

A leg is a run of fixes with no gap longer than the mode's `max_gap_s` and no step faster than its
`max_speed_mps`; nothing is assumed between legs. Times are seconds since 1970 (UTC), places metres in the
metric CRS. Nothing here asks a clock: the caller gives the earliest and latest time it believes.
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["MODES", "REASONS", "Cleaned", "Mode", "clean"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Mode:
    """How a crew moves: its greatest believable speed, longest bridged gap, and error where none is reported."""

    name: str
    max_speed_mps: float
    max_gap_s: float
    accuracy_m: float


MODES = MappingProxyType(
    {
        # A run is 4 m/s; the rest is the jitter of a phone that reports every second.
        "foot": Mode("foot", 6.0, 120.0, 10.0),
        # 50 km/h downhill.
        "bicycle": Mode("bicycle", 14.0, 120.0, 10.0),
        # 150 km/h on the ring road. In 90 s a car in the street goes round a block, but seldom two.
        "car": Mode("car", 42.0, 90.0, 10.0),
        # 90 km/h, a patrol launch; open water hides no phone, but a wheelhouse does.
        "boat": Mode("boat", 25.0, 120.0, 10.0),
        # 110 km/h with the wind. Drones log every second: a longer silence means another flight.
        "drone": Mode("drone", 30.0, 30.0, 3.0),
    }
)
"""What each mode allows. accuracy_m is a 68 % radius, as phones report it."""

KEPT = ""
REASONS = (
    KEPT, "not_finite", "outside", "prehistoric", "future", "inexact", "repeated", "conflict", "spike", "alone",
    "erased",
)  # fmt: skip
"""Why a fix is left out; the first word, empty, is for a fix that is kept.

not_finite   time or place is not a number
outside      it lies outside the deployment's bounds
prehistoric  before the earliest time believed
future       after the latest time believed
inexact      its own error, as reported, is beyond INEXACT_M
repeated     an earlier one has its time and place
conflict     an earlier one has its time, but another place
spike        reached and left too fast, while its neighbours agree in speed and gap
alone        a step too fast parts it from every neighbour
erased       it came before, was erased, and is not taken in again; not told here
"""
INEXACT_M = 1000.0
"""A position with a larger error (68 % radius) tells which town, not which street: a cell tower's, no receiver's."""
_CODE = {reason: np.int8(code) for code, reason in enumerate(REASONS)}


@dataclass(frozen=True)
class Cleaned:
    """What became of n fixes.

    reason: (n,) int8 into REASONS, 0 where kept; order: (k,) indices of the kept fixes by time;
    starts: (legs + 1,) offsets into order, so that leg i is order[starts[i]:starts[i + 1]];
    disordered: how many fixes came after a later one; they are sorted, not left out.
    """

    reason: NDArray[np.int8]
    order: Indices
    starts: Indices
    disordered: int

    @property
    def legs(self) -> list[Indices]:
        """The indices of each leg's fixes, in order of time; a leg of one fix is a disc."""
        return np.split(self.order, self.starts[1:-1]) if len(self.order) else []

    @property
    def left_out(self) -> dict[str, int]:
        """How many fixes were left out, by reason; reasons without any are absent."""
        counts = np.bincount(self.reason, minlength=len(REASONS))
        return {reason: int(counts[code]) for code, reason in enumerate(REASONS) if code and counts[code]}


def clean(
    x: ArrayLike,
    y: ArrayLike,
    time_s: ArrayLike,
    mode: Mode,
    *,
    inside: ArrayLike | None = None,
    accuracy_m: ArrayLike | None = None,
    earliest_s: float = -np.inf,
    latest_s: float = np.inf,
) -> Cleaned:
    """Which of n fixes to keep, and the legs they make.

    x, y: (n,) metres; time_s: (n,) seconds, in any order; inside: (n,) bool, whether each lies within the
    bounds (all, where not given); accuracy_m: (n,) metres, NaN where not reported. No fixes make no legs. Cleaning
    what was cleaned, a leg or all that was kept, changes nothing.

    >>> walk = clean([0, 30, 9000, 90, 120], [0] * 5, [0, 30, 60, 90, 120], MODES["foot"])
    >>> [leg.tolist() for leg in walk.legs], walk.left_out
    ([[0, 1, 3, 4]], {'spike': 1})
    """
    at_x, at_y, at_s = (np.asarray(values, dtype=np.float64) for values in (x, y, time_s))
    within = np.ones(at_s.shape, dtype=bool) if inside is None else np.asarray(inside, dtype=bool)
    reason = _unbelievable(np.isfinite(at_x) & np.isfinite(at_y), at_s, within, (earliest_s, latest_s))
    if accuracy_m is not None:
        reason[(reason == 0) & (np.asarray(accuracy_m) > INEXACT_M)] = _CODE["inexact"]
    believed = np.flatnonzero(reason == 0)
    disordered = int((at_s[believed][1:] < np.maximum.accumulate(at_s[believed])[:-1]).sum())
    order = believed[np.argsort(at_s[believed], kind="stable")]
    order = _without_repeats(order, at_x, at_y, at_s, reason)
    fast, _gap = _steps(order, at_x, at_y, at_s, mode)
    spike = _spikes(order, fast, at_x, at_y, at_s, mode)
    reason[order[spike]] = _CODE["spike"]
    order = order[~spike]
    alone = _alone(order, *_steps(order, at_x, at_y, at_s, mode))
    reason[order[alone]] = _CODE["alone"]
    order = order[~alone]
    return Cleaned(reason, order, _starts(order, *_steps(order, at_x, at_y, at_s, mode)), disordered)


def _unbelievable(finite: Flags, at_s: Floats, inside: Flags, period: tuple[float, float]) -> NDArray[np.int8]:
    """Each fix's reason as far as it can be told from the fix alone."""
    reason = np.zeros(len(at_s), dtype=np.int8)
    reason[~inside] = _CODE["outside"]
    reason[at_s > period[1]] = _CODE["future"]
    reason[at_s < period[0]] = _CODE["prehistoric"]
    reason[~finite | ~np.isfinite(at_s)] = _CODE["not_finite"]
    return reason


def _without_repeats(order: Indices, at_x: Floats, at_y: Floats, at_s: Floats, reason: NDArray[np.int8]) -> Indices:
    """The fixes that are the first of their time; `reason` is told about the others."""
    new = np.ones(len(order), dtype=bool)
    new[1:] = at_s[order][1:] > at_s[order][:-1]
    first = order[new][np.cumsum(new) - 1]
    same = (at_x[order] == at_x[first]) & (at_y[order] == at_y[first])
    reason[order[~new & same]] = _CODE["repeated"]
    reason[order[~new & ~same]] = _CODE["conflict"]
    return order[new]


def _steps(order: Indices, at_x: Floats, at_y: Floats, at_s: Floats, mode: Mode) -> tuple[Flags, Flags]:
    """Whether each step between neighbours is too fast, and whether it is a gap; one fewer than fixes."""
    return _between(order[:-1], order[1:], at_x, at_y, at_s, mode)


def _between(a: Indices, b: Indices, at_x: Floats, at_y: Floats, at_s: Floats, mode: Mode) -> tuple[Flags, Flags]:
    # A position may be any number: further than any number can say is too fast, too.
    with np.errstate(over="ignore"):
        taken_s = at_s[b] - at_s[a]
        gone_m = np.hypot(at_x[b] - at_x[a], at_y[b] - at_y[a])
        fast = gone_m > mode.max_speed_mps * taken_s
    gap = taken_s > mode.max_gap_s
    # Across a gap nothing is assumed, not even how they went: it parts legs, but makes nothing doubtful.
    return fast & ~gap, gap


def _spikes(order: Indices, fast: Flags, at_x: Floats, at_y: Floats, at_s: Floats, mode: Mode) -> Flags:
    """Which fixes are spikes.

    A fix after a spike is reached from before it in good time, so it is none itself: of a run of fixes that
    each look like a spike, every other one is.
    """
    spike = np.zeros(len(order), dtype=bool)
    if len(order) > 2:
        apart_fast, apart_gap = _between(order[:-2], order[2:], at_x, at_y, at_s, mode)
        spike[1:-1] = fast[:-1] & fast[1:] & ~apart_fast & ~apart_gap
        place = np.arange(len(order))
        run_start = np.maximum.accumulate(np.where(spike, 0, place + 1))
        spike &= (place - run_start) % 2 == 0
    return spike


def _alone(order: Indices, fast: Flags, gap: Flags) -> Flags:
    """Which fixes no step joins to another, where one of those steps is too fast."""
    alone = np.zeros(len(order), dtype=bool)
    if len(order):
        parted = fast | gap
        alone[:] = np.append(True, parted) & np.append(parted, True)
        alone &= np.append(False, fast) | np.append(fast, False)
    return alone


def _starts(order: Indices, fast: Flags, gap: Flags) -> Indices:
    """Where the legs of fixes in order begin, and how many fixes there are.

    The steps are those between fixes that are kept: what is left out parts nothing, whether one stray fix or two in
    a row, else the same fixes cleaned again would make other legs.
    """
    if not len(order):
        return np.zeros(1, dtype=np.int64)
    return np.concatenate([[0], np.flatnonzero(fast | gap) + 1, [len(order)]]).astype(np.int64)
