"""The maps of the pages, in a browser: they draw the very features that the page tells of, and complain of nothing."""

import pytest

from tests.conftest import serving


@pytest.fixture(scope="module")
def address(ogc_desk):
    with serving(ogc_desk.engine) as address:
        yield address


def opened(page, address: str) -> list[str]:
    """The page with its map drawn or given up; answers what the browser complained of."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.wait_for_selector("#map[data-state]", timeout=20_000)
    return complaints


@pytest.mark.browser
@pytest.mark.parametrize(
    "path",
    ["/collections/road/items?f=html&limit=1", "/collections/grid?f=html&lang=en"],
)
def test_the_map_of_a_page_is_drawn(page, address, path):
    assert opened(page, f"{address}/ogc{path}") == []
    assert page.locator("#map").get_attribute("data-state") == "drawn"


@pytest.mark.browser
def test_where_the_map_cannot_be_drawn_the_page_says_so_and_the_text_stands(page, address):
    page.route("**/assets/**", lambda route: route.abort())
    opened(page, f"{address}/ogc/collections/grid/items?f=html")
    assert "地图没有画出" in page.locator("#map").inner_text()
    assert "花山街道" in page.locator("main").inner_text()
