"""Base maps from elsewhere: fetched once, checked, kept, shown while the host is away; a token is never told."""

import asyncio
import logging
import threading
import time

import pytest

from api.base import far as far_module
from layers.errors import NotReady
from tests.base_maps import (
    BLUE,
    INSIDE,
    RED,
    close_to,
    colours_of,
    fails,
    geographic_tile,
    ground_colour,
    make_geotiff,
    pixel,
    place_of,
    png,
    slowly,
    template,
    tile_at,
)  # fmt: skip
from tests.loops import finished

TOKEN = "s3cret-tianditu-token"


def test_a_tile_is_fetched_once_and_kept_for_every_server_of_the_folder(served, host):
    served.far("far", template(host))
    first = served.tile("far", *INSIDE)
    assert colours_of(first.picture.body) == {(*RED, 255)}
    assert served.tile("far", *INSIDE).etag == first.etag
    assert served.tile("far", *INSIDE, etag=first.etag).same
    other = served.anew()
    assert finished(other.tile(other.bases.find("far"), *INSIDE)).etag == first.etag
    other.close()
    z, x, y = INSIDE
    assert host.asked == [f"/{z}/{x}/{y}.png"]


def test_however_many_ask_at_once_the_host_is_asked_once(served, host):
    served.far("far", template(host))
    host.behave = slowly(0.2, (200, "image/png", png(RED)))

    async def many():
        base = await served.service.find("far")
        return await asyncio.gather(*(served.service.tile(base, *INSIDE) for _ in range(50)))

    assert len({given.etag for given in finished(many())}) == 1
    assert len(host.asked) == 1


def test_whose_host_is_slow_keeps_no_other_out(served, host, monkeypatch):
    monkeypatch.setattr("api.base.service.MOST_WAITING", 2)
    gate = threading.Event()
    host.behave = lambda path: (gate.wait(10) and 0) or (200, "image/png", png(RED))
    served.far("far", template(host))
    make_geotiff(served.folder / "own.tif")
    z, x, y = INSIDE

    async def asked():
        base = await served.service.find("far")
        waiting = [asyncio.ensure_future(served.service.tile(base, z, x + n, y)) for n in range(2)]
        while len(served.service._asked) < 2:
            await asyncio.sleep(0.01)
        with pytest.raises(NotReady, match="排队"):
            await served.service.tile(base, z, x + 2, y)
        given = await served.service.tile(await served.service.find("own"), z, x, y)
        gate.set()
        return given, await asyncio.gather(*waiting)

    given, waited = asyncio.run(asked())
    assert given.picture and all(one.picture for one in waited)


def test_whoever_leaves_does_not_take_the_tile_from_the_others(served, host):
    served.far("far", template(host))
    host.behave = slowly(0.2, (200, "image/png", png(RED)))

    async def two():
        base = await served.service.find("far")
        first, second = (asyncio.create_task(served.service.tile(base, *INSIDE)) for _ in range(2))
        await asyncio.sleep(0.05)
        first.cancel()
        return await second

    assert finished(two()).picture


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, "text/html", b"<html>key error</html>"), "不是图片"),
        ((200, "image/png", b'{"msg": "quota"}'), "不是图片"),
        ((200, "image/png", png(RED)[:60]), "不是图片"),
        ((418, "application/json", b"{}"), "418"),
        ((403, "text/html", b""), "403"),
        ((500, "text/html", b""), "应答 500"),
        ((200, "image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 3 * 2**20), "超过 2 MB"),
    ],
    ids=["html", "json as png", "cut off", "418", "403", "500", "endless"],
)
def test_what_is_no_tile_is_told_in_words_and_not_kept(served, host, answer, words):
    served.far("far", template(host))
    host.behave = lambda path: answer
    assert words in fails(served)
    told = served.told("far")
    assert words in told["problem"] and "127.0.0.1" in told["problem"] and told["problem_since"]
    assert told["usable"], "what is kept can still be shown"
    host.behave = lambda path: (200, "image/png", png(RED))
    assert served.tile("far", *INSIDE).picture
    assert served.told("far")["problem"] is None, "it is well again"


@pytest.mark.parametrize("status", [204, 404])
def test_where_the_host_has_nothing_nothing_is_shown_and_it_is_not_asked_again(served, host, status):
    served.far("far", template(host))
    host.behave = lambda path: (status, "text/plain", b"")
    assert served.tile("far", *INSIDE).picture is None
    assert served.tile("far", *INSIDE).picture is None
    assert len(host.asked) == 1 and served.told("far")["problem"] is None
    served.ahead_s = 2 * 86400
    host.behave = lambda path: (200, "image/png", png(RED))
    assert served.tile("far", *INSIDE).picture, "after a day it may be there"


