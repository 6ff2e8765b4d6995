"""A cluster that lives as long as a block of code: for tests and benchmarks."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.cluster.cluster import Cluster
from api.cluster.place import ClusterPlace, service_user

_PREFIX = "huashan-test-"


@contextmanager
def temporary_cluster() -> Iterator[Cluster]:
    """A running cluster with roles, PostGIS and an empty database, not durable, removed afterwards.

    It stops by itself when this process is killed; the folder that is then left is removed by the next one.
    """
    with temporary_place() as place:
        cluster = Cluster(place)
        try:
            cluster.create()
            cluster.start(tied=True)
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def temporary_place() -> Iterator[ClusterPlace]:
    """A place for a throw-away cluster, with nothing in it yet; removed afterwards."""
    with throw_away_folder(Path(tempfile.gettempdir())) as home:
        folder = home / "data"
        yield ClusterPlace(folder, folder / "socket", service_user(), durable=False)


@contextmanager
def throw_away_folder(parent: Path) -> Iterator[Path]:
    """A new folder that is removed afterwards; where this process is killed, by the next one to make one there."""
    _sweep(parent)
    made = Path(tempfile.mkdtemp(prefix="huashan-new-", dir=parent))
    made.chmod(0o755)  # the cluster's user passes through; what is inside is closed
    with (made / "alive").open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        home = made.rename(made.with_name(made.name.replace("huashan-new-", _PREFIX)))  # seen only once it is locked
        try:
            yield home
        finally:
            shutil.rmtree(home, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for home in parent.glob(f"{_PREFIX}*"):
        if _dead(home):
            shutil.rmtree(home, ignore_errors=True)


def _dead(home: Path) -> bool:
    try:
        if home.stat().st_uid != os.geteuid():
            return False
        with (home / "alive").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
