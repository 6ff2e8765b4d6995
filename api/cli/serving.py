"""The server behind an address that is listened on already: in this process, or in several that share nothing else.

Several answer more, because one process of Python uses one core. Each has its own cache and its own ear to the
database, so that all tell what is true; what is counted in memory, such as who guesses tokens, each counts for itself.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from api.settings import Settings

LOOK_S = 0.5
STOP_S = 15.0
AGAIN_S = 1.0
_log = logging.getLogger("huashan.serving")
_spawn = get_context("spawn")


class Told(NamedTuple):
    """Who is told: that it answers, and that it is about to stop."""

    started: Callable[[], None]
    stopping: Callable[[], None]


def serve(settings: "Settings", listener: socket.socket, told: Told) -> bool:
    """Serve until a signal ends it; False where it did not get as far as serving."""
    several = settings.processes > 1
    return _serve_in_several(settings, listener, told) if several else _serve_here(settings, listener, told)


def _serve_here(settings: "Settings", listener: socket.socket, told: Told) -> bool:
    import uvicorn

    from api.app import create_app
    from api.live.server import LiveServer
    from api.tiles.protocol import tile_protocol

    class Telling(LiveServer):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                told.started()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            told.stopping()
            await super().shutdown(sockets)

    app = create_app(settings)
    config = uvicorn.Config(
        app,
        http=tile_protocol(app.state.first),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )
    server = Telling(config, app.state.live)
    server.run(sockets=[listener])
    return server.started


def _serve_in_several(settings: "Settings", listener: socket.socket, told: Told) -> bool:
    with _processes(settings.processes, listener, told.stopping) as (processes, ready):
        while not ready.wait(LOOK_S):
            if any(process.exitcode is not None for process in processes):
                return False
        told.started()
        while True:
            ended = connection.wait([process.sentinel for process in processes])
            for place, process in enumerate(processes):
                if process.sentinel in ended:
                    _log.error("server process %s ended by itself: %s", process.pid, process.exitcode)
                    time.sleep(AGAIN_S)
                    processes[place] = _begun(listener, _spawn.Event())


@contextmanager
def _processes(
    count: int, listener: socket.socket, stopping: Callable[[], None]
) -> Iterator[tuple[list[SpawnProcess], Event]]:
    """That many server processes, ended with the block, and what is set once the first of them answers."""
    ready = _spawn.Event()
    processes = [_begun(listener, ready) for _ in range(count)]
    try:
        yield processes, ready
    finally:
        stopping()
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(STOP_S)
            process.kill()


def _begun(listener: socket.socket, ready: Event) -> SpawnProcess:
    process = _spawn.Process(target=_serve_as_one_of_several, args=(listener, ready), name="huashan-server")
    process.start()
    return process


def _serve_as_one_of_several(listener: socket.socket, ready: Event) -> None:
    from api.cluster.place import cluster_place
    from api.settings import read_settings
    from api.unexpected import log_to

    _end_with_the_first()
    settings = read_settings(os.environ)
    log_to(cluster_place(settings.data).log)
    _serve_here(settings, listener, Told(ready.set, lambda: None))


def _end_with_the_first() -> None:
    """End when the process that began this one is no more: nobody would end it otherwise."""
    first = parent_process()
    if first:
        threading.Thread(target=_end_after, args=(first.sentinel,), name="huashan-first", daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
