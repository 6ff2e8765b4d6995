"""Tiles kept in memory, by how much they weigh, until something they show has changed.

Used by one thread alone, that of the event loop: nothing here waits, so nothing comes in between.
"""

import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from api.tiles.asked import Asked
from api.tiles.change import Change
from api.tiles.packed import Packed


class Key(NamedTuple):
    """Which tile, and as what roles see it; None where roles make no difference."""

    asked: Asked
    roles: frozenset[str] | None


class Kept(NamedTuple):
    """A tile, and until when it is true by itself (seconds since 1970)."""

    tile: Packed
    until_s: float


class Cache:
    """The tiles most lately asked for, at most so many bytes of them.

    >>> from api.tiles.packed import Packed
    >>> cache, key = Cache(most_bytes=10_000), Key(Asked(("road",), 3, 6, 3), None)
    >>> cache.keep(key, Packed(b"tile"), until_s=float("inf"))
    >>> cache.find(key).empty, len(cache)
    (False, 1)
    >>> cache.drop(Change("road", None))
    >>> cache.find(key) is None, cache.held_bytes
    (True, 0)
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._places: defaultdict[str, defaultdict[int, defaultdict[tuple[int, int], set[Key]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(set))
        )
        self.held_bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Key) -> Packed | None:
        """The tile, where it is kept and still true."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.until_s <= time.time():
            self._forget(key)
            return None
        self._kept.move_to_end(key)
        return kept.tile

    def keep(self, key: Key, tile: Packed, until_s: float) -> None:
        """Keep a tile; those asked for longest ago make room. One heavier than all there is room for is not kept."""
        self._forget(key)
        if tile.size_bytes > self._most_bytes:
            return
        self._kept[key] = Kept(tile, until_s)
        self.held_bytes += tile.size_bytes
        for layer in key.asked.layers:
            self._places[layer][key.asked.z][key.asked.x, key.asked.y].add(key)
        self._make_room()

    def widen(self, key: Key, tile: Packed, encoding: str, body: bytes) -> None:
        """Keep a tile's body in one more encoding; nothing happens where that tile is not kept any more."""
        kept = self._kept.get(key)
        if kept and kept.tile is tile and tile.form(encoding) is None:
            tile.add(encoding, body)
            self.held_bytes += len(body)
            self._make_room()

    def drop(self, change: Change) -> None:
        """Forget every tile that a change touches, and no other."""
        if change.layer is None:
            self.clear()
        elif change.layer in self._places:
            for key in list(self._touched(change)):
                self._forget(key)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._places.clear()
        self.held_bytes = 0

    def _touched(self, change: Change) -> Iterator[Key]:
        for z, places in self._places[str(change.layer)].items():
            for place in change.tiles_among(z, places):
                yield from places[place]

    def _make_room(self) -> None:
        while self.held_bytes > self._most_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is None:
            return
        self.held_bytes -= kept.tile.size_bytes
        for layer in key.asked.layers:
            places = self._places[layer][key.asked.z]
            places[key.asked.x, key.asked.y].discard(key)
            if not places[key.asked.x, key.asked.y]:
                del places[key.asked.x, key.asked.y]
