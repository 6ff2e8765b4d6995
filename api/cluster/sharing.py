"""Several commands at one cluster: the first that needs it starts it, the last one out stops it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from api.cluster.cluster import Cluster
from api.cluster.place import open_own, prepare


@contextmanager
def in_use(cluster: Cluster) -> Iterator[Cluster]:
    """The cluster, running for the length of the block; made first where there is none.

    Whoever leaves last stops it, so that two commands side by side never take it from each other.
    """
    with _begun(cluster, tied=False) as users:
        try:
            yield cluster
        finally:
            with _alone(cluster.place.folder):
                if _take(users):
                    cluster.stop()


@contextmanager
def served(cluster: Cluster) -> Iterator[Cluster]:
    """The cluster for the one who serves it: stopped at the end in any case, and if this process is killed."""
    with _begun(cluster, tied=True):
        try:
            yield cluster
        finally:
            with _alone(cluster.place.folder):
                cluster.stop()


def try_lock(file: Path) -> IO[str] | None:
    """The file, locked for this process as long as it stays open; None when another process holds it."""
    handle = open_own(file, "a+")
    if _take(handle):
        return handle
    handle.close()
    return None


def is_locked(file: Path) -> bool:
    """Whether a living process holds the lock; a file left by a dead one does not count."""
    if not file.exists():
        return False
    handle = try_lock(file)
    if handle is None:
        return True
    handle.close()
    return False


def _take(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _begun(cluster: Cluster, *, tied: bool) -> Iterator[IO[str]]:
    """The cluster running, made first where there is none; the file by whose locks its users are known."""
    prepare(cluster.place)
    folder = cluster.place.folder
    with open_own(folder / "users.lock", "a+") as users:
        with _alone(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not cluster.exists:
                cluster.create()
            cluster.start(tied=tied)
        yield users


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with open_own(folder / "start.lock", "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
