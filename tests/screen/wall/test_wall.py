"""The wall: crews whose positions age, alarms taken note of by name, and a screen that nobody has to touch."""

import re

import pytest

from tests.api.conftest import fill
from tests.api.live.conftest import running
from tests.conftest import assets_folder
from tests.databases import copy_of
from tests.screen.wall.conftest import Wall

pytestmark = pytest.mark.browser

REVOKE = "UPDATE city.token SET revoked_at = now() WHERE kiosk AND revoked_at IS NULL"
SHOWN = "document.querySelectorAll('[data-alarm], [data-crew], [data-event]').length"


def crew(code):
    return f".maplibregl-marker[data-crew='{code}']"


def test_a_crew_stands_on_the_map_with_its_age_and_is_hollow_when_that_is_old(wall):
    wall.out("C-1", 1)
    wall.hang()
    wall.sees(crew("C-1"), "1 分钟前")
    wall.sees("#crews .row", "一组")
    assert "old" not in wall.page.locator(crew("C-1")).get_attribute("class").split()
    wall.later(6)
    wall.sees(crew("C-1"), "旧位置")
    wall.until(f"document.querySelector(\"{crew('C-1')}\").classList.contains('old')")
    shape = f'getComputedStyle(document.querySelector("{crew("C-1")} .shape"))'
    assert wall.page.evaluate(f"[{shape}.fill, {shape}.strokeDasharray]") == ["none", "3px, 2px"]
    assert wall.complaints == []


def test_a_crew_that_sets_out_appears_by_itself_and_one_that_falls_silent_is_an_alarm(wall):
    wall.hang()
    wall.sees("#crews", "目前没有巡查组在外")
    wall.sees("#alarms", "目前没有告警")
    wall.out("C-2", 16, "foot")
    wall.sees(crew("C-2"), "二组")
    wall.sees("#alarms .alarm.urgent", "巡查组失联")
    wall.sees("#alarms .alarm.urgent", "紧急")
    wall.sees("#feed", "二组")


def test_an_alarm_is_taken_note_of_by_keyboard_and_in_the_name_that_is_typed(wall):
    code = wall.late()
    wall.hang()
    wall.sees("#alarms .count", "1 条未确认")
    wall.page.locator("#alarms .alarm button").focus()
    wall.page.keyboard.press("Enter")
    wall.sees(".noting", "大屏不知道屏前是谁")
    wall.page.keyboard.press("Enter")
    assert wall.page.locator(".noting").is_visible(), "nobody takes note of anything"
    wall.page.keyboard.type("王五")
    wall.page.keyboard.press("Enter")
    wall.sees("#alarms .alarm.noted .by", "王五")
    wall.sees("#alarms .count", "0 条未确认")
    assert not wall.page.locator(".noting").is_visible()
    assert wall.city.run("SELECT noted_by || '/' || made_by FROM city.alarm_note WHERE code = %s", code) == (
        "王五/指挥中心大屏"
    )


def test_the_wall_of_who_may_not_see_crews_says_so_and_does_not_say_that_nobody_is_out(wall):
    wall.out("C-1", 20)
    wall.late()
    wall.hang("viewer")
    wall.sees("#crews", "这不等于没有人在外")
    wall.sees("#alarms .note", "不显示巡查组失联告警")
    wall.sees("#feed .note", "不列巡查")
    assert wall.page.locator("[data-crew]").count() == 0
    assert wall.page.locator("#alarms .alarm").count() == 1
    assert wall.page.locator("#alarms .alarm button").count() == 0


def test_a_token_that_is_revoked_takes_everything_off_the_wall_and_says_so(wall):
    wall.out("C-1", 1)
    wall.late()
    wall.hang()
    wall.sees(crew("C-1"), "一组")
    wall.city.run(REVOKE)
    wall.sees("#refused", "大屏令牌已失效")
    wall.sees("#refused", "已吊销")
    wall.until(f"{SHOWN} === 0")
    box = wall.page.locator("#refused").bounding_box()
    assert [box["x"], box["y"], box["width"], box["height"]] == [0, 0, *wall.page.evaluate("[innerWidth, innerHeight]")]


def test_a_wall_comes_back_by_itself_where_its_session_ended_and_after_a_power_cut(wall):
    wall.late()
    token = wall.hang()
    wall.city.run("DELETE FROM city.session")
    wall.until("!huashan.page.watch.catalogue || !huashan.page.watch.catalogue.reader.signed_in")
    wall.until("huashan.page.watch.catalogue?.reader.signed_in && huashan.panels.every(({ panel }) => panel.data)")
    wall.page.context.clear_cookies()
    wall.page.reload()
    wall.until("window.huashan && huashan.panels?.every(({ panel }) => panel.data)")
    wall.sees("#alarms .alarm", "暴露垃圾")
    assert token in wall.page.url and wall.page.evaluate("document.cookie") == ""


def test_a_server_that_is_gone_and_comes_back_is_said_and_needs_nobody(cluster, city_template, page):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with running(engine, HUASHAN_ASSETS=str(assets_folder())) as city:
            wall = Wall(page, city)
            wall.late()
            wall.hang()
            wall.sees("#alarms .alarm", "暴露垃圾")
            wall.until("huashan.page.live.state === 'on'")
        port = int(city.url.rsplit(":", 1)[1])
        wall.until("huashan.page.live.state === 'cut'")
        page.evaluate("for (const { panel } of huashan.panels) panel.ask()")
        wall.sees("#alarms .age", "未能更新")
        assert "stale" in page.locator("#alarms").get_attribute("class")
        wall.sees("#alarms .alarm", "暴露垃圾")
        with running(engine, port, HUASHAN_ASSETS=str(assets_folder())) as again:
            again.run("UPDATE city.observation SET grade = 'major'")
            page.evaluate("huashan.page.live.start()")
            wall.until("huashan.page.live.state === 'on'")
            wall.sees("#alarms .alarm.major", "较重")
            wall.until("!document.querySelector('.stale')")
            page.goto("about:blank")


def test_what_could_not_be_confirmed_for_a_minute_is_called_old(wall, failing):
    wall.late()
    wall.hang()
    assert re.search(r"\d+ 秒前", wall.text("#alarms .age"))
    for path in ("**/alarms", "**/positions**", "**/debt/trend**", "**/patrols**"):
        failing(path, "数据库正在维护:请稍后再试。")
    wall.later(2)
    for panel in ("#alarms", "#crews", "#feed", "#figures"):
        wall.sees(f"{panel} .age", "未能更新")
        assert "stale" in wall.page.locator(panel).get_attribute("class")
    wall.page.unroute_all(behavior="ignoreErrors")
