"""The routes of a plan as sheets name them: which crew has which, and its stops by number."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from layers.errors import NotFound

__all__ = ["Stop", "crew_of", "crews_of", "going", "passed_of", "route_of", "routes_of", "stops_of"]

Json = Mapping[str, Any]
_ENDS = {"start": "起", "end": "终"}


class Stop(NamedTuple):
    """A stop and what it is called on map, list and phone: 起, 1, 2, …, 终."""

    mark: str
    told: Json

    @property
    def place(self) -> tuple[float, float]:
        """Degrees, longitude first."""
        lon, lat = self.told["place"]
        return float(lon), float(lat)


def going(plan: Json) -> list[Json]:
    """The routes that lead anywhere: a crew that has nothing to do stays, and needs no sheet.

    >>> going({"routes": [{"route": "甲组·1", "line": None}]})
    []
    """
    return [route for route in plan["routes"] if route["line"] is not None]


def route_of(plan: Json, route: str) -> Json:
    """The route of this id; raises NotFound naming those there are."""
    known = going(plan)
    for one in known:
        if one["route"] == route:
            return dict(one)
    names = "、".join(one["route"] for one in known[:20]) or "无"
    raise NotFound(f"方案 {plan['code']} 没有路线 {route[:80]!r}:现有 {names}。")


def routes_of(plan: Json, routes: Sequence[str] | None) -> list[Json]:
    """These routes, in the order given; None for all. Raises NotFound where there is none to be had."""
    found = going(plan) if routes is None else [route_of(plan, route) for route in routes]
    if not found:
        raise NotFound(f"方案 {plan['code']} 没有路线:没有可派的巡查段,或还没有算完,请先看方案本身。")
    return found


def crew_of(route: Json) -> str:
    """What a crew is known by within its plan: its code, or the name it was given there.

    >>> crew_of({"crew": None, "name": "临时组"}), crew_of({"crew": "XC-01", "name": "步行一组"})
    ('临时组', 'XC-01')
    """
    return str(route["crew"] or route["name"])


def crews_of(plan: Json) -> dict[str, list[Json]]:
    """The routes of each crew, by day; crews with nothing to do are not in it."""
    found: dict[str, list[Json]] = {}
    for route in sorted(going(plan), key=lambda one: str(one["from_at"])):
        found.setdefault(crew_of(route), []).append(route)
    return found


def passed_of(plan: Json, route: Json) -> list[str]:
    """What a route sees on its way to something else, by name: planned on it, without a stop of its own.

    >>> pieces = [{"name": "甲路", "passed": True, "route": "1"}, {"name": "乙路", "passed": False, "route": "1"}]
    >>> passed_of({"pieces": pieces}, {"route": "1"})
    ['甲路']
    """
    seen = (piece for piece in plan["pieces"] if piece.get("passed") and piece["route"] == route["route"])
    return [str(piece["name"]) for piece in seen]


def stops_of(route: Json) -> list[Stop]:
    """The stops in their order; all but start and end are numbered from 1.

    >>> [stop.mark for stop in stops_of({"stops": [{"kind": "start"}, {"kind": "piece"}, {"kind": "end"}]})]
    ['起', '1', '终']
    """
    return list(_numbered(route["stops"]))


def _numbered(stops: Sequence[Json]) -> Iterator[Stop]:
    number = 0
    for stop in stops:
        number += stop["kind"] not in _ENDS
        yield Stop(_ENDS.get(stop["kind"], str(number)), stop)
