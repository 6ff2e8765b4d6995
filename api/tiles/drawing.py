"""Drawing a tile for whoever keeps it: packed, with what it lacks and with the time until when it is true."""

from collections.abc import Sequence

from api.access.reader import Reader
from api.database import Database
from api.tiles.asked import Asked
from api.tiles.draw import LeftOut, draw
from api.tiles.packed import Packed
from layers.catalogue import Catalogue


class Drawing:
    """Draws tiles, on connections of its own."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database, self._catalogue = database, catalogue

    def __call__(self, reader: Reader, asked: Asked) -> tuple[Packed, float]:
        """The tile, and until when it is true by itself: midnight at the latest, when other versions become valid."""
        drawn = draw(self._database, reader, asked, self._catalogue)
        until_s = drawn.until.timestamp() if drawn.until else float("inf")
        return Packed(drawn.data, _told(drawn.left_out)), until_s


def _told(left_out: Sequence[LeftOut]) -> str:
    """What a tile lacks, for a header.

    >>> _told([LeftOut("landuse", 30000, 91234), LeftOut("road", 10, 12)])
    'landuse;drawn=30000;of=91234, road;drawn=10;of=12'
    """
    return ", ".join(f"{one.layer};drawn={one.drawn};of={one.of}" for one in left_out)
