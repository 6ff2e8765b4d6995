"""Tiles as one file, to take along or hand over: a PMTiles archive, read by MapLibre, QGIS and GDAL without a server.

Source: the PMTiles specification, version 3. Written by its own library, `pmtiles`.
"""

import gzip
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import morecantile
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from sqlalchemy import Connection

from api import statements
from api.access.reader import Reader
from api.database import Database
from api.tiles.asked import Asked
from api.tiles.draw import draw
from api.tiles.tilejson import MERCATOR_LAT, tilejson
from layers import query
from layers.catalogue import Catalogue, Layer
from layers.crs import Bounds
from layers.errors import BadInput, Conflict, NotPossible

MOST_TILES = 500_000
_LEVEL = 9
_TEN_MILLIONTHS = 10_000_000
_ABOUT = (
    "left_out 按图层和级别列出本文件中装不下而略去要素的切片,要素数与字节两种上限都算:"
    "tiles 为张数,most 为一张最多略去的要素数。"
)
Lacking = defaultdict[str, dict[int, dict[str, int]]]
"""By layer and zoom in how many tiles features are left out, and how many at most in one."""


class Wanted(NamedTuple):
    """What goes into an archive: as its reader may see it.

    bounds: only tiles that meet this box, all there is where None.  query: conditions, as addresses of tiles take them.
    """

    reader: Reader
    layers: Sequence[Layer]
    zooms: range
    bounds: Bounds | None = None
    query: tuple[tuple[str, str], ...] = ()

    def tile(self, z: int, x: int, y: int) -> Asked:
        """One of its tiles, as it is asked for."""
        return Asked(tuple(layer.id for layer in self.layers), z, x, y, self.query)


class Written(NamedTuple):
    """How many tiles an archive holds, how long it is, and by layer the zooms whose tiles lack features."""

    tiles: int
    size_bytes: int
    left_out: dict[str, list[int]]


def write_archive(
    database: Database,
    catalogue: Catalogue,
    wanted: Wanted,
    file: Path,
    *,
    force: bool = False,
    began: Callable[[int], None] = lambda tiles: None,
    step: Callable[[], None] = lambda: None,
) -> Written:
    """Write the tiles of some layers, to a file that is there only once it is whole.

    began: told how many tiles are to be looked at;  step: called after each.
    Raises Conflict where the file exists, BadInput where nothing would be in it or far too much.
    """
    if file.exists() and not force:
        raise Conflict(f"文件 {file} 已存在:请换一个名字,或加 --force 覆盖。")
    with database.transaction(wanted.reader) as connection:
        extent = _extent(connection, wanted)
        told = tilejson(connection, wanted.layers, "", extent, wanted.query)
        made_at = query.value(connection, "deployment/local_now").isoformat(timespec="seconds")
    if extent is None:
        raise BadInput(f"图层 {'、'.join(layer.id for layer in wanted.layers)} 在所要的范围内没有要素:没有可写的切片。")
    places = _places(extent, wanted.zooms)
    began(len(places))
    lacking: Lacking = defaultdict(dict)
    with _whole(file) as part, part.open("wb") as out, _writer(out) as writer:
        for place, z, x, y in places:
            drawn = draw(database, wanted.reader, wanted.tile(z, x, y), catalogue)
            if drawn.data:
                writer.write_tile(place, gzip.compress(drawn.data, _LEVEL, mtime=0))
            for one in drawn.left_out:
                before = lacking[one.layer].get(z, {"tiles": 0, "most": 0})
                lacking[one.layer][z] = {"tiles": before["tiles"] + 1, "most": max(before["most"], one.of - one.drawn)}
            step()
        if not writer.tile_entries:
            raise BadInput("所要的图层在这些级别、这个范围内一张切片也没有:请检查 --zoom 与 --bbox。")
        writer.finalize(_header(extent, told, wanted.zooms), _metadata(told, wanted, made_at) | _left_out(lacking))
    lacking_zooms = {name: sorted(zooms) for name, zooms in lacking.items()}
    return Written(writer.addressed_tiles, file.stat().st_size, lacking_zooms)


