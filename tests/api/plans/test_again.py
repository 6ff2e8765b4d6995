"""Plans that go on from others: a week, the rest of a day under way, what a day left, what was fixed by hand."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from api.client import Platform
from api.client.asking import Wire
from api.client.questions import Questions
from api.jobs.runner import Runner
from api.plans.in_hand import PlanInHand
from api.plans.solve import solve_stored
from layers.catalogue import read_catalogue
from layers.crs import STORED
from layers.errors import NotPossible
from tests.api.conftest import drained
from tests.api.plans.conftest import FEW, START, ask

DAY = "2026-03-02"
CREWS = [
    {"crew": "甲", "start": START, "to": "09:00"},
    {"name": "志愿者", "start": START, "from": "08:30", "to": "09:00"},
]


@pytest.fixture(scope="module")
def here(street):
    """The same city, whose plans are solved in this process: starting another takes longer than solving."""
    runner: Runner = street.client.app.state.plan_runner
    database = street.client.app.state.gate.database

    def solve(number, code, worker):
        solve_stored(PlanInHand(database, code, worker, 60.0), read_catalogue())

    runner._watched = solve
    return street


def made(desk, **body):
    answer = ask(desk, {"options": FEW} | body)
    assert answer.status_code == 201 and answer.json()["status"] == "done", answer.text
    return answer.json()


@pytest.fixture(scope="module")
def day(here):
    return made(here, day=DAY, crews=CREWS)


def planned(plan):
    return {piece["piece"]: piece["route"] for piece in plan["pieces"] if piece["route"]}


def test_the_same_seed_and_rounds_are_the_same_plan(here, day):
    again = made(here, day=DAY, crews=CREWS)
    assert (again["routes"], planned(again)) == (day["routes"], planned(day))


def test_a_week_goes_for_nothing_twice_and_can_be_changed_by_hand(here):
    week = made(here, days=[DAY, "2026-03-03"], crews=CREWS[:1])
    assert [route["day"] for route in week["routes"]] == [DAY, "2026-03-03"]
    pieces = [piece.rpartition("@")[0] for piece in planned(week)]
    assert pieces and len(set(pieces)) == len(pieces)
    first = next(iter(planned(week)))
    tried = here.client.patch(
        f"/plans/{week['code']}", json={"changes": [{"piece": first, "route": None}], "save": False}
    )
    assert tried.status_code == 200, tried.text
    assert tried.json()["totals"]["pieces"] == week["totals"]["pieces"] - 1


def test_what_was_fixed_by_hand_stays_where_it_was_when_it_is_planned_again(here, day):
    piece, route = next(iter(planned(day).items()))
    other = next(one["route"] for one in day["routes"] if one["route"] != route)
    change = {"changes": [{"piece": piece, "route": other, "fixed": True}]}
    assert here.client.patch(f"/plans/{day['code']}", json=change).status_code == 200
    again = made(here, again_from=day["code"])
    assert again["day"] == DAY and [crew["crew"] for crew in again["crews"]] == ["甲", "志愿者"]
    assert planned(again)[piece] == other


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        ({"options": FEW | {"layers": ["grid"]}}, set()),
        ({"crews": [{"name": "远", "start": {"lon": 114.46, "lat": 30.51}}]}, {"unreachable"}),
        ({"crews": [{"name": "船", "mode": "boat", "start": START}]}, {"wrong_mode", "unreachable", "no_way"}),
        ({"crews": [{"name": "飞", "mode": "drone", "start": START, "from": "08:00", "to": "08:01"}]}, {"no_time"}),
        ({"crews": [{"name": "短", "start": START, "most_m": 1}]}, {"no_time", "unreachable"}),
        ({"crews": [{"name": "夜", "start": START, "from": "22:00", "to": "06:00"}]}, {"unreachable"}),
    ],
)
def test_a_day_on_which_little_can_be_done_is_a_plan_that_says_why(here, body, reasons):
    plan = made(here, **{"day": DAY, "crews": CREWS} | body)
    assert {piece["why"] for piece in plan["pieces"] if piece["state"] == "left_out"} <= reasons
    assert all(piece["why_text"] for piece in plan["pieces"] if piece["why"])
    assert here.client.get(f"/plans/{plan['code']}", params={"format": "geojson"}).status_code == 200


def test_notebooks_have_a_plan_as_tables(here):
    city = Platform.__new__(Platform)
    Questions.__init__(city, Wire(here.client))
    routes = city.plan(DAY, CREWS, **FEW)
    code = routes.attrs["code"]
    assert list(routes.index) == [f"甲·{DAY}", f"志愿者·{DAY}"] and routes.crs == STORED
    assert routes.attrs["units"]["length_m"] == "m" and routes.attrs["totals"]["pieces"] > 0
    pieces, stops = city.plan_pieces(code), city.plan_stops(code)
    assert set(pieces["state"]) == {"planned", "left_out"} and set(stops["kind"]) >= {"start", "piece", "end"}
    assert city.plans(DAY).loc[code, "status"] == "done" and set(city.plan_result(code)["state"]) <= {
        "missed",
        "walked",
    }
    with pytest.raises(NotPossible, match="没有"):
        city.plan(DAY, CREWS, layers=["没有"])


def walk(desk, route, until_s):
    """Hand in a walk along a route up to an instant."""
    times = np.arange(route["times"][0], until_s, 20)
    lon, lat = (np.interp(times, route["times"], axis) for axis in zip(*route["line"]["coordinates"], strict=True))
    fixes = [[float(time), x, y, 3] for time, x, y in zip(times, lon, lat, strict=True)]
    sent = {"code": "甲-1", "device": "手机", "mode": "foot", "crew": "甲", "post": "LZ-1", "fixes": fixes}
    answer = desk.client.post("/patrols", json=sent, headers=desk.person("dispatcher"))
    assert answer.status_code == 201, answer.text
    drained(desk)
    return lon[-1], lat[-1]


def test_the_rest_of_a_day_is_planned_from_where_the_crew_is_and_the_next_day_takes_the_gaps(here, day):
    route, writer = day["routes"][0], here.person("dispatcher")
    half_s = (route["times"][0] + route["times"][-1]) / 2
    place = walk(here, route, half_s)
    at = datetime.fromisoformat(route["from_at"]) + timedelta(seconds=half_s - route["times"][0])
    body = {"again_from": day["code"], "at": at.isoformat(), "options": FEW}
    rest = ask(here, body, writer).json()
    assert rest["status"] == "done", rest
    crew = rest["crews"][0]
    assert (crew["start"]["lon"], crew["start"]["lat"]) == pytest.approx(place, abs=1e-3)
    assert crew["gone_m"] == pytest.approx(route["length_m"] / 2, rel=0.2)
    assert crew["most_m"] == day["crews"][0]["most_m"] == 20_000
    assert min(one["from_at"] for one in rest["routes"] if one["stops"]) >= at.isoformat()[:16]
    seen = rest["totals"]["debt_before_m_days"]
    assert 0 < seen < day["totals"]["debt_before_m_days"]
    left = ask(here, {"again_from": day["code"], "options": FEW | {"second_pass": True}}, writer).json()
    assert left["status"] == "done" and left["day"] == "2026-03-03"
    assert {piece["target"] for piece in left["pieces"]} <= {
        piece["target"] for piece in day["pieces"] if piece["route"]
    }
