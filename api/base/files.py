"""Base maps in one file of ready tiles: MBTiles and PMTiles."""

import json
import mmap
import re
import sqlite3
import threading
import time
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from api.base.picture import Picture, kind_of
from api.limits import MAX_ZOOM
from layers.crs import Bounds
from layers.errors import BadFile, NotReady

MOST_TILE_BYTES = 4 * 2**20
MOST_META_BYTES = 2**20
MOST_READ_S = 5.0
"""For one question to a file; `tiles` and `metadata` may be views, and a view may never end."""
_STEPS = 100_000
_VECTOR = "里面是矢量切片(mvt):没有样式画不出底图,请换栅格(PNG、JPEG、WebP)的 MBTiles 或 PMTiles。"
_ENDLESS = re.compile(rb"[\x80-\xff]{10}")
"""Of a directory of PMTiles: a number's bytes but its last have the highest bit."""
_HEADER_BYTES, _DEEPEST = 127, 4
"""Of PMTiles, by its specification: and how many directories lead to a tile."""
_REPLACED = "底图的文件刚刚换过:请再试一次。"


class Facts(NamedTuple):
    """What a base map's own file or service says of it; None where it says nothing. notes: what one should know."""

    zooms: tuple[int, int]
    bounds: Bounds | None = None
    title: str | None = None
    attribution: str | None = None
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """Where the pictures of a base map come from. costly: whether what is drawn is worth keeping on disk."""

    costly: bool

    def facts(self) -> Facts:
        """What it says of itself. Raises CityError where it cannot be read."""
        ...

    def picture(self, z: int, x: int, y: int) -> Picture | None:
        """One tile; None where there is nothing. Raises CityError."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class MBTiles:
    """An SQLite file of tiles, read as it stands and never written."""

    costly = False

    def __init__(self, file: Path) -> None:
        self._name, self._turn = file.name, threading.Lock()
        try:
            self._connection: sqlite3.Connection | None = sqlite3.connect(
                f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            # What is longer is no tile; a view could make up gigabytes of one.
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_TILE_BYTES)
            self._connection.execute("PRAGMA trusted_schema = off")
            self._until_s = 0.0
            self._connection.set_progress_handler(lambda: time.monotonic() > self._until_s, _STEPS)
            self._facts = self._told()
        except sqlite3.Error:
            self.close()
            raise BadFile(f"文件 {file.name} 不是完好的 MBTiles(SQLite):请重新拷贝或重新制作。") from None
        except BadFile:
            self.close()
            raise

    def facts(self) -> Facts:
        """What the table `metadata` says."""
        return self._facts

    def picture(self, z: int, x: int, y: int) -> Picture | None:
        """The tile; its rows are counted from the south."""
        asked = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        try:
            rows = self._rows(asked, z, x, 2**z - 1 - y)
        except sqlite3.Error:
            raise BadFile(f"文件 {self._name} 已损坏,这一处读不出来:请重新拷贝或重新制作。") from None
        return _sendable(rows[0][0], self._name) if rows else None

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            connection: sqlite3.Connection | None = getattr(self, "_connection", None)
            if connection:
                connection.close()
            self._connection = None

    def _rows(self, statement: str, *values: object) -> list[Any]:
        with self._turn:
            if self._connection is None:
                raise NotReady(_REPLACED)
            self._until_s = time.monotonic() + MOST_READ_S
            with closing(self._connection.execute(statement, values)) as cursor:
                return cursor.fetchmany(100)

    def _told(self) -> Facts:
        said = {str(name): str(value)[:2000] for name, value in self._rows("SELECT name, value FROM metadata")}
        some = self._rows("SELECT tile_data FROM tiles LIMIT 1")
        if not some:
            raise BadFile(f"文件 {self._name} 里一张瓦片也没有。")
        if said.get("format") in ("pbf", "mvt") or kind_of(_bytes_in(some[0][0])) == "vector":
            raise BadFile(f"文件 {self._name} {_VECTOR}")
        # Asked apart, each is the end of an index; together they would be the whole of it.
        both = "SELECT (SELECT min(zoom_level) FROM tiles), (SELECT max(zoom_level) FROM tiles)"
        lowest, highest = self._rows(both)[0]
        zooms = _zooms(lowest, highest)
        return Facts(zooms, _box(said.get("bounds", "").split(",")), said.get("name"), said.get("attribution"))


class PMTiles:
    """A PMTiles archive, read by the library out of the file as it lies in memory."""

    costly = False

    def __init__(self, file: Path) -> None:
        from pmtiles.tile import deserialize_header

        self._name = file.name
        with file.open("rb") as opened:
            try:
                self._mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise BadFile(f"文件 {file.name} 是空的。") from None
        try:
            self._header = deserialize_header(self._bytes(0, _HEADER_BYTES))
            self._facts = self._told()
        except BadFile:
            self.close()
            raise
        except Exception:
            # The library trusts the file: what is broken raises whatever it happens to meet.
            self.close()
            raise BadFile(f"文件 {file.name} 不是完好的 PMTiles(第 3 版):请重新拷贝或重新制作。") from None

    def facts(self) -> Facts:
        """What header and metadata say."""
        return self._facts

    def picture(self, z: int, x: int, y: int) -> Picture | None:
        """The tile."""
        from pmtiles.tile import Compression

        if self._mapped.closed:
            raise NotReady(_REPLACED)
        try:
            found = self._tile(z, x, y)
            if found and self._header["tile_compression"] == Compression.GZIP:
                found = _unzipped(found, MOST_TILE_BYTES)
        except Exception:
            raise BadFile(f"文件 {self._name} 已损坏,这一处读不出来:请重新拷贝或重新制作。") from None
        return _sendable(found, self._name) if found else None

    def close(self) -> None:
        """Let go of the file."""
        self._mapped.close()

    def _bytes(self, offset: int, length: int) -> bytes:
        if length > max(MOST_TILE_BYTES, MOST_META_BYTES) or offset + length > len(self._mapped):
            raise ValueError("beyond the end of the file")
        return self._mapped[offset : offset + length]

    def _tile(self, z: int, x: int, y: int) -> bytes | None:
        """Found as the library finds it, which would unpack and count through whatever a file holds."""
        from pmtiles.tile import find_tile, zxy_to_tileid

        header = self._header
        offset, length = header["root_offset"], header["root_length"]
        for _ in range(_DEEPEST):
            found = find_tile(self._directory(offset, length), zxy_to_tileid(z, x, y))
            if found is None:
                return None
            if found.run_length:
                return self._bytes(header["tile_data_offset"] + found.offset, found.length)
            offset, length = header["leaf_directory_offset"] + found.offset, found.length
        return None

    def _directory(self, offset: int, length: int) -> Any:
        from pmtiles.tile import deserialize_directory

        packed = self._bytes(offset, length)
        if _ENDLESS.search(_unzipped(packed, MOST_META_BYTES)):
            raise ValueError("a number of more than 64 bits")
        return deserialize_directory(packed)

    def _metadata(self) -> Any:
        from pmtiles.tile import Compression

        found = self._bytes(self._header["metadata_offset"], self._header["metadata_length"])
        zipped = self._header["internal_compression"] == Compression.GZIP
        return json.loads(_unzipped(found, MOST_META_BYTES) if zipped else found)

    def _told(self) -> Facts:
        from pmtiles.tile import TileType

        header: Any = self._header
        if header["tile_type"] == TileType.MVT:
            raise BadFile(f"文件 {self._name} {_VECTOR}")
        corners = [header[f"{name}_e7"] / 1e7 for name in ("min_lon", "min_lat", "max_lon", "max_lat")]
        try:
            said = self._metadata()
        except (ValueError, zlib.error):
            said = {}
        said = said if isinstance(said, dict) else {}
        title, attribution = (
            said[name][:2000] if isinstance(said.get(name), str) else None for name in ("name", "attribution")
        )
        return Facts(_zooms(header["min_zoom"], header["max_zoom"]), _box(corners), title, attribution)


def _sendable(body: object, name: str) -> Picture:
    content = _bytes_in(body)
    kind = kind_of(content)
    if not kind.startswith("image/") or len(content) > MOST_TILE_BYTES:
        raise BadFile(f"文件 {name} 的这一张瓦片不是图片(PNG、JPEG、WebP):请重新制作。")
    return Picture(content, kind)


def _bytes_in(value: object) -> bytes:
    """A value of a file as bytes; none of what is something else."""
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""


def _unzipped(packed: bytes, most_bytes: int) -> bytes:
    """Raises ValueError where there is more in it, zlib.error where it is broken."""
    reading = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    found = reading.decompress(packed, most_bytes)
    if reading.unconsumed_tail or not reading.eof:
        raise ValueError("more than there may be, or cut off")
    return found


def _zooms(low: object, high: object) -> tuple[int, int]:
    if not (isinstance(low, int) and isinstance(high, int) and 0 <= low <= high):
        raise BadFile("文件没有说明级别。")
    return min(low, MAX_ZOOM), min(high, MAX_ZOOM)


def _box(values: list[Any]) -> Bounds | None:
    """The box that a file states; None where it states none that can be."""
    try:
        west, south, east, north = (float(value) for value in values)
    except ValueError:
        return None
    return Bounds(west, south, east, north) if -180 <= west < east <= 180.0001 and -90 <= south < north <= 90 else None
