"""A flat map of a few kilometres: degrees to metres east and north of its middle, and the frame that holds a line.

Metres are those of the WGS84 ellipsoid's radii of curvature at the middle. Over 30 km they are right to one in a
thousand, which is a fifth of a millimetre on the whole of a sheet: to look at, not to measure by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Box", "Placed", "Plane", "Sheet", "Xy", "frame", "round_length"]

Xy = NDArray[np.float64]

_AXIS_M, _ECCENTRICITY_2 = 6378137.0, 0.00669437999014
_LEAST_M = 200.0
_NICE = (1.0, 2.0, 5.0)


class Box(NamedTuple):
    """West, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float

    def wider(self, share: float) -> "Box":
        """The box with so much of its width and height more on each side."""
        x, y = (self.east - self.west) * share, (self.north - self.south) * share
        return Box(self.west - x, self.south - y, self.east + x, self.north + y)


@dataclass(frozen=True)
class Plane:
    """Metres around a middle, x east and y north."""

    lon: float
    lat: float

    def xy(self, coordinates: ArrayLike) -> NDArray[np.float64]:
        """(n, 2) metres of (n, 2) degrees; (0, 2) of none.

        >>> Plane(114.5, 30.6).xy([(114.5, 30.6), (114.51, 30.6)]).round().tolist()
        [[0.0, 0.0], [959.0, 0.0]]
        """
        degrees = np.asarray(coordinates, dtype=float).reshape(-1, 2)
        return (degrees - (self.lon, self.lat)) * self._metres

    def degrees(self, xy: ArrayLike) -> NDArray[np.float64]:
        """The way back."""
        return np.asarray(xy, dtype=float).reshape(-1, 2) / self._metres + (self.lon, self.lat)

    @property
    def _metres(self) -> tuple[float, float]:
        sine = np.sin(np.radians(self.lat))
        across = _AXIS_M / np.sqrt(1 - _ECCENTRICITY_2 * sine**2)
        along = across * (1 - _ECCENTRICITY_2) / (1 - _ECCENTRICITY_2 * sine**2)
        return float(np.radians(across * np.cos(np.radians(self.lat)))), float(np.radians(along))


def frame(coordinates: Sequence[Sequence[float]], ratio: float, margin: float = 0.08) -> Box:
    """The box that holds these positions with a margin, as wide as `ratio` times its height; 200 m wide at least.

    >>> around = frame([(114.50, 30.60), (114.52, 30.60)], 2.0)
    >>> around.west < 114.50, around.east > 114.52
    (True, True)
    """
    degrees = np.asarray(coordinates, dtype=float).reshape(-1, 2)
    low, high = degrees.min(axis=0), degrees.max(axis=0)
    plane = Plane(*((low + high) / 2).tolist())
    width, height = np.maximum(plane.xy(high)[0] * 2, _LEAST_M / 2) * (1 + 2 * margin)
    width, height = max(width, height * ratio), max(height, width / ratio)
    corners = plane.degrees([(-width / 2, -height / 2), (width / 2, height / 2)])
    return Box(*corners.ravel().tolist())


def round_length(most_m: float) -> float:
    """The longest of 1, 2, 5, 10, 20, … metres that is not over a length, for a scale bar.

    >>> round_length(730), round_length(1), round_length(1999)
    (500.0, 1.0, 1000.0)
    """
    ten = 10.0 ** np.floor(np.log10(most_m))
    return float(max(step * ten for step in _NICE if step * ten <= most_m * (1 + 1e-9)))


class Sheet(Protocol):
    """Where a map lies on the paper, whatever its projection."""

    @property
    def left(self) -> float:
        """Millimetres from the paper's left."""
        ...

    @property
    def top(self) -> float:
        """Millimetres from the paper's top."""
        ...

    @property
    def width(self) -> float:
        """Millimetres."""
        ...

    @property
    def height(self) -> float:
        """Millimetres."""
        ...

    def mm(self, coordinates: Sequence[Sequence[float]]) -> Xy:
        """(n, 2) places on paper of (n, 2) degrees."""
        ...


@dataclass(frozen=True)
class Placed:
    """Where a map lies on the paper, and how degrees come to be millimetres there."""

    left: float
    top: float
    width: float
    height: float
    box: Box

    @property
    def plane(self) -> Plane:
        """The metres around the map's middle."""
        return Plane((self.box.west + self.box.east) / 2, (self.box.south + self.box.north) / 2)

    @property
    def mm_per_m(self) -> float:
        """The scale."""
        return float(self.width / (2 * self.plane.xy([self.box[2:]])[0, 0]))

    def mm(self, coordinates: Sequence[Sequence[float]]) -> Xy:
        """(n, 2) places on paper of (n, 2) degrees."""
        east, north = self.plane.xy(np.asarray(coordinates, dtype=float)[:, :2]).T * self.mm_per_m
        return np.column_stack([self.left + self.width / 2 + east, self.top + self.height / 2 - north])
