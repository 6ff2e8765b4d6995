"""A read replica: asked once it has what the primary told of, and not before; a real one, that streams."""

import subprocess

import pytest
from sqlalchemy import create_engine

from api.access.reader import Reader
from api.cluster.cluster import ADMIN, APP, OWNER, Cluster
from api.cluster.place import ClusterPlace, prepare
from api.cluster.programs import as_user, bare_environment
from api.cluster.temporary import temporary_cluster
from api.database import Database
from api.listening import Listener
from api.tiles.asked import Asked
from api.tiles.drawing import Drawing
from api.tiles.replica import Replica
from layers.catalogue import read_catalogue
from layers.migrate import migrate
from tests.api.conftest import fill, until
from tests.api.tiles.test_never_stale import HERE
from tests.databases import FACTS

pytestmark = pytest.mark.slow
ASKED = Asked(("grid",), *map(int, HERE.split("/")[3:]))


@pytest.fixture(scope="module")
def pair():
    """A primary with the small city, and a replica of it."""
    with temporary_cluster() as primary:
        engine = create_engine(primary.url("huashan", OWNER))
        migrate(engine, FACTS, APP)
        fill(engine)
        home = primary.place.folder.parent
        place = ClusterPlace(home / "replica", home / "replica/socket", primary.place.os_user, durable=False)
        copied(primary, place)
        replica = Cluster(place)
        replica.start(tied=True)
        try:
            yield primary, replica, engine
        finally:
            engine.dispose()
            replica.stop()


def copied(primary: Cluster, place: ClusterPlace) -> None:
    """Make a replica's folder, as PostgreSQL's own program does."""
    with (primary.place.data / "pg_hba.conf").open("a") as rules:
        rules.write("\nlocal replication all peer map=huashan\n")
    primary.run(["SELECT pg_reload_conf()"])
    prepare(place)
    source = ["-h", str(primary.place.socket_folder), "-U", ADMIN]
    command = [primary.programs.path("pg_basebackup"), *source, "-D", str(place.data), "-R", "--checkpoint=fast"]
    subprocess.run([*as_user(place.os_user), *command], env=bare_environment(str(place.folder)), check=True, cwd="/")


def test_tiles_come_from_the_replica_once_it_has_what_was_told_and_from_the_primary_until_then(pair):
    primary, behind, engine = pair
    databases = [Database.at(str(cluster.url("huashan", APP).render_as_string(False))) for cluster in (primary, behind)]
    listener = Listener(primary.url("huashan", APP).render_as_string(False))
    replica = Replica(databases[1], listener)
    viewer = Reader("看", "", frozenset({"viewer"}), signed_in=True, only_sample=True)
    drawing = Drawing(databases[0], read_catalogue(), replica)

    def drawn() -> tuple[str, bool]:
        """Which database is asked, and whether the tile has the newest name."""
        source = "replica" if drawing._source() is databases[1] else "primary"
        return source, b"newest" in drawing(viewer, ASKED)[0].encoded("identity")

    assert drawn() == ("primary", False)
    listener.start()
    try:
        until(lambda: drawn() == ("replica", False))
        behind.run(["SELECT pg_wal_replay_pause()"])
        needed = replica._needed
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE city.grid SET name = 'newest' WHERE code = '420111080'")
        until(lambda: replica._needed != needed)
        assert [drawn() for _ in range(5)] == [("primary", True)] * 5
        behind.run(["SELECT pg_wal_replay_resume()"])
        until(lambda: drawn() == ("replica", True))
        behind.stop()
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE city.grid SET name = 'older' WHERE code = '420111080'")
        until(lambda: drawn() == ("primary", False))
    finally:
        listener.stop()
        drawing.close()
