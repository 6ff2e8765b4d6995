"""Tiles of base maps as they are asked for: kept ones first, each fetched or drawn once however many ask at once."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, TypeVar

from api.base.kept import Found, Kept
from api.base.maps import Base, Bases
from api.base.picture import Picture
from layers.crs import Bounds
from layers.errors import BadFile, NotFound, NotPossible, NotReady

T = TypeVar("T")
READ_AT_ONCE = 4
MOST_WAITING = 400
"""Of one base map: a slow host keeps no other map's tiles out."""
EMPTY_AGE_S = 86_400.0


class Given(NamedTuple):
    """A tile as it is answered. picture: None where there is nothing, and where the asker has it already.

    stale_since_s: since when it is kept, where it is older than it should be and cannot be had anew.
    """

    picture: Picture | None
    etag: str
    same: bool = False
    stale_since_s: float | None = None


class Service:
    """Hands out the tiles of all base maps."""

    def __init__(self, bases: Bases, clock: Callable[[], float] = time.time) -> None:
        self.bases, self._clock = bases, clock
        self._reading = ThreadPoolExecutor(READ_AT_ONCE, thread_name_prefix="huashan-base")
        self._turn = threading.Lock()
        self._asked: dict[tuple[str, str, int, int, int], Future[tuple[Found, Picture | None]]] = {}

    async def find(self, id: str) -> Base:
        """The base map of this name. Raises NotFound."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, self.bases.find, id)

    async def tile(self, base: Base, z: int, x: int, y: int, known_etag: str = "") -> Given:
        """One tile. Raises NotFound, NotReady, NotPossible, each in words."""
        self._check(base)
        if not self._has(base, z, x, y):
            return Given(None, "")
        if base.kept is None:
            return await self._of_file(base, z, x, y, known_etag)
        found = await self._read(partial(_found, base.kept), z, x, y)
        if found is not None and self._fresh(base, found):
            return await self._of_kept(base, found, z, x, y, known_etag)
        try:
            made, picture = await asyncio.shield(asyncio.wrap_future(self._ask(base, z, x, y)))
        except NotReady:
            if found is None:
                raise
            given = await self._of_kept(base, found, z, x, y, known_etag)
            return given._replace(stale_since_s=found.fetched_s)
        etag = _etag(base, made)
        return Given(None, etag, same=True) if etag in known_etag else Given(picture, etag)

    def make(self, base: Base, z: int, x: int, y: int) -> Picture | None:
        """Fetch or draw a tile here and now, and keep it. Raises CityError."""
        return self._made(base, z, x, y)[1]

    def has_fresh(self, base: Base, z: int, x: int, y: int) -> bool:
        """Whether a tile is kept and has not aged."""
        found = _found(base.kept, z, x, y) if base.kept else None
        return found is not None and self._fresh(base, found)

    def trouble(self, base: Base) -> str | None:
        """Why a base map cannot be shown, or shows what is kept alone, in words; None where it is well."""
        if base.problem:
            return base.problem
        trouble = getattr(getattr(base.source, "far", None), "trouble", None)
        return f"{trouble.words}。" if trouble else (base.kept.problem if base.kept else None)

    def close(self) -> None:
        """Stop, and let go of everything."""
        self._reading.shutdown(wait=False, cancel_futures=True)
        self.bases.close()

    def _fresh(self, base: Base, found: Found) -> bool:
        """Whether a kept tile is good yet; that there is none is believed for a day only."""
        good_s = base.max_age_s if found.media_type else min(base.max_age_s, EMPTY_AGE_S)
        return self._clock() - found.fetched_s <= good_s

    def _check(self, base: Base) -> None:
        if base.source is None:
            raise NotFound(f"底图“{base.title.zh}”不能显示:{base.problem}")

    @staticmethod
    def _has(base: Base, z: int, x: int, y: int) -> bool:
        low, high = base.zooms
        return low <= z <= high and _meets(base.box, z, x, y)

    async def _of_kept(self, base: Base, found: Found, z: int, x: int, y: int, known_etag: str) -> Given:
        etag = _etag(base, found)
        if etag in known_etag:
            return Given(None, etag, same=True)
        assert base.kept is not None
        return Given(await self._read(base.kept.read, z, x, y) if found.media_type else None, etag)

    async def _of_file(self, base: Base, z: int, x: int, y: int, known_etag: str) -> Given:
        """A tile that stands ready in a file: what its asker has already is not read again."""
        etag = f'"{base.version}"'
        if etag in known_etag:
            return Given(None, etag, same=True)
        return Given(await self._read(partial(_picture, base), z, x, y), etag)

    async def _read(self, ask: Callable[[int, int, int], T], z: int, x: int, y: int) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, ask, z, x, y)

    def _ask(self, base: Base, z: int, x: int, y: int) -> "Future[tuple[Found, Picture | None]]":
        key = (base.id, base.version, z, x, y)
        with self._turn:
            running = self._asked.get(key)
            if running is not None:
                return running
            if sum(1 for id, *_ in self._asked if id == base.id) >= MOST_WAITING:
                raise NotReady("底图的瓦片排队太多:请稍后再试。")
            assert base.pool is not None
            try:
                future = base.pool.submit(self._made, base, z, x, y)
            except RuntimeError:
                raise NotReady("底图的设置刚刚改过:请再试一次。") from None
            self._asked[key] = future
        future.add_done_callback(lambda _: self._done(key))
        return future

    def _done(self, key: tuple[str, str, int, int, int]) -> None:
        with self._turn:
            self._asked.pop(key, None)

    def _made(self, base: Base, z: int, x: int, y: int) -> tuple[Found, Picture | None]:
        picture = _picture(base, z, x, y)
        now = Found(self._clock(), picture.media_type if picture else "")
        if base.kept is None:
            return now, picture
        try:
            return base.kept.keep(z, x, y, picture), picture
        except NotPossible:
            # A full disk keeps nothing, and the map is seen all the same.
            return now, picture


def _picture(base: Base, z: int, x: int, y: int) -> Picture | None:
    """What its file or host has of a tile. Raises NotPossible where a file is broken: whoever asks cannot help it."""
    assert base.source is not None
    try:
        return base.source.picture(z, x, y)
    except BadFile as error:
        raise NotPossible(str(error)) from None


def _found(kept: Kept, z: int, x: int, y: int) -> Found | None:
    """A tile as it is kept; None, too, where the cache cannot be used: the map is seen all the same."""
    try:
        return kept.find(z, x, y)
    except NotPossible:
        return None


def _etag(base: Base, found: Found) -> str:
    return f'"{base.version}-{int(found.fetched_s * 1000):x}"'


def _meets(box: Bounds, z: int, x: int, y: int) -> bool:
    """Whether a tile and a box have anything in common."""
    west, south, east, north = tile_box(z, x, y)
    return west < box.east and box.west < east and south < box.north and box.south < north


def tile_box(z: int, x: int, y: int) -> Bounds:
    """The box of a tile, in degrees.

    >>> [round(side, 3) for side in tile_box(1, 1, 0)]
    [0.0, 0.0, 180.0, 85.051]
    """
    import morecantile

    found = morecantile.tms.get("WebMercatorQuad").bounds(morecantile.Tile(x, y, z))
    return Bounds(found.left, found.bottom, found.right, found.top)
