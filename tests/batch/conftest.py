"""A small city whose patrols depend on each other, copied for each test; what stands in it; and damage to it.

Of one crew in two communities at once (A, B); a track replayed a week later (C); in another datum than declared (D);
one walk in two pieces across midnight, the later of which came in first (E2, E1); elsewhere (F);
and erased (G).
"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from api.cli.app import app
from api.cluster.cluster import APP
from api.patrols.accept import Intake, Outing
from api.patrols.erase import erase
from api.sightings.targets import Targets
from api.tracks.track import RawTrack
from layers.catalogue import read_catalogue
from layers.crs import STORED_SRID
from tests.api.test_doubts import EAST, NORTH, STREETS_M, WEEK_S, walk
from tests.databases import copy_of

NOW = datetime(2026, 6, 30, tzinfo=UTC)
MIDNIGHT_S = datetime(2026, 6, 1, 16, tzinfo=UTC).timestamp()
"""In Asia/Shanghai."""
FAR_M = 3000
ALL = ("--from", "2026-05-01", "--to", "2026-07-01")
GRIDS = f"""
INSERT INTO city.grid (code, name, level, valid_from, geom) VALUES
    ('420111080', '花山街道', 'street', '2026-01-01',
     ST_Multi(ST_MakeEnvelope(114.4, 30.5, 114.7, 30.6, {STORED_SRID})));
INSERT INTO city.grid (code, name, level, parent_code, valid_from, geom) VALUES
    ('420111080001', '西社区', 'community', '420111080', '2026-01-01',
     ST_Multi(ST_MakeEnvelope(114.45, 30.5, 114.485, 30.6, {STORED_SRID}))),
    ('420111080002', '东社区', 'community', '420111080', '2026-01-01',
     ST_Multi(ST_MakeEnvelope(114.485, 30.5, 114.53, 30.6, {STORED_SRID})));
INSERT INTO city.site (code, name, kind, valid_from, geom)
SELECT 'P' || n, '点' || n, 'other', '2026-01-01',
       ST_Transform(ST_SetSRID(ST_MakePoint({EAST} + 200 * n, {NORTH} + 5), city.metric_srid()), {STORED_SRID})
FROM generate_series(1, 3) AS n;
"""
STANDING = {
    "sighting": "layer, target_code, reach_m, bound, span, first_at, last_at",
    "whole_sighting": "layer, target_code, reach_m, bound, first_at, last_at, dwell_s, share, road_share",
    "flag": "kind, from_at, to_at, evidence, (SELECT o.code FROM city.patrol AS o WHERE o.patrol_id = t.other_id)",
    "leg": "leg_no, times_s, length_m, geom",
    "fix": "device, time, datum, lon, lat, left_out",
    "patrol_trace": "cells, passed_s",
}
"""What is to be equal, beside the patrol's code, of the rows in force."""
PATROLS = "SELECT code, started_at, ended_at, fixes_read, fixes_kept, left_out, length_m, datum_found FROM city.patrol"
LAST_SEEN = "SELECT layer, target_code, span::text, last_at FROM city.last_seen ORDER BY 1, 2, 3"
KEPT = "patrol_id IN (SELECT patrol_id FROM city.patrol WHERE erased_at IS NULL)"
DAMAGE = """
DELETE FROM city.last_seen WHERE (layer, target_code) IN (
    SELECT layer, target_code FROM city.sighting WHERE sighting_id % 3 = 0 AND {kept});
DELETE FROM city.sighting WHERE sighting_id % 3 = 0 AND {kept};
UPDATE city.sighting SET span = int4range(lower(span), upper(span) + 700) WHERE sighting_id % 3 = 1 AND {kept};
DELETE FROM city.whole_sighting WHERE whole_sighting_id % 2 = 0 AND {kept};
DELETE FROM city.flag WHERE patrol_id % 2 = 0;
UPDATE city.flag SET from_at = from_at + interval '1 second';
UPDATE city.patrol_trace SET cells = cells[3:], passed_s = passed_s[3:] WHERE patrol_id % 2 = 1;
UPDATE city.fix SET left_out = 'spike' WHERE extract(minute FROM time)::integer % 7 = 0 AND left_out IS NULL;
UPDATE city.leg SET length_m = length_m + 1, geom = ST_Translate(geom, 0.001, 0);
UPDATE city.patrol SET length_m = 0, left_out = '{}' WHERE erased_at IS NULL;
-- As if nobody had ever noticed in which datum they are.
UPDATE city.fix SET datum = 'wgs84', lon = lon_raw, lat = lat_raw WHERE datum <> 'wgs84';
"""


