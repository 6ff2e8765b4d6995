"""Coverage as files that other programs open: GeoJSON, CSV for Excel, GeoParquet for notebooks."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import shapely
from pydantic import AfterValidator

from api.transfer.formulas import inert
from layers.crs import STORED, WIRE

if TYPE_CHECKING:
    import pandas as pd

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
GROUND = ("layer", "from", "to", "reach_m", "known_at", "future", "known_since", "duty", "rule", "citation")
"""What figures stand on, told in each row of a table; what was not asked for has no column."""
SEEN = {"seen": True, "unseen": False, "unknown": None}
DAY = len("2026-06-01")
Piece = Mapping[str, Any]


def geojson(told: Mapping[str, Any], pieces: Sequence[Piece], figures: Sequence[str] = FIGURES) -> bytes:
    """A feature for what was seen of each piece and one for what was not; what is nothing has no geometry.

    Where nobody can tell of some of it, a third: its `seen` is null.
    """
    features = [
        {"type": "Feature", "properties": {name: piece[name] for name in figures} | {"seen": seen}, "geometry": shape}
        for piece, seen, shape in _states(pieces)
    ]
    body = {"type": "FeatureCollection", **told, "features": features}
    return json.dumps(body, ensure_ascii=False).encode()


def csv(told: Mapping[str, Any], pieces: Sequence[Piece], figures: Sequence[str] = FIGURES) -> bytes:
    """A row for each piece, with what the figures stand on in each, so that none stands without its time and rule."""
    import pandas as pd  # half a second, which no start of the server need wait for

    ground = {name: _safe(told[name]) for name in GROUND if name in told}
    rows = [ground | {name: _safe(piece[name]) for name in figures} for piece in pieces]
    table = pd.DataFrame(rows, columns=[*ground, *figures])
    return b"\xef\xbb\xbf" + table.to_csv(index=False).encode()


def parquet(told: Mapping[str, Any], pieces: Sequence[Piece], figures: Sequence[str] = FIGURES) -> bytes:
    """The features of `geojson` as GeoParquet in EPSG:4490; beside the columns all that is told in its `attrs`."""
    import geopandas as gpd
    import pandas as pd

    ground = {name: told[name] for name in GROUND if name in told and name != "layer"}
    states = list(_states(pieces))
    rows = [{name: piece[name] for name in figures} | {"seen": seen} | ground for piece, seen, _ in states]
    shapes = [shapely.from_geojson(json.dumps(shape)) if shape else None for *_, shape in states]
    table = pd.DataFrame(rows, columns=[*figures, "seen", *ground])
    table["seen"] = table["seen"].astype("boolean" if None in {seen for _, seen, _ in states} else bool)
    table["last_seen"] = _times(table["last_seen"])
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=WIRE).to_crs(STORED)
    frame.attrs = dict(told)
    body = io.BytesIO()
    frame.to_parquet(body, index=False)
    return body.getvalue()


WRITERS = {"geojson": geojson, "csv": csv, "parquet": parquet}


def _states(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, bool | None, Any]]:
    """Each piece with what was seen of it, what was not, and what nobody can tell of where there is such."""
    for piece in pieces:
        for state, seen in SEEN.items():
            shape = piece.get(f"{state}_geometry")
            if shape or seen is not None:
                yield piece, seen, shape


def _times(told: "pd.Series[Any]") -> "pd.Series[Any]":
    """Instants as such; days, which are told to who may not know more, as days."""
    import pandas as pd

    found = pd.to_datetime(told, utc=True, format="ISO8601")
    return found.dt.date if any(len(one) == DAY for one in told.dropna()) else found


def _safe(value: Any) -> Any:
    return inert(value) if isinstance(value, str) else value
