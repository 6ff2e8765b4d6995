"""A plan as it is told: its values in degrees and local time, by the words of the API."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray

from api.answers.times import said
from geo.plan.city import City, CrewDay, DutyOwed
from geo.plan.plan import Bounds, Cover, Owed, Piece, Plan, Promise, Route, Stop
from layers.crs import WIRE, transformer

__all__ = ["Teller"]

Told = dict[str, Any]
PLACES = 7
"""Decimals of a degree: about a centimetre."""


class Teller:
    """Tells plans of one city in one metric system. posts: what they are called, by code."""

    def __init__(
        self,
        city: City,
        crews: Sequence[CrewDay],
        metric_crs: str,
        network: Mapping[str, Any],
        posts: Mapping[str, str],
    ) -> None:
        self._city, self._crews, self._crs = city, tuple(crews), metric_crs
        self._network, self._posts = dict(network), posts

    def answer(self, plan: Plan) -> Told:
        """What of a plan is worked out: totals, bound, routes, pieces, promise, network."""
        bound, more, totals = plan.bound, plan.more, plan.totals
        return {
            "judged_at": self._said(plan.judged_s),
            "iterations": plan.iterations,
            "seed": plan.seed,
            "totals": {
                "length_m": _m(totals.length_m),
                "time_s": _s(totals.time_s),
                "pieces": totals.pieces,
                "left_out": totals.left_out,
                "debt_before_m_days": _m(totals.before_m_days),
                "debt_after_m_days": _bounds(totals.after_m_days),
                "debt_before_target_days": _m(totals.before_target_days),
                "debt_after_target_days": _bounds(totals.after_target_days),
            },
            "bound": bound and bound._asdict(),
            "more": more
            and {
                "crew": more.crew,
                "mode": more.mode,
                "debt_paid_m_days": _m(more.debt_m_days),
                "debt_paid_target_days": _m(more.debt_target_days),
            },
            "routes": [self._route(route, plan) for route in plan.routes],
            "pieces": [self._piece(piece, plan) for piece in plan.pieces],
            "promise": [self._promise(one) for one in plan.promise],
            "network": self._network,
        }

    def _route(self, route: Route, plan: Plan) -> Told:
        crew = self._crews[route.crew]
        return {
            "route": route.route,
            "day": route.day.isoformat(),
            "crew": crew.code,
            "name": crew.name,
            "mode": crew.mode,
            "from_at": self._said(route.from_s),
            "to_at": self._said(route.to_s),
            "length_m": _m(route.length_m),
            "moving_s": _s(route.moving_s),
            "service_s": _s(route.service_s),
            "waiting_s": _s(route.waiting_s),
            "over": list(route.over),
            "idle": route.idle and {"why": route.idle.why, "pieces": route.idle.pieces, "text": route.idle.text},
            "line": self._line(route.xy),
            "times": [_s(second) for second in route.time_s.tolist()],
            "stops": [self._stop(stop, plan) for stop in route.stops],
            "directions": [
                {"text": one.text, "length_m": _m(one.length_m), "place": self._place(one.x, one.y), "stop": one.stop}
                for one in route.directions
            ],
        }

    def _stop(self, stop: Stop, plan: Plan) -> Told:
        return {
            "kind": stop.kind,
            "piece": None if stop.piece is None else plan.pieces[stop.piece].id,
            "name": stop.name,
            "arrive_at": self._said(stop.arrive_s),
            "from_at": self._said(stop.from_s),
            "to_at": self._said(stop.to_s),
            "length_m": _m(stop.length_m),
            "place": self._place(stop.x, stop.y),
            "line": list(stop.line),
            "unverified": stop.unverified,
            "fixed": stop.fixed,
            "combined": stop.combined,
            "duties": [self._owed(one) for one in stop.duties],
        }

    def _piece(self, piece: Piece, plan: Plan) -> Told:
        route = None if piece.route is None else plan.routes[piece.route].route
        whole = piece.from_m is None
        return {
            "piece": piece.id,
            "layer": piece.layer,
            "target": piece.code,
            "name": piece.name,
            "from_m": piece.from_m,
            "to_m": piece.to_m,
            "length_m": _m(piece.length_m),
            "geometry": self._shape(piece.shape),
            "walk": self._line(piece.walk) if len(piece.walk) > 1 else None,
            "worth": _m(piece.worth),
            "overdue_days": round(piece.overdue_days, 2),
            "debt_m_days": _m(piece.debt_m_days),
            "debt_target_days": _m(piece.debt_target_days),
            "whole": whole,
            "duties": self._duties(piece.covers),
            "hours": [self._clocks(span) for span in piece.hours],
            "modes": list(piece.modes),
            "unverified": piece.unverified,
            "state": piece.state,
            "why": piece.why,
            "why_text": piece.why_text,
            "route": route,
            "fixed": piece.fixed,
            "passed": piece.passed,
        }

    def _duties(self, covers: Iterable[Cover]) -> list[Told]:
        """What a piece pays, duty by duty."""
        debt: dict[int, float] = {}
        for cover in covers:
            debt[cover.duty] = debt.get(cover.duty, 0.0) + cover.debt
        whole = {place: self._whole(self._city.duties[place]) for place in debt}
        return [self._owed(Owed(place, owed, whole[place])) for place, owed in debt.items()]

    def _owed(self, one: Owed) -> Told:
        duty = self._city.duties[one.duty]
        return {**self._named(duty), "debt_target_days" if one.whole else "debt_m_days": _m(one.debt)}

    def _promise(self, one: Promise) -> Told:
        duty = self._city.duties[one.duty]
        seen = {name: _m(value) for name, value in one.seen._asdict().items()}
        return {
            **self._named(duty),
            "layer": duty.layer,
            "before": _m(one.before),
            "after": _bounds(one.after),
            "seen_targets" if one.whole else "seen_m": seen,
            "effective": one.effective,
            "reasons": list(one.reasons),
            "unit": "target_days" if one.whole else "m_days",
        }

    def _named(self, duty: DutyOwed) -> Told:
        newest = duty.versions[-1]
        post = newest.post_code
        return {
            "duty": newest.code,
            "name": newest.name or newest.code,
            "post": post,
            "post_name": self._posts.get(post, post),
        }

    def _whole(self, duty: DutyOwed) -> bool:
        return self._city.of(duty.layer).whole

    def _clocks(self, span: tuple[float, float]) -> str:
        first, last = (datetime.fromtimestamp(second, self._zone) for second in span)
        return f"{first:%m-%d %H:%M}–{'次日 ' if last.date() > first.date() else ''}{last:%H:%M}"

    @property
    def _zone(self) -> ZoneInfo:
        return self._city.zone

    def _said(self, second: float) -> str | None:
        return said(round(second), self._zone)

    def _degrees(self, xy: NDArray[np.float64]) -> list[list[float]]:
        lon, lat = transformer(self._crs, WIRE).transform(xy[:, 0], xy[:, 1])
        found: list[list[float]] = np.round(np.stack([lon, lat], axis=1), PLACES).tolist()
        return found

    def _place(self, x: float, y: float) -> list[float]:
        return self._degrees(np.array([[x, y]]))[0]

    def _line(self, xy: NDArray[np.float64]) -> Told | None:
        return {"type": "LineString", "coordinates": self._degrees(xy)} if len(xy) else None

    def _shape(self, shape: shapely.Geometry | None) -> Told | None:
        if shape is None or shapely.is_empty(shape):
            return None
        drawn = shapely.transform(shape, lambda xy: np.array(self._degrees(xy)).reshape(-1, 2))
        told: Told = json.loads(shapely.to_geojson(drawn))
        return told


def _bounds(bounds: Bounds) -> Told:
    return {name: _m(value) for name, value in bounds._asdict().items()}


def _m(value: float) -> float:
    """Metres, metre-days and the like, to the centimetre: more was never meant."""
    return round(float(value), 2)


def _s(value: float) -> int:
    return round(float(value))
