"""Tiles kept on disk: what was fetched from elsewhere or was costly to draw, one SQLite file for each base map.

Shared by all server processes and the command line. Bounded by bytes: what was asked for longest ago makes room. What
is old stays until it is fetched anew, so that it can be shown while its host is away.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from api.base.picture import Picture
from layers.errors import NotPossible

_TABLES = """
CREATE TABLE IF NOT EXISTS tile (
    z INTEGER NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL,
    fetched_at REAL NOT NULL, used_at REAL NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL, body BLOB,
    PRIMARY KEY (z, x, y)
);
CREATE INDEX IF NOT EXISTS tile_used ON tile (used_at);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_WAIT_S = 10.0
_USED_AGAIN_S = 3600.0
"""That a tile was used is written down once an hour at most."""
_ROW_BYTES = 200
"""What a row weighs beside its picture."""
_COUNT_AGAIN = 200
"""After so many tiles kept, the weight is summed anew: other processes keep tiles, too."""


class Found(NamedTuple):
    """A tile as it is kept. media_type: empty where it is known that there is nothing.  fetched_s: since 1970."""

    fetched_s: float
    media_type: str


class Kept:
    """The kept tiles of one base map. version: of its pictures; those of another are thrown away at once."""

    def __init__(self, folder: Path, id: str, version: str, most_bytes: int) -> None:
        self.file = folder / f"{id}.sqlite"
        self._turn, self._most_bytes, self._version = threading.Lock(), most_bytes, version
        self._held_bytes = self._since_counted = 0
        self._connection: sqlite3.Connection | None = None
        self.problem: str | None = None

    def find(self, z: int, x: int, y: int) -> Found | None:
        """Whether a tile is kept, and since when; its picture is not read."""
        now_s = time.time()
        with self._open() as connection:
            row = _one(
                connection, "SELECT fetched_at, used_at, media_type FROM tile WHERE z = ? AND x = ? AND y = ?", z, x, y
            )
            if row is None:
                return None
            if now_s - row[1] > _USED_AGAIN_S:
                connection.execute("UPDATE tile SET used_at = ? WHERE z = ? AND x = ? AND y = ?", (now_s, z, x, y))
            return Found(row[0], row[2])

    def read(self, z: int, x: int, y: int) -> Picture | None:
        """The picture of a tile that is kept."""
        with self._open() as connection:
            row = _one(connection, "SELECT body, media_type FROM tile WHERE z = ? AND x = ? AND y = ?", z, x, y)
        return Picture(row[0], row[1]) if row and row[1] else None

    def keep(self, z: int, x: int, y: int, picture: Picture | None) -> Found:
        """Keep a tile, or that there is none; what was asked for longest ago makes room."""
        found = Found(time.time(), picture.media_type if picture else "")
        body = picture.body if picture else b""
        with self._open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO tile VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (z, x, y, found.fetched_s, found.fetched_s, found.media_type, len(body) + _ROW_BYTES, body),
            )
            self._held_bytes += len(body) + _ROW_BYTES
            self._since_counted += 1
            if self._since_counted >= _COUNT_AGAIN:
                self._count(connection)
            self._make_room(connection)
        return found

    def weighed(self) -> tuple[int, int]:
        """How many tiles are kept, and how many bytes they take."""
        with self._open() as connection:
            count, size = _one(connection, "SELECT count(*), coalesce(sum(size), 0) FROM tile") or (0, 0)
        return int(count), int(size)

    def clear(self) -> None:
        """Forget every tile."""
        with self._open() as connection:
            connection.execute("DELETE FROM tile")
            connection.execute("PRAGMA incremental_vacuum")
            self._held_bytes = 0

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            if self._connection:
                self._connection.close()
            self._connection = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The connection, in turn. Raises NotPossible where the disk does not let it."""
        with self._turn:
            try:
                if self._connection is None:
                    self._connection = self._made()
                yield self._connection
                self.problem = None
            except (sqlite3.Error, OSError) as error:
                why = error.strerror if isinstance(error, OSError) else error
                name = f"{self.file.parent.name}/{self.file.name}"
                self.problem = f"缓存用不了({name}:{why}):请管理员检查磁盘空间与权限,或删除这个文件。"
                raise NotPossible(f"底图的{self.problem}") from None

    def _made(self) -> sqlite3.Connection:
        new = not self.file.parent.exists()
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = not self.file.exists()
        connection = sqlite3.connect(self.file, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
        try:
            if fresh:
                connection.execute("PRAGMA auto_vacuum = incremental")
            connection.execute("PRAGMA journal_mode = wal")
            # What is lost with the machine's power is fetched again.
            connection.execute("PRAGMA synchronous = off")
            connection.executescript(_TABLES)
            _hand_over([self.file.parent] if new else [], self.file)
            self._be_of_this_version(connection)
            self._count(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _be_of_this_version(self, connection: sqlite3.Connection) -> None:
        row = _one(connection, "SELECT value FROM about WHERE name = 'version'")
        if row is None or row[0] != self._version:
            connection.execute("DELETE FROM tile")
            connection.execute("INSERT OR REPLACE INTO about VALUES ('version', ?)", (self._version,))

    def _count(self, connection: sqlite3.Connection) -> None:
        self._held_bytes = int((_one(connection, "SELECT coalesce(sum(size), 0) FROM tile") or (0,))[0])
        self._since_counted = 0

    def _make_room(self, connection: sqlite3.Connection) -> None:
        if self._held_bytes <= self._most_bytes:
            return
        gone = []
        with closing(connection.execute("SELECT rowid, size FROM tile ORDER BY used_at")) as oldest:
            for row, size in oldest:
                gone.append((row,))
                self._held_bytes -= size
                # A little more than need be, or each tile to come would have to make room.
                if self._held_bytes <= self._most_bytes * 0.95:
                    break
        connection.executemany("DELETE FROM tile WHERE rowid = ?", gone)
        connection.execute("PRAGMA incremental_vacuum")


def _one(connection: sqlite3.Connection, statement: str, *values: object) -> tuple[Any, ...] | None:
    with closing(connection.execute(statement, values)) as cursor:
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def _hand_over(folders: list[Path], file: Path) -> None:
    """What root made at the command line belongs to whoever owns the data folder: the server, which is not root."""
    if os.geteuid() != 0:
        return
    owner = file.parent.parent.stat()
    for path in (*folders, file, *file.parent.glob(f"{file.name}-*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
