"""The answer about areas and points, in the format asked for."""

from typing import Any

from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.coverage.asked import Asked
from api.coverage.communities import BY_COMMUNITY, by_community
from api.coverage.formats import MEDIA, WRITERS, Format
from api.coverage.pieces import By
from api.coverage.told import told_of
from api.coverage.wholes import WHOLE_FIGURES, refuse_unstored, whole_coverage
from layers.catalogue import Catalogue
from layers.errors import BadInput

__all__ = ["whole_answer", "whole_pieces"]

KEPT = frozenset({"code", "name", "last_seen", "nearest_m", "share", "share_sure", "share_possible"})
"""Told even where there is nothing to tell; other figures that a measure does not have are left out."""
DRAWN = frozenset({"seen_geometry", "unseen_geometry"})


def whole_pieces(
    connection: Connection, catalogue: Catalogue, asked: Asked, by: By, *, drawn: bool
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Coverage of a watched layer by target or by community, and the names of its figures; drawn: with geometries.

    Raises BadInput for another way of cutting, for a reach that is not stored, and for drawing communities.
    """
    if by not in ("target", "community"):
        raise BadInput(f"图层 {asked.layer.id} 不能按 {by} 汇总:面、点可用 target 或 community。")
    if by == "community" and drawn:
        raise BadInput("面、点按社区汇总时不画图形:请用 by=target,或格式 json、csv。")
    refuse_unstored(connection, asked)
    pieces = whole_coverage(connection, catalogue, asked, drawn=drawn)
    figures: tuple[str, ...] = WHOLE_FIGURES
    if by == "community":
        pieces, figures = by_community(connection, asked, pieces), BY_COMMUNITY
    return pieces, (*figures, "unknown") if asked.known_since else figures


def whole_answer(
    connection: Connection, catalogue: Catalogue, asked: Asked, by: By, shown: tuple[bool, Format]
) -> Response:
    """The answer about a watched layer; shown: whether to draw it, and the format."""
    geometry, format = shown
    drawn = geometry or format in ("geojson", "parquet")
    pieces, figures = whole_pieces(connection, catalogue, asked, by, drawn=drawn)
    told = told_of(asked, by)
    if format != "json":
        name = f"coverage-{asked.layer.id}.{format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(WRITERS[format](told, pieces, figures), media_type=MEDIA[format], headers=headers)
    return JSONResponse({**told, **_totals(pieces), "targets": [_shown(piece, geometry) for piece in pieces]})


def _totals(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """How many targets there are, and how many nobody came to; apart, of how many that is not known."""
    if pieces and "targets" in pieces[0]:
        count, visited = (sum(piece[name] for piece in pieces) for name in ("targets", "visited"))
    else:
        count, visited = len(pieces), sum(bool(piece["visits"]) for piece in pieces)
    if not any("unknown" in piece for piece in pieces):
        return {"count": count, "never_visited": count - visited}
    # Whoever was not seen then may have been before.
    return {"count": count, "never_visited": 0, "unknown": count - visited}


def _shown(piece: dict[str, Any], geometry: bool) -> dict[str, Any]:
    kept = KEPT | DRAWN if geometry else KEPT
    hidden = frozenset() if geometry else DRAWN
    return {name: value for name, value in piece.items() if name in kept or (value is not None and name not in hidden)}
