"""Screens that are told what happens, by a real server over a city of its own."""

import contextlib
import http.client
import json
import threading
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import uvicorn
from sqlalchemy import Engine

from api.access import tokens
from api.app import create_app
from api.live.server import LiveServer
from api.tiles.protocol import tile_protocol
from tests.api.conftest import app_settings, fill, until
from tests.databases import copy_of

WITHIN_S = 10.0


class Said(NamedTuple):
    """One event as it came."""

    name: str
    data: Any
    id: str


class Screen:
    """One stream, read by a thread of its own until it ends or `close` is called."""

    def __init__(self, url: str, query: str = "", headers: dict[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        self._connection.request("GET", f"/live{query}", headers=headers or {})
        self._socket, self._thread = self._connection.sock, threading.Thread(target=self._read, daemon=True)
        self._answer = self._connection.getresponse()
        self.status, self.headers = self._answer.status, self._answer.headers
        self.events: list[Said] = []
        self.comments: list[str] = []
        self.last_id = ""
        self.over = False
        if self.status == 200:
            self._thread.start()
            self.wait("hello")

    def named(self, *names: str) -> list[Said]:
        return [event for event in self.events if event.name in names]

    def wait(self, name: str, count: int = 1) -> list[Said]:
        """The events of a name, once there are so many."""
        until(lambda: len(self.named(name)) >= count, WITHIN_S)
        return self.named(name)

    def refused(self) -> Any:
        """The problem document that came instead of a stream."""
        return json.loads(self._answer.read())

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(2)
        if self._thread.ident:
            self._thread.join(WITHIN_S)
        for opened in (self._answer, self._connection, self._socket):
            opened.close()

    def _read(self) -> None:
        fields: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
            while line := self._answer.readline():
                text = line.decode().rstrip("\n")
                name, _, value = text.partition(":")
                if text and not name:
                    self.comments.append(value.strip())
                elif text:
                    fields[name] = value.removeprefix(" ")
                elif fields:
                    self.last_id = fields.get("id", self.last_id)
                    if "data" in fields:
                        self.events.append(Said(fields["event"], json.loads(fields["data"]), self.last_id))
                    fields = {}
        self.over = True


@dataclass
class City:
    """A database, the servers over it, and the screens that were opened."""

    engine: Engine
    url: str
    app: Any
    screens: list[Screen]

    def screen(self, query: str = "", token: str | None = None, **headers: str) -> Screen:
        own = {"Authorization": f"Bearer {token}"} if token else {}
        self.screens.append(Screen(self.url, query, own | headers))
        return self.screens[-1]

    def close_screens(self) -> None:
        while self.screens:
            self.screens.pop().close()

    def token(self, *roles: str, person: str = "张三", post: str | None = "网格员") -> str:
        with self.engine.begin() as connection:
            return tokens.new(connection, person, post, roles, None)

    def run(self, statement: str, *values: Any) -> Any:
        """One statement by the owner of the tables, over a connection that no server knows of."""
        with self.engine.begin() as connection:
            found = connection.exec_driver_sql(statement, values)
            return found.scalar() if found.returns_rows else None

    def ask(self, path: str, token: str | None = None, body: Any = None, method: str | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        parts = urlsplit(self.url)
        with contextlib.closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)) as connection:
            headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
            sent = None if body is None else json.dumps(body)
            connection.request(method or ("GET" if body is None else "POST"), path, sent, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or "null")


@contextlib.contextmanager
def running(engine: Engine, port: int = 0, **environment: str):
    """A server over a database, at a port (0: any); its streams are closed before it is."""
    app = create_app(app_settings(engine, **environment))
    config = uvicorn.Config(app, http=tile_protocol(app.state.first), ws="none", port=port, log_level="warning")
    server = LiveServer(config, app.state.live)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started or not thread.is_alive(), 30)
    city = City(engine, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", app, [])
    try:
        until(lambda: app.state.gate.watch.known() is not None, WITHIN_S)
        yield city
    finally:
        server.should_exit = True
        thread.join(timeout=WITHIN_S)
        assert not thread.is_alive(), "the server waits for a stream"
        city.close_screens()


@pytest.fixture(scope="module")
def shared_city(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with running(engine) as city:
            yield city


@pytest.fixture
def city(shared_city):
    """The small city, sample alone, behind a server; a module's tests share it, and each closes its screens."""
    yield shared_city
    shared_city.close_screens()


@pytest.fixture
def own_city(engine):
    """A small city of the test's own."""
    fill(engine)
    with running(engine) as city:
        yield city
