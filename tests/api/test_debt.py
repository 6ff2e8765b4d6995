"""Debt, performance and the curve, on the sample: held to sums, to one another and to what is carried over."""

import csv
import io
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from api.database import Database, Operator
from api.duties.keep import AT_ONCE, Upkeep, keep_states, missing_reaches
from api.duties.read import read_duties
from api.duties.states import carried
from geo.duties.calendar import instant
from layers import query
from layers.catalogue import read_catalogue
from tests.api.conftest import app_settings, until
from tests.conftest import app_client
from tests.databases import copy_of

AT = "2026-06-30T00:00:00"


@pytest.fixture(scope="module")
def city(cluster, sample_template):
    """A sample of the module's own, whose duties are few, so that each test is quick: those over banks."""
    with copy_of(cluster, sample_template) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM city.duty WHERE layer NOT IN ('reach', 'bank')")
        with app_client(app_settings(engine)) as client:
            yield client, engine


@pytest.fixture(scope="module")
def ask(city):
    return lambda path: city[0].get(path)


def test_debt_is_told_by_duty_with_its_time_and_sums_up(ask):
    answer = ask(f"/debt?at={AT}&pieces=1").json()
    assert (answer["at"], answer["since"]) == ("2026-06-30T00:00:00+08:00", "2026-06-01T00:00:00+08:00")
    assert len(answer["duties"]) > 5
    assert answer["debt_m_days"] == pytest.approx(sum(one["debt_m_days"] for one in answer["duties"]))
    by_piece = sum((one["to_m"] - one["from_m"]) * one["overdue_days"] for one in answer["pieces"])
    assert by_piece == pytest.approx(answer["debt_m_days"])
    assert all(0 <= one["on_time_share"] <= 1 for one in answer["duties"])
    assert all(one["last_seen"] is None for one in answer["pieces"] if one["never_seen"])


def test_debt_only_grows_while_nobody_goes(ask):
    before, after = (ask(f"/debt?at={at}").json()["debt_m_days"] for at in ("2026-07-02", "2026-07-09"))
    assert after > before


def test_debt_by_effective_patrols_alone_is_never_less(ask):
    every, effective = (ask(f"/debt?at={AT}{more}").json() for more in ("", "&effective=only"))
    pairs = zip(every["duties"], effective["duties"], strict=True)
    assert all(one["debt_m_days"] <= other["debt_m_days"] + 1e-6 for one, other in pairs)


def test_what_is_carried_over_changes_no_figure_and_is_not_used_once_the_past_has_changed(ask, city):
    _, engine = city
    fresh = [ask(f"/debt?at={at}").json()["duties"] for at in (AT, "2026-05-10")]
    known = ask("/duties/performance?period=2026-06").json()["posts"]
    with engine.begin() as connection:
        query.execute(connection, "deployment/access_reader", user="t", role="admin", read_only="off")
        now_s = instant(date(2026, 7, 1), 0, ZoneInfo("Asia/Shanghai"))
        made = keep_states(connection, read_catalogue(), now_s)
        assert made > 0 and keep_states(connection, read_catalogue(), now_s) == 0
    kept = [ask(f"/debt?at={at}").json()["duties"] for at in (AT, "2026-05-10")]
    for before, after in zip(fresh, kept, strict=True):
        assert [one["debt_m_days"] for one in after] == pytest.approx([one["debt_m_days"] for one in before])
        assert [one["on_time_share"] for one in after] == pytest.approx([one["on_time_share"] for one in before])
    again = ask("/duties/performance?period=2026-06").json()["posts"]
    assert [post["met"] for post in again] == [post["met"] for post in known]
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE city.sighting SET known_to = clock_timestamp() WHERE layer = 'bank' AND first_at < '2026-06-01'"
        )
    changed = ask(f"/debt?at={AT}").json()["debt_m_days"]
    assert changed > sum(one["debt_m_days"] for one in fresh[0])
    assert changed == pytest.approx(ask(f"/debt?at={AT}&known_at=2100-01-01").json()["debt_m_days"])
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE city.sighting SET known_to = NULL WHERE layer = 'bank'")
        connection.exec_driver_sql("DELETE FROM city.duty_state")


def test_a_duty_that_nothing_counted_for_is_kept_too_and_not_read_from_the_beginning_for_ever(city):
    _, engine = city
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.duty (code, post_code, layer, targets, interval_days, settled_by, citation, valid_from)"
            " VALUES ('NOBODY', 'NOBODY', 'bank', 'all', 7, 'own', '示例', '2026-05-01')"
        )
        keep_states(connection, read_catalogue(), instant(date(2026, 6, 30), 0, ZoneInfo("Asia/Shanghai")))
        kept = connection.exec_driver_sql("SELECT count(*) FROM city.duty_state WHERE duty_code = 'NOBODY'").scalar()
        connection.exec_driver_sql("DELETE FROM city.duty_state")
        connection.exec_driver_sql("DELETE FROM city.duty WHERE code = 'NOBODY'")
    assert kept


