"""`huashan seed` says what it does, asks before mixing, and can say so only."""

import pytest
from typer.testing import CliRunner

from api.cli.app import app
from layers.errors import Conflict


@pytest.fixture
def run(monkeypatch):
    def made(engine, *arguments, answer=None):
        url = engine.url.render_as_string(hide_password=False)
        monkeypatch.setenv("HUASHAN_DATABASE_URL", url)
        monkeypatch.delenv("HUASHAN_OWNER_URL", raising=False)
        return CliRunner().invoke(app, ["seed", *arguments], input=answer)

    return made


def test_a_dry_run_changes_nothing(run, own_sample):
    told = run(own_sample, "--remove", "--dry-run")
    assert "将移除" in told.output and "road 34" in told.output
    again = run(own_sample)
    assert "示例已经装入" in again.output


def test_removing_says_what_went(run, own_sample):
    refused = run(own_sample, "--remove", answer="n\n")
    assert refused.exit_code == 1 and "road 34" in refused.output and "示例已经装入" in run(own_sample).output
    told = run(own_sample, "--remove", "--yes")
    assert told.exit_code == 0
    assert "road 34" in told.output and "没有数据" in told.output
    assert "没有示例数据" in run(own_sample, "--remove").output


def test_mixing_with_real_data_is_asked_first(run, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.road (code, geom) "
            "VALUES ('REAL-1', ST_GeomFromText('LINESTRING(114.50 30.55, 114.51 30.55)', 4490))"
        )
    for answer in ("n\n", ""):
        told = run(engine, answer=answer)
        assert "混合" in told.output
        assert isinstance(told.exception, Conflict) and "没有得到确认" in str(told.exception)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM city.road").scalar() == 1
