"""The map: drawn, from this host alone, and never at odds with its legend."""

import io
import json

import pytest
from PIL import Image

pytestmark = pytest.mark.browser

COLOURS = {"fill": "fill-color", "line": "line-color", "circle": "circle-color"}


def only(screen, layer: str) -> str:
    """The address at which just this layer is on."""
    others = [other["id"] for other in screen.json("/layers")["layers"] if other["id"] != layer]
    return f"#on={layer}&off={','.join(others)}"


def swatches(screen, layer: str) -> list[str]:
    """The colours in a layer's legend."""
    found = screen.page.locator(f"[data-layer='{layer}'] .swatch")
    return found.evaluate_all("all => all.map(one => one.dataset.colour)")


def test_the_map_is_drawn_from_this_host_alone_and_without_complaint(screen):
    screen.sharp().open(only(screen, "water")).settled()
    colour = screen.page.evaluate("huashan.map.getPaintProperty('water:water-area', 'fill-color')")
    picture = Image.open(io.BytesIO(screen.page.screenshot())).convert("RGB")
    pixels = {found: count for count, found in picture.getcolors(1 << 24)}
    assert pixels.get(tuple(bytes.fromhex(colour[1:])), 0) > 5000
    assert len(screen.drawn("water")) >= 4
    assert (screen.complaints, screen.strangers) == ([], [])
    assert screen.page.evaluate("violations") == []


def test_the_policy_is_strict(screen):
    policy = screen.page.request.get(screen.url, max_retries=3).headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


def unfolded(screen, *layers):
    """Have the legends of these layers open from the start."""
    opened = json.dumps(dict.fromkeys(layers, True))
    screen.page.add_init_script(f"localStorage.setItem('huashan.desk.opened', JSON.stringify({opened}))")


def test_the_legend_shows_the_colours_that_the_map_draws_with(screen):
    layers = screen.json("/layers")["layers"]
    unfolded(screen, *(layer["id"] for layer in layers))
    screen.open("#at=100,35,12&on=" + ",".join(layer["id"] for layer in layers))
    for layer in layers:
        rules = [rule for rule in layer["style"] if rule["type"] in COLOURS and "legend" in rule.get("metadata", {})]
        drawn = [
            screen.page.evaluate(
                "([id, property]) => huashan.map.getPaintProperty(id, property)",
                [f"{layer['id']}:{rule['id']}", COLOURS[rule["type"]]],
            )
            for rule in rules
        ]
        shown = swatches(screen, layer["id"])
        words = screen.page.locator(f"[data-layer='{layer['id']}'] .legend li").all_inner_texts()
        assert shown == [colour for colour in drawn if isinstance(colour, str)], layer["id"]
        assert words == [rule["metadata"]["legend"]["zh"] for rule in rules], layer["id"]


def test_a_switch_takes_a_layer_off_the_map_and_back_brings_it_again(screen):
    screen.open(f"#{screen.LIGHT}").settled()
    assert screen.drawn("water")
    screen.page.get_by_label("显示图层:水体").uncheck()
    screen.until("location.hash.includes(',water')")
    screen.settled()
    screen.until("huashan.map.queryRenderedFeatures().every(f => f.source !== 'water')")
    screen.page.go_back()
    screen.until("huashan.map.queryRenderedFeatures().some(f => f.source === 'water')")
    assert screen.page.get_by_label("显示图层:水体").is_checked()


def test_a_layer_that_the_server_gains_appears_by_itself(screen, changed_answers):
    screen.open(f"#{screen.LIGHT}")
    words = {"zh": "长椅", "en": "Benches"}

    def gain(answer):
        water = next(layer for layer in answer["layers"] if layer["id"] == "water")
        rule = {"type": "circle", "paint": {"circle-color": ["match", ["get", "kind"], "oak", "#123456", "#654321"]}}
        answer["layers"].append({**water, "id": "bench", "title": words, "group": words, "order": 500, "style": [rule]})

    changed_answers("**/layers", gain)
    screen.page.route("**/tiles/bench/**", lambda route: route.fulfill(status=204))
    screen.page.evaluate("huashan.desk.watch.ask()")
    screen.sees("[data-layer=bench]", "长椅")
    assert screen.page.evaluate("huashan.map.getLayersOrder().includes('bench:0')")
    assert swatches(screen, "bench") == ["#123456", "#654321"]


def test_without_live_updates_only_layers_with_newer_data_are_fetched_again(screen, changed_answers):
    screen.cut_off()
    unfolded(screen, "water")
    screen.open(f"#{screen.LIGHT}").settled()
    asked = []
    screen.page.on("request", lambda request: asked.append(request.url))

    def renew(answer):
        next(layer for layer in answer["layers"] if layer["id"] == "water")["data_at"] = "2099-01-01T00:00:00+08:00"

    changed_answers("**/layers", renew)
    screen.page.evaluate("huashan.desk.watch.ask()")
    screen.sees("[data-layer=water] .layer-age", "2099-01-01")
    screen.settled()
    tiles = {url.split("/tiles/")[1].split("/")[0] for url in asked if "/tiles/" in url}
    assert tiles == {"water"}


@pytest.mark.parametrize("width, height", [(400, 800), (1920, 1080)])
def test_nothing_sticks_out_of_the_page(screen, width, height):
    screen.page.set_viewport_size({"width": width, "height": height})
    screen.open(drawn=False)
    screen.sees("#panel-layers", "水体")
    wide = "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"
    assert screen.page.evaluate(wide)


def test_what_tiles_leave_out_is_said_where_it_is_in_view(screen):
    screen.open(f"#{screen.LIGHT}").settled()
    assert screen.page.locator("#left-out").is_hidden()
    lacking = "(id, { sourceLayer }) => id === 'water' && sourceLayer === 'left_out' ? [{}] : []"
    screen.page.evaluate(f"() => {{ huashan.map.querySourceFeatures = {lacking}; huashan.page.render(); }}")
    screen.sees("#left-out", "水体")
    screen.page.evaluate("() => { huashan.map.querySourceFeatures = () => []; huashan.page.render(); }")
    assert screen.page.locator("#left-out").is_hidden()
