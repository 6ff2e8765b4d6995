"""No tile is older than the last notice that was handled: edits under load, every answer held against the truth."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from sqlalchemy import Engine

from api.access.reader import Reader
from api.app import create_app
from api.database import Database
from api.limits import NARROWED_AT_ONCE
from api.tiles.asked import Asked
from api.tiles.change import Change
from api.tiles.drawing import Drawing
from layers.catalogue import read_catalogue
from tests.api.conftest import app_settings, desk_over, fill, until
from tests.conftest import served

ASKED = [
    Asked(layers, z, x, y)
    for layers in (("grid",), ("site",), ("site", "grid"))
    for z, x, y in ((11, 1675, 841), (13, 6701, 3365), (14, 13403, 6730), (14, 13402, 6730), (16, 53612, 26922))
]
EDITS = (
    "INSERT INTO city.site (code, name, kind, provenance, edition_id, geom) "
    "SELECT 'S' || nextval('city.site_id_seq'), 'x', 'outfall', 'synthetic', max(edition_id), "
    "ST_SetSRID(ST_Point({lon}, {lat}), 4490) FROM city.edition",
    "UPDATE city.site SET geom = ST_SetSRID(ST_Point({lon}, {lat}), 4490) WHERE id % 3 = {n} % 3",
    "UPDATE city.grid SET name = 'n{n}' WHERE code = '420111080001'",
    "DELETE FROM city.site WHERE id % 5 = {n} % 5",
)  # fmt: skip

MARK = '{"table": "road", "boxes": [[0, 0, 1, 1]]}'
"""A notice of no tile here, after those of an edit: some edits find nothing to change."""


class Truth:
    """What each tile was after each edit, and between which times an answer may be of which state."""

    def __init__(self, engine: Engine, servers: int) -> None:
        self._drawing = Drawing(Database(engine), read_catalogue())
        self._viewer = Reader("看", "", frozenset({"viewer"}), signed_in=True, only_sample=True)
        self.digests = [self._now()]
        self.begun_s = [0.0]
        self.handled_s: list[list[float]] = [[0.0] for _ in range(servers)]

    def _now(self) -> dict[Asked, str]:
        return {asked: self._drawing(self._viewer, asked)[0].digest for asked in ASKED}

    def edited(self, engine: Engine, statement: str) -> None:
        """Edit, wait until every server has handled it, and note what the tiles are now."""
        self.begun_s.append(time.monotonic())
        with engine.begin() as connection:
            connection.exec_driver_sql(statement.replace("%", "%%"))
            connection.exec_driver_sql("SELECT pg_notify('city_change', %s)", (MARK,))
        self.digests.append(self._now())
        until(lambda: all(len(handled) == len(self.digests) for handled in self.handled_s), within_s=10)

    def allows(self, server: int, asked: Asked, digest: str, asked_s: float, answered_s: float) -> bool:
        """Whether an answer is of a state not older than the last notice handled before it was asked for."""
        handled = max(state for state, at_s in enumerate(self.handled_s[server]) if at_s <= asked_s)
        begun = max(state for state, at_s in enumerate(self.begun_s) if at_s <= answered_s)
        return digest in {self.digests[state][asked] for state in range(handled, begun + 1)}


def marked(change: Change, handled_s: list[float]) -> None:
    if change.layer == "road":
        handled_s.append(time.monotonic())


def test_under_random_edits_no_answer_of_two_servers_is_older_than_what_each_has_heard(engine):
    fill(engine)
    apps = [create_app(app_settings(engine)) for _ in range(2)]
    with served(apps[0]) as one, served(apps[1]) as other:
        until(lambda: all(app.state.gate.watch.known() for app in apps))
        truth = Truth(engine, servers=2)
        for app, handled in zip(apps, truth.handled_s, strict=True):
            app.state.tiles.tell(lambda change, handled=handled: marked(change, handled))
        stop, answers = threading.Event(), []

        def load(seed: int) -> None:
            chance = random.Random(seed)
            with httpx2.Client() as client:
                while not stop.is_set():
                    server, asked = chance.randrange(2), chance.choice(ASKED)
                    path = f"/tiles/{','.join(asked.layers)}/{asked.z}/{asked.x}/{asked.y}"
                    asked_s = time.monotonic()
                    answer = client.get((one, other)[server] + path)
                    etag = answer.headers["ETag"].strip('"').partition("-")[0]
                    answers.append((server, asked, etag, asked_s, time.monotonic()))

        chance = random.Random(7)
        with ThreadPoolExecutor(3) as loaders:
            loading = [loaders.submit(load, seed) for seed in range(3)]
            try:
                for n in range(30):
                    lon, lat = chance.uniform(114.45, 114.55), chance.uniform(30.5, 30.6)
                    truth.edited(engine, chance.choice(EDITS).format(lon=lon, lat=lat, n=n))
            finally:
                stop.set()
            for loaded in loading:
                loaded.result()
    assert len(answers) > 200
    assert len({etag for _, _, etag, _, _ in answers}) > 20
    assert [answer for answer in answers if not truth.allows(*answer)] == []


@pytest.fixture
def tiles(own_desk):
    return own_desk.client.app.state.tiles


HERE = "/tiles/grid/14/13403/6730"


class Slow:
    """Draws as ever, but begins when it is told to and counts how often it is asked."""

    def __init__(self, tiles) -> None:
        self._draw, tiles._draw = tiles._draw, self
        self.count, self.begun, self.go = 0, threading.Event(), threading.Event()

    def __call__(self, reader, asked):
        self.count += 1
        drawn = self._draw(reader, asked)
        self.begun.set()
        assert self.go.wait(10)
        return drawn


def test_a_hundred_who_ask_at_once_are_answered_by_one_drawing(own_desk, tiles):
    slow = Slow(tiles)
    with ThreadPoolExecutor(100) as clients:
        asking = [clients.submit(own_desk.client.get, HERE) for _ in range(100)]
        assert slow.begun.wait(10)
        time.sleep(0.3)
        slow.go.set()
        assert {answer.result().content for answer in asking} == {own_desk.client.get(HERE).content}
    assert slow.count == 1


def test_what_was_being_drawn_when_a_notice_came_is_given_to_nobody_who_asks_after_it(own_desk, tiles):
    slow, heard = Slow(tiles), []
    tiles.tell(heard.append)
    with ThreadPoolExecutor(2) as clients:
        before = clients.submit(own_desk.client.get, HERE)
        assert slow.begun.wait(10)
        own_desk.run("UPDATE city.grid SET name = '新名' WHERE code = '420111080'")
        until(lambda: bool(heard))
        after = clients.submit(own_desk.client.get, HERE)
        until(lambda: slow.count == 2)
        slow.go.set()
        assert "新名".encode() not in before.result().content
        assert "新名".encode() in after.result().content
    assert "新名".encode() in own_desk.client.get(HERE).content
    assert slow.count == 2


def test_only_what_a_change_touches_is_drawn_anew(own_desk, tiles):
    far = "/tiles/grid/14/13300/6700"
    heard = []
    tiles.tell(heard.append)
    for path in (HERE, far):
        own_desk.client.get(path)
    slow = Slow(tiles)
    slow.go.set()
    own_desk.run("UPDATE city.grid SET name = '新名' WHERE code = '420111080'")
    until(lambda: bool(heard))
    for path in (far, HERE, far, HERE):
        own_desk.client.get(path)
    assert slow.count == 1


def test_a_moved_feature_goes_from_where_it_was_and_comes_where_it_is(own_desk, tiles):
    heard = []
    tiles.tell(heard.append)
    own_desk.run("INSERT INTO city.site (code, name, kind, provenance, edition_id, geom) "
                 "SELECT 'M1', 'm', 'outfall', 'synthetic', max(edition_id), "
                 "ST_SetSRID(ST_Point(114.501, 30.551), 4490) FROM city.edition")  # fmt: skip
    until(lambda: len(heard) == 1)
    was, now = "/tiles/site/16/53612/26922", "/tiles/site/16/53613/26922"
    places = {path: own_desk.client.get(path).status_code for path in (was, now)}
    own_desk.run("UPDATE city.site SET geom = ST_SetSRID(ST_Point(ST_X(geom) + 360.0 / 65536, ST_Y(geom)), 4490)")
    until(lambda: len(heard) == 2)
    moved = {path: own_desk.client.get(path).status_code for path in (was, now)}
    assert sorted(places.values()) == sorted(moved.values()) == [200, 204]
    assert places != moved


def test_a_lost_connection_empties_the_cache_and_nothing_is_kept_until_it_is_back(own_desk, tiles):
    own_desk.client.get(HERE)
    assert len(tiles._cache) == 1
    own_desk.client.app.state.listener.stop()
    until(lambda: len(tiles._cache) == 0)
    slow = Slow(tiles)
    slow.go.set()
    for _ in range(2):
        assert own_desk.client.get(HERE).status_code == 200
    assert (slow.count, len(tiles._cache)) == (2, 0)
    own_desk.client.app.state.listener.start()
    for _ in range(3):
        assert own_desk.client.get(HERE).status_code == 200
    assert (slow.count, len(tiles._cache)) == (3, 1)


def test_what_is_true_by_itself_until_midnight_is_not_kept_for_longer(own_desk, tiles):
    own_desk.client.get(HERE)
    (kept,) = tiles._cache._kept.values()
    midnight = own_desk.run("SELECT extract(epoch FROM (date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai') "
                            "+ interval '1 day') AT TIME ZONE 'Asia/Shanghai')")  # fmt: skip
    assert kept.until_s == float(midnight)


def test_an_error_is_told_to_all_who_asked_and_not_kept(own_desk, tiles):
    draw = tiles._draw

    def fails(reader, asked):
        raise RuntimeError("broken")

    tiles._draw = fails
    assert [own_desk.status(HERE) for _ in range(2)] == [500, 500]
    tiles._draw = draw
    assert own_desk.status(HERE) == 200


def test_a_revoked_token_is_refused_what_is_in_memory_within_a_second(real_desk):
    token = real_desk.person("viewer")
    assert [real_desk.status(HERE, token) for _ in range(3)] == [200, 200, 200]
    assert real_desk.status(HERE) == 401
    real_desk.run("UPDATE city.token SET revoked_at = now() WHERE token_id = (SELECT max(token_id) FROM city.token)")
    assert until(lambda: real_desk.status(HERE, token) == 401) < 1.0


def test_nobody_is_given_from_memory_what_they_may_not_see(real_desk):
    landuse = "/tiles/landuse/14/13403/6730"
    assert real_desk.status(landuse, real_desk.person("landuse")) == 200
    assert real_desk.status(landuse, real_desk.person("viewer")) == 403
    assert real_desk.status(landuse) == 401


def test_a_tile_whose_view_tells_by_role_is_kept_apart_by_role(own_desk, tiles):
    viewer, admin = (Reader("a", "", frozenset({role}), signed_in=True) for role in ("viewer", "admin"))
    one = Asked(("observation",), 14, 13403, 6730)
    assert tiles.key(one, viewer) != tiles.key(one, admin)
    assert tiles.key(one._replace(layers=("grid",)), viewer) == tiles.key(one._replace(layers=("grid",)), admin)


def test_every_layer_whose_view_asks_for_the_role_says_so(shared_engine):
    with shared_engine.connect() as connection:
        asking = connection.exec_driver_sql(
            "SELECT DISTINCT c.relname FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid "
            "JOIN pg_class AS c ON c.oid = r.ev_class WHERE d.refobjid = 'city.acts_as(text[])'::regprocedure"
        ).scalars().all()  # fmt: skip
    by_role = {layer.table.removeprefix("city.") + "_now" for layer in read_catalogue().values() if layer.by_role}
    assert by_role == {name for name in asking if name.endswith("_now")}


@pytest.mark.parametrize(("bounded", "refused"), [("TILES_WAITING", HERE), ("NARROWED_WAITING", HERE + "?name=x")])
def test_tiles_are_bounded_in_number_while_they_wait_to_be_drawn(engine, monkeypatch, bounded, refused):
    monkeypatch.setattr(f"api.tiles.service.{bounded}", 0)
    fill(engine)
    with desk_over(engine) as desk:
        for path in (HERE, HERE + "?name=x"):
            answer = desk.client.get(path)
            assert answer.status_code == 503 if path == refused else answer.status_code in (200, 204)
            assert path != refused or answer.headers["Retry-After"] == "5"


def test_tiles_with_conditions_hold_up_no_plain_tile(own_desk, tiles):
    go, begun, draw = threading.Event(), threading.Semaphore(0), tiles._draw

    def slowly(reader, asked):
        if asked.query:
            begun.release()
            assert go.wait(30)
        return draw(reader, asked)

    tiles._draw = slowly
    with ThreadPoolExecutor(10) as readers:
        slow = [readers.submit(own_desk.client.get, f"{HERE}?name=x{n}") for n in range(10)]
        for _ in range(NARROWED_AT_ONCE):
            assert begun.acquire(timeout=30)
        assert own_desk.status(HERE) == 200 and not any(one.done() for one in slow)
        go.set()
        assert {one.result().status_code for one in slow} == {204}


def test_a_condition_that_takes_for_ever_is_ended_in_words(own_desk, monkeypatch):
    assert own_desk.status(f"{HERE}?name=y") == 204
    monkeypatch.setattr("api.tiles.draw.NARROWED_S", 0.2)
    with own_desk.engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE city.grid IN ACCESS EXCLUSIVE MODE")
        answer = own_desk.client.get(f"{HERE}?name=x")
    assert (answer.status_code, "时间上限" in answer.json()["detail"]) == (503, True)
    assert own_desk.status(f"{HERE}?name=x") == 204
