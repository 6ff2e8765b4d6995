"""What a clerk does who has never seen the platform: seven tasks, by clicking and typing what is to be seen alone."""

import io
import json
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from tests.api.observations.pictures import picture
from tests.conftest import serving
from tests.databases import copy_of
from tests.screen.conftest import Screen

pytestmark = pytest.mark.browser

CLERK = "李文员"
CHOSEN_PX = """(() => {
  const { geometry } = huashan.map.getSource("huashan-selected").serialize().data;
  const [place] = geometry.coordinates.flat(geometry.type === "MultiPolygon" ? 2 : 1);
  return huashan.map.project(place).x + document.getElementById("map").getBoundingClientRect().left;
})()"""
"""Where the chosen feature begins, in pixels from the left of the screen."""


@pytest.fixture(scope="module")
def clerk(cluster, sample_template, browser, browser_context_args):
    """One page for all of it, signed in as people do it; every test goes to its own page by the head."""
    from api.access import tokens

    with copy_of(cluster, sample_template) as engine:
        with engine.begin() as connection:
            token = tokens.new(connection, CLERK, "街道办", ["dispatcher", "landuse"], 1)
        with serving(engine) as url:
            context = browser.new_context(**{**browser_context_args, "viewport": {"width": 1366, "height": 768}})
            screen = Screen(context.new_page(), url).open()
            screen.page.get_by_role("button", name="登录").click()
            screen.page.get_by_role("textbox", name="令牌").fill(token)
            screen.page.keyboard.press("Enter")
            screen.sees("#session", CLERK)
            yield screen
            # A picture reads the canvas back, of which the driver complains.
            assert [one for one in screen.complaints if "ReadPixels" not in one] == [] and screen.strangers == []
            context.close()


@pytest.fixture
def go(clerk):
    """`go("巡查")`: to that page by the head; with no more than the screen holds."""

    def gone(title):
        clerk.page.get_by_role("navigation").get_by_role("link", name=title, exact=True).click()
        clerk.until("window.huashan && huashan.page.watch.catalogue && true")
        tall, high, wide, broad = clerk.page.evaluate(
            "(({ scrollHeight, scrollWidth }) => [scrollHeight, innerHeight, scrollWidth, innerWidth])"
            "(document.scrollingElement)"
        )
        assert tall <= high and wide <= broad, f"{title} is larger than the screen"
        return clerk

    return gone


def button(screen, name, **how):
    return screen.page.get_by_role("button", name=name, **how)


