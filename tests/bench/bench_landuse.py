"""What a land check takes through the API, stored, beside GeoPandas and plain PostGIS on the same outlines.

200,000 parcels over 25 by 24 km (`parcels.py`), the sample's control zones, plots, projects and grids among them.
Outlines of 0.1 to 20 ha with 10 to 200 vertices, by a fixed seed. Rivals give the area by class alone:
`geopandas.overlay` with the parcels in memory (their tree made), the same read from the database by box before, and
ST_Intersection in one statement. Ratios are of medians of one run, taken in turns. Bar: 95 % under 100 ms. Outlines of
50,000 vertices are printed apart.
"""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import geopandas as gpd
import httpx2
import numpy as np
import psycopg2
import pytest
import shapely
from sqlalchemy import Engine

from api.access import tokens
from api.cluster.cluster import APP
from layers.crs import METRIC_DEFAULT, STORED, project
from seeds.city import sample
from tests.bench.parcels import EAST, NORTH, SOUTH, WEST, load_parcels
from tests.conftest import serving
from tests.databases import copy_of

COUNT = int(os.environ.get("HUASHAN_BENCH_PARCELS", "200000"))
OUTLINES, LARGE = int(os.environ.get("HUASHAN_BENCH_OUTLINES", "200")), 3
ROUNDS = 2
PLAIN = """
WITH o AS MATERIALIZED (SELECT ST_GeomFromWKB(%s, 4547) AS geom)
SELECT p.class_code, sum(ST_Area(ST_Transform(ST_Segmentize(ST_Intersection(ST_Transform(p.geom, 4547), o.geom), 100), 4490)::geography))
FROM city.landuse AS p, o
WHERE p.geom && ST_Expand(ST_Transform(o.geom, 4490), 0.0001) AND ST_Intersects(ST_Transform(p.geom, 4547), o.geom)
GROUP BY p.class_code
"""  # noqa: E501
BY_BOX = "SELECT class_code, geom FROM city.landuse WHERE geom && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4490)"


class City(NamedTuple):
    engine: Engine
    client: httpx2.Client


def blob(random: np.random.Generator, area_ha: float, vertices: int) -> shapely.Polygon:
    """A round outline with a wavy edge, somewhere over the parcels, in metres; larger where there are fewer parcels."""
    angle = np.sort(random.uniform(0, 2 * np.pi, vertices))
    # As shores are: no corner lies further aside than half of what parts it from the next.
    rough = min(0.04, 3 / vertices)
    wave = 1 + 0.25 * np.sin(3 * angle + random.uniform(0, 6)) + random.uniform(-rough, rough, vertices)
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * wave[:, None]
    shape = shapely.make_valid(shapely.polygons(ring), method="structure", keep_collapsed=False)
    place = project(
        np.array([shapely.Point(random.uniform(WEST + 0.01, EAST - 0.01), random.uniform(SOUTH + 0.01, NORTH - 0.01))]),
        STORED, METRIC_DEFAULT,
    )[0]  # fmt: skip
    size = np.sqrt(area_ha * 1e4 * 200_000 / COUNT / shape.area)
    return shapely.transform(shape, lambda xy: xy * size + [place.x, place.y])


def outlines(count: int, seed: int = 30) -> list[shapely.Geometry]:
    random = np.random.default_rng(seed)
    return [blob(random, 10 ** random.uniform(-1, np.log10(20)), int(random.integers(10, 201))) for _ in range(count)]


@pytest.fixture(scope="module")
def city(cluster, city_template) -> Iterator[City]:
    with copy_of(cluster, city_template) as engine:
        began_s = time.perf_counter()
        load_parcels(engine, COUNT)
        around(engine)
        print(f"\n  {COUNT:,} parcels and the sample's zones stored in {time.perf_counter() - began_s:.0f} s")
        with engine.begin() as connection:
            token = tokens.new(connection, "张三", "规划员", ("landuse",), None)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        with serving(engine) as url, httpx2.Client(base_url=url, headers=headers, timeout=120) as client:
            yield City(engine, client)


def around(engine: Engine) -> None:
    """Zones, plots, projects and grids of the sample."""
    layers = sample().layers
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.edition (layer, name, valid_from, sample) VALUES ('landuse', '样例', '2026-01-01', true)"
        )
        for layer, columns in (("zone", ("kind",)), ("farmland", ("state",)), ("project", ()), ("grid", ("level",))):
            frame = layers[layer]
            names = ", ".join(("code", "name", *columns))
            marks = ", ".join(["%s"] * (2 + len(columns)))
            for row, shape in zip(frame.to_dict("records"), frame.geometry, strict=True):
                connection.exec_driver_sql(
                    f"INSERT INTO city.{layer} ({names}, edition_id, valid_from, geom) "
                    f"VALUES ({marks}, 1, '2024-01-01', ST_Multi(ST_GeomFromWKB(%s, 4490)))",
                    (row["code"], row["name"], *(row[name] for name in columns), shape.wkb),
                )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def geojson(shape: shapely.Geometry) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(shapely.to_geojson(project(np.array([shape]), METRIC_DEFAULT, STORED)[0]))
    return told


