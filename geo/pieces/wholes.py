"""Walks for what is settled whole: a stop at a point or area, or a round through an area that has a share to be
seen."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.duties.duty import Duty
from geo.duties.records import WHOLE_CM
from geo.pieces.ground import AREAL, Ground
from geo.pieces.reasons import why_not
from geo.pieces.rounds import Asked, rounds_of
from geo.pieces.settle import Settlers
from geo.pieces.starts import Reachable
from geo.pieces.told import stop_at
from geo.pieces.work import Paid, Refused, Walk, Work
from geo.pieces.worth import OwedRanges
from geo.plan.city import CrewDay, Options
from geo.plan.plan import Cover

__all__ = ["whole_works"]

Floats = NDArray[np.float64]
NEAR_SHARE = 0.6
"""A stop is no farther from its target than this share of what would do: positions are never exact."""
INSIDE_M = 3.0
MARGIN_S = 15.0
"""So much longer than its dwell a crew stays."""


class _Want(NamedTuple):
    """A target (layer, number in it) that a duty wants visited, with what that pays."""

    layer: str
    number: int
    duty: Duty
    modes: frozenset[str]
    paid: Paid


def whole_works(
    ground: Ground,
    owed: Mapping[int, OwedRanges],
    settlers: Sequence[Settlers],
    crews: Sequence[CrewDay],
    how: tuple[Reachable, Options],
) -> tuple[list[Work], list[Refused]]:
    """A work for each whole target that is owed, of all duties that one visit settles; and what no visit can
    settle."""
    reachable, options = how
    wants = _wants(ground, owed, settlers, crews, options)
    works: list[Work] = []
    refused: list[Refused] = []
    for modes in dict.fromkeys(want.modes for want in wants):
        own = [want for want in wants if want.modes == modes]
        rounds = [want for want in own if want.duty.test_share or want.duty.test_road_share]
        stops = [want for want in own if want not in rounds]
        able = [reachable.time_s[mode] for mode in sorted(modes)]
        for found, lacking in (_stops(ground, stops, able, options), _rounds(ground, rounds, able, options)):
            works += found
            refused += [Refused(want.paid, _why(ground, want, reachable)) for want in lacking]
    return works, refused


def _wants(
    ground: Ground,
    owed: Mapping[int, OwedRanges],
    settlers: Sequence[Settlers],
    crews: Sequence[CrewDay],
    options: Options,
) -> list[_Want]:
    found = []
    for n, ranges in owed.items():
        held = ground.city.duties[n]
        duty = held.at(crews[0].from_s) or held.versions[-1]
        modes = frozenset(crews[c].mode for c in settlers[n].crews)
        numbers = ground.numbers(held)
        for target, days, worth in zip(
            ranges.target.tolist(), ranges.days.tolist(), ranges.worth.tolist(), strict=True
        ):
            if numbers[target] < 0:
                continue
            paid = Paid(Cover(n, target, 0, WHOLE_CM, days), worth * options.target_worth_m, days)
            found.append(_Want(held.layer, int(numbers[target]), duty, modes, paid))
    return found


def _stops(
    ground: Ground, wants: Sequence[_Want], able: Sequence[Floats], options: Options
) -> tuple[list[Work], list[_Want]]:
    """A stop for each target, as near and as long as the strictest of its duties asks."""
    groups: dict[tuple[str, int], list[_Want]] = {}
    for want in wants:
        groups.setdefault((want.layer, want.number), []).append(want)
    if not groups:
        return [], []
    network, every = ground.city.network, list(groups.values())
    passable = np.flatnonzero(np.isfinite(np.stack(able)).any(axis=(0, 1)))
    if not len(passable):
        return [], list(wants)
    shapes = [ground.city.of(layer).shapes[number] for layer, number in groups]
    tree = shapely.STRtree(network.shape[passable])
    works, lacking = [], []
    for shape, own in zip(shapes, every, strict=True):
        if shape is None or shape.is_empty:
            lacking += own
            continue
        near = int(passable[tree.nearest(_middle(shape))])
        if not _is_point(shape) and not network.shape[near].intersects(shape):
            near = int(passable[tree.nearest(shape)])
        walk = _stop(network.shape[near], near, shape, own, options)
        if walk is None:
            lacking += own
        else:
            works.append(Work(walk, tuple(want.paid for want in own)))
    return works, lacking


def _is_point(shape: shapely.Geometry) -> bool:
    return bool(shapely.get_type_id(shape) == shapely.GeometryType.POINT)


def _middle(shape: shapely.Geometry) -> shapely.Geometry:
    return shape if _is_point(shape) else shapely.point_on_surface(shape)


def _stop(
    line: shapely.LineString, edge: int, shape: shapely.Geometry, own: Sequence[_Want], options: Options
) -> Walk | None:
    """Where on an edge to stop for a target, or off it; None where that is too far."""
    areal = shapely.get_type_id(shape) in AREAL
    dwell_s = max((want.duty.test_dwell_s or 0.0 for want in own), default=0.0)
    limit_m = min(min(want.duty.reach_m, want.duty.test_distance_m or np.inf) for want in own)
    inside = areal and (dwell_s > 0 or limit_m == 0)
    goal = shapely.point_on_surface(shape) if areal else shape
    # Of an area a walk may cross, the place on it nearest the middle of the area.
    crossing = line.intersection(shape) if areal else line
    on = crossing if areal and not crossing.is_empty else line
    place = shapely.get_coordinates(shapely.shortest_line(on, goal if on is crossing else shape))[0]
    at_m, off_m = float(line.project(shapely.Point(place))), float(shapely.distance(shapely.Point(place), shape))
    stay_s = max(options.stop_s, dwell_s + MARGIN_S if dwell_s else 0.0)
    if off_m <= NEAR_SHARE * limit_m and not (inside and off_m > 0):
        return Walk(stop_at(edge, at_m), stay_s)
    far = shapely.get_coordinates(shapely.shortest_line(shapely.Point(place), goal if inside else shape))[1]
    stub_m = float(np.hypot(*(far - place)))
    return (
        None if stub_m > options.stub_m else Walk(stop_at(edge, at_m), stay_s, stub_m, (float(far[0]), float(far[1])))
    )


def _rounds(
    ground: Ground, wants: Sequence[_Want], able: Sequence[Floats], options: Options
) -> tuple[list[Work], list[_Want]]:
    """A round for each area, by the strictest share that its duties ask."""
    groups: dict[tuple[str, int], list[_Want]] = {}
    for want in wants:
        groups.setdefault((want.layer, want.number), []).append(want)
    asked = [
        Asked(
            layer,
            number,
            max(want.duty.test_share or 0.0 for want in own),
            max(want.duty.test_road_share or 0.0 for want in own),
            min(want.duty.reach_m for want in own),
            max(want.duty.test_dwell_s or 0.0 for want in own),
        )
        for (layer, number), own in groups.items()
    ]
    works, lacking = [], []
    for own, walk in zip(groups.values(), rounds_of(ground, asked, able), strict=True):
        if walk is None:
            lacking += own
        else:
            works.append(Work(walk, tuple(want.paid for want in own)))
    return works, lacking


def _why(ground: Ground, want: _Want, reachable: Reachable) -> str:
    """Why no visit of a target can be planned."""
    shape, network = ground.city.of(want.layer).shapes[want.number], ground.city.network
    if shape is None or shape.is_empty:
        return "no_way"
    if want.duty.test_road_share and not ground.has_roads(shape):
        return "no_roads"
    near = np.flatnonzero(shapely.dwithin(network.shape, shape, want.duty.reach_m))
    return why_not(ground, near, want.modes, reachable, "test")
