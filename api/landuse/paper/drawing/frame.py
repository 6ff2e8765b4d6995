"""Where the map of a check lies on the paper, at a round scale, in the metric system: to measure by."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.sheets.plane import Box, Xy
from layers.crs import STORED, transformer

__all__ = ["DETAIL_MM", "Frame", "framed", "scale_of"]

_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_LEAST = 100.0
"""Scales are of these steps, from 1:100 on."""
_ROOM = 0.84
"""Of the frame's width and height, at most so much is the outline's own."""
DETAIL_MM = 0.04
"""Below it nothing is seen on paper."""


def scale_of(width_m: float, height_m: float, width_mm: float, height_mm: float) -> float:
    """The number of the largest round scale at which so many metres fit into so many millimetres.

    >>> scale_of(165.0, 10.0, 165.0, 200.0), scale_of(300.0, 250.0, 165.0, 180.0), scale_of(0.0, 0.0, 165.0, 180.0)
    (1000.0, 2000.0, 100.0)
    """
    needed = max(width_m / width_mm, height_m / height_mm, 1e-9) * 1000
    ten = 10.0 ** np.floor(np.log10(needed))
    fit = next(step * power for power in (ten, ten * 10) for step in _STEPS if step * power >= needed * (1 - 1e-9))
    return float(max(fit, _LEAST))


@dataclass(frozen=True)
class Frame:
    """A map's place on paper, in millimetres from the upper left, and what is at its middle, in metres.

    scale: so many metres are one on paper.  system: of the metres.
    """

    left: float
    top: float
    width: float
    height: float
    east_m: float
    north_m: float
    scale: float
    system: str

    def placed(self, xy: Xy) -> Xy:
        """(n, 2) places on paper of (n, 2) metres, east and north."""
        moved = (xy - (self.east_m, self.north_m)) * (1000 / self.scale)
        return np.column_stack([self.left + self.width / 2 + moved[:, 0], self.top + self.height / 2 - moved[:, 1]])

    def mm(self, coordinates: Sequence[Sequence[float]]) -> Xy:
        """(n, 2) places on paper of (n, 2) degrees."""
        degrees = np.asarray(coordinates, dtype=float)[:, :2]
        return self.placed(np.column_stack(transformer(STORED, self.system).transform(*degrees.T)))

    def shape(self, metric: BaseGeometry) -> BaseGeometry:
        """A shape on paper, without what is too fine to be seen there; empty where all of it is."""
        moved = shapely.transform(metric, self.placed)
        return shapely.make_valid(shapely.simplify(moved, DETAIL_MM, preserve_topology=False))

    @property
    def box(self) -> Box:
        """What the frame shows, in degrees; a little more than it, as the metric grid stands askew."""
        x, y = np.array([-1, 1, 1, -1]), np.array([-1, -1, 1, 1])
        half_m = np.array([self.width, self.height]) / 2 * self.scale / 1000
        corners = (self.east_m + x * half_m[0], self.north_m + y * half_m[1])
        lon, lat = transformer(self.system, STORED).transform(*corners)
        return Box(float(min(lon)), float(min(lat)), float(max(lon)), float(max(lat)))

    @property
    def edges_m(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the frame."""
        x, y = self.width / 2 * self.scale / 1000, self.height / 2 * self.scale / 1000
        return self.east_m - x, self.north_m - y, self.east_m + x, self.north_m + y


def framed(outline: BaseGeometry, system: str, left: float, top: float, width: float, height: float) -> Frame:
    """The frame that has an outline, in metres, in its middle."""
    west, south, east, north = outline.bounds
    scale = scale_of(east - west, north - south, width * _ROOM, height * _ROOM)
    return Frame(left, top, width, height, (west + east) / 2, (south + north) / 2, scale, system)
