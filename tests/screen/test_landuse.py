"""The land page: coordinates pasted, a file, a drawing; the verdict with its reasons; documents; one's checks again."""

import io
import json
import re
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from api.app import create_app
from api.cluster.cluster import APP
from api.jobs.in_hand import InHand
from api.landuse.batches.kind import BATCHES
from api.landuse.batches.work import check_stored
from api.settings import read_settings
from tests.api.landuse.conftest import PARCELS, box, degrees, fill, geojson
from tests.conftest import assets_folder, served
from tests.databases import copy_of
from tests.screen.conftest import Screen
from tests.screen.old_browsers import CHECKS
from tests.screen.test_accessible import serious

pytestmark = pytest.mark.browser

FARM = box(10, 10, 90, 50)
"""All of it permanent farmland."""
RAW_KEY = re.compile(
    r"\b(land|source|draw|read|what|option|make|list|verdict|reasons|one|again|file|classes|zones|batch|fact)\.[a-z_]+\b"
)
"""A word that is asked for and not there is shown as its key."""
VERTICES = "huashan.form.order.geometry && huashan.form.order.geometry.coordinates[0]"
LIT = "huashan.map.getSource('land-lit').serialize().data.features.length"
BEGIN = """() => {
  huashan.page.store.set({ check: '', batch: '', tab: 'new', lit: '', see: 'list', scheme: '', language: 'zh' });
  huashan.form.turn('text');
}"""
NOTED = ("400 (Bad Request)", "Applying inline style", "preload assets")
"""What the browser notes: a text that cannot be read is answered so; axe-core looks closer than the policy lets it."""
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1366, "height": 768}


def text_of(shape, prefix="38", *, header=True):
    """An outline as coordinates come in an e-mail: northing, then easting with its zone."""
    head = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=38\n[地块坐标]\n"
    rows = [
        f"J{place},1,{north:.3f},{prefix}{east:.3f}"
        for place, (east, north) in enumerate(shape.exterior.coords[:-1], start=1)
    ]
    return (head if header else "") + "\n".join(rows)


@pytest.fixture(scope="module")
def town(cluster, city_template, tmp_path_factory):
    """The address of a server over a small city of parcels and zones, which is a sample: everybody may ask.

    Its batches are checked in this process: starting another takes longer than checking.
    """
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        database = engine.url.set(username=APP).render_as_string(hide_password=False)
        place = {"HUASHAN_ASSETS": str(assets_folder()), "HUASHAN_DATA": str(tmp_path_factory.mktemp("data"))}
        app = create_app(read_settings({"HUASHAN_DATABASE_URL": database, **place}))
        with served(app) as url:
            gate, runner = app.state.gate, app.state.batch_runner
            runner._watched = lambda number, code, worker: check_stored(InHand(BATCHES, gate.database, code, worker))
            yield url


@pytest.fixture(scope="module")
def opened(town, browser, browser_context_args):
    """One page for all tests, on which nothing may go wrong but what they arrange."""
    context = browser.new_context(**{**browser_context_args, "viewport": DESK, "accept_downloads": True})
    screen = Screen(context.new_page(), town)
    screen.open("landuse").settled()
    yield screen
    assert [one for one in screen.complaints if not any(words in one for words in NOTED)] == []
    assert screen.strangers == []
    context.close()


@pytest.fixture
def land(opened):
    """The page as it is at first: nothing given yet. It is not loaded anew: nothing of one test may hinder the next."""
    opened.page.set_viewport_size(DESK)
    opened.page.evaluate(BEGIN)
    opened.page.get_by_label("核查哪块地").fill("")
    opened.until("!huashan.form.reading.read && !huashan.form.reading.busy")
    return opened


def button(screen, name):
    return screen.page.get_by_role("button", name=name, exact=True)


def paste(screen, text):
    screen.page.get_by_label("核查哪块地").fill(text)


def checked(screen, shape=FARM):
    """The verdict on a pasted outline; the check's code."""
    paste(screen, text_of(shape))
    screen.sees(".read", "亩")
    button(screen, "核查").click()
    screen.page.locator(".verdict").wait_for()
    return screen.page.evaluate("huashan.opened.answer.check")


