"""Loading, empty, broken, old, and without WebGL: always a sentence, never a blank."""

import re

import pytest

pytestmark = pytest.mark.browser

SENTENCE = "数据库正在维护:请十分钟后再试。"


def test_without_webgl_the_lists_still_work(without_webgl):
    screen = without_webgl.open()
    screen.sees("#notice", "不能绘制地图")
    screen.until("document.querySelector('#panel-contents .item')")
    first = screen.page.locator("#panel-contents [open] .item").first
    name = first.inner_text()
    first.click()
    screen.sees("#details h2", name)


def test_a_server_in_trouble_is_quoted_and_tried_again(screen, failing):
    mend = failing("**/layers", SENTENCE)
    screen.open(drawn=False)
    screen.sees("#notice", SENTENCE)
    mend()
    screen.page.locator("#notice button").click()
    screen.sees("#panel-layers", "水体")
    screen.until("document.getElementById('notice').hidden")


def test_data_that_cannot_be_refreshed_are_called_old(screen, failing):
    screen.open(f"#{screen.LIGHT}")
    fresh = re.compile(r"\d+ 秒前核对")
    assert fresh.search(screen.text("#freshness"))
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\+8 Asia/Shanghai", screen.text("#freshness"))
    mend = failing("**/layers", SENTENCE)
    screen.page.evaluate("huashan.desk.watch.ask()")
    screen.sees("#freshness", "数据未能刷新")
    assert SENTENCE in screen.text("#freshness")
    mend()
    screen.page.evaluate("huashan.desk.watch.ask()")
    screen.until("!document.querySelector('#freshness.stale')")
    assert fresh.search(screen.text("#freshness"))


def test_a_tile_that_does_not_come_is_said_and_asked_for_again(screen, failing):
    mend = failing("**/tiles/water/**", SENTENCE)
    screen.open(f"#{screen.LIGHT}")
    screen.sees("#notice", "水体")
    assert SENTENCE in screen.text("#notice")
    mend()
    screen.page.locator("#notice button").click()
    screen.until("huashan.map.queryRenderedFeatures().some(f => f.source === 'water')")
    screen.until("document.getElementById('notice').hidden")


def test_nothing_in_view_is_said_with_a_way_home(screen):
    screen.open("#at=100,35,12&panel=contents")
    screen.sees("#panel-contents", "当前视野内没有要素")
    screen.page.locator("#panel-contents button").click()
    screen.until("document.querySelector('#panel-contents .item')")


def test_a_layer_without_data_and_a_database_without_any_say_so(screen, changed_answers):
    def emptied(answer):
        answer["sample"] = "empty"
        for layer in answer["layers"]:
            layer.update(count=0, provenance={}, data_at=None, edition=None)

    changed_answers("**/layers", emptied)
    screen.open(drawn=False)
    screen.sees("#banner", "尚无数据")
    screen.sees("#panel-layers [data-layer=water]", "没有数据")


def test_the_banner_tells_sample_mixed_and_real_apart(screen, changed_answers):
    screen.open(drawn=False)
    screen.sees("#banner", "示例数据")
    changed_answers("**/layers", lambda answer: answer.update(sample="mixed"))
    screen.page.evaluate("huashan.desk.watch.ask()")
    screen.sees("#banner", "混合")
    changed_answers("**/layers", lambda answer: answer.update(sample="real"))
    screen.page.evaluate("huashan.desk.watch.ask()")
    screen.until("document.getElementById('banner').hidden")


def test_without_the_map_engine_the_page_says_so_and_lists(screen):
    screen.page.route("**/assets/maplibre-gl-csp.js", lambda route: route.fulfill(status=404))
    screen.open(f"#{screen.LIGHT}")
    screen.sees("#notice", "地图组件没有载入")
    screen.until("document.querySelector('#panel-contents .item')")
