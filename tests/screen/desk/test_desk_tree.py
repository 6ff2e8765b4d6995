"""The layers of the desk: put in order, faded and switched by group, and all of that in the address."""

import pytest

pytestmark = pytest.mark.browser

RULES = "huashan.map.getLayersOrder().map(id => huashan.map.getLayer(id)).filter(({ source }) => source)"
ORDER = f"{RULES}.filter(({{ type }}) => type !== 'symbol').map(({{ source }}) => source)"
WORDS_ON_TOP = (
    f"{RULES}.filter(({{ source }}) => huashan.page.watch.layer(source)).map(({{ type }}) => type === 'symbol')"
    ".every((word, at, all) => !at || word >= all[at - 1])"
)
FILL = "huashan.map.getStyle().layers.find(one => one.source === 'water' && one.type === 'fill').paint['fill-opacity']"
TILES = "performance.getEntriesByType('resource').filter(one => one.name.includes('/tiles/')).length"


def layers_of(screen):
    """The layers in the order in which they are drawn, ground first, each once."""
    drawn = screen.page.evaluate(ORDER)
    known = {layer["id"] for layer in screen.json("/layers")["layers"]}
    return [one for one in dict.fromkeys(drawn) if one in known]


def test_a_layer_is_moved_and_faded_by_keyboard_and_the_address_says_so(screen):
    screen.open(f"#at=114.52,30.56,13&{screen.LIGHT}").settled()
    page = screen.page
    page.locator("[data-key=tree-order]").press("Enter")
    before = layers_of(screen)
    page.locator("[data-key=down-site]").press("Enter")
    screen.until("location.hash.includes('order=')")
    screen.settled()
    after = layers_of(screen)
    at = before.index("site")
    assert after == [*before[: at - 1], "site", before[at - 1], *before[at + 1 :]]
    assert screen.page.evaluate(WORDS_ON_TOP)
    assert page.evaluate("document.activeElement.dataset.key") == "down-site"

    tiles = screen.page.evaluate(TILES)
    page.locator("[data-key=more-water]").press("Enter")
    slider = page.locator("[data-key=fade-water]")
    slider.focus()
    for _ in range(12):
        slider.press("ArrowLeft")
    screen.until("location.hash.includes('fade=water.40')")
    fill = next(rule for rule in screen.json("/layers/water/style.json") if rule["type"] == "fill")
    usual = fill["paint"].get("fill-opacity", 1)
    assert screen.page.evaluate(FILL) == pytest.approx(usual * 0.4)
    screen.settled()
    assert screen.page.evaluate(TILES) == tiles, "what is only painted otherwise is not asked for again"

    page.reload()
    screen.until("window.huashan && huashan.map && huashan.map.loaded()")
    assert layers_of(screen) == after
    assert screen.page.evaluate(FILL) == pytest.approx(usual * 0.4)
    page.locator("[data-key=reset]").click()
    screen.until("!/order=|fade=|off=/.test(location.hash)")
    screen.settled()
    assert layers_of(screen) == before


def test_a_whole_group_is_switched_and_folded_and_the_fold_is_kept(screen):
    screen.open(f"#at=114.52,30.56,13&{screen.LIGHT}").settled()
    page = screen.page
    page.locator("[data-key='group-土地']").click()
    screen.until("location.hash.includes('on=landuse,zone')")
    screen.settled()
    assert screen.drawn("landuse") and screen.drawn("zone")
    page.locator("[data-key='group-土地']").click()
    screen.until("!location.hash.includes('on=')")
    page.locator("[data-key='fold-土地']").press("Enter")
    assert page.locator("[data-layer=landuse]").count() == 0
    page.reload()
    screen.sees("#panel-layers", "土地")
    assert page.locator("[data-layer=landuse]").count() == 0


def test_twelve_layers_fit_a_small_screen_without_scrolling_when_folded(screen):
    screen.page.set_viewport_size({"width": 1366, "height": 768})
    screen.open(f"#{screen.LIGHT}")
    screen.page.locator("[data-key=tree-order]").click()
    for _ in range(2):  # those that are open before anyone folds them
        screen.page.locator("[data-key^=more-][aria-expanded=true]").first.click()
    rows = screen.page.locator("#panel-layers .layer")
    boxes = [row.bounding_box() for row in rows.all()]
    assert len(boxes) >= 12
    assert max(box["y"] + box["height"] for box in boxes) < 740
    assert max(box["height"] for box in boxes) < 45