def test_from_the_text_of_an_e_mail_to_a_document_in_four_acts(land):
    page = land.page
    paste(land, text_of(FARM))
    land.sees(".read", "4.8 亩")
    assert "带号 38" in land.text(".read") and "4 个界址点" in land.text(".read")
    land.picture("landuse_read")
    button(land, "核查").click()
    land.sees(".verdict", "不可")
    assert "线索,非认定" in land.text(".verdict")
    land.sees("#announce", "核查完成:不可")
    assert page.evaluate("document.activeElement.id") == "panel"
    code = page.evaluate("huashan.opened.answer.check")
    assert f"check={code}" in page.url
    first = page.locator(".reasons > li").first
    assert "永久基本农田" in first.inner_text() and "F1" in first.inner_text() and "依据" in first.inner_text()
    first.locator(".reason").click()
    land.until(f"{LIT} > 0")
    assert first.locator(".reason").get_attribute("aria-pressed") == "true"
    land.settled()
    land.picture("landuse_verdict")
    with page.expect_download() as waiting:
        button(land, "Excel").click()
    assert code in waiting.value.suggested_filename
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()), read_only=True)
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any("永久基本农田" in cell for cell in cells)
    land.sees(".files", "已下载")


def test_zones_over_each_other_are_hatched_side_by_side(land):
    looks = land.page.evaluate(
        "async () => (await import('/screen/landuse/map_rules.js')).zoneLooks(huashan.page.watch.layer('zone'))"
    )
    strokes = {(look["back"], look["shift"]) for look in looks.values()}
    assert len(strokes) == len(looks) == 8, "the upper hatch would paint over the lower"


def test_a_link_opens_the_check_with_its_tables_and_what_is_lit_up(land):
    code = checked(land, box(60, 20, 160, 80))
    land.page.goto("about:blank")
    land.open(f"landuse#check={code}&lit=class/sandiao/0103&scheme=land_sea", drawn=False)
    land.sees("[data-part=classes]", "0103 旱地")
    assert land.page.locator("[data-key=scheme-land_sea]").get_attribute("aria-pressed") == "true"
    land.until(f"window.huashan && huashan.map && huashan.map.getSource('land-lit') && {LIT} === 1")
    land.sees("[data-part=zones]", "部分占用")
    assert "最近" in land.text("[data-part=zones]")
    land.page.locator("[data-key=scheme-sandiao]").click()
    land.page.locator("[data-key='class/sandiao/0101']").click()
    land.until("location.hash.includes('lit=class/sandiao/0101')")
    land.settled()
    # The piece under the pointer tells of itself.
    land.click_centre()
    land.sees("#fact", "水田")
    land.page.keyboard.press("Escape")
    land.until(f"{LIT} === 0")


def test_the_row_at_fault_is_selected_and_all_that_was_typed_stays(land):
    good = text_of(FARM).splitlines()
    wrong = [*good[:-2], "J3,1,不知道,38550090", good[-1]]
    paste(land, "\n".join(wrong))
    land.sees(".read .trouble", "行")
    assert button(land, "核查").is_disabled()
    row = len(wrong) - 1
    button(land, f"到第 {row} 行").click()
    field = land.page.get_by_label("核查哪块地")
    chosen = field.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert chosen == "J3,1,不知道,38550090"
    assert field.evaluate("one => document.activeElement === one")
    assert field.input_value() == "\n".join(wrong)


def test_a_crs_that_nothing_tells_is_asked_for_with_each_place_on_the_map(land):
    paste(land, text_of(FARM, "", header=False))
    land.sees(".candidates", "哪个坐标系")
    candidates = "huashan.map.getSource('land-candidates').serialize().data.features"
    land.until(f"{candidates}.length > 1")
    assert button(land, "核查").is_disabled()
    land.picture("landuse_crs")
    land.page.locator(".candidates input").first.check()
    land.sees(".read", "由您指定")
    land.sees(".read-area", "4.8 亩")
    button(land, "核查").click()
    land.sees(".verdict", "不可")


