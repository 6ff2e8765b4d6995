"""A small city to plan in: three roads that meet, whose chief wants them seen every week, and two crews."""

import sys

import pytest

from layers.crs import STORED_SRID
from tests.api.conftest import desk_over, fill, until
from tests.databases import copy_of

CITY = f"""
INSERT INTO city.post (code, name, kind, provenance, edition_id, valid_from)
SELECT 'LZ-1', '一号路长', 'road_chief', 'synthetic', max(edition_id), '2026-01-01' FROM city.edition;
INSERT INTO city.road (code, name, class, provenance, edition_id, valid_from, geom)
SELECT r.code, r.name, 'minor', 'synthetic', e.edition_id, '2026-01-01', ST_GeomFromText(r.wkt, {STORED_SRID})
FROM (SELECT max(edition_id) AS edition_id FROM city.edition) AS e,
     (VALUES ('R1', '沿湖路', 'LINESTRING (114.509 30.563, 114.514 30.563, 114.519 30.563)'),
             ('R2', '东风路', 'LINESTRING (114.514 30.558, 114.514 30.563, 114.514 30.568)'),
             ('R3', '断头路', 'LINESTRING (114.540 30.590, 114.545 30.590)')) AS r (code, name, wkt);
INSERT INTO city.duty (code, name, post_code, layer, targets, interval_days, settled_by, provenance, edition_id,
                       citation, valid_from)
SELECT 'LX-1', '道路每周一次', 'LZ-1', 'road', 'all', 7, 'anyone', 'synthetic', max(edition_id), '示例', '2026-01-01'
FROM city.edition;
INSERT INTO city.crew (code, name, mode, post_code, hours_from, hours_to, members, provenance, edition_id, valid_from)
SELECT c.code, c.name, 'foot', 'LZ-1', c.since::time, c.until::time, c.members, 'synthetic', e.edition_id, '2026-01-01'
FROM (SELECT max(edition_id) AS edition_id FROM city.edition) AS e,
     (VALUES ('甲', '甲组', '08:00', '12:00', '张三、李四'), ('HS00', '乙组', NULL, NULL, '王五'))
         AS c (code, name, since, until, members);
"""
PRETEND = (sys.executable, "-m", "tests.api.plans.pretend")
START = {"lon": 114.514, "lat": 30.563, "name": "路口"}
FEW = {"iterations": 20, "seed": 1}


@pytest.fixture(scope="module")
def street(cluster, city_template):
    """The app over that city, which is a sample: everyone may plan in it."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(CITY, execution_options={"no_parameters": True})
        with desk_over(engine) as desk:
            until(lambda: desk.client.app.state.gate.watch.known().holding == "sample")
            yield desk


def ask(desk, body, headers=None):
    """Have a plan made, and wait for it."""
    return desk.client.post("/plans", json=body, headers={"Prefer": "wait=30"} | (headers or {}))
