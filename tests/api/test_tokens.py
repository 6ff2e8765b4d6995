"""Tokens: shown once, stored as digests, for a named person and post; issued, listed and revoked by command."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from typer.testing import CliRunner

from api.access import tokens
from api.cli.token import app as command
from api.cluster.cluster import APP
from layers.errors import BadInput, CityError, NotFound


def test_only_the_digest_is_stored(connection):
    token = tokens.new(connection, "张三", "河长", ["dispatcher"], 30)
    stored = connection.exec_driver_sql("SELECT sha256, person, post, roles FROM city.token").one()
    assert stored == (hashlib.sha256(token.encode()).hexdigest(), "张三", "河长", ["dispatcher"])
    assert len(token) > 43


def test_the_list_tells_the_state(connection):
    tokens.new(connection, "甲", None, ["viewer"], None)
    tokens.new(connection, "乙", None, ["viewer"], 1)
    connection.exec_driver_sql("UPDATE city.token SET expires_at = now() WHERE person = '乙'")
    tokens.new(connection, "丙", None, ["viewer", "admin", "viewer"], 1)
    (newest, *_) = tokens.listed(connection)
    assert newest["roles"] == ["viewer", "admin"]
    assert tokens.revoke(connection, newest["token_id"]) == "丙"
    assert [(row["person"], row["state"]) for row in tokens.listed(connection)] == [
        ("丙", "revoked"),
        ("乙", "expired"),
        ("甲", "valid"),
    ]
    with pytest.raises(NotFound, match="list"):
        tokens.revoke(connection, newest["token_id"])


@pytest.mark.parametrize(
    ("person", "roles", "days"),
    [("", ["viewer"], 1), ("x" * 101, ["viewer"], 1), ("张三", [], 1), ("张三", ["king"], 1), ("张三", ["viewer"], 0)],
)
def test_a_token_that_makes_no_sense_is_refused(connection, person, roles, days):
    with pytest.raises(BadInput):
        tokens.new(connection, person, None, roles, days)


def test_the_first_token_is_made_once_however_many_start_together(engine):
    with ThreadPoolExecutor(4) as starters:
        made = list(starters.map(lambda _: tokens.first_token(engine), range(4)))
    assert sum(token is not None for token in made) == 1
    with engine.begin() as connection:
        (only,) = tokens.listed(connection)
        assert only["roles"] == ["admin"]
        tokens.revoke(connection, only["token_id"])
    assert tokens.first_token(engine) is None


@pytest.fixture
def run(engine, monkeypatch):
    monkeypatch.setenv("HUASHAN_DATABASE_URL", engine.url.set(username=APP).render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "160")
    return lambda *arguments: CliRunner().invoke(command, arguments)


def test_the_command_issues_lists_and_revokes(run):
    issued = run("new", "李四", "--post", "湖长", "--role", "dispatcher", "--role", "viewer")
    assert issued.exit_code == 0
    token = issued.stdout.strip()
    assert token.startswith("huashan_")
    table = run("list").stdout
    assert token not in table
    assert all(word in table for word in ("李四", "湖长", "dispatcher、viewer", "有效", "从未"))
    assert "已吊销 李四" in run("revoke", "1").stdout
    assert "已吊销" in run("list").stdout
    assert isinstance(run("revoke", "1").exception, CityError)


def test_a_token_belongs_to_a_post(run):
    assert run("new", "李四").exit_code != 0
    assert "还没有令牌" in run("list").stdout


def test_an_empty_list_says_what_to_do(run):
    assert "huashan token new" in run("list").stdout


def test_a_lone_surrogate_in_a_name_is_a_sentence(run):
    assert isinstance(run("new", "a\udc80", "--post", "湖长").exception, CityError)
