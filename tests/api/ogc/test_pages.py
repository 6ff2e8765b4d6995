"""The pages: every document is one, whole without scripts, safe with any text, and leads to where it says."""

from functools import cache
from html.parser import HTMLParser

import pytest

from api.answers.headers import CSP
from api.ogc.words import _texts
from tests.api.ogc.conftest import HOSTILE, ROOT

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


class Addresses(HTMLParser):
    """Collects where a page leads and what it loads, and whatever is inline."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self._open = ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._open = tag if tag in ("script", "style") and "src" not in given else ""
        self.addresses += [given[name] for name in ("src", "href", "data-features") if given.get(name)]
        self.inline += [name for name in given if name == "style" or name.startswith("on")]

    def handle_data(self, data):
        if self._open and data.strip():
            self.inline.append(data)


PATHS = (
    "", "/conformance", "/api", "/collections", "/collections/road", "/collections/road/schema",
    "/collections/road/queryables", "/collections/road/items", "/collections/site/items", "/tiles",
    "/tiles/WebMercatorQuad", "/collections/road/tiles", "/collections/road/tiles/WebMercatorQuad",
    "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad", "/collections/last_seen",
)  # fmt: skip


@cache
def pages(walk, lang):
    number = walk.json(walk.items("road"))["features"][0]["id"]
    paths = (*PATHS, f"/collections/road/items/{number}")
    return [(path, walk.get(f"{ROOT}{path}", accept="text/html", lang=lang)) for path in paths]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_document_is_a_page_that_holds_nothing_inline(walk, lang):
    for path, answer in pages(walk, lang):
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8"), path
        assert answer.headers["Content-Security-Policy"] == CSP
        page = Addresses()
        page.feed(answer.text)
        assert page.inline == [], path
        for address in page.addresses:
            assert address.startswith(("/", "#")), address


def test_whatever_a_page_leads_to_is_there(walk):
    addresses = set()
    for _, answer in pages(walk, "zh"):
        page = Addresses()
        page.feed(answer.text)
        addresses |= {one for one in page.addresses if not one.startswith(("#", "/assets/"))}
    assert len(addresses) > 60
    assert [one for one in addresses if walk.desk.status(f"http://127.0.0.1:8000{one}") != 200] == []


def test_text_of_the_city_is_text(walk):
    for path in ("/collections/road/items", "/collections/road/items/1"):
        page = walk.get(f"{ROOT}{path}", accept="text/html").text
        assert HOSTILE not in page
        assert "&lt;b&gt;道路&lt;/b&gt;" in page


def test_a_page_says_in_words_what_programs_get_in_codes(walk):
    page = walk.get(f"{ROOT}/collections/grid/items", accept="text/html", limit=2).text
    assert "街道" in page and "层级" in page and "样例" in page
    assert 'rel="next"' in page and "本页 2 个,共 4 个" in page
    number = walk.json(walk.items("grid"))["features"][0]["id"]
    item = walk.get(f"{ROOT}/collections/grid/items/{number}", accept="text/html").text
    assert "花山街道" in item and "历次版本" in item


def test_the_next_page_goes_on_where_this_one_ends(walk):
    page = Addresses()
    page.feed(walk.get(f"{ROOT}/collections/grid/items", accept="text/html", limit=3, lang="en").text)
    (following,) = {one for one in page.addresses if "after=" in one and "f=html" in one}
    last = walk.get(f"http://127.0.0.1:8000{following}").text
    assert "示例社区3" in last and "示例社区2" not in last and 'lang="en"' in last


def test_both_languages_have_every_text():
    assert set(_texts("zh")) == set(_texts("en"))


def test_a_page_says_under_which_conditions_it_stands(walk):
    page = walk.get(
        f"{ROOT}/collections/grid/items", accept="text/html", datetime="2025-01-01", filter="level < 'x'"
    ).text
    assert "datetime = 2025-01-01" in page and "level &lt; &#39;x&#39;" in page
    assert "没有符合条件的要素" in page


def test_the_map_and_the_files_of_a_page_hold_what_it_holds(walk):
    page = Addresses()
    page.feed(walk.get(f"{ROOT}/collections/grid/items", accept="text/html", limit=3, crs=f"{EPSG}4547").text)
    same = [one for one in page.addresses if "f=json" in one and "limit=3" in one]
    drawn = next(one for one in same if "crs=" not in one)
    features = walk.json(f"http://127.0.0.1:8000{drawn}")["features"]
    assert len(features) == 3 and 114 < features[0]["geometry"]["coordinates"][0][0][0][0] < 115
    assert any("f=csv" in one and "limit=3" in one for one in page.addresses)
    assert any("f=csv" in one and "limit" not in one for one in page.addresses)
