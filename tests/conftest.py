"""One throw-away PostGIS cluster for the whole run, and databases copied from templates in it.

engine           a migrated database without data, of the test's own
connection       a transaction on a shared migrated database, rolled back afterwards
empty_database   a database without anything
sample_engine    a database with the sample, shared: read it, do not write
own_sample       a database with the sample, of the test's own
client           the app over `sample_engine`, in this process;  server_url: the same behind a real server
"""

import contextlib
import gc
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine

from api.cluster.cluster import APP, Cluster
from api.cluster.temporary import temporary_cluster, throw_away_folder
from tests import databases
from tests.chromium import browser_context_args, browser_type_launch_args  # noqa: F401 - fixtures
from tests.databases import copy_of

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
CLUSTER_VARIABLE = "HUASHAN_TEST_CLUSTER"

hypothesis_settings.register_profile(
    "huashan",
    deadline=None,
    max_examples=50,  # the whole suite is to stay under ten minutes on two cores
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("huashan")


def pytest_configure(config):
    """Start the cluster once, in the process that hands the tests out, so that its workers share it."""
    # Else each of the programs that tests start would compile all that it imports, whatever the shell says.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    wants_workers = bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")
    if wants_workers:
        stack = contextlib.ExitStack()
        config.add_cleanup(stack.close)
        if memory := databases.roomy_memory():
            os.environ["TMPDIR"] = tempfile.tempdir = str(stack.enter_context(throw_away_folder(memory)))
        cluster = stack.enter_context(temporary_cluster())
        databases.leave_alone(cluster)
        os.environ[CLUSTER_VARIABLE] = str(cluster.place.folder)
        stack.enter_context(databases.sample_made_meanwhile(cluster))


def pytest_collection_modifyitems(items):
    """Put the modules that need the sample last: it is being made meanwhile."""
    late = {item.path for item in items if "sample_template" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path in late)


def pytest_collection_finish():
    """Look no more for garbage among what was imported and collected, and less often at all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_report_header():
    """The versions that a geometry bug would be blamed on."""
    import pyproj
    import shapely

    return f"GEOS {shapely.geos_version_string}, PROJ {pyproj.proj_version_str}, shapely {shapely.__version__}"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The running cluster: the run's own, or that of the process that started this worker."""
    folder = os.environ.get(CLUSTER_VARIABLE)
    if folder:
        yield databases.cluster_at(Path(folder))
    else:
        with temporary_cluster() as made:
            yield made


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Engine]:
    with copy_of(cluster, "template1") as engine:
        yield engine


@pytest.fixture(scope="session")
def city_template(cluster: Cluster) -> str:
    return databases.city_template(cluster)


@pytest.fixture(scope="session")
def sample_template(cluster: Cluster) -> str:
    return databases.sample_template(cluster)


@pytest.fixture
def engine(cluster: Cluster, city_template: str) -> Iterator[Engine]:
    with copy_of(cluster, city_template) as engine:
        yield engine


@pytest.fixture(scope="session")
def shared_engine(cluster: Cluster, city_template: str) -> Iterator[Engine]:
    with copy_of(cluster, city_template) as engine:
        yield engine


@pytest.fixture
def connection(shared_engine: Engine):
    with shared_engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        if transaction.is_active:
            transaction.rollback()


@pytest.fixture(scope="session")
def sample_engine(cluster: Cluster, sample_template: str) -> Iterator[Engine]:
    with copy_of(cluster, sample_template) as engine:
        yield engine


@pytest.fixture
def own_sample(cluster: Cluster, sample_template: str) -> Iterator[Engine]:
    with copy_of(cluster, sample_template) as engine:
        yield engine


@pytest.fixture
def settings_of():
    """Settings for a database: what `make run` would use, on a port the system chooses."""

    def made(engine: Engine, **environment: str):
        from api.settings import read_settings

        database = engine.url.set(username=APP).render_as_string(hide_password=False)
        return read_settings({"HUASHAN_DATABASE_URL": database, "HUASHAN_ASSETS": str(assets_folder()), **environment})

    return made


@pytest.fixture
def client(sample_engine: Engine, settings_of):
    with app_client(settings_of(sample_engine)) as client:
        yield client


@pytest.fixture(scope="session")
def server_url(sample_engine: Engine) -> Iterator[str]:
    with serving(sample_engine) as url:
        yield url


@contextlib.contextmanager
def app_client(settings, base_url: str = "http://127.0.0.1:8000", catalogue=None):
    """A client of the app in this process, with its start and end run."""
    from fastapi.testclient import TestClient

    from api.app import create_app

    with TestClient(create_app(settings, catalogue), base_url=base_url, raise_server_exceptions=False) as client:
        yield client


@contextlib.contextmanager
def serving(engine: Engine, catalogue=None, **environment: str) -> Iterator[str]:
    """The app behind a real server on a free port, over this database."""
    from api.app import create_app
    from api.settings import read_settings

    database = engine.url.set(username=APP).render_as_string(hide_password=False)
    settings = read_settings({"HUASHAN_DATABASE_URL": database, "HUASHAN_ASSETS": str(assets_folder()), **environment})
    with served(create_app(settings, catalogue)) as url:
        yield url


@contextlib.contextmanager
def served(app) -> Iterator[str]:
    """This very app behind a real server on a free port."""
    import uvicorn

    from api.live.server import LiveServer
    from api.tiles.protocol import tile_protocol

    http = tile_protocol(app.state.first)
    config = uvicorn.Config(app, http=http, ws="none", port=0, log_level="warning", server_header=False)
    server = LiveServer(config, app.state.live)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def assets_folder() -> Path:
    """Where the front-end assets were fetched to by the install script."""
    named = os.environ.get("HUASHAN_ASSETS")
    return Path(named) if named else Path(__file__).parents[1] / ".build" / "assets"


def shared_data(name: str) -> Path:
    """A file of real data; the test is skipped, saying so, where it is absent."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"real data {name} is not beside the checkout")
    return path
