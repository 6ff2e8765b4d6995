"""What a click, a list and an address show of a feature."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.browser

EVIL = "<script>window.robbed = 1</script><img src=x onerror='window.robbed = 1'>"


def a_site(screen) -> dict:
    """A site that is a point."""
    features = screen.json("/layers/site?limit=200")["features"]
    return next(one for one in features if one["geometry"]["type"] == "Point")


def above(feature) -> str:
    lon, lat = feature["geometry"]["coordinates"][:2]
    return f"#at={lon},{lat},17"


def test_a_click_shows_what_is_known_of_a_feature(screen):
    site = a_site(screen)
    screen.open(f"{above(site)}&{screen.LIGHT}").settled()
    screen.click_centre()
    screen.until("!document.getElementById('details').hidden")
    choice = screen.page.locator(f"#details [data-key='site/{site['id']}']")
    if choice.count():
        choice.click()
    screen.sees("#details h2", site["properties"]["name"] or site["properties"]["code"])
    assert site["properties"]["code"] in screen.text("#details > table")
    assert screen.page.evaluate("location.hash").endswith(f"see=site/{site['id']}")
    labels = screen.page.locator("#details > table th").all_inner_texts()
    assert labels and not any(label.isascii() for label in labels)


def test_several_features_at_one_place_are_offered_to_choose_from(screen):
    screen.open(above(a_site(screen)) + "&on=landuse,zone,grid,water,project,site").settled()
    screen.click_centre()
    screen.sees("#details h2", "请选择")
    choices = screen.page.locator("#details .choices button")
    assert choices.count() > 1
    layer, _, number = choices.nth(1).get_attribute("data-key").partition("/")
    choices.nth(1).click()
    screen.until(f"location.hash.endsWith('see={layer}/{number}')")
    titles = {one["id"]: one["title"]["zh"] for one in screen.json("/layers")["layers"]}
    screen.sees("#details .under", titles[layer])


def test_a_name_with_markup_is_shown_as_text(screen, changed_answers):
    site = a_site(screen)
    changed_answers(f"**/layers/site/{site['id']}", lambda feature: feature["properties"].update(name=EVIL))
    screen.open(f"{above(site)}&see=site/{site['id']}&{screen.LIGHT}", drawn=False)
    screen.sees("#details h2", EVIL)
    assert screen.page.locator("#details img, #details script").count() == 0
    assert screen.page.evaluate("window.robbed") is None


def test_a_feature_that_is_gone_is_said_in_the_servers_words(screen):
    screen.open(f"#see=site/999999999&{screen.LIGHT}", drawn=False)
    screen.sees("#details .trouble", "999999999")
    assert screen.page.locator("#details [data-key=retry]").count() == 1


def _today():
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def test_coverage_lists_the_least_seen_first_and_leads_there(screen):
    screen.open(f"#panel=coverage&{screen.LIGHT}")
    today = [_today()]
    screen.sees("#panel-coverage", "确定已见")
    today.append(_today())
    assert any(f"至 {day}" in screen.text("#panel-coverage") for day in today), "the last day, not the end after it"
    shares = screen.page.locator("#panel-coverage meter").evaluate_all("all => all.map(one => one.value)")
    assert shares == sorted(shares) and len(shares) > 4
    before = screen.page.evaluate("huashan.map.getZoom()")
    first = screen.page.locator("#panel-coverage tbody .item").first
    name = first.inner_text()
    first.click()
    screen.sees("#details h2", name)
    screen.until(f"huashan.map.getZoom() !== {before}")
