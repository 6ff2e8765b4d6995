"""Drive-bys where walking is due: pieces of a track by foot or bicycle that went at a vehicle's speed for a while."""

import numpy as np

from geo.tracks.cleaning import MODES
from geo.tracks.honesty.flags import ERROR_FACTOR, Fixes, Flag, Flags, Floats, runs

__all__ = ["LEAST_S", "VEHICLE_MPS", "drive_bys"]

VEHICLE_MPS = {
    # People break into a run at about 2.1 m/s. Source: Hreljac (1993), Gait & Posture 1, 217.
    "foot": 2.5,
    # An electric bicycle may reach 25 km/h, which is 6.9 m/s. Source: GB 17761. The rest is for going downhill.
    "bicycle": 8.5,
}
"""Faster than this for LEAST_S no crew of that mode goes; the other modes are vehicles."""
LEAST_S = 120.0
"""A run for a bus is shorter."""
STEP_S = 30.0
"""Speeds are taken over steps of about this length: over one second they are all error."""
PAUSE_S = 60.0
"""A ride goes on after a red light."""
LONGEST_S = 900.0
"""Over a longer silence nobody says that it was patrolled."""
FASTEST_MPS = MODES["car"].max_speed_mps
"""Faster is no ride but a fault of the receiver."""


def drive_bys(fixes: Fixes, mode: str) -> list[Flag]:
    """One flag with all pieces that surely went at a vehicle's speed: even if each fix is wrong by its 95 % radius.

    Two steps in a row at least, and LEAST_S of such steps in a piece. Modes that are vehicles are never flagged.
    Evidence: the limit, the mean and the greatest speed as measured, and how far and how long it went that fast.

    >>> ride = Fixes(np.arange(20) * 240.0, np.zeros(20), np.arange(20) * 30.0, np.full(20, 10.0))
    >>> [(flag.pieces, flag.evidence["mean_mps"]) for flag in drive_bys(ride, "foot")]
    [(((0.0, 570.0),), 8.0)]
    """
    limit_mps = VEHICLE_MPS.get(mode)
    if limit_mps is None or len(fixes) < 3:
        return []
    seen = _without_strays(_thinned(fixes), limit_mps)
    step_s = np.diff(seen.time_s)
    gone_m = np.hypot(np.diff(seen.x), np.diff(seen.y))
    speed_mps = gone_m / step_s
    fast = (_surely_m(seen, gone_m) > limit_mps * step_s) & (speed_mps <= FASTEST_MPS) & (step_s <= LONGEST_S)
    pieces = [(a, b) for a, b in _joined(runs(fast), seen.time_s) if _lasts(fast[a : b + 1], step_s[a : b + 1])]
    if not pieces:
        return []
    ridden = np.zeros(len(fast), dtype=bool)
    for first, last in pieces:
        ridden[first : last + 1] = fast[first : last + 1]
    evidence = {
        "limit_mps": limit_mps,
        "mean_mps": float(gone_m[ridden].sum() / step_s[ridden].sum()),
        "most_mps": float(speed_mps[ridden].max()),
        "length_m": float(gone_m[ridden].sum()),
        "time_s": float(step_s[ridden].sum()),
    }
    times = tuple((float(seen.time_s[first]), float(seen.time_s[last + 1])) for first, last in pieces)
    return [Flag("drive_by", times, evidence)]


def _thinned(fixes: Fixes) -> Fixes:
    """The first fix of every STEP_S."""
    slot = np.floor((fixes.time_s - fixes.time_s[0]) / STEP_S)
    return fixes.take(np.append(True, slot[1:] > slot[:-1]))


def _without_strays(fixes: Fixes, limit_mps: float) -> Fixes:
    """The fixes but those reached and left too fast between two that agree: out and back is no ride."""
    if len(fixes) < 3:
        return fixes

    def fast(a: Fixes, b: Fixes) -> Flags:
        return np.asarray(np.hypot(b.x - a.x, b.y - a.y) > limit_mps * (b.time_s - a.time_s))

    before, this, after = fixes.take(slice(None, -2)), fixes.take(slice(1, -1)), fixes.take(slice(2, None))
    stray = fast(before, this) & fast(this, after) & ~fast(before, after)
    return fixes.take(np.concatenate([[True], ~stray, [True]]))


def _surely_m(fixes: Fixes, gone_m: Floats) -> Floats:
    """How far each step went at least."""
    error_m = ERROR_FACTOR * np.hypot(fixes.accuracy_m[1:], fixes.accuracy_m[:-1])
    return np.asarray(gone_m - error_m)


def _joined(pieces: list[tuple[int, int]], time_s: Floats) -> list[tuple[int, int]]:
    """Runs of steps, those with only a short pause between them as one."""
    joined: list[tuple[int, int]] = []
    for first, last in pieces:
        if joined and time_s[first] - time_s[joined[-1][1] + 1] <= PAUSE_S:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _lasts(fast: Flags, step_s: Floats) -> bool:
    return bool(fast.sum() >= 2 and step_s[fast].sum() >= LEAST_S)
