"""What is told as it happens is what the routes tell when asked; nobody is told more."""

import itertools

import pytest

from layers.catalogue import ROLES
from tests.api.conftest import REAL, fill, until
from tests.api.live.conftest import WITHIN_S, running
from tests.databases import copy_of

NUMBERS = itertools.count(1)
OUT = """
WITH patrol AS (
    INSERT INTO city.patrol (code, mode, device, made_by) VALUES (%s, 'foot', %s, %s) RETURNING patrol_id, device
)
INSERT INTO city.fix (device, time, patrol_id, lon_raw, lat_raw, lon, lat)
SELECT p.device, now() - interval '1 min', p.patrol_id, 114.5, 30.555, 114.5, 30.555 FROM patrol AS p
"""
SENTINEL = 'NOTIFY city_change, \'{"table": "water", "boxes": null}\''


@pytest.fixture(scope="module")
def real(cluster, city_template):
    """A city with real data beside the sample, and somebody of each role."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
        with running(engine) as city:
            city.tokens = {role: city.token(role, person=f"{role}员", post=None) for role in ROLES}
            yield city


@pytest.fixture
def told(real):
    """`told(act)`: act, and what each role was told of it."""

    def run(act):
        screens = {role: real.screen(token=token) for role, token in real.tokens.items()}
        act()
        real.run(SENTINEL)
        for screen in screens.values():
            screen.wait("tiles")
        return screens

    yield run
    real.close_screens()


def walk(city, person):
    """A patrol that somebody entered, out now, as another program writes it down; its code."""
    code = f"P-{next(NUMBERS)}"
    city.run("SELECT city.make_fix_partitions(now() - interval '1 day', now())")
    city.run(OUT, code, f"手机-{code}", person)
    return code


def aged(positions):
    return [{name: value for name, value in one.items() if name != "age_s"} for one in positions]


def whereabouts(screen):
    return [one["patrol"] for event in screen.named("positions") for one in event.data["positions"]]


def listed(city, role, path, name):
    status, answer = city.ask(path, city.tokens[role])
    return answer[name] if status == 200 else None


def test_positions_are_told_as_the_route_tells_them_and_to_nobody_else(real, told):
    code = []
    screens = told(lambda: code.append(walk(real, "patroller员")))
    asked = {role: listed(real, role, "/positions", "positions") for role in ROLES}
    for role in (role for role in ROLES if asked[role] is not None):
        until(lambda role=role: code[0] in whereabouts(screens[role]), WITHIN_S)
        assert aged(screens[role].named("positions")[-1].data["positions"]) == aged(asked[role])
        assert screens[role].named("positions")[-1].data["within_minutes"] == 30
    assert {role for role, screen in screens.items() if screen.named("positions")} == {
        "dispatcher",
        "patroller",
        "admin",
    }


def test_a_crews_way_is_told_to_no_other_patroller(real, told):
    def act():
        walk(real, "dispatcher员")
        until(lambda: real.screens[ROLES.index("dispatcher")].named("positions"), WITHIN_S)

    screens = told(act)
    assert not screens["patroller"].named("positions", "patrol")


def test_patrols_are_told_as_the_list_tells_them_and_not_behind_a_veil(real, told):
    codes = []

    def act():
        codes.append(walk(real, "patroller员"))
        real.run("UPDATE city.patrol SET closed_at = now() WHERE code = %s", codes[0])
        real.run("UPDATE city.patrol SET mode = 'bicycle' WHERE code = %s", codes[0])
        real.run("UPDATE city.patrol SET worked_at = now() WHERE code = %s", codes[0])

    screens = told(act)
    for role in ("dispatcher", "patroller", "admin"):
        events = [event.data for event in screens[role].wait("patrol", 3)]
        assert [event["change"] for event in events] == ["opened", "ended", "corrected"], role
        (asked,) = [one for one in listed(real, role, "/patrols", "patrols") if one["code"] == codes[0]]
        assert events[-1]["patrol"] == asked
    for role in ("viewer", "analyst", "landuse"):
        assert not screens[role].named("patrol"), role


def test_erasing_a_patrol_is_told_without_the_persons_that_are_gone(real, told):
    code = walk(real, "patroller员")
    screens = told(
        lambda: real.run(
            "UPDATE city.patrol SET erased_at = now(), minutes = 3, device = NULL, crew = NULL, made_by = NULL,"
            " source_sha256 = NULL, file_name = NULL, report = NULL WHERE code = %s",
            code,
        )
    )
    until(lambda: erased(screens["dispatcher"]), WITHIN_S)
    assert [(one["code"], one["device"]) for one in erased(screens["dispatcher"])] == [(code, None)]
    assert not erased(screens["patroller"])


def erased(screen):
    return [event.data["patrol"] for event in screen.named("patrol") if event.data["change"] == "erased"]


def changes(screen):
    return [event.data["change"] for event in screen.named("observation")]


def test_observations_are_told_to_each_role_as_the_list_tells_them(real, told):
    found = {"family": "environment", "kind": "litter", "source": "hotline", "lon": 114.5, "lat": 30.55,
             "name": "垃圾", "note": "张三家门口", "reporter": "李四"}  # fmt: skip
    codes = []

    def act():
        status, answer = real.ask("/observations", real.tokens["dispatcher"], found)
        assert status == 201, answer
        codes.append(answer["code"])
        real.run("UPDATE city.observation SET note = '门口' WHERE code = %s", codes[0])
        settled = (
            "UPDATE city.observation SET state = 'settled', settled_by = '王五', settled_at = now() WHERE code = %s"
        )
        real.run(settled, codes[0])

    screens = told(act)
    for role, screen in screens.items():
        until(lambda screen=screen: "settled" in changes(screen), WITHIN_S)
        assert changes(screen) == ["new", "changed", "settled"]
        newest = listed(real, role, "/observations", "observations")[0]
        assert screen.named("observation")[-1].data["observation"] == newest
    assert screens["viewer"].named("observation")[-1].data["observation"]["note"] is None
    assert screens["analyst"].named("observation")[-1].data["observation"]["note"] == "门口"


def test_observations_outside_the_box_or_without_their_layer_are_not_told(real):
    token = real.tokens["dispatcher"]
    near, far = real.screen("?bbox=114.4,30.5,114.6,30.6", token), real.screen("?bbox=114.4,30.7,114.6,30.8", token)
    none, only = real.screen("?layers=water", token), real.screen("?layers=observation", token)
    found = {"family": "environment", "source": "hotline", "lon": 114.5, "lat": 30.55}
    assert real.ask("/observations", token, found)[0] == 201
    near.wait("observation"), only.wait("observation")
    real.run(SENTINEL)
    none.wait("tiles"), far.wait("tiles")
    assert not none.named("observation") and not far.named("observation")
    real.close_screens()


def test_many_at_once_and_what_is_gone_are_told_as_such(real, told):
    def act():
        real.run(
            "INSERT INTO city.observation (code, family, source, found_at, geom)"
            " SELECT 'M' || n, 'fire', 'hotline', now(), ST_SetSRID(ST_Point(114.5, 30.5), 4490)"
            " FROM generate_series(1, 300) AS n"
        )
        real.run("DELETE FROM city.observation WHERE name IS NULL AND family = 'fire'")
        real.run("DELETE FROM city.patrol WHERE code = 'nothing'")

    screens = told(act)
    assert screens["viewer"].wait("observation")[0].data["observation"] is None
    told_of = [event.data for screen in screens.values() for event in screen.named("observation", "patrol")]
    assert {data["change"] for data in told_of} == {"many"}


def test_where_there_is_only_the_sample_everyone_is_told_everything(city):
    stranger, viewer = city.screen(), city.screen(token=city.token("viewer"))
    city.run(
        "INSERT INTO city.patrol (code, mode, device, sample, edition_id)"
        " SELECT 'S', 'foot', 'D', true, max(edition_id) FROM city.edition"
    )
    for screen in (stranger, viewer):
        assert screen.wait("patrol")[0].data["patrol"]["device"] == "D"
