"""The features of many layers that answer to a text, each with where it lies and what tells it from its namesakes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from psycopg2 import sql
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api import statements
from api.limits import SEARCH_S
from api.search.pinyin import holding, pattern_of
from layers import query
from layers.catalogue import Layer

__all__ = ["Found", "found"]

_RANKS = ("code", "name", "begins", "contains", "read", "read", "contains")
"""What of a feature was met, by the rank that the statement gives it."""


class Found(NamedTuple):
    """What answers, the best first; more: whether there is more of it than was asked for."""

    features: list[dict[str, Any]]
    more: bool


def found(connection: Connection, layers: Sequence[Layer], typed: str, limit: int, *, within: bool) -> Found:
    """At most `limit` features of these layers whose name or code holds the text, or whose name is read like it.

    within: whether the community or street in which each lies is told.
    """
    named = _named(connection, layers)
    if not named:
        return Found([], more=False)
    query.value(connection, "deployment/search_patience", within=f"{SEARCH_S}s")
    folded = query.value(connection, "deployment/search_typed", typed=typed)
    rows = statements.joined(
        connection,
        "deployment/search",
        [_parts(layer, columns) for layer, columns in named],
        by="UNION ALL",
        typed=folded,
        holds=holding(folded),
        read_as=pattern_of(folded),
        # One more than asked for tells whether there are more.
        row_limit=limit + 1,
    )
    above = {layer.id: -layer.order for layer, _ in named}
    # Each layer's in its own order; among layers a name of which more was typed goes first.
    best = sorted(rows.mappings(), key=lambda row: (row["rank"], len(row["name"] or row["code"]), above[row["layer"]]))
    chosen = best[:limit]
    places = _places(connection, {layer.id: layer for layer, _ in named}, chosen, within=within)
    return Found([_told(row, places) for row in chosen if _key(row) in places], len(best) > limit)


def _named(connection: Connection, layers: Sequence[Layer]) -> list[tuple[Layer, Sequence[str]]]:
    """Those whose features have a name or a code; what is worked out from others goes by the names of those."""
    asked = {statements.view_name(layer): layer for layer in layers if not layer.derived}
    rows = query.rows(connection, "deployment/search_columns", views=list(asked))
    return [(asked[row["view"]], row["columns"]) for row in rows]


def _parts(layer: Layer, columns: Sequence[str]) -> statements.Parts:
    def told(name: str) -> sql.Composable:
        return sql.Identifier("f", name) if name in columns else sql.SQL("NULL::text")

    return {
        "layer": sql.Literal(layer.id),
        "table": statements.view_of(layer),
        "name": told("name"),
        "code": told("code"),
    }


def _places(
    connection: Connection, layers: Mapping[str, Layer], rows: Sequence[RowMapping], *, within: bool
) -> dict[tuple[str, int], RowMapping]:
    if not rows:
        return {}
    ids: dict[str, list[int]] = {}
    for row in rows:
        ids.setdefault(row["layer"], []).append(row["id"])
    parts = [{"layer": sql.Literal(name), "table": statements.view_of(layers[name])} for name in ids]
    places = statements.joined(
        connection, "deployment/search_places", parts, by="UNION ALL", ids=json.dumps(ids), within=within
    )
    return {_key(place): place for place in places.mappings()}


def _told(row: RowMapping, places: Mapping[tuple[str, int], RowMapping]) -> dict[str, Any]:
    place = places[_key(row)]
    bbox = place["bbox"] if place["lon"] is not None else None
    return {
        "layer": row["layer"],
        "id": row["id"],
        "name": row["name"],
        "code": row["code"],
        "matched": _RANKS[row["rank"]],
        "lon": place["lon"],
        "lat": place["lat"],
        "bbox": bbox,
        "within": place["within"],
    }


def _key(row: RowMapping) -> tuple[str, int]:
    return row["layer"], row["id"]
