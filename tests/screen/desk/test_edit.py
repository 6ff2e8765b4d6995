"""Correcting what is on the map, in a browser: fields and shape, two at once, steps back, and what is refused."""

import json
import time

import pytest

from tests.screen.old_browsers import CHECKS
from tests.screen.test_accessible import serious

pytestmark = pytest.mark.browser

PLOT = "SELECT id FROM city.farmland WHERE code = %s AND valid_to IS NULL ORDER BY id DESC LIMIT 1"
STATE = "SELECT state FROM city.farmland WHERE code = %s AND valid_to IS NULL"
LIGHT = "off=grid,project,road,bank,last_seen,observation"


@pytest.fixture
def plot(small_screen, small_city):
    """`plot(code)`: somebody who may write looks at a plot, from near by."""

    def looked_at(code: str = "G-0"):
        screen = small_city.enter(small_screen, "王用地", "landuse")
        screen.open(f"#see=farmland/{small_city.value(PLOT, code)}&at=114.504,30.571,16&{LIGHT}").settled()
        screen.sees("#details h2", "试验田")
        return screen

    return looked_at


def key(screen, name):
    return screen.page.locator(f"[data-key={name}]")


def edit(screen):
    key(screen, "edit").click()
    key(screen, "edit-state").wait_for()


def place_of(screen, lon, lat):
    """Where a place is on the page, pixels."""
    at = screen.page.evaluate(
        "([lon, lat]) => { const { x, y } = huashan.map.project([lon, lat]);"
        " const box = huashan.map.getCanvas().getBoundingClientRect(); return [x + box.left, y + box.top]; }",
        [lon, lat],
    )
    return at[0], at[1]


def drag(screen, start, end):
    screen.page.mouse.move(*start)
    screen.page.mouse.down()
    screen.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    screen.page.mouse.move(*end)
    screen.page.mouse.up()


def ring(small_city, code):
    shape = small_city.value(
        "SELECT ST_AsGeoJSON(geom, 9) FROM city.farmland WHERE code = %s AND valid_to IS NULL", code
    )
    return json.loads(shape)["coordinates"][0][0]


def saved(screen, words="已保存"):
    screen.sees(".edit-said", words)


def until(holds, within_s=15.0):
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def elsewhere(screen, small_city, code, **properties):
    """Somebody else changes a plot by the interface meanwhile."""
    address = f"{small_city.url}/ogc/collections/farmland/items/{small_city.value(PLOT, code)}"
    headers = {"Authorization": f"Bearer {small_city.token('李他人', 'dispatcher')}", "If-Match": "*"}
    headers["Content-Type"] = "application/merge-patch+json"
    answer = screen.page.request.patch(
        address, data=json.dumps({"type": "Feature", "properties": properties}), headers=headers
    )
    assert answer.ok, answer.text()


def test_a_plots_state_is_corrected_taken_back_and_done_again(plot, small_city):
    screen = plot()
    edit(screen)
    assert key(screen, "edit-save").is_disabled(), "nothing to save yet"
    key(screen, "edit-state").select_option(label="复种")
    screen.sees("#editor", "原为:施工")
    key(screen, "edit-save").click()
    saved(screen)
    screen.sees("#details table", "复种")
    assert small_city.value(STATE, "G-0") == "sown"
    key(screen, "edit-undo").click()
    saved(screen, "已撤销:修改 试验田0")
    screen.sees("#details table", "施工")
    assert small_city.value(STATE, "G-0") == "works"
    screen.page.locator("#details").focus()
    screen.page.keyboard.press("Control+Shift+Z")
    saved(screen, "已重做")
    assert small_city.value(STATE, "G-0") == "sown"
    elsewhere(screen, small_city, "G-0", state="notice")
    screen.sees("#details table", "公示")
    edit(screen)
    key(screen, "edit-state").select_option("aftercare")
    key(screen, "edit-save").click()
    saved(screen)
    assert screen.text("[data-key=edit-undo]") == "撤销 (1)", (
        "what came before somebody else's change is not taken back"
    )
    assert screen.complaints == [] and screen.strangers == []


