"""TileJSON: where the tiles of some layers are, what they hold, and where they cannot hold everything."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from psycopg2 import sql
from sqlalchemy import Connection

from api import statements
from api.limits import MAX_ZOOM, TILE_BYTES, TILE_FEATURES
from layers import query
from layers.catalogue import Layer
from layers.crs import Bounds

__all__ = ["MERCATOR_LAT", "tilejson"]

MERCATOR_LAT = 85.0511
_USUAL_ZOOM = 13
_LEFT_OUT_FIELDS = {
    "layer": "图层",
    "drawn": "画出的要素数",
    "of": "应有的要素数",
}
_LEFT_OUT_ABOUT = (
    "left_out 按图层和级别列出要素数超过 limits.features 的切片:tiles 为张数,most 为一张最多略去的要素数;"
    "按今日全部数据统计,不计筛选与时间。因字节上限 limits.bytes 略去的不在此列,画出切片时才知道,由每张切片自己说明:"
    "应答头 X-Tile-Left-Out,以及切片内的图层 left_out。"
)


def tilejson(
    connection: Connection,
    layers: Sequence[Layer],
    address: str,
    extent: Bounds | None,
    narrowing: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """TileJSON 3.0.0 of these layers, at least one.

    address: of the tiles, up to their layers.  extent: about where the layers lie, None where they are empty.
    narrowing: the conditions of the tiles, which their address carries on.
    `left_out` tells by layer and zoom in how many tiles features are left out because a layer has more than
    `limits.features` there, and how many at most in one; what is left out for `limits.bytes` is only known once a tile
    is drawn, and each tells it itself. `left_out_about` says so to whoever reads no more than the document.
    """
    facts = query.rows(connection, "deployment/deployment_facts")[0]
    west, south, east, north = facts["bounds"]
    low, high = min(layer.min_zoom for layer in layers), max(layer.max_zoom for layer in layers)
    center = (extent or Bounds(west, south, east, north)).center
    conditions = f"?{urlencode(narrowing)}" if narrowing else ""
    return {
        "tilejson": "3.0.0",
        "name": "、".join(layer.title.zh for layer in layers),
        "attribution": "、".join(dict.fromkeys(layer.source.zh for layer in layers)),
        "scheme": "xyz",
        "tiles": [f"{address}/{{z}}/{{x}}/{{y}}{conditions}"],
        "minzoom": low,
        "maxzoom": min(high, MAX_ZOOM),
        # Of the deployment, not of what lies there today: clients never ask for tiles outside.
        "bounds": [west, max(south, -MERCATOR_LAT), east, min(north, MERCATOR_LAT)],
        "center": [center.lon, center.lat, max(low, min(high, _USUAL_ZOOM))],
        "vector_layers": _vector_layers(connection, layers),
        "limits": {"features": TILE_FEATURES, "bytes": TILE_BYTES},
        "left_out": {layer.id: found for layer in layers if (found := _left_out(connection, layer))},
        "left_out_about": _LEFT_OUT_ABOUT,
    }


def _vector_layers(connection: Connection, layers: Sequence[Layer]) -> list[dict[str, Any]]:
    found = []
    for layer in layers:
        told = _vector_layer(layer.id, layer.description.zh, layer, _fields(connection, layer))
        found.append(told)
        if not layer.is_points:
            words = f"{layer.title.zh}的注记点,每个要素一个"
            found.append(_vector_layer(f"{layer.id}_label", words, layer, told["fields"]))
    low, high = min(one["minzoom"] for one in found), max(one["maxzoom"] for one in found)
    words = "切片装不下而略去要素的图层,各一个面,盖住整张切片"
    left_out = {"id": "left_out", "description": words, "minzoom": low, "maxzoom": high, "fields": _LEFT_OUT_FIELDS}
    return [*found, left_out]


def _vector_layer(name: str, words: str, layer: Layer, fields: Mapping[str, str]) -> dict[str, Any]:
    zooms = {"minzoom": layer.min_zoom, "maxzoom": min(layer.max_zoom, MAX_ZOOM)}
    return {"id": name, "description": words, **zooms, "fields": fields}


def _fields(connection: Connection, layer: Layer) -> dict[str, str]:
    columns = query.rows(connection, "deployment/columns", table=statements.view_name(layer))
    words = {column["name"]: column["zh"] for column in columns}
    return {name: words.get(name) or kind for name, kind in layer.fields.items()}


def _left_out(connection: Connection, layer: Layer) -> dict[str, dict[str, int]]:
    """By zoom the tiles in which the layer has more features than a tile takes, and the most that one of them lacks."""
    place = sql.SQL("f.geom_3857" if layer.is_points else "COALESCE(f.drawn_label, f.geom_3857)")
    statement = statements.filled_in("deployment/tile_crowded", view=statements.view_of(layer), place=place)
    rows = statements.run(
        connection, statement, low=layer.min_zoom, high=min(layer.max_zoom, MAX_ZOOM), most=TILE_FEATURES
    )
    return {str(row.z): {"tiles": row.tiles, "most": row.left_out} for row in rows}