def streets(east_m, prefix):
    """Streets as an INSERT."""
    ends = [(off, 0, off, 1420) for off in STREETS_M] + [(0, off, 1420, off) for off in STREETS_M]
    rows = [
        f"('{prefix}{n}', '{n}街', '2026-01-01', ST_Transform(ST_GeomFromText("
        f"'LINESTRING ({EAST + east_m + a} {NORTH + b}, {EAST + east_m + c} {NORTH + d})', city.metric_srid()),"
        f" {STORED_SRID}))"
        for n, (a, b, c, d) in enumerate(ends)
    ]
    return f"INSERT INTO city.road (code, name, valid_from, geom) VALUES {', '.join(rows)}"


def piece(track, first, last):
    columns = (getattr(track, name)[first:last] for name in ("lon", "lat", "time_s", "accuracy_m"))
    return RawTrack(1, track.device, *columns)


def outings():
    """Code and track, in the order in which they came in."""
    across = walk(5, device="手机-5", start_s=MIDNIGHT_S - 1200, sent_in="gcj02")
    half = int((across.time_s < MIDNIGHT_S).sum())
    return {
        "A": walk(),
        "B": walk(1, device="手机-2", east_m=FAR_M, start_s=MIDNIGHT_S - 57_300),
        "C": replace(walk(device="手机-3"), time_s=walk().time_s + WEEK_S),
        "D": walk(3, device="手机-4", start_s=MIDNIGHT_S + 40_000, sent_in="gcj02"),
        "E2": piece(across, half, None),
        "E1": piece(across, 0, half),
        "F": walk(6, device="手机-6", east_m=9000),
        "G": walk(7, device="手机-7", start_s=MIDNIGHT_S - 30 * 86_400),
    }


@pytest.fixture(scope="module")
def filled(cluster, city_template):
    """The name of a database to copy."""
    with copy_of(cluster, city_template) as engine:
        intake = Intake(Targets(read_catalogue()), (25.0,))
        with engine.begin() as connection:
            for statement in (GRIDS, streets(0, "S"), streets(FAR_M, "T")):
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        for code, track in outings().items():
            crew, datum = "一组" if code in "AB" else None, "gcj02" if code == "E2" else "wgs84"
            with engine.begin() as connection:
                intake.accept(connection, track, Outing(code=code, crew=crew, datum=datum), now=NOW)
        with engine.begin() as connection:
            erase(connection, datetime(2026, 5, 20, tzinfo=UTC))
        engine.dispose()
        yield engine.url.database


@pytest.fixture
def city(cluster, filled, monkeypatch):
    """An engine on a copy, which the environment names to this process and those it starts."""
    with copy_of(cluster, filled) as engine:
        for name, role in (("HUASHAN_DATABASE_URL", APP), ("HUASHAN_OWNER_URL", engine.url.username)):
            monkeypatch.setenv(name, engine.url.set(username=role).render_as_string(hide_password=False))
        yield engine


@pytest.fixture
def huashan(city, monkeypatch):
    """A function that runs the command in this process: how it ended, and what it said."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        found = CliRunner().invoke(app, ["recompute", *map(str, arguments)])
        return found.exit_code, found.output if found.exception is None else f"{found.output}{found.exception}"

    return run


def standing(engine):
    """Everything that is worked out from fixes, as it is in force."""
    with engine.connect() as connection:
        run = connection.exec_driver_sql
        told = {"patrol": sorted(map(repr, run(PATROLS))), "last_seen": list(map(repr, run(LAST_SEEN)))}
        for table, columns in STANDING.items():
            held = " WHERE t.known_to IS NULL" if table in ("sighting", "whole_sighting", "flag") else ""
            code = "(SELECT p.code FROM city.patrol AS p WHERE p.patrol_id = t.patrol_id)"
            rows = run(f"SELECT {code}, {columns} FROM city.{table} AS t{held}")
            told[table] = sorted(map(repr, rows))
    return told


def damage(engine):
    with engine.begin() as connection:
        connection.exec_driver_sql(DAMAGE.replace("{kept}", KEPT), execution_options={"no_parameters": True})


def differing(before, after):
    """The tables of which the rows in force are not the same."""
    return {table for table in before if before[table] != after[table]}
