"""A small city with something in every layer, behind a real server, for programs that know nothing of us."""

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
import requests
from sqlalchemy import Engine

from api.access import tokens
from api.answers.headers import CSP
from tests.api.conftest import fill
from tests.conftest import serving
from tests.databases import copy_of

MORE = """
DO $$
DECLARE layer text;
BEGIN
    -- All of it belongs to the sample, which anyone may read.
    FOREACH layer IN ARRAY '{grid,road,path,site,water,bank,reach,project,farmland,landuse,zone,observation}'::text[]
    LOOP
        EXECUTE format('ALTER TABLE city.%I ALTER COLUMN edition_id SET DEFAULT 1', layer);
    END LOOP;
END
$$;
INSERT INTO city.road (code, name, class, width_m, valid_from, geom)
SELECT 'R' || to_char(n, 'FM00'), CASE WHEN mod(n, 3) > 0 THEN '示例路,"' || n END,
       (ARRAY['main', 'secondary', 'trunk', 'primary', 'minor', 'other'])[1 + mod(n, 6)],
       CASE WHEN mod(n, 4) > 0 THEN n * 0.5 END, date '2026-01-01' + n,
       ST_SetSRID(ST_MakeLine(ST_Point(114.480 + n * 0.001, 30.551), ST_Point(114.481 + n * 0.001, 30.556)), 4490)
FROM generate_series(1, 40) AS n;
INSERT INTO city.site (code, name, kind, note, valid_from, geom)
SELECT 'S' || n, '点位' || n, (ARRAY['outfall', 'stake', 'ponding'])[1 + mod(n, 3)], E'一行\\n另一行', '2026-02-01',
       ST_SetSRID(ST_Point(114.47 + n * 0.002, 30.5575), 4490)
FROM generate_series(1, 20) AS n;
INSERT INTO city.site (code, kind, valid_from, geom)
VALUES ('S90', 'railway_strip', '2026-02-01', ST_GeomFromText('LINESTRING (114.48 30.562, 114.52 30.565)', 4490)),
       ('S91', 'compound', '2026-02-01', ST_Multi(ST_MakeEnvelope(114.48, 30.566, 114.485, 30.568, 4490)));
INSERT INTO city.site (code, kind, valid_from, geom)
SELECT 'S' || 29 + n, kind, '2026-02-01', ST_SetSRID(ST_Point(114.47 + n * 0.004, 30.5595), 4490)
FROM unnest(ARRAY['leftover_house', 'vending', 'railway_strip', 'emergency', 'other']) WITH ORDINALITY AS k (kind, n);
INSERT INTO city.water (code, name, kind, valid_from, geom)
VALUES ('W1', '示例湖', 'lake', '2026-01-01', ST_GeomFromText('MULTIPOLYGON (((114.49 30.566, 114.51 30.566,
        114.51 30.574, 114.49 30.574, 114.49 30.566), (114.497 30.569, 114.497 30.571, 114.503 30.571,
        114.503 30.569, 114.497 30.569)))', 4490)),
       ('W2', '示例河', 'river', '2026-01-01', ST_GeomFromText('MULTILINESTRING ((114.47 30.541, 114.50 30.545),
        (114.50 30.545, 114.53 30.541))', 4490));
INSERT INTO city.bank (code, water_code, side, length_m, valid_from, geom)
SELECT 'B1', 'W1', 'shore', ST_Length(city.metric(line)), '2026-01-01', line
FROM (SELECT ST_ExteriorRing(ST_GeometryN(geom, 1)) FROM city.water_now WHERE code = 'W1') AS shore(line);
INSERT INTO city.bank (code, water_code, side, length_m, assumed, valid_from, geom)
SELECT 'B2', 'W2', 'left', ST_Length(city.metric(line)), true, '2026-01-01', line
FROM ST_GeomFromText('LINESTRING (114.47 30.542, 114.50 30.546)', 4490) AS line;
INSERT INTO city.reach (code, bank_code, span, valid_from, geom)
SELECT 'RE' || n, 'B1', int4multirange(int4range((n - 1) * 100000, n * 100000)), '2026-01-01',
       ST_Multi(ST_LineSubstring(geom, (n - 1) * 0.2, n * 0.2))
FROM city.bank_now, generate_series(1, 3) AS n WHERE bank_now.code = 'B1';
UPDATE city.reach SET post_code = 'HZ-1' WHERE code = 'RE2';
INSERT INTO city.path (code, name, kind, valid_from, geom)
VALUES ('P01', '小区路', 'residential', '2026-01-01',
        ST_GeomFromText('LINESTRING (114.495 30.548, 114.505 30.552)', 4490));
INSERT INTO city.project (code, name, due_on, valid_from, geom)
SELECT 'P' || n, '项目' || n, date '2026-12-01' + n, '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.47 + n * 0.004, 30.576, 114.473 + n * 0.004, 30.578, 4490))
FROM generate_series(1, 5) AS n;
INSERT INTO city.farmland (code, village_code, state, found_mu, valid_from, geom)
SELECT 'F' || n, '420111080001', state, n + 0.25, '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.47 + n * 0.004, 30.535, 114.473 + n * 0.004, 30.537, 4490))
FROM unnest(ARRAY['survey', 'works', 'notice', 'aftercare', 'rework', 'dropped']) WITH ORDINALITY AS s (state, n);
INSERT INTO city.zone (code, name, kind, valid_from, geom)
SELECT 'Z' || n, '蓝线' || n, 'blue', '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.47 + n * 0.006, 30.53, 114.475 + n * 0.006, 30.534, 4490))
FROM generate_series(1, 5) AS n;
INSERT INTO city.zone (code, kind, valid_from, geom)
SELECT 'Y' || n, kind, '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.47 + n * 0.006, 30.525, 114.475 + n * 0.006, 30.529, 4490))
FROM unnest(
         ARRAY['permanent_farmland', 'eco_redline', 'urban_boundary', 'green', 'grey', 'reserve', 'non_concentrated']
     ) WITH ORDINALITY AS k (kind, n);
INSERT INTO city.landuse (code, scheme, class_code, valid_from, geom)
SELECT 'K' || n, CASE WHEN n = 9 THEN 'land_sea' ELSE 'sandiao' END, class_code, '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.47 + n * 0.006, 30.518, 114.475 + n * 0.006, 30.522, 4490))
FROM unnest(ARRAY['0201', '0301', '0401', '0303', '0701', '1001', '1101', '1201', '1701'])
         WITH ORDINALITY AS k (class_code, n);
INSERT INTO city.observation (code, family, kind, source, found_at, valid_from, geom)
SELECT 'O' || n, k.family, k.code, 'hotline', timestamptz '2026-06-01 08:00+08' + n * interval '1 day', '2026-06-01',
       ST_SetSRID(ST_Point(114.48 + n * 0.005, 30.5585), 4490)
FROM (SELECT family, code FROM city.observation_kind ORDER BY code LIMIT 1) AS k, generate_series(1, 6) AS n;
INSERT INTO city.observation (
    code, family, source, found_at, state, post_code, due_at, settled_at, settled_by, valid_from, geom
)
SELECT 'Q' || n, family, 'hotline', '2026-06-01 08:00+08', state, CASE state WHEN 'handed' THEN 'HZ-1' END, due_at,
       CASE state WHEN 'settled' THEN now() END, CASE state WHEN 'settled' THEN '张三' END, '2026-06-01',
       ST_SetSRID(ST_Point(114.47 + n * 0.005, 30.5615), 4490)
FROM (VALUES (1, 'order', 'open', NULL), (2, 'ponding', 'open', NULL), (3, 'environment', 'open', NULL),
             (4, 'farmland', 'open', NULL), (5, 'railway', 'open', NULL), (6, 'order', 'settled', NULL),
             (7, 'order', 'handed', timestamptz '2026-06-20 08:00+08'), (8, 'order', 'handed', '2999-06-20 08:00+08')
     ) AS o (n, family, state, due_at);
SELECT city.refresh_last_seen('bank'), city.refresh_last_seen('road');
UPDATE city.last_seen SET last_at = now() - interval '1 day' * (ARRAY[1, 5, 10, 20, 40])[mod(id, 7)::int],
                          unknown = mod(id, 7) = 6
WHERE layer = 'road' AND mod(id, 7) > 0;
DELETE FROM city.last_seen WHERE layer = 'bank' AND target_code = 'B1';
INSERT INTO city.last_seen (layer, target_code, span, last_at, unknown, geom)
SELECT 'bank', 'B1', int4range(n * 1000, n * 1000 + 1000),
       now() - interval '1 day' * (ARRAY[1, 5, 10, 20, 40])[n], n = 6, ST_LineSubstring(geom, n * 0.1, n * 0.1 + 0.1)
FROM city.bank_now, generate_series(1, 6) AS n WHERE bank_now.code = 'B1';
"""
PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/assets/maplibre-gl.css">
<script src="/assets/maplibre-gl-csp.js"></script><div id="map"></div>"""

ZOOM = 12
"""Every layer is drawn at it, and all of the city is on a screen."""
BOX = (114.45, 30.5, 114.55, 30.6)
MERCATOR_BOX = (12_740_516, 3_568_181, 12_751_648, 3_581_111)
SPOT = (3350, 1682)
"""The column and row of a tile that holds something of most layers."""


class Town(NamedTuple):
    """The city behind its server, and someone who may see all of it."""

    url: str
    engine: Engine
    token: str

    @property
    def ogc(self) -> str:
        return f"{self.url}/ogc"

    @property
    def signed(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **query: Any) -> requests.Response:
        """What the platform answers to this person."""
        answer = requests.get(f"{self.url}{path}", params=query, headers=self.signed, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer

    def json(self, path: str, **query: Any) -> Any:
        return self.get(path, **query).json()

    def layers(self) -> dict[str, Any]:
        """Every layer, as the screen is told of it."""
        return {layer["id"]: layer for layer in self.json("/layers")["layers"]}

    def features(self, layer: str) -> dict[int, Any]:
        """Every feature of a layer, as the screen is told of it."""
        found = self.json(f"/layers/{layer}", limit=50_000)
        assert found["complete"]
        return {feature["id"]: feature for feature in found["features"]}

    def within(self, layer: str, box: Sequence[float]) -> set[int]:
        """The ids of a layer's features that the standard interface has in a box of degrees."""
        found = self.json(f"/ogc/collections/{layer}/items", bbox=",".join(map(str, box)), limit=10_000)
        assert found["numberMatched"] == found["numberReturned"]
        return {feature["id"] for feature in found["features"]}


