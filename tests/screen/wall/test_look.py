"""The wall on the sample: its figures are the server's, nothing is cut at either size, and every colour can be seen."""

import re

import pytest

from tests.screen.conftest import Screen

pytestmark = pytest.mark.browser

READY = "window.huashan && huashan.panels?.every(({ panel }) => panel.data)"
GROUNDS = ("ground", "water", "paper")
CUT = """
() => [...document.querySelectorAll('.wall *')].filter((one) => {
  const box = one.getBoundingClientRect();
  if (!box.width || one.closest('#map') || one.closest('svg')) return false;
  const hidden = getComputedStyle(one).overflow !== 'visible' && !one.matches('.words, .rows');
  const outside = box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
  return outside || (hidden && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1));
}).map((one) => `${one.tagName}.${one.className}: ${one.textContent.slice(0, 40)}`)
"""
OVER = """
() => {
  const named = ['.wall > .top', '.figure', '.wall > .city', '.wall > .box', '.box > header', '.rows > li', '.legend'];
  const boxes = [...document.querySelectorAll([...named, '.map-head > *'].join())];
  const over = (one, other) => {
    if (one.contains(other) || other.contains(one)) return false;
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  };
  const told = (one) => `${one.className}: ${one.textContent.slice(0, 20)}`;
  const lying = (one, at) => boxes.slice(at + 1).filter((other) => over(one, other));
  return boxes.flatMap((one, at) => lying(one, at).map((other) => [told(one), told(other)]));
}
"""


def light(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_guidelines():
    """By hand: black on white is 21:1, #777777 on white 4.48:1 (WCAG 2.1)."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.fixture(scope="module")
def wall(browser, browser_context_args, server_url):
    """One wall over the sample for all of this module: the computer wants it light, and nothing to move."""
    context = browser.new_context(**{**browser_context_args, "viewport": {"width": 1920, "height": 1080}})
    screen = Screen(context.new_page(), server_url)
    screen.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    screen.open("wall", drawn=False)
    screen.until(READY)
    yield screen
    context.close()


def test_the_figures_are_the_servers_and_say_of_when_they_are(wall):
    trend = wall.json("/debt/trend")
    shares = {one["layer"]: one["on_time_share"] for one in trend["layers"]}
    for layer in ("bank", "grid", "road"):
        shown = float(wall.text(f"#figure-{layer} .value b"))
        assert shown == pytest.approx(shares[layer] * 100, abs=0.15)
        assert re.search(r"近 28 天,截至 \d\d-\d\d \d\d:\d\d", wall.text(f"#figure-{layer} .when"))
        first, last = wall.page.locator(f"#figure-{layer} figcaption span").all_inner_texts()
        assert first.startswith(trend["days"][0][5:]) and last.startswith(trend["days"][-1][5:])
        assert wall.page.locator(f"#figure-{layer} .chart .line").get_attribute("d").count("L") == 27
    overdue = sum(one["overdue_m"] for one in trend["layers"] if not one["whole"]) / 1000
    assert float(wall.text("#figure-overdue .value b").replace(",", "")) == pytest.approx(overdue, abs=1.5)
    assert wall.page.locator("#alarms .alarm").count() > 0


def test_the_theme_is_the_computers_unless_one_is_chosen_and_all_words_come_in_english(wall):
    assert wall.page.evaluate("document.documentElement.dataset.theme") == "light"
    wall.page.locator("#theme").click()
    assert wall.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert "theme=dark" in wall.page.url
    wall.page.locator("#language").click()
    wall.sees("#alarms", "Alarms")
    shown = wall.page.locator(".wall").inner_text()
    own = re.compile(r"[一-鿿]+")
    chinese = {
        word
        for line in shown.splitlines()
        for word in own.findall(line)
        if not re.search(r"中文|花山|SL-|岸|路|组|湖", line)
    }
    assert chinese == set(), chinese
    wall.page.locator("#language").click()
    wall.sees("#alarms", "告警")


def named(wall, layer):
    """The names that a layer of words shows."""
    found = "[...new Set(huashan.map.queryRenderedFeatures({ layers: [layer] }).map((one) => one.properties.name))]"
    return set(wall.page.evaluate(f"(layer) => {found}", layer))


def test_the_four_waters_and_all_communities_are_named_and_debt_glows(wall):
    wall.until("huashan.map && huashan.map.loaded() && huashan.map.getZoom() > 12")
    wall.until("huashan.map.queryRenderedFeatures({ layers: ['grid:community-name'] }).length >= 24")
    wall.until("huashan.map.queryRenderedFeatures({ layers: ['water-name'] }).length >= 4")
    assert named(wall, "water-name") >= {"长江", "花山河", "严西湖", "严东湖"}
    assert len(named(wall, "grid:community-name")) == 24
    for layer in ("road:line", "debt-glow", "debt-line", "debt-never"):
        assert wall.page.evaluate(f"huashan.map.queryRenderedFeatures({{ layers: ['{layer}'] }}).length") > 5, layer
    assert (wall.complaints, wall.strangers) == ([], [])
    assert wall.page.evaluate("violations") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_that_means_something_keeps_three_to_one(wall, theme):
    wall.page.evaluate(f"huashan.page.store.set({{ theme: '{theme}' }})")
    wall.until(f"document.documentElement.dataset.theme === '{theme}'")
    palette, meaning = wall.page.evaluate(
        "theme => import('/screen/wall/palette.js').then((all) => [all.PALETTE[theme], all.MEANING])", theme
    )
    assert set(palette) >= {*meaning, *GROUNDS}
    low = {
        (name, ground): round(contrast(palette[name], palette[ground]), 2)
        for name in meaning
        for ground in GROUNDS
        if contrast(palette[name], palette[ground]) < 3
    }
    assert low == {}
    used = set(re.findall(r"#[0-9a-f]{6}", str(wall.page.evaluate("huashan.map.getStyle().layers"))))
    assert used and used <= set(palette.values()), "the map is drawn with other colours than the theme's"
    assert {palette[name] for name in ("soon", "late", "old", "never", "edge", "label")} <= used


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1366, 768)])
def test_nothing_overlaps_or_is_cut_and_all_is_as_large_as_the_wall(wall, size):
    wall.page.set_viewport_size({"width": size[0], "height": size[1]})
    k = size[0] / 1920
    wall.until(f"parseFloat(getComputedStyle(document.querySelector('.event')).fontSize) > {21.9 * k}")
    wall.until(f"({CUT})().length + ({OVER})().length === 0 || (window.waited = (window.waited ?? 0) + 1) > 60")
    sizes = wall.page.evaluate(
        "['.figure .value b', '.event', '.alarm .title', '.figure .when'].map((one) =>"
        " parseFloat(getComputedStyle(document.querySelector(one)).fontSize))"
    )
    assert sizes[0] >= 64 * k and sizes[1] >= 22 * k - 0.01 and sizes[2] >= 22 * k - 0.01 and sizes[3] >= 18 * k - 0.01
    assert wall.page.evaluate(CUT) == []
    assert wall.page.evaluate(OVER) == []
    assert wall.page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [
        size[1],
        size[0],
    ]
    hidden = wall.page.locator("#feed .more").inner_text()
    events = wall.page.locator("#feed .event").count()
    assert int(re.search(r"另有 (\d+) 条", hidden)[1]) + events == 40
    wall.page.locator("#feed .more button").click()
    assert wall.page.locator("#feed .event").count() > 0
