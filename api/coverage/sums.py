"""Coverage of areas and points summed: by the community or village that each lies in, or by the post that answers."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from api.coverage.asked import Asked
from api.coverage.pieces import COMMUNITY_DIGITS, NOBODY, OUTSIDE, Held
from api.coverage.places import targets_of

__all__ = ["SUMS", "by_community", "by_post", "innermost"]

Told = dict[str, Any]
SUMS = (
    "code", "name", "targets", "visited", "visited_sure", "visited_possible", "length_m", "seen_m", "area_m2",
    "seen_m2", "visits", "dwell_s", "last_seen",
)  # fmt: skip
_GRID = "city.grid"


def innermost(asked: Asked, told: Sequence[Told]) -> list[Told]:
    """Those of some rows that hold no other: of cells of the grid, which nest by their codes; all of other layers.

    Communities and the street hold the unit grids: what is summed, or counted, is so once.
    """
    if asked.layer.table != _GRID:
        return list(told)
    codes = sorted(one["code"] for one in told)
    holds = {one for one, following in pairwise(codes) if following.startswith(one)}
    return [one for one in told if one["code"] not in holds]


def by_community(connection: Connection, asked: Asked, told: Sequence[Told]) -> list[Told]:
    """The same summed by the community or village that each lies in, as SUMS; what lies in none has no code."""
    rows, shapes = targets_of(connection, asked)
    if asked.layer.table == _GRID:
        told = [one for one in told if len(one["code"]) > COMMUNITY_DIGITS]
    kept = {one["code"] for one in told}
    shapes = shapes[np.array([row["code"] in kept for row in rows], dtype=bool)]
    communities, areas = targets_of(connection, asked, _GRID, COMMUNITY_DIGITS)
    middles = shapely.point_on_surface(shapes)
    home = np.full(len(told), len(communities))
    found, area = shapely.STRtree(areas).query(middles, predicate="within")
    home[found] = area
    names = [(row["code"], row["name"]) for row in communities] + [("", OUTSIDE)]
    groups = ([told[at] for at in np.flatnonzero(home == place).tolist()] for place in range(len(names)))
    return [_summed(asked, name, own) for name, own in zip(names, groups, strict=True) if name[0] or own]


def by_post(asked: Asked, told: Sequence[Told], every: Sequence[Held]) -> list[Told]:
    """The same summed by the posts that answer for them, as SUMS; what nobody answers for has no code.

    What two posts answer for is in the sums of both. A cell that somebody answers for is answered for with all in it.
    """
    held: dict[tuple[str, str], set[str]] = {}
    for one in every:
        held.setdefault((one.post, one.name), set()).add(one.target)
    row_of = {one["code"]: one for one in told}
    groups = {
        name: innermost(asked, [row_of[code] for code in sorted(codes & row_of.keys())]) for name, codes in held.items()
    }
    answered = set().union(*held.values()) if held else set()
    rest = [one for one in innermost(asked, told) if not _answered(asked, one["code"], answered)]
    found = [_summed(asked, name, own) for name, own in groups.items()]
    return [*([_summed(asked, ("", NOBODY), rest)] if rest else []), *found]


def _answered(asked: Asked, code: str, answered: set[str]) -> bool:
    return code in answered or (asked.layer.table == _GRID and any(code.startswith(one) for one in answered))


def _summed(asked: Asked, name: tuple[str, str], own: Sequence[Mapping[str, Any]]) -> Told:
    sums = {
        figure: _sum([one[figure] for one in own])
        for figure in ("length_m", "seen_m", "area_m2", "seen_m2", "visits", "dwell_s")
    }
    visited = {
        f"visited{bound}": sum(bool(one[f"visits{bound}"]) for one in own) for bound in ("", "_sure", "_possible")
    }
    last = max((one["last_seen"] for one in own if one["last_seen"]), default=None)
    unknown = {"unknown": sum(one["unknown"] for one in own)} if asked.known_since else {}
    return {"code": name[0], "name": name[1], "targets": len(own), **visited, **sums, "last_seen": last, **unknown}


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
