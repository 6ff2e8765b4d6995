"""A device whose clock is wrong: ahead of the receipt, steadily behind it, or set back on the way."""

import numpy as np
from numpy.typing import ArrayLike

from geo.tracks.honesty.flags import Fixes, Flag, Flags, Floats, Indices, runs
from geo.tracks.honesty.two_places import FASTEST_MPS, LEAST_FIXES, LEAST_S, impossible

__all__ = ["clock_wrong"]

AHEAD_S = 120.0
"""A phone without network for a while may drift by seconds; a server's clock is kept."""
BEHIND_S = 300.0
STEADY_S = 60.0
"""Delays that differ by no more, over LIVE receipts: the fixes came as they were made."""
LIVE = 5
BACK_S = 60.0
OLDEST_S = 366 * 86_400.0
"""No fix waits for longer than a year to be sent."""
HOUR_S = 3600.0
NEAR_HOUR_S = 180.0
EPOCH_S = 1024 * 7 * 86_400.0
"""The Global Positioning System counts weeks to 1,024; old receivers then start again. Source: IS-GPS-200, 3.3.4(b)."""


def clock_wrong(fixes: Fixes, received_s: ArrayLike, *, fastest_mps: float = FASTEST_MPS) -> list[Flag]:
    """One flag for each way in which a device's clock is wrong.

    fixes: in the order in which they came, whatever their times; received_s: (n,) or one for all: when the platform
    had them, by its own clock, NaN where nobody knows; fastest_mps: what nobody outruns. Late fixes are no fault:
    phones send them when they can.
    Evidence, one of: `ahead_s`, how far ahead of the receipt the clock was at least; `behind_s`, how far a live
    stream, or one too old to be true, is behind; `back_s`, by how much the clock was set back while time that it had
    counted already was counted again at another place. With `hours_count` where it is off by whole hours (a time
    zone), and `epochs_count` where by whole periods of 1,024 weeks.

    >>> late = Fixes(np.zeros(3), np.zeros(3), np.arange(3) * 10.0 + 28_800, np.full(3, 10.0))
    >>> [flag.evidence["hours_count"] for flag in clock_wrong(late, np.arange(3) * 10.0 + 2)]
    [8.0]
    """
    received = np.broadcast_to(np.asarray(received_s, dtype=np.float64), fixes.time_s.shape)
    known = np.isfinite(received) & np.isfinite(fixes.time_s)
    came = fixes.take(known)
    delay_s = received[known] - came.time_s
    found = [*_ahead(came, delay_s), *_behind(came, delay_s, received[known])]
    return [*found, *_set_back(fixes.take(np.isfinite(fixes.time_s)), fastest_mps)]


def _ahead(fixes: Fixes, delay_s: Floats) -> list[Flag]:
    ahead = delay_s < -AHEAD_S
    if not ahead.any():
        return []
    # The fix that was sent the fastest shows most of the error.
    ahead_s = float(-delay_s[ahead].min())
    evidence = {"ahead_s": ahead_s, "limit_s": AHEAD_S, "fixes_count": float(ahead.sum()), **_whole(ahead_s)}
    return [Flag("clock", _pieces(fixes.time_s, ahead), evidence)]


def _behind(fixes: Fixes, delay_s: Floats, received: Floats) -> list[Flag]:
    old = delay_s > OLDEST_S
    if not old.any():
        least, most = np.quantile(delay_s, [0.05, 0.95]) if len(delay_s) else (0.0, 0.0)
        live = len(np.unique(received)) >= LIVE and most - least <= STEADY_S
        old = np.full(len(delay_s), live and least >= BEHIND_S)
    if not old.any():
        return []
    behind_s = float(delay_s[old].min())
    evidence = {"behind_s": behind_s, "limit_s": BEHIND_S, "fixes_count": float(old.sum()), **_whole(behind_s)}
    return [Flag("clock", _pieces(fixes.time_s, old), evidence)]


def _whole(off_s: float) -> dict[str, float]:
    """The whole hours, or periods of the receiver's week, that an error is near to."""
    epochs = round(off_s / EPOCH_S)
    if epochs and abs(off_s - epochs * EPOCH_S) < OLDEST_S:
        return {"epochs_count": float(epochs)}
    hours = round(off_s / HOUR_S)
    if 1 <= hours <= 24 and abs(off_s - hours * HOUR_S) <= NEAR_HOUR_S:
        return {"hours_count": float(hours)}
    return {}


def _pieces(time_s: Floats, which: Flags) -> tuple[tuple[float, float], ...]:
    """The time of fixes in any order, as pieces between those that are not among them."""
    order = np.argsort(time_s, kind="stable")
    return tuple((float(time_s[order[first]]), float(time_s[order[last]])) for first, last in runs(which[order]))


def _set_back(fixes: Fixes, fastest_mps: float) -> list[Flag]:
    """The largest step back in the order of arrival, where what came after contradicts what came before.

    Fixes out of order alone are no fault: sorted, they make one way. A clock set back makes two.
    """
    if len(fixes) < 2 * LEAST_FIXES:
        return []
    back_s = -np.diff(fixes.time_s)
    cut = int(back_s.argmax()) + 1
    if back_s[cut - 1] < BACK_S:
        return []
    before, after = fixes.take(slice(None, cut)), fixes.take(slice(cut, None))
    before = before.take(np.argsort(before.time_s, kind="stable"))
    after = after.take(np.argsort(after.time_s, kind="stable"))
    pieces = _counted_twice(after, before, fastest_mps)
    if not pieces:
        return []
    evidence = {
        "back_s": float(back_s[cut - 1]),
        "limit_s": BACK_S,
        "twice_s": float(sum(to_s - from_s for from_s, to_s in pieces)),
        **_whole(float(back_s[cut - 1])),
    }
    return [Flag("clock", pieces, evidence)]


def _counted_twice(after: Fixes, before: Fixes, fastest_mps: float) -> tuple[tuple[float, float], ...]:
    own: Indices = np.flatnonzero((after.time_s >= before.time_s[0]) & (after.time_s <= before.time_s[-1]))
    inside = after.take(own)
    found = runs(impossible(inside, before, fastest_mps=fastest_mps) > 0)
    times = [(float(inside.time_s[first]), float(inside.time_s[last])) for first, last in found if last > first]
    return tuple((from_s, to_s) for from_s, to_s in times if to_s - from_s >= LEAST_S)
