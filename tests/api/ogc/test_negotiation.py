"""In which form and language answers come: the parameter wins, then the header, then JSON and Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.ogc.negotiate import DOCUMENT, chosen_format, chosen_language
from tests.api.ogc.conftest import ROOT

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
QGIS = "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json"


def request(**headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    return Request({"type": "http", "headers": named})


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("", "json"),
        ("*/*", "json"),
        (BROWSER, "html"),
        (QGIS, "json"),
        ("text/html", "html"),
        ("text/*", "html"),
        ("TEXT/HTML;Q=0.9, application/json;q=0.8", "html"),
        ("text/html;q=0.8, application/json;q=0.9", "json"),
        ("text/html, application/json", "json"),
        ("text/html;q=0, */*", "json"),
        ("application/json;q=0, text/html;q=0.1", "html"),
        ("application/schema+json, text/html;q=0.5", "json"),
        ("image/png", "json"),
        (";;q=,,text/html;q=x", "html"),
    ],
)
def test_the_header_chooses_where_no_parameter_does(accept, format):
    assert chosen_format(request(accept=accept), None, DOCUMENT) == format


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("en,*", "zh"),
        ("fr", "zh"),
        ("en;q=0.5,zh;q=0.4", "en"),
    ],
)
def test_the_language_is_chinese_unless_english_is_liked_better(header, language):
    assert chosen_language(request(accept_language=header), None) == language


@given(header=st.text(max_size=60))
def test_no_header_is_refused(header):
    assert chosen_format(request(accept=header), None, DOCUMENT) in DOCUMENT
    assert chosen_language(request(accept_language=header), None) in ("zh", "en")


def test_the_parameters_win(walk):
    page = walk.get(f"{ROOT}/collections/grid", accept="application/json", f="html", lang="en")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Language"] == "en"
    document = walk.get(f"{ROOT}/collections/grid", accept=BROWSER, f="json")
    assert document.json()["title"] == "网格"
    assert {"Accept", "Accept-Language"} <= {name.strip() for name in document.headers["Vary"].split(",")}


@pytest.mark.parametrize(
    "path",
    ["", "/conformance", "/api", "/collections", "/collections/grid", "/collections/grid/schema", "/tiles",
     "/tileMatrixSets", "/collections/grid/queryables", "/collections/grid/tiles/WebMercatorQuad"],
)  # fmt: skip
def test_what_is_wrong_is_a_problem_document_that_says_how(walk, path):
    for wrong, word in (({"f": "xml"}, "json、html"), ({"lang": "fr"}, "zh"), ({"nonsense": "1"}, "f、lang")):
        answer = walk.get(f"{ROOT}{path}", **wrong)
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert word in answer.json()["detail"]
