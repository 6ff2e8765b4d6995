"""What of the lines inside areas was seen: by area, and by visit of an area."""

import numpy as np
from numpy.typing import NDArray

from geo.coverage.passes import Passes, pass_at, summed
from geo.coverage.sightings import TIMED_S, Visits
from geo.lines.inside import Inside
from geo.lines.multirange import Ranges, union

__all__ = ["seen_inside_m"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


def seen_inside_m(sightings: Visits, stretches: Inside, found: Passes, areas: int) -> tuple[Floats, Floats]:
    """The length of lines inside areas that sightings saw, m: for each of the visits found, and of each area in all.

    A metre seen at both of two visits counts at each, and once in all. A sighting, right to a minute, belongs to the
    visit under way when it ended: visits of one area must lie two minutes apart at least.

    >>> road = Inside(*np.array([[0], [0], [0], [5000]]))
    >>> seen = Visits(*np.array([[0, 0], [1000, 2000], [3000, 9000]]), np.array([0.0, 900.0]), np.array([9.0, 950.0]))
    >>> visits = Passes(np.array([0, 0]), np.array([0.0, 880.0]), np.array([20.0, 960.0]))
    >>> [lengths.tolist() for lengths in seen_inside_m(seen, road, visits, 1)]
    [[20.0, 30.0], [40.0]]
    """
    sighting, stretch = _same_line(sightings.line, stretches.line)
    from_cm = np.maximum(sightings.from_cm[sighting], stretches.from_cm[stretch])
    to_cm = np.minimum(sightings.to_cm[sighting], stretches.to_cm[stretch])
    some = np.flatnonzero(from_cm < to_cm)
    sighting, stretch, from_cm, to_cm = sighting[some], stretch[some], from_cm[some], to_cm[some]
    visit = pass_at(found, stretches.area[stretch], sightings.last_s[sighting] + TIMED_S)
    return (
        _lengths_m(visit, len(found.target), Ranges(stretch, from_cm, to_cm)),
        _lengths_m(stretches.area[stretch], areas, Ranges(stretch, from_cm, to_cm)),
    )


def _same_line(one: Indices, other: Indices) -> tuple[Indices, Indices]:
    """Each pair of places in both at which the same line stands."""
    order = np.argsort(other, kind="stable")
    first, after = (np.searchsorted(other[order], one, side) for side in ("left", "right"))
    count = after - first
    left = np.repeat(np.arange(len(one)), count)
    nth = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    return left, order[first[left] + nth]


def _lengths_m(owner: Indices, owners: int, ranges: Ranges) -> Floats:
    """The length of the union of ranges for each owner, metres; what has no owner, -1, is left out."""
    own = np.flatnonzero(owner >= 0)
    groups = int(ranges.group.max(initial=-1)) + 1
    joined, _ = union(Ranges(owner[own] * groups + ranges.group[own], ranges.start[own], ranges.stop[own]))
    return summed(joined.group // max(groups, 1), (joined.stop - joined.start) / 100, owners)
