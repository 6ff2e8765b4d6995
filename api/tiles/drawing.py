"""Drawing a tile for whoever keeps it: in a transaction of its own, packed, and with the time until when it is true."""

from datetime import datetime, timedelta

from api import statements
from api.access.reader import Reader
from api.database import Database
from api.tiles.asked import Asked
from api.tiles.packed import Packed
from layers import query
from layers.catalogue import Catalogue


class Drawing:
    """Draws tiles, on connections of its own."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database, self._catalogue = database, catalogue

    def __call__(self, reader: Reader, asked: Asked) -> tuple[Packed, float]:
        """The tile, and until when it is true by itself: the next midnight, when other versions become valid."""
        layers = [self._catalogue[name] for name in asked.layers if self._catalogue[name].min_zoom <= asked.z]
        with self._database.transaction(reader) as connection:
            now = query.value(connection, "deployment/local_now")
            if not layers:
                return Packed(b""), _midnight_after(now).timestamp()
            parts = [{"tile": statements.tile_function(layer)} for layer in layers]
            found = statements.joined(
                connection, "deployment/layer_tile", parts, by="||", before="SELECT ", z=asked.z, x=asked.x, y=asked.y
            )
            return Packed(bytes(found.scalar_one())), _midnight_after(now).timestamp()


def _midnight_after(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
