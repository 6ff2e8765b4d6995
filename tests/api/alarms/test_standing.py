"""What stands as an alarm, since when and for whom; and that what ends and comes again is another."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from layers.catalogue import ROLES

ZONE = ZoneInfo("Asia/Shanghai")
SETTLE = "UPDATE city.observation SET state = 'settled', settled_at = now(), settled_by = '李四' WHERE code = %s"
DUE = "UPDATE city.observation SET state = 'handed', due_at = now() + %s * interval '1 minute' WHERE code = %s"


@pytest.fixture(autouse=True)
def empty(city):
    yield
    city.home()


def when(text):
    return datetime.fromisoformat(text)


class TestPastDue:
    def test_an_observation_alarms_from_the_minute_it_was_due_until_it_is_settled(self, city):
        late, soon = city.late(-60), city.late(60)
        alarm = city.one(late)
        assert city.one(soon) is None
        assert abs(when(alarm["since"]) - (datetime.now(ZONE) - timedelta(hours=1))) < timedelta(minutes=1)
        assert (alarm["grade"], alarm["about"]["layer"], alarm["lon"]) == ("major", "observation", 114.5)
        assert alarm["words"]["zh"].startswith(f"暴露垃圾({late})应于") and "was due by" in alarm["words"]["en"]
        city.desk.run(SETTLE, late)
        assert city.one(late) is None

    def test_one_that_is_graver_than_the_rule_says_is_as_grave_as_it_is(self, city):
        assert city.one(city.late(-5, "urgent"))["grade"] == "urgent"

    def test_one_that_is_due_later_and_late_again_is_another_alarm_that_nobody_took_note_of(self, city):
        code = city.late(-60)
        first = city.one(code)
        assert city.note(first["id"]).status_code == 200
        assert city.one(code)["acknowledged"]["by"] == "dispatcher员"
        city.desk.run(DUE, 30, code)
        assert city.one(code) is None
        city.desk.run("UPDATE city.observation SET due_at = clock_timestamp() WHERE code = %s", code)
        again = city.one(code)
        assert again["acknowledged"] is None and again["id"] != first["id"]
        assert city.note(first["id"]).status_code == 404

    def test_everybody_is_told_of_it_by_what_everybody_may_see(self, city):
        code = city.late()
        assert len({city.one(code, role)["words"]["zh"] for role in ROLES}) == 1

    def test_what_stood_at_a_time_is_told_as_it_was_known_then(self, city):
        code = city.late(-60)
        before = datetime.now(ZONE).isoformat().replace("+", "%2B")
        city.desk.run(SETTLE, code)
        assert city.one(code) is None
        assert city.one(code, query=f"?at={before}")["about"]["name"]["zh"] == "暴露垃圾"


class TestSilence:
    def test_a_crew_that_is_out_alarms_fifteen_minutes_after_its_last_position(self, city):
        patrol = city.out("C-1")
        city.heard(patrol, 14)
        assert city.standing("crew_silent") == []
        city.desk.run("UPDATE city.fix SET time = now() - interval '16 min'")
        (alarm,) = city.standing("crew_silent")
        assert (alarm["grade"], alarm["about"]["code"], alarm["about"]["name"]["zh"]) == ("urgent", "C-1", "一组")
        assert abs(when(alarm["since"]) - datetime.now(ZONE) + timedelta(minutes=1)) < timedelta(seconds=30)
        assert (alarm["lon"], alarm["lat"]) == (114.5, 30.555)

    def test_a_position_ends_it_and_silence_afterwards_is_another_alarm(self, city):
        patrol = city.out("C-1")
        city.heard(patrol, 40)
        first = city.one("C-1")
        assert city.note(first["id"]).status_code == 200
        city.heard(patrol, 1)
        assert city.one("C-1") is None
        city.desk.run("UPDATE city.alarm_note SET made_at = now() - interval '20 min'")
        city.desk.run("UPDATE city.fix SET time = now() - interval '16 min' WHERE time > now() - interval '5 min'")
        again = city.one("C-1")
        assert again["acknowledged"] is None and again["id"] != first["id"]

    def test_one_device_of_a_crew_that_goes_on_is_enough(self, city):
        city.heard(city.out("C-1"), 30)
        city.heard(city.out("C-1"), 2)
        assert city.standing("crew_silent") == []

    def test_who_set_out_and_never_sent_anything_is_missed_too(self, city):
        city.out("C-1")
        (alarm,) = city.standing("crew_silent")
        assert "至今没有位置" in alarm["words"]["zh"] and alarm["lon"] is None

    def test_a_patrol_that_is_over_or_came_as_a_file_is_not_missed(self, city):
        for column in ("closed_at = now()", "source_sha256 = repeat('a', 64)"):
            patrol = city.out("C-1")
            city.heard(patrol, 30)
            city.desk.run(f"UPDATE city.patrol SET {column} WHERE code = %s", patrol)
        assert city.standing("crew_silent") == []

    def test_what_a_phone_sends_by_itself_is_over_after_two_hours_and_after_the_crews_hours(self, city):
        for crew in ("C-IN", "C-OUT"):
            city.heard(city.out(crew, gathered=True), 30)
        city.heard(city.out(gathered=True), 121)
        assert [one["about"]["code"] for one in city.standing("crew_silent")] == ["C-IN"]

    def test_only_who_may_see_where_crews_are_is_told_and_the_others_are_told_that_they_are_not(self, city):
        city.heard(city.out("C-1"), 30)
        city.heard(city.out(person="别人"), 30)
        told = {who: len(city.standing("crew_silent", who)) for who in (*ROLES, "own", "screen")}
        assert told == {"viewer": 0, "analyst": 0, "landuse": 0, "patroller": 0, "own": 1} | dict.fromkeys(
            ("dispatcher", "admin", "screen"), 2
        )
        untold = {who for who in (*ROLES, "own") if city.read(who)["untold"] == ["crew_silent"]}
        assert untold == {"viewer", "analyst", "landuse"}

    def test_who_may_not_see_persons_asks_by_whole_days(self, city):
        answer = city.desk.client.get("/alarms?at=2026-06-01T09:30", headers=city.people["viewer"])
        assert answer.status_code == 400 and "at=2026-06-01" in answer.json()["detail"]


GRIDS = {"name": "网格欠巡", "name_en": "Debt of grids", "kind": "debt_over", "layer": "grid"}


class TestDebt:
    @pytest.fixture(autouse=True)
    def quiet(self, city):
        yield
        assert city.put("debt_grid", **GRIDS, threshold=2000).status_code == 200

    def debt(self, city):
        days = city.desk.client.get("/debt/trend?days=4", headers=city.people["viewer"]).json()
        (grid,) = [one for one in days["layers"] if one["layer"] == "grid"]
        return days, grid["daily"]["debt_target_days"]

    def test_it_stands_since_the_first_of_the_midnights_at_which_debt_was_over_the_threshold(self, city):
        days, owed = self.debt(city)
        threshold = (owed[1] + owed[2]) / 2
        city.put("debt_grid", **GRIDS, threshold=threshold)
        (alarm,) = city.standing("debt_over")
        assert alarm["since"] == days["ends"][2] and not alarm["earlier"]
        assert alarm["unit"] == "target_days" and alarm["value"] > threshold
        assert f"阈值 {threshold:,.0f}" in alarm["words"]["zh"] and alarm["lon"] is not None
        assert {city.standing("debt_over", role)[0]["id"] for role in ROLES} == {alarm["id"]}
        city.put("debt_grid", **GRIDS, threshold=owed[-1] * 2)
        assert city.standing("debt_over") == []

    def test_one_that_is_older_than_is_looked_back_says_so(self, city):
        city.put("debt_grid", **GRIDS, threshold=0)
        (alarm,) = city.standing("debt_over")
        assert alarm["earlier"]
        assert city.note(alarm["id"]).status_code == 200
        assert city.standing("debt_over")[0]["acknowledged"]
        city.desk.run("UPDATE city.alarm_note SET made_at = now() - interval '29 days' WHERE rule_code = 'debt_grid'")
        assert city.standing("debt_over")[0]["acknowledged"] is None

    def test_a_rule_may_be_about_a_post_and_one_that_is_off_raises_nothing(self, city):
        rule = {"name": "湖长欠巡", "name_en": "Debt", "kind": "debt_over", "post_code": "HUZ-1", "threshold": 1}
        assert city.put("debt_of_post", **rule).status_code == 201
        (alarm,) = city.standing("debt_over")
        assert (alarm["about"]["layer"], alarm["about"]["code"]) == ("post", "HUZ-1")
        assert "严西湖湖长" in alarm["words"]["zh"]
        assert city.put("debt_of_post", **rule, enabled=False).status_code == 200
        assert city.standing("debt_over") == []


def test_what_nobody_took_note_of_comes_first_then_the_gravest_then_the_newest(city):
    codes = [city.late(-90, "urgent"), city.late(-60), city.late(-30), city.late(-120, "urgent")]
    assert city.note(city.one(codes[0])["id"]).status_code == 200
    order = [one["about"]["code"] for one in city.read()["alarms"] if one["about"]["code"] in codes]
    assert order == [codes[3], codes[2], codes[1], codes[0]]
