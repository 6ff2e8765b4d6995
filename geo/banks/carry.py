"""What becomes of chainages when a shore was surveyed anew: the same, carried over, or unknown."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from shapely import LineString

from geo.banks.shores import CRUMB_M, near
from geo.lines.chainage import (
    NO_SPANS,
    CentimetreRange,
    Spans,
    around,
    from_cm,
    is_ring,
    length_cm,
    locate_m,
    parts,
    point_at,
    rest_of,
    to_cm,
    union,
)

__all__ = [
    "NEAR_M",
    "SAME_M",
    "Carried",
    "CarriedReach",
    "carry_range",
    "carry_reach",
    "matched",
    "ranges_cm",
    "same_shore",
]

SAME_M = 0.01
NEAR_M = 5.0


class Carried(NamedTuple):
    """What was seen, on the new line. unknown: where the new line is too far from the old one to say anything."""

    ranges: list[CentimetreRange]
    unknown: list[CentimetreRange]


class CarriedReach(NamedTuple):
    """A reach on the new line. moved_m: how far each of its ends went, in the order start, end, start, end."""

    ranges: list[CentimetreRange]
    moved_m: list[float]


def same_shore(old: LineString, new: LineString, *, tolerance_m: float = SAME_M) -> bool:
    """Whether two lines are one shore: nowhere farther apart than a centimetre (Hausdorff), whatever their vertices.

    >>> same_shore(LineString([(0, 0), (9, 0)]), LineString([(0, 0), (4, 0.005), (9, 0)]))
    True
    """
    # Of the same vertices in other digits this is told at once; else each of one line is held against all of the other.
    if shapely.equals_exact(old, new, tolerance_m / 2):
        return True
    return float(shapely.hausdorff_distance(old, new)) <= tolerance_m


def carry_range(
    old: LineString, new: LineString, ranges: Iterable[CentimetreRange], *, tolerance_m: float = NEAR_M
) -> Carried:
    """Ranges of what was seen, carried from an old line to a new one where the two lie within the tolerance.

    >>> old, new = LineString([(0, 0), (100, 0)]), LineString([(0, 1), (60, 1), (60, 90)])
    >>> carry_range(old, new, [(1000, 9000)])
    Carried(ranges=[(1000, 6400)], unknown=[(6400, 14900)])
    """
    known = _within(new, old, tolerance_m)
    seen = [_within(new, piece, tolerance_m) for piece in parts(old, ranges).geoms]
    carried = union(np.concatenate([*seen, NO_SPANS]))
    return Carried(ranges_cm(carried), ranges_cm(rest_of(known, 0, new.length)))


def carry_each(
    old: LineString, new: LineString, ranges: Iterable[CentimetreRange], *, tolerance_m: float = NEAR_M
) -> list[list[CentimetreRange]]:
    """Each range of what was seen carried by itself, as `carry_range` carries one.

    >>> carry_each(LineString([(0, 0), (100, 0)]), LineString([(0, 1), (100, 1)]), [(1000, 9000), (0, 500)])
    [[(1000, 9000)], [(0, 500)]]
    """
    alone = [parts(old, [one]).geoms for one in ranges]
    return [
        ranges_cm(union(np.concatenate([NO_SPANS, *(_within(new, piece, tolerance_m) for piece in pieces)])))
        for pieces in alone
    ]


def _within(new: LineString, old: LineString, tolerance_m: float) -> Spans:
    """The spans of the new line beside the old one; flat ends, so that a range does not grow by the tolerance."""
    spans = near(new, shapely.buffer(old, tolerance_m, cap_style="flat"))
    return spans[spans[:, 1] - spans[:, 0] >= CRUMB_M]


def ranges_cm(spans: Spans) -> list[CentimetreRange]:
    """Spans in metres as ranges of whole centimetres; those that round to nothing vanish.

    >>> ranges_cm(np.array([(0.0, 1.239), (5.0, 5.001)]))
    [(0, 124)]
    """
    whole = [(to_cm(start_m), to_cm(end_m)) for start_m, end_m in spans]
    return [(start, end) for start, end in whole if start < end]


def carry_reach(old: LineString, new: LineString, ranges: Sequence[CentimetreRange]) -> CarriedReach:
    """A reach's ranges on the new line: its ends projected, however far, since someone must answer for it.

    The caller reports the ends that moved more than NEAR_M. A reach of the whole ring stays one.

    >>> carry_reach(LineString([(0, 0), (9, 0)]), LineString([(0, 1), (20, 1)]), [(0, 900)])
    CarriedReach(ranges=[(0, 900)], moved_m=[1.0, 1.0])
    """
    spans: list[Spans] = [NO_SPANS]
    moved_m: list[float] = []
    for start_cm, end_cm in _arcs(old, ranges):
        if is_ring(old) and is_ring(new) and (start_cm, end_cm) == (0, length_cm(old)):
            return CarriedReach([(0, length_cm(new))], [])
        ends = [point_at(old, from_cm(mark)) for mark in (start_cm, end_cm)]
        start_m, end_m = (locate_m(new, end) for end in ends)
        spans.append(_span(new, start_m, end_m, _arc_m(old, start_cm, end_cm)))
        moved_m += [float(new.distance(end)) for end in ends]
    return CarriedReach(ranges_cm(union(np.concatenate(spans))), moved_m)


def _arcs(line: LineString, ranges: Sequence[CentimetreRange]) -> list[CentimetreRange]:
    """The ranges in order, two that meet at a ring's 0 m as one that ends before it starts."""
    arcs = sorted(ranges)
    if len(arcs) > 1 and is_ring(line) and arcs[0][0] == 0 and arcs[-1][1] >= length_cm(line):
        return [(arcs[-1][0], arcs[0][1]), *arcs[1:-1]]
    return arcs


def _arc_m(line: LineString, start_cm: int, end_cm: int) -> float:
    return from_cm(end_cm - start_cm) + (line.length if end_cm < start_cm else 0.0)


def _span(line: LineString, start_m: float, end_m: float, expected_m: float) -> Spans:
    """From start to end; on a ring the way round whose length is nearer to the old one."""
    if not is_ring(line):
        return np.array([sorted((start_m, end_m))])
    onward_m = (end_m - start_m) % line.length
    if abs(onward_m - expected_m) > abs(line.length - onward_m - expected_m):
        start_m, end_m = end_m, start_m
    return around(line, start_m, end_m)


def matched(old: Sequence[LineString], new: Sequence[LineString], *, tolerance_m: float = NEAR_M) -> dict[int, int]:
    """Which new line continues which old one, new position -> old position: most metres in common first.

    Lines go together that share at least half of the shorter one within the tolerance; each goes once.

    >>> matched([LineString([(0, 0), (9, 0)])], [LineString([(0, 90), (9, 90)]), LineString([(0, 1), (9, 1)])])
    {1: 0}
    """
    if not old or not new:
        return {}
    tree = shapely.STRtree(list(new))
    shared: list[tuple[float, int, int]] = []
    for before, line in enumerate(old):
        zone = shapely.buffer(line, tolerance_m)
        for after in tree.query(zone, predicate="intersects").tolist():
            common_m = float(shapely.intersection(new[after], zone).length)
            if common_m >= min(line.length, new[after].length) / 2:
                shared.append((-common_m, before, after))
    pairs: dict[int, int] = {}
    for _, before, after in sorted(shared):
        if after not in pairs and before not in pairs.values():
            pairs[after] = before
    return pairs
