"""Databases of the run's cluster that are copied from templates, so that none has to be migrated or filled twice."""

import contextlib
import multiprocessing
import os
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, create_engine

from api.cluster.cluster import APP, OWNER, Cluster
from api.cluster.place import ClusterPlace
from layers.crs import METRIC_DEFAULT, area_of_use
from layers.migrate import DeploymentFacts, migrate

FACTS = DeploymentFacts("花山街道", METRIC_DEFAULT, area_of_use(METRIC_DEFAULT), "Asia/Shanghai")
SAMPLE_DAY = date(2026, 6, 30)
MEMORY = Path("/dev/shm")
ROOM = 6 << 30
"""Bytes that must be free, in the memory folder and in the memory as a whole: a run takes about a third of them."""


def roomy_memory() -> Path | None:
    """The folder that lies in memory, where files are made and removed several times as fast; None without room."""
    try:
        found = os.statvfs(MEMORY)
        memory = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    except OSError:
        return None
    free = min(found.f_bavail * found.f_frsize, int(memory["MemAvailable"].split()[0]) << 10)
    return MEMORY if free > ROOM and os.access(MEMORY, os.W_OK) else None


def city_template(cluster: Cluster) -> str:
    """The name of a migrated database without data."""
    return _template(cluster, "city_template", "template1", lambda engine: None)


def sample_template(cluster: Cluster) -> str:
    """The name of a database with the sample; half a minute where nobody has made it yet."""
    return _template(cluster, "sample_template", city_template(cluster), _load_sample)


@contextlib.contextmanager
def sample_made_meanwhile(cluster: Cluster) -> Iterator[None]:
    """For the length of the block another process makes the sample's template; who needs it early waits for it."""
    made = multiprocessing.get_context("spawn").Process(target=_make_sample, args=(cluster.place.folder,), daemon=True)
    made.start()
    try:
        yield
    finally:
        made.kill()
        made.join()


def leave_alone(cluster: Cluster) -> None:
    """Let no autovacuum come by: no database lives long enough to gain by it, and there are dozens to visit."""
    cluster.run(["ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()"])


def cluster_at(folder: Path) -> Cluster:
    """The throw-away cluster that another process of the run started in this folder."""
    return Cluster(ClusterPlace(folder, folder / "socket", durable=False))


@contextlib.contextmanager
def copy_of(cluster: Cluster, template: str) -> Iterator[Engine]:
    """A database copied from a template, as its owner; dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    cluster.create_database(name, template)
    cluster.run([f"ALTER DATABASE \"{name}\" SET timezone = '{FACTS.timezone}'"])  # a copy does not inherit it
    engine = create_engine(cluster.url(name, OWNER))
    try:
        yield engine
    finally:
        engine.dispose()
        cluster.drop_database(name)


def _template(cluster: Cluster, name: str, origin: str, fill: Callable[[Engine], None]) -> str:
    guard = create_engine(cluster.url("postgres", OWNER))
    with guard.connect() as lock:
        lock.exec_driver_sql("SELECT pg_advisory_lock(hashtext(%s))", (name,))
        found = lock.exec_driver_sql("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).scalar()
        if not found:
            _build(cluster, name, origin, fill)
    guard.dispose()
    return name


def _build(cluster: Cluster, name: str, origin: str, fill: Callable[[Engine], None]) -> None:
    raw = f"{name}_raw"
    cluster.drop_database(raw)
    cluster.create_database(raw, origin)
    engine = create_engine(cluster.url(raw, OWNER))
    migrate(engine, FACTS, APP)
    fill(engine)
    engine.dispose()
    cluster.run([f'ALTER DATABASE "{raw}" RENAME TO "{name}"'])


def _make_sample(folder: Path) -> None:
    sample_template(cluster_at(folder))


def _load_sample(engine: Engine) -> None:
    from api.sample import load_sample

    load_sample(engine, today=SAMPLE_DAY)
