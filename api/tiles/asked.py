"""What is asked of the tiles: which layers, which tile, under which conditions; and reading it from an address."""

import re
from typing import NamedTuple, Self
from urllib.parse import parse_qsl, unquote

from api.limits import MAX_TILE_LAYERS, MAX_ZOOM

_PATH = re.compile(r"/tiles/([^/]{1,1000})/(0|[1-9]\d?)/(0|[1-9]\d{0,7})/(0|[1-9]\d{0,7})(?:\.mvt)?")


class Asked(NamedTuple):
    """One tile of some layers.

    query: what the tile is narrowed to, sorted by name, so that the same question is the same tile.
    """

    layers: tuple[str, ...]
    z: int
    x: int
    y: int
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def at(cls, raw_path: bytes, raw_query: bytes) -> Self | None:
        """What an address asks for, where it is written as this platform writes it; None for anything else.

        Not an error: whatever is not plain is left to the route, which knows what to say of it.

        >>> Asked.at(b"/tiles/grid,road/3/6/3", b"")
        Asked(layers=('grid', 'road'), z=3, x=6, y=3, query=())
        >>> Asked.at(b"/tiles/grid/3/8/3", b"") is None
        True
        """
        try:
            found = _PATH.fullmatch(unquote(raw_path.decode("ascii"), errors="strict"))
            query = _pairs(raw_query.decode("ascii")) if raw_query else []
        except ValueError:
            return None
        if found is None:
            return None
        names, z, x, y = found.groups()
        layers, row_count = tuple(names.split(",")), 2 ** int(z)
        if int(z) > MAX_ZOOM or int(x) >= row_count or int(y) >= row_count or len(layers) > MAX_TILE_LAYERS:
            return None
        if len({name for name, _ in query}) < len(query) or len(set(layers)) < len(layers):
            return None
        return cls(layers, int(z), int(x), int(y), tuple(sorted(query)))


def _pairs(query: str) -> list[tuple[str, str]]:
    """The parameters of a query, those without a value, too: to leave one out would be another question."""
    return parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")
