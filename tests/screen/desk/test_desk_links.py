"""Links, bookmarks, and two times beside one another."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def test_a_bookmark_brings_the_view_back_and_goes_along_as_a_file(screen, tmp_path):
    screen.open(f"#at=114.50,30.57,14&fade=water:50&{screen.LIGHT}").settled()
    page = screen.page
    there = page.evaluate("location.hash")
    page.locator("[data-key=tool-marks]").click()
    page.locator("[data-key=copy]").click()
    screen.sees("#card .done", "链接已复制")
    page.locator("[data-key=mark-name]").fill("西湖口")
    page.locator("[data-key=mark-name]").press("Enter")
    screen.sees("#card .marks", "西湖口")
    page.evaluate("huashan.page.store.set({ view: { lon: 114.6, lat: 30.6, zoom: 12 }, fade: {} })")
    page.locator("[data-key='mark-西湖口']").click()
    screen.until(f"location.hash === {json.dumps(there)}")
    screen.until("Math.abs(huashan.map.getCenter().lng - 114.50) < 1e-3")
    with page.expect_download() as download:
        page.locator("[data-key=mark-save]").click()
    kept = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert [mark["name"] for mark in kept["bookmarks"]] == ["西湖口"]
    page.locator("[data-key='mark-西湖口-off']").click()
    screen.sees("#card", "还没有书签")
    file = tmp_path / "marks.json"
    evil = {"name": "<img src=x onerror=alert(1)>", "at": "at=114.5,30.5,12", "made_at": ""}
    file.write_text(json.dumps({"bookmarks": [evil, {"name": 5}, *kept["bookmarks"]]}), "utf-8")
    page.locator("[data-key=mark-bring]").set_input_files(file)
    screen.sees("#card .marks", "西湖口")
    assert page.locator("#card .marks li").count() == 2 and page.locator("#card img").count() == 0


def test_two_days_stand_side_by_side_and_what_differs_is_listed(screen):
    screen.open("#at=114.53,30.57,12&against=2024-06-30&off=grid,farmland,project,bank,last_seen").settled()
    page = screen.page
    screen.until("document.querySelector('.curtain')")
    screen.sees(".curtain-told", "2024-06-30 有效")
    page.locator("[data-key=tool-compare]").click()
    page.locator("[data-key=compare-layer]").select_option("observation")
    now = len(screen.json("/layers/observation?limit=1000")["features"])
    screen.sees("#card [role=status]", f"新增 {now},移除 0,变更 0")
    handle = page.locator(".curtain")
    handle.press("Home")
    assert handle.get_attribute("aria-valuenow") == "0"
    screen.until("location.hash.includes('against=2024-06-30')")
    page.locator("[data-key=compare-end]").click()
    screen.until("!document.querySelector('.curtain') && !location.hash.includes('against')")
    assert screen.complaints == []
