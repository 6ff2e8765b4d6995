"""`huashan notebooks`: JupyterLab runs with address and token in place, asks nothing outside, and leaves no token."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from api.access import tokens
from api.cluster.cluster import APP

CHECKOUT = Path(__file__).parents[2]
KEY = "key-of-the-test"


def started(url: str, engine, *more: str) -> subprocess.Popen[str]:
    dsn = engine.url.set(username=APP).render_as_string(hide_password=False)
    environment = os.environ | {"HUASHAN_DATABASE_URL": dsn, "JUPYTER_TOKEN": KEY, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-P", "-m", "api.cli.app", "notebooks", "--url", url, *more]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def held(engine) -> list[str]:
    with engine.begin() as connection:
        return [row["state"] for row in tokens.listed(connection) if row["post"] == "本机笔记本"]


def kernel_started(address: str) -> None:
    """Start a kernel; the address is printed a moment before it answers."""
    body, headers = json.dumps({"name": "python3"}).encode(), {"Authorization": f"token {KEY}"}
    for again in reversed(range(100)):
        try:
            urllib.request.urlopen(urllib.request.Request(f"{address}/api/kernels", body, headers), timeout=20).close()
            return
        except urllib.error.URLError:
            if not again:
                raise
            time.sleep(0.1)


def kernels_below(process: int) -> list[dict[str, str]]:
    """The environments of the kernels that run below a process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
            told = (folder / "environ").read_bytes().decode().split("\0")
        except OSError:
            continue
        variables = dict(one.split("=", 1) for one in told if "=" in one)
        if b"ipykernel" in line and variables.get("JPY_PARENT_PID") == str(process):
            found.append(variables)
    return found


@pytest.mark.slow
@pytest.mark.skipif(find_spec("jupyterlab") is None, reason="JupyterLab comes with make notebooks")
def test_a_kernel_has_address_and_token_and_the_token_ends_with_it(own_sample):
    from tests.conftest import serving

    with serving(own_sample) as url, started(url, own_sample, "--no-browser") as running:
        try:
            lines = iter(running.stdout.readline, "")
            line = next(line for line in lines if "?token=" in line and "127.0.0.1" in line)
            address = "http://" + line.split("http://")[1].split("/lab")[0]
            kernel_started(address)
            jupyter = int(Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()[0])
            for _ in range(200):
                if environments := kernels_below(jupyter):
                    break
                time.sleep(0.1)
            [environment] = environments
            assert environment["HUASHAN_URL"] == url
            assert held(own_sample) == ["valid"]
            told = {"Authorization": f"Bearer {environment['HUASHAN_TOKEN']}"}
            with urllib.request.urlopen(urllib.request.Request(f"{url}/patrols?limit=1", headers=told)) as answer:
                assert json.load(answer)["patrols"]
        finally:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=60)
    assert held(own_sample) == ["revoked"]


def test_without_a_running_platform_it_says_so_and_makes_no_token(engine):
    with started("http://127.0.0.1:9", engine, "--no-browser") as running:
        said, _ = running.communicate(timeout=60)
    assert running.returncode == 1 and "make run" in said and held(engine) == []


def test_jupyterlab_asks_nothing_of_the_outside_and_listens_to_this_machine_alone():
    from api.cli.notebooks import lab

    told = lab(browser=False)
    assert {"--ServerApp.ip=127.0.0.1", "--LabApp.news_url=", "--LabApp.extension_manager=readonly"} <= {*told}
