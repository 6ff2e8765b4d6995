"""Filtering at the desk: drawn, listed, counted and downloaded is the same, and the map says that it is a part."""

import json
from urllib.parse import unquote

import pytest

pytestmark = pytest.mark.browser


def test_conditions_and_an_area_narrow_map_list_count_and_files_alike(screen):
    screen.open(f"#at=114.50,30.56,13&panel=filter&{screen.LIGHT}").settled()
    page = screen.page
    page.locator("[data-key=layer]").select_option("site")
    page.locator("[data-key=column]").select_option("kind")
    page.locator("[data-key=value]").select_option("outfall")
    page.locator("[data-key=add]").click()
    screen.sees("#narrowed", "点位:点位类别 是 排口")
    page.locator("[data-key=area-view]").click()
    screen.sees("#narrowed", "范围内")
    screen.settled()
    wanted = screen.json("/layers/site?limit=1000")["features"]
    west, south, east, north = page.evaluate("huashan.map.getBounds().toArray().flat()")
    inside = {
        str(one["id"])
        for one in wanted
        if one["properties"]["kind"] == "outfall"
        and west <= one["geometry"]["coordinates"][0] <= east
        and south <= one["geometry"]["coordinates"][1] <= north
    }
    assert 0 < len(inside) < len(wanted)
    screen.until(f"document.querySelector('.matched')?.textContent.startsWith('{len(inside)} 个')")
    assert set(screen.drawn("site")) == inside
    file = screen.page.request.get(screen.url + page.locator("[data-key=file-csv]").get_attribute("href"))
    assert len(file.text().strip().splitlines()) == len(inside) + 1
    told = json.loads(unquote(page.evaluate("location.hash")).split("filter=")[1].split("&")[0])
    assert told["site"][0] == [["kind", "=", "outfall"]]

    page.reload()
    screen.until("window.huashan && huashan.map && huashan.map.loaded()")
    screen.until(f"document.querySelector('.matched')?.textContent.startsWith('{len(inside)} 个')")
    screen.settled()
    assert set(screen.drawn("site")) == inside
    page.locator("[data-key=narrowed-site-off]").click()
    screen.until("!location.hash.includes('filter=') && document.getElementById('narrowed').hidden")
    screen.settled()
    assert set(screen.drawn("site")) > inside


def test_text_is_looked_for_as_it_stands(screen):
    screen.open(f"#panel=filter&{screen.LIGHT}")
    page = screen.page
    page.locator("[data-key=layer]").select_option("site")
    for text, found in (("排口", True), ("%", False), ("_", False), ("o'x", False)):
        page.locator("[data-key=column]").select_option("name")
        page.locator("[data-key=value]").fill(text)
        page.locator("[data-key=value]").press("Enter")
        screen.until("document.querySelector('[data-key=off-term-0]')")
        screen.until("/^\\d/.test(document.querySelector('.matched')?.textContent ?? '')")
        n = screen.until("(document.querySelector('.matched')?.textContent ?? '').match(/^(\\d+) 个/)?.[1]")
        assert (n != "0") == found, text
        page.locator("[data-key=off-term-0]").click()
        screen.until("!document.querySelector('[data-key=off-term-0]')")


def test_another_day_is_said_and_what_keeps_no_history_is_not_drawn(screen):
    screen.open("#at=114.53,30.56,13&on=last_seen&day=2024-06-30&off=grid,farmland,project,bank").settled()
    screen.sees("#narrowed", "2024-06-30 有效")
    screen.sees("[data-layer=last_seen]", "不存历史")
    assert screen.drawn("road") and not screen.drawn("last_seen") and not screen.drawn("observation")
    screen.page.locator("[data-key=narrowed-time-off]").click()
    screen.until("!location.hash.includes('day=')")
    screen.settled()
    assert screen.drawn("last_seen")


@pytest.mark.parametrize(
    "said",
    [
        "filter=%7B&day=x&known=y&order=,,&fade=water.x,.5&against=,,",
        'filter={"site":[[["x","=","1"],["y"]],"1 2"],"<b>":[],"road":5}&order=road,road,nothing&fade=nothing.50',
    ],
)
def test_an_address_that_says_nonsense_opens_the_page_all_the_same(screen, said):
    screen.open(f"#at=114.52,30.56,14&{said}&{screen.LIGHT}").settled()
    assert screen.drawn("site")
    assert screen.complaints == []


def test_lists_are_filtered_where_the_browser_cannot_draw(without_webgl):
    screen = without_webgl
    screen.open('#filter={"site":[[["kind","=","outfall"]]]}&panel=contents&' + screen.LIGHT, drawn=False)
    screen.sees("#panel-contents [data-layer=site] .item", "排口")
    names = screen.page.locator("#panel-contents [data-layer=site] .item").all_inner_texts()
    assert names and all("排口" in name for name in names)
