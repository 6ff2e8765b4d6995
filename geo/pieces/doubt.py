"""Visits of whole targets as they would be were every position off by its error: a bound for distance and dwell, too.

What is stored of a patrol tells distance and time inside an area by the positions as they are, for every bound alike;
only its reach is less or more. A promise must hold wherever, within its error, the crew will be: surely a place is as
much farther, and an area as much smaller all around, as a position may be wrong; possibly nearer and larger.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.attended import Attended
from geo.coverage.near import near
from geo.coverage.outlines import outlines_of
from geo.coverage.passes import Passes, pass_at, summed
from geo.coverage.sightings import BOUNDS, ERROR_FACTOR, Track
from geo.coverage.steps import steps_of

__all__ = ["bounded"]

Geometries = NDArray[np.object_]


def bounded(track: Track, visits: Attended, bound: str, areas: Geometries | None = None) -> Attended:
    """Visits by a bound, with distance and dwell by it, too. areas: those visited; None: points, whose dwell is by
    reach.

    The error is that of the track's worst position; nominal visits stay what they are.

    >>> from geo.coverage.areas import Areas
    >>> from geo.coverage.attended import areas_attended
    >>> field = np.array([shapely.box(0, 0, 100, 100)], dtype=object)
    >>> x_m, time_s = np.array([-50.0, 150.0]), np.array([0.0, 200.0])
    >>> walk = Track(x_m, np.full(2, 50.0), time_s, np.full(2, 10.0), np.array([0, 2]))
    >>> found = areas_attended(walk, Areas(field), 25.0, measured=False)
    >>> [bounded(walk, found[bound], bound, field).dwell_s.round(1).tolist() for bound in found]
    [[132.4], [100.0], [67.6]]
    """
    error_m = BOUNDS[bound] * ERROR_FACTOR * float(track.accuracy_m.max(initial=0.0))
    if error_m == 0 or not len(visits.target):
        return visits
    found = visits._replace(distance_m=np.maximum(visits.distance_m - error_m, 0.0))
    return found if areas is None else found._replace(dwell_s=_dwell_s(track, visits, shapely.buffer(areas, error_m)))


def _dwell_s(track: Track, visits: Attended, areas: Geometries) -> NDArray[np.float64]:
    """How long the track was inside areas at each visit of them."""
    from geo.coverage.clips import inside

    outlines, steps = outlines_of(areas), steps_of(track)
    pairs = near(outlines.boxes, steps.boxes)
    pair, low, high = inside(outlines, np.column_stack(steps[:4]), pairs)
    target, there = pairs[0][pair], steps.take(pairs[1][pair]).cut(low, high)
    visit = pass_at(Passes(visits.target, visits.first_s, visits.last_s), target, there.start_s)
    own = visit >= 0
    return summed(visit[own], (there.end_s - there.start_s)[own], len(visits.target))