def test_a_host_is_not_followed_elsewhere(served, host):
    served.far("far", template(host))
    host.headers["Location"] = "http://169.254.169.254/latest/?tk=whatever"
    host.behave = lambda path: (302, "text/html", b"")
    told = fails(served)
    assert "169.254.169.254" in told and "whatever" not in told
    assert len(host.asked) == 1


def test_a_slow_host_is_given_up_and_left_alone_for_a_while(served, host, monkeypatch):
    monkeypatch.setattr(far_module, "READ_S", 0.2)
    served.far("far", template(host))
    host.behave = slowly(1.0, (200, "image/png", png(RED)))
    assert "没有按时应答" in fails(served)
    began = time.monotonic()
    assert "没有按时应答" in fails(served, place=tile_at(11))
    assert time.monotonic() - began < 0.15 and len(host.asked) == 1


def test_while_the_host_is_away_what_is_kept_is_shown_and_since_when(served, host):
    served.far("far", template(host), "max_age_days = 30")
    first = served.tile("far", *INSIDE)
    served.ahead_s = 40 * 86400
    host.behave = lambda path: (503, "text/plain", b"")
    old = served.tile("far", *INSIDE)
    assert old.picture == first.picture and time.time() - 60 < old.stale_since_s <= time.time()
    assert "应答 503" in served.told("far")["problem"]
    host.behave = lambda path: (200, "image/png", png(BLUE))
    new = served.tile("far", *INSIDE)
    assert colours_of(new.picture.body) == {(*BLUE, 255)} and new.stale_since_s is None


def test_a_host_that_is_not_there_is_named(served):
    served.far("far", "http://127.0.0.1:9/{z}/{x}/{y}")
    assert "连不上主机 127.0.0.1" in fails(served)


def test_the_token_comes_from_the_environment_and_is_never_told(served, host, caplog):
    caplog.set_level(logging.DEBUG)
    served.environ["TDT"] = TOKEN
    served.far("far", template(host, "/{z}/{x}/{y}?tk={token}"), 'token_env = "TDT"')
    assert served.tile("far", *INSIDE).picture
    assert host.asked[0].endswith(f"?tk={TOKEN}")
    host.behave = lambda path: (403, "text/html", TOKEN.encode())
    assert TOKEN not in fails(served, place=tile_at(11))
    assert TOKEN not in str(served.told("far")) + caplog.text


@pytest.mark.parametrize(("value", "words"), [(None, "没有设置环境变量 TDT"), ("postgresql://a:b@c/d", "不像令牌")])
def test_a_token_that_is_not_there_or_is_none_is_told_without_its_value(served, value, words):
    if value:
        served.environ["TDT"] = value
    served.far("far", "http://127.0.0.1:9/{z}/{x}/{y}?tk={token}", 'token_env = "TDT"')
    told = served.told("far")
    assert words in told["problem"] and not told["usable"]
    assert "postgresql" not in str(told)


