"""Outlines gathered by place, so that what is around them is read once for many."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["LIMITS", "Limits", "chunks"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Limits(NamedTuple):
    """What a chunk may hold, where it holds more than one: outlines, vertices, and ground within their boxes, m²."""

    outlines: int = 128
    vertices: int = 200_000
    area_m2: float = 20e6


LIMITS = Limits()
"""Where nothing else is said."""


def chunks(boxes: Floats, vertices: Indices, limits: Limits = LIMITS) -> list[Indices]:
    """Places of outlines, gathered: near ones together, each once, no chunk beyond the limits but of one outline.

    boxes: (n, 4) west, south, east, north in metres.  vertices: (n,) how many each has. The same boxes give the same
    chunks: halves along the longer side, again and again.

    >>> boxes = np.array([[0, 0, 1, 1], [9000, 0, 9001, 1], [2, 0, 3, 1], [9002, 0, 9003, 1]], dtype=float)
    >>> [chunk.tolist() for chunk in chunks(boxes, np.full(4, 5), Limits(outlines=2))]
    [[0, 2], [1, 3]]
    >>> chunks(np.empty((0, 4)), np.empty(0, dtype=np.int64))
    []
    """
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    areas_m2 = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    waiting, found = [np.arange(len(boxes))] if len(boxes) else [], []
    while waiting:
        some = waiting.pop()
        fits = len(some) <= limits.outlines and vertices[some].sum() <= limits.vertices
        if len(some) == 1 or (fits and areas_m2[some].sum() <= limits.area_m2):
            found.append(np.sort(some))
            continue
        along = int(np.argmax(np.ptp(centres[some], axis=0)))
        order = some[np.lexsort((some, centres[some, along]))]
        waiting += [order[len(order) // 2 :], order[: len(order) // 2]]
    return found
