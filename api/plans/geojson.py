"""A plan on a map: its routes, stops and pieces as features, each with a title."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ["features_of"]

Told = dict[str, Any]
KINDS = {"start": "出发", "piece": "巡", "break": "休息", "appointment": "约定", "end": "收工"}


def features_of(plan: Mapping[str, Any], routes: frozenset[str] | None = None) -> Told:
    """A FeatureCollection of a plan as it is told; routes: only these, and what is on them.

    >>> plan = {"code": "P", "status": "done", "day": "2026-06-01", "revision": 1, "routes": [], "pieces": []}
    >>> features_of(plan)["features"]
    []
    """
    chosen = [route for route in plan["routes"] if routes is None or route["route"] in routes]
    pieces = [piece for piece in plan["pieces"] if routes is None or piece["route"] in routes]
    about = {name: plan[name] for name in ("code", "status", "day", "revision")}
    return {
        "type": "FeatureCollection",
        "plan": about,
        "features": [*_routes(chosen), *_stops(chosen), *_pieces(pieces)],
    }


def _routes(routes: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
    for route in routes:
        names = (
            "route",
            "day",
            "crew",
            "name",
            "mode",
            "from_at",
            "to_at",
            "length_m",
            "moving_s",
            "service_s",
            "waiting_s",
        )
        told = {name: route[name] for name in names}
        title = f"{route['name']} {route['day']}:{route['length_m'] / 1000:.1f} 公里"
        yield _feature(route["line"], {"what": "route", "title": title, **told, "times": route["times"]})


def _stops(routes: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
    for route in routes:
        for number, stop in enumerate(route["stops"]):
            names = (
                "kind",
                "piece",
                "name",
                "arrive_at",
                "from_at",
                "to_at",
                "length_m",
                "unverified",
                "fixed",
                "combined",
            )
            told = {name: stop[name] for name in names}
            title = f"{route['name']} {number} {KINDS.get(stop['kind'], stop['kind'])} {stop['name']}"
            place = {"type": "Point", "coordinates": stop["place"]}
            yield _feature(place, {"what": "stop", "title": title, "route": route["route"], "number": number, **told})


def _pieces(pieces: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
    for piece in pieces:
        told = {
            name: value for name, value in piece.items() if name not in ("geometry", "walk", "duties", "hours", "modes")
        }
        duties = "、".join(duty["name"] for duty in piece["duties"])
        title = piece["name"] if piece["state"] == "planned" else f"{piece['name']}(未安排:{piece['why_text']})"
        yield _feature(piece["geometry"], {"what": "piece", "title": title, "duty_names": duties, **told})


def _feature(geometry: Any, properties: Told) -> Told:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
