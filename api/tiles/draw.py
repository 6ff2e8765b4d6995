"""Drawing a tile: what stands on it, within what a tile may weigh, and what had to be left out.

drawn = draw(database, reader, asked, catalogue)
drawn.data, drawn.left_out, drawn.until
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from isal import igzip
from sqlalchemy import Row

from api.access.reader import Reader
from api.database import Database
from api.limits import NARROWED_S, STATEMENT_S, TILE_BYTES, TILE_FEATURES
from api.tiles.asked import Asked
from api.tiles.narrowed import Question, narrowed
from api.tiles.packed import GZIP_LEVEL
from api.tiles.prepared import run
from api.tiles.statement import Part, Shape, band_of, composed, extent_of
from layers.catalogue import Catalogue

__all__ = ["Drawn", "LeftOut", "draw"]

_ROUNDS = 6
"""Beyond which the rest is halved: by then one feature alone is larger than a tile may be."""
_SPARE = 0.97
"""Of what remains in proportion, because fewer features compress a little worse."""


class LeftOut(NamedTuple):
    """How many features of a layer are drawn on a tile, of how many that are there."""

    layer: str
    drawn: int
    of: int


class Drawn(NamedTuple):
    """A tile as MVT, uncompressed, b"" where nothing is; and until when it is so if nobody writes, None for ever."""

    data: bytes
    left_out: tuple[LeftOut, ...]
    until: datetime | None


def draw(database: Database, reader: Reader, asked: Asked, catalogue: Catalogue) -> Drawn:
    """The tile that is asked for: the same bytes while the same is stored.

    A layer has TILE_FEATURES features at most, and all of them together TILE_BYTES, compressed by gzip: where there is
    more the weightiest stay, and `left_out` says of which layer how many are drawn, of how many.
    Raises BadInput for a condition that cannot be understood, NotFound for a layer that there is not.
    """
    layers = [layer for layer in (catalogue[name] for name in asked.layers) if layer.min_zoom <= asked.z]
    if asked.query:
        # Refused alike on every zoom: also where nothing would be drawn.
        question = narrowed(database, reader, asked.query, [catalogue[name] for name in asked.layers])
        drawn_here = {layer.id for layer in layers}
        question = question._replace(parts=tuple(part for part in question.parts if part.layer in drawn_here))
    else:
        question = Question(tuple(Part(layer.id) for layer in layers))
    if not question.parts:
        return Drawn(b"", (), None)
    found = _Tile(database, reader, asked, catalogue, question).within_bounds()
    counts = zip(question.parts, found.drawn, found.found, strict=True)
    left_out = tuple(LeftOut(part.layer, drawn, of) for part, drawn, of in counts if drawn < of)
    return Drawn(bytes(found.data), left_out, None if question.then else found.until)


@dataclass(frozen=True)
class _Tile:
    """One tile on its way to be small enough."""

    database: Database
    reader: Reader
    asked: Asked
    catalogue: Catalogue
    question: Question

    def within_bounds(self) -> Row[Any]:
        """The tile whole, or else with as many features as fit."""
        found = self._drawn(most=TILE_FEATURES)
        limits = [min(count, TILE_FEATURES) for count in found.drawn]
        size = _size(found.data)
        if limits == list(found.drawn) and size <= TILE_BYTES:
            return found
        for _ in range(_ROUNDS):
            limits = fewer(limits, found.bytes, min(1.0, _SPARE * TILE_BYTES / size))
            found = self._cut(limits)
            size = _size(found.data)
            if size <= TILE_BYTES:
                return found
        while size > TILE_BYTES and any(limits):
            limits = [limit // 2 for limit in limits]
            found = self._cut(limits)
            size = _size(found.data)
        return found

    def _cut(self, limits: Sequence[int]) -> Row[Any]:
        return self._drawn(**{f"limit_{place}": limit for place, limit in enumerate(limits)})

    def _drawn(self, **limits: int) -> Row[Any]:
        z, x, y = self.asked.z, self.asked.x, self.asked.y
        shape = Shape(self.question.parts, band_of(z), cut="most" not in limits)
        values = {"z": z, "x": x, "y": y, "extent": extent_of(z), **self.question.values, **limits}
        within_s = NARROWED_S if self.asked.query else STATEMENT_S
        return run(
            self.database, self.reader, shape, lambda: composed(shape, self.catalogue), values, within_s=within_s
        )


def fewer(limits: Sequence[int], sizes: Sequence[int], share: float) -> list[int]:
    """How many features of each layer remain where all may keep a share of their size: the largest give way first.

    limits, sizes: features and bytes of each layer, in the same order. A layer without features keeps none.

    >>> fewer([100, 100, 0], [1000, 200, 0], 0.5)
    [40, 100, 0]
    """
    level, room = _level(sizes, share * sum(sizes)), share < 1
    return [
        int(limit * min(1.0, level / size)) if room and size else limit
        for limit, size in zip(limits, sizes, strict=True)
    ]


def _level(sizes: Sequence[int], total: float) -> float:
    """Down to what size the larger ones are cut so that all together come to `total`."""
    falling = sorted(sizes, reverse=True)
    for count in range(1, len(falling) + 1):
        rest = falling[count:]
        level = (total - sum(rest)) / count
        if not rest or level >= rest[0]:
            return max(level, 0.0)
    return total


def _size(data: bytes) -> int:
    """How long a tile is compressed. gzip never adds more than a thousandth, so that small ones need not be tried."""
    return len(data) if len(data) < TILE_BYTES * 0.99 else len(igzip.compress(data, GZIP_LEVEL, mtime=0))
