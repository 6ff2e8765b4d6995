"""How fast tiles are served, beside nginx with the same bytes on disk and the other tile servers: ratios of one run.

200,000 parcels over 25 by 24 km, polygons of 8 to 40 vertices, five attributes (`parcels.py`). Apart: a tile nobody
asked for before (cold), one in memory as browsers ask for it and as identity (warm), one that the browser has (304),
one cold tile asked for by a hundred at once (stampede), and while parcels are being edited; by one process and by two.
Rates are requests a second of the servers' own processor time, the median of rounds taken in turns.
"""

import contextlib
import gzip
import os
import random
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import mapbox_vector_tile
import pytest
from sqlalchemy import Engine, create_engine

from api.access import tokens
from api.cluster.cluster import APP, OWNER
from api.cluster.temporary import throw_away_folder
from layers.catalogue import LAYERS_FOLDER
from tests.bench import tile_rivals as rivals
from tests.bench.load import Rate, in_turns, rate, wrk
from tests.bench.parcels import EAST, NORTH, SOUTH, WEST, load_parcels
from tests.conftest import assets_folder
from tests.databases import copy_of

COUNT = int(os.environ.get("HUASHAN_BENCH_PARCELS", "200000"))
ZOOMS = range(10, 18)
PATIENCE_S = 30
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}
IDENTITY = {"Accept-Encoding": "identity"}
CHECKOUT = Path(LAYERS_FOLDER).parent
TILE = "/tiles/landuse/{z}/{x}/{y}"


class Server(NamedTuple):
    """Ours: its process, its address, and who asks."""

    pid: int
    address: str
    person: dict[str, str]

    def url(self, place: tuple[int, int, int]) -> str:
        z, x, y = place
        return self.address + TILE.format(z=z, x=x, y=y)


class Got(NamedTuple):
    """One answer."""

    took_s: float
    body: bytes
    etag: str


@pytest.fixture(scope="module")
def parcels(cluster, city_template) -> Iterator[Engine]:
    with copy_of(cluster, city_template) as engine:
        began_s = time.perf_counter()
        load_parcels(engine, COUNT)
        rivals.make_tables(engine)
        print(f"\n  {COUNT:,} parcels loaded in {time.perf_counter() - began_s:.0f} s")
        yield engine


@pytest.fixture(scope="module")
def app_engine(parcels) -> Engine:
    """The same database by the rights that servers have."""
    return create_engine(parcels.url.set(username=APP))


@contextlib.contextmanager
def ours(engine: Engine, processes: int) -> Iterator[Server]:
    """`huashan up` over the parcels, in that many processes."""
    port = rivals.free_port()
    environ = {
        "HUASHAN_DATABASE_URL": engine.url.set(username=APP).render_as_string(hide_password=False),
        "HUASHAN_OWNER_URL": engine.url.set(username=OWNER).render_as_string(hide_password=False),
        "HUASHAN_ASSETS": str(assets_folder()),
        "HUASHAN_PROCESSES": str(processes),
        "PORT": str(port),
        "PYTHONPATH": str(CHECKOUT),
    }
    with engine.begin() as connection:
        person = {"Authorization": f"Bearer {tokens.new(connection, '测', '测', ('admin',), None)}"}
    base = f"http://127.0.0.1:{port}"
    # Where the user whom root hands over to may go.
    with throw_away_folder(Path(tempfile.gettempdir())) as home:
        environ["HUASHAN_DATA"] = str(home / "data")
        with rivals.running([sys.executable, "-P", "-m", "api.cli.app", "up"], f"{base}/health", environ) as pid:
            yield Server(pid, base, person)


def get(url: str, headers: dict[str, str], patience_s: float = 120) -> Got:
    began_s = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=patience_s) as answer:
        body = answer.read()
        return Got(time.perf_counter() - began_s, body, answer.headers.get("ETag") or "")


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile over a place. Source: OGC WebMercatorQuad."""
    import morecantile

    tile = morecantile.tms.get("WebMercatorQuad").tile(lon, lat, z)
    return z, tile.x, tile.y


def places(z: int, count: int) -> list[tuple[int, int, int]]:
    """Tiles of a zoom within the district, all different, in an order of chance."""
    chance, found = random.Random(z), set()
    for _ in range(count * 20):
        found.add(tile_at(chance.uniform(WEST + 0.02, EAST - 0.02), chance.uniform(SOUTH + 0.02, NORTH - 0.02), z))
        if len(found) == count:
            break
    return sorted(found, key=lambda place: chance.random())


def unpacked(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def features(body: bytes) -> int:
    """How many features the parcels' own layer of a tile has; label points and the like do not count."""
    decoded = mapbox_vector_tile.decode(unpacked(body))
    return max((len(layer["features"]) for layer in decoded.values()), default=0)


