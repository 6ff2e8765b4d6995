"""The planner knows how much is stored, soon after much was; and finds what was last seen by looking it up."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, event

from api.cluster.cluster import APP
from api.coverage.asked import Asked
from api.coverage.lines import line_coverage
from layers.catalogue import read_catalogue

GATHER = "SELECT city.gather_statistics()"
KNOWN = "SELECT reltuples FROM pg_class WHERE oid = 'city.road'::regclass"
MANY = """
    INSERT INTO city.road (code, provenance, known_from, made_by, geom)
    SELECT 'R' || n, 'import', now(), 'test', ST_GeomFromText('LINESTRING (114.5 30.5, 114.6 30.5)', 4490)
    FROM generate_series(1, 2000) AS n
"""
JUNE = (datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai")), datetime(2026, 7, 1, tzinfo=ZoneInfo("Asia/Shanghai")))


def test_statistics_of_what_has_grown_are_gathered_by_the_server_s_role_and_only_once(engine):
    server = create_engine(engine.url.set(username=APP))
    with engine.begin() as connection:
        connection.exec_driver_sql(MANY)
    with server.begin() as connection:
        assert connection.exec_driver_sql(GATHER).scalar() >= 1
        assert connection.exec_driver_sql(KNOWN).scalar() == 2000
        assert connection.exec_driver_sql(GATHER).scalar() == 0
    server.dispose()


@pytest.mark.parametrize("layer", ["bank", "road"])
@pytest.mark.parametrize("period", [JUNE, (None, None)], ids=["month", "always"])
def test_the_newest_sighting_of_a_line_is_looked_up_and_no_join_of_all_patrols(sample_engine, layer, period):
    asked = Asked(read_catalogue()[layer], period, 25.0)
    with sample_engine.connect() as connection:

        @event.listens_for(connection, "before_cursor_execute", retval=True)
        def explained(conn, cursor, statement, parameters, context, executemany):
            return "EXPLAIN " + statement, parameters

        plan = [row["QUERY PLAN"] for row in line_coverage(connection, asked, sightings="city.sighting")]
    looked_up = next(number for number, line in enumerate(plan) if "Backward using sighting_newest" in line)
    assert "Limit" in plan[looked_up - 1]
