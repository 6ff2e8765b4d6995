"""What drawing a tile costs, beside its own statement through psycopg2 alone and the statement other servers send.

200,000 parcels over 25 by 24 km (`parcels.py`), zooms 10 to 17, medians of rounds taken in turns, in milliseconds; the
database's own processor time beside them, which other load on the machine does not lengthen.
Bar: the statement alone + 20 % + 2 ms; compressing is stated apart.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import mapbox_vector_tile
import psycopg2
import pytest
from isal import igzip
from psycopg2 import sql
from sqlalchemy import Engine

from api.access.reader import Reader
from api.cluster.cluster import APP
from api.database import Database
from api.tiles.asked import Asked
from api.tiles.draw import Drawn, draw
from api.tiles.packed import GZIP_LEVEL
from api.tiles.statement import Part, Shape, band_of, composed, extent_of
from layers.catalogue import ROLES, read_catalogue
from tests.api.test_tiles import tile_at
from tests.bench.parcels import load_parcels
from tests.databases import copy_of

COUNT = int(os.environ.get("HUASHAN_BENCH_PARCELS", "200000"))
ZOOMS = range(10, 18)
ROUNDS = 11
PLACE = 114.49, 30.57
CATALOGUE = read_catalogue()
SOMEONE = Reader("张三", "", frozenset(ROLES), signed_in=True)
THEIRS = """
WITH e AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS tile,
           ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 1.0 / 64) AS wide
)
SELECT ST_AsMVT(f, 'landuse', 4096, 'geom', 'id') FROM (
    SELECT p.id, p.code, p.name, p.class_code, p.class_name, p.ownership,
           ST_AsMVTGeom(ST_Transform(p.geom, 3857), e.tile, 4096, 64) AS geom
    FROM city.landuse AS p, e WHERE p.geom && ST_Transform(e.wide, 4490)
) AS f
"""  # fmt: skip


class Took(NamedTuple):
    """The median of the wall's clock, and the mean of the database's processor time, in milliseconds."""

    wall_ms: float
    server_ms: float


@pytest.fixture(scope="module")
def parcels(cluster, city_template) -> Iterator[Engine]:
    with copy_of(cluster, city_template) as engine:
        began_s = time.perf_counter()
        load_parcels(engine, COUNT)
        with engine.connect() as connection:
            size = connection.exec_driver_sql("SELECT pg_total_relation_size('city.landuse') / 1048576").scalar()
        print(f"\n  {COUNT:,} parcels stored in {time.perf_counter() - began_s:.0f} s, {size} MB with their indexes")
        yield engine


def test_drawing_beside_its_statement_alone(parcels):
    database = Database.at(parcels.url.set(username=APP).render_as_string(hide_password=False), pool_size=1)
    alone = psycopg2.connect(parcels.url.set(username=APP, drivername="postgresql").render_as_string(False))
    alone.autocommit = True
    print("\n   z features   bytes  gzip | draw() server | statement alone | others' statement server | compress  [ms]")
    for z in ZOOMS:
        _, x, y = (int(part) for part in tile_at(*PLACE, z).split("/"))
        asked = Asked(("landuse",), z, x, y)
        if z < CATALOGUE["landuse"].min_zoom:
            continue
        drawn = draw(database, SOMEONE, asked, CATALOGUE)
        with database.engine.connect() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        ours, own, theirs = measured(
            (pid, lambda asked=asked: draw(database, SOMEONE, asked, CATALOGUE)),
            (alone.info.backend_pid, statement(alone, asked)),
            (alone.info.backend_pid, other(alone, asked)),
        )
        (compressing,) = measured((pid, lambda drawn=drawn: packed(drawn)))
        print(
            f"  {z:2} {count(drawn):8,} {len(drawn.data):8,} {len(packed(drawn)):7,}"
            f" | {ours.wall_ms:7.1f} {ours.server_ms:6.1f}"
            f" | {own.wall_ms:7.1f} {own.server_ms:6.1f} | {theirs.wall_ms:7.1f} {theirs.server_ms:6.1f}"
            f" | {compressing.wall_ms:5.1f} {drawn.left_out or ''}"
        )
    alone.close()
    database.close()


def statement(connection: "psycopg2.extensions.connection", asked: Asked) -> Callable[[], object]:
    """Our statement, prepared, with nothing around it; whole, so that where draw() cuts, it does less than draw()."""
    names: list[str] = []
    cursor = connection.cursor()
    whole = composed(Shape((Part("landuse"),), band_of(asked.z), cut=False), CATALOGUE)

    class Numbers(dict[str, str]):
        def __missing__(self, name: str) -> str:
            names.append(name)
            self[name] = f"${len(names)}"
            return self[name]

    cursor.execute("SET plan_cache_mode = force_generic_plan")
    cursor.execute(f"PREPARE z{asked.z} AS {whole.as_string(connection) % Numbers()}")
    values = {"z": asked.z, "x": asked.x, "y": asked.y, "extent": extent_of(asked.z), "most": 30_000}
    marks = sql.SQL(", ").join([sql.Literal(values[name]) for name in names])
    text = sql.SQL("EXECUTE {}({})").format(sql.Identifier(f"z{asked.z}"), marks).as_string(connection)

    def run() -> object:
        cursor.execute(text)
        return cursor.fetchone()

    return run


def other(connection: "psycopg2.extensions.connection", asked: Asked) -> Callable[[], object]:
    """The statement that servers without kept shapes send: transformed and cut for each tile, planned for each."""
    cursor = connection.cursor()

    def run() -> object:
        cursor.execute(THEIRS, {"z": asked.z, "x": asked.x, "y": asked.y})
        return cursor.fetchone()

    return run


def measured(*ways: tuple[int, Callable[[], object]]) -> list[Took]:
    """What each of some ways to a tile takes, in rounds in which each has its turn; with the database's process."""
    for _, run in ways:
        run()
    rounds = [[_once(pid, run) for pid, run in ways] for _ in range(ROUNDS)]
    return [
        Took(statistics.median(took.wall_ms for took in own), statistics.mean(took.server_ms for took in own))
        for own in zip(*rounds, strict=True)
    ]


def _once(pid: int, run: Callable[[], object]) -> Took:
    server, began_s = server_s(pid), time.perf_counter()
    run()
    return Took((time.perf_counter() - began_s) * 1000, (server_s(pid) - server) * 1000)


def server_s(pid: int) -> float:
    """The processor time that a process of the database has had, to a hundredth of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def packed(drawn: Drawn) -> bytes:
    return bytes(igzip.compress(drawn.data, GZIP_LEVEL, mtime=0))


def count(drawn: Drawn) -> int:
    return len(mapbox_vector_tile.decode(drawn.data)["landuse"]["features"])
