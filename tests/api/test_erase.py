"""Erasing tracks: persons and fixes go from every table, and every figure stays as it was."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from shapely import LineString
from sqlalchemy import create_engine
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from api.banks.derive import derive_banks
from api.cli.app import app as huashan
from api.cluster.cluster import APP, OWNER
from api.database import Database
from api.duties.keep import Upkeep
from api.patrols.erase import Erasure, count_erasable, erase
from api.patrols.rework import Surroundings, rework
from api.sightings.reaches import claim_reaches, stored_reaches
from api.sightings.resight import resight
from api.sightings.targets import Targets
from layers.catalogue import read_catalogue
from tests.api.conftest import desk_over, fill
from tests.api.test_banks import put
from tests.api.test_reaches import take
from tests.api.test_same_side import EAST, LEFT, NORTH, WALKED, duty, get, go
from tests.databases import copy_of

BEFORE = datetime(2026, 6, 8, tzinfo=UTC)
PERSONS = ("甲组", "乙组", "丙组", "手机-1", "船-1", "手机-9", "张三", "一切正常")
FIGURES = (
    "/coverage/bank?from=2026-06-01&to=2026-07-01",
    "/coverage/bank?duty=SAME&from=2026-06-01&to=2026-07-01",
    "/coverage/grid?from=2026-06-01&to=2026-07-01",
    f"/coverage/bank/{LEFT}/timeline?from=2026-06-01&to=2026-07-01",
    "/debt?at=2026-06-20",
    "/debt?at=2026-06-20&effective=only",
    "/debt/curve?duty=OWN&from=2026-06-01&to=2026-07-01",
    "/duties/performance?period=2026-06",
    "/duties/performance?period=2026-06&by=duty",
)
CREWS = """
INSERT INTO city.crew (code, name, post_code) VALUES ('甲组', '甲', 'HZ-1'), ('乙组', '乙', NULL), ('丙组', '丙', NULL);
"""
WENT = """
UPDATE city.patrol SET crew = CASE device WHEN '手机-1' THEN '甲组' WHEN '船-1' THEN '乙组' ELSE '丙组' END,
    report = '一切正常', source_sha256 = repeat('ab', 32), track_no = patrol_id;
INSERT INTO city.flag (patrol_id, kind, from_at, to_at)
SELECT patrol_id, 'drive_by', started_at, started_at + interval '1 minute' FROM city.patrol WHERE device = '手机-9';
"""


@pytest.fixture(scope="module")
def city(cluster, city_template):
    """The name of a database to copy, of a city with a narrow river, duties of its post, delegates and anyone.

    Four patrols of three crews went early in June, one late in May, and one after the day before which is erased.
    """
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            put(connection, "HE", LineString([(EAST, NORTH), (EAST + 1000, NORTH)]), kind="river", name="小河")
            connection.exec_driver_sql("UPDATE city.water SET width_m = 20 WHERE code = 'HE'")
            derive_banks(connection)
        with desk_over(engine) as desk:
            desk.writer = desk.person("dispatcher")
            post = {"code": "HZ-1", "kind": "river_chief", "name": "河长", "holder": "王五", "valid_from": "2026-01-01"}
            assert desk.client.post("/posts", json=post, headers=desk.writer).status_code == 201
            desk.run(CREWS)
            duty(desk, "OWN", settled_by="own", min_minutes=4, min_metres=100)
            duty(desk, "HELP", settled_by="delegates", delegates=["丙组"], min_minutes=2)
            duty(desk, "SAME", same_side=True, min_gap_hours=30)
            for day, device, mode in ((1, "手机-1", "foot"), (2, "船-1", "boat"), (3, "手机-9", "foot")):
                go(desk, day, mode, WALKED, device=device)
            go(desk, 4, "boat", WALKED, device="船-1")
            go(desk, -3, "foot", WALKED[:8], device="手机-1")
            go(desk, 10, "foot", WALKED, device="手机-1")
            desk.run(WENT)
            Upkeep(Database(engine), read_catalogue()).once()
        engine.dispose()
        yield engine.url.database


@contextmanager
def desk_of(cluster, city):
    with copy_of(cluster, city) as engine, desk_over(engine) as desk:
        desk.writer = desk.person("dispatcher")
        yield desk


@pytest.fixture
def desk(cluster, city):
    """A city of the test's own."""
    with desk_of(cluster, city) as desk:
        yield desk


