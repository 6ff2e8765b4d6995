"""Writing features as a table of text, with their coordinates in columns beside the fields."""

import csv
from pathlib import Path

import shapely

from api.transfer.features import Features, are_points
from api.transfer.formulas import inert
from api.transfer.values import joined
from layers.crs import STORED_SRID, Geometries


def write_csv(features: Features, path: Path) -> list[str]:
    """Write a CSV that spreadsheets open: points as longitude and latitude, other shapes as WKT with its system."""
    points = are_points(features)
    head = ["lon", "lat"] if points else [] if features.table else ["wkt"]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([*(column.name for column in features.columns), *head])
        columns = [[_plain(value) for value in features.values[column.name]] for column in features.columns]
        if not features.table:
            columns += _coordinates(features.geometries) if points else [_ewkt(features.geometries)]
        lines.writerows(zip(*columns, strict=True))
    return []


def _coordinates(points: Geometries) -> list[list[str]]:
    xy = shapely.get_coordinates(points)
    return [[repr(float(x)) for x in xy[:, 0]], [repr(float(y)) for y in xy[:, 1]]]


def _ewkt(geometries: Geometries) -> list[str]:
    texts = shapely.to_wkt(geometries, rounding_precision=-1)
    return [f"SRID={STORED_SRID};{text}" for text in texts]


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else inert(joined(value) if isinstance(value, list) else str(value))
