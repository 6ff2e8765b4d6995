"""The cluster's life: made whole or not at all, closed to others, started, adopted, stopped."""

import os
import signal
import subprocess
import sys
import time

import psycopg2
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from api.cluster import creation, programs
from api.cluster.cluster import APP, DATABASE, OWNER, Cluster
from layers.errors import NotPossible


def ask(cluster, query, role=OWNER, database=DATABASE):
    with create_engine(cluster.url(database, role), poolclass=NullPool).connect() as connection:
        return connection.exec_driver_sql(query).scalar_one()


def test_a_made_cluster_is_stopped_fresh_and_whole(made):
    assert made.exists and made.running() is None
    assert (made.place.folder / creation.FRESH).exists()
    assert not creation.half_made(made.place).data.exists()


def test_it_has_postgis_checksums_utf8_and_listens_on_its_socket_alone(made):
    made.start(tied=True)
    assert ask(made, "SELECT postgis_lib_version()") >= "3.3"
    assert ask(made, "SHOW data_checksums") == "on"
    assert ask(made, "SHOW server_encoding") == "UTF8"
    assert ask(made, "SHOW listen_addresses") == ""
    assert made.place.socket_folder.stat().st_mode & 0o077 == 0
    assert made.place.folder.stat().st_mode & 0o077 == 0


def test_the_application_is_no_superuser_and_creates_nothing(made):
    made.start(tied=True)
    assert (
        ask(made, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user", APP)
        is False
    )
    assert ask(made, "SELECT has_schema_privilege('public', 'CREATE')", APP) is False


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be someone else")
def test_another_user_of_the_machine_does_not_get_in(made):
    made.start(tied=True)
    socket = str(made.place.socket_folder)
    command = [made.programs.path("psql"), "-h", socket, "-U", APP, "-d", DATABASE, "-c", "SELECT 1"]
    done = subprocess.run([*programs.as_user("nobody"), *command], cwd="/", capture_output=True, text=True)
    assert done.returncode and "ermission denied" in done.stderr


def test_stopping_ends_open_sessions_and_keeps_what_was_committed(made):
    made.start(tied=True)
    with create_engine(made.url(DATABASE, OWNER)).begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA kept")
    open_session = psycopg2.connect(made.url(DATABASE, APP).set(drivername="postgresql").render_as_string())
    made.stop()
    assert made.running() is None
    open_session.close()
    made.start(tied=True)
    assert ask(made, "SELECT count(*) FROM pg_namespace WHERE nspname = 'kept'") == 1


def test_stopping_twice_and_starting_twice_is_no_error(made):
    made.start(tied=True)
    pid = made.running()
    made.start(tied=True)
    assert made.running() == pid
    made.stop()
    made.stop()


def test_a_cluster_left_running_is_adopted_and_stopped(made):
    made.start(tied=False)
    other = Cluster(made.place)
    other.start(tied=True)
    assert other.running() == made.running()
    other.stop()
    assert made.running() is None


def test_a_stale_process_number_does_not_hold_it_up(made):
    file = made.place.data / "postmaster.pid"
    file.write_text(f"{os.getpid()}\n{made.place.data}\n0\n5432\n")
    assert made.running() is None
    made.start(tied=True)
    assert ask(made, "SELECT 1") == 1


def test_a_killed_cluster_recovers(made):
    made.start(tied=True)
    os.kill(made.running(), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while made.running() and time.monotonic() < deadline:
        time.sleep(0.05)
    again = Cluster(made.place)
    again.start(tied=True)
    assert ask(again, "SELECT 1") == 1
    again.stop()


def test_it_stops_when_the_process_that_serves_it_is_killed(made):
    code = """if True:
        import os, sys
        from pathlib import Path
        from api.cluster.cluster import Cluster
        from api.cluster.place import ClusterPlace
        Cluster(ClusterPlace(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] or None)).start(tied=True)
        os.kill(os.getpid(), 9)
    """
    place = made.place
    subprocess.run([sys.executable, "-c", code, place.folder, place.socket_folder, place.os_user or ""], check=False)
    deadline = time.monotonic() + 10
    while made.running() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert made.running() is None


def test_what_was_half_made_is_made_anew(place):
    place.folder.mkdir()
    cluster = Cluster(place)
    from api.cluster.place import prepare

    (place.folder / ".huashan-data").write_text("")
    prepare(place)
    half = creation.half_made(place).data
    half.mkdir()
    (half / "PG_VERSION").write_text("15")
    assert not cluster.exists
    cluster.create()
    assert cluster.exists and not half.exists()


def test_a_cluster_that_lost_its_version_is_never_written_over(made):
    (made.place.data / "PG_VERSION").unlink()
    before = sorted(file.name for file in made.place.data.iterdir())
    with pytest.raises(NotPossible, match=r"残缺的数据库"):
        made.create()
    assert sorted(file.name for file in made.place.data.iterdir()) == before


def test_a_cluster_of_another_version_is_left_alone(made):
    (made.place.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(NotPossible, match=r"PostgreSQL 9 .*postgresql-9"):
        made.start(tied=True)


def test_a_cluster_that_cannot_start_says_why(made):
    (made.place.data / "local.conf").write_text("work_mem = 'much'\n")
    with pytest.raises(NotPossible, match="work_mem"):
        made.start(tied=True)


def test_too_little_room_is_said_before_anything_is_made(place, monkeypatch):
    monkeypatch.setattr(creation.shutil, "disk_usage", lambda folder: _Usage())
    with pytest.raises(NotPossible, match="只剩 1 MB"):
        Cluster(place).create()
    assert not Cluster(place).exists


class _Usage:
    free = 1 << 20


def test_databases_are_made_and_dropped(made):
    made.start(tied=True)
    made.create_database("another")
    assert ask(made, "SELECT ST_AsText(ST_Point(1, 2))", OWNER, "another") == "POINT(1 2)"
    made.drop_database("another")
    made.drop_database("another")
