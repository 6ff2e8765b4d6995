"""Rows for the tests of tables: small shapes near Huashan, drawn in metres and stored in degrees."""

from collections.abc import Callable, Mapping
from typing import Any

import mapbox_vector_tile
import pytest
from sqlalchemy import Connection

from api import statements
from api.limits import TILE_FEATURES
from api.tiles.statement import Part, Shape, band_of, composed, extent_of
from layers.catalogue import Catalogue, read_catalogue
from layers.crs import STORED_SRID

Insert = Callable[..., int]
ORIGIN_E, ORIGIN_N = 545_000.0, 3_380_000.0
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "grid": {"level": "street"},
    "water": {"kind": "lake"},
    "bank": {"water_code": "W1", "side": "shore"},
    "landuse": {"class_code": "0101"},
    "zone": {"kind": "blue"},
    "site": {"kind": "outfall"},
    "post": {"kind": "lake_chief"},
    "duty": {"post_code": "P", "layer": "road", "interval_days": 7, "citation": "依据"},
    "reach": {},
    "road": {},
    "path": {},
    "project": {},
    "farmland": {},
    "observation": {"family": "bank_slope", "source": "patrol", "found_at": "2026-06-01T08:00:00+08:00"},
}


def metric_wkt(*places: tuple[float, float], kind: str = "LINESTRING") -> str:
    """A geometry through places in metres east and north of a corner of Huashan."""
    text = ", ".join(f"{ORIGIN_E + east} {ORIGIN_N + north}" for east, north in places)
    return {"POINT": f"POINT ({text})", "LINESTRING": f"LINESTRING ({text})"}.get(kind, f"MULTIPOLYGON ((({text})))")


def box(west: float, south: float, east: float, north: float) -> str:
    """A rectangle in metres, as a MultiPolygon."""
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return metric_wkt(*corners, kind="MULTIPOLYGON")


def tile_within(
    connection: Connection, layer: str, z: int, x: int, y: int, catalogue: Catalogue | None = None
) -> dict[str, Any]:
    """The decoded tile of one layer as this transaction sees it, by the statement that the server prepares."""
    statement = composed(Shape((Part(layer),), band_of(z), cut=False), catalogue or read_catalogue())
    found = statements.run(connection, statement, z=z, x=x, y=y, extent=extent_of(z), most=TILE_FEATURES).one()
    return mapbox_vector_tile.decode(bytes(found.data)) if found.data else {}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture
def insert(connection: Connection) -> Insert:
    return inserter(connection)


def inserter(connection: Connection) -> Insert:
    """A function that inserts one row and answers its id: wkt is in metres, geom is stored degrees."""

    def add(table: str, *, wkt: str | None = None, degrees: str | None = None, **values: Any) -> int:
        values = {**DEFAULTS[table], **values}
        columns, marks = list(values), [f"%({name})s" for name in values]
        if wkt or degrees:
            columns.append("geom")
            marks.append(
                f"ST_Transform(ST_GeomFromText(%(wkt)s, city.metric_srid()), {STORED_SRID})"
                if wkt
                else f"ST_GeomFromText(%(degrees)s, {STORED_SRID})"
            )
        statement = f"INSERT INTO city.{table} ({', '.join(columns)}) VALUES ({', '.join(marks)}) RETURNING id"
        return int(connection.exec_driver_sql(statement, {**values, "wkt": wkt, "degrees": degrees}).scalar_one())

    return add


@pytest.fixture
def bank(connection: Connection):
    """A function that draws a bank through places in metres, its length worked out by PostGIS."""

    def draw(code: str, *places: tuple[float, float]) -> str:
        connection.exec_driver_sql(
            f"""
            INSERT INTO city.bank (code, water_code, side, length_m, geom)
            SELECT %(code)s, 'W1', 'shore', ST_Length(city.metric(line)), line
            FROM (SELECT ST_Transform(ST_GeomFromText(%(wkt)s, city.metric_srid()), {STORED_SRID})) AS drawn(line)
            """,
            {"code": code, "wkt": metric_wkt(*places)},
        )
        return code

    return draw


@pytest.fixture
def sight(connection: Connection):
    """A function that records that a patrol of its own saw a range of centimetres of a target at a time.

    started: when it set out, a minute before where nothing is said.
    """

    def record(
        code: str,
        low: int,
        high: int,
        at: str,
        *,
        bound: str = "nominal",
        layer: str = "bank",
        started: str | None = None,
    ) -> None:
        connection.exec_driver_sql(
            """
            WITH seen AS (SELECT %(at)s::timestamptz - interval '1 minute' AS first_at, %(at)s::timestamptz AS last_at),
            made AS (
                INSERT INTO city.patrol (code, mode, started_at, ended_at)
                SELECT gen_random_uuid()::text, 'foot', COALESCE(%(started)s::timestamptz, first_at), last_at FROM seen
                RETURNING patrol_id
            )
            INSERT INTO city.sighting (layer, target_code, patrol_id, reach_m, bound, span, first_at, last_at)
            SELECT %(layer)s, %(code)s, patrol_id, 25, %(bound)s, int4range(%(low)s, %(high)s), first_at, last_at
            FROM made, seen
            """,
            {"layer": layer, "code": code, "bound": bound, "low": low, "high": high, "at": at, "started": started},
        )

    return record
