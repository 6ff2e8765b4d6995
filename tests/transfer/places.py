"""Small shapes near Huashan, as WKT."""

import shapely


def square(west=114.5, south=30.5, size=0.01):
    """A square by its corner and side in degrees."""
    return shapely.box(west, south, west + size, south + size).wkt
