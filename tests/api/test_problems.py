"""Every error is answered by one table, in one sentence; nothing internal leaves the house."""

import json
import logging
import re
from typing import Annotated

import pytest
from fastapi import Query
from sqlalchemy import text

from api.access.rights import PUBLIC
from api.answers import problems
from api.database import Operator
from layers import errors
from layers.errors import BadInput, CityError, Conflict, NotReady, TooLarge
from tests.api.conftest import app_settings, until
from tests.conftest import app_client
from tests.databases import copy_of

FIELDS = {"type", "title", "status", "detail", "instance"}


def subclasses(kind):
    return {kind} | {found for each in kind.__subclasses__() for found in subclasses(each)}


def test_every_error_of_ours_has_its_answer():
    ours = {kind for kind in subclasses(CityError) if kind.__module__ in ("layers.errors", "api.answers.problems")}
    assert {each.__name__ for each in ours} >= set(errors.__all__)
    assert {each for each in ours if problems.kind_of(each.__new__(each)).status == 500} == {CityError}


def test_the_table_names_each_kind_once():
    assert len({kind.id for kind in problems.KINDS.values()}) == len(problems.KINDS)


@pytest.fixture(scope="module")
def broken(cluster, city_template):
    """An app with routes that go wrong in every way, over an empty city."""
    with copy_of(cluster, city_template) as engine, app_client(app_settings(engine)) as client:
        app, database = client.app, client.app.state.gate.database

        def run(statement: Annotated[str, Query()], write: bool = True) -> None:
            with database.transaction(Operator("test"), write=write) as connection:
                connection.execute(text(statement))

        def raises() -> None:
            raise RuntimeError("the password is 1234")

        def refuses() -> None:
            raise TooLarge("太大。")

        for function in (run, raises, refuses):
            app.get(f"/{function.__name__}", dependencies=[PUBLIC])(function)
            app.router.routes.insert(0, app.router.routes.pop())
        until(lambda: app.state.gate.watch.known() is not None)
        yield client


GRID = "INSERT INTO city.grid (code, level, geom) VALUES ({code}, 'street', {geom})"
HERE = "ST_Multi(ST_MakeEnvelope(114.4, 30.5, 114.5, 30.6, 4490))"


@pytest.mark.parametrize(
    ("statement", "status", "told"),
    [
        (GRID.format(code="'x'", geom=HERE), 400, "grid_code_form"),
        (GRID.format(code="NULL", geom=HERE), 400, "code"),
        (GRID.format(code="'420111080'", geom="ST_Multi(ST_MakeEnvelope(1, 1, 2, 2, 4490))"), 400, "范围"),
        ("INSERT INTO city.site (code, kind, geom) SELECT 'S', 'outfall', ST_SetSRID(ST_Point(114.5, 30.5), 4490) "
         "FROM generate_series(1, 2)", 409, "重叠"),
        ("INSERT INTO city.token (sha256, person, roles) SELECT repeat('a', 64), 'x', '{viewer}' "
         "FROM generate_series(1, 2)", 409, "相同"),
        ("INSERT INTO city.session (sha256, token_id, expires_at) VALUES (repeat('a', 64), 7, now())", 400, "引用"),
        ("SELECT 1 / 0", 400, "范围"),
        ("SELECT 99999999999 :: int", 400, "范围"),
        ("SET LOCAL statement_timeout = 20; SELECT pg_sleep(2)", 503, "时间上限"),
        ("SELECT * FROM city.nothing", 503, "huashan migrate"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", 503, "连不上"),
        ("DO $$ BEGIN RAISE EXCEPTION '网格有误:请改正。'; END $$", 400, "网格有误:请改正。"),
    ],
)  # fmt: skip
def test_an_error_of_the_database_is_told_by_its_rule(broken, statement, status, told):
    answer = broken.get("/run", params={"statement": statement})
    assert (answer.status_code, told in answer.json()["detail"]) == (status, True), answer.text
    assert "INSERT" not in answer.text
    assert "psycopg2" not in answer.text


def test_a_reading_transaction_cannot_write(broken, caplog):
    answer = broken.get("/run", params={"statement": "DELETE FROM city.site", "write": "0"})
    assert answer.status_code == 500
    assert "ReadOnlySqlTransaction" in caplog.text


def test_what_nobody_foresaw_is_logged_in_full_and_told_as_a_number(broken, caplog):
    with caplog.at_level(logging.ERROR):
        answer = broken.get("/raises")
    assert answer.status_code == 500
    said = answer.json()
    assert set(said) == FIELDS
    assert "1234" not in answer.text
    assert said["instance"].removeprefix("urn:uuid:") in caplog.text
    assert "the password is 1234" in caplog.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_error_of_ours_is_answered_in_its_own_words(broken):
    answer = broken.get("/refuses")
    assert (answer.status_code, answer.json()["detail"], answer.json()["title"]) == (413, "太大。", "超出上限")


def test_when_all_connections_are_taken_the_caller_is_asked_to_wait(broken, monkeypatch):
    engine = broken.app.state.gate.database.engine
    monkeypatch.setattr(engine.pool, "_timeout", 0.05)
    taken = [engine.connect() for _ in range(engine.pool.size() + engine.pool._max_overflow)]
    try:
        answer = broken.get("/run", params={"statement": "SELECT 1"})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
    finally:
        for connection in taken:
            connection.close()


def test_text_that_cannot_be_stored_is_the_callers_fault(broken):
    database = broken.app.state.gate.database
    for value in ("a\x00b", "\ud800"):
        with pytest.raises(BadInput), database.transaction(Operator("test")) as connection:
            connection.exec_driver_sql("SELECT %s", (value,))


def test_the_command_line_hears_the_same_sentences(broken):
    database = broken.app.state.gate.database
    with pytest.raises(Conflict), problems.told(), database.transaction(Operator("test"), write=True) as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.token (sha256, person, roles) SELECT repeat('a', 64), 'x', '{viewer}'"
            " FROM generate_series(1, 2)"
        )
    with pytest.raises(NotReady), problems.told(), database.transaction(Operator("test")) as connection:
        connection.exec_driver_sql("SELECT * FROM city.nothing")
    with pytest.raises(ZeroDivisionError), problems.told():
        1 / 0  # noqa: B018


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/layers", 405), ("PATCH", "/session", 405), ("GET", "/layers/", 404)],
)
def test_what_the_framework_refuses_is_a_problem_document_too(desk, method, path, status):
    answer = desk.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == FIELDS
    assert answer.json()["status"] == status


