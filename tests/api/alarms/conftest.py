"""A city with real data in which alarms are raised, and people of every role."""

import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from api.access import tokens
from layers.catalogue import ROLES
from tests.api.conftest import REAL, Desk, desk_over, fill, until
from tests.databases import copy_of

NUMBERS = itertools.count(1)
SETTING = """
INSERT INTO city.post (code, name, kind) VALUES ('HUZ-1', '严西湖湖长', 'lake_chief');
INSERT INTO city.crew (code, name, mode, members, post_code) VALUES ('C-1', '一组', 'boat', '巡一、巡二', 'HUZ-1');
INSERT INTO city.crew (code, name, mode, hours_from, hours_to) VALUES
    ('C-IN', '在岗组', 'foot', (now() - interval '1 hour')::time, (now() + interval '1 hour')::time),
    ('C-OUT', '下岗组', 'foot', (now() + interval '1 hour')::time, (now() + interval '2 hours')::time);
INSERT INTO city.duty (code, post_code, layer, targets, interval_days, citation, valid_from)
SELECT 'D-1', 'HUZ-1', 'grid', 'all', 1, '依据', current_date - 60;
UPDATE city.grid SET valid_from = current_date - 100;
"""
LATE = """
INSERT INTO city.observation (code, family, kind, grade, source, found_at, state, post_code, due_at, geom)
VALUES (%s, 'environment', 'litter', %s, 'hotline', now() - interval '3 days', 'handed', 'HUZ-1',
        now() + %s * interval '1 minute', ST_SetSRID(ST_Point(114.5, 30.55), 4490))
"""
OUT = """
INSERT INTO city.patrol (code, mode, device, crew, made_by, gathered, made_at, started_at, ended_at)
VALUES (%s, 'boat', %s, %s, %s, %s, now() - interval '3 hours', now() - interval '3 hours', now())
RETURNING patrol_id
"""
FIX = """
INSERT INTO city.fix (device, time, patrol_id, lon_raw, lat_raw, lon, lat)
SELECT device, now() - %s * interval '1 minute', patrol_id, 114.5, 30.555, 114.5, 30.555
FROM city.patrol WHERE code = %s
"""


@dataclass
class Watched:
    """A city, and somebody of each role in it."""

    desk: Desk
    people: dict[str, dict[str, str]]

    def read(self, role: str = "dispatcher", query: str = "") -> dict[str, Any]:
        answer = self.desk.client.get(f"/alarms{query}", headers=self.people[role])
        assert answer.status_code == 200, answer.text
        return answer.json()

    def standing(self, kind: str, role: str = "dispatcher", query: str = "") -> list[dict[str, Any]]:
        return [one for one in self.read(role, query)["alarms"] if one["kind"] == kind]

    def one(self, code: str, role: str = "dispatcher", query: str = "") -> dict[str, Any] | None:
        """The alarm about something, if there is one."""
        found = [one for one in self.read(role, query)["alarms"] if one["about"]["code"] == code]
        assert len(found) <= 1
        return found[0] if found else None

    def note(self, alarm: str, role: str = "dispatcher", **body: Any) -> Any:
        return self.desk.client.post(f"/alarms/{alarm}/acknowledge", json=body, headers=self.people[role])

    def put(self, code: str, role: str = "dispatcher", match: str | None = None, **body: Any) -> Any:
        headers = self.people[role] | ({"If-Match": match} if match else {})
        return self.desk.client.put(f"/alarms/rules/{code}", json=body, headers=headers)

    def late(self, minutes: float = -60, grade: str = "general") -> str:
        """An observation that falls due in so many minutes; its code."""
        code = f"O-{next(NUMBERS)}"
        self.desk.run(LATE, code, grade, minutes)
        return code

    def out(self, crew: str | None = None, person: str = "巡一", *, gathered: bool = False) -> str:
        """A patrol that is out; its code."""
        number = next(NUMBERS)
        self.desk.run(OUT, f"P-{number}", f"手机-{number}", crew, person, gathered)
        return f"P-{number}"

    def heard(self, patrol: str, minutes_ago: float) -> None:
        """A position of a patrol that is out."""
        self.desk.run("SELECT city.make_fix_partitions(now() - interval '2 days', now())")
        self.desk.run(FIX, minutes_ago, patrol)

    def home(self) -> None:
        """Everybody is home again."""
        self.desk.forget_patrols()


@pytest.fixture(scope="module")
def city(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
            connection.exec_driver_sql("SELECT set_config('timezone', timezone, true) FROM city.deployment")
            connection.exec_driver_sql(SETTING, execution_options={"no_parameters": True})
        with desk_over(engine) as desk:
            with engine.begin() as connection:
                made = {role: tokens.new(connection, f"{role}员", None, [role], 1) for role in ROLES}
                made["own"] = tokens.new(connection, "巡一", None, ["patroller"], 1)
                made["screen"] = tokens.new(connection, "指挥中心大屏", "大屏", ["dispatcher"], None, kiosk=True)
            people = {name: {"Authorization": f"Bearer {token}"} for name, token in made.items()}
            until(lambda: all(desk.status("/alarms", headers) == 200 for headers in people.values()))
            yield Watched(desk, people)
