"""Several commands at one cluster: the last one out stops it, whoever serves it stops it always."""

import subprocess
import sys

from api.cluster.cluster import Cluster
from api.cluster.sharing import in_use, is_locked, served, try_lock


def test_the_last_one_out_stops_it(made):
    with in_use(made) as first:
        with in_use(Cluster(made.place)) as second:
            assert first.running() == second.running() is not None
        assert made.running()
    assert made.running() is None


def test_whoever_serves_it_stops_it(made):
    with served(made):
        with in_use(Cluster(made.place)):
            pass
        assert made.running()
    assert made.running() is None


def test_a_missing_cluster_is_made(place):
    with in_use(Cluster(place)) as cluster:
        assert cluster.running()


def test_a_lock_is_held_by_the_living_only(tmp_path):
    file = tmp_path / "lock"
    assert not is_locked(file)
    with try_lock(file):
        assert is_locked(file) and try_lock(file) is None
    assert not is_locked(file)
    code = "import sys, os, fcntl; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code, file], check=False)
    assert not is_locked(file)
