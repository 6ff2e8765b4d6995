"""A stream lasts no longer than its reader may read, holds no memory, and never passes silence for peace."""

import socket
import time
from urllib.parse import urlsplit

import pytest

from api.access import tokens
from api.access.reader import Reader
from api.limits import LIVE_WAITING_EVENTS
from api.live import hub
from api.live.event import Event
from api.live.stream import Stream
from tests.api.conftest import REAL, until
from tests.api.live.conftest import WITHIN_S, running
from tests.loops import finished

LISTENER = "application_name = 'huashan-listen' AND datname = current_database()"
TOLD = 'NOTIFY city_change, \'{"table": "water", "boxes": null}\''


def ended(screen):
    until(lambda: screen.over, WITHIN_S)
    return screen.named("end")[-1].data["reason"]


class TestReaders:
    """The token is checked for as long as the stream lasts."""

    def test_a_revoked_token_ends_its_own_stream_alone(self, city):
        token, other = city.token("viewer"), city.token("viewer")
        screen, stays = city.screen(token=token), city.screen(token=other)
        newest = city.run("SELECT max(token_id) - 1 FROM city.token")
        with city.engine.begin() as connection:
            tokens.revoke(connection, newest)
        assert "登录已失效" in ended(screen)
        city.run(TOLD)
        stays.wait("tiles")
        assert city.screen(token=token).status == 401

    def test_nothing_that_is_committed_with_it_or_later_is_told_to_a_revoked_token(self, city):
        screen, stays = city.screen(token=city.token("viewer")), city.screen()
        revoke = "UPDATE city.token SET revoked_at = now() WHERE token_id = (SELECT max(token_id) FROM city.token)"
        city.run(f"{TOLD}; {revoke}; {TOLD.replace('water', 'road')}")
        assert len(stays.wait("tiles", 2)) == 2
        ended(screen)
        assert not screen.named("tiles")

    @pytest.mark.parametrize(
        "change", ["roles = '{analyst}'", "person = '李四'", "expires_at = clock_timestamp() + interval '1 s'"]
    )
    def test_who_is_somebody_else_now_begins_anew(self, city, change):
        screen = city.screen(token=city.token("viewer"))
        city.run(f"UPDATE city.token SET {change} WHERE token_id = (SELECT max(token_id) FROM city.token)")
        assert ended(screen)

    def test_signing_out_ends_the_streams_of_the_session(self, city):
        token = city.token("dispatcher")
        city.run(
            "INSERT INTO city.session (sha256, token_id, expires_at)"
            " SELECT encode(sha256('cookie'), 'hex'), max(token_id), now() + interval '1 h' FROM city.token"
        )
        screen = city.screen(Cookie="huashan_session=cookie")
        assert screen.status == 200 and token
        city.run("DELETE FROM city.session")
        assert ended(screen)
        assert city.screen(Cookie="huashan_session=cookie").status == 200  # anyone, over the sample

    def test_real_data_closes_the_streams_of_strangers(self, own_city):
        screen = own_city.screen()
        own_city.run(REAL)
        assert "真实数据" in ended(screen)
        assert own_city.screen().status == 401


