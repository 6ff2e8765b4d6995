"""The tiles of one server: from memory where they are known to be true, and drawn once however many ask at once.

A tile is never older than the last notice that was handled. Notices come from a thread of their own and are handled by
the event loop's, one after the other with the requests: what a change touches is forgotten, and a tile that is being
drawn meanwhile goes to those who asked before, but is not kept, nor given to those who ask after.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from sqlalchemy import Connection

from api.access.reader import Reader
from api.limits import NARROWED_AT_ONCE, NARROWED_WAITING, TILES_AT_ONCE, TILES_WAITING
from api.listening import Listener
from api.tiles.asked import Asked
from api.tiles.cache import Cache, Key
from api.tiles.change import Change
from api.tiles.lane import Lane
from api.tiles.packed import Packed
from layers.catalogue import Catalogue

Draw = Callable[[Reader, Asked], tuple[Packed, float]]
"""Draws and packs a tile, and says until when it is true by itself (seconds since 1970)."""


@dataclass(eq=False)
class Flight:
    """A tile that is being drawn."""

    asked: Asked
    task: "asyncio.Task[Packed]"


class Tiles:
    """`kept` answers at once what is in memory; `tile` answers whatever it takes."""

    channel = "city_change"

    def __init__(self, draw: Draw, catalogue: Catalogue, listener: Listener, most_bytes: int) -> None:
        self._draw, self._listener = draw, listener
        self._by_role = frozenset(layer.id for layer in catalogue.values() if layer.by_role)
        self._tables = {layer.table.split(".")[1]: layer.id for layer in catalogue.values()}
        self._cache = Cache(most_bytes)
        self._flights: dict[Key, Flight] = {}
        self._widening: set[Key] = set()
        self._hearers: list[Callable[[Change], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._plain = Lane("tile", TILES_AT_ONCE, TILES_WAITING)
        self._narrowed = Lane("narrowed", NARROWED_AT_ONCE, NARROWED_WAITING)
        listener.tell(self)

    def start(self) -> None:
        """Begin to handle notices; called by the event loop's thread, before the listening begins."""
        self._loop = asyncio.get_running_loop()

    def stop(self) -> None:
        """Draw nothing more."""
        self._loop = None
        self._plain.end()
        self._narrowed.end()

    def tell(self, hearer: Callable[[Change], None]) -> None:
        """Tell someone of every change, after what it touches has been forgotten."""
        self._hearers.append(hearer)

    def key(self, asked: Asked, reader: Reader) -> Key:
        """Under which name a tile is kept: that of its reader's roles, too, where they make a difference.

        With conditions they always do: not everyone may ask by every column.
        """
        return Key(asked, reader.roles if asked.query or self._by_role.intersection(asked.layers) else None)

    def kept(self, key: Key) -> Packed | None:
        """The tile, where it is in memory and known to be true."""
        return self._cache.find(key) if self._listener.trusted() else None

    async def tile(self, asked: Asked, reader: Reader) -> Packed:
        """The tile, from memory or drawn. Raises what drawing raises; NotReady where too many are waiting."""
        key = self.key(asked, reader)
        tile = self.kept(key)
        if tile is not None:
            return tile
        flight = self._flights.get(key) if self._listener.trusted() else None
        if flight is None:
            flight = self._begin(key, reader)
        # One who goes away does not take the tile from the others.
        return await asyncio.shield(flight.task)

    def widen(self, key: Key, tile: Packed, encoding: str) -> None:
        """Have a kept tile's body made in one more encoding, aside."""
        if key not in self._widening:
            self._widening.add(key)
            future = self._plain.aside(tile.encoded, encoding)
            future.add_done_callback(lambda done: self._in_loop(self._widened, key, tile, encoding, done))

    def begun(self, connection: Connection) -> None:
        """Forget everything: what changed before the connection was made, nobody told."""
        self._in_loop(self._handle, Change(None, None))

    def heard(self, notices: Sequence[str], connection: Connection) -> None:
        """Hand the changes over to the event loop, in their order."""
        for change in dict.fromkeys(Change.of(notice, self._tables) for notice in notices):
            if change is not None:
                self._in_loop(self._handle, change)

    def beat(self, connection: Connection) -> None:
        """Nothing to do."""

    def ending(self, connection: Connection) -> None:
        """Nothing to do."""

    def lost(self) -> None:
        """Forget everything."""
        self._in_loop(self._handle, Change(None, None))

    def _in_loop(self, act: Callable[..., None], *arguments: object) -> None:
        loop = self._loop
        if loop and not loop.is_closed():
            loop.call_soon_threadsafe(act, *arguments)

    def _handle(self, change: Change) -> None:
        self._cache.drop(change)
        for key, flight in list(self._flights.items()):
            asked = flight.asked
            if change.touches(asked.layers, asked.z, asked.x, asked.y):
                del self._flights[key]
        for hearer in self._hearers:
            hearer(change)

    def _begin(self, key: Key, reader: Reader) -> Flight:
        # A condition may take as long as whoever wrote it likes: what has none does not wait for it.
        lane = self._narrowed if key.asked.query else self._plain
        drawn = lane.begin(self._draw, reader, key.asked)
        flight = Flight(key.asked, asyncio.create_task(self._fly(key, drawn)))
        # Where all who asked have gone, nobody else looks at what went wrong.
        flight.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        # While nobody can tell what has changed, nobody may be given what another began before.
        if self._listener.trusted():
            self._flights[key] = flight
        return flight

    async def _fly(self, key: Key, drawn: "asyncio.Future[tuple[Packed, float]]") -> Packed:
        own = asyncio.current_task()
        try:
            tile, until_s = await drawn
            flight = self._flights.get(key)
            if flight and flight.task is own and self._listener.trusted():
                self._cache.keep(key, tile, until_s)
            return tile
        finally:
            flight = self._flights.get(key)
            if flight and flight.task is own:
                del self._flights[key]

    def _widened(self, key: Key, tile: Packed, encoding: str, done: "Future[bytes]") -> None:
        self._widening.discard(key)
        if not done.cancelled():
            self._cache.widen(key, tile, encoding, done.result())
