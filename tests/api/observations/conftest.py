"""A city to hand observations in to, with people of every role."""

import pytest

from tests.api.conftest import REAL, desk_over, fill
from tests.databases import copy_of

AT = {"lon": 114.50001, "lat": 30.55002}
LITTER = {"kind": "bank_litter", "source": "hotline", **AT}
KNOWN = """
INSERT INTO city.post (code, name, kind) VALUES ('HUZ-1', '严西湖湖长', 'lake_chief');
INSERT INTO city.patrol (code, mode, started_at) VALUES ('P-1', 'foot', now()), ('P-2', 'drone', now());
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
