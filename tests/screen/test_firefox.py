"""The screen in Firefox: another engine reads the same modules, styles and maps."""

import os
from urllib.parse import urlsplit

import pytest

from api.routes.screen import read_pages
from tests.firefox import FIREFOX, XVFB, firefox

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (FIREFOX and XVFB) and not os.environ.get("CI"), reason="no Firefox: apt-get install firefox-esr xvfb"
    ),
]


@pytest.fixture(scope="module")
def fox(tmp_path_factory):
    with firefox(tmp_path_factory.mktemp("fox")) as fox:
        yield fox


def test_the_map_is_drawn_and_a_feature_is_read(fox, server_url):
    fox.open(f"{server_url}/#see=water/1")
    assert fox.until("window.huashan && huashan.ready.then(() => true)")
    assert fox.evaluate("new Set(huashan.map.queryRenderedFeatures().map((one) => one.source)).size") > 5
    assert fox.until("document.querySelector('#details table') && document.querySelector('#details h2').textContent")
    assert fox.complaints == []


@pytest.mark.parametrize("path", [page.path for page in read_pages()])
def test_every_page_opens_without_a_complaint_and_asks_nobody_else(fox, server_url, path):
    fox.asked.clear()
    fox.open(f"{server_url}{path}#lang=en")
    assert fox.until("window.huashan && huashan.ready.then(() => true)")
    assert {urlsplit(url).netloc for url in fox.asked if url.startswith("http")} == {urlsplit(server_url).netloc}
    assert fox.complaints == []
