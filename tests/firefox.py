"""Debian's Firefox over WebDriver BiDi, on a screen of its own that nobody sees: without one it has no WebGL."""

import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
XVFB = shutil.which("Xvfb")
PREFERENCES = """
user_pref("webgl.force-enabled", true);
user_pref("intl.accept_languages", "zh-CN");
user_pref("app.update.auto", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
"""
PATIENCE_S = 60


class Fox:
    """One tab, and what its console complained of."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire = wire
        self._numbers = itertools.count(1)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self._tab = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """What the browser answers to one command; events that come before it are noted."""
        number = next(self._numbers)
        self._wire.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            told = json.loads(self._wire.recv(timeout=PATIENCE_S))
            if told.get("id") == number:
                assert told["type"] == "success", told
                return told["result"]
            self._note(told)

    def _note(self, told: dict[str, Any]) -> None:
        params = told.get("params", {})
        if told.get("method") == "log.entryAdded" and params["level"] in ("error", "warn"):
            self.complaints.append(params["text"])
        if told.get("method") == "network.beforeRequestSent":
            self.asked.append(params["request"]["url"])

    def open(self, url: str) -> None:
        """Go to a page, from another one, so that an address that differs after the # alone is read anew."""
        for address in ("about:blank", url):
            self.call("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, script: str) -> Any:
        """What a script answers, by way of JSON."""
        said = self.call(
            "script.evaluate",
            target={"context": self._tab},
            awaitPromise=True,
            expression=f"Promise.resolve({script}).then((value) => JSON.stringify(value ?? null))",
        )
        assert said["type"] == "success", said
        return json.loads(said["result"]["value"])

    def until(self, script: str) -> Any:
        """What a script answers once that is something."""
        deadline = time.monotonic() + PATIENCE_S
        while not (answer := self.evaluate(script)):
            assert time.monotonic() < deadline, f"still nothing: {script}; {self.complaints}"
            time.sleep(0.1)
        return answer


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[Fox]:
    """A Firefox with a profile in this folder."""
    (folder / "user.js").write_text(PREFERENCES, "utf-8")
    with _display() as display, _running(folder, display) as port, _connected(port) as wire:
        yield Fox(wire)


@contextlib.contextmanager
def _display() -> Iterator[str]:
    reading, writing = os.pipe()
    command = [XVFB, "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as screen:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                yield f":{told.readline().strip()}"
        finally:
            screen.terminate()


@contextlib.contextmanager
def _running(folder: Path, display: str) -> Iterator[int]:
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"}
    command = [FIREFOX, "--no-remote", "--profile", folder, "--remote-debugging-port", "0", "about:blank"]
    with subprocess.Popen(command, env=environment, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as it:
        try:
            assert it.stderr
            yield next(
                int(said[1]) for line in it.stderr if (said := re.search(r"BiDi listening on ws://[^:]+:(\d+)", line))
            )
        finally:
            it.terminate()
            it.communicate()


@contextlib.contextmanager
def _connected(port: int) -> Iterator[ClientConnection]:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            wire = connect(f"ws://127.0.0.1:{port}/session", max_size=None)
            break
        except (OSError, WebSocketException):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    with wire:
        yield wire
