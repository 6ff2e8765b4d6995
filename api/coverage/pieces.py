"""The pieces that coverage is told for: whole targets, or what reaches, posts, waters or communities have of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple, get_args

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.coverage.asked import Asked
from api.coverage.places import Geometries, targets_of
from geo.lines.inside import inside
from geo.lines.multirange import Ranges, union
from layers import query
from layers.errors import BadInput

By = Literal["target", "reach", "community", "water", "post"]
COMMUNITY_DIGITS = 12
"""How long the code of a community or village is (GB/T 30428.1)."""
OUTSIDE = "不在任何社区"
NOBODY = "无责任主体"
SLIVER_CM = 2
_OF_BANKS = ("reach", "water")
OVERLAPPING = ("community", "post")
"""What has these may share it, such as a road along a border: their sum is not the whole, though they cover it."""


class Held(NamedTuple):
    """A stretch of a target, centimetres, for which a post answers; of areas and points the ends mean nothing."""

    post: str
    name: str
    target: str
    from_cm: int
    to_cm: int


class Pieces(NamedTuple):
    """n ranges: the piece's code and name, the target it lies on, from and to along it in centimetres."""

    code: list[str]
    name: list[str]
    target: list[str]
    from_cm: list[int]
    to_cm: list[int]


def pieces_by(connection: Connection, asked: Asked, by: By, held: Sequence[Held] = ()) -> Pieces | None:
    """The pieces of a line layer; None where each target is one piece, the whole of it.

    held: what posts answer for, for pieces by post; of banks it is their reaches that say it. Raises BadInput for a
    way of cutting that this layer does not have.
    """
    if by == "target":
        return None
    if by == "community":
        return _inside_communities(connection, asked)
    if by == "post" and asked.layer.id != "bank":
        return _of_posts(connection, asked, held)
    if asked.layer.id != "bank":
        raise BadInput(
            f"图层 {asked.layer.id} 不能按 {by} 汇总:{'、'.join(_OF_BANKS)} 只用于岸线,"
            "可改用 target、community 或 post。"
        )
    found = query.rows(connection, "coverage/bank_pieces", None, by=by, known_at=_instant(asked.known_at))
    return Pieces(*([row[name] for row in found] for name in Pieces._fields))


def _inside_communities(connection: Connection, asked: Asked) -> Pieces:
    (lines, drawn), (communities, areas) = (
        targets_of(connection, asked),
        targets_of(connection, asked, "city.grid", COMMUNITY_DIGITS),
    )
    within = inside(drawn, areas)
    names = {code: [row[code] for row in communities] for code in ("code", "name")}
    area = within.area.tolist()
    held = Pieces(
        [names["code"][one] for one in area],
        [names["name"][one] for one in area],
        [lines[one]["code"] for one in within.line.tolist()],
        within.from_cm.tolist(),
        within.to_cm.tolist(),
    )
    return _with_rest(held, Ranges(within.line, within.from_cm, within.to_cm), (lines, drawn), OUTSIDE)


def _of_posts(connection: Connection, asked: Asked, every: Sequence[Held]) -> Pieces:
    """What each post answers for, and what nobody does."""
    lines, drawn = targets_of(connection, asked)
    number_of = {row["code"]: number for number, row in enumerate(lines)}
    stretches = [one for one in every if one.target in number_of]
    held = Pieces(*([getattr(one, name) for one in stretches] for name in ("post", "name", *Pieces._fields[2:])))
    line = np.array([number_of[code] for code in held.target], dtype=np.int64)
    ranges = Ranges(line, np.array(held.from_cm, dtype=np.int64), np.array(held.to_cm, dtype=np.int64))
    return _with_rest(held, ranges, (lines, drawn), NOBODY)


def _with_rest(held: Pieces, ranges: Ranges, lines: tuple[Sequence[RowMapping], Geometries], rest: str) -> Pieces:
    """The same pieces, and what is in none of them: without a code, under a name that says so."""
    left = _left_over(ranges, lines[1])
    return Pieces(
        held.code + [""] * len(left.group),
        held.name + [rest] * len(left.group),
        held.target + [lines[0][one]["code"] for one in left.group.tolist()],
        held.from_cm + left.start.tolist(),
        held.to_cm + left.stop.tolist(),
    )


def _left_over(held: Ranges, drawn: NDArray[np.object_]) -> Ranges:
    """What of each line is in none of these ranges. Slivers between adjoining ones are the rounding of both."""
    joined, _ = union(held)
    gaps = []
    for line, whole_cm in enumerate(np.ceil(shapely.length(drawn) * 100).astype(int).tolist()):
        own = joined.group == line
        edges = np.concatenate([[0], np.column_stack([joined.start[own], joined.stop[own]]).ravel(), [whole_cm]])
        gaps += [(line, low, high) for low, high in edges.reshape(-1, 2).tolist() if high - low > SLIVER_CM]
    return Ranges(*np.array(gaps, dtype=np.int64).reshape(-1, 3).T)


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


BYS: tuple[str, ...] = get_args(By)