@pytest.fixture(scope="module")
def gone(cluster, city):
    """A city whose early patrols are erased; `kept` is what it held before. Tests leave it as it is."""
    with desk_of(cluster, city) as desk:
        desk.kept = everything(desk)
        desk.done = erased(desk)
        yield desk


@pytest.fixture
def trying(cluster, city):
    """A connection to a city, of which nothing stays that was done."""
    engine = create_engine(cluster.url(city, OWNER), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def erased(desk, before=BEFORE):
    with desk.engine.begin() as connection:
        return erase(connection, before)


def figures(desk):
    """What is answered, but for when it was asked."""
    return {path: {name: told for name, told in get(desk, path).items() if name != "known_at"} for path in FIGURES}


def everything(desk):
    """All that the database holds of patrols, as text: every row of every table whose rows name one."""
    tables = ("patrol", "fix", "fix_conflict", "leg", "patrol_trace", "flag", "sighting", "side_sighting", "duty_state")
    every = "SELECT COALESCE(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM city.{} AS t"
    return {table: desk.run(every.format(table)) for table in (*tables, "whole_sighting", "patrol_backlog")}


def test_every_figure_is_the_same_after_erasing_whether_or_not_states_are_kept(desk):
    before = figures(desk)
    assert any(one["effective"] for one in before["/duties/performance?period=2026-06&by=duty"]["duties"])
    done = erased(desk)
    assert (done.patrols, done.waiting, done.legs) == (5, 0, 5)
    assert done.fixes == 4 * len(WALKED) + 8
    assert figures(desk) == before
    desk.run("DELETE FROM city.duty_state")
    assert figures(desk) == before
    Upkeep(Database(desk.engine), read_catalogue()).once()
    assert figures(desk) == before


def test_device_and_persons_are_gone_from_every_table_and_sightings_and_flags_stay(gone):
    kept, left = gone.kept, everything(gone)
    assert all(word in "".join(kept.values()) for word in PERSONS)
    for name in ("sighting", "side_sighting", "whole_sighting", "flag"):
        assert left[name] == kept[name] != ""
    for name in ("fix", "leg", "patrol_trace"):
        assert gone.run(f"SELECT count(DISTINCT patrol_id) FROM city.{name}") == 1
    rows = gone.run("SELECT string_agg(p::text, ' ') FROM city.patrol AS p WHERE erased_at IS NOT NULL")
    # The crew that a duty names as its delegate is what the duty is settled by.
    assert [word for word in PERSONS if word in rows] == ["丙组"]
    assert rows.count("erased-") == 2  # both patrols of the crew without a post, by one name
    assert gone.run("SELECT count(DISTINCT judged_as) FROM city.patrol") == 2


def test_months_wholly_before_go_as_tables_and_none_that_holds_what_is_kept(trying):
    def months():
        listed = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'city.fix'::regclass ORDER BY 1"
        return trying.exec_driver_sql(listed).scalars().all()

    both = ["city.fix_2026_05", "city.fix_2026_06"]
    assert months() == both
    assert trying.exec_driver_sql("SELECT city.drop_fix_partitions('2100-01-01')").scalar() == 0
    assert (erase(trying, BEFORE).months, months()) == (1, both[1:])
    assert trying.exec_driver_sql("SELECT city.make_fix_partitions('2026-05-02', '2026-06-02')").scalar() == 1
    assert months() == both


def test_the_app_may_ask_for_months_to_be_dropped_but_drops_none_itself(cluster, gone):
    engine = create_engine(cluster.url(gone.engine.url.database, APP), poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT city.drop_fix_partitions('2100-01-01')").scalar() == 0
        with pytest.raises(ProgrammingError, match="must be owner"):
            connection.exec_driver_sql("DROP TABLE city.fix_2026_06")


def test_a_second_time_deletes_nothing_and_what_is_still_to_be_worked_out_is_left(trying):
    trying.exec_driver_sql(
        "INSERT INTO city.patrol_backlog (patrol_id, fixes) SELECT min(patrol_id), 0 FROM city.patrol"
    )
    assert (erase(trying, BEFORE).patrols, erase(trying, BEFORE)) == (4, Erasure(0, 1, 0, 0, 0))
    trying.exec_driver_sql("DELETE FROM city.patrol_backlog")
    assert (erase(trying, BEFORE).patrols, erase(trying, BEFORE)) == (1, Erasure(0, 0, 0, 0, 0))


def test_nothing_works_out_anew_what_was_erased(trying):
    erase(trying, BEFORE)
    gone = "city.patrol AS p WHERE erased_at IS NOT NULL"
    every = f"SELECT string_agg(p::text, ' ' ORDER BY patrol_id) FROM {gone}"
    seen = f"SELECT count(*), count(known_to) FROM city.sighting WHERE patrol_id IN (SELECT patrol_id FROM {gone})"
    before = [trying.exec_driver_sql(one).one() for one in (every, seen)]
    around = Surroundings.read(trying, Targets(read_catalogue()))
    ids = trying.exec_driver_sql("SELECT patrol_id FROM city.patrol ORDER BY started_at").scalars().all()
    assert [rework(trying, number, around) is None for number in ids] == [True] * 5 + [False]
    assert resight(trying, "bank", [LEFT]) > 0
    assert [trying.exec_driver_sql(one).one() for one in (every, seen)] == before
    assert before[1][0] > 0 == before[1][1]


def test_another_reach_is_refused_with_the_date_where_tracks_are_gone_and_told_after_it(gone):
    asked = [f"/coverage/bank?reach_m=40&from=2026-06-{day}" for day in ("01", "09")]
    answers = [gone.client.get(path, headers=gone.writer) for path in asked]
    assert [answer.status_code for answer in answers] == [400, 200]
    assert "2026-06-04 及以前" in answers[0].text and answers[1].json()["seen_m"] > 300
    assert "2026-06-04T" in get(gone, "/effort?from=2026-06-01&to=2026-06-30&size_m=2000")["erased_to"]


def test_where_all_tracks_are_gone_no_reach_is_claimed_as_if_there_had_been_no_patrol(trying):
    erase(trying, datetime(2026, 7, 1, tzinfo=UTC))
    claim_reaches(trying, [25.0, 40.0])
    assert stored_reaches(trying) == (25.0,)


def test_an_erased_patrol_takes_in_nothing_and_its_file_is_not_taken_in_again(desk):
    code = take(desk.engine, (25.0,)).code
    erased(desk)
    again = take(desk.engine, (25.0,))
    assert (again.status, again.code, again.legs) == ("erased", code, 0)
    body = {"fixes": [{"time": "2026-06-01T09:00:00Z", "lon": 114.5, "lat": 30.56}]}
    for path, sent in ((f"/patrols/{code}/fixes", body), (f"/patrols/{code}/end", {"report": "好"})):
        answer = desk.client.post(path, json=sent, headers=desk.writer)
        assert answer.status_code == 409 and "删除" in answer.text
    told = get(desk, f"/patrols/{code}")
    assert told["legs"]["features"] == told["stays"] == [] and told["seen"] and told["erased_at"]
    assert [told[name] for name in ("device", "crew", "made_by", "report", "file_name")] == [None] * 5


def test_the_command_tells_asks_and_erases(desk, monkeypatch):
    monkeypatch.setenv("HUASHAN_DATABASE_URL", desk.engine.url.render_as_string(hide_password=False))

    def run(*arguments, answer=""):
        found = CliRunner().invoke(huashan, ["patrols", "erase", *arguments], input=answer)
        return f"{found.output}{found.exception or ''}"

    assert "5 次巡查" in (said := run("--before", "2026-06-08", "--dry-run")) and "没有删除" in said
    assert "没有得到确认" in run("--before", "2026-06-08", answer="n\n")
    for wrong, word in (("六月", "应为日期"), ("2999-01-01", "将来"), ("0001-01-01", "没有可删除")):
        assert word in run("--before", wrong)
    with desk.engine.connect() as connection:
        assert count_erasable(connection, BEFORE).patrols == 5
    assert "已删除:5 次巡查" in run("--before", "2026-06-08", "--yes")
    assert "没有可删除" in run("--before", "2026-06-08")
