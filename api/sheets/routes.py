"""The routes of a plan as sheets name them: which crew has which, and its stops by number."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from layers.errors import NotFound

__all__ = ["Stop", "crew_of", "crews_of", "going", "passed_of", "route_of", "routes_of", "runs_of", "stops_of"]

Json = Mapping[str, Any]
_ENDS = {"start": "起", "end": "终"}


_RANGE = re.compile(r"(?P<of>.+) (?P<first>\d+)–(?P<last>\d+) 米")
_PAUSE_S = 90.0
"""What is walked on in less time is one walk to those who go."""


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


def runs_of(stops: Sequence[Stop]) -> list[Stop]:
    """The stops with those as one that are walked on in one go: ranges of one line, one after another.

    A sheet of three hundred rows is read by nobody. Of a run the duties are told once, with what is owed in all.

    >>> at = {"kind": "piece", "duties": [], "unverified": False, "fixed": False, "combined": False, "length_m": 90.0}
    >>> times = {"from_at": "2026-06-01T09:00:00+08:00", "to_at": "2026-06-01T09:02:00+08:00"}
    >>> first = at | times | {"name": "甲路 0–100 米"}
    >>> then = at | {"name": "甲路 100–180 米", "from_at": times["to_at"], "to_at": "2026-06-01T09:04:00+08:00"}
    >>> [(run.mark, run.told["name"], run.told["length_m"]) for run in runs_of([Stop("1", first), Stop("2", then)])]
    [('1–2', '甲路 0–180 米', 180.0)]
    """
    runs: list[list[Stop]] = []
    for stop in stops:
        if runs and _goes_on(runs[-1], stop):
            runs[-1].append(stop)
        else:
            runs.append([stop])
    return [run[0] if len(run) == 1 else _as_one(run) for run in runs]


def _goes_on(run: Sequence[Stop], stop: Stop) -> bool:
    """Whether a stop goes on along the line of a run, its way, at once."""
    last = run[-1].told
    if {last["kind"], stop.told["kind"]} != {"piece"} or last["unverified"] != stop.told["unverified"]:
        return False
    one, other = _RANGE.fullmatch(last["name"]), _RANGE.fullmatch(stop.told["name"])
    if one is None or other is None or one["of"] != other["of"]:
        return False
    pause = datetime.fromisoformat(stop.told["from_at"]) - datetime.fromisoformat(last["to_at"])
    onwards, backwards = one["last"] == other["first"], one["first"] == other["last"]
    if len(run) > 1:  # a run has its way: who turns round begins another
        before = _RANGE.fullmatch(run[-2].told["name"])
        onwards &= before is not None and before["last"] == one["first"]
        backwards &= before is not None and before["first"] == one["last"]
    return (onwards or backwards) and pause.total_seconds() <= _PAUSE_S


def _as_one(run: Sequence[Stop]) -> Stop:
    told = [stop.told for stop in run]
    found = [match for match in (_RANGE.fullmatch(one["name"]) for one in told) if match]
    low, high = min(int(one["first"]) for one in found), max(int(one["last"]) for one in found)
    duties: dict[str, dict[str, Any]] = {}
    for duty in (duty for one in told for duty in one["duties"]):
        held = duties.get(duty["duty"], {})
        owed = {unit: held.get(unit, 0.0) + duty[unit] for unit in ("debt_m_days", "debt_target_days") if unit in duty}
        duties[duty["duty"]] = {**duty, **owed}
    one = {
        **told[0],
        "name": f"{found[0]['of']} {low}–{high} 米",
        "to_at": told[-1]["to_at"],
        "length_m": sum(one["length_m"] or 0.0 for one in told),
        "combined": len(duties) > 1,
        "duties": list(duties.values()),
    }
    return Stop(f"{run[0].mark}–{run[-1].mark}", one)
