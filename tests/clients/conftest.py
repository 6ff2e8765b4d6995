"""A small city with something in every layer, behind a real server, for programs that know nothing of us."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
import requests
from sqlalchemy import Engine

from api.access import tokens
from tests.api.conftest import fill
from tests.conftest import serving
from tests.databases import copy_of

MORE = """
DO $$
DECLARE layer text;
BEGIN
    -- All of it belongs to the sample, which anyone may read.
    FOREACH layer IN ARRAY '{road,site,water,bank,reach,project,farmland,zone,observation}'::text[] LOOP
        EXECUTE format('ALTER TABLE city.%I ALTER COLUMN edition_id SET DEFAULT 1', layer);
    END LOOP;
END
$$;
INSERT INTO city.road (code, name, class, width_m, valid_from, geom)
SELECT 'R' || to_char(n, 'FM00'), CASE WHEN mod(n, 3) > 0 THEN '示例路,"' || n END, 'main',
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
INSERT INTO city.water (code, name, kind, valid_from, geom)
VALUES ('W1', '示例湖', 'lake', '2026-01-01', ST_GeomFromText('MULTIPOLYGON (((114.49 30.566, 114.51 30.566,
        114.51 30.574, 114.49 30.574, 114.49 30.566), (114.497 30.569, 114.497 30.571, 114.503 30.571,
        114.503 30.569, 114.497 30.569)))', 4490)),
       ('W2', '示例河', 'river', '2026-01-01', ST_GeomFromText('MULTILINESTRING ((114.47 30.541, 114.50 30.545),
        (114.50 30.545, 114.53 30.541))', 4490));
INSERT INTO city.bank (code, water_code, side, length_m, valid_from, geom)
SELECT 'B1', 'W1', 'shore', ST_Length(city.metric(line)), '2026-01-01', line
FROM (SELECT ST_ExteriorRing(ST_GeometryN(geom, 1)) FROM city.water_now WHERE code = 'W1') AS shore(line);
INSERT INTO city.reach (code, bank_code, span, valid_from, geom)
SELECT 'RE' || n, 'B1', int4multirange(int4range((n - 1) * 100000, n * 100000)), '2026-01-01',
       ST_Multi(ST_LineSubstring(geom, (n - 1) * 0.2, n * 0.2))
FROM city.bank_now, generate_series(1, 3) AS n;
INSERT INTO city.project (code, name, due_on, valid_from, geom)
SELECT 'P' || n, '项目' || n, date '2026-12-01' + n, '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.47 + n * 0.004, 30.576, 114.473 + n * 0.004, 30.578, 4490))
FROM generate_series(1, 5) AS n;
INSERT INTO city.farmland (code, village_code, state, found_mu, valid_from, geom)
SELECT 'F' || n, '420111080001', 'survey', n + 0.25, '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.47 + n * 0.004, 30.535, 114.473 + n * 0.004, 30.537, 4490))
FROM generate_series(1, 5) AS n;
INSERT INTO city.zone (code, name, kind, valid_from, geom)
SELECT 'Z' || n, '蓝线' || n, 'blue', '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.47 + n * 0.006, 30.53, 114.475 + n * 0.006, 30.534, 4490))
FROM generate_series(1, 5) AS n;
INSERT INTO city.observation (code, family, kind, source, found_at, valid_from, geom)
SELECT 'O' || n, k.family, k.code, 'hotline', timestamptz '2026-06-01 08:00+08' + n * interval '1 day', '2026-06-01',
       ST_SetSRID(ST_Point(114.48 + n * 0.005, 30.5585), 4490)
FROM (SELECT family, code FROM city.observation_kind ORDER BY code LIMIT 1) AS k, generate_series(1, 6) AS n;
SELECT city.refresh_last_seen('bank'), city.refresh_last_seen('road');
"""


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
