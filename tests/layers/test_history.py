"""Every version is kept, once, with the time it was believed and who made it."""

import pytest
from sqlalchemy.exc import DBAPIError

from layers.crs import STORED_SRID
from tests.layers.conftest import metric_wkt

LINE = metric_wkt((0, 0), (100, 0))
VERSIONS = """
    SELECT name, known_from, known_to FROM city.road_history WHERE id = %(id)s
    UNION ALL SELECT name, known_from, known_to FROM city.road WHERE id = %(id)s
    ORDER BY known_from
"""


def committed(engine, statement, **params):
    """Run one statement in a transaction of its own."""
    with engine.begin() as connection:
        result = connection.exec_driver_sql(statement, params)
        return result.scalar() if result.returns_rows else None


@pytest.fixture
def road(engine):
    return committed(
        engine,
        "INSERT INTO city.road (code, name, geom) VALUES ('R1', 'first', "
        f"ST_Transform(ST_GeomFromText(%(wkt)s, city.metric_srid()), {STORED_SRID})) RETURNING id",
        wkt=LINE,
    )


def versions(engine, road):
    with engine.connect() as connection:
        return connection.exec_driver_sql(VERSIONS, {"id": road}).all()


def test_an_update_keeps_the_version_before_it_and_leaves_no_gap(engine, road):
    committed(engine, "UPDATE city.road SET name = 'second'")
    first, second = versions(engine, road)
    assert (first.name, second.name) == ("first", "second")
    assert first.known_to == second.known_from > first.known_from
    assert second.known_to is None


def test_a_row_changed_twice_in_one_transaction_leaves_no_version_in_between(engine, road):
    committed(engine, "UPDATE city.road SET name = 'second'; UPDATE city.road SET name = 'third'")
    assert [version.name for version in versions(engine, road)] == ["first", "third"]


@pytest.mark.parametrize("removal", ["DELETE FROM city.road", "TRUNCATE city.road"])
def test_a_removed_row_stays_in_history_with_its_line(engine, road, removal):
    committed(engine, removal)
    assert [version.name for version in versions(engine, road)] == ["first"]
    assert committed(engine, "SELECT ST_NPoints(geom) FROM city.road_history WHERE known_to > known_from") == 2


def test_a_row_made_and_removed_in_one_transaction_was_never_known(engine, road):
    committed(engine, "UPDATE city.road SET name = 'second'; DELETE FROM city.road")
    assert [version.name for version in versions(engine, road)] == ["first"]


def test_a_transaction_that_began_earlier_and_writes_later_follows_the_other(engine, road):
    with engine.connect() as slow, slow.begin():
        slow.exec_driver_sql("SELECT now()")
        committed(engine, "UPDATE city.road SET name = 'second'")
        slow.exec_driver_sql("UPDATE city.road SET name = 'third'")
    first, second, third = versions(engine, road)
    assert [first.name, second.name, third.name] == ["first", "second", "third"]
    assert first.known_to == second.known_from < second.known_to == third.known_from


def test_each_version_names_who_made_it(engine, road):
    committed(engine, "SELECT set_config('huashan.user', '张三', true); UPDATE city.road SET name = 'second'")
    assert committed(engine, "SELECT made_by FROM city.road") == "张三"
    assert committed(engine, "SELECT made_by FROM city.road_history") == committed(engine, "SELECT current_user::text")


def test_the_two_known_times_cannot_be_written_by_hand(engine, road):
    committed(engine, "UPDATE city.road SET known_from = '1999-01-01', known_to = '2000-01-01', made_by = 'nobody'")
    kept = "SELECT known_to IS NULL AND known_from > '2020-01-01' AND made_by <> 'nobody' FROM city.road"
    assert committed(engine, kept)


def test_a_column_added_later_is_kept_once_its_migration_asks_for_it(engine, road):
    committed(engine, "ALTER TABLE city.road ADD COLUMN lamps integer")
    with pytest.raises(DBAPIError, match=r"lacks lamps.*keep_history"):
        committed(engine, "UPDATE city.road SET lamps = 3")
    committed(engine, "CALL city.keep_history('city.road')")
    committed(engine, "UPDATE city.road SET lamps = 3")
    committed(engine, "UPDATE city.road SET lamps = 4")
    assert committed(engine, "SELECT max(lamps) FROM city.road_history") == 3
    assert committed(engine, "SELECT lamps FROM city.road_now") == 4


def test_one_code_is_one_thing_at_any_time_but_may_be_another_later(connection, insert):
    insert("road", code="R2", wkt=LINE, valid_from="2024-01-01", valid_to="2025-01-01")
    insert("road", code="R2", wkt=LINE, valid_from="2025-01-01")
    with pytest.raises(DBAPIError, match="road_code_once"):
        insert("road", code="R2", wkt=LINE, valid_from="2024-06-01", valid_to="2024-07-01")


def test_the_view_of_today_holds_what_is_true_today(connection, insert):
    insert("road", code="past", wkt=LINE, valid_from="2001-01-01", valid_to="2002-01-01")
    insert("road", code="future", wkt=LINE, valid_from="2999-01-01")
    insert("road", code="now", wkt=LINE)
    assert connection.exec_driver_sql("SELECT array_agg(code) FROM city.road_now").scalar() == ["now"]


def test_what_ends_before_it_begins_is_refused(connection, insert):
    with pytest.raises(DBAPIError, match=r"road_validity_order|range lower bound"):
        insert("road", code="R3", wkt=LINE, valid_from="2025-01-01", valid_to="2024-01-01")