CHANGES = {
    "a sighting": "UPDATE city.sighting SET known_to = clock_timestamp()"
    " WHERE layer = 'bank' AND first_at < '2026-06-01'",
    "a flag": "INSERT INTO city.flag (patrol_id, kind, from_at, to_at, evidence)"
    " SELECT patrol_id, 'drive_by', started_at, ended_at, '{}' FROM city.patrol WHERE started_at < '2026-06-01'"
    " LIMIT 1",
    "a leg": "UPDATE city.leg SET length_m = length_m WHERE started_at < '2026-06-01'",
    "a crew": "UPDATE city.crew SET post_code = NULL WHERE valid_from < '2026-06-01'",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_state_does_not_hold_once_a_transaction_that_began_before_it_has_changed_the_past(city, change):
    _, engine = city
    june_s = instant(date(2026, 6, 1), 0, ZoneInfo("Asia/Shanghai"))
    with engine.connect() as early, engine.connect() as connection:
        early.exec_driver_sql("SELECT 1")
        keep_states(connection, read_catalogue(), instant(date(2026, 6, 30), 0, ZoneInfo("Asia/Shanghai")))
        connection.commit()
        assert june_s in held_at(connection)
        connection.commit()
        query.execute(early, "deployment/access_reader", user="t", role="admin", read_only="off")
        assert early.exec_driver_sql(change).rowcount
        early.commit()
        assert june_s not in held_at(connection)
        # In the order in which the server's upkeep takes them.
        connection.exec_driver_sql(
            "UPDATE city.sighting SET known_to = NULL WHERE layer = 'bank' AND first_at < '2026-06-01'"
        )
        connection.exec_driver_sql("DELETE FROM city.duty_state")
        connection.exec_driver_sql("DELETE FROM city.flag WHERE evidence = '{}'")
        connection.commit()


def held_at(connection):
    """From when on the accounts of June go on, which they do from a state that holds."""
    days = date(2026, 6, 29), date(2026, 6, 30)
    charges = read_duties(connection, read_catalogue(), days)
    june_s = instant(date(2026, 6, 1), 0, ZoneInfo("Asia/Shanghai"))
    return {one.at_s for one in carried(connection, charges, june_s, effective=False)}


def test_performance_tells_due_done_effective_and_missed_with_reasons(ask):
    answer = ask("/duties/performance?period=2026-06").json()
    duties = [duty for post in answer["posts"] for duty in post["duties"]]
    assert {reason for duty in duties for one in duty["undone"] for reason in one["words"]}
    for duty in duties:
        assert duty["due"] == duty["met"] + duty["missed"] == len(duty["dues"])
        assert duty["effective"] + len(duty["undone"]) == duty["done"] == len(duty["patrols"])
        assert all(one["sure"] <= one["nominal"] <= one["possible"] for one in duty["cover"])
        assert duty["citation"]
    for post in answer["posts"]:
        assert post["due"] == sum(duty["due"] for duty in post["duties"])


def test_the_same_tracks_are_scored_differently_under_each_rule(ask):
    duties = ask("/duties/performance?period=2026-05&by=duty").json()["duties"]
    effective = {duty["rule"]: 0 for duty in duties}
    for duty in duties:
        effective[duty["rule"]] += duty["effective"]
    assert len(set(effective.values())) > 1, effective


@pytest.mark.parametrize("by", ["post", "duty"])
def test_performance_comes_as_a_table_for_excel(ask, by):
    path = f"/duties/performance?period=2026-06&by={by}"
    table = list(csv.DictReader(io.StringIO(ask(f"{path}&format=csv").content.decode("utf-8-sig"))))
    told, book = ask(path).json(), load_workbook(io.BytesIO(ask(f"{path}&format=xlsx").content))
    rows = told["posts" if by == "post" else "duties"]
    duties = [one for row in rows for one in row.get("duties", [row])]
    assert [(row[by], int(row["due"]), int(row["missed"])) for row in table] == [
        (row[by], row["due"], row["missed"]) for row in rows
    ]
    assert {row["from"] for row in table} == {told["from"]} and all(row["known_at"] for row in table)
    sizes = {
        **({"岗位": len(rows)} if by == "post" else {}),
        "职责": len(duties),
        "应巡": sum(len(one["dues"]) + len(one["unknown_dues"]) for one in duties),
        "无效巡查": sum(len(one["undone"]) for one in duties),
        "覆盖": sum(len(one["cover"]) for one in duties),
    }
    assert [(sheet.title, sheet.max_row - 1) for sheet in book.worksheets] == list(sizes.items())


def test_debt_is_drawn(ask):
    features = ask(f"/debt?at={AT}&format=geojson").json()["features"]
    assert features and all(one["geometry"]["type"] == "MultiLineString" for one in features)


def test_the_curve_never_rises_and_says_what_nobody_ever_saw(ask):
    code = ask(f"/debt?at={AT}").json()["duties"][0]["duty"]
    curve = ask(f"/debt/curve?duty={code}&from=2026-04-01&to=2026-07-01").json()
    for name in ("walked_m_days_a_month", "rotated_m_days_a_month"):
        assert all(a >= b - 1e-6 for a, b in zip(curve[name], curve[name][1:], strict=False))
    assert curve["patrols"] > 0 and 0 <= curve["unseen_m"] <= curve["length_m"]


def test_what_is_told_of_banks_is_found_by_that_and_by_what_its_duties_are_about(ask):
    every, banks, reaches = (
        ask(f"/debt?at={AT}{more}").json()["duties"] for more in ("", "&layer=bank", "&layer=reach")
    )
    assert {one["layer"] for one in every} == {"bank"} and banks == every
    about = {one["code"] for one in ask("/duties?date=2026-06-30&layer=reach").json()["duties"]}
    assert {one["duty"] for one in reaches} == about


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/debt?at=yesterday", 400, "at"),
        ("/debt?effective=all", 400, "effective"),
        ("/debt?post=nobody&at=2026-06-30", 404, "nobody"),
        ("/duties/performance?period=2026-06&post=nobody", 404, "nobody"),
        ("/debt?duty=NOPE&at=2026-06-30", 404, "没有编码为 'NOPE' 的职责"),
        ("/debt?duty=NOPE&known_at=2026-06-30", 404, "/duties"),
        ("/debt?at=9999-01-01", 400, "2200"),
        ("/debt/curve?duty=YC-HZ-CJ-1&to=9999-01-01", 400, "2200"),
        ("/debt?post=NOPE&known_at=2026-06-30", 404, "/posts"),
        ("/debt?layer=NOPE&at=2026-06-30", 404, "没有图层 'NOPE'"),
        ("/debt?layer=landuse&at=2026-06-30", 400, "图层 'landuse' 不记巡查所见"),
        ("/duties/performance?period=2026-06&duty=NOPE", 404, "/duties"),
        ("/debt?post=HZ-HSHZ-1&at=2026-06-30", 200, "duties"),
        ("/debt/curve?duty=none", 404, "none"),
        ("/debt/curve", 400, "duty"),
        ("/duties/performance?period=2026-13", 400, "2026-13"),
        ("/duties/performance?period=2026-06-02..2026-06-01", 400, "起在止前"),
        ("/duties/performance?period=0000", 400, "0000"),
        ("/duties/performance", 400, "period"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_remedy(ask, path, status, word):
    answer = ask(path)
    assert (answer.status_code, word in answer.text) == (status, True), answer.text


def test_a_duty_at_a_reach_that_is_not_stored_waits_until_it_is(ask, city):
    _, engine = city
    database = Database(engine)
    with engine.begin() as connection:  # the last of these tests: the others need them all
        connection.exec_driver_sql("DELETE FROM city.patrol WHERE patrol_id > 30")
    with database.transaction(Operator("t"), write=True) as connection:
        assert missing_reaches(connection) == []
        connection.exec_driver_sql("UPDATE city.duty SET reach_m = 40 WHERE code = (SELECT min(code) FROM city.duty)")
        assert missing_reaches(connection) == [40.0]
    answer = ask(f"/debt?at={AT}").json()
    assert [one["reach_m"] for one in answer["waiting"]] == [40.0]
    assert answer["waiting"][0]["duty"] not in {one["duty"] for one in answer["duties"]}
    assert ask(f"/debt/curve?duty={answer['waiting'][0]['duty']}&to=2026-07-01").status_code == 503
    upkeep = Upkeep(database, read_catalogue())

    def stored():
        # While the server's own upkeep has its turn, begun before there was anything to store, another does nothing.
        upkeep.once()
        return ask(f"/debt?at={AT}").json()["waiting"] == []

    until(stored, within_s=60)


def test_tracks_and_edits_come_in_between_while_states_are_kept(cluster, sample_template, monkeypatch):
    """Whoever works out sightings waits for a few duties at most, not for all of them."""
    held, free = [], []
    with copy_of(cluster, sample_template) as engine:
        with engine.begin() as connection:
            few = "DELETE FROM city.duty WHERE code NOT IN (SELECT code FROM city.duty ORDER BY code LIMIT 12)"
            connection.exec_driver_sql(f"DELETE FROM city.patrol WHERE patrol_id > 3; {few}")
        upkeep = Upkeep(Database(engine), read_catalogue())
        keep_lot, in_turn = upkeep._keep_lot, upkeep._in_turn

        def taken():
            with engine.connect() as other:
                lock = "SELECT pg_try_advisory_xact_lock_shared(hashtext('city.sighting'))"
                return not other.exec_driver_sql(lock).scalar_one()

        def watched(now_s, lot, connection):
            keep_lot(now_s, lot, connection)
            held.append((lot.stop - lot.start, taken()))

        monkeypatch.setattr(upkeep, "_keep_lot", watched)
        monkeypatch.setattr(upkeep, "_in_turn", lambda act: (free.append(not taken()), in_turn(act))[1])
        upkeep.once()
    assert held == [(AT_ONCE, True)] * 2
    assert free == [True] * 4
