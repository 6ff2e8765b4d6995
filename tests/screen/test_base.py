"""Base maps on the screen: seen, switched, faded, compared by a curtain; none, a broken one and one that is away."""

import io
from collections import Counter

import pytest
from PIL import Image

from tests.base_maps import BLUE, GREEN, RED, far_host, make_geotiff, make_mbtiles, png
from tests.conftest import serving
from tests.screen.conftest import Screen
from tests.screen.old_browsers import CHECKS
from tests.screen.test_accessible import serious

pytestmark = pytest.mark.browser

AT = "at=114.5,30.57,12&off=grid,farmland,project,road,bank,last_seen,water,patrol,observation,site"


@pytest.fixture(scope="module")
def host():
    with far_host() as host:
        yield host


@pytest.fixture(scope="module")
def folder(tmp_path_factory, host):
    """A red one in a file, a blue one of elsewhere, a bare green one, a broken one; and the server's data folder."""
    folder = tmp_path_factory.mktemp("data") / "base"
    folder.mkdir()
    area = (114.2, 30.4, 114.8, 30.75)
    make_mbtiles(folder / "red.mbtiles", bounds=",".join(map(str, area)), zooms=range(8, 14))
    red = 'title = { zh = "红图", en = "Red" }\nfile = "red.mbtiles"\nyear = 2023\napproval = "鄂S(2023)5号"\norder = 1'
    (folder / "red.toml").write_text(f'{red}\ndatum = "cgcs2000"', "utf-8")
    blue = f'title = "蓝图"\nurl = "{host.url}/{{z}}/{{x}}/{{y}}"\nyear = 2018\norder = 2\ndatum = "wgs84"'
    (folder / "blue.toml").write_text(blue, "utf-8")
    make_geotiff(folder / "green.tif", size=1500, step_m=40)
    (folder / "broken.pmtiles").write_bytes(b"nothing")
    return folder


@pytest.fixture(scope="module")
def address(sample_engine, folder):
    with serving(sample_engine, HUASHAN_DATA=str(folder.parent)) as url:
        yield url


@pytest.fixture
def screen(page, address, host):
    host.behave = lambda path: (200, "image/png", png(BLUE))
    return Screen(page, address).sharp()


def seen(screen, part=(0.0, 1.0)) -> Counter:
    """How many pixels of the map's part, from left to right, have which colour."""
    box = screen.page.locator("#map").bounding_box()
    picture = Image.open(io.BytesIO(screen.page.screenshot())).convert("RGB")
    left, right = (box["x"] + box["width"] * share for share in part)
    cut = picture.crop((round(left) + 20, round(box["y"]), round(right) - 20, round(box["y"] + box["height"])))
    return Counter({colour: count for count, colour in cut.getcolors(1 << 24)})


def comes(screen, colour, part=(0.0, 1.0), least=20_000) -> None:
    """Wait until a colour fills a part of the map."""
    for _ in range(100):
        if seen(screen, part)[colour] >= least:
            return
        screen.page.wait_for_timeout(100)
    raise AssertionError(f"{colour} was never seen: {seen(screen, part).most_common(4)}; {screen.complaints}")


def test_a_base_map_is_seen_with_its_year_and_number_faded_and_switched_off(screen, host):
    screen.open(f"#panel=base&{AT}").settled()
    comes(screen, RED)
    assert screen.text("#map .base-told") == "底图:红图,2023 年,审图号 鄂S(2023)5号"
    assert "不能显示" in screen.text("[data-base='broken']") and "broken.pmtiles" in screen.text("[data-base='broken']")
    assert screen.page.locator("[data-base='broken'] input").is_disabled()
    screen.page.focus(".base-opacity input")
    for _ in range(10):
        screen.page.keyboard.press("ArrowLeft")
    assert "base=red,0.5" in screen.page.url and screen.text(".base-opacity output") == "50 %"
    ground = screen.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ground').trim()")
    half = tuple(round((one + other) / 2) for one, other in zip(RED, bytes.fromhex(ground[1:]), strict=True))
    screen.settled()
    assert any(all(abs(a - b) <= 2 for a, b in zip(colour, half, strict=True)) and count > 20_000
               for colour, count in seen(screen).items())  # fmt: skip
    screen.page.click("[data-base='none'] label")
    screen.settled()
    assert "base=none" in screen.page.url and screen.page.locator("#map .base-told").is_hidden()
    assert seen(screen)[RED] == 0
    screen.page.click("[data-base='green'] label")
    screen.sees("#map .base-told", "年份未注明,审图号未注明")
    assert seen(screen)[RED] == 0
    # Where its host has nothing there is nothing, and that is no fault.
    host.behave = lambda path: (404, "text/plain", b"")
    screen.page.evaluate("huashan.map.jumpTo({ zoom: 8 })")
    screen.page.click("[data-base='blue'] label")
    screen.settled()
    assert screen.text("#map .base-told") == "底图:蓝图,2018 年,审图号未注明"
    assert (screen.complaints, screen.strangers, screen.page.evaluate("violations")) == ([], [], [])


