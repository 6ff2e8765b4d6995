"""A small city behind the app: a database of the module's own with a few sample rows, and people with tokens."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine

from api.access import tokens
from api.cluster.cluster import APP
from api.settings import Settings, read_settings
from layers.crs import STORED_SRID
from tests.conftest import app_client
from tests.databases import copy_of

OWN = "http://127.0.0.1:8000"
SAMPLE = """
INSERT INTO city.edition (layer, name, valid_from, sample) VALUES ('grid', '样例', '2026-01-01', true);
INSERT INTO city.grid (code, name, level, provenance, edition_id, valid_from, geom)
SELECT '420111080', '花山街道', 'street', 'report', max(edition_id), '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.45, 30.5, 114.55, 30.6, 4490))
FROM city.edition;
INSERT INTO city.grid (code, name, level, parent_code, provenance, edition_id, valid_from, geom)
SELECT '42011108000' || n, '示例社区' || n, 'community', '420111080', 'synthetic', max(edition_id), '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.45 + n * 0.01, 30.55, 114.46 + n * 0.01, 30.56, 4490))
FROM city.edition, generate_series(1, 3) AS n GROUP BY n;
INSERT INTO city.landuse (code, class_code, provenance, edition_id, valid_from, geom)
SELECT 'L1', '0101', 'synthetic', max(edition_id), '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.5, 30.55, 114.51, 30.56, 4490))
FROM city.edition;
"""
ROAD = f"""
    INSERT INTO city.road (code, name, geom)
    VALUES ('R1', '沿湖路', ST_GeomFromText('LINESTRING (114.5 30.56, 114.51 30.56)', {STORED_SRID}))
"""
REAL = "INSERT INTO city.edition (layer, name, sample) VALUES ('road', '实测', false)"


@dataclass
class Desk:
    """One city's app and database, and a way to be somebody there."""

    client: Any
    engine: Engine

    def person(self, *roles: str, days: int | None = None) -> dict[str, str]:
        """Headers of someone with these roles."""
        return {"Authorization": f"Bearer {self.token(*roles, days=days)}"}

    def token(self, *roles: str, days: int | None = None) -> str:
        with self.engine.begin() as connection:
            return tokens.new(connection, "张三", "网格员", roles, days)

    def run(self, statement: str, *values: Any) -> Any:
        """One statement by the owner of the tables, committed; the first column of its first row if it has any."""
        with self.engine.begin() as connection:
            found = connection.exec_driver_sql(statement, values)
            return found.scalar() if found.returns_rows else None

    def forget_patrols(self) -> None:
        """Take out every patrol and all that hangs on one, whatever the server's own threads are at.

        TRUNCATE locks tables in the order in which they are named. The one that works patrols out locks the list of
        them first and the patrols afterwards: so does this, or each could hold what the other waits for. Upkeep reads
        in another order, but only in its turn, which is taken meanwhile.
        """
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('city.duty_state'))")
            connection.exec_driver_sql("TRUNCATE city.patrol_backlog, city.patrol CASCADE")

    def status(self, path: str, headers: dict[str, str] | None = None) -> int:
        return self.client.get(path, headers=headers).status_code


def until(holds: Callable[[], bool], within_s: float = 15.0) -> float:
    """Wait until it holds, and answer how many seconds that took; fails after `within_s`."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < within_s, f"did not come true within {within_s} s"
        time.sleep(0.02)
    return time.monotonic() - began


def drained(city: Desk) -> None:
    """Wait until all that patrols sent is worked out."""
    until(lambda: city.client.get("/patrols/lag").json()["pending_patrols"] == 0, 20)


def app_settings(engine: Engine, **environment: str) -> Settings:
    database = engine.url.set(username=APP).render_as_string(hide_password=False)
    return read_settings({"HUASHAN_DATABASE_URL": database, **environment})


@contextlib.contextmanager
def desk_over(engine: Engine, *, heard: bool = True, **environment: str) -> Iterator[Desk]:
    """The app over a database; heard: wait until it has read who may come in."""
    settings = app_settings(engine, **environment)
    with app_client(settings, base_url=settings.public_url or OWN) as client:
        if heard:
            until(lambda: client.app.state.gate.watch.known() is not None)
        yield Desk(client, engine)


def fill(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(SAMPLE, execution_options={"no_parameters": True})


@pytest.fixture(scope="module")
def desk(cluster, city_template):
    """The sample city, shared by a module's tests: they read it, or put back what they change."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            yield desk


@pytest.fixture(scope="module")
def road_city(desk):
    desk.run(ROAD)
    return desk


@pytest.fixture
def city(road_city):
    """A city with one road and no patrols; modules about another city have their own by this name."""
    yield road_city
    drained(road_city)
    road_city.forget_patrols()


@pytest.fixture
def own_desk(engine):
    """A sample city of the test's own, to change as it likes."""
    fill(engine)
    with desk_over(engine) as desk:
        yield desk


@pytest.fixture(scope="module")
def real_desk(cluster, city_template):
    """A city that holds real data beside the sample: nothing is read there without a token."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
        with desk_over(engine) as desk:
            yield desk