def test_a_token_written_into_the_address_is_warned_of(served):
    served.far("far", "https://t0.example.cn/{z}/{x}/{y}?tk=0123456789abcdef")
    assert any("令牌" in note for note in served.told("far")["notes"])
    assert "0123456789abcdef" not in str(served.told("far"))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (['url = "https://a.cn/{z}/{x}/{y}"'], "datum"),
        (['url = "https://a.cn/{z}/{x}/{y}"', 'datum = "gcj02"'], "GCJ-02"),
        (['url = "https://webrd01.is.autonavi.com/{z}/{x}/{y}"', 'datum = "wgs84"'], "偏移坐标"),
        (['url = "https://a.cn/{z}/{x}"', 'datum = "wgs84"'], "{y}"),
        (['url = "https://a.cn/{z}/{x}/{y}/{host}"', 'datum = "wgs84"'], "'{host}' 不认识"),
        (['url = "https://t{s}.a.cn/{z}/{x}/{y}"', 'datum = "wgs84"'], "subdomains"),
        (['url = "https://a.cn/{z}/{x}/{y}?tk={token}"', 'datum = "wgs84"'], "token_env"),
        (['url = "https://u:p@a.cn/{z}/{x}/{y}"', 'datum = "wgs84"'], "用户名"),
        (['url = "file:///etc/{z}/{x}/{y}"', 'datum = "wgs84"'], "url"),
        (['url = "https://a.cn/{z}/{x}/{y}"', 'file = "x.tif"'], "恰好写一项"),
        (["year = 2023"], "恰好写一项"),
        (['file = "../../etc/passwd.tif"'], "base 文件夹里"),
        (['file = "/etc/passwd.tif"'], "base 文件夹里"),
        (['file = "none.tif"'], "没有文件"),
        (['file = "x.shp"'], ".mbtiles"),
        (['url = "https://a.cn/{z}/{x}/{y}"', 'year = "二〇二三"'], "year 不对:应为整数"),
        (['url = "https://a.cn/{z}/{x}/{y}"', 'approvel = "x"'], "approvel"),
        (['url = "https://a.cn/{z}/{x}/{y}"', 'datum = "wgs84"', "min_zoom = 9", "max_zoom = 8"], "min_zoom 9"),
        (['url = "https://a.cn/{z}/{x}/{y}"', 'datum = "wgs84"', "bounds = [115, 30, 114, 31]"], "bounds"),
        (['capabilities = "https://a.cn/wmts"', 'datum = "wgs84"'], "layer"),
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_told_and_not_drawn(served, lines, words):
    served.write("far.toml", "\n".join(['title = "x"', *lines]))
    told = served.told("far")
    assert words in told["problem"] and told["problem"].endswith("。") and not told["usable"]


def test_who_may_look_cannot_make_the_server_fetch_the_world(served, host):
    served.far("far", template(host))
    assert served.tile("far", *tile_at(12, (2.35, 48.85))).picture is None
    assert host.asked == []


def test_several_addresses_are_laid_over_one_another(served, host):
    served.write(
        "far.toml",
        f'title = "影像与注记"\nurl = ["{host.url}/img/{{z}}/{{x}}/{{y}}", "{host.url}/cia/{{z}}/{{x}}/{{y}}"]\n'
        'datum = "cgcs2000"',
    )
    half = png((255, 255, 255, 128))
    host.behave = lambda path: (200, "image/png", half if path.startswith("/cia") else png((0, 0, 0)))
    assert close_to(pixel(served.tile("far", *INSIDE).picture.body), (128, 128, 128), within=3)


def test_subdomains_take_turns_and_rows_may_be_counted_from_the_south(served, host):
    served.far("far", template(host, "/{s}/{z}/{x}/{-y}"), 'subdomains = ["t0", "t1"]')
    for place in (tile_at(12), tile_at(13)):
        served.tile("far", *place)
    z, x, y = INSIDE
    assert {path.split("/")[1] for path in host.asked} == {"t0", "t1"}
    assert host.asked[0].endswith(f"/{z}/{x}/{2**z - 1 - y}")


def test_a_grid_in_degrees_is_drawn_anew_where_it_lies(served, host):
    host.behave = geographic_tile
    query = "?SERVICE=WMTS&REQUEST=GetTile&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    served.far("far", template(host, "/img_c/wmts" + query), 'grid = "geographic"')
    for z in (10, 12, 15):
        place = tile_at(z)
        body = served.tile("far", *place).picture.body
        for column, row in ((0, 0), (5, 250), (128, 128), (255, 255)):
            assert close_to(pixel(body, column, row)[:2], ground_colour(*place_of(*place, column, row)), within=5), z
    assert len(host.asked) <= 6


def test_the_cache_is_bounded_and_what_was_asked_for_longest_ago_makes_room(served, host):
    import numpy as np
    from PIL import Image

    noise = np.random.default_rng(1).integers(0, 255, (256, 256, 3), np.uint8)
    import io

    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    host.behave = lambda path: (200, "image/png", out.getvalue())
    served.far("far", template(host), "cache_mb = 1")
    places = [tile_at(z) for z in range(5, 17)]
    for place in places:
        served.tile("far", *place)
    kept = served.service.bases.find("far").kept
    assert kept.weighed()[1] <= 2**20
    assert kept.find(*places[-1]) and not kept.find(*places[0])


def test_another_address_throws_away_what_was_kept_and_another_title_does_not(served, host):
    served.far("far", template(host))
    served.tile("far", *INSIDE)
    served.far("far", template(host), 'approval = "GS(2024)1号"')
    served.tile("far", *INSIDE)
    assert len(host.asked) == 1
    served.far("far", template(host, "/other/{z}/{x}/{y}"))
    served.tile("far", *INSIDE)
    assert len(host.asked) == 2