def test_checks_beside_overlay_and_st_intersection(city):
    shapes = outlines(OUTLINES)
    sent = [json.dumps({"geometry": geojson(shape)}).encode() for shape in shapes]
    with city.engine.connect() as connection:
        parcels = gpd.read_postgis("SELECT class_code, geom FROM city.landuse", connection, geom_col="geom")
    memory = parcels.to_crs(METRIC_DEFAULT)
    _ = memory.sindex
    plain = psycopg2.connect(city.engine.url.set(username=APP, drivername="postgresql").render_as_string(False))
    ways: dict[str, Callable[[int], object]] = {
        "POST /landuse/check, stored": lambda n: asked(city.client, sent[n]),
        "GeoPandas overlay, parcels in memory": lambda n: overlaid(memory, shapes[n]),
        "GeoPandas overlay, read by box": lambda n: overlaid(by_box(city.engine, shapes[n]), shapes[n]),
        "PostGIS ST_Intersection alone": lambda n: intersected(plain, shapes[n]),
    }
    took_ms = in_turns(ways, len(shapes))
    ours = statistics.median(took_ms["POST /landuse/check, stored"])
    print(f"\n  {len(shapes)} outlines, 0.1–20 ha, 10–200 vertices [ms]   median     95 %   × ours")
    for name, times_ms in took_ms.items():
        median = statistics.median(times_ms)
        print(f"  {name:<44}{median:>12.1f}{np.percentile(times_ms, 95):>9.1f}{median / ours:>9.2f}")
    plain.close()


def test_outlines_of_many_vertices(city):
    random = np.random.default_rng(31)
    for area_ha in (5.0, 20.0, 200.0):
        bodies = [json.dumps({"geometry": geojson(blob(random, area_ha, 50_000))}).encode() for _ in range(LARGE)]
        times_ms = [clocked(lambda body=body: asked(city.client, body)) for body in bodies]
        told = f"median {statistics.median(times_ms):,.0f} ms, most {max(times_ms):,.0f}"
        print(f"  50,000 vertices, {area_ha:.0f} ha, {LARGE} outlines: {told}")


def in_turns(ways: dict[str, Callable[[int], object]], count: int) -> dict[str, list[float]]:
    """Milliseconds of each way on each outline, the best of the rounds; the ways in turns, after a few to warm up."""
    for n in range(min(8, count)):
        for way in ways.values():
            way(n)
    took_ms: dict[str, list[float]] = {name: [] for name in ways}
    for n in range(count):
        for name, way in ways.items():
            took_ms[name].append(min(clocked(lambda way=way, n=n: way(n)) for _ in range(ROUNDS)))
    return took_ms


def clocked(way: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    way()
    return 1000 * (time.perf_counter() - began_s)


def asked(client: httpx2.Client, body: bytes) -> None:
    answer = client.post("/landuse/check", content=body)
    assert answer.status_code == 201, answer.text


def overlaid(parcels: gpd.GeoDataFrame, shape: shapely.Geometry) -> dict[str, float]:
    """Areas by class, as an analyst would: what the tree finds, cut, measured in the plane."""
    outline = gpd.GeoDataFrame(geometry=[shape], crs=METRIC_DEFAULT)
    near = parcels.iloc[parcels.sindex.query(shape)]
    cut = gpd.overlay(near, outline, how="intersection", keep_geom_type=True)
    return cut.geometry.area.groupby(cut["class_code"]).sum().to_dict()


def by_box(engine: Engine, shape: shapely.Geometry) -> gpd.GeoDataFrame:
    west, south, east, north = shapely.bounds(project(np.array([shape]), METRIC_DEFAULT, STORED)[0]).tolist()
    with engine.connect() as connection:
        found = gpd.read_postgis(
            BY_BOX, connection, geom_col="geom", params={"w": west, "s": south, "e": east, "n": north}
        )
    return found.to_crs(METRIC_DEFAULT)


def intersected(connection: Any, shape: shapely.Geometry) -> list[tuple[str, float]]:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, (shape.wkb,))
        return cursor.fetchall()
