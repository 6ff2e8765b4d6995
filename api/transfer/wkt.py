"""Shapes of WKT and WKB, read by GEOS, which reads a collection within a collection by calling itself.

Of 100,000 within one another it dies, and the whole server with it: nothing so deep is given to it.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from api.transfer.faults import none_yet
from api.transfer.source import Values
from layers.crs import Geometries

__all__ = ["from_wkt", "too_deep"]

_DEEPEST = 32
"""Brackets within brackets; a MultiPolygon in a collection has four."""
_MOST_HEADS = 5_000
_HEAD_BYTES = 9
_KINDS = 1000
"""WKB tells other dimensions by thousands more."""
_POLYGON, _LAST = 3, 17


def from_wkt(texts: Values) -> tuple[Geometries, NDArray[np.bool_]]:
    """(n,) the shapes, None for what is no WKT or nested too deep, or where there is no text; and which had open rings
    that were closed.

    >>> found, closed = from_wkt(np.array(["POLYGON((0 0,1 0,1 1))", "MULTIPOINT(" * 99_999, None], dtype=object))
    >>> found[1:].tolist(), closed.tolist()
    ([None, None], [True, False, False])
    """
    sound = none_yet(len(texts))
    sound[:] = [text if text and _depth(text) <= _DEEPEST else None for text in texts]
    with np.errstate(over="ignore", invalid="ignore"):  # numbers that are too large are found later, and said
        shapes = np.asarray(shapely.from_wkt(sound, on_invalid="ignore"))
        broken = shapely.is_missing(shapes) & sound.astype(bool)
        shapes[broken] = shapely.from_wkt(sound[broken], on_invalid="fix")
    return shapes, broken & ~shapely.is_missing(shapes)


def _depth(text: str) -> int:
    """How many brackets are open at once, at most."""
    if text.count("(") <= _DEEPEST:
        return 0
    letters = np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)
    steps = (letters == ord("(")).astype(np.int64) - (letters == ord(")"))
    return int(np.cumsum(steps).max())


def too_deep(wkb: bytes) -> bool:
    """Whether a WKB may have shapes within shapes, thousands deep: as many heads of such as no shape has.

    >>> round_ = shapely.to_wkb(shapely.Point(0, 0).buffer(1, 9_999))
    >>> too_deep(b"\\x01\\x07\\0\\0\\0\\x01\\0\\0\\0" * 9_999), too_deep(round_)
    (True, False)
    """
    if len(wkb) <= _MOST_HEADS * _HEAD_BYTES:
        return False
    heads = _heads(np.frombuffer(wkb, dtype=np.uint8))
    return bool(heads[0]) and int(heads.sum()) > _MOST_HEADS


def _heads(letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """At which bytes a shape made of others may begin: the order of its bytes, then its kind."""
    order, wide = letters[:-4], letters.astype(np.uint16)
    little = (wide[1:-3] | wide[2:-2] << 8) % _KINDS
    big = (wide[4:] | wide[3:-1] << 8) % _KINDS
    kind = np.where(order == 1, little, big)
    return np.asarray((order <= 1) & (kind > _POLYGON) & (kind <= _LAST))
