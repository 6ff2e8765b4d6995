"""A city to hand observations in to, with people of every role."""

import pytest

from tests.api.conftest import REAL, desk_over, fill
from tests.databases import copy_of

AT = {"lon": 114.50001, "lat": 30.55002}
LITTER = {"kind": "bank_litter", "source": "hotline", **AT}
KNOWN = """
INSERT INTO city.post (code, name, kind) VALUES ('HUZ-1', '严西湖湖长', 'lake_chief');
INSERT INTO city.patrol (code, mode) VALUES ('P-1', 'foot'), ('P-2', 'drone');
INSERT INTO city.patrol (code, mode, started_at, ended_at, closed_at, source_sha256, made_by) VALUES
    ('P-3', 'foot', '2026-06-01 08:00+08', '2026-06-01 09:00+08', NULL, repeat('a', 64), '张三'),
    ('P-4', 'foot', '2026-06-01 08:00+08', '2026-06-01 09:00+08', NULL, NULL, '张三'),
    ('P-5', 'foot', '2026-06-01 08:00+08', '2026-06-01 09:00+08', '2026-06-01 11:00+08', NULL, '张三');
UPDATE city.patrol SET made_by = '张三';
INSERT INTO city.patrol (code, mode, made_by, post_code) VALUES ('P-他', 'foot', '李四', 'HUZ-1');
INSERT INTO city.road (code, name, geom)
VALUES ('R-1', '花城大道', ST_GeomFromText('LINESTRING (114.49 30.55, 114.51 30.55)', 4490));
"""


@pytest.fixture(scope="module")
def city(cluster, city_template, tmp_path_factory):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
            connection.exec_driver_sql(KNOWN, execution_options={"no_parameters": True})
        with desk_over(engine, HUASHAN_DATA=str(tmp_path_factory.mktemp("data"))) as desk:
            yield desk


@pytest.fixture(scope="module")
def people(city):
    return {role: city.person(role) for role in ("viewer", "analyst", "patroller", "dispatcher", "admin")}


@pytest.fixture
def send(city, people):
    """Hand in an observation; answers the response."""

    def post(role="patroller", **body):
        return city.client.post("/observations", json=body, headers=people[role])

    return post


@pytest.fixture
def patch(city, people):
    """Change an observation on the version that is the newest, or on another."""

    def change(code, role="dispatcher", match=None, **body):
        newest = city.client.get(f"/observations/{code}", headers=people[role]).headers["ETag"]
        headers = people[role] | {"If-Match": match or newest}
        return city.client.patch(f"/observations/{code}", json=body, headers=headers)

    return change


def detail(answer, status=400):
    assert answer.status_code == status, answer.text
    return answer.json()["detail"]