def test_of_two_who_edit_one_plot_the_second_sees_both_values_and_chooses(plot, small_city, page):
    screen = plot("G-1")
    screen.cut_off()  # nobody is told of the other's change before saving
    screen.page.reload()
    screen.sees("#details h2", "试验田1")
    edit(screen)
    key(screen, "edit-crop").fill("油菜")
    key(screen, "edit-responsible").fill("张三")
    elsewhere(screen, small_city, "G-1", crop="小麦", state="sown")
    key(screen, "edit-save").click()
    screen.sees("#editor h3", "此要素刚被他人修改")
    screen.sees("#editor", "李他人")
    table = screen.text(".edit-conflict")
    assert "小麦" in table and "油菜" in table and "复种" in table
    assert not CHECKS.is_dir() or serious(screen) == []
    assert key(screen, "conflict-save").is_disabled(), "what both changed wants a choice"
    key(screen, "choose-crop-mine").check()
    key(screen, "conflict-save").click()
    saved(screen)
    told = small_city.value("SELECT concat_ws(' ', crop, state, responsible) FROM city.farmland WHERE code = 'G-1'")
    assert told == "油菜 sown 张三"
    elsewhere(screen, small_city, "G-1", crop="莲藕")
    key(screen, "edit-undo").click()
    saved(screen, "此后已有他人修改,不会覆盖")
    assert small_city.value("SELECT crop FROM city.farmland WHERE code = 'G-1'") == "莲藕"
    assert key(screen, "edit-undo").is_disabled()


def test_a_vertex_dragged_near_a_neighbour_takes_its_very_place(plot, small_city):
    screen = plot()
    neighbour = ring(small_city, "G-1")
    before = ring(small_city, "G-0")
    edit(screen)
    key(screen, "edit-vertices").click()
    screen.sees(".edit-snap", "视野内 ")
    until(lambda: "视野内 0" not in screen.text(".edit-snap"))
    corner = place_of(screen, 114.503, 30.57)
    drag(screen, place_of(screen, 114.502, 30.57), (corner[0] + 5, corner[1] - 4))
    middle = place_of(screen, 114.501, 30.572)
    drag(screen, middle, (middle[0], middle[1] - 40))
    screen.sees(".edit-list summary", "5 个")
    key(screen, "edit-save").click()
    saved(screen)
    after = ring(small_city, "G-0")
    assert len(after) == len(before) + 1
    assert [114.503, 30.57] in after and [114.503, 30.57] in neighbour
    untouched = [point for point in before if point != [114.502, 30.57]]
    assert all(point in after for point in untouched), "what nobody touched stays as it was"
    key(screen, "edit-undo").click()
    saved(screen, "已撤销")
    until(lambda: ring(small_city, "G-0") == before)


def test_a_shape_that_crosses_itself_is_not_saved_and_the_list_does_all_that_a_mouse_does(plot, small_city):
    screen = plot()
    before = ring(small_city, "G-0")
    edit(screen)
    key(screen, "edit-vertices").click()
    screen.page.locator(".edit-list summary").click()
    assert not CHECKS.is_dir() or serious(screen) == []
    lons = screen.page.locator(".edit-list li input:nth-child(1)")
    assert lons.count() == 4
    order = [float(one.input_value()) for one in lons.all()]
    east = order.index(114.502)
    lons.nth(east).fill("114.4995")
    lons.nth(east).press("Enter")
    screen.sees("#editor .trouble", "与自己相交")
    assert key(screen, "edit-save").is_disabled()
    key(screen, "sketch-undo").click()
    until(lambda: screen.page.locator("#editor .trouble:not(:empty)").count() == 0)
    key(screen, "insert-0-0").click()
    screen.sees(".edit-list summary", "5 个")
    key(screen, "remove-0-1").click()
    screen.sees(".edit-list summary", "4 个")
    for _ in range(2):
        key(screen, "remove-0-0").click()
    screen.sees("#announce", "不能再少了")
    screen.page.keyboard.press("Escape")
    screen.sees("dialog", "有未保存的修改")
    key(screen, "ask-drop").click()
    screen.until("document.getElementById('editor').hidden")
    assert ring(small_city, "G-0") == before


