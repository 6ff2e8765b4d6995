"""What may not be stored is refused by a rule with a name, whatever the layer."""

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from layers.crs import STORED_SRID, TILE_SRID

AREAS = ("grid", "project", "farmland", "landuse", "zone", "water", "site")
LINES = ("road", "path", "bank")
CODES = {"grid": "420111081"}
EXTRA = {"bank": {"length_m": 1.0}}
REFUSED_AREAS = {
    "geom_valid": "MULTIPOLYGON (((114.5 30.5, 114.51 30.51, 114.51 30.5, 114.5 30.51, 114.5 30.5)))",
    "geom_present": "MULTIPOLYGON EMPTY",
    "geom_inside": "MULTIPOLYGON (((116 30, 117 30, 117 31, 116 30)))",
}
TRIANGLE = "MULTIPOLYGON (((114.5 30.5, 114.51 30.5, 114.51 30.51, 114.5 30.5)))"
REFUSED_LINES = {
    "geom_valid": "LINESTRING (114.5 30.5, 114.5 30.5)",
    "geom_present": "LINESTRING EMPTY",
    "geom_inside": "LINESTRING (0 0, 10 95)",
}


def refuse(insert, table, rule, wkt):
    with pytest.raises(IntegrityError) as caught:
        insert(table, code=CODES.get(table, "X"), degrees=wkt, **EXTRA.get(table, {}))
    assert caught.value.orig.diag.constraint_name == f"{table}_{rule}"


@pytest.mark.parametrize("rule", REFUSED_AREAS)
@pytest.mark.parametrize("table", AREAS)
def test_a_broken_area_is_refused_by_name(insert, table, rule):
    refuse(insert, table, rule, REFUSED_AREAS[rule])


@pytest.mark.parametrize("rule", REFUSED_LINES)
@pytest.mark.parametrize("table", LINES)
def test_a_broken_line_is_refused_by_name(insert, table, rule):
    refuse(insert, table, rule, REFUSED_LINES[rule])


@pytest.mark.parametrize(
    ("table", "wkt"),
    [
        ("road", "LINESTRING (114.5 30.5, NaN 30.6, 114.6 30.6)"),
        ("zone", "MULTIPOLYGON (((114.5 30.5, NaN 30.5, 114.51 30.51, 114.5 30.5)))"),
        ("site", "POINT (NaN 30.5)"),
    ],
)
def test_a_vertex_that_is_no_number_is_refused(insert, table, wkt):
    with pytest.raises(DBAPIError):
        insert(table, code="X", degrees=wkt)


@pytest.mark.parametrize(
    ("table", "wkt"), [("zone", "LINESTRING (114.5 30.5, 114.6 30.5)"), ("road", "POINT (114.5 30.5)")]
)
def test_another_kind_of_geometry_is_refused(insert, table, wkt):
    with pytest.raises(DBAPIError, match="Geometry type"):
        insert(table, code="X", degrees=wkt)


@pytest.mark.parametrize(
    ("table", "values", "rule"),
    [
        ("farmland", {"state": "asleep"}, "farmland_state_known"),
        ("farmland", {"found_mu": -1}, "farmland_found_positive"),
        ("landuse", {"class_code": "paddy"}, "landuse_class_form"),
        ("landuse", {"deduct_ratio": 1.5}, "landuse_deduct_range"),
        ("zone", {"kind": "red"}, "zone_kind_known"),
        ("water", {"flow_deg": 360}, "water_flow_range"),
        ("water", {"width_m": 0}, "water_width_positive"),
        ("project", {"start_on": "2025-02-01", "due_on": "2025-01-01"}, "project_date_order"),
        ("site", {"provenance": "hearsay"}, "site_provenance_known"),
        ("zone", {"code": ""}, "zone_code_present"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(insert, table, values, rule):
    with pytest.raises(IntegrityError) as caught:
        insert(table, **{"code": "X", **values}, degrees=TRIANGLE)
    assert caught.value.orig.diag.constraint_name == rule


def test_a_bank_whose_length_is_not_its_lines_is_refused(insert):
    with pytest.raises(IntegrityError) as caught:
        insert("bank", code="B", length_m=900.0, degrees="LINESTRING (114.5 30.5, 114.51 30.5)")
    assert caught.value.orig.diag.constraint_name == "bank_length_metric"


def test_tiles_geometry_and_lengths_follow_the_stored_line(connection, insert):
    insert("road", code="R", wkt="LINESTRING (545000 3380000, 545300 3380400)")
    row = connection.exec_driver_sql("SELECT length_m, ST_SRID(geom_3857) AS srid FROM city.road").one()
    assert row.length_m == pytest.approx(500, abs=1e-6)
    assert row.srid == TILE_SRID


@pytest.mark.parametrize("column", ["geom", "geom_3857", "code"])
@pytest.mark.parametrize("table", [*AREAS, *LINES, "reach"])
def test_an_index_can_answer_for_place_and_code(connection, table, column):
    srid = STORED_SRID if column == "geom" else TILE_SRID
    condition = "code = 'X'" if column == "code" else f"{column} && ST_MakeEnvelope(114, 30, 114.1, 30.1, {srid})"
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN SELECT id FROM city.{table}_now WHERE {condition}").scalars())
    assert f"{table}_{column}" in plan or f"{table}_code_once" in plan
