"""Days that are over are worked out once, and anew whenever anything that they rest on is another."""

from types import SimpleNamespace

import numpy as np
import pytest

from api.duties import days as module
from api.duties.days import Days
from geo.duties.debt import DAY_S, advance
from geo.duties.scope import never_seen
from geo.duties.trend import trend_of
from tests.geo.duties.test_trend import DUTIES, SCOPE, START, ZONE, seen_in

EDGES = [START + day * DAY_S for day in range(6)] + [START + 5.4 * DAY_S]
VISITS = [((1, 0, 4000), 1.2, 0.1), ((2, 100, 3000), 3.0, 0.2), ((1, 6500, 900), 5.1, 0.1)]


def account(visits, duties=DUTIES):
    counted = seen_in(visits)
    began = advance(never_seen(SCOPE), counted, START)
    return SimpleNamespace(charge=SimpleNamespace(versions=duties), counted=counted, began=began)


def exactly(own):
    return trend_of(own.charge.versions, own.began, own.counted, edges_s=EDGES, zone=ZONE)


@pytest.fixture
def worked_out(monkeypatch):
    """How many steps were worked out at each call."""
    steps = []

    def counting(*arguments, edges_s, zone):
        steps.append(len(edges_s) - 1)
        return original(*arguments, edges_s=edges_s, zone=zone)

    original = module.trend_on
    monkeypatch.setattr(module, "trend_on", counting)
    return steps


def same(one, other):
    return all(np.allclose(own, its, equal_nan=True) for own, its in zip(one, other, strict=True))


def test_it_is_the_trend_and_only_today_is_worked_out_again(worked_out):
    days, own = Days(), account(VISITS)
    assert same(days.trend(own, EDGES, ZONE), exactly(own))
    assert worked_out == [5, 1]
    later = [*EDGES[:-1], START + 5.9 * DAY_S]
    found = days.trend(own, later, ZONE)
    assert same(found, trend_of(DUTIES, own.began, own.counted, edges_s=later, zone=ZONE))
    assert worked_out == [5, 1, 1]


def test_what_is_seen_today_leaves_the_days_before_as_they_are(worked_out):
    days = Days()
    days.trend(account(VISITS), EDGES, ZONE)
    more = account([*VISITS, ((2, 0, 4000), 5.3, 0.0)])
    assert same(days.trend(more, EDGES, ZONE), exactly(more))
    assert worked_out == [5, 1, 1]


@pytest.mark.parametrize(
    "other",
    [
        account([*VISITS, ((2, 0, 900), 2.5, 0.0)]),
        account(VISITS[1:]),
        account(VISITS, DUTIES[:1]),
        account([((1, 0, 4000), -1.2, 0.1), *VISITS]),
    ],
    ids=["a track came late", "a track was erased", "the rule is another", "the state before is another"],
)
def test_whatever_it_rests_on_that_is_another_is_worked_out_anew(worked_out, other):
    days = Days()
    days.trend(account(VISITS), EDGES, ZONE)
    assert same(days.trend(other, EDGES, ZONE), exactly(other))
    assert worked_out == [5, 1, 5, 1]


def test_it_keeps_no_more_than_it_is_told(worked_out):
    days = Days(most=2)
    for nth in range(1, 6):
        days.trend(account(VISITS), [*EDGES[:nth], EDGES[-1]], ZONE)
    assert len(days) == 2
    assert len(days.trend(account(VISITS), EDGES[:1], ZONE).debt_m_days) == 0
