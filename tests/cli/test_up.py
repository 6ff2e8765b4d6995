"""`huashan up` from start to stop, and each sentence that it stops with."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.cli.database import bring_up_to_date
from api.cluster.cluster import APP, Cluster
from api.cluster.creation import FRESH
from api.cluster.place import cluster_place
from layers.errors import Conflict


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    sentence = done.stderr.strip()
    assert "Traceback" not in done.stdout + done.stderr and "\n" not in sentence
    for word in words:
        assert word in sentence


def test_it_serves_says_where_and_stops_cleanly(huashan):
    with huashan.up("--no-sample") as process:
        assert huashan.health() == 200
        cluster = Cluster(cluster_place(huashan.data))
        assert cluster.running()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        said = process.stdout.read()
    assert f"http://127.0.0.1:{huashan.port}" in said and "Ctrl-C" in said
    assert "管理员令牌" in said
    assert not cluster.running() and not huashan.health()
    with huashan.up() as process, socket.create_connection(("127.0.0.1", huashan.port)) as screen:
        screen.sendall(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        with screen.makefile("rb") as stream:
            assert any(line.startswith(b"event: hello") for line in stream)
            process.send_signal(signal.SIGTERM)
            # A stream that is cut off says nothing: one that ends by itself does not keep the server.
            assert "平台正在停止" in stream.read().decode()
        assert process.wait(60) == 0
        assert "管理员令牌" not in process.stdout.read()
    assert not cluster.running()


def test_stopped_while_the_sample_is_loaded_it_is_loaded_at_the_next_start(huashan):
    command = [sys.executable, "-P", "-m", "api.cli.app", "up"]
    environment = huashan.environment(PYTHONPATH=str(Path(__file__).parents[2]))
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if "装入示例" in line:
                break
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert "已停止" in process.stdout.read()
    assert process.returncode == 0
    assert (huashan.data / FRESH).exists() and not Cluster(cluster_place(huashan.data)).running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over to another user")
def test_started_by_root_server_and_cluster_run_as_another_user(migrated):
    with migrated.up() as process:
        owner = os.stat(f"/proc/{process.pid}").st_uid
        pid = Cluster(cluster_place(migrated.data)).running()
        assert owner == os.stat(f"/proc/{pid}").st_uid != 0
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert re.search(r"^CapEff:\s+0+$", status, re.M)


def test_several_processes_serve_one_address_replace_one_that_dies_and_stop_together(migrated):
    with migrated.up("--no-sample", HUASHAN_PROCESSES="2") as process:
        first = servers(process.pid)
        assert len(first) == 2 and migrated.health() == 200
        os.kill(first[0], signal.SIGKILL)
        deadline = time.monotonic() + 30
        while len(set(servers(process.pid)) - set(first)) < 1:
            assert time.monotonic() < deadline
            assert migrated.health() in (200, 503)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert "已停止" in process.stdout.read()
    assert not migrated.health()


def test_server_processes_end_with_the_first_one(migrated):
    with migrated.up("--no-sample", HUASHAN_PROCESSES="2") as process:
        begun = servers(process.pid)
        process.kill()
        process.wait()
        deadline = time.monotonic() + 30
        while any(Path(f"/proc/{one}/cmdline").exists() for one in begun):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def servers(pid: int) -> list[int]:
    """The server processes that another one has begun."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    named = {int(one): Path(f"/proc/{one}/cmdline").read_bytes() for one in children}
    return [one for one, command in named.items() if b"spawn_main" in command]


def test_a_second_one_says_that_it_runs_already_and_wipe_refuses(migrated):
    with migrated.up():
        refused(migrated.run("up", PORT=str(migrated.port + 1)), "已在运行", str(migrated.port))
        refused(migrated.run("wipe", typed="wipe\n"), "正在使用")
        assert migrated.health() == 200


def test_a_port_in_use_is_named_with_another(huashan):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", huashan.port))
        taken.listen()
        refused(huashan.run("up"), str(huashan.port), f"PORT={huashan.port + 1} make run")
    assert not (huashan.data / "cluster").exists()


def test_after_a_kill_the_cluster_ends_too_and_the_next_start_works(migrated):
    cluster = Cluster(cluster_place(migrated.data))
    with migrated.up() as process:
        process.kill()
        process.wait()
    deadline = time.monotonic() + 20
    while cluster.running() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not cluster.running()
    with migrated.up():
        assert migrated.health() == 200


def test_a_cluster_left_running_is_taken_over_and_stopped(migrated):
    cluster = Cluster(cluster_place(migrated.data))
    cluster.start(tied=False)
    with migrated.up() as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert "接管" in process.stdout.read()
    assert not cluster.running()
    cluster.stop()


