"""Observations in a browser: recorded by a click, found in list and map, handed over, settled with a photo."""

import csv
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.api.observations.pictures import picture
from tests.screen.old_browsers import CHECKS
from tests.screen.test_accessible import serious

pytestmark = pytest.mark.browser

LITTER = {"kind": "bank_litter", "source": "hotline", "lon": 114.505, "lat": 30.571}
LIGHT = "off=grid,project,road,bank,last_seen"
ZONE = ZoneInfo("Asia/Shanghai")


def key(screen, name):
    return screen.page.locator(f"[data-key={name}]")


def photo(name="现场.jpg", **like):
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture(**like)}


@pytest.fixture
def hand_in(small_screen, small_city):
    """`hand_in(name, …)`: somebody hands one in by the interface; its code."""
    headers = {"Authorization": f"Bearer {small_city.token('热线', 'dispatcher')}"}

    def made(name, **more):
        answer = small_screen.page.request.post(
            f"{small_city.url}/observations", data=LITTER | {"name": name} | more, headers=headers
        )
        assert answer.ok, answer.text()
        return answer.json()["code"]

    return made


def record(screen, city):
    """Record one at the map, by a click, its photo only at the second go; its code."""
    page = screen.page
    screen.open(f"#at=114.504,30.571,15&{LIGHT}").settled()
    key(screen, "observe").click()
    screen.sees("#observing", "在地图上单击")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + 200, box["y"] + 300)
    screen.until("document.querySelector('[data-key=observe-lon]').value")
    key(screen, "observe-send").click()
    screen.sees("#observing .trouble", "还没有选大类")
    key(screen, "observe-family").select_option("bank_slope")
    key(screen, "observe-kind").select_option("bank_litter")
    key(screen, "observe-note").fill("一堆建筑垃圾")
    key(screen, "photos").set_input_files([photo(), {"name": "说明.txt", "mimeType": "text/plain", "buffer": b"x"}])
    screen.sees("#observing .trouble", "说明.txt 不是")
    page.route("**/photos", lambda route: route.abort())
    key(screen, "observe-send").click()
    screen.sees("#observing", "已登记,但有照片没有传上")
    page.unroute("**/photos")
    key(screen, "observe-send").click()
    screen.sees(".edit-said", "已登记:FX")
    code = city.value("SELECT code FROM city.observation WHERE note = '一堆建筑垃圾' AND valid_to IS NULL")
    screen.sees("#details table", code)
    assert city.value("SELECT count(*) FROM city.observation WHERE note = '一堆建筑垃圾'") == 1
    number = page.evaluate("Number(huashan.page.store.state.selected.id)")
    drawn = "huashan.map.queryRenderedFeatures().some((f) => f.source === 'observation' && f.id === {})"
    screen.until(drawn.format(number))
    return code


def test_one_is_recorded_by_a_click_handed_over_and_settled_with_a_photo(small_screen, small_city):
    screen = small_city.enter(small_screen, "张调度", "dispatcher")
    page = screen.page
    code = record(screen, small_city)
    screen.open(f"observation#see={code}")
    screen.sees("#details h2", "岸坡垃圾")
    screen.until("[...document.querySelectorAll('#details .photo img')].some((one) => one.naturalWidth > 0)")
    screen.page.locator("#details .photo").first.click()
    screen.sees("dialog.photo-large", "1 / 1")
    page.keyboard.press("Escape")
    key(screen, "hand").click()
    key(screen, "hand-post").select_option("HUZ-1")
    key(screen, "hand-due").fill("2026-01-01T18:00")
    key(screen, "hand-send").click()
    screen.sees("#hand-fault", "2026-01-01 18:00 已经过去")
    key(screen, "due-days").click()
    key(screen, "hand-send").click()
    screen.sees(".standing", "已交办")
    screen.sees(".standing", "还剩")
    due = small_city.value("SELECT due_at FROM city.observation WHERE code = %s AND valid_to IS NULL", code)
    days = {(datetime.now(ZONE) + timedelta(days=3 - late)).date() for late in (0, 1)}
    assert due.astimezone(ZONE).date() in days and due.astimezone(ZONE).hour == 18
    key(screen, "settle").click()
    key(screen, "settle-note").fill("已清运")
    key(screen, "photos").set_input_files([photo("之后.jpg", size=(80, 50))])
    key(screen, "settle-send").click()
    screen.sees(".standing", "已办结")
    screen.sees("#details .photos", "办结后")
    screen.sees("#details table", "已清运")
    screen.sees(".history", "张调度")
    screen.sees("#acts", "已办结:岸坡垃圾")
    key(screen, "act-undo").click()
    screen.sees("#acts", "已撤销 1 条")
    screen.sees(".standing", "已交办")
    note = small_city.value("SELECT note FROM city.observation WHERE code = %s AND valid_to IS NULL", code)
    assert note == "一堆建筑垃圾"
    assert [one for one in screen.complaints if "photos" not in one and "Failed to load" not in one] == []
    assert screen.strangers == []


