"""Duties that ask for the same side of the water: who walks along one bank of a narrow river settles that one alone."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from shapely import LineString

from api.banks.derive import derive_banks
from api.database import Database
from api.duties.keep import Upkeep
from api.patrols.rework import Surroundings, rework
from api.sightings.resight import resight
from api.sightings.targets import Targets
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, transformer
from tests.api.conftest import desk_over, fill
from tests.api.test_banks import put
from tests.databases import copy_of

EAST, NORTH = 545_000.0, 3_380_000.0
START = datetime(2026, 6, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
LEFT, RIGHT = "HE-左1", "HE-右1"
DUTY = {
    "post_code": "HZ-1", "layer": "bank", "targets": "all", "interval_days": 1, "settled_by": "anyone",
    "valid_from": "2026-05-01", "citation": "示例",
}  # fmt: skip
WALKED = [(100 + 20 * n, 12) for n in range(16)]  # on the left bank, 2 m off the water
KEPT = "SELECT md5(string_agg(s::text, '' ORDER BY s.sighting_id)) FROM city.side_sighting AS s"


def go(desk, day, mode, places, *, device="手机-1", hour=8.0):
    """A patrol on a day of June from an hour on, a fix every 15 s at places in metres from the river's beginning."""
    degrees = [transformer(METRIC_DEFAULT, STORED).transform(EAST + x, NORTH + y) for x, y in places]
    began = START + timedelta(days=day - 1, hours=hour - 8)
    fixes = [[(began + timedelta(seconds=15 * n)).isoformat(), *place, 4] for n, place in enumerate(degrees)]
    answer = desk.client.post("/patrols", json={"device": device, "mode": mode, "fixes": fixes}, headers=desk.writer)
    assert answer.status_code == 201, answer.text


def keep_up(desk):
    Upkeep(Database(desk.engine), read_catalogue()).once()


def duty(desk, code, **fields):
    answer = desk.client.post("/duties", json={"code": code, **DUTY, **fields}, headers=desk.writer)
    assert answer.status_code == 201, answer.text


def get(desk, path):
    answer = desk.client.get(path, headers=desk.writer)
    assert answer.status_code == 200, answer.text
    return answer.json()


def covered(desk, code, more=""):
    """Metres seen of each bank for a duty."""
    return {one["code"]: one["seen_m"] for one in get(desk, f"/coverage/bank?duty={code}{more}")["targets"]}


def debts(desk, more="", at="2026-06-20"):
    return {one["duty"]: one for one in get(desk, f"/debt?at={at}{more}")["duties"]}


@contextmanager
def city(cluster, template):
    """A river 20 m wide, known by its line; walked along on the left bank, then sailed, then crossed by a bridge.

    The walk comes before anyone asks for the same side, the others after.
    """
    with copy_of(cluster, template) as engine:
        fill(engine)
        with engine.begin() as connection:
            put(connection, "HE", LineString([(EAST, NORTH), (EAST + 1000, NORTH)]), kind="river", name="小河")
            connection.exec_driver_sql("UPDATE city.water SET width_m = 20 WHERE code = 'HE'")
            derive_banks(connection)
        with desk_over(engine) as desk:
            desk.writer = desk.person("dispatcher")
            post = {"code": "HZ-1", "kind": "river_chief", "name": "河长", "holder": "王五", "valid_from": "2026-01-01"}
            assert desk.client.post("/posts", json=post, headers=desk.writer).status_code == 201
            duty(desk, "ANY")
            go(desk, 1, "foot", WALKED)
            duty(desk, "SAME", same_side=True)
            desk.waiting = get(desk, "/debt?at=2026-06-20")["waiting"]
            keep_up(desk)
            go(desk, 2, "boat", [(500 + 20 * n, 0) for n in range(16)], device="船-1")
            go(desk, 3, "foot", [(900, 10 * n) for n in range(4, -5, -1)], device="手机-2")
            yield desk


@pytest.fixture(scope="module")
def desk(cluster, city_template):
    with city(cluster, city_template) as desk:
        yield desk


@pytest.fixture
def own(cluster, city_template):
    """A city of the test's own."""
    with city(cluster, city_template) as desk:
        yield desk


def test_nothing_is_said_before_the_sides_have_been_told(desk):
    assert desk.waiting == [{"duty": "SAME", "reach_m": 25.0}]
    assert get(desk, "/debt?at=2026-06-20")["waiting"] == []
    before = desk.run("SELECT (stored_at - interval '1 microsecond')::text FROM city.side_stored LIMIT 1")
    then = get(desk, f"/debt?at=2026-06-20&known_at={before.replace(' ', 'T').replace('+00', 'Z')}")
    assert [one["duty"] for one in then["waiting"]] == ["SAME"]


def test_a_walker_settles_the_near_bank_a_boat_both_and_who_crosses_a_bridge_both_near_it(desk):
    walk, boat, bridge = (f"&from=2026-06-0{day}&to=2026-06-0{day + 1}" for day in (1, 2, 3))
    near, far = 300 + 2 * 24.92, 300 + 2 * 11.87  # 2 m and 22 m away, 25 m in view
    assert covered(desk, "SAME", walk) == {LEFT: pytest.approx(near, abs=0.05), RIGHT: 0}
    assert covered(desk, "ANY", walk) == {LEFT: pytest.approx(near, abs=0.05), RIGHT: pytest.approx(far, abs=0.05)}
    assert covered(desk, "SAME", boat) == covered(desk, "ANY", boat)
    assert min(covered(desk, "SAME", boat).values()) > 300
    assert covered(desk, "SAME", bridge) == {LEFT: pytest.approx(50, abs=0.1), RIGHT: pytest.approx(50, abs=0.1)}


