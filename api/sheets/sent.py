"""What the page of a crew is sent: that crew's own routes and nothing of any other, no person's name."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from api.answers.problems import Gone
from api.sheets import words
from api.sheets.elsewhere import shifted, ways
from api.sheets.ground import Ground
from api.sheets.plane import Box, frame
from api.sheets.routes import Json, Stop, crews_of, passed_of, stops_of

__all__ = ["own_routes", "sheet_of"]

_STOP = (
    "kind",
    "piece",
    "name",
    "arrive_at",
    "from_at",
    "to_at",
    "length_m",
    "place",
    "line",
    "unverified",
    "combined",
)
_ROUTE = ("route", "day", "from_at", "to_at", "length_m", "moving_s", "service_s", "waiting_s", "over", "line")
_DUTY = ("name", "post_name", "debt_m_days", "debt_target_days")
_AROUND = 0.35
"""So much more of the ground than the route's own frame: a phone's map can be pushed."""


def own_routes(plan: Json, crew: str) -> list[Json]:
    """The routes of one crew, by day; raises Gone where the plan has none for it any more."""
    found = crews_of(plan).get(crew)
    if not found:
        raise Gone(f"方案 {plan['code']} 第 {plan['revision']} 版已没有本组的路线:请向调度员确认。")
    return found


def sheet_of(
    plan: Json, crew: str, expires_at: datetime, now: datetime, ground_of: Callable[[Box], Ground]
) -> dict[str, Any]:
    """The sheet as JSON; raises Gone where the plan has no route for this crew any more."""
    routes = own_routes(plan, crew)
    line = [place for route in routes for place in route["line"]["coordinates"]]
    return {
        "plan": {name: plan[name] for name in ("code", "name", "revision", "made_at", "known_at")},
        "planned": words.PLANNED,
        "crew": {"name": routes[0]["name"], "mode": routes[0]["mode"]},
        "now": now.isoformat(),
        "expires_at": expires_at.isoformat(),
        "ways": [way._asdict() for way in ways(routes[0]["mode"])],
        "routes": [_route(route) | {"passed": passed_of(plan, route)} for route in routes],
        "ground": [shape._asdict() for shape in ground_of(frame(line, 1.0).wider(_AROUND))],
    }


def _route(route: Json) -> dict[str, Any]:
    told = {name: route[name] for name in _ROUTE}
    told["directions"] = [
        {name: step.get(name) for name in ("text", "length_m", "place", "stop")} for step in route["directions"]
    ]
    stops = stops_of(route)
    places = shifted([stop.place for stop in stops])
    told["stops"] = [_stop(stop, place) for stop, place in zip(stops, places, strict=True)]
    return told


def _stop(stop: Stop, gcj02: list[float]) -> dict[str, Any]:
    told: dict[str, Any] = {name: stop.told[name] for name in _STOP}
    told["mark"], told["title"] = stop.mark, words.title(stop.told)
    told["duties"] = _duties(stop.told["duties"])
    told["gcj02"] = gcj02
    return told


def _duties(duties: Sequence[Json]) -> list[dict[str, Any]]:
    """Those that owe most first."""
    return [{name: duty[name] for name in _DUTY if name in duty} for duty in words.by_debt(duties)]