def test_a_newer_database_is_left_alone(migrated):
    cluster = Cluster(cluster_place(migrated.data))
    cluster.start(tied=True)
    cluster.run(["INSERT INTO huashan_migration VALUES ('water_9999')"], "huashan")
    cluster.stop()
    refused(migrated.run("up"), "数据库比程序新", "water_9999")
    assert not cluster.running()
    cluster.start(tied=True)
    cluster.run(["DELETE FROM huashan_migration WHERE version_num = 'water_9999'"], "huashan")
    cluster.stop()


def test_an_unreachable_database_is_named_without_its_password(huashan):
    url = "postgresql://someone:secret-word@127.0.0.1:1/city"
    done = huashan.run("up", HUASHAN_DATABASE_URL=url)
    refused(done, "127.0.0.1:1/city", "someone")
    assert "secret-word" not in done.stdout + done.stderr
    assert not (huashan.data / "cluster").exists()


def test_a_given_database_is_used_and_nothing_is_loaded_into_it(huashan, cluster, empty_database):
    url = empty_database.url.render_as_string(hide_password=False)
    with huashan.up(HUASHAN_DATABASE_URL=url):
        assert huashan.health() == 200
        assert not (huashan.data / "cluster").exists()
    with empty_database.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM city.road").scalar_one() == 0


def test_a_role_that_may_not_migrate_is_told_who_may(huashan, cluster, empty_database):
    url = cluster.url(empty_database.url.database, APP).render_as_string(hide_password=False)
    refused(huashan.run("up", HUASHAN_DATABASE_URL=url), APP, "HUASHAN_OWNER_URL")


@pytest.mark.parametrize(
    ("variable", "value", "word"),
    [
        ("PORT", "eighty", "eighty"),
        ("HUASHAN_METRIC_CRS", "EPSG:1", "EPSG:1"),
        ("HUASHAN_DATABASE_URL", "mysql://x/y", "PostgreSQL"),
        ("HOST", "203.0.113.7", "203.0.113.7"),
    ],
)
def test_a_wrong_setting_is_named(huashan, variable, value, word):
    refused(huashan.run("up", **{variable: value}), word)


OTHER_CITY = [
    ("HUASHAN_METRIC_CRS", "EPSG:4546", "EPSG:4547"), ("HUASHAN_BOUNDS", "114,30,115,31", "112.5"),
    ("HUASHAN_NAME", "某街道", "花山"), ("HUASHAN_TIMEZONE", "Asia/Urumqi", "Asia/Shanghai"),
]  # fmt: skip


def test_settings_of_another_city_stop_the_start_with_a_sentence(migrated):
    variable, value, kept = OTHER_CITY[0]
    refused(migrated.run("up", **{variable: value}), variable, value, kept)


@pytest.mark.parametrize(("variable", "value", "kept"), OTHER_CITY)
def test_settings_of_another_city_than_the_databases_are_refused(
    engine, settings_of, monkeypatch, variable, value, kept
):
    monkeypatch.setenv(variable, value)
    with pytest.raises(Conflict) as told:
        bring_up_to_date(engine, settings_of(engine, **{variable: value}))
    assert all(word in str(told.value) for word in (variable, value, kept))


def test_the_settings_that_the_database_was_made_with_are_no_fault(migrated):
    done = migrated.run(
        "migrate", HUASHAN_METRIC_CRS="EPSG:4547", HUASHAN_NAME="花山", HUASHAN_TIMEZONE="Asia/Shanghai"
    )
    assert done.returncode == 0 and "已是最新" in done.stdout


def test_a_certificate_that_is_none_is_named(migrated, tmp_path):
    for file in ("cert.pem", "key.pem"):
        (migrated.data.parent / file).write_text("not a certificate")
    files = {f"HUASHAN_TLS_{kind}": str(migrated.data.parent / f"{kind.lower()}.pem") for kind in ("CERT", "KEY")}
    refused(migrated.run("up", **files), "cert.pem", "PEM")


def test_a_data_folder_with_other_things_is_refused(huashan):
    huashan.data.mkdir()
    (huashan.data / "letter.txt").write_text("private")
    refused(huashan.run("up"), "HUASHAN_DATA")


def test_the_unforeseen_gets_a_number_and_a_log(huashan):
    code = (
        "import api.cli.up, api.cli.app\n"
        "def broken(): raise RuntimeError('inside')\n"
        "api.cli.up.command = broken\n"
        "api.cli.app.main()"
    )
    environment = huashan.environment() | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-P", "-c", code, "up"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    refused(done, "RuntimeError")
    number = re.search(r"编号 (\w{8})", done.stderr)[1]
    log = Path(re.search(r"写入 (\S+?),", done.stderr)[1])
    assert f"error {number}" in log.read_text() and "inside" in log.read_text()
