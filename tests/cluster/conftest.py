"""A place of its own for each test that makes, breaks or stops a cluster."""

import subprocess

import pytest

from api.cluster.cluster import Cluster
from api.cluster.temporary import temporary_place


@pytest.fixture
def place():
    with temporary_place() as place:
        yield place


@pytest.fixture(scope="session")
def original():
    """A place with a cluster that was made, and that nobody has started."""
    with temporary_place() as place:
        Cluster(place).create()
        yield place


@pytest.fixture
def made(place, original):
    """A cluster that exists and is stopped, a copy of one just made; stopped again afterwards."""
    subprocess.run(["cp", "-a", original.folder, place.folder], check=True)
    cluster = Cluster(place)
    yield cluster
    cluster.stop()
