"""What moved in a layer between two times: what was added, removed and altered, and how readers are told."""

import io
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from pyproj import Geod

from tests.api.conftest import desk_over, fill
from tests.databases import copy_of

ZONE = ZoneInfo("Asia/Shanghai")
NOW = "SELECT clock_timestamp()"
ADD = """
    INSERT INTO city.site (code, name, kind, grade, valid_from, valid_to, provenance, edition_id, geom)
    VALUES (%(code)s, %(name)s, %(kind)s, %(grade)s, %(first)s, %(last)s, 'synthetic',
            (SELECT min(edition_id) FROM city.edition), ST_SetSRID(ST_Point(114.5 + %(step)s / 1000.0, 30.5), 4490))
"""


@pytest.fixture(scope="module")
def city(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            yield desk


def today():
    return datetime.now(ZONE).date()


def asked(desk, layer, start, end, headers=None, **more):
    query = {"from": start and start.isoformat(), "to": end and end.isoformat(), **more}
    answer = desk.client.get(
        f"/layers/{layer}/changes", params={k: v for k, v in query.items() if v is not None}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def site(city):
    """An empty layer of sites, and a function that adds one."""
    city.run("TRUNCATE city.site")
    city.run("DELETE FROM city.site_history")
    usual = {"name": "甲", "kind": "outfall", "grade": None, "first": date(2026, 1, 1), "last": None, "step": 0}

    def add(code, **values):
        with city.engine.begin() as connection:
            connection.exec_driver_sql(ADD, {**usual, "code": code, **values})

    return add


def test_several_edits_of_one_feature_are_told_once_with_their_number_and_words(city, site):
    site("A")
    start = city.run(NOW)
    for kind in ("stake", "ponding", "dumping"):
        city.run("UPDATE city.site SET kind = %s", kind)
    (one,) = asked(city, "site", start, None)["changes"]
    assert (one["change"], one["how"], one["edits"]) == ("altered", "edited", 3)
    assert one["fields"] == [{
        "field": "kind", "zh": "点位类别", "en": "Kind of site", "before": "outfall", "after": "dumping",
        "before_words": {"zh": "排口", "en": "Outfall"}, "after_words": {"zh": "渣土倾倒点", "en": "Dumping spot"},
    }]  # fmt: skip
    city.run("UPDATE city.site SET kind = 'outfall'")
    assert asked(city, "site", start, None)["changes"] == []


def test_a_row_that_an_import_lets_succeed_another_is_the_same_feature_and_names_the_import(city, site):
    site("A")
    start = city.run(NOW)
    city.run(
        "INSERT INTO city.edition (layer, name, sample) VALUES ('site', '普查', true);"
        " UPDATE city.site SET valid_to = current_date;"
        " INSERT INTO city.site (code, name, kind, edition_id, provenance, geom) SELECT 'A', '乙', kind,"
        " (SELECT max(edition_id) FROM city.edition), 'synthetic', geom FROM city.site"
    )
    found = asked(city, "site", start, None)
    (one,) = found["changes"]
    assert (one["change"], one["edits"], one["editions"]) == ("altered", 1, ["普查"])
    assert {field["field"] for field in one["fields"]} == {"name", "valid_from"}
    assert found["counts"] == {"added": 0, "removed": 0, "altered": 1}
    city.run("UPDATE city.site SET name = '丙' WHERE valid_to IS NULL")
    assert asked(city, "site", city.run(NOW) - timedelta(days=1), None)["changes"][0]["editions"] == ["普查"]


def test_what_was_known_before_is_told_when_it_comes_into_force_and_when_it_runs_out(city, site):
    tomorrow = datetime.combine(today() + timedelta(days=1), time(), ZONE)
    site("A", first=today() + timedelta(days=1), last=today() + timedelta(days=2))
    assert asked(city, "site", None, None)["changes"] == []
    first, second = ((tomorrow + timedelta(days=n), tomorrow + timedelta(days=n + 1)) for n in (0, 1))
    found = asked(city, "site", *first)
    (came,), (went,) = found["changes"], asked(city, "site", *second)["changes"]
    assert "将来" in found["note"]
    assert (came["change"], came["how"], came["edits"]) == ("added", "in_force", 0)
    assert (went["change"], went["how"], went["valid_to"]) == ("removed", "ended", second[0].date().isoformat())
    assert asked(city, "site", first[0], second[1])["changes"] == []


def test_what_was_deleted_is_told_with_what_it_was(city, site):
    site("A")
    start = city.run(NOW)
    city.run("DELETE FROM city.site")
    (one,) = asked(city, "site", start, None)["changes"]
    assert (one["change"], one["how"], one["made_by"]) == ("removed", "deleted", [])
    assert one["properties"]["kind"] == "outfall"


def test_without_times_the_last_seven_days_are_meant_and_days_are_whole_and_local(city, site):
    site("A")
    found = asked(city, "site", None, None)
    ends = [datetime.fromisoformat(found[name]) for name in ("from", "to")]
    assert ends[1] - ends[0] == timedelta(days=7)
    assert len(found["changes"]) == 1
    found = city.client.get("/layers/site/changes", params={"from": "2026-06-01", "to": "2026-06-08"}).json()
    assert (found["from"], found["to"]) == ("2026-06-01T00:00:00+08:00", "2026-06-08T00:00:00+08:00")


@pytest.mark.parametrize("query", [{"from": "2026-06-08", "to": "2026-06-08"}, {"from": "2999-01-01"}])
def test_a_period_that_is_empty_is_refused(city, query):
    answer = city.client.get("/layers/site/changes", params=query)
    assert answer.status_code == 400
    assert "时段是空的" in answer.json()["detail"]


def test_what_keeps_no_history_is_refused(city):
    answer = city.client.get("/layers/last_seen/changes")
    assert (answer.status_code, "不存历史" in answer.json()["detail"]) == (400, True)


def test_pages_follow_one_another_and_count_all(city, site):
    for number in range(5):
        site(f"S{number}")
    link, seen = "/layers/site/changes?limit=2", []
    while link:
        answer = city.client.get(link)
        found = answer.json()
        seen += [one["code"] for one in found["changes"]]
        assert found["counts"]["added"] == 5
        assert found["truncated"] == ("Link" in answer.headers) == (found["next"] is not None)
        link = answer.links.get("next", {}).get("url")
    assert seen == [f"S{number}" for number in range(5)]


def test_a_shape_that_was_redrawn_tells_how_far_and_how_large(city):
    start = city.run(NOW)
    city.run(
        "UPDATE city.grid SET geom = ST_Multi(ST_MakeEnvelope(114.46, 30.55, 114.47, 30.565, 4490))"
        " WHERE code = '420111080001'"
    )
    (one,) = asked(city, "grid", start, None)["changes"]
    up_m = Geod(ellps="GRS80").inv(114.465, 30.56, 114.465, 30.565)[2]
    assert one["moved_m"] == pytest.approx(up_m, rel=1e-3)
    assert one["area_m2_after"] / one["area_m2_before"] == pytest.approx(1.5, rel=1e-3)
    assert one["area_mu_after"] == pytest.approx(one["area_m2_after"] / (2000 / 3), abs=1e-3)
    assert (one["fields"], one["redrawn"]) == ([], True)


def test_tables_have_a_row_a_field_and_run_nothing(city, site):
    site("A")
    start = city.run(NOW)
    city.run("UPDATE city.site SET name = '=1+1', kind = 'stake', geom = ST_SetSRID(ST_Point(114.6, 30.5), 4490)")
    site("B", step=2)
    query = {"from": start.isoformat()}
    answer = city.client.get("/layers/site/changes", params={**query, "format": "csv"})
    header, *lines = (line.split(",") for line in answer.content.decode("utf-8-sig").splitlines())
    told = [dict(zip(header, line, strict=True)) for line in lines]
    assert [(row["code"], row["change"], row["field"], row["before"], row["after"]) for row in told] == [
        ("A", "变更", "name", "甲", "'=1+1"), ("A", "变更", "kind", "outfall", "stake"),
        ("A", "变更", "geom", "", ""), ("B", "新增", "", "", ""),
    ]  # fmt: skip
    assert (told[1]["before_words"], told[1]["after_words"]) == ("排口", "界桩")
    assert float(told[2]["moved_m"]) > 9_000
    book = openpyxl.load_workbook(
        io.BytesIO(city.client.get("/layers/site/changes", params={**query, "format": "xlsx"}).content)
    )
    assert len(list(book["变化"].values)) == 5
    assert list(book["合计"].values)[1][-4:-1] == (1, 0, 1)


def test_who_made_it_is_told_to_those_who_may_see_persons(real_desk):
    for role, persons in (("viewer", False), ("analyst", False), ("dispatcher", True)):
        (found, *_) = asked(real_desk, "grid", None, None, real_desk.person(role))["changes"]
        assert ("made_by" in found) == persons
        lines = real_desk.client.get("/layers/grid/changes?format=csv", headers=real_desk.person(role)).text
        assert ("made_by" in lines) == persons


def test_a_note_that_a_role_may_not_read_did_not_change_for_it(real_desk):
    real_desk.run(
        "INSERT INTO city.observation (code, family, source, found_at, note, geom) VALUES"
        " ('O1', 'bank_slope', 'patrol', '2026-06-01', '早', ST_SetSRID(ST_Point(114.5, 30.5), 4490))"
    )
    start = real_desk.run(NOW)
    real_desk.run("UPDATE city.observation SET note = '电话 138', reporter = '李四'")
    told = {
        role: [field["field"] for one in asked(real_desk, "observation", start, None, real_desk.person(role))["changes"]
               for field in one["fields"]]
        for role in ("viewer", "analyst", "patroller")
    }  # fmt: skip
    assert told == {"viewer": [], "analyst": ["note"], "patroller": ["note", "reporter"]}


def test_a_period_takes_in_its_first_instant_and_leaves_out_its_last(city, site):
    site("A")
    entered = city.run("SELECT known_from FROM city.site")
    an_hour = timedelta(hours=1)
    assert len(asked(city, "site", entered, entered + an_hour)["changes"]) == 1
    assert asked(city, "site", entered - an_hour, entered)["changes"] == []
    city.run("DELETE FROM city.site")
    left = city.run("SELECT known_to FROM city.site_history")
    assert [one["change"] for one in asked(city, "site", left, left + an_hour)["changes"]] == ["removed"]
    assert [one["change"] for one in asked(city, "site", entered, left)["changes"]] == ["added"]
