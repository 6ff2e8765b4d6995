"""/health says what is wrong when it is."""

import pytest

from api.routes import health
from api.settings import read_settings
from tests.api.conftest import app_settings, desk_over, until
from tests.conftest import app_client


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch):
    monkeypatch.setattr(health, "KEPT_S", 0.0)


def test_a_server_that_is_well_says_so(desk):
    answer = desk.client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_unreachable_database_is_named_and_the_screen_still_comes(tmp_path):
    settings = read_settings(
        {"HUASHAN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "HUASHAN_DATA": str(tmp_path)}
    )
    with app_client(settings) as client:
        answer = client.get("/health")
        assert answer.status_code == 503
        assert "连不上数据库" in answer.json()["checks"]["database"]["detail"]
        assert "127.0.0.1:1" not in answer.text
        assert client.get("/layers").status_code == 503
        assert client.get("/layers").headers["Retry-After"]
        assert client.get("/").status_code == 200


def test_a_pending_migration_is_named(own_desk):
    own_desk.run("DELETE FROM huashan_migration WHERE version_num LIKE 'landuse%%'")
    answer = own_desk.client.get("/health")
    assert answer.status_code == 503
    detail = answer.json()["checks"]["database"]["detail"]
    assert "landuse_0001" in detail
    assert "huashan migrate" in detail


def test_a_database_newer_than_the_code_is_named(own_desk):
    own_desk.run("UPDATE huashan_migration SET version_num = 'landuse_9999' WHERE version_num LIKE 'landuse%%'")
    answer = own_desk.client.get("/health")
    assert answer.status_code == 503
    assert "landuse_9999" in answer.json()["checks"]["database"]["detail"]


def test_a_database_without_tables_is_told_to_migrate(empty_database):
    with desk_over(empty_database, heard=False) as desk:
        assert "huashan migrate" in desk.client.get("/health").json()["checks"]["database"]["detail"]
        assert desk.status("/layers") == 503


def test_lost_notices_are_told(own_desk):
    own_desk.client.app.state.listener.stop()
    until(lambda: own_desk.client.get("/health").status_code == 503)
    assert own_desk.client.get("/health").json()["checks"]["notices"]["ok"] is False
    assert own_desk.status("/layers") == 200


def test_a_full_disk_is_told(desk, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**60)
    answer = desk.client.get("/health")
    assert answer.status_code == 503
    assert "磁盘" in answer.json()["checks"]["disk"]["detail"]


def test_it_is_asked_of_the_database_no_more_than_now_and_then(engine, monkeypatch):
    monkeypatch.setattr(health, "KEPT_S", 60.0)
    with app_client(app_settings(engine)) as client:
        first = client.get("/health").json()
        monkeypatch.setattr(health, "_database", lambda request: pytest.fail("asked again"))
        assert client.get("/health").json() == first
