"""What lies of a track within an area and within hours: cut exactly at both, and never joined across what was cut out.

A place along a track is told by one number, the fix before it and the share of the step to the next: 3.25 is a quarter
of the way from fix 3 to fix 4. Times and positions are linear in it, so that cutting by area and cutting by hours are
the same: stretches of it.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

__all__ = ["SLACK_M", "SLACK_S", "Pieces", "clip"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

SLACK_M = 1e-6
"""A cut by area this near to a fix is that fix: right to rounding, and what was cut is cut again alike."""
SLACK_S = 1e-6
"""A cut by hours this near to a fix is that fix; and what lasts no longer is no piece."""


class Pieces(NamedTuple):
    """What is left of a track, in order: places (m,) in metres, times (m,) in seconds.

    starts: (pieces + 1,) piece i is starts[i]:starts[i + 1]. leg: (pieces,) of which leg each is a part.
    """

    x: Floats
    y: Floats
    time_s: Floats
    starts: Indices
    leg: Indices


class _Stretches(NamedTuple):
    """Stretches of a track, as places along it: from, to; in order and apart."""

    low: Floats
    high: Floats


def clip(
    track: tuple[ArrayLike, ArrayLike, ArrayLike],
    starts: ArrayLike,
    *,
    area: shapely.Geometry | None = None,
    hours: ArrayLike | None = None,
) -> Pieces:
    """The pieces of a track's legs within an area and within hours, cut where a leg crosses either.

    track: x, y (n,) metres of the metric CRS, in which steps and the area's edges are straight, and times (n,) seconds,
    ascending; starts: (legs + 1,) offsets of the legs. area: a valid polygon or multipolygon; None for everywhere, an
    empty one for nowhere. hours: (k, 2) spans of seconds, from and to before, apart and in order; None for always,
    none of them for never. A leg that leaves and comes back is two pieces; one of a single fix is kept or not.
    Right to SLACK_M and SLACK_S. Raises BadGeometry for an area that is no polygon, or not valid.

    >>> went = ([0.0, 40.0], [5.0, 5.0], [0.0, 80.0])
    >>> found = clip(went, [0, 2], area=shapely.box(10, 0, 30, 10), hours=[[0.0, 40.0]])
    >>> found.x.tolist(), found.time_s.tolist(), found.starts.tolist()
    ([10.0, 20.0], [20.0, 40.0], [0, 2])
    """
    x, y, time_s = (np.asarray(values, dtype=np.float64) for values in track)
    bounds = np.asarray(starts, dtype=np.int64)
    legs = np.column_stack([bounds[:-1], bounds[1:] - 1])[np.diff(bounds) > 0].astype(np.float64)
    kept = _Stretches(legs[:, 0], legs[:, 1])
    if area is not None:
        kept = _inside(np.column_stack([x, y]), kept, area)
    if hours is not None:
        spans = np.asarray(hours, dtype=np.float64).reshape(-1, 2)
        kept = _during(time_s, kept, spans)
    kept = _lasting(time_s, kept)
    return _pieces((x, y, time_s), kept, bounds)


def _inside(places: Floats, legs: _Stretches, area: shapely.Geometry) -> _Stretches:
    """The stretches of legs inside an area."""
    from geo.coverage.clips import inside
    from geo.coverage.outlines import outlines_of, polygons

    if shapely.is_empty(area):
        return _Stretches(np.empty(0), np.empty(0))
    first = _steps(legs)
    # A leg of one fix is a step from it to itself.
    after = np.where(np.isin(first, legs.high), first, first + 1)
    ends = np.ascontiguousarray(np.hstack([places[first], places[after]]))
    step, low, high = inside(outlines_of(polygons([area])), ends, (np.zeros_like(first), np.arange(len(first))))
    length_m = np.hypot(*(ends[step, 2:] - ends[step, :2]).T)
    low, high = np.where(low * length_m < SLACK_M, 0.0, low), np.where((1 - high) * length_m < SLACK_M, 1.0, high)
    alone = first[step] == after[step]
    return _joined(_Stretches(first[step] + low, np.where(alone, first[step], first[step] + high)), legs)


def _steps(legs: _Stretches) -> Indices:
    """The fix that each step starts with; a leg of one fix has one step."""
    counts = np.maximum(legs.high - legs.low, 1).astype(np.int64)
    return np.repeat(legs.low.astype(np.int64) - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())


def _joined(some: _Stretches, legs: _Stretches) -> _Stretches:
    """Stretches in order, those that touch within a leg joined: what one step ends with the next begins with."""
    low, high = some.low, some.high
    real = (high > low) | np.isin(low, legs.low[legs.low == legs.high])
    low, high = low[real], high[real]
    new = np.append(True, low[1:] > high[:-1])[: len(low)]
    last = np.append(new[1:], True)[: len(low)]
    return _Stretches(low[new], high[last])


def _during(time_s: Floats, some: _Stretches, spans: Floats) -> _Stretches:
    """The parts of stretches that lie in spans of time: half-open, so a fix alone at the end of one is not in it."""
    if not len(time_s):
        return some
    opens, closes = (_place(time_s, ends) for ends in spans.T)
    low = np.maximum(some.low[:, None], opens[None, :])
    high = np.minimum(some.high[:, None], closes[None, :])
    alone = (some.low == some.high)[:, None]
    at_s = time_s[some.low.astype(np.int64)][:, None]
    within = np.where(alone, (spans[:, 0] <= at_s) & (at_s < spans[:, 1]), low < high)
    return _Stretches(
        np.where(alone, some.low[:, None], low)[within], np.where(alone, some.high[:, None], high)[within]
    )


def _place(time_s: Floats, at_s: Floats) -> Floats:
    """Where the track is at some times; its first or last fix before and after it."""
    place = np.interp(at_s, time_s, np.arange(len(time_s), dtype=np.float64))
    near = np.rint(place)
    return np.where(np.abs(time_s[near.astype(np.int64)] - at_s) < SLACK_S, near, place)


def _lasting(time_s: Floats, some: _Stretches) -> _Stretches:
    """Without those that are over as soon as they begin, but for single fixes."""
    number = np.arange(len(time_s), dtype=np.float64)
    lasts_s = np.interp(some.high, number, time_s) - np.interp(some.low, number, time_s) if len(time_s) else some.low
    long = (lasts_s > SLACK_S) | (some.low == some.high)
    return _Stretches(some.low[long], some.high[long])


def _pieces(columns: tuple[Floats, Floats, Floats], kept: _Stretches, bounds: Indices) -> Pieces:
    """Each stretch as its two ends and the fixes between them."""
    alone = kept.low == kept.high
    between = np.where(alone, 0, np.ceil(kept.high) - np.floor(kept.low) - 1).astype(np.int64)
    counts = between + np.where(alone, 1, 2)
    starts = np.append(0, np.cumsum(counts)).astype(np.int64)
    nth = np.arange(starts[-1]) - np.repeat(starts[:-1], counts)
    place = np.repeat(np.floor(kept.low), counts) + nth
    place[starts[:-1]] = kept.low
    place[starts[1:] - 1] = kept.high
    leg = np.searchsorted(bounds, kept.low, side="right") - 1
    if not len(place):
        return Pieces(np.empty(0), np.empty(0), np.empty(0), starts, leg)
    number = np.arange(len(columns[0]), dtype=np.float64)
    x, y, time_s = (np.interp(place, number, column) for column in columns)
    return Pieces(x, y, time_s, starts, leg)
