"""From an edit to the screen while tiles are being served: when the event comes, and when the changed tile is fetched.

One server process; others ask it for warm tiles without a pause, as browsers do, and one edits parcel after parcel by
a connection of its own, listens to /live, and fetches the tile that it is told of, as the map would. Both times count
from before the commit; the second until the last byte of a tile with another ETag than before has come.
"""

import contextlib
import http.client
import itertools
import json
import math
import multiprocessing
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

import numpy as np
import pytest
from sqlalchemy import create_engine

from api.cluster.cluster import APP, OWNER, Cluster
from api.cluster.temporary import temporary_place
from layers.migrate import migrate
from tests.bench.parcels import EAST, NORTH, SOUTH, WEST, load_parcels
from tests.conftest import serving
from tests.databases import FACTS

PARCELS, EDITS, ASKING = 20_000, 100, 2
ZOOMS = (14, 15, 16)
ACCEPT = {"Accept-Encoding": "gzip, deflate, br"}
EDIT = (
    "UPDATE city.landuse SET name = name || '*' WHERE code = %s"
    " RETURNING ST_X(ST_Centroid(geom)) AS lon, ST_Y(ST_Centroid(geom)) AS lat"
)


@contextlib.contextmanager
def city_of_parcels(count: int):
    """An engine over a durable cluster of its own with so many parcels, all of them sample."""
    with temporary_place() as place:
        cluster = Cluster(replace(place, durable=True))
        try:
            cluster.create()
            cluster.start(tied=True)
            cluster.create_database("bench", "template1")
            engine = create_engine(cluster.url("bench", OWNER))
            migrate(engine, FACTS, APP)
            load_parcels(engine, count)
            with engine.begin() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO city.edition (layer, name, sample) VALUES ('landuse', '样例', true)"
                )
                connection.exec_driver_sql(
                    "UPDATE city.landuse SET edition_id = (SELECT max(edition_id) FROM city.edition)"
                )
            yield engine
            engine.dispose()
        finally:
            cluster.stop()


@pytest.fixture(scope="module")
def engine():
    with city_of_parcels(PARCELS) as engine:
        yield engine


def tile_over(lon: float, lat: float, z: int) -> str:
    """The address of the tile over a place."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return f"/tiles/landuse/{z}/{int((lon + 180) / 360 * 2**z)}/{int(y * 2**z)}"


def ask(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status and ETag of an answer, once all of it has come."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers.get("ETag", "")


def load(url: str, told: Connection) -> None:
    """Ask for tiles until told to stop; answers how many a second came."""
    parts = urlsplit(url)
    random = np.random.default_rng(5)
    places = zip(random.uniform(WEST, EAST, 60), random.uniform(SOUTH, NORTH, 60), itertools.cycle(ZOOMS), strict=False)
    paths = [tile_over(float(lon), float(lat), z) for lon, lat, z in places]
    count, began = 0, time.perf_counter()
    with contextlib.closing(http.client.HTTPConnection(parts.hostname, parts.port)) as connection:
        for path in itertools.cycle(paths):
            ask(connection, path, ACCEPT)
            count += 1
            if count % 50 == 0 and told.poll():
                break
    told.send(count / (time.perf_counter() - began))


def events(url: str):
    """The events of a stream as they come: name and data."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    connection.request("GET", "/live?layers=landuse")
    name = ""
    for line in connection.getresponse():
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def edit(url: str, database: str, told: Connection) -> None:
    """Edit one parcel after the other; answers the seconds to the event, and to the tile, of each."""
    parts = urlsplit(url)
    stream = events(url)
    assert next(stream)[0] == "hello"
    found = []
    numbers = np.random.default_rng(6).choice(PARCELS, EDITS, replace=False).tolist()
    with (
        create_engine(database).connect() as editor,
        contextlib.closing(http.client.HTTPConnection(parts.hostname, parts.port)) as connection,
    ):
        for number in numbers:
            lon, lat = editor.exec_driver_sql(EDIT, (f"T{number:06d}",)).one()
            path = tile_over(lon, lat, 16)
            _, before = ask(connection, path, ACCEPT)
            began = time.perf_counter()
            editor.commit()
            boxes = next(data["boxes"] for name, data in stream if name == "tiles")
            assert any(west <= lon <= east and south <= lat <= north for west, south, east, north in boxes)
            heard = time.perf_counter()
            status, after = ask(connection, path, ACCEPT | {"If-None-Match": before})
            assert status == 200 and after != before
            found.append((heard - began, time.perf_counter() - began))
            time.sleep(0.05)
    told.send(found)


def test_edit_to_event_and_to_screen_under_load(engine, capsys):
    spawn = multiprocessing.get_context("spawn")
    database = engine.url.render_as_string(hide_password=False)
    with serving(engine) as url:
        pipes = [spawn.Pipe() for _ in range(ASKING + 1)]
        processes = [spawn.Process(target=load, args=(url, theirs)) for _, theirs in pipes[1:]]
        processes.append(spawn.Process(target=edit, args=(url, database, pipes[0][1])))
        for process in processes:
            process.start()
        assert pipes[0][0].poll(180), "the edits did not come through"
        seconds = np.array(pipes[0][0].recv()) * 1000
        for ours, _ in pipes[1:]:
            ours.send("stop")
        rate = sum(ours.recv() for ours, _ in pipes[1:])
        for process in processes:
            process.join()
    p50, p95, most = (np.percentile(seconds, share, axis=0) for share in (50, 95, 100))
    with capsys.disabled():
        print(f"\n{PARCELS:,} parcels, {EDITS} edits, while {rate:,.0f} tiles a second are served to {ASKING} clients")
        for name, at in (("edit to event", 0), ("edit to changed tile", 1)):
            print(f"  {name:22} p50 {p50[at]:7.1f} ms   p95 {p95[at]:7.1f} ms   most {most[at]:7.1f} ms")
    assert len(seconds) == EDITS
