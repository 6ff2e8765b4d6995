"""A batch of land checks: 10,000 outlines over 200,000 parcels, in one file through the API, to its last row.

Outlines of 0.1 to 2 ha with 50 vertices, by a fixed seed, over the city of `bench_landuse.py`. Printed: seconds,
outlines a second, how much memory the process that checks takes at most, and what its files take to be written.
"""

import contextlib
import json
import os
import time
from pathlib import Path

import httpx2
import numpy as np
import pytest

from api.access import tokens
from layers.crs import METRIC_DEFAULT, STORED, project
from tests.bench.bench_landuse import around, blob
from tests.bench.parcels import load_parcels
from tests.conftest import serving
from tests.databases import copy_of

PARCELS = int(os.environ.get("HUASHAN_BENCH_PARCELS", "200000"))
COUNT = int(os.environ.get("HUASHAN_BENCH_OUTLINES", "10000"))
VERTICES = 50


class Worker:
    """What the process that checks takes, as long as it is there to be looked at."""

    peak_mb, cpu_s = 0.0, 0.0

    def look(self) -> None:
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, KeyError):
                state = (process / "stat").read_text().rpartition(")")[2].split()
                work = b"api.landuse.batches.work" in (process / "cmdline").read_bytes()
                if work and int(state[1]) == os.getpid():
                    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
                    self.peak_mb = int(status["VmHWM"].split()[0]) / 1024
                    self.cpu_s = sum(map(int, state[11:13])) / os.sysconf("SC_CLK_TCK")

    def __str__(self) -> str:
        return f"its process: {self.cpu_s:.0f} s of processor, {self.peak_mb:.0f} MB at most;"


@pytest.fixture(scope="module")
def city(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        load_parcels(engine, PARCELS)
        around(engine)
        with serving(engine) as url:
            yield engine, url


def test_ten_thousand_outlines_in_one_file(city):
    random = np.random.default_rng(32)
    shapes = [blob(random, 10 ** random.uniform(-1, np.log10(2)), VERTICES) for _ in range(COUNT)]
    wire = project(np.array(shapes, dtype=object), METRIC_DEFAULT, STORED)
    features = [
        {"type": "Feature", "properties": {"name": f"范围 {n}"}, "geometry": shape.__geo_interface__}
        for n, shape in enumerate(wire, start=1)
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    engine, url = city
    with engine.begin() as connection:
        token = tokens.new(connection, "张三", "用地", ("landuse",), None)
    with httpx2.Client(base_url=url, timeout=600, headers={"Authorization": f"Bearer {token}"}) as client:
        began_s = time.perf_counter()
        answer = client.post("/landuse/batches", params={"name": "范围.geojson"}, content=body)
        assert answer.status_code == 202, answer.text
        taken_s, path = time.perf_counter() - began_s, answer.headers["location"]
        worker = Worker()
        while (found := client.get(path, params={"limit": 1}).json())["status"] in ("queued", "checking"):
            worker.look()
            time.sleep(0.5)
        took_s = time.perf_counter() - began_s
        assert found["status"] == "done" and sum(found["counts"].values()) == COUNT, found
        print(f"\n  {COUNT:,} outlines, {len(body) / 2**20:.0f} MB, {PARCELS:,} parcels: taken in {taken_s:.1f} s,")
        print(f"  all checked after {took_s:.0f} s, {COUNT / took_s:.0f} a second; {worker}")
        print(f"  {found['counts']}")
        for format in ("csv", "xlsx", "gpkg"):
            began_s = time.perf_counter()
            file = client.get(path, params={"format": format})
            print(f"  {format:<5}{time.perf_counter() - began_s:>6.1f} s{len(file.content) / 2**20:>8.1f} MB")