class TestLoss:
    """What may have been missed is said; and where nobody can tell, the stream ends."""

    def test_a_lost_listening_connection_is_said_once_there_is_another(self, own_city):
        screen = own_city.screen()
        # Only the role that made it may break it.
        with own_city.app.state.gate.database.engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {LISTENER}")
        screen.wait("reset")
        assert own_city.screen(f"?after={screen.named('hello')[0].id}").wait("reset")
        own_city.run(TOLD)
        screen.wait("tiles")

    def test_without_any_listening_the_streams_end_and_none_begins(self, own_city):
        screen = own_city.screen()
        own_city.app.state.listener.stop()
        assert "数据库" in ended(screen)
        refused = own_city.screen()
        assert refused.status == 503 and refused.headers["Retry-After"]
        assert "定时查询" in refused.refused()["detail"]

    def test_more_streams_than_there_may_be_are_refused(self, city, monkeypatch):
        until(lambda: not city.app.state.live._streams, WITHIN_S)
        monkeypatch.setattr(hub, "LIVE_STREAMS", 1)
        first, second = city.screen(), city.screen()
        assert (first.status, second.status) == (200, 503)
        assert second.headers["Retry-After"] and "1 个" in second.refused()["detail"]
        first.close()
        until(lambda: city.screen().status == 200, WITHIN_S)

    def test_a_quiet_stream_says_that_it_is_alive_and_up_to_where_all_was_told(self, engine, monkeypatch):
        monkeypatch.setattr("api.live.response.HEARTBEAT_S", 0.1)
        with running(engine) as city:
            screen = city.screen("?layers=water")
            city.run('NOTIFY city_change, \'{"table": "road", "boxes": null}\'')
            until(lambda: len(screen.comments) > 3 and screen.last_id != screen.named("hello")[0].id, WITHIN_S)
            assert {event.name for event in screen.events} == {"hello", "alive"}
            assert screen.named("alive")[0].data["at"].endswith("+08:00")


def reader():
    return Reader("张三", "", frozenset({"viewer"}), signed_in=True)


async def taken(stream, count):
    parts = stream.sent(60, lambda: None)
    return [await anext(parts) for _ in range(count)]


def test_a_screen_that_takes_nothing_holds_little_and_is_told_that_it_missed_something():
    stream = Stream(None, reader(), frozenset({("tiles", "road")}), None)
    for number in range(10 * LIVE_WAITING_EVENTS):
        stream.offer(b"x%d." % number, lambda: b"missed.")
    assert len(stream._waiting) <= LIVE_WAITING_EVENTS
    (text,) = finished(taken(stream, 1))
    assert text.startswith(b"missed.") and text.endswith(b"x%d." % (10 * LIVE_WAITING_EVENTS - 1))


def test_big_events_fill_a_stream_as_many_small_ones_do():
    stream = Stream(None, reader(), frozenset(), None)
    for _ in range(3):
        stream.offer(b"x" * 400_000, lambda: b"missed")
    assert finished(taken(stream, 1)) == [b"missed" + b"x" * 400_000]


def test_what_waits_for_one_who_may_not_any_more_is_never_sent():
    stream = Stream(None, reader(), frozenset(), None)
    stream.offer(b"secret", lambda: b"")
    stream.end(b"end")
    stream.offer(b"later", lambda: b"")
    stream.instead(b"later")

    async def all_of_it():
        return [part async for part in stream.sent(60, lambda: None)]

    assert finished(all_of_it()) == [b"end"]


def test_an_event_is_wanted_by_key_and_place():
    stream = Stream(None, reader(), frozenset({("tiles", "road")}), (0, 0, 1, 1))
    boxes = {"in": ((0.5, 0.5, 2, 2),), "edge": ((1, 1, 2, 2),), "out": ((2, 2, 3, 3),), "anywhere": None}
    wanted = {name: stream.wants(Event(1, ("tiles", "road"), where, b"")) for name, where in boxes.items()}
    assert wanted == {"in": True, "edge": True, "out": False, "anywhere": True}
    assert not stream.wants(Event(1, ("tiles", "water"), None, b""))


def test_a_screen_that_stalls_loses_its_place(city, monkeypatch):
    monkeypatch.setattr("api.live.response.LIVE_STALLED_S", 0.5)
    until(lambda: not city.app.state.live._streams, WITHIN_S)
    parts = urlsplit(city.url)
    with socket.create_connection((parts.hostname, parts.port)) as mute:
        mute.sendall(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        until(lambda: len(city.app.state.live._streams) == 1, WITHIN_S)
        notice = '{"table": "water", "boxes": [' + ",".join(["[1,1,2,2]"] * 400) + "]}"
        deadline = time.monotonic() + 60
        while city.app.state.live._streams and time.monotonic() < deadline:
            city.run(f"SELECT pg_notify('city_change', '{notice}') FROM generate_series(1, 40)")
        assert not city.app.state.live._streams
