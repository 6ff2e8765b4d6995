"""Pages of other sites: those that the deployment names read with a token, no others; and no cache mixes them up."""

import contextlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Error as PlaywrightError

from api.access import tokens
from api.settings import read_settings
from layers.errors import NotPossible
from tests.api.conftest import desk_over, fill
from tests.conftest import serving
from tests.databases import copy_of

OURS, THEIRS = "https://plan.example.cn", "https://else.example.cn"
TILE = "/tiles/grid/14/13403/6730"
READ = ("/layers", "/layers/grid/style.json", "/tiles/grid.json", TILE, "/ogc/collections/grid/items?limit=1")
ALLOWED = "access-control-allow-origin"


@pytest.fixture(scope="module")
def shared(cluster, city_template):
    """A desk whose deployment names another site."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine, HUASHAN_ORIGINS=OURS) as desk:
            yield desk


@pytest.mark.parametrize("path", READ)
def test_a_site_that_is_named_may_read_and_the_answer_is_told_apart(shared, path):
    ours, theirs, none = (
        shared.client.get(path, headers={"Origin": origin} if origin else {}) for origin in (OURS, THEIRS, None)
    )
    assert ours.status_code == theirs.status_code == none.status_code == 200
    assert ours.headers[ALLOWED] == OURS and "access-control-allow-credentials" not in ours.headers
    assert ALLOWED not in theirs.headers and ALLOWED not in none.headers
    for answer in (ours, theirs, none):
        assert "origin" in answer.headers["vary"].lower()


def test_a_tile_in_memory_is_told_apart_too(shared):
    for _ in range(2):
        assert ALLOWED not in shared.client.get(TILE).headers
        kept = shared.client.get(TILE, headers={"Origin": OURS})
        assert kept.headers[ALLOWED] == OURS
    same = shared.client.get(TILE, headers={"Origin": OURS, "If-None-Match": kept.headers["etag"]})
    assert same.status_code == 304 and same.headers[ALLOWED] == OURS
    assert "Origin" in shared.client.get(TILE, headers={"If-None-Match": kept.headers["etag"]}).headers["vary"]


def asked(method: str, origin: str = OURS, headers: str = "authorization") -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }


def test_a_browser_that_asks_first_is_told_what_may_be_sent(shared):
    answer = shared.client.options(TILE, headers=asked("GET"))
    assert answer.status_code == 200 and answer.headers[ALLOWED] == OURS
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()
    for refused in (asked("GET", THEIRS), asked("DELETE"), asked("GET", headers="x-own")):
        assert shared.client.options(TILE, headers=refused).status_code == 400


def test_a_refusal_can_be_read_too(shared):
    answer = shared.client.get("/layers", headers={"Origin": OURS, "Authorization": "Bearer nobody"})
    assert answer.status_code == 401 and answer.headers[ALLOWED] == OURS


def test_where_no_site_is_named_nothing_is_shared(desk):
    for path in READ:
        answer = desk.client.get(path, headers={"Origin": OURS})
        assert ALLOWED not in answer.headers and "origin" not in answer.headers["vary"].lower()
    assert desk.client.options(TILE, headers=asked("GET")).status_code == 405


def test_the_servers_own_protocol_answers_alike(cluster, city_template):
    import httpx2

    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with serving(engine, HUASHAN_ORIGINS=OURS) as url, httpx2.Client(base_url=url) as client:
            for _ in range(3):
                plain, ours = client.get(TILE), client.get(TILE, headers={"Origin": OURS})
                assert plain.status_code == ours.status_code == 200 and plain.content == ours.content
                assert ALLOWED not in plain.headers and ours.headers[ALLOWED] == OURS
                assert "origin" in plain.headers["vary"].lower() and "origin" in ours.headers["vary"].lower()
            assert client.options(TILE, headers=asked("GET")).headers[ALLOWED] == OURS


READING = """async ([base, token]) => {
    const headers = {Authorization: `Bearer ${token}`};
    const told = await (await fetch(`${base}/tiles/grid.json`, {headers})).json();
    const tile = await fetch(`${base}/tiles/grid/14/13403/6730`, {headers});
    return [told.tiles.length, tile.status, tile.headers.get("etag"), (await tile.arrayBuffer()).byteLength];
}"""


class OwnPage(BaseHTTPRequestHandler):
    """A site with one page and nothing on it. Not made up in the browser, which takes such a page for one from afar."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html>")

    def log_message(self, *told):
        """Nobody reads it."""


@contextlib.contextmanager
def site():
    """The address of a site of someone's own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), OwnPage) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.browser
def test_a_browser_lets_pages_of_that_site_alone_read(cluster, city_template, page):
    with contextlib.ExitStack() as stack:
        named, other = (stack.enter_context(site()) for _ in range(2))
        engine = stack.enter_context(copy_of(cluster, city_template))
        fill(engine)
        with engine.begin() as connection:
            token = tokens.new(connection, "张三", "规划员", ("analyst",), 1)
        url = stack.enter_context(serving(engine, HUASHAN_ORIGINS=named))
        page.goto(named)
        for _ in range(2):
            tiles, status, etag, size = page.evaluate(READING, [url, token])
            assert tiles == 1 and status == 200 and etag and size > 100
        page.goto(other)
        with pytest.raises(PlaywrightError, match="Failed to fetch"):
            page.evaluate(READING, [url, token])


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("", ()),
        (" HTTPS://Plan.example.cn/ , http://10.1.2.3:8080", ("http://10.1.2.3:8080", OURS)),
        (f"{OURS}:443,{OURS}", (OURS,)),
        ("http://[fd00::1]:81", ("http://[fd00::1]:81",)),
    ],
)
def test_origins_are_read_as_browsers_name_them(told, read):
    assert read_settings({"HUASHAN_DATABASE_URL": "postgresql:///city", "HUASHAN_ORIGINS": told}).origins == read


@pytest.mark.parametrize(
    "told", ["*", "null", "plan.example.cn", f"{OURS}/map", "ftp://a.cn", "http://a@b.cn", "http://a:x"]
)
def test_what_is_no_origin_is_refused_with_the_remedy(told):
    with pytest.raises(NotPossible, match=r"HUASHAN_ORIGINS.*https://plan\.example\.cn"):
        read_settings({"HUASHAN_DATABASE_URL": "postgresql:///city", "HUASHAN_ORIGINS": told})
