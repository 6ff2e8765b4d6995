"""How far a long answer has come, where a terminal or a notebook shows it; nothing where none does, or it is short."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2
    from rich.progress import Progress

__all__ = ["Shown", "shown"]

_LONG_BYTES = 8 * 2**20
_CHUNK_BYTES = 2**20


class Shown:
    """A bar of bytes that appears once an answer turns out to be long."""

    def __init__(self, name: str, bar: "Progress | None") -> None:
        self._name, self._bar = name, bar

    def writing(self, file: IO[bytes]) -> Callable[["httpx2.Response"], None]:
        """What takes an answer's body into a file, and tells how far it is."""

        def write(answer: "httpx2.Response") -> None:
            size = int(answer.headers.get("Content-Length", 0))
            bar = self._bar if size >= _LONG_BYTES else None
            task = bar.add_task(self._name, total=size) if bar else None
            if bar:
                bar.start()
            for chunk in answer.iter_bytes(_CHUNK_BYTES):
                file.write(chunk)
                if bar and task is not None:
                    bar.update(task, advance=len(chunk))

        return write


@contextmanager
def shown(name: str) -> Iterator[Shown]:
    """A bar for the length of the block, gone afterwards."""
    bar = _bar() if sys.stderr.isatty() or "JPY_PARENT_PID" in os.environ else None
    try:
        yield Shown(name, bar)
    finally:
        if bar:
            bar.stop()


def _bar() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)
