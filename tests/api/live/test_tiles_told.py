"""Edits of the map, made anywhere, are told to screens: which layer, and where."""

import time

import pytest

from api.live import hub
from tests.api.live.conftest import running

MOVE = (
    "UPDATE city.grid SET geom = ST_Translate(geom, %s, 0) WHERE code = '420111080001'"
    " RETURNING ST_XMin(geom) || ',' || ST_XMax(geom) || ',' || ST_YMin(geom) || ',' || ST_YMax(geom)"
)
SEEN = """
INSERT INTO city.last_seen (layer, target_code, span, geom)
VALUES ('road', %s, '[0,100)', ST_GeomFromText('LINESTRING(114.5 30.55, 114.501 30.55)', 4490))
"""


def holds(boxes, west, east, south, north):
    return any(w <= west and s <= south and e >= east and n >= north for w, s, e, n in boxes)


def moved(city, by):
    return [float(number) for number in city.run(MOVE, by).split(",")]


def test_an_edit_by_another_program_tells_where_it_was_and_where_it_is(city):
    screen = city.screen()
    west, east, south, north = moved(city, -0.002)
    told = screen.wait("tiles")[0]
    assert told.data["layer"] == "grid"
    assert holds(told.data["boxes"], west, east, south, north)
    assert holds(told.data["boxes"], west + 0.002, east + 0.002, south, north)
    assert all(
        len(box) == 4 and 114 < box[0] < box[2] < 115 and 30 < box[1] < box[3] < 31 for box in told.data["boxes"]
    )
    assert told.data["at"].endswith("+08:00")


def test_only_what_is_asked_for_is_told(city):
    grid, water = city.screen("?layers=grid"), city.screen("?layers=water,road")
    near, far = city.screen("?bbox=114.4,30.5,114.6,30.6"), city.screen("?bbox=114.4,30.7,114.6,30.8")
    moved(city, -0.001)
    city.run("UPDATE city.landuse SET name = 'x'")
    assert [event.data["layer"] for event in near.wait("tiles", 2)] == ["grid", "landuse"]
    assert [event.data["layer"] for event in grid.wait("tiles")] == ["grid"]
    city.run('NOTIFY city_change, \'{"table": "water", "boxes": null}\'')
    assert water.wait("tiles")[0].data["boxes"] is None
    assert [event.data["layer"] for event in far.wait("tiles")] == ["water"]


def test_the_stream_is_not_kept_by_anyone_on_its_way(city):
    screen = city.screen()
    assert screen.headers["Content-Type"].startswith("text/event-stream")
    assert screen.headers["Cache-Control"] == "no-store"
    assert screen.headers["X-Accel-Buffering"] == "no"
    (hello,) = screen.named("hello")
    assert hello.data["id"] == hello.id and hello.data["heartbeat_s"] == 15 and hello.data["now"].endswith("+08:00")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("?layers=nothing", 404, "nothing"),
        ("?layers=grid,grid", 400, "两次"),
        ("?layers=", 404, "图层"),
        ("?bbox=1,2", 400, "1,2"),
        ("?bbox=nan,nan,nan,nan", 400, "nan"),
        ("?layer=grid", 400, "layers"),
        ("?after=" + "9" * 101, 400, "100"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(city, query, status, words):
    screen = city.screen(query)
    assert screen.status == status
    assert words in screen.refused()["detail"]


def test_a_question_for_the_head_alone_ends(city):
    status, body = city.ask("/live", method="HEAD")
    assert (status, body) == (200, None)


def test_where_crews_pass_is_told_at_once_to_those_alone_who_see_them(engine, monkeypatch):
    monkeypatch.setattr(hub, "COARSE_S", 0.5)
    with running(engine) as city:
        city.run("INSERT INTO city.edition (layer, name, sample) VALUES ('road', '实测', false)")
        time.sleep(0.3)
        exact, *coarse = (
            city.screen("?layers=last_seen", city.token(role)) for role in ("dispatcher", "patroller", "viewer")
        )
        city.run(SEEN, "A")
        assert exact.wait("tiles")[0].data["boxes"][0][0] == pytest.approx(114.5, abs=1e-4)
        for screen in coarse:
            assert screen.wait("tiles")[0].data["boxes"] is None
        time.sleep(1)
        assert [len(screen.named("tiles")) for screen in (exact, *coarse)] == [1, 1, 1]
