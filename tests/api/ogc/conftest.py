"""A small city behind the standard interface, and a way to walk it by its links, as the conformance suites do."""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.api.conftest import REAL, desk_over, fill
from tests.databases import copy_of

ROOT = "http://127.0.0.1:8000/ogc"
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
HOSTILE = "<b>道路</b>&\"'"
ROADS = """
INSERT INTO city.road (code, name, class, width_m, provenance, edition_id, valid_from, geom)
SELECT 'R1', %s, 'main', 24, 'synthetic', max(edition_id), '2026-01-01',
       ST_GeomFromText('LINESTRING(114.47 30.56, 114.53 30.57)', 4490)
FROM city.edition
"""


class Walk:
    """Asks the interface, and follows the links of its documents."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk

    def get(self, href: str, accept: str = "application/json", **parameters: Any) -> Any:
        assert urlsplit(href).netloc == urlsplit(ROOT).netloc, f"no absolute address of this server: {href}"
        return self.desk.client.get(href, params=parameters or None, headers={"Accept": accept})

    def json(self, href: str, **parameters: Any) -> Any:
        answer = self.get(href, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def landing(self) -> Any:
        return self.json(ROOT)

    def follow(self, document: Any, rel: str, kind: str = "application/json") -> Any:
        return self.json(self.href(document, rel, kind))

    @staticmethod
    def links(document: Any, rel: str) -> list[dict[str, Any]]:
        return [link for link in document["links"] if link["rel"] == rel]

    def href(self, document: Any, rel: str, kind: str = "application/json") -> str:
        return next(link["href"] for link in self.links(document, rel) if link["type"] == kind)

    @cached_property
    def _collections(self) -> list[Any]:
        return self.follow(self.landing(), "data")["collections"]

    def collections(self) -> list[Any]:
        return self._collections

    def collection(self, name: str) -> Any:
        return next(one for one in self.collections() if one["id"] == name)

    def items(self, name: str) -> str:
        return self.href(self.collection(name), "items", "application/geo+json")


@pytest.fixture(scope="session")
def ogc_desk(cluster, city_template):
    """The sample city with a road of a nasty name: to be read, not changed."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(ROADS, (HOSTILE,))
        with desk_over(engine) as desk:
            yield desk


@pytest.fixture(scope="session")
def walk(ogc_desk):
    return Walk(ogc_desk)


@pytest.fixture(scope="session")
def closed(cluster, city_template):
    """A city with real data: nothing is read there without a token."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
        with desk_over(engine) as desk:
            yield desk
