"""The wall in a real browser, over a small city with real data, by a token of its own."""

import itertools

import pytest

from api.access import tokens
from tests.api.alarms.conftest import FIX, LATE, OUT
from tests.api.conftest import REAL, fill, until
from tests.api.live.conftest import running
from tests.conftest import assets_folder
from tests.databases import copy_of
from tests.screen.conftest import Screen

NUMBERS = itertools.count(1)
SETTING = """
INSERT INTO city.post (code, name, kind) VALUES ('HUZ-1', '严西湖湖长', 'lake_chief');
INSERT INTO city.crew (code, name, mode) VALUES ('C-1', '一组', 'boat'), ('C-2', '二组', 'foot');
INSERT INTO city.water (code, name, kind, geom) VALUES ('W-1', '严西湖', 'lake',
    ST_Multi(ST_MakeEnvelope(114.46, 30.52, 114.5, 30.54, 4490)));
"""


class Wall(Screen):
    """A page of the wall, and what happens in its city."""

    def __init__(self, page, city) -> None:
        super().__init__(page, city.url)
        self.city = city

    def kiosk(self, role="dispatcher") -> str:
        """A token for a screen on a wall."""
        with self.city.engine.begin() as connection:
            return tokens.new(connection, "指挥中心大屏", "大屏", [role], None, kiosk=True)

    def hang(self, role="dispatcher") -> str:
        """Open the wall by a token of its own, and wait until it has all its panels; the token."""
        token = self.kiosk(role)
        self.open(f"wall#token={token}", drawn=False)
        self.until("huashan.panels && huashan.panels.every(({ panel }) => panel.data || panel.untold)")
        return token

    def out(self, crew, minutes_ago, mode="boat") -> str:
        code = f"P-{next(NUMBERS)}"
        self.city.run("SELECT city.make_fix_partitions(now() - interval '2 days', now())")
        self.city.run(OUT.replace("'boat'", f"'{mode}'"), code, f"手机-{code}", crew, "巡一", False)
        self.city.run(FIX, minutes_ago, code)
        return code

    def late(self) -> str:
        code = f"O-{next(NUMBERS)}"
        self.city.run(LATE, code, "urgent", -60)
        return code

    def later(self, minutes: float) -> None:
        """Let the browser's clock go forward, as of a computer that slept."""
        self.page.evaluate(
            "minutes => { const real = Date.now.bind(Date); Date.now = () => real() + minutes * 60000; }", minutes
        )


@pytest.fixture(scope="module")
def city(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
            connection.exec_driver_sql(SETTING, execution_options={"no_parameters": True})
        with running(engine, HUASHAN_ASSETS=str(assets_folder())) as city:
            until(lambda: city.app.state.gate.watch.known().holding == "mixed", 10)
            yield city


@pytest.fixture
def wall(city, page):
    yield Wall(page, city)
    page.goto("about:blank")
    with city.engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('city.duty_state'))")
        connection.exec_driver_sql("TRUNCATE city.patrol_backlog, city.patrol CASCADE")
        connection.exec_driver_sql("DELETE FROM city.observation")
