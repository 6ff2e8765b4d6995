"""A duty's account in one call: its versions each by their own interval, its hours, its season."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from geo.duties.account import account_of, counted_by_versions, debt_of
from geo.duties.debt import DAY_S
from geo.duties.duty import Duty
from geo.duties.effective import verdicts
from geo.duties.records import Patrols, Sightings, no_flags
from geo.duties.scope import Scope, never_seen

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 6, 1, tzinfo=ZONE).timestamp()
SCOPE = Scope(*np.array([[1], [0], [10_000]]), np.full(1, START), np.full(1, np.inf), np.ones(1, int))


def day(number):
    return START + number * DAY_S


def duty(**fields):
    return Duty(**({"code": "D", "post_code": "P", "layer": "water"} | fields))


def walks(*days_hours, minutes=60.0):
    """Walks that see all of it, at these days."""
    started = np.array([day(at) for at in days_hours])
    many = len(started)
    out = Patrols(
        (frozenset({"P"}),) * many, ("一组",) * many, ("foot",) * many, started, started + 3600, np.full(many, minutes)
    )
    one = np.ones(many, dtype=np.int64)
    return out, Sightings(one, one * 0, one * 10_000, started, started, np.arange(many))


def account(duties, seen, term):
    return account_of(duties, never_seen(SCOPE), seen, term=(day(term[0]), day(term[1])), zone=ZONE)


def test_each_version_s_stretch_goes_by_its_own_interval():
    old, new = duty(interval_days=5, valid_to_s=day(10)), duty(interval_days=15, valid_from_s=day(10))
    found = account([new, old], Sightings.none(), (0, 20))
    # Overdue from day 5 to 10 by the old interval, and from day 15 to 20 by the new one.
    assert found.overdue_m_days.tolist() == pytest.approx([100 * 10])
    assert found.duty_m_days.tolist() == pytest.approx([100 * 20])
    state = never_seen(SCOPE)
    assert debt_of([old, new], state, day(9), ZONE).total == pytest.approx(100 * 4)
    assert debt_of([old, new], state, day(11), ZONE).total == 0.0


def test_while_no_version_is_in_force_nothing_is_asked_and_days_stand_still():
    early, late = duty(interval_days=5, valid_to_s=day(4)), duty(interval_days=5, valid_from_s=day(30))
    found = account([early, late], Sightings.none(), (0, 34))
    assert found.duty_m_days.tolist() == pytest.approx([100 * 8])
    assert found.overdue_m_days.tolist() == pytest.approx([100 * 3])
    assert debt_of([early, late], never_seen(SCOPE), day(20), ZONE).total == 0.0


def test_a_count_per_period_goes_by_its_mean_interval():
    found = account([duty(per="week", times=2)], Sightings.none(), (0, 7))
    assert found.on_time_share == pytest.approx(0.5)


def test_months_one_after_another_come_to_what_the_whole_does():
    duties = [duty(interval_days=7, first_month=6, last_month=7)]
    _, seen = walks(3, 29.9, 50, 61.5, 70)
    whole = account(duties, seen, (0, 92))
    state, overdue = never_seen(SCOPE), 0.0
    for start, end in ((0, 30), (30, 61), (61, 92)):
        own = seen.take((seen.first_s <= day(end)) & (seen.last_s >= day(start)))
        month = account_of(duties, state, own, term=(day(start), day(end)), zone=ZONE)
        state, overdue = month.state, overdue + float(month.overdue_m_days.sum())
    assert overdue == pytest.approx(float(whole.overdue_m_days.sum()))
    assert state.last_s.tolist() == whole.state.last_s.tolist() == [day(70)]


def test_debt_counts_every_sighting_in_hours_and_by_effective_patrols_only_on_request():
    duties = [duty(interval_days=7, hours=["08:00-18:00"], min_minutes=30)]
    # A short walk by day, a long one by night, a long one by day.
    out, seen = walks(1.5, 2.0, 3.5)
    out = out._replace(minutes=np.array([10.0, 60.0, 60.0]))
    every = counted_by_versions(duties, seen, out, flags=no_flags(), zone=ZONE)
    judged = verdicts(duties, seen, out, scope=SCOPE, flags=no_flags(), zone=ZONE)
    strict = counted_by_versions(duties, seen, out, flags=no_flags(), zone=ZONE, only=judged)
    assert sorted(every.patrol.tolist()) == [0, 2]
    assert strict.patrol.tolist() == [2]


def test_a_term_before_the_duty_began_is_all_on_time():
    found = account([duty(interval_days=7)], Sightings.none(), (-30, 0))
    assert (found.on_time_share, found.duty_m_days.tolist()) == (1.0, [0.0])