def test_a_curtain_parts_two_base_maps_by_pointer_and_by_keyboard(screen, host):
    screen.open(f"#panel=base&{AT}").settled()
    screen.page.select_option(".base-curtain select", "blue")
    comes(screen, BLUE, (0.55, 1.0))
    comes(screen, RED, (0.0, 0.45))
    assert seen(screen, (0.0, 0.45))[BLUE] == seen(screen, (0.55, 1.0))[RED] == 0
    assert screen.text(".curtain-told") == "底图:蓝图,2018 年,审图号未注明"
    handle = screen.page.get_by_role("slider", name="卷帘:左边 红图,右边 蓝图")
    screen.page.get_by_role("button", name="用键盘移动卷帘").click()
    for key in ("Home", "PageUp", "PageUp", "ArrowRight", "Shift+ArrowRight"):
        screen.page.keyboard.press(key)
    assert handle.get_attribute("aria-valuenow") == "31" and handle.get_attribute("aria-valuetext") == "左边占 31 %"
    assert "curtain=blue,31" in screen.page.url
    comes(screen, BLUE, (0.35, 1.0))
    box, stage = handle.bounding_box(), screen.page.locator("#map").bounding_box()
    screen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    screen.page.mouse.down()
    screen.page.mouse.move(stage["x"] + stage["width"] * 0.8, box["y"] + 160, steps=4)
    screen.page.mouse.up()
    assert abs(float(handle.get_attribute("aria-valuenow")) - 80) < 1
    comes(screen, RED, (0.0, 0.75))
    # The map is moved from either side, and both sides go with it.
    screen.page.mouse.move(stage["x"] + stage["width"] * 0.9, stage["y"] + 200)
    screen.page.mouse.wheel(0, -300)
    screen.until("huashan.map.getZoom() > 12.2 && !huashan.map.isMoving()")
    screen.open(screen.page.url.removeprefix(f"{screen.url}/")).settled()
    comes(screen, BLUE, (0.85, 1.0), least=5_000)
    screen.page.select_option(".base-curtain select", "")
    screen.until("!document.querySelector('.curtain')")
    comes(screen, RED)
    assert (screen.complaints, screen.strangers) == ([], []) and len(host.asked) > 0


def test_a_curtain_shows_the_layers_on_both_sides_and_the_ground_where_there_is_no_base(screen):
    screen.open("#panel=base&curtain=none&at=114.53,30.59,11.4&off=grid,farmland,project,road,bank,last_seen").settled()
    colour = tuple(
        bytes.fromhex(screen.page.evaluate("huashan.map.getPaintProperty('water:water-area', 'fill-color')")[1:])
    )
    comes(screen, colour, (0.55, 1.0), least=2_000)
    comes(screen, RED, (0.0, 0.45))
    assert seen(screen, (0.55, 1.0))[RED] == 0
    screen.page.click("#tab-layers")
    screen.page.uncheck("[data-layer='water'] input")
    screen.until("huashan.map.getLayoutProperty('water:water-area', 'visibility') === 'none'")
    for _ in range(50):
        if seen(screen, (0.55, 1.0))[colour] == 0:
            break
        screen.page.wait_for_timeout(100)
    assert seen(screen, (0.55, 1.0))[colour] == 0, "a layer that is switched off goes on both sides"
    assert screen.complaints == []


def test_one_that_does_not_come_is_said_once_and_the_layers_are_drawn(screen, host, folder):
    host.behave = lambda path: (200, "text/html", b"<html>quota</html>")
    screen.open("#panel=base&base=blue&curtain=red&at=114.53,30.59,11.5&off=grid,farmland,project,road,bank,last_seen")
    screen.sees("#map .base-told", "底图没有取全")
    assert "不是图片" in screen.text("#map .base-told")
    assert len(screen.drawn("water")) >= 3
    assert not CHECKS.is_dir() or serious(screen) == []
    assert screen.strangers == []
    host.behave = lambda path: (200, "image/png", png(BLUE))
    screen.page.click(".base-trouble button")
    comes(screen, BLUE, (0.0, 0.45))
    screen.until("!document.querySelector('#map .base-told').textContent.includes('没有取全')")


def test_where_none_is_configured_it_says_how_and_one_that_is_put_there_is_found(page, sample_engine, tmp_path):
    with serving(sample_engine, HUASHAN_DATA=str(tmp_path)) as url:
        screen = Screen(page, url)
        screen.open(f"#panel=base&lang=en&{AT}")
        screen.sees("#panel-base", "No base map is configured")
        assert "token_env" in screen.text("#panel-base") and screen.page.locator("#map .base-told").is_hidden()
        (tmp_path / "base").mkdir()
        make_geotiff(tmp_path / "base" / "green.tif", GREEN, size=1500, step_m=40)
        screen.page.wait_for_timeout(2_100)
        screen.page.click("#tab-layers")
        screen.page.click("#tab-base")
        screen.sees("#map .base-told", "Base map: green, year not stated")
        assert screen.complaints == []
