"""`huashan` as a program of its own, on data folders that are thrown away."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.cli.handover import CACHE
from api.cluster.place import build_folder, short_name
from api.cluster.temporary import temporary_place

CHECKOUT = Path(__file__).parents[2]


@dataclass
class Huashan:
    """Runs commands with one data folder and one port."""

    data: Path
    port: int
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HUASHAN_")}
        ours = {"HUASHAN_DATA": str(self.data), "PORT": str(self.port)}
        return kept | ours | self.variables | more

    def run(self, *arguments: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "api.cli.app", *arguments]
        return subprocess.run(
            command, env=self._env(more), input=typed, capture_output=True, text=True, timeout=120, check=False
        )

    @contextmanager
    def up(self, *arguments: str, **more: str):
        """`huashan up`, answering; ended by SIGTERM if the test has not ended it."""
        command = [sys.executable, "-P", "-m", "api.cli.app", "up", *arguments]
        process = subprocess.Popen(
            command, env=self._env(more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            self._wait(process)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)
            process.stdout.close()

    def health(self) -> int:
        """The status of /health, 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def _env(self, more: dict[str, str]) -> dict[str, str]:
        return self.environment(**more) | {"PYTHONPATH": str(CHECKOUT)}

    def _wait(self, process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + 120
        while not self.health():
            assert process.poll() is None, process.stdout.read()
            assert time.monotonic() < deadline, "the server did not answer"
            time.sleep(0.1)


@contextmanager
def throw_away():
    """Commands on a data folder that is removed, with the code that root leaves to who serves from it."""
    with temporary_place() as place:
        yield Huashan(place.folder, free_port())
        shutil.rmtree((build_folder() or CACHE) / f"source-{short_name(place.folder)}", ignore_errors=True)


@pytest.fixture
def huashan():
    """Commands on a data folder with nothing in it yet."""
    with throw_away() as made:
        yield made


@pytest.fixture(scope="module")
def migrated():
    """Commands on a data folder with a database without the sample, stopped; each test leaves it so."""
    with throw_away() as made:
        done = made.run("migrate")
        assert done.returncode == 0, done.stdout + done.stderr
        yield made


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
