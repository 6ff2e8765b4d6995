"""The sample goes in once and comes out without a trace, beside real data too."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from api.duties.keep import keep_states
from api.holding import read_holding
from api.sample import load_sample, remove_sample
from api.transfer.tables import CREW
from api.versions.rows import succeed, today
from layers.catalogue import read_catalogue
from layers.errors import Conflict
from seeds import tracks

SAMPLE_DAY = date(2026, 6, 30)
REAL_ROAD = text(
    "INSERT INTO city.road (code, name, geom) VALUES ('REAL-1', '真实道路', "
    "ST_GeomFromText('LINESTRING(114.50 30.55, 114.51 30.55)', 4490))"
)


def rows_of_every_table(connection):
    """How many rows each table of the city holds, but those that any new database holds."""
    names = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'city'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition "
        "AND relname NOT IN ('deployment', 'stored_reach', 'whole_stored', 'observation_family', 'observation_kind',"
        " 'alarm_rule', 'landuse_class', 'landuse_rule')"
    ).scalars()
    counts = {name: connection.exec_driver_sql(f'SELECT count(*) FROM city."{name}"').scalar() for name in list(names)}
    return {name: count for name, count in counts.items() if count}


def since_today(connection):
    return {"valid_from": today(connection).isoformat(), "valid_to": None}


def test_the_sample_is_all_there(sample_engine):
    with sample_engine.connect() as connection:
        found = rows_of_every_table(connection)
        assert read_holding(connection) == "sample"
        orphans = connection.exec_driver_sql("SELECT count(*) FROM city.edition WHERE NOT sample").scalar()
    assert orphans == 0
    assert found["road"] == 34 and found["farmland"] == 60 and found["water"] == 5
    assert found["patrol"] == len(list(tracks(SAMPLE_DAY)))
    assert 55 <= found["observation"] <= 65
    assert (found["crew"], found["device"]) == (9, 13)
    assert {"bank", "reach", "post", "duty", "farmland_target", "fix", "leg", "sighting", "last_seen"} <= set(found)
    assert not [name for name in found if name.endswith("_history")]


def test_a_second_load_changes_nothing(own_sample):
    with own_sample.connect() as connection:
        before = rows_of_every_table(connection)
    assert load_sample(own_sample, today=date(2026, 7, 5)) == {}
    with own_sample.connect() as connection:
        assert rows_of_every_table(connection) == before


def test_another_scale_is_refused_while_the_sample_is_there(own_sample):
    with pytest.raises(Conflict, match="seed --remove"):
        load_sample(own_sample, scale=2)


def test_removing_leaves_no_trace(own_sample):
    with own_sample.begin() as connection:
        connection.exec_driver_sql("UPDATE city.road SET name = '改名' WHERE code = 'HSL05'")
        assert keep_states(connection, read_catalogue(), datetime(2026, 7, 1, tzinfo=UTC).timestamp())
    with own_sample.begin() as connection:
        assert rows_of_every_table(connection)["road_history"] == 1
        removed = remove_sample(connection)
    assert (removed["city.road"], removed["city.crew"], removed["city.device"]) == (34, 9, 13)
    with own_sample.connect() as connection:
        assert rows_of_every_table(connection) == {}
        assert read_holding(connection) == "empty"


def test_removing_leaves_real_data_as_it_was(own_sample):
    with own_sample.begin() as connection:
        connection.execute(REAL_ROAD)
        assert read_holding(connection) == "mixed"
    with own_sample.begin() as connection:
        remove_sample(connection)
    with own_sample.connect() as connection:
        assert connection.exec_driver_sql("SELECT code FROM city.road").scalars().all() == ["REAL-1"]
        assert read_holding(connection) == "real"


def test_an_interrupted_load_is_gone_on_with(engine, monkeypatch):
    def cut_short(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("api.sample._load_banks", cut_short)
        load_sample(engine, today=SAMPLE_DAY)
    with engine.connect() as connection:
        assert "bank" not in rows_of_every_table(connection)
    monkeypatch.setattr("api.sample.tracks", lambda today, scale: iter(list(tracks(today, scale))[:3]))
    made = load_sample(engine, today=SAMPLE_DAY)
    assert (
        (made["reach"], made["crew"], made["device"], made["patrol"]) == (22, 9, 13, 3)
        and made["duty"] > 90
        and made["observation"] > 30
    )


def test_a_reach_across_0_m_has_two_ranges(sample_engine):
    with sample_engine.connect() as connection:
        pieces = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM unnest(span)) FROM city.reach WHERE code = 'HUZ-YDH-1-D'"
        ).scalar()
    assert pieces == 2


def test_fixes_sent_in_gcj02_are_found_where_the_crew_was(sample_engine):
    track = next(one for one in tracks(SAMPLE_DAY) if one.datum == "gcj02" and one.note is None)
    with sample_engine.connect() as connection:
        fixes = connection.exec_driver_sql(
            "SELECT f.lon, f.lat, f.lon_raw FROM city.fix AS f JOIN city.patrol AS p USING (patrol_id) "
            "WHERE p.code = %s ORDER BY f.time",
            (track.code,),
        ).all()
    assert [row.lon for row in fixes] == pytest.approx(list(track.lon), abs=3e-7)
    assert [row.lat for row in fixes] == pytest.approx(list(track.lat), abs=3e-7)
    assert min(row.lon_raw - row.lon for row in fixes) > 0.004


def test_part_of_an_outing_sent_again_is_kept_beside_the_first(sample_engine):
    with sample_engine.connect() as connection:
        conflicts = connection.exec_driver_sql(
            "SELECT count(*) FROM city.fix_conflict JOIN city.patrol USING (patrol_id) WHERE report LIKE '%%重复上报%%'"
        ).scalar()
    assert conflicts > 50


def test_every_patrol_is_of_a_crew_that_is_there_and_of_a_device_that_this_crew_carries(sample_engine):
    with sample_engine.connect() as connection:
        odd = connection.exec_driver_sql(
            "SELECT p.code FROM city.patrol AS p LEFT JOIN city.crew_now AS c ON c.code = p.crew AND c.mode = p.mode"
            " LEFT JOIN city.device_now AS d ON d.code = p.device AND d.crew_code = c.code WHERE d.code IS NULL"
        ).scalars()
        assert list(odd) == []


def test_a_crew_that_people_changed_stays_when_the_sample_goes(own_sample):
    with own_sample.begin() as connection:
        changed = succeed(
            connection, CREW, {"code": "HS00", "name": "真的组", "mode": "foot", **since_today(connection)}
        )
        assert changed.fields["name"] == "真的组" and read_holding(connection) == "mixed"
        assert remove_sample(connection)["city.crew"] == 9
        names = connection.exec_driver_sql("SELECT name FROM city.crew").scalars().all()
    assert names == ["真的组"]


def test_unit_grids_are_numbered_west_to_east_and_north_to_south(sample_engine):
    with sample_engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM city.grid_numbering_warnings()").scalar() == 0


def test_some_bank_was_never_seen_and_some_lately(sample_engine):
    with sample_engine.connect() as connection:
        shares = connection.exec_driver_sql(
            "SELECT sum(m) FILTER (WHERE last_at IS NULL) / sum(m),"
            " sum(m) FILTER (WHERE last_at > '2026-06-20') / sum(m)"
            " FROM (SELECT last_at, city.metric_length(geom) AS m FROM city.last_seen WHERE layer = 'bank') AS piece"
        ).one()
    assert 0.2 < shares[0] < 0.7
    assert shares[1] > 0.1
