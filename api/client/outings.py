"""Who went out, where, and what was found."""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from api.client import frames
from api.client.questions import Instant, Questions, given
from layers.errors import NotFound

__all__ = ["Outings"]

_MOST_PATROLS = 50_000
_PAGE = 5000


class Outings(Questions):
    """Questions about patrols, their tracks and observations."""

    def patrols(
        self, since: Instant | None = None, until: Instant | None = None, *, limit: int = _MOST_PATROLS
    ) -> pd.DataFrame:
        """The patrols that started from `since` to before `until`, one a row by its code, the newest first.

        None: no rows. An analyst is told crews and devices by names that change every month, and asks by whole days.
        """
        query = given(**{"from": since, "to": until}, limit=limit)
        return self._told(frames.of_rows(self._wire.get("/patrols", **query)["patrols"], "code"), query)

    def newest_day(self) -> date:
        """The local day on which the newest patrol started that has positions; raises NotFound where none has."""
        patrols = self.patrols()
        started = patrols["started_at"].dropna().tolist() if len(patrols) else []
        if not started:
            raise NotFound("还没有带定位点的巡查:请先导入巡查轨迹,或装入示例。")
        newest: date = started[0].date()
        return newest

    def legs(self, patrol: str) -> gpd.GeoDataFrame:
        """A patrol's legs, one a row, with `times_s` of every vertex (Unix seconds); none where it has none.

        An analyst gives the code that `patrols()` tells, and gets what lies within hours of duty and the street's area.
        """
        answer = self._wire.get(f"/patrols/{patrol}")
        return self._told(frames.of_features(answer["legs"]["features"]), {"patrol": answer["code"]})

    def tracks(self, since: Instant, until: Instant) -> gpd.GeoDataFrame:
        """The legs of every patrol that started from `since` to before `until`, one a row: `patrol`, `mode`, `times_s`.

        They are asked for patrol by patrol, some hundred a second at most.
        """
        patrols = self.patrols(since, until)
        parts = [
            self.legs(str(code)).assign(patrol=code, mode=mode)
            for code, mode in (patrols["mode"].items() if len(patrols) else ())
        ]
        found = [part for part in parts if len(part)] or [frames.of_features([]).assign(patrol=[], mode=[])]
        whole = pd.concat(found, ignore_index=True)
        return self._told(gpd.GeoDataFrame(whole), given(**{"from": since, "to": until}))

    def positions(self, minutes: int = 30) -> gpd.GeoDataFrame:
        """The newest position of each crew that sent one in the last minutes, as points, with its age in seconds."""
        answer = self._wire.get("/positions", minutes=minutes)
        return self._told(frames.of_points(answer["positions"], "patrol"), frames.beside(answer, "positions"))

    def observations(
        self, since: Instant | None = None, until: Instant | None = None, **like: str | bool
    ) -> gpd.GeoDataFrame:
        """What was found from `since` to before `until`, the newest first, as points indexed by code.

        like: conditions of GET /observations, such as family="fire", state="open" or overdue=True.
        """
        rows: list[dict[str, Any]] = []
        query = {**given(**{"from": since, "to": until}), **like}
        after = None
        while True:
            page = self._wire.get("/observations", limit=_PAGE, **query, **given(after=after))
            rows += page["observations"]
            after = page["next"]
            if after is None:
                return self._told(frames.of_points(rows, "code"), query)
