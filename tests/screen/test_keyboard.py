"""Everything without a mouse: the lists, the details, the map itself."""

import pytest

pytestmark = pytest.mark.browser


def test_a_feature_is_found_read_and_left_by_keyboard_alone(screen):
    screen.open(f"#at=114.52,30.56,13&{screen.LIGHT}").settled()
    keyboard = screen.page.keyboard
    keyboard.press("Tab")
    assert screen.page.evaluate("document.activeElement.className") == "skip"
    keyboard.press("Enter")
    screen.until("document.activeElement.id === 'side'")
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    assert screen.page.evaluate("document.activeElement.id") == "tab-contents"
    screen.until("document.querySelector('#panel-contents .item')")
    for _ in range(3):
        keyboard.press("Tab")
        if screen.page.evaluate("document.activeElement.classList.contains('item')"):
            break
        if screen.page.evaluate("document.activeElement.matches('details:not([open]) > summary')"):
            keyboard.press("Enter")
    chosen = screen.page.evaluate("document.activeElement.dataset.key")
    keyboard.press("Enter")
    screen.until(f"location.hash.includes('see={chosen}')")
    screen.until("document.querySelector('#details table')")
    assert screen.page.evaluate("document.activeElement.closest('#details') !== null")
    keyboard.press("Escape")
    screen.until("document.getElementById('details').hidden")
    assert screen.page.evaluate("document.activeElement.dataset.key") == chosen


def test_the_map_is_moved_and_asked_by_keyboard(screen):
    screen.open("#at=114.52,30.56,14&off=farmland,project,road,bank,last_seen").settled()
    screen.page.locator("canvas.maplibregl-canvas").focus()
    screen.page.keyboard.press("ArrowRight")
    screen.until("huashan.map.getCenter().lng > 114.521")
    screen.settled()
    screen.page.keyboard.press("Enter")
    screen.until("!document.getElementById('details').hidden")


def test_landmarks_and_names_are_there_for_screen_readers(screen):
    screen.open(f"#{screen.LIGHT}")
    unnamed = screen.page.evaluate(
        "[...document.querySelectorAll('button, input, select, canvas, aside, main')]"
        ".filter(node => !node.closest('[hidden], dialog:not([open])'))"
        ".filter(node => !(node.getAttribute('aria-label') || node.textContent.trim() || node.labels?.length))"
        ".map(node => node.outerHTML.slice(0, 120))"
    )
    assert unnamed == []
    roles = "['header', 'main', 'footer', '[aria-live]'].every(role => document.querySelector(role))"
    assert screen.page.evaluate(roles)
