"""A notice that the map has changed, and which tiles it touches."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, Self

HALF_M = 20037508.342789244
"""From the middle of the Mercator square to its edge, in units of 3857."""
BUFFER = 64 / 4096
"""How much of a tile's width is drawn beyond its edge, all round."""
Box = tuple[float, float, float, float]


class Change(NamedTuple):
    """What changed: one layer, or all where it is None; within boxes of 3857, or everywhere where they are None."""

    layer: str | None
    boxes: tuple[Box, ...] | None

    @classmethod
    def of(cls, notice: str, layers: Mapping[str, str]) -> Self | None:
        """What a notice of the database says; None where the table is no layer's.

        layers: table, without its schema, to layer. A notice that cannot be read is one of everything.

        >>> Change.of('{"table": "road", "boxes": [[0, 0, 10, 10]]}', {"road": "road"})
        Change(layer='road', boxes=((0, 0, 10, 10),))
        >>> Change.of("?", {})
        Change(layer=None, boxes=None)
        """
        try:
            told = json.loads(notice)
            table, boxes = told["table"], told["boxes"]
            read = None if boxes is None else tuple((w, s, e, n) for w, s, e, n in boxes)
        except (ValueError, KeyError, TypeError):
            return cls(None, None)
        if table is None:
            return cls(None, None)
        return cls(layers[table], read) if table in layers else None

    def touches(self, layers: Collection[str], z: int, x: int, y: int) -> bool:
        """Whether a tile of these layers may show any of it."""
        if self.layer is None:
            return True
        return self.layer in layers and bool(list(self.tiles_among(z, {(x, y): None})))

    def tiles_among(self, z: int, places: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Which of the tiles of a zoom, each x and y, may show any of it; some may come twice."""
        if self.boxes is None:
            yield from places
            return
        for box in self.boxes:
            west, north, east, south = _span(z, box)
            if (east - west + 1) * (south - north + 1) < len(places):
                around = ((x, y) for x in range(west, east + 1) for y in range(north, south + 1))
                yield from (place for place in around if place in places)
            else:
                yield from (place for place in places if west <= place[0] <= east and north <= place[1] <= south)


def _span(z: int, box: Box) -> tuple[int, int, int, int]:
    """The first and last column and row of the tiles that a box lies in, or in whose buffer it lies."""
    count = 2**z
    width = 2 * HALF_M / count
    west, south, east, north = box
    return (
        max(int((west + HALF_M) / width - BUFFER), 0),
        max(int((HALF_M - north) / width - BUFFER), 0),
        min(int((east + HALF_M) / width + BUFFER), count - 1),
        min(int((HALF_M - south) / width + BUFFER), count - 1),
    )
