"""Base maps of a WMTS: its document tells the grid, or why nothing can be drawn."""

import re

import pytest

from tests.base_maps import INSIDE, capabilities, close_to, fails, geographic_tile, ground_colour, pixel, place_of


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:EPSG::4490", "urn:ogc:def:crs:EPSG::3857"])
def test_a_wmts_tells_its_grid_and_its_tiles_are_found_by_it(served, host, crs):
    asked = []

    def behave(path):
        if "GetCapabilities" in path:
            return 200, "text/xml", capabilities(host.url, crs=crs)
        asked.append(path)
        return geographic_tile(path.replace("TILEMATRIX=L", "TILEMATRIX="))

    host.behave = behave
    served.write(
        "far.toml",
        f'title = "某市影像"\ncapabilities = "{host.url}/wmts?SERVICE=WMTS&REQUEST=GetCapabilities&tk=x"\n'
        'layer = "img"\ndatum = "cgcs2000"',
    )
    told = served.told("far")
    body = served.tile("far", *INSIDE).picture.body
    assert (told["min_zoom"], told["max_zoom"], told["bounds"]) == (8, 14, [114.0, 30.0, 115.0, 31.0])
    assert all("tk=x" in path and "LAYER=img" in path and "TILEMATRIX=L12" in path for path in asked)
    if "4490" in crs:
        assert close_to(pixel(body)[:2], ground_colour(*place_of(*INSIDE, 128, 128)), within=5)
    else:
        _, x, y = INSIDE
        assert len(asked) == 1 and f"TILEROW={y}&TILECOL={x}" in asked[0]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"<html>", "看不懂"),
        (b'{"msg": "key"}', "看不懂"),
        (capabilities("", layer="vec"), "没有图层 'img':现有 'vec'"),
        (capabilities("", crs="urn:ogc:def:crs:EPSG::4547"), "画不了"),
        (re.sub(rb"(?<=<ScaleDenominator>)[^<]+", b"inf", capabilities("")), "大小不对"),
        (re.sub(rb"(?<=<ScaleDenominator>)[^<]+", b"1e-300", capabilities("")), "大小不对"),
        (re.sub(rb"(?<=<TopLeftCorner>)[^<]+", b"0 nan", capabilities("")), "大小不对"),
    ],
)
def test_a_service_that_cannot_be_drawn_says_why(served, host, document, words):
    host.behave = lambda path: (200, "text/xml", document)
    served.write("far.toml", f'title = "x"\ncapabilities = "{host.url}/wmts"\nlayer = "img"\ndatum = "wgs84"')
    assert words in fails(served) and words in fails(served)
    assert words in served.told("far")["problem"]
    assert len(host.asked) == 1, "nor is it asked again at once"