def test_what_is_refused_or_does_not_get_through_stays_filled_in(plot, small_city):
    screen = plot()
    edit(screen)
    key(screen, "edit-found_mu").fill("一亩")
    screen.sees("#editor", "应为数字")
    key(screen, "edit-found_mu").fill("-3")
    key(screen, "edit-name").fill("改过名的田")
    key(screen, "edit-save").click()
    screen.sees("#edit-found_mu-fault", "摸底面积")
    assert screen.page.evaluate("document.activeElement.id") == "edit-found_mu"
    assert key(screen, "edit-name").input_value() == "改过名的田"
    key(screen, "edit-found_mu").fill("3")
    key(screen, "edit-try").click()
    screen.sees("#editor", "核对通过,尚未写入")
    screen.page.route("**/ogc/collections/farmland/items/*", lambda route: route.abort())
    key(screen, "edit-save").click()
    screen.sees("#editor", "已填的内容都还在")
    screen.page.unroute("**/ogc/collections/farmland/items/*")
    assert small_city.value("SELECT name FROM city.farmland WHERE code = 'G-0'") == "试验田0"
    screen.page.locator("#editor [data-key=edit-close]").click()
    key(screen, "ask-stay").click()
    assert key(screen, "edit-name").input_value() == "改过名的田"
    key(screen, "edit-save").click()
    saved(screen)
    assert small_city.value("SELECT name FROM city.farmland WHERE code = 'G-0'") == "改过名的田"
    key(screen, "edit-undo").click()
    saved(screen, "已撤销")


def test_a_new_plot_is_drawn_ended_and_brought_back(plot, small_city):
    screen = plot()
    key(screen, "edit-add").select_option("farmland")
    key(screen, "sketch-finish").wait_for()
    key(screen, "edit-save").click()
    screen.sees("#editor .trouble", "还没有图形")
    corners = [(114.5005, 30.5725), (114.5015, 30.5725), (114.5015, 30.5732)]
    for corner in corners:
        screen.page.mouse.click(*place_of(screen, *corner))
    screen.page.mouse.click(*place_of(screen, *corners[0]))
    screen.sees("#editor", "重画")
    key(screen, "edit-code").fill("G-9")
    key(screen, "edit-save").click()
    saved(screen, "已保存:G-9")
    assert len(ring(small_city, "G-9")) == 4
    number = small_city.value(PLOT, "G-9")
    screen.until(f"huashan.map.queryRenderedFeatures().some((f) => f.source === 'farmland' && f.id === {number})")
    edit(screen)
    key(screen, "edit-end").click()
    key(screen, "ask-end").click()
    saved(screen, "已终止:G-9")
    assert small_city.value(PLOT, "G-9") is None
    key(screen, "edit-undo").click()
    saved(screen, "已撤销:终止 G-9")
    assert small_city.value(PLOT, "G-9") not in (None, number), "put in again under the same code"
    key(screen, "edit-undo").click()
    saved(screen, "已撤销:新增 G-9")
    assert small_city.value(PLOT, "G-9") is None
    assert screen.complaints == []


def test_who_may_not_write_finds_nothing_to_write_with(small_screen, small_city):
    screen = small_city.enter(small_screen, "赵看看", "viewer")
    screen.open(f"#see=farmland/{small_city.value(PLOT, 'G-1')}&{LIGHT}", drawn=False)
    screen.sees("#details h2", "试验田1")
    assert key(screen, "edit").count() == key(screen, "observe").count() == key(screen, "edit-add").count() == 0
    assert not screen.page.locator(".edit-tools").is_visible()
