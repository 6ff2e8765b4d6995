"""Answers of the platform as tables: (Geo)DataFrames, in EPSG:4490 where there is a geometry.

Times stay as the platform writes them, RFC 3339 with an offset; `pd.to_datetime` reads them. Nothing found is a table
without rows that still has its geometry column.
"""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.crs import STORED, WIRE

__all__ = ["of_cells", "of_features", "of_points", "of_rows", "unseen"]

Row = dict[str, Any]


def of_features(features: Sequence[Row]) -> gpd.GeoDataFrame:
    """GeoJSON features in longitude and latitude, one a row, by their ids, or else counted from 0.

    >>> place = {"type": "Point", "coordinates": [114.5, 30.5]}
    >>> of_features([{"type": "Feature", "id": 7, "properties": {"name": "甲"}, "geometry": place}])["name"].to_dict()
    {7: '甲'}
    """
    if not features:
        return gpd.GeoDataFrame({"id": []}, geometry=[], crs=STORED).set_index("id")
    ids = [feature.get("id", number) for number, feature in enumerate(features)]
    frame = gpd.GeoDataFrame.from_features(features, crs=WIRE).to_crs(STORED)
    return frame.set_index(pd.Index(ids, name="id"))


def of_cells(answer: Row) -> gpd.GeoDataFrame:
    """A collection of cells, indexed by code; what it tells beside its features is in `attrs`.

    >>> cell = {"type": "Feature", "properties": {"code": "甲", "length_m": 0.0}, "geometry": None}
    >>> frame = of_cells({"type": "FeatureCollection", "patrols": 3, "features": [cell]})
    >>> frame["length_m"].to_dict(), frame.attrs
    ({'甲': 0.0}, {'patrols': 3})
    """
    frame = of_features(answer["features"])
    frame = frame.set_index("code") if len(frame) else frame.rename_axis("code")
    frame.attrs = {name: value for name, value in answer.items() if name not in ("type", "features")}
    return frame


def of_points(rows: Sequence[Row], index: str) -> gpd.GeoDataFrame:
    """Rows with `lon` and `lat`, as points; indexed by one of their columns.

    >>> of_points([{"code": "甲", "lon": 114.5, "lat": 30.5}], "code").geometry.x.to_dict()
    {'甲': 114.5}
    """
    if not rows:
        return gpd.GeoDataFrame({index: []}, geometry=[], crs=STORED).set_index(index)
    table = pd.DataFrame(rows)
    places = gpd.points_from_xy(table.pop("lon"), table.pop("lat"), crs=WIRE)
    return gpd.GeoDataFrame(table, geometry=places).to_crs(STORED).set_index(index)


def of_rows(rows: Sequence[Row], index: str) -> pd.DataFrame:
    """Rows as a table, indexed by one of their columns.

    >>> of_rows([], "duty").index.name
    'duty'
    """
    return pd.DataFrame(rows, columns=None if rows else [index]).set_index(index)


def unseen(piece: Row) -> Row:
    """A piece of coverage as a feature whose geometry is its unseen part."""
    hidden = {"unseen_geometry", "seen_geometry"}
    properties = {name: value for name, value in piece.items() if name not in hidden}
    return {"type": "Feature", "properties": properties, "geometry": piece.get("unseen_geometry")}
