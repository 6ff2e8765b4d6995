"""One small city for land checks: parcels side by side, zones of five kinds, a plot, a project, and a street."""

import json
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine

from layers.crs import METRIC_DEFAULT, STORED, project
from tests.api.conftest import Desk, desk_over
from tests.databases import copy_of

EAST, NORTH = 550_000.0, 3_380_000.0
"""The south-west corner of the street, in metres; all below is told from here."""


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    return project(np.array([shapely.force_2d(shape)]), METRIC_DEFAULT, STORED)[0]


def geojson(shape: shapely.Geometry) -> dict[str, Any]:
    return json.loads(shapely.to_geojson(degrees(shape)))


PARCELS = {
    "P1": (box(0, 0, 100, 100), "0101", "collective", "甲村", 0.1),
    "P2": (box(100, 0, 200, 100), "0103", "collective", "甲村", None),
    "P3": (box(200, 0, 300, 100), "0702", "collective", "乙村", None),
    "P4": (box(0, 100, 100, 200), "0301", "state", "乙村", None),
    "P5": (box(100, 100, 200, 200), "1104", "collective", "乙村", None),
    "P6": (box(200, 100, 300, 200), "0404", "state", None, None),
    "P7": (box(300, 0, 400, 200), "05H1", "state", None, None),
    "P8": (box(395, 0, 500, 200), "1202", "collective", "乙村", None),
}
"""P7 and P8 overlap by 5 m; nothing covers the land north of 200 m."""
ZONES = {
    "F1": (box(0, 0, 100, 60), "permanent_farmland"),
    "E1": (box(0, 150, 60, 260), "eco_redline"),
    "U1": (box(150, 0, 500, 200), "urban_boundary"),
    "B1": (box(1000, 0, 1100, 900), "blue"),
    "G1": (box(-20, -20, 0.2, 200), "green"),
    "R1": (box(800, 800, 900, 900), "reserve"),
    "R2": (box(-400, 800, -300, 900), "reserve"),
}


def fill(engine: Engine) -> None:
    """The city, put in as the sample is: with editions, true from 2026-01-01."""
    with engine.begin() as connection:

        def run(text: str, *values: Any) -> Any:
            return connection.exec_driver_sql(text, values)

        edition = {
            layer: run(
                "INSERT INTO city.edition (layer, name, valid_from, sample) "
                "VALUES (%s, %s, '2026-01-01', true) RETURNING edition_id",
                layer, f"{layer} 样例",
            ).scalar()
            for layer in ("landuse", "zone", "farmland", "project", "grid")
        }  # fmt: skip
        put = "ST_Multi(ST_GeomFromWKB(%s, 4490))"
        for code, (shape, class_code, ownership, owner, ratio) in PARCELS.items():
            run(
                "INSERT INTO city.landuse (code, class_code, ownership, owner_unit, deduct_ratio, provenance, "
                f"edition_id, valid_from, geom) VALUES (%s, %s, %s, %s, %s, 'synthetic', %s, '2026-01-01', {put})",
                code, class_code, ownership, owner, ratio, edition["landuse"], degrees(shape).wkb,
            )  # fmt: skip
        for code, (shape, kind) in ZONES.items():
            run(
                "INSERT INTO city.zone (code, name, kind, provenance, edition_id, valid_from, geom) "
                f"VALUES (%s, %s, %s, 'synthetic', %s, '2026-01-01', {put})",
                code, f"区 {code}", kind, edition["zone"], degrees(shape).wkb,
            )  # fmt: skip
        for layer, code, shape in (("farmland", "K1", box(120, 20, 180, 80)), ("project", "X1", box(320, 20, 360, 60))):
            run(
                f"INSERT INTO city.{layer} (code, name, provenance, edition_id, valid_from, geom) "
                f"VALUES (%s, %s, 'synthetic', %s, '2026-01-01', {put})",
                code, f"对象 {code}", edition[layer], degrees(shape).wkb,
            )  # fmt: skip
        run(
            "INSERT INTO city.grid (code, name, level, provenance, edition_id, valid_from, geom) "
            f"VALUES ('420111080', '花山街道', 'street', 'synthetic', %s, '2026-01-01', {put})",
            edition["grid"], degrees(box(-5000, -5000, 5000, 5000)).wkb,
        )  # fmt: skip


@pytest.fixture(scope="package")
def land_template(cluster, city_template):
    """The city filled, to be copied by those that change it."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        engine.dispose()
        yield engine.url.database


@pytest.fixture(scope="package")
def land(cluster, land_template):
    """The city, shared by all who only ask."""
    with copy_of(cluster, land_template) as engine, desk_over(engine) as desk:
        yield desk


@pytest.fixture
def own_land(cluster, land_template):
    """A city of the test's own, to change as it likes."""
    with copy_of(cluster, land_template) as engine, desk_over(engine) as desk:
        yield desk


def asked(
    desk: Desk, shape: shapely.Geometry, status: int = 201, headers: dict[str, str] | None = None, **said: Any
) -> Any:
    """The answer of a check of a shape in metres."""
    answer = desk.client.post("/landuse/check", json={"geometry": geojson(shape), **said}, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()
