"""Parts handed out to other processes: the same result, whoever is killed or stops it in the middle."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from datetime import date
from types import SimpleNamespace

from distributed import Client
from distributed.scheduler import KilledWorker

from api.batch import spread
from api.batch.part import Done, Fault
from api.batch.plan import Part
from api.batch.spread import _done
from api.cli.recompute import _faults
from tests.api.conftest import until
from tests.batch.conftest import ALL, damage, differing, standing
from tests.cli.conftest import CHECKOUT, free_port

WAITING = """
    SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted
"""
FLAGS = "hashtext('city.flag')"


def environment(**more):
    kept = os.environ | {"PYTHONPATH": str(CHECKOUT)} | more
    return {name: value for name, value in kept.items() if value}


@contextlib.contextmanager
def process(*command, **more):
    """A process of its own group, killed at the end."""
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", *command],
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests that run as a job in the background do not hear Ctrl-C, which processes would inherit.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=120)


@contextlib.contextmanager
def scheduler(scratch):
    """The address of a scheduler that listens."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    command = ("dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    with process(*command, DASK_TEMPORARY_DIRECTORY=str(scratch)) as running:
        line = ""
        while "Scheduler at" not in line:
            line = running.stderr.readline()
            assert line, "the scheduler did not start"
        yield address


def worker(address, scratch, **more):
    """A worker process of one thread; it joins by itself."""
    command = ("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(scratch))
    return process("dask", *command, **more)


@contextlib.contextmanager
def held_up(engine, lock=FLAGS):
    """For the length of the block nobody gets past the point where flags are raised, in the middle of a patrol."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")
        yield
        connection.rollback()


def waiting(engine):
    with engine.connect() as connection:
        return connection.exec_driver_sql(WAITING).scalar()


def test_workers_of_a_scheduler_come_to_the_same_and_one_that_is_killed_is_made_up_for(city, tmp_path):
    before = standing(city)
    with scheduler(tmp_path) as address, worker(address, tmp_path) as lost, worker(address, tmp_path):
        damage(city)
        with process("api.cli.app", "recompute", *ALL, "--scheduler", address) as running:
            with held_up(city):
                until(lambda: waiting(city) == 2, 120)
                lost.kill()
            said = "".join(running.communicate(timeout=120))
        assert (running.returncode, differing(before, standing(city))) == (0, set()), said


def test_a_worker_without_this_platform_is_refused(huashan, city, tmp_path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__init__.py").touch()
    before = standing(city)
    with scheduler(tmp_path) as address, worker(address, tmp_path, PYTHONPATH=str(tmp_path)):
        code, said = huashan(*ALL, "--scheduler", address)
    assert (code, "没有安装本平台" in said, differing(before, standing(city))) == (1, True, set()), said


def test_a_worker_that_does_not_answer_is_told_and_nothing_is_changed(huashan, city, tmp_path, monkeypatch):
    monkeypatch.setattr(spread, "ANSWER_S", 1)
    before = standing(city)
    with scheduler(tmp_path) as address, worker(address, tmp_path) as stuck:
        with Client(address) as client:
            client.wait_for_workers(1, timeout=60)
        stuck.send_signal(signal.SIGSTOP)
        code, said = huashan(*ALL, "--scheduler", address)
    assert (code, "1 秒没有回答" in said, differing(before, standing(city))) == (1, True, set()), said


def test_a_run_whose_workers_are_all_gone_ends_with_a_sentence(huashan, city, tmp_path, monkeypatch):
    monkeypatch.setattr(spread, "ALONE_S", 0.5)
    monkeypatch.setattr(spread, "_LOOK_S", 0.2)
    with scheduler(tmp_path) as address, worker(address, tmp_path) as lost, held_up(city):
        killing = threading.Thread(target=lambda: (until(lambda: waiting(city) == 1, 120), lost.kill()))
        killing.start()
        code, said = huashan(*ALL, "--scheduler", address)
        killing.join(120)
    assert (code, "没有工作进程" in said, "dask worker" in said) == (1, True, True), said


def test_what_befalls_a_part_as_a_whole_is_told_in_a_sentence():
    gone, one = KilledWorker("part", None, 3), Part(7, date(2026, 6, 1), None, "东社区", 3, 900)
    failed, lost = SimpleNamespace(status="error", exception=lambda: gone), SimpleNamespace(status="cancelled")
    assert "内存" in _done(failed, one).faults[0].reason and "中断" in _done(lost, one).faults[0].reason
    told = [
        (one, _done(lost, one)),
        (one._replace(part_id=8), _done(lost, one)),
        (one, Done(7, (Fault("B", "坏了。"),))),
    ]
    assert [line.split(":")[0] for line in _faults(told)] == ["2026-06-01 东社区 等 2 部分", "2026-06-01 东社区 巡查 B"]


def test_ctrl_c_ends_cleanly_and_the_same_command_goes_on(huashan, city):
    before = standing(city)
    damage(city)
    with process("api.cli.app", "recompute", *ALL, "--workers", "2") as running:
        with held_up(city):
            until(lambda: waiting(city) == 2, 120)
            os.killpg(running.pid, signal.SIGINT)
            until(lambda: stopped(city), 120)
        said, errors = running.communicate(timeout=120)
    assert running.returncode == 130, errors
    assert re.fullmatch(r"正在停止:.*\n已停止:完成 \d 部分,还有 [1-9] 部分.*继续。\n", errors), errors
    code, said = huashan(*ALL, "--workers", "1")
    assert (code, "继续" in said, differing(before, standing(city))) == (0, True, set()), said


def stopped(engine):
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT stopped_at FROM city.recompute").scalar()