def test_cold_and_how_large(app_engine, parcels, tmp_path):
    """A tile that nobody asked for before: milliseconds, kilobytes and features by zoom, beside the others."""
    packed = {"Accept-Encoding": "gzip"}
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(ours(parcels, 1))
        others = {
            "TiPg, degrees": (stack.enter_context(rivals.tipg(app_engine)), "parcel"),
            "pygeoapi, degrees": (stack.enter_context(rivals.pygeoapi(app_engine, tmp_path)), "parcel"),
            "Martin, degrees": (stack.enter_context(rivals.martin(app_engine, cached=False)), "parcel"),
        }
        others["TiPg, 3857"] = (others["TiPg, degrees"][0], "parcel_3857")
        others["Martin, 3857"] = (others["Martin, degrees"][0], "parcel_3857")
        for name, (other, _) in others.items():
            if other is None:
                print(f"  {name}: not measured, it is not installed")
        print("  pg_tileserv: not measured here (tests/bench/README.md); its statement is, in bench_tile_drawing.py")
        for z in ZOOMS:
            some = places(z, 2 if z < 12 else 3 if z == 12 else 12)
            get(server.url(tile_at(EAST, NORTH, z)), server.person | packed)
            own = [get(server.url(place), server.person | packed) for place in some]
            _tell(z, "ours", own, own)
            few = some[:1] if z < 13 else some
            for name, (other, table) in others.items():
                if other:
                    urls = [other.url(table, *place) for place in few]
                    _tell_other(z, name, urls, own, lambda: rivals.stop(app_engine))


def _tell_other(z: int, name: str, urls: list[str], own: list[Got], stop: Callable[[], None]) -> None:
    """As `_tell`, of another server; one that takes longer than PATIENCE_S for one tile is not waited for."""
    packed = {"Accept-Encoding": "gzip"}
    try:
        get(urls[0], packed, PATIENCE_S)
        _tell(z, name, [get(url, packed, PATIENCE_S) for url in urls], own)
    except TimeoutError:
        stop()
        print(f"  z{z} {name:<18} over {PATIENCE_S * 1000:,} ms for one tile: not waited for")


def _tell(z: int, name: str, answers: list[Got], own: list[Got]) -> None:
    took_ms = statistics.median(answer.took_s for answer in answers) * 1000
    own_ms = statistics.median(answer.took_s for answer in own[: len(answers)]) * 1000
    size_kb = statistics.mean(len(answer.body) for answer in answers) / 1000
    held = [features(answer.body) for answer in answers]
    print(
        f"  z{z} {name:<18} {took_ms:9.1f} ms {took_ms / own_ms:6.1f} x ours  {size_kb:8.1f} kB, at most "
        f"{max(len(answer.body) for answer in answers) / 1000:8.1f}  {statistics.mean(held):9,.0f} features"
    )


@pytest.mark.parametrize("processes", [1, 2])
def test_warm_and_304(parcels, app_engine, tmp_path, processes):
    """A tile in memory, and one that the browser has: beside nginx with the very bytes on disk, and Martin's cache."""
    if wrk() is None:
        pytest.skip("not measured: wrk is not installed")
    place = tile_at(114.49, 30.57, 15)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(ours(parcels, processes))
        martin = stack.enter_context(rivals.martin(app_engine, cached=True))
        bodies = {}
        for name, headers in (("br", BROWSER), ("identity", IDENTITY)):
            for _ in range(4 * processes):
                bodies[name] = get(server.url(place), server.person | headers)
                time.sleep(0.1)
        files = {"br": (bodies["br"].body, "br"), "identity": (bodies["identity"].body, "")}
        disk = stack.enter_context(rivals.nginx(tmp_path, files))
        _print_rates(_rates(server, disk, martin, place, bodies), processes)


