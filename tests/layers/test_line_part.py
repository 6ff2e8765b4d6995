"""Parts of lines by chainage, and the reaches that are cut by them."""

import pytest
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from layers.crs import STORED_SRID
from tests.layers.conftest import metric_wkt

L_SHAPE = ((0, 0), (300, 0), (300, 400))
RING = ((0, 0), (0, 100), (100, 100), (100, 0), (0, 0))
PART = """
    SELECT ST_NumGeometries(part) AS pieces, ST_Length(city.metric(part)) AS length_m, ST_SRID(part) AS srid,
           ST_AsText(city.metric(part), 2) AS wkt, ST_IsEmpty(part) AS empty
    FROM (SELECT city.line_part(ST_Transform(ST_GeomFromText(%(wkt)s, city.metric_srid()), %(srid)s),
                                %(spans)s::int4multirange)) AS cut(part)
"""


def part(connection, places, spans):
    return connection.exec_driver_sql(PART, {"wkt": metric_wkt(*places), "spans": spans, "srid": STORED_SRID}).one()


def test_a_part_lies_where_its_chainage_says(connection):
    # 100 m along the first leg to 100 m up the second: 200 + 100 metres, one corner.
    found = part(connection, L_SHAPE, "{[10000,40000)}")
    assert found.wkt == "MULTILINESTRING((545100 3380000,545300 3380000,545300 3380100))"
    assert found.length_m == pytest.approx(300, abs=1e-3)


def test_a_range_across_the_start_of_a_ring_gives_both_ends(connection):
    found = part(connection, RING, "{[0,5000),[35000,40000)}")
    assert (found.pieces, round(found.length_m, 3)) == (2, 100)


@pytest.mark.parametrize("spans", ["{}", "{[70000,80000)}"])
def test_no_range_or_one_beyond_the_line_gives_an_empty_part(connection, spans):
    assert part(connection, L_SHAPE, spans).empty


def test_a_range_that_runs_past_the_end_is_cut_there(connection):
    found = part(connection, L_SHAPE, "{[-500,10000),[60000,99999999)}")
    assert round(found.length_m, 3) == 200


@given(st.lists(st.integers(0, 70_000), min_size=2, max_size=12, unique=True))
@law(max_examples=30)
def test_the_length_of_a_part_is_that_of_its_ranges(connection, ends):
    pairs = list(zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False))
    spans = "{" + ",".join(f"[{low},{high})" for low, high in pairs) + "}"
    assert part(connection, L_SHAPE, spans).length_m == pytest.approx(
        sum(high - low for low, high in pairs) / 100, abs=1e-3
    )


def test_span_m_counts_metres_and_nothing_is_zero(connection):
    assert connection.exec_driver_sql("SELECT city.span_m('{[0,150),[1000,1050)}')").scalar() == 2
    assert connection.exec_driver_sql("SELECT city.span_m('{}')").scalar() == 0


def test_a_reach_is_drawn_from_its_bank(connection, insert, bank):
    bank("B", *L_SHAPE)
    insert("reach", code="B-1", bank_code="B", span="{[0,10000)}")
    length = "SELECT ST_Length(city.metric(geom)) FROM city.reach"
    assert connection.exec_driver_sql(length).scalar() == pytest.approx(100, abs=1e-3)
    connection.exec_driver_sql("UPDATE city.reach SET span = '{[0,25000)}'")
    assert connection.exec_driver_sql(length).scalar() == pytest.approx(250, abs=1e-3)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"bank_code": "none", "span": "{[0,100)}"}, "reach_bank_exists"),
        ({"bank_code": "B", "span": "{[800000,900000)}"}, "reach_span_inside"),
        ({"bank_code": "B", "span": "{}"}, "reach_span_inside"),
        ({"bank_code": "B", "span": "{[-100,100)}"}, "reach_span_positive"),
    ],
)
def test_a_reach_without_a_place_on_a_bank_is_refused_by_name(insert, bank, values, rule):
    bank("B", *L_SHAPE)
    with pytest.raises(IntegrityError) as caught:
        insert("reach", code="R", **values)
    assert caught.value.orig.diag.constraint_name == rule


def test_a_reach_may_end_after_its_bank_is_gone(connection, insert, bank):
    bank("B", *L_SHAPE)
    insert("reach", code="R", bank_code="B", span="{[0,10000)}")
    connection.exec_driver_sql("DELETE FROM city.bank")
    connection.exec_driver_sql("UPDATE city.reach SET valid_to = current_date")
    assert connection.exec_driver_sql("SELECT count(*) FROM city.reach_now").scalar() == 0
