"""In which metric system to compute what is asked about anywhere on earth."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from layers.crs import WIRE, Bounds, transformer
from layers.errors import BadGeometry

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST_SPAN_M = 300_000.0
"""Across more than this a transverse Mercator's metres are off by over 0.03 % at its edges."""
FAR_M = 1_000_000.0
"""A fix further than this from the middle of the targets has no place in their plane."""
_SPHEROID = Geod(ellps="WGS84")


class Frame(NamedTuple):
    """A metric system: its name, and where its plane may be trusted: bounds in degrees, or around a middle."""

    crs: str
    bounds: Bounds | None
    middle: tuple[float, float]

    def project(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats, Flags]:
        """Metres east and north, and which places lie where the plane holds; the others lie at 0, 0."""
        inside = self._holds(lon, lat)
        x, y = np.zeros(lon.shape), np.zeros(lon.shape)
        x[inside], y[inside] = transformer(WIRE, self.crs).transform(lon[inside], lat[inside])
        return x, y, inside

    def unproject(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """A geometry in metres as longitude and latitude."""
        back = transformer(self.crs, WIRE)
        return shapely.transform(geometry, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))

    def _holds(self, lon: Floats, lat: Floats) -> Flags:
        real = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        if self.bounds:
            west, south, east, north = self.bounds
            return np.asarray(real & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        near = np.zeros(lon.shape, dtype=bool)
        count = int(real.sum())
        away_m = _SPHEROID.inv(np.full(count, self.middle[0]), np.full(count, self.middle[1]), lon[real], lat[real])[2]
        near[real] = np.asarray(away_m) <= FAR_M
        return near


def frame_for(lon: Floats, lat: Floats, metric_crs: str, bounds: Bounds) -> Frame:
    """The deployment's own system where all of these places lie in its bounds, else one centred on them.

    Raises BadGeometry where they lie further apart than MOST_SPAN_M.
    """
    west, south, east, north = bounds
    if ((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).all():
        return Frame(metric_crs, bounds, bounds.center)
    middle = _middle(lon, lat)
    away_m = np.asarray(_SPHEROID.inv(np.full(len(lon), middle[0]), np.full(len(lon), middle[1]), lon, lat)[2])
    if away_m.max() > MOST_SPAN_M / 2:
        far_km, most_km = 2 * away_m.max() / 1000, MOST_SPAN_M / 1000
        raise BadGeometry(f"目标相距太远(约 {far_km:,.0f} 千米):在本平台范围之外至多 {most_km:.0f} 千米,请分次计算。")
    crs = f"+proj=tmerc +lat_0={middle[1]:.6f} +lon_0={middle[0]:.6f} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m +no_defs"
    return Frame(crs, None, middle)


def _middle(lon: Floats, lat: Floats) -> tuple[float, float]:
    """The middle of places on the globe, between their extremes in space: no date line and no pole is in its way."""
    lam, phi = np.radians(lon), np.radians(lat)
    space = np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    x, y, z = (space.min(axis=1) + space.max(axis=1)) / 2
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


__all__ = ["Frame", "frame_for"]