def _rates(server: Server, disk, martin, place, bodies: dict[str, Got]) -> dict[str, Rate]:
    ways, url = {}, server.url(place)
    for name, headers in (("br", BROWSER), ("identity", IDENTITY)):
        known = {"If-None-Match": bodies[name].etag}
        ways[f"ours {name}"] = lambda headers=headers: rate(server.pid, url, server.person | headers)
        ways[f"ours {name} 304"] = lambda known=known, headers=headers: rate(
            server.pid, url, server.person | headers | known
        )
        if disk:
            where = disk.address.format(table=name)
            etag = {"If-None-Match": get(where, headers).etag}
            ways[f"nginx {name}"] = lambda where=where, headers=headers: rate(disk.pid, where, headers)
            ways[f"nginx {name} 304"] = lambda where=where, headers=headers, etag=etag: rate(
                disk.pid, where, headers | etag
            )
        if martin:
            tile = martin.url("parcel_3857", *place)
            ways[f"Martin {name}"] = lambda tile=tile, headers=headers: rate(martin.pid, tile, headers)
            same = {"If-None-Match": get(tile, headers).etag}
            ways[f"Martin {name} 304"] = lambda tile=tile, headers=headers, same=same: rate(
                martin.pid, tile, headers | same
            )
    return in_turns(ways)


def _print_rates(rates: dict[str, Rate], processes: int) -> None:
    print(f"\n  {processes} process(es) of ours; requests a second and core (and a second); nginx = 1")
    for name in ("nginx", "Martin"):
        if f"{name} br" not in rates:
            print(f"  {name}: not measured, it is not installed")
    for name, found in rates.items():
        disk = rates.get(f"nginx {name.partition(' ')[2]}")
        ratio = f"{found.per_core_s / disk.per_core_s:5.2f}" if disk else "    –"
        failed = f", {found.failed} failed" if found.failed else ""
        print(f"  {name:<20} {found.per_core_s:9,.0f} ({found.per_s:9,.0f}) {ratio}{failed}")


def test_stampede(parcels, tmp_path):
    """A hundred ask for one tile that nobody asked for before."""
    with ours(parcels, 1) as server, ThreadPoolExecutor(100) as clients:
        alone = get(server.url(tile_at(114.45, 30.52, 14)), server.person)
        alone = get(server.url(tile_at(114.55, 30.62, 14)), server.person)
        began_s = time.perf_counter()
        together = list(clients.map(lambda _: get(server.url(tile_at(114.50, 30.57, 14)), server.person), range(100)))
        all_s = time.perf_counter() - began_s
    assert len({answer.body for answer in together}) == 1
    print(
        f"\n  stampede: 100 at once {all_s * 1000:.0f} ms until the last has it, one alone {alone.took_s * 1000:.0f} ms"
    )


@pytest.mark.parametrize("processes", [1, 2])
def test_edits_under_load(parcels, tmp_path, processes):
    """From the commit of an edit to a tile that has it, while tiles are being asked for as fast as they come."""
    if wrk() is None:
        pytest.skip("not measured: wrk is not installed")
    place = tile_at(114.49, 30.57, 15)
    with ours(parcels, processes) as server:
        get(server.url(place), server.person)
        load = threading.Thread(
            target=lambda: rates.append(rate(server.pid, server.url(place), server.person | BROWSER, seconds=12))
        )
        rates: list[Rate] = []
        load.start()
        waits_s = [_edit_seen_s(parcels, server, place, n) for n in range(30)]
        load.join()
    waits_s.sort()
    print(
        f"\n  {processes} process(es): edit to a tile that has it {waits_s[15] * 1000:.0f} ms (median), "
        f"{waits_s[28] * 1000:.0f} ms (95 %), {waits_s[-1] * 1000:.0f} ms (worst) at {rates[0].per_s:,.0f} requests/s"
    )


def _edit_seen_s(engine: Engine, server: Server, place: tuple[int, int, int], n: int) -> float:
    name = f"改名{n}-{time.monotonic_ns()}"
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE city.landuse SET name = %s WHERE id = (SELECT id FROM city.landuse_now WHERE geom && "
            "ST_SetSRID(ST_Point(114.49, 30.57), 4490) ORDER BY id LIMIT 1)",
            (name,),
        )
    began_s = time.perf_counter()
    while name.encode() not in unpacked(get(server.url(place), server.person).body):
        if time.perf_counter() - began_s > 20:
            raise AssertionError("the edit never came")
        time.sleep(0.005)
    return time.perf_counter() - began_s
