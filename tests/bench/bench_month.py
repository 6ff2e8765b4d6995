"""How long a month's coverage, debt and performance of the whole street take, by how much is stored before it. One run.

A month of patrols, a million fixes, goes through the real intake onto the sample's banks and roads; what it stored is
then stored nine times more in the database, each a month earlier, and the last month is asked for over HTTP.
HUASHAN_BENCH_MONTHS=100 goes on to 100 months at the same daily rate. No rival was found that answers the same; the
ratio printed is of the month with all months stored to the same with one.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine

from api.access import tokens
from api.database import Database, Operator
from api.duties.keep import keep_states
from api.patrols.accept import Intake, Outing
from api.sightings.sighting import refresh_last_seen
from api.sightings.targets import Targets, read_city
from api.tracks.track import RawTrack
from layers.catalogue import read_catalogue
from layers.crs import STORED, project, transformer
from tests.api.conftest import app_settings
from tests.bench.months_before import once_more
from tests.conftest import app_client
from tests.databases import copy_of

MONTHS = int(os.environ.get("HUASHAN_BENCH_MONTHS", "10"))
ASKED_AT = tuple(months for months in (1, 10, 100) if months <= MONTHS)
FIXES_A_MONTH, FIXES_A_PATROL = 1_000_000, 3_600
LAST = datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
ASKED = {
    "coverage of all banks": "/coverage/bank?from=2026-06-01&to=2026-07-01",
    "coverage of all roads": "/coverage/road?from=2026-06-01&to=2026-07-01",
    "coverage of banks by reach": "/coverage/bank?by=reach&from=2026-06-01&to=2026-07-01",
    "debt of all duties": "/debt?at=2026-07-01",
    "performance of all posts": "/duties/performance?period=2026-06",
}


def walks(lines: np.ndarray, rng: np.random.Generator, start_s: float) -> tuple[np.ndarray, ...]:
    """A walk of an hour beside a line chosen at random, to and fro, a fix a second with a phone's jitter; metres."""
    line = lines[rng.integers(len(lines))]
    gone_m = rng.uniform(0, line.length) + 1.3 * np.arange(FIXES_A_PATROL)
    along_m = np.abs((gone_m + line.length) % (2 * line.length) - line.length)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(line, along_m))
    drift = np.cumsum(rng.normal(0, 0.3, xy.shape), axis=0)
    return *(xy + drift - drift.mean(axis=0) + rng.uniform(-8, 8, 2)).T, start_s + np.arange(FIXES_A_PATROL)


def fill(engine: Engine, month: datetime, rng: np.random.Generator) -> int:
    """Take a month of patrols in, by the real intake; how many fixes."""
    catalogue, who = read_catalogue(), Operator("bench")
    intake = Intake(Targets(catalogue), (25.0,))
    database = Database(engine)
    with database.transaction(who) as connection:
        city = read_city(connection)
        rows = connection.exec_driver_sql(
            "SELECT b.post_code, ST_AsBinary(b.geom) FROM city.reach_now AS b"
            " UNION ALL SELECT NULL, ST_AsBinary(geom) FROM city.road_now"
        ).all()
    posts = [row[0] for row in rows]
    drawn = project(shapely.from_wkb([bytes(row[1]) for row in rows]), STORED, city.metric_crs)
    lines = np.array([max(shapely.get_parts(line), key=shapely.length) for line in drawn], dtype=object)
    back, days = transformer(city.metric_crs, STORED), 30
    count = FIXES_A_MONTH // FIXES_A_PATROL
    for number in range(0, count, 20):
        given = []
        for patrol in range(number, min(number + 20, count)):
            which = rng.integers(len(lines))
            start = month + timedelta(days=float(rng.integers(days)), hours=float(rng.uniform(7, 18)))
            x, y, time_s = walks(lines[which : which + 1], rng, start.timestamp())
            lon, lat = back.transform(x, y)
            device = f"bench-{month:%Y%m}-{patrol}"
            track = RawTrack(1, device, np.array(lon), np.array(lat), time_s, np.full(len(x), 5.0))
            given.append((track, Outing(post_code=posts[which], code=device)))
        with database.transaction(who, write=True) as connection:
            intake.accept_all(connection, given, now=datetime.now(UTC), refresh=False)
    return count * FIXES_A_PATROL


def asked(engine: Engine) -> dict[str, float]:
    """Seconds of each question, the best of three."""
    told = {}
    with engine.begin() as connection:
        headers = {"Authorization": f"Bearer {tokens.new(connection, '测量', '', ('admin',), None)}"}
    with app_client(app_settings(engine)) as client:
        for name, path in ASKED.items():
            took = []
            for _ in range(3):
                began = time.perf_counter()
                answer = client.get(path, headers=headers)
                took.append(time.perf_counter() - began)
                assert answer.status_code == 200, answer.text
            told[name] = min(took)
    return told


def ready(engine: Engine) -> None:
    """What the server does in quiet times, done now: what was last seen, statistics, and the states of duties."""
    with Database(engine).transaction(Operator("bench"), write=True) as connection:
        for layer in read_catalogue().line_layers:
            refresh_last_seen(connection, layer.id)
        keep_states(connection, read_catalogue(), (LAST + timedelta(days=40)).timestamp())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def held(engine: Engine) -> int:
    """How many fixes are stored."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM city.fix").scalar_one())


@pytest.mark.slow
def test_a_month_beside_the_months_before_it(cluster, sample_template):
    with copy_of(cluster, sample_template) as engine:
        began = time.perf_counter()
        stored = fill(engine, LAST, np.random.default_rng(7))
        print(f"\n{stored:,} fixes of the month asked about, by the real intake: {time.perf_counter() - began:.0f} s")
        alone: dict[str, float] = {}
        for least, months in zip((0, *ASKED_AT[:-1]), ASKED_AT, strict=True):
            began = time.perf_counter()
            for back in range(max(least, 1), months):
                dated_back(engine, back)
            print(f"months before it copied in the database, dated back: {time.perf_counter() - began:.0f} s")
            began = time.perf_counter()
            ready(engine)
            print(f"what was last seen, states of duties, statistics: {time.perf_counter() - began:.0f} s")
            print(f"{held(engine):,} fixes stored in {months} months and in the sample", flush=True)
            told = asked(engine)
            alone = alone or told
            for name, took in told.items():
                print(f"  {name:28} {took * 1000:8.0f} ms   {took / alone[name]:5.2f} x the month stored alone")


def dated_back(engine: Engine, back: int) -> None:
    """Store the month's patrols once more, so many months earlier."""
    month = LAST.month - 1 - back
    before = LAST.replace(year=LAST.year + month // 12, month=month % 12 + 1)
    once_more(engine, LAST, before, (f"bench-{LAST:%Y%m}-", f"bench-{before:%Y%m}-"))
