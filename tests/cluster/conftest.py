"""A place of its own for each test that makes, breaks or stops a cluster."""

import pytest

from api.cluster.cluster import Cluster
from api.cluster.temporary import temporary_place


@pytest.fixture
def place():
    with temporary_place() as place:
        yield place


@pytest.fixture
def made(place):
    """A cluster that exists and is stopped; stopped again afterwards."""
    cluster = Cluster(place)
    cluster.create()
    yield cluster
    cluster.stop()