def downloaded(screen, name):
    with screen.page.expect_download() as waiting:
        button(screen, name, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_the_bank_nobody_saw_for_longest_is_found_and_where_and_who_saw_it(go):
    screen = go("地图").settled()
    screen.picture("1-desk")
    screen.page.get_by_role("tab", name="巡查覆盖").click()
    button(screen, "最近一次").click()
    screen.sees("#panel-coverage", "岸线")
    first = screen.page.locator("#panel-coverage tbody tr").first
    assert "从未看到" in first.inner_text()
    longest = first.get_by_role("button").inner_text()
    first.get_by_role("button").click()
    screen.sees("#details h2", longest)
    screen.settled()
    screen.picture("1-bank")
    screen.page.get_by_role("link", name="谁看过、何时看的").click()
    screen.sees("#diagram", "这段时间里没人看过这条线")
    screen.picture("1-diagram")


def test_the_post_that_is_behind_is_first_and_says_why_and_what_it_was_asked(go):
    screen = go("职责")
    screen.page.get_by_role("combobox", name="月份").select_option(_walked_month(screen))
    rows = screen.page.locator("#duty-month tr[data-row]")
    screen.until("document.querySelectorAll('#duty-month tr[data-row]').length > 0")
    told = screen.json(f"/duties/performance?period={_walked_month(screen)}")
    worst = min((post for post in told["posts"] if post["due"]), key=lambda post: (post["met_share"], -post["missed"]))
    assert rows.first.get_attribute("data-row") == worst["post"] and worst["missed"] > 0
    cells = rows.first.locator("td").all_inner_texts()
    assert [str(worst[name]) for name in ("missed", "due", "done", "effective", "met")] == cells[2:7]
    screen.picture("2-month")
    rows.first.get_by_role("button").click()
    missed = next(due for duty in worst["duties"] for due in duty["dues"] if not due["met"])
    screen.sees(".why", missed["words"][0])
    screen.sees(".why-terms", "要求:")
    screen.picture("2-why")
    walked = next(post for post in told["posts"] if any(duty["undone"] for duty in post["duties"]))
    screen.page.locator(f"tr[data-row='{walked['post']}'] button").click()
    link = screen.page.locator(".why a[href^='/patrol']").first
    code = link.inner_text().split()[-1]
    link.click()
    screen.sees("#crews [aria-current]", code)
    screen.settled()
    screen.picture("2-patrol")


def _walked_month(screen):
    return max(one["day"] for one in screen.json("/playback/days")["days"])[:7]


def test_last_tuesday_is_replayed(go):
    screen = go("巡查")
    screen.until("document.querySelectorAll('.weeks [data-key]').length")
    days = {one["day"] for one in screen.json("/playback/days")["days"]}
    tuesday = max(day for day in days if date.fromisoformat(day).weekday() == 1 and day < max(days))
    day = screen.page.locator("#days").get_by_role("button", name=tuesday)
    for _ in range(8):
        if day.count():
            break
        shown = screen.text("#days")
        button(screen, "更早").click()
        screen.until(f"document.getElementById('days').innerText !== {json.dumps(shown)}")
    day.click()
    screen.sees("#mode", f"正在看 {tuesday}")
    screen.sees("#mode", "历史")
    screen.picture("3-tuesday")
    screen.page.get_by_role("combobox", name="速度").select_option("900")
    button(screen, "播放").click()
    screen.sees("#mode", "900 倍")
    screen.picture("3-playing")
    # Nobody waits for all of a day: into its last minutes, and on.
    fixes = screen.page.locator(".histogram svg")
    box = fixes.bounding_box()
    fixes.click(position={"x": box["width"] * 0.98, "y": box["height"] / 2})
    button(screen, "播放").click()
    screen.until("!huashan.replay.playing && huashan.replay.time === huashan.replay.reach[1]")
    screen.sees("#mode", "正在看")
    screen.settled()
    assert screen.drawn("patrol-trails")
    screen.picture("3-replayed")


def test_a_plots_state_is_corrected_and_taken_back(go):
    screen = go("地图").settled()
    search = screen.page.get_by_label("查找名称、编码或拼音")
    search.fill("耕地")
    screen.page.locator("#search-list").get_by_role("option", name="耕地复垦复种").click()
    plots = screen.page.locator("#panel-contents [data-layer=farmland]")
    plots.get_by_role("button").first.click()
    screen.sees("#details", "状态")
    screen.settled()
    assert screen.page.evaluate(CHOSEN_PX) < screen.page.locator("#details").bounding_box()["x"], "behind its details"
    screen.picture("4-plot")
    before = screen.page.locator("#details tr", has_text="状态").locator("td").inner_text()
    after = "返工" if before != "返工" else "施工"
    button(screen, "编辑", exact=True).click()
    screen.page.get_by_label("状态").select_option(label=after)
    screen.sees("#editor", f"原为:{before}")
    screen.picture("4-changed")
    button(screen, "保存", exact=True).click()
    screen.sees("#details tr", after)
    screen.picture("4-saved")
    button(screen, "撤销 (1)").click()
    screen.sees(".edit-said", "已撤销")
    screen.sees("#details tr", before)
    screen.picture("4-undone")


def test_an_observation_is_recorded_handed_over_and_settled_with_a_photo(go):
    screen = go("地图").settled()
    button(screen, "登记发现").click()
    screen.page.get_by_label("大类").wait_for()
    box = screen.page.locator("#map").bounding_box()
    screen.page.mouse.click(box["x"] + 420, box["y"] + 420)
    screen.page.get_by_label("大类").select_option(label="岸坡")
    screen.page.get_by_label("小类").select_option(label="岸坡垃圾")
    screen.page.get_by_label("情况说明").fill("岸边有一堆建筑垃圾")
    screen.picture("5-recording")
    button(screen, "登记", exact=True).click()
    screen.sees(".edit-said", "已登记")
    screen.page.get_by_role("link", name="交办、办结").click()
    screen.sees("#details", "待处理")
    screen.picture("5-found")
    button(screen, "交办", exact=True).click()
    post = screen.page.get_by_label("交办岗位").last
    post.select_option(index=1)
    button(screen, "3 天后").click()
    screen.picture("5-handing")
    button(screen, "交办", exact=True).click()
    screen.sees("#details", "已交办")
    button(screen, "办结", exact=True).click()
    screen.page.locator("[data-key=settle-note]").fill("已清运")
    screen.page.locator("#details input[type=file]").set_input_files(
        {"name": "之后.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    screen.picture("5-settling")
    button(screen, "办结", exact=True).click()
    screen.sees("#details", "已办结")
    screen.sees("#details .photos", "办结后")
    screen.picture("5-settled")


def test_the_map_is_printed_whole_on_one_sheet(go):
    screen = go("地图").settled()
    button(screen, "打印", exact=True).click()
    screen.until("document.querySelector('[data-key=print-go]:not([disabled])')")
    screen.picture("6-sheet")
    name, png = downloaded(screen, "存为 PNG(2 倍)")
    assert name.endswith(".png") and Image.open(io.BytesIO(png)).size == (2245, 1587)
    screen.page.evaluate("window.print = () => { window.printed = true; }")
    button(screen, "打印 / 存为 PDF").click()
    screen.until("window.printed")
    # As the paper has it: nothing of the sheet lies beyond the edge.
    screen.page.set_viewport_size({"width": 1123, "height": 794})
    screen.page.emulate_media(media="print")
    edges = screen.page.evaluate(
        "(({ left, right }) => [left, right])(document.querySelector('#paper .sheet').getBoundingClientRect())"
    )
    width = screen.page.evaluate("document.body.getBoundingClientRect().width")
    screen.picture("6-paper")
    screen.page.emulate_media(media="screen")
    screen.page.set_viewport_size({"width": 1366, "height": 768})
    assert screen.page.pdf(prefer_css_page_size=True).count(b"/MediaBox") == 1
    screen.page.keyboard.press("Escape")
    assert width == pytest.approx(1123, abs=1) and edges == pytest.approx([0, 1122.5], abs=1)


def test_last_week_goes_out_as_files(go):
    screen = go("职责")
    button(screen, "导出一周").click()
    screen.picture("7-export")
    today = date.fromisoformat(screen.page.evaluate("huashan.page.watch.catalogue.now")[:10])
    monday = today - timedelta(days=today.weekday() + 7)
    week = f"{monday}_{monday + timedelta(days=6)}"
    for what, sheet in (("履职情况", "岗位"), ("巡查", "巡查"), ("发现", "发现")):
        name, book = downloaded(screen, f"{what} XLSX")
        assert name == f"{what}-{week}.xlsx"
        assert openpyxl.load_workbook(io.BytesIO(book)).sheetnames[0] == sheet
    name, table = downloaded(screen, "巡查 CSV")
    assert name.endswith(".csv") and table.decode("utf-8-sig").startswith("code,started_at")
    screen.sees("dialog", f"已下载 巡查-{week}.csv")
    screen.picture("7-exported")
    screen.page.keyboard.press("Escape")


def test_the_other_language_stays_from_page_to_page_and_back_from_the_wall(go):
    screen = go("地图")
    screen.page.locator("#language").click()
    for title, words in (
        ("Patrols", "Which day"),
        ("Observations", "Not settled"),
        ("Duties", "Export a week"),
        ("Wall", "Alarms"),
    ):
        screen.page.get_by_role("navigation").get_by_role("link", name=title, exact=True).click()
        screen.sees("body", words)
    screen.picture("8-wall")
    screen.page.get_by_role("link", name="To the map").click()
    screen.sees("#panel-layers", "Banks")
    screen.page.locator("#language").click()
    screen.sees("#session", "退出")


def test_before_signing_in_a_page_beside_real_data_says_that_alone(clerk, browser, browser_context_args):
    found = {"kind": "bank_litter", "source": "hotline", "lon": 114.505, "lat": 30.571}
    assert clerk.page.request.post(f"{clerk.url}/observations", data=found, headers={"Origin": clerk.url}).ok
    screen = Screen(browser.new_context(**browser_context_args).new_page(), clerk.url)
    for page in ("", "patrol", "observation", "duty", "wall"):
        screen.open(page, drawn=False)
        screen.sees("#notice", "请先登录")
        assert [word for word in ("没有", "0 次", "共 0", "正在") if word in screen.text("body")] == []
    screen.picture("9-shut")
    screen.page.context.close()
