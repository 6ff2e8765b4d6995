"""The copy made before a migration."""

import os
import subprocess
import time

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from api.cluster import dump as dumping
from api.cluster.dump import dump, forget
from layers.errors import NotPossible


@pytest.fixture
def url(empty_database):
    with create_engine(empty_database.url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE kept AS SELECT 'one row' AS text; CREATE TABLE fix AS SELECT 'secret' AS text"
        )
    return empty_database.url


def test_it_holds_rows_except_those_left_out_and_is_private(url, tmp_path):
    file = dump(url, tmp_path / "dumps", ["public.fix*"])
    text = subprocess.run(["pg_restore", "--file=-", file], capture_output=True, text=True, check=True).stdout
    assert "one row" in text and "secret" not in text and "CREATE TABLE public.fix" in text
    assert file.stat().st_mode & 0o077 == 0


def test_the_newest_three_stay_and_none_too_old(tmp_path):
    names = [f"huashan-20260101-00000{n}-000000.dump" for n in range(5)]
    for name in names:
        (tmp_path / name).touch()
    (tmp_path / "letter.txt").touch()
    old = time.time() - 40 * 86400
    os.utime(tmp_path / names[3], (old, old))
    forget(tmp_path, keep=3, keep_days=30)
    assert sorted(f.name for f in tmp_path.iterdir()) == [names[2], names[4], "letter.txt"]


def test_an_older_pg_dump_stops_it_and_says_so(url, tmp_path, monkeypatch):
    monkeypatch.setattr(dumping, "_server_version", lambda url: 99)
    with pytest.raises(NotPossible, match=r"PostgreSQL 99.*postgresql-client-99"):
        dump(url, tmp_path)
    assert not list(tmp_path.glob("*.dump"))


def test_a_failed_dump_leaves_nothing(url, tmp_path, monkeypatch):
    monkeypatch.setattr(dumping, "_environment", lambda url: {"PGHOST": "/nowhere", "PATH": os.environ["PATH"]})
    with pytest.raises(NotPossible, match="没有成功"):
        dump(url, tmp_path)
    assert not list(tmp_path.iterdir())
