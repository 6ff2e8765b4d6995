"""Writing features as a table of text, with their coordinates in columns beside the fields."""

import csv
from pathlib import Path

import shapely

from api.transfer.features import Stream
from api.transfer.formulas import inert
from api.transfer.values import joined
from layers.crs import STORED_SRID, Geometries


def write_csv(stream: Stream, path: Path) -> list[str]:
    """Write a CSV that spreadsheets open: points as longitude and latitude, other shapes as WKT with its system."""
    head = ["lon", "lat"] if stream.are_points else [] if stream.table else ["wkt"]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([*(column.name for column in stream.columns), *head])
        for part in stream.parts:
            columns = [[_plain(value) for value in part.values[column.name]] for column in part.columns]
            if not stream.table:
                columns += _coordinates(part.geometries) if stream.are_points else [_ewkt(part.geometries)]
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
