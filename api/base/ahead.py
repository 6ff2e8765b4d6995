"""Tiles fetched before anyone asks for them: of an area, into the cache; what is there already is passed over."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from api.base.far import AT_ONCE
from api.base.maps import Base
from api.base.service import Service
from layers.crs import Bounds
from layers.errors import BadInput, NotPossible, NotReady

MOST_TILES = 500_000
_FAILED_IN_A_ROW = 20
_LATITUDE = 85.05

Place = tuple[int, int, int]


class Counted(NamedTuple):
    """How many tiles an area has, and how many of them are not kept yet, or have aged."""

    tiles: int
    lacking: int


class Fetched(NamedTuple):
    """What became of the tiles that were lacking. problem: of the last that failed."""

    fetched: int
    empty: int
    failed: int
    size_bytes: int
    problem: str | None


def area(base: Base, zooms: range, box: Bounds | None) -> Bounds:
    """What is to be fetched: the box, or all of the base map, as far as it has pictures. Raises BadInput."""
    low, high = base.zooms
    if zooms[0] < low or zooms[-1] > high:
        raise BadInput(f"底图“{base.title.zh}”只有第 {low} 到 {high} 级:请改 --zoom。")
    own, asked = base.box, box or base.box
    found = Bounds(
        max(own.west, asked.west), max(own.south, asked.south, -_LATITUDE),
        min(own.east, asked.east), min(own.north, asked.north, _LATITUDE),
    )  # fmt: skip
    if found.west >= found.east or found.south >= found.north:
        raise BadInput(f"范围 {','.join(map(str, asked))} 在底图“{base.title.zh}”之外:请改 --bbox。")
    return found


def count(base: Base, service: Service, zooms: range, box: Bounds) -> Counted:
    """How much there is to do. Raises BadInput where it is far too much."""
    tiles = sum(len(columns) * len(rows) for _, columns, rows in _ranges(zooms, box))
    if tiles > MOST_TILES:
        raise BadInput(f"要取的瓦片有 {tiles:,} 张,超过 {MOST_TILES:,}:请用 --bbox 缩小范围,或用 --zoom 少要几级。")
    return Counted(tiles, sum(1 for _ in lacking(base, service, zooms, box)))


def lacking(base: Base, service: Service, zooms: range, box: Bounds) -> Iterator[Place]:
    """The tiles that are not kept, or have aged, the coarsest first."""
    for z, columns, rows in _ranges(zooms, box):
        for x in columns:
            for y in rows:
                if not service.has_fresh(base, z, x, y):
                    yield z, x, y


def fetch(base: Base, service: Service, places: Iterator[Place], step: Callable[[], None] = lambda: None) -> Fetched:
    """Fetch tiles, some side by side; ends early where one after the other fails. Interrupted, it is resumed anew."""
    work = _Work(base, service, step)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="huashan-base-ahead") as pool:
        # Handed out in small lots, so that an end comes soon.
        while not work.hopeless and (some := list(islice(places, AT_ONCE * 8))):
            for _ in pool.map(work.do, some):
                pass
    return work.done


class _Work:
    def __init__(self, base: Base, service: Service, step: Callable[[], None]) -> None:
        self._base, self._service, self._step = base, service, step
        self._turn, self._in_a_row = threading.Lock(), 0
        self.done = Fetched(0, 0, 0, 0, None)

    @property
    def hopeless(self) -> bool:
        return self._in_a_row >= _FAILED_IN_A_ROW

    def do(self, place: Place) -> None:
        if self.hopeless:
            return
        try:
            picture = self._service.make(self._base, *place)
        except (NotReady, NotPossible) as error:
            with self._turn:
                self._in_a_row += 1
                self.done = self.done._replace(failed=self.done.failed + 1, problem=str(error))
            return
        with self._turn:
            self._in_a_row, done = 0, self.done
            size = len(picture.body) if picture else 0
            self.done = done._replace(
                fetched=done.fetched + 1, empty=done.empty + (picture is None), size_bytes=done.size_bytes + size
            )
            self._step()


def _ranges(zooms: range, box: Bounds) -> Iterator[tuple[int, range, range]]:
    import morecantile

    matrices = morecantile.tms.get("WebMercatorQuad")
    for z in zooms:
        first, last = matrices.tile(box.west, box.north, z), matrices.tile(box.east, box.south, z)
        yield z, range(first.x, last.x + 1), range(first.y, last.y + 1)