def test_the_list_and_the_map_show_the_same_the_longest_late_first(small_screen, small_city, hand_in):
    late = hand_in("甲", found_at="2026-04-01", state="handed", post="HUZ-1", due_at="2026-04-03")
    waits = hand_in("乙", found_at="2026-04-02", grade="urgent", lon=114.508)
    done = hand_in("丙", found_at="2026-04-02", state="settled", settled_at="2026-04-02 12:00")
    screen = small_city.enter(small_screen, "张调度", "dispatcher")
    screen.open("observation#from=2026-04-01&to=2026-04-03&at=114.506,30.571,14").settled()
    rows = screen.page.locator("#rows tbody tr")
    screen.until("document.querySelectorAll('#rows tbody tr').length === 2")
    assert [row.get_attribute("data-row") for row in rows.all()] == [late, waits]
    assert "超期" in rows.nth(0).inner_text() and "天" in rows.nth(0).inner_text()
    screen.sees("#filters", "另有 1 条已办结,未列出")
    looks = "huashan.map.queryRenderedFeatures().filter((f) => f.source === 'findings').map((f) => f.properties.look)"
    screen.until(f"{looks}.sort().join() === 'late,open'")
    place = screen.page.evaluate(
        "(() => { const { x, y } = huashan.map.project([114.508, 30.571]); return [x, y]; })()"
    )
    box = screen.page.locator("#map").bounding_box()
    screen.page.mouse.click(box["x"] + place[0], box["y"] + place[1])
    screen.sees("#details h2", "乙")
    assert screen.page.locator("#rows tr.chosen").get_attribute("data-row") == waits
    key(screen, f"see-{late}").click()
    screen.sees("#details h2", "甲")
    chosen = "huashan.map.getSource('huashan-selected').serialize().data.geometry.coordinates[0]"
    screen.until(f"Math.abs({chosen} - 114.505) < 1e-6")
    key(screen, "state-all").click()
    screen.until("document.querySelectorAll('#rows tbody tr').length === 3")
    key(screen, "filter-grade").select_option("urgent")
    screen.until("document.querySelectorAll('#rows tbody tr').length === 1")
    assert "state=all" in screen.page.url and "grade=urgent" in screen.page.url
    file = screen.page.request.get(small_city.url + key(screen, "file-csv").get_attribute("href"))
    found = list(csv.DictReader(io.StringIO(file.body().decode("utf-8-sig"))))
    assert [(row["code"], row["grade"]) for row in found] == [(waits, "紧急")]
    key(screen, "filter-clear").click()
    new = hand_in("丁")
    screen.until(f"document.querySelector('[data-row=\"{new}\"] .fresh')")
    assert done not in [row.get_attribute("data-row") for row in rows.all()]
    assert screen.complaints == [] and screen.strangers == []


def test_several_are_handed_over_at_once_and_only_what_nobody_touched_is_taken_back(small_screen, small_city, hand_in):
    one, other = (hand_in(name, found_at="2026-03-02") for name in "戊己")
    screen = small_city.enter(small_screen, "张调度", "dispatcher")
    screen.open("observation#from=2026-03-01&to=2026-03-05", drawn=False)
    key(screen, "act-all").click()
    key(screen, "act-hand").click()
    key(screen, "hand-post").select_option("HUZ-1")
    assert not CHECKS.is_dir() or serious(screen) == []
    key(screen, "due-tomorrow").click()
    key(screen, "hand-send").click()
    screen.sees("#acts", "已交办给 严西湖湖长:2 条")
    state = "SELECT state FROM city.observation WHERE code = %s AND valid_to IS NULL"
    assert [small_city.value(state, code) for code in (one, other)] == ["handed", "handed"]
    headers = {"Authorization": f"Bearer {small_city.token('李他人', 'dispatcher')}", "If-Match": "*"}
    answer = screen.page.request.patch(
        f"{small_city.url}/observations/{other}", data={"grade": "urgent"}, headers=headers
    )
    assert answer.ok
    key(screen, "act-undo").click()
    screen.sees("#acts", "已撤销 1 条")
    screen.sees("#acts", "此后已有他人修改")
    assert [small_city.value(state, code) for code in (one, other)] == ["open", "handed"]


def test_who_only_looks_finds_nothing_to_do_and_no_words_of_persons(small_screen, small_city, hand_in):
    code = hand_in("庚", found_at="2026-02-02", note="某人说")
    screen = small_city.enter(small_screen, "赵看看", "viewer")
    screen.open(f"observation#from=2026-02-01&to=2026-02-05&see={code}", drawn=False)
    screen.sees("#details", "待处理")
    screen.sees("#rows", "岸坡垃圾")
    buttons = "[data-key=hand], [data-key=settle], [data-key=act-all], [data-key^=pick-]"
    assert screen.page.locator(buttons).count() == 0
    assert "某人说" not in screen.text("body")


def test_one_is_recorded_by_keyboard_alone(small_screen, small_city):
    screen = small_city.enter(small_screen, "周巡查", "patroller")
    screen.open(f"#at=114.506,30.5715,15&{LIGHT}").settled()
    key(screen, "observe").focus()
    screen.page.keyboard.press("Enter")
    screen.sees("#observing", "回车定在中心")
    assert not CHECKS.is_dir() or serious(screen) == []
    screen.until("document.activeElement.matches('canvas')")
    screen.page.keyboard.press("Enter")
    screen.until("document.querySelector('[data-key=observe-lon]').value")
    assert float(key(screen, "observe-lon").input_value()) == pytest.approx(114.506, abs=1e-5)
    key(screen, "observe-lat").fill("30.5722")
    key(screen, "observe-lat").press("Tab")
    key(screen, "observe-family").select_option("fire")
    key(screen, "observe-send").press("Enter")
    screen.sees(".edit-said", "已登记:FX")
    place = "SELECT ST_Y(geom) FROM city.observation WHERE family = 'fire' AND valid_to IS NULL"
    assert float(small_city.value(place)) == pytest.approx(30.5722)
