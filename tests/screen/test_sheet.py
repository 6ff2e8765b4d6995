"""A crew's own page on a phone: by a link alone, next stop by next stop, with and without position and network."""

from datetime import datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from tests.api.sheets.plans import OFFICE, plan, route, stop, stored
from tests.screen.conftest import Screen
from tests.screen.old_browsers import CHECKS
from tests.screen.test_accessible import serious

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Shanghai")
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
WECHAT = "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 Chrome/86.0.4240.99 XWEB/4317 MicroMessenger/8.0.30"
LAKE = """
INSERT INTO city.water (code, name, kind, provenance, edition_id, geom)
SELECT 'YXH', '严西湖', 'lake', 'synthetic', max(edition_id),
       ST_Multi(ST_MakeEnvelope(114.49, 30.58, 114.5, 30.6, 4490))
FROM city.edition RETURNING id
"""
SMALL = """[...document.querySelectorAll('main button, main a')]
  .filter((one) => one.offsetParent && one.offsetHeight < 44).map((one) => one.outerHTML)"""


@pytest.fixture(scope="module")
def links(small_city):
    """Links by crew: of one whose plan stays as it is, and of one that the tests change."""
    small_city.value(LAKE)
    day = datetime.now(ZONE).date() + timedelta(days=1)
    odd = [stop(day, 510, "start", 0, 0), stop(day, 520, number=1, last=1), stop(day, 600, "break", 2, 1)]
    odd += [stop(day, 640, number=3, last=2, unverified=True), stop(day, 700, "end", 0, 3)]
    routes = [
        route(day, stops=odd),
        route(day, "XC-02", "骑行二组", mode="bicycle"),
        route(day + timedelta(1), "XC-02", "骑行二组"),
    ]
    return stored(small_city.engine, plan(day, *routes, days=[str(day), str(day + timedelta(days=1))]))


@pytest.fixture
def phone(browser, small_city, links):
    """`phone(crew, …)`: the page of a crew on a phone; what the context is given decides what it may."""
    opened = []

    def arranged(crew="XC-01", change=lambda url: url, **context):
        told = browser.new_context(**({"locale": "zh-CN", "reduced_motion": "reduce"} | PHONE | context))
        opened.append(told)
        screen = Screen(told.new_page(), small_city.url)
        signed = screen.page.request.post(f"{small_city.url}/plans/{links}/links", headers={"Origin": small_city.url})
        url = next(one["url"] for one in signed.json()["links"] if one["crew"] == crew)
        screen.open(change(url).removeprefix(f"{small_city.url}/"))
        return screen

    yield arranged
    for one in opened:
        one.close()


def clean(screen):
    return (screen.complaints, screen.strangers, screen.page.evaluate("violations")) == ([], [], [])


def press(screen, key):
    screen.page.locator(f"[data-key={key}]").click()


def test_a_crew_goes_from_stop_to_stop_without_signing_in(phone):
    screen = phone()
    assert screen.text("#crew") == "步行一组 巡查方案" and "计划,非已完成" in screen.text("#day")
    assert "下一处 1 · 共 3 处,已完成 0 处" in screen.text("#next")
    assert "巡查 严西湖湖岸 100–200 米" in screen.text("#next") and "08:40 至 08:52 · 100 米" in screen.text("#next")
    assert "岗位:街道级湖长" in screen.text("#next") and "向东南走 100 米" in screen.text("#next")
    assert screen.page.locator("#map .piece").count() == 2 and screen.page.locator("#map .ground .water").count() == 1
    assert "严西湖" in screen.page.locator("#map svg").text_content()
    screen.picture("sheet-phone")
    press(screen, "done")
    assert "休息 30 分钟" in screen.text("#next") and "已把 1 记为完成" in screen.text("#next")
    press(screen, "undo")
    assert "下一处 1" in screen.text("#next")
    for _ in range(2):
        press(screen, "done")
    assert "未验证" in screen.text("#next")
    screen.page.reload()
    screen.until("window.huashan && huashan.ready.then(() => true)")
    assert "下一处 3 · 共 3 处,已完成 2 处" in screen.text("#next"), "kept in the phone"
    press(screen, "stop-1")
    assert "下一处 1" in screen.text("#next"), "any mark can be taken back"
    press(screen, "stop-1")
    press(screen, "done")
    assert "全部完成" in screen.text("#next") and "收队" in screen.text("#next")
    assert screen.page.evaluate(SMALL) == [], "as large as a thumb"
    assert screen.page.evaluate("document.documentElement.scrollWidth") == 360
    assert clean(screen)


def test_it_leads_to_a_stop_in_the_phones_map_app(phone):
    screen = phone()
    press(screen, "start")
    hrefs = screen.page.eval_on_selector_all("dialog a", "all => all.map((one) => one.href)")
    assert [href.split("?")[0].split(":")[0] for href in hrefs] == ["https"] * 4 + ["geo"]
    assert "uri.amap.com/navigation?to=114.504123,30.599323,街道办事处" in unquote(hrefs[0])
    assert all(
        one == "noopener noreferrer"
        for one in screen.page.eval_on_selector_all("dialog a", "all => all.map((one) => one.rel)")
    )
    screen.picture("sheet-ways")
    screen.page.keyboard.press("Escape")
    screen.until("document.querySelector('dialog') === null")
    assert clean(screen)


