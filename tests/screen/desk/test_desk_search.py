"""Finding a place by typing: the keyboard alone, from anywhere on the page."""

import pytest

pytestmark = pytest.mark.browser


def test_initials_lead_to_a_lake_by_keyboard_alone(screen):
    screen.open(f"#at=114.60,30.60,15&{screen.LIGHT},water").settled()
    keyboard = screen.page.keyboard
    keyboard.press("/")
    keyboard.type("yanxih")
    screen.sees("#search-list", "严西湖")
    first = screen.page.locator("#search-list [role=option]").first
    assert first.get_attribute("aria-selected") == "true" and "水体" in first.inner_text()
    keyboard.press("ArrowDown")
    field = screen.page.locator("#search-input")
    assert field.get_attribute("aria-activedescendant") == "found-1"
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    screen.sees("#details h2", "严西湖")
    screen.until("huashan.map.getCenter().lng < 114.52")
    screen.settled()
    # A layer that was off is switched on for what was looked for in it.
    assert screen.drawn("water")
    assert field.get_attribute("aria-expanded") == "false"


def test_nothing_found_is_said_and_escape_clears(screen):
    screen.open(f"#{screen.LIGHT}")
    field = screen.page.locator("#search-input")
    field.fill("<b>没有这个")
    screen.sees("#search-list", "没有找到「<b>没有这个」")
    field.press("Escape")
    assert screen.page.locator("#search-list").is_hidden()
    field.press("Escape")
    assert field.input_value() == ""


def test_longitude_and_latitude_are_a_place_too(screen):
    screen.open(f"#{screen.LIGHT}").settled()
    screen.page.locator("#search-input").fill("114.5123,30.5712")
    screen.sees("#search-list", "经纬度")
    screen.page.locator("#search-input").press("Enter")
    screen.until("Math.abs(huashan.map.getCenter().lng - 114.5123) < 1e-4 && huashan.map.getZoom() > 15.9")
