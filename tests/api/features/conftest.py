"""Asking for features over HTTP."""

import contextlib

import pytest

from api.access.columns import Column
from tests.api.conftest import desk_over, fill
from tests.databases import copy_of

TYPES = {
    "n": "integer",
    "x": "double precision",
    "name": "text",
    "flag": "boolean",
    "d": "date",
    "at": "timestamp with time zone",
    "until": "date",
    "span": "int4range",
}
COLUMNS = {name: Column(name, type, f"{name}列", name) for name, type in TYPES.items()}
ITEMS = "/ogc/collections/{layer}/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
ROADS = """
INSERT INTO city.road (code, name, width_m, provenance, edition_id, valid_from, geom)
SELECT 'R' || to_char(n, 'FM000'), CASE WHEN mod(n, 3) > 0 THEN '示例路' || n END,
       CASE WHEN mod(n, 4) > 0 THEN n * 0.5 END, 'synthetic', (SELECT max(edition_id) FROM city.edition),
       date '2026-01-01' + n,
       ST_SetSRID(ST_MakeLine(ST_Point(114.4 + n * 0.001, 30.5), ST_Point(114.4 + n * 0.001, 30.503)), 4490)
FROM generate_series(1, 40) AS n
"""
NAMES = {"R001": "=1+1", "R002": "花山,大道", "R003": 'a "b"\n\\'}


class Asker:
    """Somebody at the desk who asks for the features of layers."""

    def __init__(self, desk, headers=None):
        self.desk, self.headers = desk, headers

    def ask(self, layer, number=None, *, status=200, **query):
        """The answer to a question; names in the query have _ for -."""
        path = ITEMS.format(layer=layer) + (f"/{number}" if number is not None else "")
        dashed = {"bbox_crs": "bbox-crs", "filter_crs": "filter-crs", "filter_lang": "filter-lang"}
        params = {dashed.get(name, name): value for name, value in query.items()}
        answer = self.desk.client.get(path, params=params, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer

    def codes(self, layer, **query):
        return [one["properties"]["code"] for one in self.ask(layer, **query).json()["features"]]

    def refusal(self, layer, number=None, *, status=400, **query):
        """The sentence with which a question is refused."""
        answer = self.ask(layer, number, status=status, **query)
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.json()["detail"]

    def pages(self, layer, **query):
        """The codes of each page, as the links `next` lead from one to another."""
        answer = self.ask(layer, **query).json()
        while answer:
            yield [one["properties"]["code"] for one in answer["features"]]
            href = next((one["href"] for one in answer["links"] if one["rel"] == "next"), None)
            answer = self.desk.client.get(href, headers=self.headers).json() if href else None


@contextlib.contextmanager
def city_of_roads(cluster, template):
    with copy_of(cluster, template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            desk.run(ROADS)
            for code, name in NAMES.items():
                desk.run("UPDATE city.road SET name = %s WHERE code = %s", name, code)
            yield Asker(desk)


@pytest.fixture(scope="session")
def asker(cluster, city_template):
    """Somebody without a token in a city of 40 roads, which nobody changes."""
    with city_of_roads(cluster, city_template) as asker:
        yield asker


@pytest.fixture(scope="module")
def editor(cluster, city_template):
    """The same in a city whose roads are changed."""
    with city_of_roads(cluster, city_template) as asker:
        yield asker
