"""Banks of stored waters: derived, kept, carried when a shore changes, and their reaches."""

from datetime import date

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString, MultiPolygon
from sqlalchemy import text

from api.banks.derive import derive_banks
from api.banks.reaches import Reach, set_reaches
from geo.lines.chainage import parts
from layers.crs import METRIC_DEFAULT, STORED, STORED_SRID, project
from layers.errors import BadInput, NotFound

LAKE = shapely.box(540_000, 3_380_000, 541_000, 3_381_000) - shapely.box(540_400, 3_380_400, 540_500, 3_380_500)
RIVER = LineString([(541_000, 3_380_500), (544_000, 3_380_500)])
SOUTH_CM = (200_000, 300_000)


def put(connection, code, geometry, *, kind="lake", name=None, flow_deg=None, since="2026-01-01"):
    """A water from metres, in place of the one that holds under its code."""
    many = MultiPolygon([geometry]) if geometry.geom_type == "Polygon" else MultiLineString([geometry])
    (stored,) = project(np.array([many], dtype=object), METRIC_DEFAULT, STORED)
    columns = {"code": code, "kind": kind, "name": name, "flow": flow_deg, "since": date.fromisoformat(since)}
    connection.execute(
        text("UPDATE city.water SET valid_to = :since WHERE code = :code AND valid_from < :since AND valid_to IS NULL"),
        columns,
    )
    updated = connection.execute(
        text("UPDATE city.water SET geom = ST_GeomFromWKB(:geom, :srid), kind = :kind, flow_deg = :flow"
             " WHERE code = :code AND valid_to IS NULL"),
        {**columns, "srid": STORED_SRID, "geom": shapely.to_wkb(stored)},
    ).rowcount  # fmt: skip
    if not updated:
        connection.execute(
            text("INSERT INTO city.water (code, name, kind, flow_deg, valid_from, geom)"
                 " VALUES (:code, :name, :kind, :flow, :since, ST_GeomFromWKB(:geom, :srid))"),
            {**columns, "srid": STORED_SRID, "geom": shapely.to_wkb(stored)},
        )  # fmt: skip


def stored(connection, what="bank"):
    """The rows that hold today, by code."""
    rows = connection.execute(text(f"SELECT *, ST_AsBinary(geom) AS wkb FROM city.{what}_now")).mappings()
    return {row["code"]: row for row in rows}


def metric_line(row):
    return project(np.array([shapely.from_wkb(bytes(row["wkb"]))], dtype=object), STORED, METRIC_DEFAULT)[0]


def versions(connection):
    count = "SELECT (SELECT count(*) FROM city.bank_history) + (SELECT count(*) FROM city.reach_history)"
    return connection.execute(text(count)).scalar()


@pytest.fixture
def city(connection):
    put(connection, "W1", LAKE, name="镜湖")
    put(connection, "W2", RIVER, kind="river", name="清河")
    derive_banks(connection)
    set_reaches(
        connection, [Reach("R1", "W1-岸1", [(0, 50_000), (350_000, 400_000)], "P1"), Reach("R2", "W1-岸1", [SOUTH_CM])]
    )
    return connection


def test_a_lake_and_a_river_line_get_their_banks(city):
    banks = stored(city)
    assert sorted(banks) == ["W1-岛1", "W1-岸1", "W2-右1", "W2-左1"]
    assert banks["W1-岸1"]["length_m"] == pytest.approx(4000, abs=0.01)
    assert (banks["W2-左1"]["name"], banks["W2-左1"]["assumed"]) == ("清河左岸", True)
    assert not banks["W1-岸1"]["assumed"]


def test_a_second_run_writes_nothing(city):
    before = stored(city)
    report = derive_banks(city)
    assert (report.touched, len(report.unchanged), report.notes) == ([], 4, [])
    assert stored(city) == before and versions(city) == 0


def test_the_report_names_waters_lengths_assumptions_and_what_has_no_banks(city):
    put(city, "W3", shapely.box(550_000, 3_380_000, 553_000, 3_380_200), kind="yangtze", name="长江")
    report = derive_banks(city)
    header, *rows = report.table()
    assert len(header) == 6
    assert ("清河", "W2", "左岸", "1", "3.00", "按假定河宽推算") in rows
    assert rows[-1][:3] == ("长江", "W3", "—") and "flow_deg" in rows[-1][-1]
    assert {row[0] for row in derive_banks(city, ["W1"]).table()[1:]} == {"镜湖"}


def test_a_river_polygon_gets_its_banks_once_its_flow_is_stated(city):
    put(city, "W3", shapely.box(550_000, 3_380_000, 553_000, 3_380_200), kind="yangtze", name="长江")
    derive_banks(city)
    put(city, "W3", shapely.box(550_000, 3_380_000, 553_000, 3_380_200), kind="yangtze", name="长江", flow_deg=90)
    assert derive_banks(city).inserted == ["W3-左1", "W3-右1"]
    left = metric_line(stored(city)["W3-左1"])
    assert left.coords[0] == pytest.approx((550_000, 3_380_200), abs=0.01)


def test_a_reach_across_0_m_is_drawn_as_the_same_metres_in_the_database_and_here(city):
    reach, bank = stored(city, "reach")["R1"], metric_line(stored(city)["W1-岸1"])
    expected = parts(bank, [(0, 50_000), (350_000, 400_000)])
    assert metric_line(reach).hausdorff_distance(expected) < 0.01
    assert metric_line(reach).length == pytest.approx(1000, abs=0.02)


