"""The address holds the state: what one sees can be sent, and gone back to."""

import pytest

pytestmark = pytest.mark.browser


def test_an_address_restores_what_was_seen(screen):
    road = screen.json("/layers/road?limit=1")["features"][0]
    screen.open(
        f"#at=114.51000,30.56000,14.20&off=water,grid,last_seen&see=road/{road['id']}&panel=contents&lang=en"
    ).settled()
    centre = screen.page.evaluate("[huashan.map.getCenter().lng, huashan.map.getCenter().lat, huashan.map.getZoom()]")
    assert [round(number, 3) for number in centre] == [114.51, 30.56, 14.2]
    screen.sees("#details h2", road["properties"]["name"] or road["properties"]["code"])
    assert screen.drawn("water") == []
    assert screen.page.locator("#tab-contents").get_attribute("aria-selected") == "true"
    assert screen.page.locator("html").get_attribute("lang") == "en-GB"


def test_a_moved_map_is_in_the_address_and_home_without_one(screen):
    screen.open(drawn=False)
    screen.until("huashan.map")
    assert screen.page.evaluate("location.hash") == ""
    west, south, east, north = screen.json("/layers")["deployment"]["extent"]
    view = screen.page.evaluate("huashan.map.getBounds().toArray().flat()")
    assert view[0] <= west and view[1] <= south and view[2] >= east and view[3] >= north
    screen.page.evaluate("huashan.map.jumpTo({center: [114.5, 30.55], zoom: 13})")
    screen.until("location.hash === '#at=114.50000,30.55000,13.00'")


def test_the_language_is_switched_and_kept_in_the_address(screen):
    screen.open(f"#{screen.LIGHT}")
    assert screen.text("#tab-layers") == "图层"
    assert screen.page.locator("html").get_attribute("lang") == "zh-CN"
    screen.page.locator("#language").click()
    screen.sees("#tab-layers", "Layers")
    screen.sees("#panel-layers", "Water")
    screen.sees("#banner", "Sample data")
    assert screen.page.locator(".maplibregl-ctrl-zoom-in").get_attribute("title") == "Zoom in"
    assert screen.page.evaluate("location.hash").endswith("lang=en")
    screen.page.go_back()
    screen.sees("#tab-layers", "图层")


def test_nonsense_in_an_address_is_passed_over(screen):
    screen.open(f"#at=999,x,-3&see=a/b/c&panel=nowhere&on=,,&lang=tlh&{screen.LIGHT}")
    assert screen.text("#tab-layers") == "图层"
    assert screen.complaints == []
