"""Debt day by day, on the sample: held to /debt at each day's end, and to sums over the days."""

from itertools import pairwise

import pytest

from api.duties.trend import edges_of
from geo.duties.calendar import local_date
from tests.api.conftest import app_settings
from tests.conftest import app_client
from tests.databases import copy_of
from tests.geo.duties.test_account import START, ZONE, day

AT = "2026-06-30T00:00:00"


@pytest.fixture(scope="module")
def ask(cluster, sample_template):
    with copy_of(cluster, sample_template) as engine:
        with engine.begin() as connection:  # a fifth of the month's patrols says as much, in a fifth of the time
            connection.exec_driver_sql("DELETE FROM city.patrol WHERE patrol_id %% 5 <> 0")
        with app_client(app_settings(engine)) as client:
            yield lambda path: client.get(path)


@pytest.fixture(scope="module")
def week(ask):
    return ask(f"/debt/trend?days=7&at={AT}").json()


def layer_of(found, layer, *, whole):
    (own,) = [one for one in found["layers"] if (one["layer"], one["whole"]) == (layer, whole)]
    return own


def test_it_tells_each_day_to_the_moment_that_is_asked_for(week):
    assert week["days"] == [f"2026-06-{number}" for number in range(23, 30)]
    assert (week["from"], week["at"]) == ("2026-06-23T00:00:00+08:00", "2026-06-30T00:00:00+08:00")
    assert week["ends"][-1] == week["at"] and len(week["ends"]) == 7
    for layer in week["layers"]:
        assert {len(values) for values in layer["daily"].values()} == {7}


def test_what_is_owed_at_each_days_end_is_what_debt_tells_of_then(ask, week):
    for number in (0, 3, 6):
        debt = ask(f"/debt?at={week['ends'][number].replace('+', '%2B')}").json()["duties"]
        for layer in week["layers"]:
            own = [one for one in debt if (one["layer"], one["whole"]) == (layer["layer"], layer["whole"])]
            unit, owed = ("targets", "debt_target_days") if layer["whole"] else ("m", "debt_m_days")
            assert len(own) == layer["duties"]
            assert layer["daily"][owed][number] == pytest.approx(sum(one[owed] for one in own), abs=1e-6)
            overdue = sum(one[f"overdue_{unit}"] for one in own)
            assert layer["daily"][f"overdue_{unit}"][number] == pytest.approx(overdue, abs=1e-6)


def test_banks_and_roads_are_told_in_metres_and_grids_in_targets(week):
    assert layer_of(week, "bank", whole=False)["overdue_m"] > 0
    assert {one["layer"] for one in week["layers"]} >= {"bank", "grid", "road"}
    for layer in week["layers"]:
        assert layer["on_time_share"] is None or 0 <= layer["on_time_share"] <= 1
        days = [share for share in layer["daily"]["on_time_share"] if share is not None]
        assert not days or min(days) - 1e-9 <= layer["on_time_share"] <= max(days) + 1e-9


def test_a_longer_trend_ends_with_the_shorter_one(ask, week):
    longer = ask(f"/debt/trend?days=12&at={AT}").json()
    for short, long in zip(week["layers"], longer["layers"], strict=True):
        for name, values in short["daily"].items():
            assert long["daily"][name][-7:] == pytest.approx(values, nan_ok=True), (short["layer"], name)


@pytest.mark.parametrize("query", ["days=0", "days=93", "days=x", "at=soon", "at=9999-01-01", "day=3"])
def test_what_cannot_be_told_is_refused(ask, query):
    assert ask(f"/debt/trend?{query}").status_code == 400


@pytest.mark.parametrize(("hours", "days"), [(24, 1), (25, 2), (47, 2), (48, 2), (0.5, 1)])
def test_days_end_at_midnight_and_the_last_where_the_term_does(hours, days):
    edges_s = edges_of((START, START + hours * 3600), ZONE)
    assert len(edges_s) == days + 1 and edges_s[-1] == START + hours * 3600
    assert all(low < high for low, high in pairwise(edges_s))
    assert [local_date(at_s, ZONE) for at_s in edges_s[:-1]] == [local_date(day(n), ZONE) for n in range(days)]