def test_a_corrected_shore_keeps_code_and_origin_and_carries_its_reaches(city):
    put(city, "W1", LAKE.union(shapely.box(541_000, 3_380_600, 541_100, 3_380_700)))
    report = derive_banks(city)
    assert report.changed == ["W1-岸1"] and report.notes == []
    row = stored(city)["W1-岸1"]
    assert row["length_m"] == pytest.approx(4200, abs=0.01)
    assert metric_line(row).coords[0] == pytest.approx((540_000, 3_381_000), abs=0.01)
    reach = stored(city, "reach")["R2"]
    assert reach["span"] == "{[220000,320000)}" and metric_line(reach).length == pytest.approx(1000, abs=0.02)
    assert versions(city) == 0  # one transaction: nothing was ever known otherwise


def test_the_origin_is_pinned_though_the_northernmost_point_moves(city):
    put(city, "W1", LAKE.union(shapely.box(540_800, 3_381_000, 540_900, 3_381_100)))
    derive_banks(city)
    assert metric_line(stored(city)["W1-岸1"]).coords[0] == pytest.approx((540_000, 3_381_000), abs=0.01)


def test_a_shore_of_a_later_day_begins_a_new_version_of_bank_and_reaches(city):
    put(city, "W1", LAKE.union(shapely.box(541_000, 3_380_600, 541_100, 3_380_700)), since="2026-06-01")
    derive_banks(city)
    spans = "SELECT valid_from, valid_to FROM city.{} WHERE code = :code ORDER BY valid_from"
    expected = [(date(2026, 1, 1), date(2026, 6, 1)), (date(2026, 6, 1), None)]
    assert [tuple(row) for row in city.execute(text(spans.format("bank")), {"code": "W1-岸1"})] == expected
    reach = stored(city, "reach")["R2"]
    assert reach["span"] == "{[220000,320000)}"


def test_a_reach_end_that_moved_far_is_reported(city):
    put(city, "W1", shapely.box(540_000, 3_380_100, 541_000, 3_381_000))
    report = derive_banks(city)
    assert report.ended == ["W1-岛1"]
    assert any("R2" in note and "100.0 米" in note for note in report.notes)


def test_a_water_that_comes_again_under_another_code_inherits_the_reaches(city):
    city.execute(text("UPDATE city.water SET valid_to = '2026-05-01' WHERE code = 'W1'"))
    put(city, "W9", LAKE, name="镜湖", since="2026-05-01")
    report = derive_banks(city)
    assert sorted(report.ended) == ["W1-岛1", "W1-岸1"] and sorted(report.inserted) == ["W9-岛1", "W9-岸1"]
    assert {code: row["bank_code"] for code, row in stored(city, "reach").items()} == {"R1": "W9-岸1", "R2": "W9-岸1"}
    assert derive_banks(city).touched == []


def test_a_water_that_goes_takes_its_banks_and_reaches_along(city):
    city.execute(text("UPDATE city.water SET valid_to = current_date WHERE code = 'W1'"))
    report = derive_banks(city)
    assert sorted(report.ended) == ["W1-岛1", "W1-岸1"]
    assert stored(city, "reach") == {} and len(report.notes) == 2


def test_an_edge_on_the_box_of_an_edition_is_no_bank(connection):
    edition = connection.execute(
        text("INSERT INTO city.edition (layer, name) VALUES ('water', '剪裁') RETURNING edition_id")
    ).scalar()
    for code, wkt in {
        "A": "MULTIPOLYGON (((114.4 30.5, 114.4 30.55, 114.43 30.56, 114.45 30.51, 114.4 30.5)))",
        "B": "MULTIPOLYGON (((114.5 30.6, 114.55 30.58, 114.52 30.54, 114.5 30.6)))",
    }.items():
        connection.execute(
            text("INSERT INTO city.water (code, kind, edition_id, geom)"
                 " VALUES (:code, 'lake', :edition, ST_GeomFromText(:wkt, :srid))"),
            {"code": code, "wkt": wkt, "edition": edition, "srid": STORED_SRID},
        )  # fmt: skip
    report = derive_banks(connection)
    assert "不作岸线" in report.table()[1][-1]
    banks = stored(connection)
    assert not metric_line(banks["A-岸1"]).is_closed and metric_line(banks["B-岸1"]).is_closed
    assert banks["A-岸1"]["edition_id"] == edition


def test_reaches_are_set_once_and_changed_by_code(city):
    assert set_reaches(city, [Reach("R2", "W1-岸1", [SOUTH_CM])]) == 0
    assert set_reaches(city, [Reach("R2", "W1-岸1", [SOUTH_CM], "P2", "南岸段")]) == 1
    assert stored(city, "reach")["R2"]["post_code"] == "P2"


def test_a_reach_of_no_bank_or_beyond_its_end_is_refused(city):
    with pytest.raises(NotFound, match="没有岸线"):
        set_reaches(city, [Reach("R3", "没有", [(0, 1)])])
    with pytest.raises(BadInput, match=r"5000\.0"):
        set_reaches(city, [Reach("R3", "W1-岸1", [(0, 500_000)])])
