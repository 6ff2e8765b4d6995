"""Measuring on the map: about while one draws, exactly once drawn, by pointer and by keyboard."""

import re

import pytest

pytestmark = pytest.mark.browser


def test_an_area_measured_by_keyboard_is_what_the_server_measures(screen):
    screen.open(f"#at=114.52,30.56,14&{screen.LIGHT}").settled()
    page = screen.page
    page.locator("[data-key=tool-measure]").press("Enter")
    page.locator("[data-key=area]").press("Enter")
    screen.until("document.activeElement.matches('canvas')")
    corners = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", None):
        page.keyboard.press("Enter")
        corners.append(page.evaluate("[huashan.map.getCenter().lng, huashan.map.getCenter().lat]"))
        if key:
            page.keyboard.press(key)
            screen.settled()
    screen.sees("#card .figures", "约")
    about = float(re.search(r"约 ([\d,.]+) 亩", screen.text("#card .figures"))[1].replace(",", ""))
    page.keyboard.press("Backspace")
    screen.until("huashan.desk.drawing.corners.length === 3")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    screen.sees("#card", "由服务器计算")
    exact = page.request.post(
        f"{screen.url}/measure", data={"geometry": {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}}
    ).json()
    shown = float(re.search(r"([\d,.]+) 亩", screen.text("#card .figures"))[1].replace(",", ""))
    assert shown == pytest.approx(exact["area_mu"], abs=0.006)
    assert about == pytest.approx(exact["area_mu"], rel=0.003)


def test_a_line_by_pointer_is_ended_by_a_double_click_and_taken_off_with_its_card(screen):
    screen.open(f"#at=114.52,30.56,14&{screen.LIGHT}").settled()
    page = screen.page
    page.locator("[data-key=tool-measure]").click()
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5
    page.mouse.click(x, y)
    page.mouse.dblclick(x + 150, y)
    screen.sees("#card", "由服务器计算")
    assert re.search(r"^长度\s[\d,.]+ 米$", screen.text("#card .figures").strip())
    assert page.locator("#details").is_hidden(), "a click that measures asks nothing else"
    page.locator("[data-key=card-close]").click()
    screen.until("!huashan.map.getStyle().layers.some(({ id }) => id.includes('sketch'))")
    screen.click_centre()
    screen.until("huashan.desk.drawing === null")
