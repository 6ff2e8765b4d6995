"""Coverage of areas and points summed by the community or village that each lies in."""

from collections.abc import Sequence
from itertools import compress
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from api.coverage.asked import Asked
from api.coverage.pieces import COMMUNITY_DIGITS, OUTSIDE
from api.coverage.wholes import targets_of

__all__ = ["BY_COMMUNITY", "by_community"]

Told = dict[str, Any]
BY_COMMUNITY = (
    "code", "name", "targets", "visited", "visited_sure", "visited_possible", "length_m", "seen_m", "area_m2",
    "seen_m2", "visits", "dwell_s", "last_seen",
)  # fmt: skip


def by_community(connection: Connection, asked: Asked, told: Sequence[Told]) -> list[Told]:
    """The same summed by the community or village that each lies in, as BY_COMMUNITY; what lies in none has no code."""
    rows, shapes = targets_of(connection, asked)
    if asked.layer.table == "city.grid":
        # Communities and the street hold the unit grids: each metre is summed once.
        unit = [len(row["code"]) > COMMUNITY_DIGITS for row in rows]
        rows, told = list(compress(rows, unit)), list(compress(told, unit))
        shapes = shapes[unit]
    communities, areas = targets_of(connection, asked, "city.grid", COMMUNITY_DIGITS)
    middles = shapely.point_on_surface(shapes)
    home = np.full(len(rows), len(communities))
    found, area = shapely.STRtree(areas).query(middles, predicate="within")
    home[found] = area
    names = [(row["code"], row["name"]) for row in communities] + [("", OUTSIDE)]
    summed = []
    for place, (code, name) in enumerate(names):
        own = [told[at] for at in np.flatnonzero(home == place).tolist()]
        if code or own:
            unknown = {"unknown": sum(one["unknown"] for one in own)} if asked.known_since else {}
            summed.append(_summed(code, name, own) | unknown)
    return summed


def _summed(code: str, name: str, own: Sequence[Told]) -> Told:
    sums = {
        figure: _sum([one[figure] for one in own])
        for figure in ("length_m", "seen_m", "area_m2", "seen_m2", "visits", "dwell_s")
    }
    visited = {
        f"visited{bound}": sum(bool(one[f"visits{bound}"]) for one in own) for bound in ("", "_sure", "_possible")
    }
    last = max((one["last_seen"] for one in own if one["last_seen"]), default=None)
    return {"code": code, "name": name, "targets": len(own), **visited, **sums, "last_seen": last}


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
