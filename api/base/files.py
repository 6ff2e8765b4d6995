"""Base maps in one file of ready tiles: MBTiles and PMTiles."""

import gzip
import mmap
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from api.base.picture import Picture, kind_of
from api.limits import MAX_ZOOM
from layers.crs import Bounds
from layers.errors import BadFile, NotReady

MOST_TILE_BYTES = 4 * 2**20
MOST_META_BYTES = 2**20
_VECTOR = "里面是矢量切片(mvt):没有样式画不出底图,请换栅格(PNG、JPEG、WebP)的 MBTiles 或 PMTiles。"
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
            with closing(self._connection.execute(statement, values)) as cursor:
                return cursor.fetchmany(100)

    def _told(self) -> Facts:
        said = {str(name): str(value)[:2000] for name, value in self._rows("SELECT name, value FROM metadata")}
        some = self._rows("SELECT tile_data FROM tiles LIMIT 1")
        if not some:
            raise BadFile(f"文件 {self._name} 里一张瓦片也没有。")
        if said.get("format") in ("pbf", "mvt") or kind_of(bytes(some[0][0] or b"")) == "vector":
            raise BadFile(f"文件 {self._name} {_VECTOR}")
        lowest, highest = self._rows("SELECT min(zoom_level), max(zoom_level) FROM tiles")[0]
        zooms = _zooms(lowest, highest)
        return Facts(zooms, _box(said.get("bounds", "").split(",")), said.get("name"), said.get("attribution"))


class PMTiles:
    """A PMTiles archive, read by the library out of the file as it lies in memory."""

    costly = False

    def __init__(self, file: Path) -> None:
        from pmtiles.reader import Reader

        self._name = file.name
        with file.open("rb") as opened:
            try:
                self._mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise BadFile(f"文件 {file.name} 是空的。") from None
        self._reader = Reader(self._bytes)
        try:
            self._header = self._reader.header()
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
            found = self._reader.get(z, x, y)
            if found and self._header["tile_compression"] == Compression.GZIP:
                found = gzip.decompress(found)
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

    def _told(self) -> Facts:
        from pmtiles.tile import TileType

        header = self._header
        if header["tile_type"] == TileType.MVT:
            raise BadFile(f"文件 {self._name} {_VECTOR}")
        corners = [header[f"{name}_e7"] / 1e7 for name in ("min_lon", "min_lat", "max_lon", "max_lat")]
        try:
            said = self._reader.metadata()
        except (ValueError, OSError):
            said = {}
        said = said if isinstance(said, dict) else {}
        title, attribution = (
            said[name][:2000] if isinstance(said.get(name), str) else None for name in ("name", "attribution")
        )
        return Facts(_zooms(header["min_zoom"], header["max_zoom"]), _box(corners), title, attribution)


def _sendable(body: object, name: str) -> Picture:
    content = bytes(body) if isinstance(body, bytes | bytearray | memoryview) else b""
    kind = kind_of(content)
    if not kind.startswith("image/") or len(content) > MOST_TILE_BYTES:
        raise BadFile(f"文件 {name} 的这一张瓦片不是图片(PNG、JPEG、WebP):请重新制作。")
    return Picture(content, kind)


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
