"""Tiles as OGC API Tiles has them: the tile matrix set, and which of its tiles a layer, or several together, have.

The matrices come from morecantile, which has them from the registry; limits include both ends.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

import morecantile

from api.features.systems import CRS84, systems
from api.limits import MAX_ZOOM
from api.ogc.links import HTML, JSON, MVT, OGC_REL, Link, link
from api.ogc.negotiate import Asked
from api.ogc.words import text
from layers.catalogue import Layer
from layers.crs import TILE, Bounds

__all__ = ["MATRIX_SET", "Limits", "Tiled", "limits_of", "matrix_set", "matrix_sets", "tileset", "tilesets", "zooms_of"]

MATRIX_SET = "WebMercatorQuad"
"""The one that tiles are cut in."""
_BUFFER = 64 / 4096
"""What lies this share of a tile beyond its edge is in it, too: half of a symbol that stands on the edge."""
_DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2}


class Limits(NamedTuple):
    """The tiles of one matrix that there are, first and last included."""

    matrix: int
    min_row: int
    max_row: int
    min_col: int
    max_col: int

    def hold(self, row: int, col: int) -> bool:
        """Whether there is a tile in this row and column."""
        return self.min_row <= row <= self.max_row and self.min_col <= col <= self.max_col

    @property
    def told(self) -> dict[str, Any]:
        """The limits as the standard writes them."""
        return {
            "tileMatrix": str(self.matrix),
            "minTileRow": self.min_row,
            "maxTileRow": self.max_row,
            "minTileCol": self.min_col,
            "maxTileCol": self.max_col,
        }


class Tiled(NamedTuple):
    """What is tiled: one layer or several in one tile, where they lie together and each, and what that is called.

    path: below /ogc.  tilejson: the address of the same as TileJSON.  only: the layers that were asked for by name.
    """

    layers: Sequence[Layer]
    box: Bounds
    boxes: Mapping[str, Bounds]
    path: str
    title: str
    tilejson: str
    only: str | None = None


def zooms_of(layers: Sequence[Layer]) -> range:
    """The matrices that have tiles of one of these layers at least."""
    return range(min(one.min_zoom for one in layers), min(max(one.max_zoom for one in layers), MAX_ZOOM) + 1)


@lru_cache(maxsize=4096)
def limits_of(box: Bounds, zoom: int) -> Limits:
    """The tiles of a zoom that hold something of a box in degrees.

    >>> limits_of(Bounds(114.45, 30.5, 114.55, 30.6), 10)
    Limits(matrix=10, min_row=420, max_row=420, min_col=837, max_col=837)
    """
    grid = _grid()
    matrix = grid.matrix(zoom)
    west, south = grid.xy(box.west, box.south, truncate=True)
    east, north = grid.xy(box.east, box.north, truncate=True)
    margin = _BUFFER * matrix.cellSize * matrix.tileWidth
    first = _tile(grid, west - margin, north + margin, zoom)
    last = _tile(grid, east + margin, south - margin, zoom)
    return Limits(zoom, first.y, last.y, first.x, last.x)


def matrix_sets(asked: Asked) -> dict[str, Any]:
    """The list of tile matrix sets: the one."""
    grid, title = _grid(), text(asked.language, "tiles.sets")
    name = text(asked.language, "tiles.set", id=MATRIX_SET)
    one = {
        "id": MATRIX_SET,
        "title": grid.title,
        "uri": str(grid.uri),
        "crs": _document()["crs"],
        "links": [link(asked.at(f"/tileMatrixSets/{MATRIX_SET}"), "self", JSON, name)],
    }
    return {"tileMatrixSets": [one], "links": asked.links("/tileMatrixSets", title)}


def matrix_set(asked: Asked) -> dict[str, Any]:
    """The tile matrix set itself, down to the deepest zoom that there are tiles of."""
    document = _document()
    matrices = [one for one in document["tileMatrices"] if int(one["id"]) <= MAX_ZOOM]
    title = text(asked.language, "tiles.set", id=MATRIX_SET)
    return {**document, "tileMatrices": matrices, "links": asked.links(f"/tileMatrixSets/{MATRIX_SET}", title)}


def tilesets(asked: Asked, tiled: Tiled) -> dict[str, Any]:
    """The list of the tilesets of a layer, or of all together: one, in the one matrix set."""
    told = _told(asked, tiled)
    # A client that follows links of the list reads JSON at each: templates stand in the tileset alone.
    told["links"] = [one for one in told["links"] if not one.get("templated") and one["type"] != HTML]
    title = text(asked.language, "tiles.title", title=tiled.title)
    return {"title": title, "tilesets": [told], "links": asked.links(f"{tiled.path}/tiles", title)}


def tileset(asked: Asked, tiled: Tiled) -> dict[str, Any]:
    """What one tileset holds: where its tiles are, from which zoom to which, and its layers."""
    layers = [_layer(asked, one, tiled.boxes[one.id]) for one in tiled.layers]
    return _told(asked, tiled) | {"layers": layers, "description": text(asked.language, "tiles.about")}


def _told(asked: Asked, tiled: Tiled) -> dict[str, Any]:
    box, zooms = tiled.box, zooms_of(tiled.layers)
    return {
        "title": text(asked.language, "tiles.title", title=tiled.title),
        "dataType": "vector",
        "crs": systems(TILE).named(TILE, "crs").uri,
        "tileMatrixSetId": MATRIX_SET,
        "tileMatrixSetURI": str(_grid().uri),
        "tileMatrixSetDefinition": asked.at(f"/tileMatrixSets/{MATRIX_SET}"),
        "tileMatrixSetLimits": [limits_of(box, zoom).told for zoom in zooms],
        "boundingBox": _bounding(box),
        "centerPoint": {"coordinates": list(box.center), "crs": CRS84.uri, "tileMatrix": str(zooms[len(zooms) // 2])},
        "attribution": "、".join(dict.fromkeys(asked.say(one.source) for one in tiled.layers)),
        "links": _links(asked, tiled),
    }


def _links(asked: Asked, tiled: Tiled) -> list[Link]:
    path = f"{tiled.path}/tiles/{MATRIX_SET}"
    title = text(asked.language, "tiles.title", title=tiled.title)
    only = "" if tiled.only is None else f"?collections={quote(tiled.only)}"
    return [
        *asked.links(f"{path}{only}", title),
        link(
            f"{asked.at(path)}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}{only}",
            "item",
            MVT,
            text(asked.language, "tiles.tile"),
            templated=True,
        ),
        link(
            asked.at(f"/tileMatrixSets/{MATRIX_SET}"),
            f"{OGC_REL}/tiling-scheme",
            JSON,
            text(asked.language, "tiles.set", id=MATRIX_SET),
        ),
        link(tiled.tilejson, "describedby", JSON, text(asked.language, "tiles.tilejson")),
        *(
            link(
                asked.at(f"/collections/{one.id}"),
                f"{OGC_REL}/geodata",
                JSON,
                text(asked.language, "tiles.layer", title=asked.say(one.title)),
            )
            for one in tiled.layers
        ),
    ]


def _layer(asked: Asked, layer: Layer, box: Bounds) -> dict[str, Any]:
    kinds = {"String": "string", "Number": "number", "Boolean": "boolean"}
    properties = {name: {"type": kinds[kind]} for name, kind in layer.fields.items()}
    return {
        "id": layer.id,
        "title": asked.say(layer.title),
        "description": asked.say(layer.description),
        "dataType": "vector",
        "geometryDimension": _DIMENSIONS.get(layer.geometry.removeprefix("Multi")),
        "minTileMatrix": str(layer.min_zoom),
        "maxTileMatrix": str(min(layer.max_zoom, MAX_ZOOM)),
        "boundingBox": _bounding(box),
        "propertiesSchema": {"type": "object", "properties": properties},
    }


def _bounding(box: Bounds) -> dict[str, Any]:
    return {"lowerLeft": [box.west, box.south], "upperRight": [box.east, box.north], "crs": CRS84.uri}


def _tile(grid: morecantile.TileMatrixSet, x: float, y: float, zoom: int) -> morecantile.Tile:
    """The tile at a place in metres, or the outermost one where that lies beyond the matrix."""
    matrix, edge = grid.matrix(zoom), grid.xy_bbox
    inside = min(max(x, edge.left), edge.right), min(max(y, edge.bottom), edge.top)
    found = grid.tile(*grid.lnglat(*inside, truncate=True), zoom, truncate=True)
    return morecantile.Tile(
        x=min(max(found.x, 0), matrix.matrixWidth - 1), y=min(max(found.y, 0), matrix.matrixHeight - 1), z=zoom
    )


@cache
def _grid() -> morecantile.TileMatrixSet:
    return morecantile.tms.get(MATRIX_SET)


@cache
def _document() -> dict[str, Any]:
    return dict(_grid().model_dump(mode="json", exclude_none=True))
