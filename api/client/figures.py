"""What was seen, what is owed, what was done, and what a layer comes to. Every answer says its time in `attrs`."""

import gzip
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from api.client import frames
from api.client.questions import Instant, Questions, given

__all__ = ["Figures"]

_PACKED = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


class Figures(Questions):
    """Questions whose answers are figures."""

    def coverage(
        self,
        layer: str,
        since: Instant,
        until: Instant,
        *,
        reach_m: float = 25,
        by: Literal["target", "reach", "community", "water", "post"] = "target",
        duty: str | None = None,
        known_at: Instant | None = None,
    ) -> gpd.GeoDataFrame:
        """What was seen of every bank or road from `since` to before `until`; the geometry is the unseen part.

        by: one row for each whole target, or for what each reach, community, water body or post has of them.
        Lengths in metres; a piece wholly seen has no geometry; one never seen has a share of 0. Of areas and points,
        such as grids, with their visits. `attrs` has what the answer tells beside: period, reach, as known when.
        """
        query = given(**{"from": since, "to": until}) | {"reach_m": reach_m, "by": by, "geometry": 1}
        answer = self._wire.get(f"/coverage/{layer}", **query, **given(duty=duty, known_at=known_at))
        frame = frames.of_features([frames.unseen(piece) for piece in answer["targets"]])
        return self._told(frame, frames.beside(answer, "targets"))

    def timeline(self, layer: str, code: str, start: Instant | None = None, end: Instant | None = None) -> pd.DataFrame:
        """Chainage against time: each range of a line that a patrol saw, in order of time; none: no rows."""
        answer = self._wire.get(f"/coverage/{layer}/{code}/timeline", **given(**{"from": start, "to": end}))
        found = pd.DataFrame(answer["sightings"], columns=None if answer["sightings"] else ["from_m", "to_m"])
        return self._told(found, frames.beside(answer, "sightings"))

    def debt(
        self, at: Instant | None = None, *, post: str | None = None, duty: str | None = None, effective: bool = False
    ) -> pd.DataFrame:
        """What each duty owes at an instant (now, where not given), one a row, indexed by the duty's code.

        `debt_m_days` of lines and `debt_target_days` of whole targets do not add; a duty has the one or the other.
        `on_time_share` is of the month up to then, empty where it has asked for nothing yet. effective: whether only
        effective patrols count. No duties: no rows. `attrs` has what the answer tells beside: at, since, as known when.
        Who may not see persons asks for a day, and is told debt by whole days.
        """
        query = given(at=at, post=post, duty=duty, effective="only" if effective else None)
        answer = self._wire.get("/debt", **query)
        found = frames.of_rows(answer["duties"], "duty")
        found = found.astype({"on_time_share": float}) if len(found) else found
        return self._told(found, frames.beside(answer, "duties"))

    def overdue(
        self, at: Instant | None = None, *, post: str | None = None, duty: str | None = None, effective: bool = False
    ) -> gpd.GeoDataFrame:
        """Where it is owed: each overdue piece with its days overdue, each duty's longest overdue first."""
        query = given(at=at, post=post, duty=duty, effective="only" if effective else None)
        answer = self._wire.get("/debt", format="geojson", **query)
        return self._told(frames.of_features(answer["features"]), frames.beside(answer, "type", "features"))

    def duties(self, day: date | str | None = None) -> pd.DataFrame:
        """The duties in force on a day (today, where not given), one a row, indexed by code; none: no rows."""
        answer = self._wire.get("/duties", **given(date=day))
        return self._told(frames.of_rows(answer["duties"], "code"), frames.beside(answer, "duties"))

    def curve(self, duty: str, start: Instant | None = None, end: Instant | None = None) -> pd.DataFrame:
        """What a duty would owe a month by patrols a week: `walked` as they go now, and `rotated`; indexed by them."""
        answer = self._wire.get("/debt/curve", **given(duty=duty, **{"from": start, "to": end}))
        owed = {name: answer[name] for name in answer if name.endswith("_a_month")}
        table = pd.DataFrame(owed, index=pd.Index(answer["per_week"], name="per_week"))
        return self._told(table, frames.beside(answer, "per_week", *owed))

    def performance(
        self, period: str, *, by: Literal["post", "duty"] = "post", post: str | None = None, duty: str | None = None
    ) -> pd.DataFrame:
        """What was due in a period such as '2026-08', what was done and met, one post or duty a row, by its code.

        The columns that list (dues, undone, cover; of posts their duties) hold lists. `met_share` is empty where
        nothing was due.
        """
        answer = self._wire.get("/duties/performance", period=period, by=by, **given(post=post, duty=duty))
        rows = "posts" if by == "post" else "duties"
        return self._told(frames.of_rows(answer[rows], by), frames.beside(answer, rows))

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
        query = {"cells": cells, **sized} | given(mode=",".join(modes) or None)
        answer = self._wire.get("/effort", **query, **given(**{"from": since, "to": until}))
        frame = frames.of_cells(answer)
        return self._told(frame, frame.attrs)

    def summary(
        self, layer: str, by: str | None = None, *, at: date | str | None = None, known_at: Instant | None = None
    ) -> pd.DataFrame:
        """How many features, how long, how large, and what the amounts come to: by the values of a column, or in all.

        Indexed by the value, with its `title`; `attrs` has the day, and the `total`, which the groups add up to: but a
        yearly target by its own column alone, and areas that lie over one another, as levels of grids do, by level.
        """
        asked = given(by=by, at=at, known_at=known_at)
        answer = self._wire.get(f"/layers/{layer}/summary", **asked)
        groups, offset = list(answer["groups"]), answer["next"]
        while offset is not None:
            fixed = asked | {"known_at": answer["known_at"]}
            page = self._wire.get(f"/layers/{layer}/summary", offset=offset, **fixed)
            groups, offset = groups + page["groups"], page["next"]
        rows = groups if by else [{"value": None, "words": None, **answer["total"]}]
        found = frames.of_rows([frames.grouped(group) for group in rows], "value")
        return self._told(found, frames.beside(answer, "groups", "next", "truncated"))

    def changes(self, layer: str, since: Instant | None = None, until: Instant | None = None) -> pd.DataFrame:
        """What moved in a layer from `since` (a week before `until`) to before `until` (now), one feature a row.

        `fields` lists what differs, before and after; `attrs` has the counts and the period. Nothing moved: no rows.
        """
        path = f"/layers/{layer}/changes"
        answer = self._wire.get(path, **given(**{"from": since, "to": until}))
        rows, after = list(answer["changes"]), answer["next"]
        while after is not None:
            page = self._wire.get(path, after=after, **{"from": answer["from"], "to": answer["to"]})
            rows, after = rows + page["changes"], page["next"]
        return self._told(frames.of_rows(rows, "id"), frames.beside(answer, "changes", "next", "truncated"))

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
        limits = given(max_gap_s=max_gap_s, max_speed_mps=max_speed_mps)
        tracks: list[dict[str, Any]] = [{**track, "mode": mode, "datum": datum} for track in frames.tracks(fixes)]
        asked = {"targets": frames.collection(targets), "tracks": tracks, "reach_m": reach_m, **limits}
        answer = self._wire.post("/coverage/compute", gzip.compress(json.dumps(asked).encode()), _PACKED)
        frame = frames.of_computed(answer)
        return self._told(frame, frame.attrs)
