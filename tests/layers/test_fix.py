"""Raw fixes live in monthly partitions that the app may ask for."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from api.cluster.cluster import APP

MAKE = "SELECT city.make_fix_partitions(%(start)s, %(end)s)"
KEY = """
    SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'city.fix'::regclass AND contype = 'p'
"""


def make(connection, start, end):
    return connection.exec_driver_sql(MAKE, {"start": start, "end": end}).scalar()


def test_the_key_is_device_and_time(connection):
    assert connection.exec_driver_sql(KEY).scalar() == 'PRIMARY KEY (device, "time")'


def test_partitions_are_made_once_for_each_month_that_is_touched(connection):
    assert make(connection, "2031-11-20T00:00:00+08:00", "2032-01-01T00:00:00+08:00") == 3
    assert make(connection, "2031-12-20T00:00:00+08:00", "2032-01-31T00:00:00+08:00") == 0
    assert make(connection, "2031-12-20T00:00:00+08:00", "2031-11-20T00:00:00+08:00") == 0


def test_months_begin_at_local_midnight(connection):
    make(connection, "2031-11-30T16:00:00Z", "2031-11-30T16:00:00Z")
    assert connection.exec_driver_sql("SELECT to_regclass('city.fix_2031_12') IS NOT NULL").scalar()
    assert connection.exec_driver_sql("SELECT to_regclass('city.fix_2031_11') IS NULL").scalar()


def test_fixes_land_in_their_month_and_go_with_their_patrol(connection):
    make(connection, "2031-11-01T00:00:00+08:00", "2031-12-31T00:00:00+08:00")
    connection.exec_driver_sql(
        "WITH made AS (INSERT INTO city.patrol (code, mode) VALUES ('P', 'foot') RETURNING patrol_id) "
        "INSERT INTO city.fix (device, time, patrol_id, lon_raw, lat_raw) "
        "SELECT 'd', moment::timestamptz, patrol_id, 114.5, 30.5 FROM made, "
        "(VALUES ('2031-11-30T23:59:59+08:00'), ('2031-12-01T00:00:00+08:00')) AS times(moment)"
    )
    parts = "SELECT array_agg(tableoid::regclass::text ORDER BY time) FROM city.fix"
    assert connection.exec_driver_sql(parts).scalar() == ["city.fix_2031_11", "city.fix_2031_12"]
    connection.exec_driver_sql("DELETE FROM city.patrol")
    assert connection.exec_driver_sql("SELECT count(*) FROM city.fix").scalar() == 0


@pytest.mark.parametrize("span", [("-infinity", "2026-01-01"), ("0001-01-01", "2026-01-01")])
def test_a_span_that_no_track_has_is_refused(connection, span):
    with pytest.raises(DBAPIError, match="一百年"):
        make(connection, *span)


def test_the_app_makes_partitions_but_no_tables(engine):
    app = create_engine(engine.url.set(username=APP))
    with app.connect() as connection:
        assert make(connection, "2031-11-01T00:00:00+08:00", "2031-11-01T00:00:00+08:00") == 1
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.exec_driver_sql("CREATE TABLE city.mine (n integer)")
    app.dispose()


def test_the_app_writes_rows_and_their_history_but_not_the_deployments_facts(engine):
    app = create_engine(engine.url.set(username=APP))
    with app.connect() as connection:
        connection.exec_driver_sql("INSERT INTO city.post (code, kind) VALUES ('P', 'lake_chief')")
        connection.commit()
        connection.exec_driver_sql("UPDATE city.post SET holder = '张三'")
        assert connection.exec_driver_sql("SELECT count(*) FROM city.post_history").scalar() == 1
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.exec_driver_sql("UPDATE city.deployment SET name = 'x'")
    app.dispose()


def test_a_leg_may_stand_still_but_has_a_time_for_every_vertex(connection):
    add = (
        "WITH made AS (INSERT INTO city.patrol (code, mode) VALUES ('P', 'foot') RETURNING patrol_id) "
        "INSERT INTO city.leg (patrol_id, leg_no, started_at, ended_at, length_m, times_s, geom) "
        "SELECT patrol_id, 1, now(), now(), 0, %(times)s, "
        "ST_SetSRID('LINESTRING(114.5 30.5, 114.5 30.5)'::geometry, Find_SRID('city', 'leg', 'geom')) FROM made"
    )
    with connection.begin_nested() as attempt:
        connection.exec_driver_sql(add, {"times": [0.0, 1.0]})
        attempt.rollback()
    with pytest.raises(DBAPIError, match="leg_times_match"):
        connection.exec_driver_sql(add, {"times": [0.0]})
