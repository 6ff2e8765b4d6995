"""Tiles answered inside the server's own protocol: the same answers as the endpoint gives, in the order asked."""

import contextlib
import socket
import time

import pytest

from api.app import create_app
from api.tiles.endpoint import TilesFirst
from api.tiles.first import First
from api.tiles.protocol import TileProtocol
from tests.api.conftest import app_settings, fill, until
from tests.conftest import served
from tests.databases import copy_of

HERE = "/tiles/grid/14/13403/6730"
EMPTY = "/tiles/grid/14/13000/6730"
FORMS = ({"Accept-Encoding": "gzip, deflate, br"}, {"Accept-Encoding": "gzip"}, {})


class Line:
    """One connection, written and read byte by byte."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.reader = self.socket.makefile("rb")

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *raised) -> None:
        self.reader.close()
        self.socket.close()

    def write(self, path: str, headers: dict[str, str] | None = None, *, method="GET", version="1.1", body=b"") -> None:
        lines = [
            f"{method} {path} HTTP/{version}",
            "Host: city",
            *(f"{name}: {told}" for name, told in (headers or {}).items()),
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    def read(self, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        status = int(self.reader.readline().split()[1])
        lines = iter(lambda: self.reader.readline().decode().rstrip("\r\n"), "")
        headers = {name.lower(): told for name, _, told in (line.partition(": ") for line in lines)}
        length = 0 if method == "HEAD" else int(headers.get("content-length", 0))
        return status, headers, self.reader.read(length)

    def ask(self, path: str, headers: dict[str, str] | None = None, **options) -> tuple[int, dict[str, str], bytes]:
        self.write(path, headers, **options)
        return self.read(options.get("method", "GET"))

    @property
    def closed(self) -> bool:
        return self.reader.read(1) == b""


@pytest.fixture(scope="module")
def place(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        app = create_app(app_settings(engine))
        with served(app) as url:
            until(lambda: app.state.gate.watch.known() is not None)
            warm(url)
            yield app, url


def asked(url: str, path: str, headers: dict[str, str], **options) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own."""
    with Line(url) as line:
        return line.ask(path, headers, **options)


def warm(url: str) -> None:
    """Have the tiles in memory, in every encoding."""
    for path in (HERE, EMPTY):
        for headers in FORMS:
            asked(url, path, headers)
    until(lambda: asked(url, HERE, FORMS[0])[1].get("content-encoding") == "br")


@pytest.fixture
def line(place):
    with Line(place[1]) as line:
        yield line


@pytest.fixture
def tasks_only(monkeypatch):
    """Fails where the endpoint is asked at all."""

    def refuse(self, scope, receive, send):
        raise AssertionError("left to the application")

    monkeypatch.setattr(TilesFirst, "__call__", refuse)


@pytest.mark.parametrize("path", [HERE, EMPTY])
@pytest.mark.parametrize("headers", FORMS)
def test_the_protocol_and_the_endpoint_answer_alike(place, path, headers, monkeypatch):
    def both(path):
        first = asked(place[1], path, headers)
        again = asked(place[1], path, {**headers, "If-None-Match": first[1]["etag"]})
        return [(status, told | {"date": ""}, body) for status, told, body in (first, again)]

    quick = both(path)
    monkeypatch.setattr(TileProtocol, "_answer", lambda self: False)
    assert quick == both(path)
    assert [status for status, _, _ in quick] == [204 if path == EMPTY else 200, 304]


@pytest.mark.parametrize(
    "query", ["?name=", "?filter=", "?datetime=", "?known_at=", "?nothing=", "?name=&name=", "?&", "?"]
)
def test_a_parameter_without_a_value_is_asked_of_memory_as_of_the_database(place, query, monkeypatch):
    quick = asked(place[1], HERE + query, {})
    monkeypatch.setattr(TileProtocol, "_answer", lambda self: False)
    monkeypatch.setattr(First, "answer", lambda *_: None)
    slow = asked(place[1], HERE + query, {})
    assert quick[0] == slow[0] == (204 if query == "?name=" else 200 if query in ("?&", "?") else 400)


