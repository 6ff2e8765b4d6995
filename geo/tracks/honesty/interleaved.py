"""One device in two places at once within one outing: its fixes take turns between two tracks."""

import numpy as np
from numpy.typing import NDArray

from geo.tracks.cleaning import MODES
from geo.tracks.honesty.flags import ERROR_FACTOR, Fixes, Flag, Flags, runs
from geo.tracks.honesty.two_places import impossible, two_places

__all__ = ["CLOSE_TOGETHER", "LEAST_SPIKES", "LEAST_STEADY", "interleaved"]

Floats = NDArray[np.float64]

LEAST_SPIKES = 5
"""Fewer spikes that follow one another may be a receiver's echo off one wall."""
LEAST_STEADY = 0.5
"""The share of the steps between spikes that the mode allows. Of two real tracks it is 0.85 and more, for at times the
first track has the spikes; what scatters over kilometres is a fault of the receiver and has hardly any."""

CLOSE_TOGETHER = 0.25
"""From one to the next, spikes of a track of their own go no farther than this share of how far they lie from the
kept fixes; those that scatter lie as far from one another as from these."""


def interleaved(kept: Fixes, spikes: Fixes, mode: str) -> list[Flag]:
    """One flag where the fixes left out as spikes are a track of their own, out of reach of the kept ones.

    kept, spikes: of one outing of one device, each in order of time. mode: a key of geo.tracks.cleaning.MODES. Of a
    run that takes turns every other fix is a spike. The runs of spikes that are steady (each step as fast
    as the mode allows, short beside how far off they are and not across a gap, both fixes wrong by their 95 % radius;
    enough of them) are held against the kept fixes by `two_places`, at the speed of a car. Evidence: as of
    `two_places`, and spikes_count, how many spikes there are. Nothing without spikes, or where more of them scatter.

    >>> one = Fixes(np.zeros(9), np.zeros(9), np.arange(9) * 30.0, np.full(9, 10.0))
    >>> two = Fixes(np.full(9, 5000.0), np.zeros(9), np.arange(9) * 30.0 + 15, np.full(9, 10.0))
    >>> [(flag.kind, flag.pieces, flag.evidence["least_m"]) for flag in interleaved(one, two, "foot")]
    [('two_places', ((15.0, 255.0),), 5000.0)]
    """
    if len(spikes) < LEAST_SPIKES or not len(kept):
        return []
    elsewhere = spikes.take(impossible(spikes, kept) > 0)
    if len(elsewhere) < LEAST_SPIKES:
        return []
    steady, near = _steps(elsewhere, _apart_m(elsewhere, kept), mode)
    if not near.any() or steady[near].mean() < LEAST_STEADY:
        return []
    stretches = [range(first, last + 2) for first, last in runs(steady & near) if last + 2 - first >= LEAST_SPIKES]
    if not stretches:
        return []
    second = elsewhere.take(np.concatenate([np.array(one) for one in stretches]))
    return [
        flag._replace(evidence={**flag.evidence, "spikes_count": float(len(spikes))})
        for flag in two_places(second, kept)
    ]


def _apart_m(spikes: Fixes, kept: Fixes) -> Floats:
    """How far each spike lies from the kept fix that comes next, or the last one."""
    beside = kept.take(np.minimum(np.searchsorted(kept.time_s, spikes.time_s), len(kept) - 1))
    return np.asarray(np.hypot(beside.x - spikes.x, beside.y - spikes.y))


def _steps(fixes: Fixes, apart_m: Floats, mode: str) -> tuple[Flags, Flags]:
    """Of each step between neighbours, whether it goes on as a track does, and whether it is no gap."""
    taken_s = np.diff(fixes.time_s)
    wrong_m = ERROR_FACTOR * (fixes.accuracy_m[1:] + fixes.accuracy_m[:-1])
    gone_m = np.hypot(np.diff(fixes.x), np.diff(fixes.y)) - wrong_m
    close = gone_m <= CLOSE_TOGETHER * np.minimum(apart_m[1:], apart_m[:-1])
    return close & (gone_m <= MODES[mode].max_speed_mps * taken_s), taken_s <= MODES[mode].max_gap_s
