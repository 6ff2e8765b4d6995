"""The four waters of Huashan out of OpenStreetMap get their banks; lengths are printed (pytest -s)."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from api.banks.derive import derive_banks
from layers.crs import METRIC_DEFAULT, STORED, STORED_SRID, project

DATA = Path(__file__).parents[3] / "shared" / "data"
FLOW_DEG = 135.0
"""The Yangtze passes Huashan about south-eastward."""

pytestmark = pytest.mark.real_data


def features(name):
    """Code, properties and geometry of each feature of a file of real data."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"real data {name} is not beside the checkout")
    found = json.loads(path.read_text("utf-8"))["features"]
    return [
        (f"{path.stem[-8:]}-{index}", item["properties"], shapely.from_geojson(json.dumps(item["geometry"])))
        for index, item in enumerate(found)
    ]


def columns(properties):
    """What `--set` states of the two unnamed polygons that are the Yangtze by position; the rest as it came."""
    if (properties.get("inferred_name") or "").startswith("长江"):
        return {"name": "长江", "kind": "yangtze", "flow": FLOW_DEG}
    return {"name": properties["name"], "kind": properties["kind"], "flow": None}


@pytest.fixture
def waters(connection):
    """All polygons and lines stored as waters, their banks derived: the report and the banks by name and side."""
    given = features("osm_huashan_water_polygons.geojson") + features("osm_huashan_waterways.geojson")
    for code, properties, geometry in given:
        connection.execute(
            text(
                "INSERT INTO city.water (code, name, kind, flow_deg, geom)"
                " VALUES (:code, :name, :kind, :flow, ST_Multi(ST_GeomFromWKB(:geom, :srid)))"
            ),
            {"code": code, "geom": shapely.to_wkb(geometry), "srid": STORED_SRID, **columns(properties)},
        )
    report = derive_banks(connection)
    print("", *("  ".join(row) for row in report.table()), report.summary(), sep="\n")
    return connection


def banks(connection, name):
    """The banks of a water by side, in metres."""
    found = connection.execute(
        text(
            "SELECT b.code, b.side, b.assumed, ST_AsBinary(b.geom) AS geom, ST_AsBinary(w.geom) AS water"
            " FROM city.bank_now AS b JOIN city.water_now AS w ON w.code = b.water_code"
            " WHERE w.name = :name ORDER BY b.side, b.piece"
        ),
        {"name": name},
    ).mappings()
    return [{**row, "line": metric(row["geom"]), "water": metric(row["water"])} for row in found]


def metric(wkb):
    return project(np.array([shapely.from_wkb(bytes(wkb))], dtype=object), STORED, METRIC_DEFAULT)[0]


def total_m(found, side):
    return sum(row["line"].length for row in found if row["side"] == side)


def water_beside(row):
    """On which side of the bank, looking along it, its own water lies at most of its edges: 1 left, -1 right."""
    xy = shapely.get_coordinates(row["line"])
    step = np.diff(xy, axis=0)
    across = np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(*step.T)[:, None]
    inside = [shapely.contains_xy(row["water"], *((xy[:-1] + xy[1:]) / 2 + sign * across).T) for sign in (1, -1)]
    return 1 if inside[0].sum() > inside[1].sum() else -1


@pytest.mark.parametrize("name", ["严西湖", "严东湖"])
def test_a_lake_has_one_closed_shore_as_long_as_its_outline(waters, name):
    (shore,) = banks(waters, name)
    assert shore["side"] == "shore" and shore["line"].is_closed
    assert shore["line"].length == pytest.approx(shore["water"].length, abs=0.01)
    assert water_beside(shore) == -1


def test_the_yangtze_has_left_and_right_banks_without_the_cuts_between_and_at_its_ends(waters):
    found = banks(waters, "长江")
    assert {row["side"] for row in found} == {"left", "right"}
    assert all(water_beside(row) == {"left": -1, "right": 1}[row["side"]] for row in found)
    surface = shapely.union_all(list({row["water"] for row in found}))
    outline_m = surface.exterior.length
    joint_m = sum(water.length for water in {row["water"] for row in found}) - outline_m
    banks_m = total_m(found, "left") + total_m(found, "right")
    ends_m = 366 + 727  # across the river at the upstream and the downstream end, by the coordinates of the file
    beside_m = 5846  # along three other waters that adjoin it
    assert joint_m == pytest.approx(2 * 1154, abs=2)
    assert banks_m == pytest.approx(outline_m - ends_m - beside_m, abs=10)


def test_yangtze_banks_run_south_eastward_from_the_upstream_cut(waters):
    for row in banks(waters, "长江"):
        start, end = (np.array(row["line"].coords[index]) for index in (0, -1))
        assert (end - start) @ [1, -0.2] > 0, row["code"]


def test_huashan_river_has_banks_on_its_three_lines_outside_the_lake(waters):
    found = banks(waters, "花山河")
    assert [row["side"] for row in found] == ["left"] * 3 + ["right"] * 3
    assert all(row["assumed"] for row in found)
    lake = banks(waters, "严东湖")[0]["water"]
    assert all(shapely.intersection(row["line"], lake).length < 0.01 for row in found)
    lines = shapely.union_all([row["water"] for row in found])
    outside_m = shapely.difference(lines, lake).length
    for side in ("left", "right"):
        assert total_m(found, side) == pytest.approx(outside_m, rel=0.02)
    assert found[0]["line"].coords[0][0] < found[2]["line"].coords[0][0]


def test_nothing_changes_on_a_second_run(waters):
    assert derive_banks(waters).touched == []
