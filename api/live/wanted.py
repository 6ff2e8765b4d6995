"""What one screen wants to be told of, and where on the map a change lies."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from api.access.reader import Reader
from api.live.event import Box, Key
from api.live.notice import OBSERVATION
from api.live.views import View, tile_key
from api.observations.listed import LAYER
from api.tiles.change import Change
from layers.catalogue import Layer
from layers.crs import TILE, WIRE, Bounds, transformer

_PLACES = 1e6
"""Degrees are told to a millionth, a tenth of a metre, rounded outward."""


class Wanted(NamedTuple):
    """Layers that the reader may see, and the box that is looked at; None: anywhere."""

    layers: Sequence[Layer]
    box: Bounds | None

    def keys(self, reader: Reader) -> frozenset[Key]:
        """For whom what happens to these layers' tiles is told."""
        return frozenset(tile_key(layer, reader) for layer in self.layers)

    def among(self, views: Sequence[View]) -> list[View]:
        """Those of the reader's views that are wanted: observations are one of the layers, the rest is none."""
        named = {layer.id for layer in self.layers}
        return [view for view in views if view.kind != OBSERVATION or LAYER in named]


def boxes_of(change: Change) -> tuple[Box, ...] | None:
    """Where a change lies, in degrees that hold all of it; None for everywhere.

    >>> boxes_of(Change("road", ((12745000, 3573000, 12745001, 3573001),)))
    ((114.490282, 30.538821, 114.490292, 30.538829),)
    """
    if change.boxes is None:
        return None
    ends = np.array(change.boxes, dtype=float).reshape(-1, 2, 2)
    lon, lat = transformer(TILE, WIRE).transform(ends[..., 0], ends[..., 1])
    low, high = (np.stack([lon[:, end], lat[:, end]], axis=1) * _PLACES for end in (0, 1))
    found = np.concatenate([np.floor(low), np.ceil(high)], axis=1) / _PLACES
    return tuple((west, south, east, north) for west, south, east, north in found.tolist())
