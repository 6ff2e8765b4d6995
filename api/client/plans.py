"""Plans of who walks where: asked for, waited for, and read as tables."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from api.client import frames
from api.client.questions import Questions, given
from layers.errors import NotPossible, NotReady

__all__ = ["Plans"]

_OPEN = ("queued", "solving")
_LOOK_S = 1.0
_BESIDE = (
    "code",
    "name",
    "status",
    "day",
    "days",
    "known_at",
    "revision",
    "totals",
    "bound",
    "more",
    "promise",
    "options",
)


class Plans(Questions):
    """Questions about plans."""

    def plan(
        self,
        day: date | str | None = None,
        crews: Sequence[Mapping[str, Any]] | None = None,
        *,
        days: Sequence[date | str] | None = None,
        name: str | None = None,
        again_from: str | None = None,
        from_now: bool = False,
        wait_s: float = 900,
        **options: Any,
    ) -> gpd.GeoDataFrame:
        """Have a plan made and wait for it: its routes, one a row, by `route`, as lines; see `plan_routes`.

        day: tomorrow, where neither it nor days are given. crews: as POST /plans takes them, all that are registered
        where none are given. options: of a plan, such as iterations=500, unverified=True. Raises NotPossible where it
        cannot be solved, with why; NotReady where it takes longer than wait_s: it goes on, and `plans()` has it.
        """
        said = given(day=day, name=name, again_from=again_from)
        said |= {"days": [str(one) for one in days]} if days else {}
        said |= {"crews": [dict(crew) for crew in crews]} if crews is not None else {}
        said |= {"options": options} if options else {}
        said |= {"from_now": True} if from_now else {}
        headers = {"Content-Type": "application/json", "Prefer": "wait=30"}
        answer = self._wire.post("/plans", json.dumps(said).encode(), headers)
        until_s = time.monotonic() + wait_s
        while answer["status"] in _OPEN:
            if time.monotonic() > until_s:
                raise NotReady(f"方案 {answer['code']} 还在求解:稍后用 plan_routes({answer['code']!r}) 取。")
            time.sleep(_LOOK_S)
            answer = self._wire.get(f"/plans/{answer['code']}")
        if answer["status"] == "failed":
            raise NotPossible(f"方案 {answer['code']} 没有解出来:{answer['fault']}")
        return self._routes(answer)

    def plans(self, day: date | str | None = None) -> pd.DataFrame:
        """The plans there are, of a day where one is given, the newest first, by code; none: no rows."""
        return self._told(frames.of_rows(self._wire.get("/plans", **given(day=day))["plans"], "code"))

    def plan_routes(self, code: str) -> gpd.GeoDataFrame:
        """A plan's routes as lines, by `route`: crew, hours, `length_m`, `times` of every vertex (Unix seconds).

        `attrs` has what the plan comes to: code, totals, bound, promise. Not solved yet: the best so far, or no rows.
        """
        return self._routes(self._wire.get(f"/plans/{code}"))

    def plan_stops(self, code: str) -> gpd.GeoDataFrame:
        """Where each route of a plan begins, pauses, sees something and ends, as points, in order."""
        return self._of_kind(code, "stop")

    def plan_pieces(self, code: str) -> gpd.GeoDataFrame:
        """What a plan goes for and what it leaves out (`state`, `why_text`), by `piece`; worth and debt of each."""
        found = self._of_kind(code, "piece")
        return found.set_index("piece") if len(found) else found.rename_axis("piece")

    def plan_result(self, code: str) -> pd.DataFrame:
        """What became of a plan: each planned piece, walked, partly, missed, or not yet; by `piece`."""
        answer = self._wire.get(f"/plans/{code}/result")
        return self._told(
            frames.of_rows(answer["pieces"], "piece"), {name: answer[name] for name in ("known_at", "totals")}
        )

    def _routes(self, answer: Mapping[str, Any]) -> gpd.GeoDataFrame:
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
            "times",
        )
        features = [
            {"type": "Feature", "properties": {name: route[name] for name in names}, "geometry": route["line"]}
            for route in answer["routes"]
        ]
        found = frames.of_features(features)
        found = found.set_index("route") if len(found) else found.rename_axis("route")
        return self._told(found, {name: answer[name] for name in _BESIDE})

    def _of_kind(self, code: str, kind: str) -> gpd.GeoDataFrame:
        features = self._wire.get(f"/plans/{code}", format="geojson")["features"]
        return self._told(
            frames.of_features([one for one in features if one["properties"]["what"] == kind]), {"code": code}
        )
