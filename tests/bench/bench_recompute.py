"""How long stored patrols take to be worked out anew: in this process, on one Dask worker and on two. One run.

Walks of an hour, a fix a second, go through the real intake onto the sample's banks and roads. Before each way the same
third of the sightings is deleted, so that each has the same to do and to write; afterwards all rows in force must be
those from before. Workers are processes of their own, which join a scheduler; what they take to start is not counted.
"""

import contextlib
import os
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely

from api.batch.plan import begin, end, parts_left
from api.batch.spread import Way, hands
from api.cluster.cluster import APP
from api.database import Database, Operator
from api.patrols.accept import Intake, Outing
from api.sightings.sighting import refresh_last_seen
from api.sightings.targets import Targets, read_city
from api.tracks.track import RawTrack
from layers.catalogue import read_catalogue
from layers.crs import STORED, project, transformer
from tests.batch.test_spread import scheduler, worker
from tests.bench.bench_month import walks
from tests.databases import copy_of

PATROLS, DAYS, WORKERS = int(os.environ.get("HUASHAN_BENCH_PATROLS", "96")), 6, 2
FIRST = datetime(2026, 9, 1, tzinfo=UTC)
"""After the sample's last patrol, so that the period holds nothing else."""
ALL, WARM = (FIRST - timedelta(days=1), None), (FIRST - timedelta(days=1), FIRST + timedelta(days=1))
STANDING = """
    SELECT md5(string_agg(r, '' ORDER BY r)) FROM (
        SELECT ROW(patrol_id, layer, target_code, reach_m, bound, span, first_at, last_at)::text AS r
        FROM city.sighting WHERE known_to IS NULL
        UNION ALL
        SELECT ROW(patrol_id, layer, target_code, reach_m, bound, first_at, last_at, dwell_s, road_share)::text
        FROM city.whole_sighting WHERE known_to IS NULL
        UNION ALL
        SELECT ROW(patrol_id, other_id, kind, from_at, to_at, evidence)::text FROM city.flag WHERE known_to IS NULL
        UNION ALL
        SELECT ROW(patrol_id, leg_no, length_m, times_s, geom)::text FROM city.leg
        UNION ALL
        SELECT ROW(layer, target_code, span, last_at)::text FROM city.last_seen
    ) AS every
"""
DAMAGE = """
    DELETE FROM city.sighting WHERE known_to IS NULL AND patrol_id %% 3 = 0
      AND patrol_id IN (SELECT patrol_id FROM city.patrol WHERE started_at >= %(first)s)
"""


def fill(engine, rng):
    """Take the patrols in; how many fixes."""
    intake, database, who = Intake(Targets(read_catalogue()), (25.0,)), Database(engine), Operator("bench")
    with database.transaction(who) as connection:
        city = read_city(connection)
        drawn = connection.exec_driver_sql(
            "SELECT ST_AsBinary(geom) FROM city.reach_now UNION ALL SELECT ST_AsBinary(geom) FROM city.road_now"
        )
        shapes = project(shapely.from_wkb([bytes(row[0]) for row in drawn]), STORED, city.metric_crs)
    lines = np.array([max(shapely.get_parts(line), key=shapely.length) for line in shapes], dtype=object)
    back = transformer(city.metric_crs, STORED)
    given = []
    for number in range(PATROLS):
        start = FIRST + timedelta(days=number % DAYS, hours=float(rng.uniform(0, 9)))
        x, y, time_s = walks(lines, rng, start.timestamp())
        lon, lat = back.transform(x, y)
        track = RawTrack(1, f"bench-{number}", np.array(lon), np.array(lat), time_s, np.full(len(x), 5.0))
        given.append((track, Outing(code=f"bench-{number}")))
    with database.transaction(who, write=True) as connection:
        intake.accept_all(connection, given, now=FIRST + timedelta(days=DAYS + 1), refresh=False)
        for layer in read_catalogue().line_layers:
            refresh_last_seen(connection, layer.id)
    return sum(len(track) for track, _ in given)


def recomputed(engine, period, way):
    """Seconds that all parts of a period took, from the first that was handed out; and what came of them."""
    with engine.begin() as connection:
        run = begin(connection, period, again=True)
        parts = parts_left(connection, run.run_id)
    with hands(run.run_id, way, lambda: None) as hand_out:
        began = time.perf_counter()
        done = list(hand_out(parts))
        took_s = time.perf_counter() - began
    assert not [one for one in done if one.faults]
    return took_s, end(engine, run.run_id)


def standing(engine):
    with engine.connect() as connection:
        return connection.exec_driver_sql(STANDING).scalar()


@pytest.mark.slow
def test_recomputing_here_and_on_workers(cluster, sample_template, monkeypatch, tmp_path):
    with copy_of(cluster, sample_template) as engine, contextlib.ExitStack() as workers:
        url = engine.url.set(username=APP).render_as_string(hide_password=False)
        monkeypatch.setenv("HUASHAN_DATABASE_URL", url)
        fixes = fill(engine, np.random.default_rng(11))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        before = standing(engine)
        print(f"\n{PATROLS} stored patrols of an hour, {fixes:,} fixes; seconds, fixes a second, times as fast as here")
        address = workers.enter_context(scheduler(tmp_path))
        alone_s = 0.0
        for count in range(WORKERS + 1):
            if count:
                workers.enter_context(worker(address, tmp_path))
            way = Way(address) if count else Way()
            recomputed(engine, WARM, way)
            with engine.begin() as connection:
                connection.exec_driver_sql(DAMAGE, {"first": FIRST - timedelta(days=1)})
            took_s, told = recomputed(engine, ALL, way)
            assert (standing(engine) == before, told.left, told.fixes) == (True, 0, fixes)
            alone_s = alone_s or took_s
            name = f"{count} Dask worker{'s' * (count > 1)}" if count else "this process"
            print(f"  {name:16} {took_s:7.1f} {fixes / took_s:10,.0f} {alone_s / took_s:8.2f}", flush=True)