def test_with_a_position_it_says_how_far_the_next_stop_is(phone):
    place = {"longitude": OFFICE[0] - 0.002, "latitude": OFFICE[1], "accuracy": 12}
    screen = phone(geolocation=place, permissions=["geolocation"])
    press(screen, "where")
    screen.sees("#next", "离我 399 米,在东方")
    assert "约 12 米" in screen.text("#where")
    screen.page.context.set_geolocation({"longitude": OFFICE[0] + 0.001, "latitude": OFFICE[1] - 0.0005, "accuracy": 5})
    screen.sees("#next", "您就在这一段上")
    press(screen, "map-me")
    screen.picture("sheet-me")
    press(screen, "where")
    assert "在这一段上" not in screen.text("#next") and screen.page.locator("#map .me").count() == 0
    assert clean(screen)


def test_without_leave_to_locate_it_works_and_says_how_to_allow_it(phone):
    screen = phone()
    press(screen, "where")
    screen.sees("#where", "没有获准定位")
    assert "下一处 1" in screen.text("#next")


def test_the_map_is_moved_by_thumbs_buttons_and_keys(phone):
    screen = phone()
    whole = screen.page.get_attribute("#map svg", "viewBox")
    press(screen, "map-in")
    near = screen.page.get_attribute("#map svg", "viewBox")
    assert float(near.split()[2]) < float(whole.split()[2])
    screen.page.locator("#map svg").focus()
    screen.page.keyboard.press("ArrowRight")
    assert float(screen.page.get_attribute("#map svg", "viewBox").split()[0]) > float(near.split()[0])
    screen.page.mouse.move(150, 200)
    screen.page.mouse.down()
    screen.page.mouse.move(200, 200)
    screen.page.mouse.up()
    assert float(screen.page.get_attribute("#map svg", "viewBox").split()[0]) < float(near.split()[0]) + 60
    press(screen, "map-whole")
    assert screen.page.get_attribute("#map svg", "viewBox") == whole


def test_in_wechat_it_says_where_to_download_and_takes_what_wechat_adds_to_the_address(phone):
    screen = phone(change=lambda url: url.replace("/sheet#", "/sheet?from=singlemessage#"), user_agent=WECHAT)
    assert "在浏览器打开" in screen.text("#tools")
    assert "在浏览器打开" not in phone().text("#tools")


def test_a_crew_of_several_days_chooses_the_day_and_reads_english(phone):
    screen = phone("XC-02")
    days = screen.page.locator("#days button")
    assert days.count() == 2
    first = screen.text("#day")
    days.nth(1).click()
    assert screen.text("#day") != first and days.nth(1).get_attribute("aria-pressed") == "true"
    screen.page.locator("#language").click()
    assert screen.text("#crew") == "骑行二组: plan" and "Patrol: 严西湖湖岸" in screen.text("#next")
    assert "lang=en" in screen.page.url and "token=" in screen.page.url


def test_a_changed_plan_is_said_and_lost_network_loses_nothing(phone, small_city, links):
    paper = phone(change=lambda url: url.replace("rev=1", "rev=7"))
    assert "纸上是第 7 版,现在是第 1 版" in paper.text("#said")
    screen = phone()
    screen.page.context.set_offline(True)
    press(screen, "again")
    screen.sees("#tools", "没有网络")
    assert "下一处 1" in screen.text("#next")
    screen.page.context.set_offline(False)
    small_city.value(
        "INSERT INTO city.plan_revision (plan_id, revision, what, answer) SELECT plan_id, 2, '改', answer"
        " FROM city.plan_revision WHERE plan_id = (SELECT plan_id FROM city.plan WHERE code = %s) RETURNING plan_id",
        links,
    )
    small_city.value("UPDATE city.plan SET revision = 2 WHERE code = %s RETURNING code", links)
    press(screen, "again")
    screen.sees("#said", "方案已改为第 2 版(刚才是第 1 版)")


def test_what_was_read_is_shown_again_where_the_server_does_not_answer(phone):
    screen = phone()
    screen.page.route("**/sheets/**", lambda handled: handled.abort())
    screen.page.reload()
    screen.until("window.huashan && huashan.ready.then(() => true)")
    assert "下一处 1" in screen.text("#next") and "没有网络" in screen.text("#tools")


def test_a_forged_link_no_link_and_an_ended_one_are_told_in_words(phone, small_city, links):
    forged = phone(change=lambda url: url.replace("token=", "token=x"))
    forged.sees("#said", "重新扫描纸上的二维码")
    assert not forged.page.locator("#map").is_visible()
    assert "扫描纸质方案上的二维码" in phone(change=lambda url: url.split("#")[0]).text("#said")
    screen = phone()
    small_city.value("INSERT INTO city.sheet_end (plan_code, ended_by) VALUES (%s, '调度') RETURNING end_id", links)
    press(screen, "again")
    screen.sees("#said", "已被调度员作废")
    assert not screen.page.locator("#next").is_visible(), "what is no longer theirs to see is gone"
    assert screen.page.evaluate("localStorage.getItem('huashan.sheet.last')") == "null"


@pytest.mark.skipif(not CHECKS.is_dir(), reason="axe-core was not fetched: make test")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_serious_fault_in_an_open_sheet(phone, language):
    screen = phone("XC-02", change=lambda url: f"{url}&lang={language}")
    press(screen, "done")
    assert serious(screen) == []
