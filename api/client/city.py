"""One city's platform, asked over HTTP: what an analyst reads is what the map shows, by the same rights."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import geopandas as gpd
import httpx2
import pandas as pd

from api.client import frames
from layers.crs import Bounds
from layers.errors import BadInput, NotFound, NotReady

Instant = date | datetime
_PAGE = 5000
_PACKED = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


class City:
    """A platform at an address, read with a token where it asks for one.

    Usage:
        with City("http://127.0.0.1:8000") as city:
            city.layers()                                   which layers there are
            city.layer("road")                              one of them, as a GeoDataFrame
            city.coverage("bank", date(2026, 8, 1), date(2026, 9, 1), by="reach")
            city.debt(), city.overdue()                     what is overdue by duty; and where
            city.performance("2026-08")                     what was due of each post, and what was done
            city.effort(date(2026, 8, 1))                   metres and seconds in each grid, zeros kept
            city.observations(date(2026, 8, 1))             what was found
            city.positions()                                who is out, and where
            city.legs("YX00-001")                           where a patrol went
            city.compute(banks, fixes)                      coverage of what is at hand, nothing stored
    """

    def __init__(self, url: str, token: str | None = None, *, timeout_s: float = 60) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise BadInput(f"看不懂平台地址 {url!r}:应形如 http://127.0.0.1:8000 。")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def layers(self) -> pd.DataFrame:
        """Every layer that may be read, one a row, indexed by id: titles, count, date of its data."""
        answer = self._get("/layers")
        table = pd.DataFrame(answer["layers"]).drop(columns=["style"]).set_index("id")
        return table.assign(
            **{name: [words["zh"] for words in table[name]] for name in ("title", "description", "group")}
        )

    def layer(self, layer: str, bounds: Bounds | None = None) -> gpd.GeoDataFrame:
        """Every feature of a layer that is valid today, within bounds if given, indexed by id, in EPSG:4490.

        A layer without features gives an empty frame that still has a geometry column.
        """
        box = {"bbox": ",".join(map(repr, bounds))} if bounds else {}
        return frames.of_features(list(self._features(layer, box)))

    def coverage(
        self,
        layer: str,
        since: Instant,
        until: Instant,
        *,
        reach_m: float = 25,
        by: Literal["target", "reach", "community", "water", "post"] = "target",
    ) -> gpd.GeoDataFrame:
        """What was seen of every bank or road from `since` to before `until`; the geometry is the unseen part.

        by: one row for each whole target, or for what each reach, community, water body or post has of them.
        Lengths in metres; a piece wholly seen has no geometry; one never seen has a share of 0. Of areas and points,
        such as grids, with their visits. `attrs` has what the answer tells beside: period, reach, as known when.
        """
        query = {"from": since.isoformat(), "to": until.isoformat(), "reach_m": reach_m, "by": by, "geometry": 1}
        answer = self._get(f"/coverage/{layer}", **query)
        frame = frames.of_features([frames.unseen(piece) for piece in answer["targets"]])
        frame.attrs = frames.beside(answer, "targets")
        return frame

    def debt(
        self, at: Instant | None = None, *, post: str | None = None, duty: str | None = None, effective: bool = False
    ) -> pd.DataFrame:
        """What each duty owes at an instant (now, where not given), one a row, indexed by the duty's code.

        `debt_m_days` of lines and `debt_target_days` of whole targets do not add; a duty has the one or the other.
        `on_time_share` is of the month up to then, empty where it has asked for nothing yet. effective: whether only
        effective patrols count. No duties: no rows. `attrs` has what the answer tells beside: at, since, as known when.
        Who may not see persons asks for a day, and is told debt by whole days.
        """
        query = _given(at=at, post=post, duty=duty, effective="only" if effective else None)
        answer = self._get("/debt", **query)
        found = frames.of_rows(answer["duties"], "duty")
        found = found.astype({"on_time_share": float}) if len(found) else found
        found.attrs.update(frames.beside(answer, "duties"))
        return found

    def duties(self, day: date | None = None) -> pd.DataFrame:
        """The duties in force on a day (today, where not given), one a row, indexed by code; none: no rows."""
        return frames.of_rows(self._get("/duties", **_given(date=day))["duties"], "code")

    def timeline(self, layer: str, code: str, start: Instant | None = None, end: Instant | None = None) -> pd.DataFrame:
        """Chainage against time: each range of a line that a patrol saw, in order of time; none: no rows."""
        answer = self._get(f"/coverage/{layer}/{code}/timeline", **_given(**{"from": start, "to": end}))
        return pd.DataFrame(answer["sightings"], columns=None if answer["sightings"] else ["from_m", "to_m"])

    def curve(self, duty: str, start: Instant | None = None, end: Instant | None = None) -> pd.DataFrame:
        """What a duty would owe a month by patrols a week: `walked` as they go now, and `rotated`; indexed by them."""
        answer = self._get("/debt/curve", **_given(duty=duty, **{"from": start, "to": end}))
        owed = {name: answer[name] for name in answer if name.endswith("_a_month")}
        return pd.DataFrame(owed, index=pd.Index(answer["per_week"], name="per_week"))

    def overdue(
        self, at: Instant | None = None, *, post: str | None = None, duty: str | None = None, effective: bool = False
    ) -> gpd.GeoDataFrame:
        """Where it is owed: each overdue piece with its days overdue, each duty's longest overdue first."""
        query = _given(at=at, post=post, duty=duty, effective="only" if effective else None)
        return frames.of_features(self._get("/debt", format="geojson", **query)["features"])

    def performance(
        self, period: str, *, by: Literal["post", "duty"] = "post", post: str | None = None, duty: str | None = None
    ) -> pd.DataFrame:
        """What was due in a period such as '2026-08', what was done and met, one post or duty a row, by its code.

        The columns that list (dues, undone, cover; of posts their duties) hold lists. `met_share` is empty where
        nothing was due.
        """
        answer = self._get("/duties/performance", period=period, by=by, **_given(post=post, duty=duty))
        return frames.of_rows(answer["posts" if by == "post" else "duties"], by)

    def effort(
        self,
        since: Instant | None = None,
        until: Instant | None = None,
        *,
        cells: Literal["grid", "square", "hexagon"] = "grid",
        size_m: float = 250,
        level: Literal["unit", "community", "street"] = "unit",
        modes: Sequence[str] = (),
    ) -> gpd.GeoDataFrame:
        """Metres and seconds that patrols spent in each cell, by code; a cell that nobody came to is a row of zeros.

        Of patrols that started from `since` to before `until`, by these modes, any where none are given. level is that
        of the grid, size_m that of squares and hexagons. `attrs` has what the answer tells beside: how many patrols,
        what lay outside all cells, until when tracks were erased.
        """
        sized = {"level": level} if cells == "grid" else {"size_m": size_m}
        query = {"cells": cells, **sized} | _given(mode=",".join(modes) or None)
        answer = self._get("/effort", **query, **_given(**{"from": since, "to": until}))
        return frames.of_cells(answer)

    def observations(
        self, since: Instant | None = None, until: Instant | None = None, **like: str | bool
    ) -> gpd.GeoDataFrame:
        """What was found from `since` to before `until`, the newest first, as points indexed by code.

        like: conditions of GET /observations, such as family="fire", state="open" or overdue=True.
        """
        rows: list[dict[str, Any]] = []
        query = {**_given(**{"from": since, "to": until}), **like}
        after = None
        while True:
            page = self._get("/observations", limit=_PAGE, **query, **_given(after=after))
            rows += page["observations"]
            after = page["next"]
            if after is None:
                return frames.of_points(rows, "code")

    def positions(self, minutes: int = 30) -> gpd.GeoDataFrame:
        """The newest position of each crew that sent one in the last minutes, as points, with its age in seconds."""
        return frames.of_points(self._get("/positions", minutes=minutes)["positions"], "patrol")

    def patrols(self, limit: int = 1000) -> pd.DataFrame:
        """The newest patrols, one a row, newest first; an empty table where there are none."""
        return pd.DataFrame(self._get("/patrols", limit=limit)["patrols"])

    def newest_day(self) -> date:
        """The local day on which the newest patrol started that has positions; raises NotFound where none has."""
        rows = self._get("/patrols", limit=_PAGE)["patrols"]
        started = [row["started_at"] for row in rows if row["started_at"]]
        if not started:
            raise NotFound("还没有带定位点的巡查:请先导入巡查轨迹,或装入示例。")
        return date.fromisoformat(started[0][:10])

    def legs(self, patrol: str) -> gpd.GeoDataFrame:
        """A patrol's legs, one a row, with `times_s` of every vertex (Unix seconds); none where it has none.

        An analyst gives the code that `patrols()` tells, and gets what lies within hours of duty and the street's area.
        """
        return frames.of_features(self._get(f"/patrols/{patrol}")["legs"]["features"])

    def compute(
        self,
        targets: gpd.GeoDataFrame,
        fixes: pd.DataFrame,
        *,
        reach_m: float = 25,
        mode: str = "foot",
        datum: str = "wgs84",
        max_gap_s: float | None = None,
        max_speed_mps: float | None = None,
    ) -> gpd.GeoDataFrame:
        """What these fixes saw of these lines, areas or points, a row each by their index; nothing is stored.

        fixes: `time` (a time with an offset, or Unix seconds), `lon`, `lat` in degrees of the datum, and if known
        `accuracy_m`; with a `track` column, one track for each of its values, else all are one. The geometry is the
        unseen part; `intervals` are (from_m, to_m, first_seen, last_seen). `attrs` has what the answer tells beside,
        such as the account of each track's cleaning.
        """
        limits = _given(max_gap_s=max_gap_s, max_speed_mps=max_speed_mps)
        tracks = [{**track, "mode": mode, "datum": datum} for track in frames.tracks(fixes)]
        asked = {"targets": frames.collection(targets), "tracks": tracks, "reach_m": reach_m, **limits}
        body = gzip.compress(json.dumps(asked).encode())
        answer = self._answered("/coverage/compute", lambda path: self._http.post(path, content=body, headers=_PACKED))
        return frames.of_computed(answer.json())

    def asset(self, name: str) -> str:
        """The text of a front-end file that the platform serves, such as 'leaflet.js'."""
        return self._ask(f"/assets/{name}").text

    def _features(self, layer: str, box: dict[str, str]) -> Iterator[dict[str, Any]]:
        after = 0
        while True:
            page = self._get(f"/layers/{layer}", limit=_PAGE, after=after, **box)["features"]
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1]["id"]

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        body: dict[str, Any] = self._ask(path, **query).json()
        return body

    def _ask(self, path: str, **query: Any) -> httpx2.Response:
        return self._answered(path, lambda path: self._http.get(path, params=query))

    def _answered(self, path: str, ask: Callable[[str], httpx2.Response]) -> httpx2.Response:
        try:
            answer = ask(path)
        except httpx2.TransportError as error:
            raise NotReady(f"连不上平台 {self._http.base_url}:请确认 make run 正在运行({error})。") from error
        if answer.is_error:
            raise BadInput(f"{path} 答复 {answer.status_code}:{_detail(answer)}")
        return answer


def _detail(answer: httpx2.Response) -> str:
    if answer.headers.get("Content-Type", "").startswith("application/problem"):
        return str(answer.json().get("detail"))
    return answer.reason_phrase


def _given(**query: Any) -> dict[str, Any]:
    """What was given of a query, instants as the platform reads them."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in query.items()
        if value is not None
    }
