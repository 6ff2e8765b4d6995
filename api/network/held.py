"""Networks held in memory: made once for all who ask, and anew only once what they are made of has changed."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from api.sightings.targets import City, read_city

if TYPE_CHECKING:  # else imported where a network is made: SciPy takes half a second, and no start need wait for it
    from geo.network.network import Network

__all__ = ["Networks"]

MOST_HELD = 3
"""Today's with and without past walks, and one of another day: a city's comes to some 100 MB."""


class Networks:
    """The networks that were asked for last, each found again by all that it was made of."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._held: OrderedDict[tuple[object, ...], Network] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._held)

    def read(self, connection: Connection, at: datetime | None = None, *, legs: bool = True) -> "Network":
        """The network at an instant with its offset, by default now. legs: whether past walks on foot make ways.

        Whoever asks while it is being made waits for that. Raises TooLarge where a city has more ways than one has.
        """
        from api.network.read import Asked, read_ground, stamp_of
        from geo.network.city.ground import network_of

        city = read_city(connection)
        asked = Asked(at or _now(city), legs)
        stamp = (legs, *stamp_of(connection, city, asked))
        with self._lock:
            if stamp not in self._held:
                self._held[stamp] = network_of(read_ground(connection, city, asked))
                while len(self._held) > self._most:
                    self._held.popitem(last=False)
            self._held.move_to_end(stamp)
            return self._held[stamp]


def _now(city: City) -> datetime:
    return datetime.now(city.zone)
