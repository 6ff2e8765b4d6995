"""Coverage as files that other programs open: GeoJSON, CSV for Excel, GeoParquet for notebooks."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import shapely
from pydantic import AfterValidator

from api.transfer.formulas import inert
from layers.crs import STORED, WIRE

PARQUET = AfterValidator(lambda format: "parquet" if format == "geoparquet" else format)
"""GeoParquet goes by both names: whoever asks for the one is given the other."""
Format = Annotated[Literal["json", "geojson", "csv", "parquet", "geoparquet"], PARQUET]
MEDIA = {
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
FIGURES = (
    "code", "name", "length_m", "seen_m", "seen_sure_m", "seen_possible_m", "share", "share_sure", "share_possible",
    "last_seen", "unknown_m",
)  # fmt: skip
Piece = Mapping[str, Any]


def geojson(told: Mapping[str, Any], pieces: Sequence[Piece], figures: Sequence[str] = FIGURES) -> bytes:
    """A feature for what was seen of each piece and one for what was not; what is nothing has no geometry."""
    features = [
        {
            "type": "Feature",
            "properties": {name: piece[name] for name in figures} | {"seen": state == "seen"},
            "geometry": piece[f"{state}_geometry"],
        }
        for piece in pieces
        for state in ("seen", "unseen")
    ]
    body = {"type": "FeatureCollection", **told, "features": features}
    return json.dumps(body, ensure_ascii=False).encode()


def csv(told: Mapping[str, Any], pieces: Sequence[Piece], figures: Sequence[str] = FIGURES) -> bytes:
    """A row for each piece, with the period and the reach in each, so that no figure stands without its time."""
    import pandas as pd  # half a second, which no start of the server need wait for

    said = {"layer": told["layer"], "from": told["from"], "to": told["to"], "reach_m": told["reach_m"]}
    rows = [said | {name: _safe(piece[name]) for name in figures} for piece in pieces]
    table = pd.DataFrame(rows, columns=[*said, *figures])
    return b"\xef\xbb\xbf" + table.to_csv(index=False).encode()


def parquet(told: Mapping[str, Any], pieces: Sequence[Piece], figures: Sequence[str] = FIGURES) -> bytes:
    """The features of `geojson` as GeoParquet in EPSG:4490."""
    import geopandas as gpd
    import pandas as pd

    rows = [
        {name: piece[name] for name in figures}
        | {"seen": state == "seen", "from": told["from"], "to": told["to"], "reach_m": told["reach_m"]}
        for piece in pieces
        for state in ("seen", "unseen")
    ]
    shapes = [
        shapely.from_geojson(json.dumps(piece[f"{state}_geometry"])) if piece[f"{state}_geometry"] else None
        for piece in pieces
        for state in ("seen", "unseen")
    ]
    columns = [*figures, "seen", "from", "to", "reach_m"]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=shapes, crs=WIRE).to_crs(STORED)
    frame["last_seen"] = pd.to_datetime(frame["last_seen"], utc=True, format="ISO8601")
    body = io.BytesIO()
    frame.to_parquet(body, index=False)
    return body.getvalue()


WRITERS = {"geojson": geojson, "csv": csv, "parquet": parquet}


def _safe(value: Any) -> Any:
    return inert(value) if isinstance(value, str) else value
