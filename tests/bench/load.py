"""Load, and what answering it took: requests a second of processor time, so that other work beside it counts less.

`wrk` asks; the processor time is that of the server's processes, as Linux counts it.
"""

import os
import re
import shutil
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")


class Rate(NamedTuple):
    """Requests a second of the clock, and a second of one core's time; how many were no success."""

    per_s: float
    per_core_s: float
    failed: int


def wrk() -> str | None:
    """The program that asks; None where it is not installed."""
    return shutil.which("wrk")


def processes(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in processes(int(child)))]


def processor_s(pid: int) -> float:
    """The processor time that a process and all below it have taken."""

    def ticks(one: int) -> int:
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    return sum(map(ticks, processes(pid))) / TICKS


def rate(pid: int, url: str, headers: Mapping[str, str], *, seconds: int = 3, connections: int = 32) -> Rate:
    """How fast a server answers one address, asked over and over."""
    told = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    before_s = processor_s(pid)
    command = [str(wrk()), "-t1", f"-c{connections}", f"-d{seconds}", *told, url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    took_s = processor_s(pid) - before_s
    count = int(re.search(r"(\d+) requests in", said)[1])
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Rate(count / seconds, count / max(took_s, 1 / TICKS), int(failed[1]) if failed else 0)


def in_turns(ways: Mapping[str, Callable[[], Rate]], rounds: int = 5) -> dict[str, Rate]:
    """The median rate of each way; asked in turns, so that a busy moment falls on all alike."""
    found: dict[str, list[Rate]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, ask in ways.items():
            found[name].append(ask())
    return {name: _median(rates) for name, rates in found.items()}


def _median(rates: Sequence[Rate]) -> Rate:
    return Rate(
        statistics.median(rate.per_s for rate in rates),
        statistics.median(rate.per_core_s for rate in rates),
        sum(rate.failed for rate in rates),
    )
