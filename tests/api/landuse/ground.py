"""The ground that outlines are read on, an area on it, and whether what was read is that area."""

import numpy as np
import shapely

from api.landuse.reading.outlines import Ground
from layers.crs import METRIC_DEFAULT, WIRE, Bounds, area_of_use, project
from tests.transfer.boundary_texts import SQUARE, rows

LOCAL = "+proj=tmerc +lat_0=30 +lon_0=114.333333 +k=1 +x_0=800000 +y_0=300000 +ellps=GRS80 +units=m +no_defs"
GROUND = Ground(METRIC_DEFAULT, area_of_use(METRIC_DEFAULT), Bounds(114.45, 30.48, 114.65, 30.67), {"武汉2000": LOCAL})
AREA = shapely.Polygon([(east, north) for north, east in SQUARE])
BARE = rows(form="{label} {north:.3f} {east:.3f}")


def placed(shape, crs=METRIC_DEFAULT, to=WIRE):
    """A shape of one system in another."""
    return project(np.array([shape], dtype=object), crs, to)[0]


def same(found, shape=AREA, within_m=1e-4):
    """Whether the one outline that was read is a shape, to a tenth of a millimetre."""
    (one,) = found.shapes
    return one.geom_type == "MultiPolygon" and shapely.hausdorff_distance(one, shape) < within_m
