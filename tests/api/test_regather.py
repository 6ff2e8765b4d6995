"""Positions that come late make the outings that they would have made in order, and all that hangs on these follows."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.crews.devices import Sender
from api.patrols import regather as regathering
from api.patrols.gather import gather
from api.patrols.regather import agreed_from, shared_out
from api.patrols.tracking import receive
from api.sightings.targets import read_city
from api.tracks.track import RawTrack
from tests.api.conftest import drained
from tests.api.test_corrections import told
from tests.api.test_track import NOON_S, ZONE, city, crew_city, location, token  # noqa: F401 - fixtures

GAP_S = 7200.0
NOW = datetime(2026, 7, 30, tzinfo=UTC)
OWNERS = "SELECT extract(epoch FROM time)::float8, patrol_id FROM city.fix ORDER BY time"
MINUTES = st.lists(st.integers(0, 400).map(lambda n: 5.0 * n), min_size=2, max_size=20, unique=True)


def sent(seconds):
    """Positions of a phone at some seconds after noon, close to each other."""
    time_s = NOON_S + np.array(seconds, dtype=float) * 60
    return RawTrack(
        1, None, np.full(len(time_s), 114.5), np.full(len(time_s), 30.56), time_s, np.full(len(time_s), 8.0)
    )


@settings(max_examples=30)
@given(MINUTES, st.randoms(use_true_random=False), st.integers(1, 5), st.sampled_from([0.0, 3e4, 2e5]))
@example([0.0, 200.0, 100.0], None, 3, 0.0)  # the last closes the gap
@example([700.0, 725.0, 745.0, 715.0], None, 4, 0.0)  # about midnight
def test_in_whatever_order_positions_come_the_outings_are_those_of_their_times(
    connection, minutes, shuffled, batches, ahead_s
):
    if shuffled:
        shuffled.shuffle(minutes)
    place = read_city(connection)
    with connection.begin_nested() as attempt, pytest.MonkeyPatch.context() as patch:
        patch.setattr(regathering, "_AHEAD_S", (ahead_s, np.inf))
        sender = Sender(0, "机", "wgs84", None, "foot", None, False)
        for part in np.array_split(np.array(minutes), batches):
            if len(part):
                receive(connection, sender, sent(part), place, now=NOW, gap_s=GAP_S)
        rows = connection.exec_driver_sql(OWNERS).all()
        current = "SELECT count(*) FROM city.patrol WHERE superseded_at IS NULL"
        standing = connection.exec_driver_sql(current).scalar()
        attempt.rollback()
    wanted = gather(np.array([at for at, _ in rows]), [], GAP_S, ZONE)
    assert len(rows) == len(minutes)
    assert len(set(zip(wanted, [owner for _, owner in rows], strict=True))) == len(set(wanted)) == standing


def test_a_late_position_has_only_those_gathered_anew_that_it_can_touch(connection, monkeypatch):
    place, read = read_city(connection), []
    monkeypatch.setattr(regathering, "gather", lambda *asked: read.append(len(asked[0])) or gather(*asked))
    days = np.array([1440.0 * day + minute for day in range(40) for minute in range(0, 60, 10)])
    with connection.begin_nested() as attempt:
        sender = Sender(0, "机", "wgs84", None, "foot", None, False)
        receive(connection, sender, sent(days), place, now=NOW, gap_s=GAP_S)
        receive(connection, sender, sent([-30.0]), place, now=NOW, gap_s=GAP_S)
        attempt.rollback()
    assert len(read) == 1 and read[0] < 30


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), min_size=1, max_size=20))
def test_where_all_agrees_a_group_begins_and_no_outing_goes_on(pairs):
    group, patrol = np.array([(one, owner) for one, owner in sorted(pairs, key=lambda pair: pair[0])]).T
    n = len(group)
    places = [at for at in range(1, n) if group[at] != group[at - 1] and not {*patrol[:at]} & {*patrol[at:]}]
    assert agreed_from(group, patrol, np.ones(n, dtype=bool)) == min(places, default=n)
    assert agreed_from(group, patrol, np.zeros(n, dtype=bool)) == n


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), min_size=1, max_size=20))
def test_every_group_has_one_outing_and_no_two_groups_the_same(pairs):
    group, patrol = np.array(sorted(pairs)).T
    wanted = shared_out(group, patrol)
    assert (
        len({*zip(group.tolist(), wanted.tolist(), strict=True)}) == len({*group.tolist()}) == len({*wanted.tolist()})
    )
    assert set(wanted[wanted > 0]) <= set(patrol)


def walk(first, count):
    """Positions along the road, one a minute."""
    return [location(int(NOON_S) + 60 * n, lon=114.5 + n * 0.0004) for n in range(first, first + count)]


def test_late_positions_make_two_outings_one_with_all_that_hangs_on_them(city):  # noqa: F811
    path, headers = f"/track/{token(city)}", city.person("dispatcher")

    def post(rows):
        assert city.client.post(path, content=json.dumps(rows)).status_code == 200
        drained(city)

    post(walk(0, 5))
    post([row | {"tst": row["tst"] + 3 * 3600} for row in walk(14, 5)])
    codes = [one["code"] for one in city.client.get("/patrols", headers=headers).json()["patrols"]][::-1]
    assert len(codes) == 2
    found = {"kind": "litter", "patrol": codes[1], "lon": 114.5, "lat": 30.56,
             "found_at": datetime.fromtimestamp(NOON_S + 4 * 3600, UTC).isoformat()}  # fmt: skip
    seen_on = city.client.post("/observations", json=found, headers=headers).json()["code"]
    instant, before = datetime.now(UTC).isoformat(), covered(city)
    post([row | {"tst": int(NOON_S) + 1800 * n} for n, row in enumerate(walk(4, 6))])
    listed = city.client.get("/patrols", headers=headers).json()["patrols"]
    assert [one["code"] for one in listed] == codes[:1]
    assert told(city, codes[1])["code"] == codes[0], "the code that it had leads to it"
    assert told(city, codes[0])["fixes_kept"] == city.run("SELECT count(*) FROM city.fix") == 15
    assert city.client.get(f"/observations/{seen_on}", headers=headers).json()["patrol_code"] == codes[0]
    dangling = "FROM city.{} AS s JOIN city.patrol AS p USING (patrol_id) WHERE p.superseded_at IS NOT NULL"
    for table in ("sighting", "whole_sighting", "flag"):
        assert city.run(f"SELECT count(*) {dangling.format(table)} AND s.known_to IS NULL") == 0
    assert city.run(f"SELECT count(*) {dangling.format('leg')}") == 0
    assert covered(city, known_at=instant) == before
    assert covered(city)["seen_m"] >= before["seen_m"] > 0
    assert covered(city)["seen_m"] == pytest.approx(told(city, codes[0])["seen"][0]["seen_m"])
    late = city.client.post(f"/patrols/{codes[1]}/fixes", json=[[NOON_S + 30, 114.5002, 30.56]], headers=headers)
    assert (late.status_code, late.json()["code"]) == (201, codes[0])


def covered(city, **asked):  # noqa: F811
    period = {"from": "2026-06-01", "to": "2026-06-03", **asked}
    answer = city.client.get("/coverage/road", params=period, headers=city.person("dispatcher")).json()
    return next(target for target in answer["targets"] if target["code"] == "R1")
