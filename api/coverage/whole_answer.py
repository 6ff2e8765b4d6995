"""The answer about areas and points, in the format asked for."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.answers.times import said
from api.coverage.asked import Asked
from api.coverage.formats import MEDIA, WRITERS, Format
from api.coverage.pieces import By, Held
from api.coverage.sums import SUMS, by_community, by_post, innermost
from api.coverage.told import Tell, told_of
from api.coverage.wholes import WHOLE_FIGURES, refuse_unstored, whole_coverage
from layers.catalogue import Catalogue
from layers.errors import BadInput

__all__ = ["Cut", "whole_answer", "whole_pieces"]

KEPT = frozenset({"code", "name", "last_seen", "nearest_m", "share", "share_sure", "share_possible"})
"""Told even where there is nothing to tell; other figures that a measure does not have are left out."""
DRAWN = frozenset({"seen_geometry", "unseen_geometry", "unknown_geometry"})
_BY = ("target", "community", "post")


class Cut(NamedTuple):
    """By what coverage is summed, and what posts answer for where it is by post."""

    by: By
    held: Sequence[Held] = ()


class WholePieces(NamedTuple):
    """Coverage of a watched layer as asked for, the names of its figures, and the same by target."""

    pieces: list[dict[str, Any]]
    figures: tuple[str, ...]
    targets: list[dict[str, Any]]


def whole_pieces(
    connection: Connection, catalogue: Catalogue, asked: Asked, cut: Cut, *, drawn: bool, tell: Tell = said
) -> WholePieces:
    """Coverage of a watched layer by target, community or post; drawn: with geometries; tell: how times are told.

    Raises BadInput for another way of cutting, for a reach that is not stored, and for drawing sums.
    """
    by = cut.by
    if by not in _BY:
        raise BadInput(f"图层 {asked.layer.id} 不能按 {by} 汇总:面、点可用 {'、'.join(_BY)}。")
    if by != "target" and drawn:
        raise BadInput("面、点按社区或岗位汇总时不画图形:请用 by=target,或格式 json、csv。")
    refuse_unstored(connection, asked)
    targets = whole_coverage(connection, catalogue, asked, drawn=drawn, tell=tell)
    pieces, figures = targets, WHOLE_FIGURES if by == "target" else SUMS
    if by == "community":
        pieces = by_community(connection, asked, targets)
    elif by == "post":
        pieces = by_post(asked, targets, cut.held)
    return WholePieces(pieces, (*figures, "unknown") if asked.known_since else figures, targets)


def whole_answer(
    connection: Connection,
    catalogue: Catalogue,
    asked: Asked,
    cut: Cut,
    shown: tuple[bool, Format],
    *,
    tell: Tell,
) -> Response:
    """The answer about a watched layer; shown: whether to draw it, and the format; tell: how times are told."""
    geometry, format = shown
    drawn = geometry or format in ("geojson", "parquet")
    pieces, figures, targets = whole_pieces(connection, catalogue, asked, cut, drawn=drawn, tell=tell)
    told = told_of(asked, cut.by, tell)
    if format != "json":
        name = f"coverage-{asked.layer.id}.{format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(WRITERS[format](told, pieces, figures), media_type=MEDIA[format], headers=headers)
    totals = _totals(asked, innermost(asked, targets))
    return JSONResponse({**told, **totals, "targets": [_shown(piece, geometry) for piece in pieces]})


def _totals(asked: Asked, targets: list[dict[str, Any]]) -> dict[str, Any]:
    """How many targets there are, and how many nobody came to; apart, of how many that is not known."""
    count, visited = len(targets), sum(bool(one["visits"]) for one in targets)
    if asked.known_since is None:
        return {"count": count, "never_visited": count - visited}
    # Whoever was not seen then may have been before.
    return {"count": count, "never_visited": 0, "unknown": count - visited}


def _shown(piece: dict[str, Any], geometry: bool) -> dict[str, Any]:
    kept = KEPT | DRAWN if geometry else KEPT
    hidden = frozenset() if geometry else DRAWN
    return {name: value for name, value in piece.items() if name in kept or (value is not None and name not in hidden)}