def test_an_outline_is_drawn_on_the_corners_of_parcels_undone_and_changed_by_keyboard(land):
    page = land.page
    west, south, east, north = degrees(PARCELS["P2"][0]).bounds
    land.until("huashan.map.isStyleLoaded()")
    middle = [(west + east) / 2, (south + north) / 2]
    page.evaluate("([lon, lat]) => huashan.map.jumpTo({ center: [lon, lat], zoom: 17 })", middle)
    button(land, "在图上画").click()
    land.until("[...document.querySelectorAll('.edit-snap')].some((one) => /[1-9]\\d* 个要素/.test(one.textContent))")
    corners = [list(one) for one in degrees(PARCELS["P2"][0]).exterior.coords[:-1]]
    at = page.evaluate("all => all.map((one) => huashan.map.project(one))", corners)
    place = page.locator("#map").bounding_box()
    for dot in [*at, at[0]]:
        # A little beside each corner: what is near is caught.
        page.mouse.click(place["x"] + dot["x"] + 3, place["y"] + dot["y"] + 2)
    drawn = land.until(VERTICES)
    assert np.allclose(drawn[:-1], corners, atol=2e-9)
    land.sees(".read-area", "15")
    page.locator("#pick").get_by_role("button", name="退一步").click()
    land.until(f"!({VERTICES}) || ({VERTICES}).length !== {len(drawn)}")
    page.locator("#pick").get_by_role("button", name="进一步").click()
    land.until(f"({VERTICES}).length === {len(drawn)}")
    page.locator(".edit-list summary").focus()
    page.keyboard.press("Enter")
    first = page.locator(".edit-list li input").first
    first.fill(str(west - 0.0001))
    first.press("Enter")
    land.until(f"({VERTICES}).some(([lon]) => lon < {west} - 0.00009)")
    page.locator("#map canvas").focus()
    page.keyboard.press("Control+Enter")
    land.sees(".one-head", "图上所画")


def test_a_file_of_many_is_checked_one_by_one_and_each_is_seen(land):
    shapes = {"甲块": FARM, "乙块": box(310, 20, 380, 90), "丙块": box(410, 20, 480, 90)}
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": geojson(shape)} for name, shape in shapes.items()
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    land.page.locator("#outline-file").set_input_files(
        {"name": "三块.geojson", "mimeType": "application/geo+json", "buffer": body}
    )
    land.sees(".given", "三块.geojson")
    button(land, "逐个核查这 3 个图形(批量)").click()
    land.sees(".batch .status", "已完成")
    rows = land.page.locator(".batch tr[data-row]")
    land.until("document.querySelectorAll('.batch tr[data-row]').length === 3")
    assert "不可" in rows.first.inner_text() and "甲块" in rows.first.inner_text()
    # All of them are on the map, each under the sign of its answer; one is pressed.
    land.until("huashan.map.getSource('land-marks').serialize().data.features.length === 6")
    land.settled()
    place = land.page.locator("#map").bounding_box()
    middle = degrees(FARM).centroid.coords[0]
    dot = land.page.evaluate("(one) => huashan.map.project(one)", middle)
    land.page.mouse.click(place["x"] + dot["x"], place["y"] + dot["y"])
    land.until("location.hash.includes('lit=row/1')")
    land.until("huashan.map.getSource('land-outline').serialize().data.features.length === 1")
    land.picture("landuse_batch")
    button(land, "打开这一块的核查").click()
    land.sees(".one-head", "甲块")
    land.sees(".verdict", "不可")


def test_a_check_is_found_again_made_again_and_deleted(land):
    code = checked(land)
    button(land, "再算一遍").click()
    land.sees(".again", "结果相同")
    land.page.get_by_role("tab", name="我的核查").click()
    card = land.page.locator(f"[data-check='{code}']")
    assert "不可" in card.inner_text()
    land.picture("landuse_history")
    card.get_by_role("button").first.click()
    land.sees(".one-head", code)
    land.page.get_by_role("tab", name="我的核查").click()
    card.get_by_role("button", name=re.compile("删去")).click()
    land.page.get_by_role("dialog").get_by_role("button", name="删去", exact=True).click()
    card.wait_for(state="detached")
    assert land.page.request.get(f"{land.url}/landuse/checks/{code}").status == 404


def test_on_a_phone_in_english_the_answer_is_whole_and_nothing_is_amiss(land):
    checked(land)
    land.page.set_viewport_size(PHONE)
    land.page.locator("#language").click()
    land.sees(".verdict", "Not allowed")
    while (folds := land.page.locator(".fold:not([open]) > summary")).count():
        folds.first.press("Enter")
    assert RAW_KEY.findall(land.text("body")) == []
    wide = land.page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
    assert not wide
    land.picture("landuse_phone")
    if CHECKS.is_dir():
        assert land.page.evaluate("violations") == []
        assert serious(land) == []
