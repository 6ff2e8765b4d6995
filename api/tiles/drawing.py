"""Drawing a tile for whoever keeps it: packed, with what it lacks and with the time until when it is true."""

import logging
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from api.access.reader import Reader
from api.database import Database
from api.tiles.asked import Asked
from api.tiles.draw import Drawn, LeftOut, draw
from api.tiles.packed import Packed
from api.tiles.replica import Replica
from layers.catalogue import Catalogue

_log = logging.getLogger("huashan.tiles")


class Drawing:
    """Draws tiles, on connections of its own.

    replica: to be drawn from instead, whenever it has everything that the primary has told of.
    """

    def __init__(self, database: Database, catalogue: Catalogue, replica: Replica | None = None) -> None:
        self._database, self._catalogue, self._replica = database, catalogue, replica

    def __call__(self, reader: Reader, asked: Asked) -> tuple[Packed, float]:
        """The tile, and until when it is true by itself: midnight at the latest, when other versions become valid."""
        drawn = self._drawn(reader, asked)
        until_s = drawn.until.timestamp() if drawn.until else float("inf")
        return Packed(drawn.data, _told(drawn.left_out)), until_s

    def _drawn(self, reader: Reader, asked: Asked) -> Drawn:
        source = self._source()
        try:
            return draw(source, reader, asked, self._catalogue)
        except OperationalError as error:
            if source is self._database:
                raise
            _log.warning("the replica failed, a tile is drawn from the primary: %s", error)
            return draw(self._database, reader, asked, self._catalogue)

    def _source(self) -> Database:
        replica = self._replica
        return replica.database if replica and replica.caught_up() else self._database

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()
        if self._replica:
            self._replica.database.close()


def _told(left_out: Sequence[LeftOut]) -> str:
    """What a tile lacks, for a header.

    >>> _told([LeftOut("landuse", 30000, 91234), LeftOut("road", 10, 12)])
    'landuse;drawn=30000;of=91234, road;drawn=10;of=12'
    """
    return ", ".join(f"{one.layer};drawn={one.drawn};of={one.of}" for one in left_out)
