"""What routes see on their way to something else: such pieces need no stop, and the time they take is free for others.

A search knows each piece as a walk of its own, worth something when it is gone. But whoever goes along the road sees
the bank beside it. So what is seen on the way anyway is taken out, what then is no longer seen is put back, and the
search goes on from there with the rest.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from geo.course.promise import Reckoner, Seen, accuracy_of, seen_by
from geo.coverage.sightings import Track
from geo.duties.records import Sightings
from geo.lines.multirange import Ranges, lengths
from geo.plan.plan import Piece, Route
from geo.plan.problem import Problem

__all__ = ["on_the_way", "seen_whole"]

WHOLE_SHARE = 0.995
"""So much of what a piece sees must be seen on the way for it to need no stop."""


def seen_whole(problem: Problem, reckoner: Reckoner, seen: Sequence[Seen], pieces: Iterable[int]) -> dict[int, int]:
    """Those of some pieces that are seen whole, by what counts for each duty; and by which crew, the first that is."""
    rows = reckoner.rows(problem.crews, seen)["nominal"]
    found = ((number, _crew_of(problem.pieces[number], rows)) for number in pieces)
    return {number: crew for number, crew in found if crew is not None}


def on_the_way(problem: Problem, route: Route, day_s: float) -> Seen:
    """What a route sees but for the walks of its pieces and its stays there: on the way between them alone."""
    legs, at = [], 0
    for stop in route.stops:
        if stop.kind == "piece":
            legs.append((at, stop.line[0]))
            at = stop.line[1]
    legs = [(a, b) for a, b in [*legs, (at, len(route.time_s) - 1)] if b > a]
    own = problem.crews[route.crew]
    vertex = np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(a, b + 1) for a, b in legs)])
    starts = np.append(0, np.cumsum([b - a + 1 for a, b in legs])).astype(np.int64)
    accuracy_m = np.full(len(vertex), accuracy_of(own))
    track = Track(route.xy[vertex, 0], route.xy[vertex, 1], route.time_s[vertex], accuracy_m, starts)
    return seen_by(problem.ground, track, own.mode, problem.city.duties, day_s)


def _crew_of(piece: Piece, rows: Sequence[Sightings]) -> int | None:
    """Which crew sees a piece first, if what all see of it is all there is."""
    crews: list[tuple[float, int]] = []
    for cover in piece.covers:
        own = rows[cover.duty]
        met = (own.target == cover.target) & (own.from_cm < cover.to_cm) & (own.to_cm > cover.from_cm)
        if not met.any():
            return None
        low, high = np.maximum(own.from_cm[met], cover.from_cm), np.minimum(own.to_cm[met], cover.to_cm)
        long_cm = int(lengths(Ranges(np.zeros(len(low), dtype=np.int64), low, high), 1)[0])
        if long_cm < WHOLE_SHARE * (cover.to_cm - cover.from_cm):
            return None
        first = int(own.first_s[met].argmin())
        crews.append((float(own.first_s[met][first]), int(own.patrol[met][first])))
    return min(crews)[1] if crews else None