@contextlib.contextmanager
def town_over(engine: Engine) -> Iterator[Town]:
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(MORE, execution_options={"no_parameters": True})
        token = tokens.new(connection, "张三", "信息中心", ("admin",), None)
    with serving(engine) as url:
        yield Town(url, engine, token)


@pytest.fixture(scope="package")
def town(cluster, city_template) -> Iterator[Town]:
    """To be read, not changed."""
    with copy_of(cluster, city_template) as engine, town_over(engine) as town:
        yield town


@pytest.fixture
def blank_page(page, town):
    """A page of the platform with MapLibre and nothing else, under the platform's own rules for pages."""
    page.route(
        "**/maplibre.html",
        lambda route: route.fulfill(body=PAGE, content_type="text/html", headers={"Content-Security-Policy": CSP}),
    )
    page.goto(f"{town.url}/maplibre.html")
    return page


@pytest.fixture(scope="package")
def qgis_python():
    """The interpreter that knows QGIS, which is the operating system's and not ours."""
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    asked = [found or "python3", "-c", "import qgis.core"]
    if found is None or subprocess.run(asked, capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("no QGIS: apt-get install python3-qgis")
    return found


@pytest.fixture
def apart():
    """`apart(script, *arguments, python=...)`: what a script prints last, read as JSON, in a process of its own.

    GDAL holds the interpreter while it waits for the server, which lives in this one.
    """

    def run(script: str, *arguments: str, python: str = sys.executable) -> Any:
        asked = [python, "-W", "ignore", "-c", script, *arguments]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout.splitlines()[-1])

    return run