def test_a_tile_in_memory_never_reaches_the_application(line, tasks_only):
    status, headers, body = line.ask(HERE, FORMS[1])
    assert (status, headers["content-encoding"], len(body)) == (200, "gzip", int(headers["content-length"]))
    assert {"date", "etag", "vary", "cache-control", "content-security-policy"} <= headers.keys()


def test_many_requests_in_one_packet_are_answered_in_their_order(line):
    paths = [HERE, "/health", HERE, EMPTY, "/tiles/nothing/0/0/0", HERE]
    line.socket.sendall(b"".join(f"GET {path} HTTP/1.1\r\nHost: city\r\n\r\n".encode() for path in paths))
    assert [line.read()[0] for _ in paths] == [200, 200, 200, 204, 404, 200]


def test_a_body_that_nobody_asked_for_is_read_past(line):
    assert line.ask(HERE, {"Content-Length": "5"}, body=b"hello")[0] == 200
    assert line.ask(HERE)[0] == 200


def test_a_request_that_comes_in_pieces_is_answered_when_it_is_whole(line):
    for piece in (
        b"GET /til",
        b"es/grid/14/13403/6730 HTTP/1.1\r\nHo",
        b"st: city\r\nAccept-Enc",
        b"oding: gzip\r\n\r",
    ):
        line.socket.sendall(piece)
        time.sleep(0.01)
    line.socket.sendall(b"\n")
    assert line.read()[1]["content-encoding"] == "gzip"


def test_the_head_of_a_tile_has_no_body(line):
    status, headers, body = line.ask(HERE, FORMS[1], method="HEAD")
    assert (status, body) == (200, b"")
    assert headers["etag"] == line.ask(HERE, FORMS[1])[1]["etag"]


@pytest.mark.parametrize(("version", "headers"), [("1.0", {}), ("1.1", {"Connection": "close"})])
def test_a_connection_that_is_not_to_stay_is_closed(line, version, headers):
    assert line.ask(HERE, headers, version=version)[0] == 200
    assert line.closed


def test_a_wish_for_another_protocol_goes_the_usual_way(line, caplog):
    wish = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    for _ in range(2):
        assert [line.ask(HERE, headers)[0] for headers in (wish, {})] == [200, 200]
    assert not caplog.records


def test_of_two_readers_in_one_request_memory_knows_none(place, line):
    """Which of them asks is not for two places to decide, each in its own way."""
    line.socket.sendall(
        f"GET {HERE} HTTP/1.1\r\nHost: city\r\nAuthorization: Bearer no\r\nAuthorization: Bearer none\r\n\r\n".encode()
    )
    slow, first = line.read(), place[0].state.first
    assert slow[0] == 401
    for name in (b"authorization", b"cookie"):
        assert first.answer(HERE.encode(), b"", [(name, b"a=1"), (name, b"a=1")]) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_no_other_method_is_taken_for_a_get(line, method):
    assert line.ask(HERE, method=method)[0] == 405


def test_a_connection_stays_while_it_is_used_and_is_closed_when_it_is_not(place, monkeypatch):
    begin = TileProtocol.__init__

    def hasty(self, *arguments, **options):
        begin(self, *arguments, **options)
        self.timeout_keep_alive = 0.6

    monkeypatch.setattr(TileProtocol, "__init__", hasty)
    with Line(place[1]) as line:
        for path in (HERE, HERE, "/health", HERE, HERE, "/health"):
            assert line.ask(path)[0] == 200
            time.sleep(0.25)
        assert line.closed


def test_one_who_does_not_read_keeps_nobody_waiting_and_gets_all_in_the_end(place):
    request, most = f"GET {HERE} HTTP/1.1\r\nHost: city\r\nPad: {'x' * 4000}\r\n\r\n".encode(), 10_000
    with Line(place[1]) as line:
        line.socket.settimeout(0.5)
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < most:
                line.socket.sendall(request)
                sent += 1
        # The server stopped reading: it does not write into memory what nobody takes.
        assert 0 < sent < most
        assert asked(place[1], HERE, {})[0] == 200
        line.socket.settimeout(10)
        assert {line.read()[0] for _ in range(sent)} == {200}
