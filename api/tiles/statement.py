"""The statement that draws a tile, composed of one file for each part: one text for all tiles of its shape.

    shape = Shape((Part("road"), Part("grid")), band_of(13), cut=False)
    composed(shape, catalogue)      the statement, with %(name)s for each of its values

Which values there are: z, x, y, extent; `most` of a whole tile, `limit_0`, `limit_1`, … of one that is cut; those of
the conditions; `day`, `known_at` and `at` where another time is asked for.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from psycopg2 import sql

from api import statements
from layers.catalogue import Catalogue, Layer

__all__ = ["BANDS", "Part", "Shape", "band_of", "composed", "extent_of"]

BANDS = (8, 10, 12, 14)
"""The zooms that shapes are kept for (layers/deployment/migrations/0002_drawn.sql)."""
EXTENT, KEPT_EXTENT = 4096, 2048
_MADE = ("size", "clearance", "label")
"""What is kept of a shape beside the shapes of the bands."""


class Part(NamedTuple):
    """One layer of a tile.

    condition: SQL on its row f.  then: its columns, where another time is asked for than today's.
    made: of the columns that history does not keep, name and SQL.
    past: whether versions are asked for that are no longer believed.
    """

    layer: str
    condition: str = "true"
    then: tuple[str, ...] | None = None
    made: tuple[tuple[str, str], ...] = ()
    past: bool = False


class Shape(NamedTuple):
    """What makes one statement differ from another. band: see `band_of`.  cut: whether layers have their own limits."""

    parts: tuple[Part, ...]
    band: int | None
    cut: bool


def band_of(z: int) -> int | None:
    """Of which zoom the kept shapes are that a zoom draws; None where features are drawn as they are.

    >>> [band_of(z) for z in (0, 8, 9, 14, 15)]
    [8, 8, 10, 14, None]
    """
    return next((band for band in BANDS if z <= band), None)


def extent_of(z: int) -> int:
    """Into how many units the side of a tile is divided: as many as make the grid that its shapes are kept on."""
    return KEPT_EXTENT if z in BANDS else EXTENT


def composed(shape: Shape, catalogue: Catalogue) -> sql.Composable:
    """The statement for a shape, at least one part."""
    asked_then = any(part.then is not None for part in shape.parts)
    parts = [_part(place, part, shape, catalogue[part.layer]) for place, part in enumerate(shape.parts)]
    at = sql.SQL("%(at)s::timestamptz" if asked_then else "now()")
    return statements.filled_in("deployment/tile", parts=sql.SQL("\nUNION ALL\n").join(parts), at=at)


def _part(place: int, part: Part, shape: Shape, layer: Layer) -> sql.Composable:
    rows = _rows(part, shape.band, layer)
    limit = sql.SQL(f"%(limit_{place})s::bigint")
    return statements.filled_in(
        "deployment/tile_part",
        place=sql.Literal(place),
        layer=sql.Literal(layer.id),
        band=sql.Literal(shape.band or 0),
        fields=_listed("p", layer.fields),
        rows=statements.filled_in("deployment/tile_cut", rows=rows, limit=limit)
        if shape.cut
        else statements.filled_in("deployment/tile_whole", rows=rows),
        found=sql.SQL("(SELECT count(*) FROM ({}) AS r)").format(rows) if shape.cut else sql.SQL("count(*)"),
    )


def _rows(part: Part, band: int | None, layer: Layer) -> sql.Composable:
    own = {"source": _source(part, band, layer), "drawn": _drawn(layer), "condition": sql.SQL(part.condition)}
    if layer.is_points:
        return statements.filled_in("deployment/tile_points", **own)
    return statements.filled_in(
        "deployment/tile_rows",
        stored=sql.Identifier("f", f"drawn_z{band}") if band else sql.SQL("NULL::geometry"),
        band=sql.Literal(band or 0),
        keep_small=sql.Literal(layer.keep_small),
        **own,
    )


def _source(part: Part, band: int | None, layer: Layer) -> sql.Composable:
    """Where a layer's rows come from: its view of today, or its table and history at another time."""
    if part.then is None:
        return statements.view_of(layer)
    columns = sql.SQL(", ").join([sql.Identifier("v", name) for name in part.then])
    names = [] if layer.is_points else [*_MADE, *([f"z{band}"] if band else [])]
    table = statements.filled_in(
        "deployment/tile_then",
        relation=statements.table_of(layer.table),
        columns=columns,
        kept=_listed("v", [*(name for name, _ in part.made), *(f"drawn_{name}" for name in names)]),
    )
    if not part.past:
        return sql.SQL("LATERAL ({})").format(table)
    history = statements.filled_in(
        "deployment/tile_past",
        relation=statements.table_of(f"{layer.table}_history"),
        columns=columns,
        made=sql.SQL("").join(
            [
                *(sql.SQL(f", {made.replace('%', '%%')}") for _, made in part.made),
                *(_made(name, band) for name in names),
            ]
        ),
    )
    return sql.SQL("LATERAL ({} UNION ALL {})").format(table, history)


def _made(name: str, band: int | None) -> sql.Composable:
    if name in _MADE:
        return sql.SQL(", {}(v.geom)").format(sql.Identifier("city", f"drawn_{name}"))
    return sql.SQL(", city.drawn_shape(v.geom, {})").format(sql.Literal(band))


def _drawn(layer: Layer) -> sql.Composable:
    """What a layer's tiles tell of its row f: its own words for it, or else its fields as they are."""
    own = _own(layer.folder / "queries" / f"{layer.id}_drawn.sql")
    if own is not None:
        return sql.SQL(own)
    fields = sql.SQL(", ").join([sql.Identifier("f", name) for name in layer.fields] or [sql.SQL("f.id AS id_again")])
    template = "deployment/drawn_points" if layer.is_points else "deployment/drawn_shapes"
    return statements.filled_in(template, fields=fields)


@cache
def _own(file: Path) -> str | None:
    return file.read_text("utf-8") if file.exists() else None


def _listed(relation: str, names: Iterable[str]) -> sql.Composable:
    """Columns of a relation, each after a comma."""
    return sql.SQL("").join([sql.SQL(", {}").format(sql.Identifier(relation, name)) for name in names])