def _extent(connection: Connection, wanted: Wanted) -> Bounds | None:
    """The box of everything there is and was of the layers, within the box that is wanted."""
    tables = [layer.table for layer in wanted.layers]
    if wanted.query:
        tables += [f"{layer.table}_history" for layer in wanted.layers if not layer.derived]
    parts = [{"relation": statements.table_of(table)} for table in tables]
    found = statements.joined(connection, "deployment/whole_extent", parts, by="UNION ALL")
    boxes = [box for box in found if box.west is not None]
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    west, south, east, north = wanted.bounds or (-180.0, -MERCATOR_LAT, 180.0, MERCATOR_LAT)
    box = Bounds(max(min(wests), west), max(min(souths), south), min(max(easts), east), min(max(norths), north))
    return box if box.west <= box.east and box.south <= box.north else None


def _places(extent: Bounds, zooms: range) -> list[tuple[int, int, int, int]]:
    """The tiles that meet the box, each with its number, in the order in which an archive holds them."""
    matrix_set = morecantile.tms.get("WebMercatorQuad")
    found: list[tuple[int, int, int, int]] = []
    for z in zooms:
        for tile in matrix_set.tiles(*extent, [z]):
            found.append((zxy_to_tileid(z, tile.x, tile.y), z, tile.x, tile.y))
            if len(found) > MOST_TILES:
                raise BadInput(f"要看的切片超过 {MOST_TILES:,} 张:请用 --bbox 缩小范围,或用 --zoom 少要几级。")
    return sorted(found)


def _header(extent: Bounds, told: dict[str, Any], zooms: range) -> dict[str, Any]:
    lon, lat, zoom = told["center"]
    corners = dict(zip(("min_lon", "min_lat", "max_lon", "max_lat"), extent, strict=True))
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        **{f"{name}_e7": round(degrees * _TEN_MILLIONTHS) for name, degrees in corners.items()},
        "center_zoom": min(max(zoom, zooms[0]), zooms[-1]),
        "center_lon_e7": round(lon * _TEN_MILLIONTHS),
        "center_lat_e7": round(lat * _TEN_MILLIONTHS),
    }


def _metadata(told: dict[str, Any], wanted: Wanted, made_at: str) -> dict[str, Any]:
    """What MapLibre and QGIS show of an archive; the time that it is of among it."""
    kept = {name: told[name] for name in ("name", "attribution", "limits")}
    layers = [_within(layer, wanted.zooms) for layer in told["vector_layers"] if layer["minzoom"] <= wanted.zooms[-1]]
    of_now = {"type": "overlay", "format": "pbf", "made_at": made_at, "conditions": dict(wanted.query)}
    return kept | {"vector_layers": layers} | of_now


def _within(layer: dict[str, Any], zooms: range) -> dict[str, Any]:
    return layer | {"minzoom": max(layer["minzoom"], zooms[0]), "maxzoom": min(layer["maxzoom"], zooms[-1])}


def _left_out(lacking: Lacking) -> dict[str, Any]:
    """What the tiles of the archive do lack, for whichever limit: all of them were drawn."""
    zooms = {name: {str(z): told for z, told in sorted(found.items())} for name, found in lacking.items()}
    return {"left_out": zooms, "left_out_about": _ABOUT}


@contextmanager
def _writer(out: IO[bytes]) -> Iterator[Writer]:
    """The library's writer, whose own temporary file goes with it."""
    writer = Writer(out)
    try:
        yield writer
    finally:
        writer.tile_f.close()


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A file beside another that takes its name once the block is through; removed where it is not."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(file)
    except OSError as error:
        raise NotPossible(f"文件 {file} 写不了({error.strerror}):请换一个可写的文件夹,或腾出空间。") from error
    finally:
        part.unlink(missing_ok=True)