def test_sightings_from_the_own_side_are_told_with_their_times(desk):
    told = get(desk, f"/coverage/bank/{LEFT}/timeline?duty=SAME&to=2026-06-02")["sightings"]
    assert min(one["from_m"] for one in told) == pytest.approx(75.1, abs=0.1)
    assert datetime.fromisoformat(told[0]["first_seen"]) == START
    assert get(desk, f"/coverage/bank/{RIGHT}/timeline?duty=SAME&to=2026-06-02")["sightings"] == []


def test_debt_and_performance_follow(desk):
    same, every = debts(desk)["SAME"], debts(desk)["ANY"]
    assert same["never_seen_m"] - every["never_seen_m"] == pytest.approx(300 + 2 * 11.87, abs=0.1)
    assert same["debt_m_days"] > every["debt_m_days"]
    assert (same["side_unknown_m"], every["side_unknown_m"]) == (0, None)
    path = "/duties/performance?period=2026-06-01..2026-06-02"
    told = {one["duty"]: one for one in get(desk, f"{path}&by=duty")["duties"]}
    shares = [told[code]["cover"][0]["nominal"] for code in ("SAME", "ANY")]
    assert shares == pytest.approx([349.8 / 2000, (349.8 + 323.7) / 2000], abs=1e-3)
    assert told["SAME"]["side_unknown_m"] == 0
    assert "side_unknown_m" in desk.client.get(f"{path}&by=duty&format=csv", headers=desk.writer).text.splitlines()[0]


def test_what_is_carried_over_is_not_used_once_the_own_side_has_changed(own):
    def told():
        return [debts(own, more, "2026-07-20")["SAME"]["debt_m_days"] for more in ("", "&known_at=2100-01-01")]

    keep_up(own)
    before = own.run("SELECT count(*) FROM city.duty_state WHERE duty_code = 'SAME'")
    assert before > 0 and told()[0] == pytest.approx(told()[1])
    own.run("UPDATE city.side_sighting SET known_to = clock_timestamp() WHERE first_at < '2026-06-02'")
    assert told()[0] == pytest.approx(told()[1])


def test_working_everything_out_again_changes_nothing(desk):
    before = desk.run(KEPT)
    with desk.engine.begin() as connection:
        around = Surroundings.read(connection, Targets(read_catalogue()))
        numbers = connection.exec_driver_sql("SELECT patrol_id FROM city.patrol").scalars().all()
        assert all(rework(connection, number, around) for number in numbers)
    assert desk.run(KEPT) == before
    told = covered(desk, "SAME")
    with desk.engine.begin() as connection:
        assert resight(connection, "bank", [LEFT, RIGHT])
    assert desk.run(KEPT) != before  # superseded, and written anew
    assert covered(desk, "SAME") == told


def test_another_reach_is_worked_out_from_the_own_side_and_kept_the_same(desk):
    anew = covered(desk, "SAME", "&reach_m=40&to=2026-06-02")
    assert anew[RIGHT] == 0 < anew[LEFT]
    duty(desk, "WIDE", same_side=True, reach_m=40)
    keep_up(desk)
    assert covered(desk, "WIDE", "&to=2026-06-02") == anew
    desk.run("DELETE FROM city.duty WHERE code = 'WIDE'")


def test_late_fixes_change_the_figure_and_not_what_was_known(desk):
    before = covered(desk, "SAME")
    known_at = datetime.now(ZoneInfo("UTC")).isoformat().replace("+00:00", "Z")
    go(desk, 4, "foot", [(700 + 20 * n, 12) for n in range(6)], device="手机-3")
    assert covered(desk, "SAME") != before
    assert covered(desk, "SAME", f"&known_at={known_at}") == before


def test_what_was_told_is_told_again_once_the_legs_are_erased(own):
    told = covered(own, "SAME"), debts(own)["SAME"]
    own.run("DELETE FROM city.fix")
    own.run("DELETE FROM city.leg")
    own.run("DELETE FROM city.duty_state")
    with own.engine.begin() as connection:
        resight(connection, "bank", [LEFT, RIGHT])
    assert (covered(own, "SAME"), debts(own)["SAME"]) == told
    answer = own.client.get("/coverage/bank?duty=SAME&reach_m=30", headers=own.writer)
    assert (answer.status_code, "同岸" in answer.text) == (400, True)
    # Asked for only now: nobody can tell where the walkers were, and the answer says how much rests on them.
    own.run("DELETE FROM city.side_stored")
    own.run("DELETE FROM city.side_sighting")
    keep_up(own)
    same, every = debts(own)["SAME"], debts(own)["ANY"]
    assert same["debt_m_days"] == pytest.approx(every["debt_m_days"])
    boat_m = sum(covered(own, "ANY", "&from=2026-06-02&to=2026-06-03").values())
    assert 0 < same["side_unknown_m"] < sum(covered(own, "ANY").values())
    assert same["side_unknown_m"] + boat_m >= sum(covered(own, "ANY").values())
    walk = get(own, "/coverage/bank?duty=SAME&to=2026-06-02")
    assert walk["side_unknown_m"] == walk["seen_m"] > 600
    assert get(own, "/coverage/bank?duty=SAME&from=2026-06-02&to=2026-06-03")["side_unknown_m"] == 0
