"""Answers of the platform as tables: (Geo)DataFrames, in EPSG:4490 where there is a geometry.

Nothing found is a table without rows that still has its geometry column.
"""

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.crs import STORED, WIRE
from layers.errors import BadInput

__all__ = [
    "beside",
    "collection",
    "grouped",
    "of_cells",
    "of_computed",
    "of_features",
    "of_points",
    "of_rows",
    "tracks",
    "unseen",
]

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
    frame.attrs = beside(answer, "type", "features")
    return frame


def of_computed(answer: Row) -> gpd.GeoDataFrame:
    """What was computed of each target, by its id: lengths or areas as pairs, intervals, and the unseen part.

    >>> told = {"id": "甲", "length_m": 9.0, "seen_m": {"sure": 1.0, "nominal": 2.0, "possible": 3.0}, "unseen": None}
    >>> frame = of_computed({"reach_m": 25, "targets": [told]})
    >>> frame.drop(columns="geometry").to_dict("index"), frame.attrs
    ({'甲': {'length_m': 9.0, 'seen_m': 2.0, 'seen_sure_m': 1.0, 'seen_possible_m': 3.0}}, {'reach_m': 25})
    """
    features = [
        {"type": "Feature", "id": told["id"], "properties": _flat(told), "geometry": told.get("unseen")}
        for told in answer["targets"]
    ]
    frame = of_features(features)
    frame.attrs = beside(answer, "targets")
    return frame


def collection(targets: gpd.GeoDataFrame) -> Row:
    """Targets as GeoJSON in longitude and latitude, with their index as ids and nothing else; raises BadInput without a
    coordinate system.

    >>> places = gpd.GeoDataFrame(geometry=gpd.points_from_xy([114.5], [30.5]), index=["甲"], crs=STORED)
    >>> [(one["id"], one["geometry"]["coordinates"]) for one in collection(places)["features"]]
    [('甲', [114.5, 30.5])]
    """
    if targets.crs is None:
        raise BadInput("targets 没有坐标系:请先 set_crs。")
    shapes = json.loads(targets.geometry.to_crs(WIRE).to_json())["features"]
    features = [
        {"type": "Feature", "id": _plain(name), "geometry": shape["geometry"]}
        for name, shape in zip(targets.index, shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def tracks(fixes: pd.DataFrame) -> list[Row]:
    """Fixes as tracks to be sent: one for each value of `track`, one in all without that column; raises BadInput
    where a column is missing.

    >>> tracks(pd.DataFrame({"time": [0, 30], "lon": [114.5, 114.6], "lat": 30.5}))
    [{'id': '1', 'fixes': [[0, 114.5, 30.5, None], [30, 114.6, 30.5, None]]}]
    """
    missing = [name for name in ("time", "lon", "lat") if name not in fixes]
    if missing:
        raise BadInput(f"fixes 缺少列 {'、'.join(missing)}:应有 time、lon、lat,可有 accuracy_m、track。")
    accuracy_m = fixes["accuracy_m"] if "accuracy_m" in fixes else pd.Series(float("nan"), fixes.index)
    track = fixes["track"] if "track" in fixes else pd.Series("1", fixes.index)
    columns = [list(map(_plain, column)) for column in (fixes["time"], fixes["lon"], fixes["lat"], accuracy_m)]
    rows = pd.Series(list(map(list, zip(*columns, strict=True))), fixes.index, dtype=object)
    return [{"id": str(name), "fixes": list(own)} for name, own in rows.groupby(track, sort=False)]


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


def beside(answer: Row, *rows: str) -> Row:
    """What an answer tells beside its rows, such as the period: for `attrs`, lest a figure stand without its time.

    >>> beside({"at": "2026-07-01", "duties": []}, "duties")
    {'at': '2026-07-01'}
    """
    return {name: value for name, value in answer.items() if name not in rows}


def of_rows(rows: Sequence[Row], index: str) -> pd.DataFrame:
    """Rows as a table, indexed by one of their columns.

    >>> of_rows([], "duty").index.name
    'duty'
    """
    return pd.DataFrame(rows, columns=None if rows else [index]).set_index(index)


def grouped(group: Row) -> Row:
    """A group of a summary as one flat row: its value and title, its figures, then its amounts by column.

    >>> grouped({"value": "works", "words": {"zh": "施工"}, "count": 6, "amounts": {"done_mu": 47.1}})
    {'value': 'works', 'title': '施工', 'count': 6, 'done_mu': 47.1}
    """
    value, words = group.get("value"), group.get("words")
    figures = {name: one for name, one in group.items() if name not in ("value", "words", "amounts")}
    return {"value": value, "title": words["zh"] if words else value, **figures, **group["amounts"]}


def unseen(piece: Row) -> Row:
    """A piece of coverage as a feature whose geometry is its unseen part."""
    hidden = {"unseen_geometry", "seen_geometry", "unknown_geometry"}
    properties = {name: value for name, value in piece.items() if name not in hidden}
    return {"type": "Feature", "properties": properties, "geometry": piece.get("unseen_geometry")}


def _flat(told: Row) -> Row:
    """A computed target without its id and shape, each triple of bounds as three figures."""
    flat: Row = {}
    for name, value in told.items():
        if isinstance(value, dict) and "nominal" in value:
            figure, _, unit = name.rpartition("_")
            form = f"{figure}_%s_{unit}" if figure else f"{name}_%s"
            flat |= {name: value["nominal"]} | {form % end: value[end] for end in ("sure", "possible")}
        elif name not in ("id", "unseen"):
            flat[name] = value
    return flat


def _plain(value: Any) -> Any:
    """A value as JSON has it: an instant as RFC 3339, nothing for what is no number."""
    if pd.isna(value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