def test_405_names_every_method_of_the_address(desk):
    assert desk.client.put("/session").headers["Allow"] == "DELETE, GET, HEAD, POST"
    assert desk.client.post("/layers").headers["Allow"] == "GET, HEAD"
    assert desk.client.options("/layers").headers["Allow"] == "GET, HEAD"


def test_405_names_the_methods_of_every_address_and_of_none_beside_it(desk):
    routes, sign = desk.client.app.state.routes, desk.person("admin")
    own = {
        route.path: {method for one in routes if one.path == route.path for method in one.methods} for route in routes
    }
    asked = 0
    for template, methods in own.items():
        methods |= {"HEAD"} if "GET" in methods else set()
        path = re.sub(r"\{[^}]*\}", "1", template)
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            if method in methods or template == "/live":  # which never ends
                continue
            answer = desk.client.request(method, path, headers=sign)
            if answer.status_code == 405:
                asked += 1
                assert set(answer.headers["Allow"].split(", ")) == methods, (method, path)
            else:
                # Another address takes it for one of its own: of /patrols/lag the code is "lag" to PATCH.
                assert any(method in of for other, of in own.items() if other != template), (method, path)
    assert asked > 3 * len(own)


class TestBodies:
    """Bodies are bounded before they are read, and understood or refused."""

    JSON = {"Content-Type": "application/json"}  # noqa: RUF012 - read only

    def test_a_body_that_declares_too_much_is_not_read(self, desk):
        answer = desk.client.post("/session", content=b"", headers=self.JSON | {"Content-Length": str(10**12)})
        assert answer.status_code == 413
        assert "4096" in answer.json()["detail"]

    def test_a_body_that_declares_nothing_is_stopped_at_the_limit(self, desk):
        sent = []

        def endless():
            for _ in range(1000):
                sent.append(1)
                yield b"x" * 1024

        answer = desk.client.post("/session", content=endless(), headers=self.JSON)
        assert answer.status_code == 413
        assert answer.json()["title"] == "超出上限"

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"token": 1}', b'{"token": NaN}', b'{"no": 1}', b"[" * 4000],
    )
    def test_a_body_that_means_nothing_is_refused(self, desk, body):
        answer = desk.client.post("/session", content=body, headers=self.JSON)
        assert answer.status_code == 400
        assert json.loads(answer.content)["detail"].endswith("。")

    def test_a_body_of_another_type_is_refused(self, desk):
        answer = desk.client.post("/session", content=b'{"token": "x"}', headers={"Content-Type": "text/plain"})
        assert answer.status_code == 400


def test_an_address_that_is_too_long_is_refused(desk):
    assert desk.client.get("/" + "x" * 3000).status_code == 414
    assert desk.client.get("/layers/grid", params={"code": "x" * 10_000}).status_code == 414
