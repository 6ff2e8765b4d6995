"""Verdicts per patrol and duty, under each published rule; credit for every duty that one walk settles."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from geo.duties.credit import Claim, credits_of
from geo.duties.duty import Duty
from geo.duties.effective import REASONS, distinct_cm, only_effective, verdicts
from geo.duties.records import Flags, Patrols, Sightings, WholeVisits, no_flags
from geo.duties.scope import Scope

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 6, 1, 12, tzinfo=ZONE).timestamp()
HOUR = 3600.0
BANK = Scope(*np.array([[1], [0], [500_000]]), np.full(1, NOON), np.full(1, np.inf), np.ones(1, int))
RULES = {
    "泗县": {"min_minutes": 5, "min_metres": 300},
    "广州": {"min_minutes": 10, "min_metres": 1000},
    "阿合奇": {"min_minutes": 30, "min_metres": 2000, "min_gap_hours": 96},
}


def duty(**fields):
    return Duty(**({"code": "D", "post_code": "P", "layer": "water", "interval_days": 7} | fields))


def walks(*rows, post="P", mode="foot"):
    """Patrols and what they saw, as rows (hours after noon, minutes, metres from 0 m on)."""
    started = np.array([NOON + at * HOUR for at, _, _ in rows])
    minutes = np.array([long for _, long, _ in rows], dtype=float)
    out = Patrols(
        (frozenset({post}),) * len(rows),
        ("一组",) * len(rows),
        (mode,) * len(rows),
        started,
        started + minutes * 60,
        minutes,
    )
    one = np.ones(len(rows), dtype=np.int64)
    to_cm = np.array([metres * 100 for _, _, metres in rows], dtype=np.int64)
    return out, Sightings(one, one * 0, to_cm, out.started_s, out.ended_s, np.arange(len(rows)))


def judge(one, out, seen, *, flags=None, scope=BANK, **more):
    flags = flags or no_flags()
    return verdicts([one] if isinstance(one, Duty) else one, seen, out, scope=scope, flags=flags, zone=ZONE, **more)


def test_the_same_tracks_under_each_published_rule():
    # 6 min and 400 m; 12 min and 1.2 km; 40 min and 2.5 km, twice, 48 h apart; and again after 200 h.
    out, seen = walks((0, 6, 400), (24, 12, 1200), (48, 40, 2500), (96, 40, 2500), (248, 40, 2500))
    effective = {place: judge(duty(**rule), out, seen).effective.tolist() for place, rule in RULES.items()}
    assert effective == {
        "泗县": [True] * 5,
        "广州": [False, True, True, True, True],
        "阿合奇": [False, False, True, False, True],
    }
    reasons = judge(duty(**RULES["阿合奇"]), out, seen).reasons
    assert reasons[0] == ("too_short", "too_few_metres")
    assert reasons[3] == ("too_soon",)
    assert {reason for one in reasons for reason in one} <= set(REASONS)


def test_the_gap_counts_from_the_end_of_the_last_effective_patrol_to_the_start():
    out, seen = walks((0, 60, 3000), (96, 60, 3000), (97, 60, 3000))
    rule = duty(**RULES["阿合奇"])
    judged = judge(rule, out, seen)
    assert judged.gap_hours.tolist() == [pytest.approx(np.nan, nan_ok=True), 95, 96]
    assert judged.effective.tolist() == [True, False, True]
    before = judge(rule, out, seen, last_effective_s={"P": NOON - 90 * HOUR})
    assert before.effective.tolist() == [False, True, False]


def test_the_gap_counts_from_whichever_effective_patrol_ended_last():
    out, seen = walks((0, 600, 3000), (1, 60, 3000), (98, 60, 3000))
    free, strict = duty(valid_to_s=NOON + 24 * HOUR), duty(valid_from_s=NOON + 24 * HOUR, min_gap_hours=96)
    judged = judge([free, strict], out, seen)
    assert (judged.effective.tolist(), judged.gap_hours[2]) == ([True, True, False], 88.0)


def test_two_crews_out_at_once_are_both_effective_where_no_gap_is_asked_for():
    out, seen = walks((0, 60, 3000), (0.5, 60, 3000))
    assert judge(duty(), out, seen).effective.tolist() == [True, True]
    assert judge(duty(min_gap_hours=0), out, seen).effective.tolist() == [True, False]


def test_minutes_are_those_in_the_hours():
    out, seen = walks((0, 60, 3000))
    judged = judge(duty(hours=["12:50-14:00"], min_minutes=30), out, seen)
    assert (judged.minutes.tolist(), judged.reasons) == ([10.0], (("too_short",),))


def test_a_patrol_is_not_cut_where_a_version_ends():
    out, seen = walks((0, 60, 3000))
    late = seen._replace(first_s=seen.last_s)
    old, new = duty(valid_to_s=NOON + 600), duty(valid_from_s=NOON + 600, min_minutes=90)
    assert judge([old, new], out, late).effective.tolist() == [True]


def test_metres_are_distinct_ones():
    out, seen = walks((0, 60, 900), (0, 60, 0))
    back_and_forth = seen._replace(patrol=np.zeros(2, int), to_cm=np.array([90_000, 80_000]))
    judged = judge(duty(**RULES["广州"]), out, back_and_forth)
    assert (judged.metres.tolist(), judged.reasons) == ([900.0], (("too_few_metres",),))


def test_each_reason_by_its_name():
    out, seen = walks((0, 60, 3000))
    strangers, _ = walks((0, 60, 3000), post="Q", mode="car")
    flagged = Flags(np.zeros(1, int), out.started_s, out.ended_s, ("replayed",))
    assert judge(duty(), out, seen).reasons == ((),)
    assert judge(duty(modes=["foot"]), strangers, seen).reasons == (("not_yours", "wrong_mode"),)
    assert judge(duty(hours=["06:00-08:00"]), out, seen).reasons == (("wrong_hours",),)
    assert judge(duty(), out, seen, flags=flagged).reasons == (("flagged",),)
    assert judge(duty(flagged_count=True), out, seen, flags=flagged).effective.tolist() == [True]
    assert judge(duty(least_share=0.7), out, seen).reasons == (("share_too_small",),)
    assert judge(duty(least_share=0.6), out, seen).share.tolist() == [0.6]


def test_flagged_minutes_do_not_make_a_patrol_longer():
    out, seen = walks((0, 12, 3000))
    # Two minutes, and three that overlap them: three in all.
    lying = Flags(np.zeros(2, int), np.full(2, NOON + 60), np.array([NOON + 180, NOON + 240]), ("left_lying",) * 2)
    judged = judge(duty(**RULES["广州"]), out, seen, flags=lying)
    assert judged.minutes.tolist() == [9.0]
    assert judged.reasons == (("too_short",),)


def test_what_lies_outside_the_duty_has_no_verdict():
    out, seen = walks((0, 60, 3000))
    elsewhere = BANK._replace(target=np.array([2]))
    assert len(judge(duty(), out, seen, scope=elsewhere).patrol) == 0
    assert len(judge(duty(valid_from_s=NOON + 1), out, seen).patrol) == 0


def test_the_version_in_force_when_a_patrol_starts_judges_it_and_the_gap_runs_on():
    out, seen = walks((0, 6, 400), (24, 6, 400), (48, 60, 2500))
    old = duty(**RULES["泗县"], valid_to_s=NOON + 12 * HOUR)
    new = duty(**RULES["阿合奇"], valid_from_s=NOON + 12 * HOUR)
    judged = judge([new, old], out, seen)
    assert judged.effective.tolist() == [True, False, False]
    assert judged.reasons[2] == ("too_soon",)


def test_whole_targets_are_judged_by_visits():
    out, _ = walks((0, 60, 0), (1, 60, 0))
    two = np.array([5, 6])
    visits = WholeVisits(
        two, np.ones(2), np.ones(2), np.zeros(2), np.array([600.0, 5.0]), np.array([350.0, 200.0]),
        out.started_s, out.ended_s, np.arange(2),
    )  # fmt: skip
    grids = Scope(two, two * 0, two * 0 + 100, np.full(2, NOON), np.full(2, np.inf), two)
    judged = judge(duty(test_dwell_s=60.0, min_metres=300), out, visits, scope=grids)
    assert judged.effective.tolist() == [True, False]
    assert (judged.metres.tolist(), judged.share.tolist()) == ([350.0, 0.0], [0.5, 0.0])
    assert judged.reasons[1] == ("test_failed",)


def test_only_effective_patrols_pay_debt_where_the_caller_says_so():
    out, seen = walks((0, 6, 400), (24, 12, 1200))
    assert only_effective(seen, judge(duty(**RULES["广州"]), out, seen)).patrol.tolist() == [1]


def test_distinct_lengths_by_patrol_and_target():
    rows = Sightings(
        np.array([1, 1, 2, 1]), np.array([0, 50, 0, 0]), np.array([100, 200, 30, 10]),
        np.zeros(4), np.zeros(4), np.array([0, 0, 0, 2]),
    )  # fmt: skip
    cm, targets = distinct_cm(rows, 3)
    assert (cm.tolist(), targets.tolist()) == ([230, 0, 10], [2, 0, 1])
    assert distinct_cm(Sightings.none(), 2)[0].tolist() == [0, 0]


def test_one_walk_is_credited_with_every_duty_it_may_settle():
    out, seen = walks((0, 60, 3000))
    river = Claim([duty()], BANK, seen)
    forest = Claim(
        [duty(code="林", settled_by="anyone", post_code="F", per="week", times=1, interval_days=None)], BANK, seen
    )
    night = Claim([duty(code="夜", settled_by="anyone", hours=["22:00-02:00"])], BANK, seen)
    other = Claim([duty(code="他", post_code="O")], BANK, seen)
    nowhere = Claim([duty(code="无")], BANK._replace(target=np.array([9])), seen)
    credit = {
        one.duty_code: one
        for one in credits_of([river, forest, night, other, nowhere], out, flags=no_flags(), zone=ZONE)
    }
    assert {code: (one.metres, one.effective) for code, one in credit.items()} == {
        "D": (3000.0, True),
        "林": (3000.0, True),
        "夜": (0.0, False),
        "他": (0.0, False),
    }
    assert credit["他"].reasons == ("not_yours",)
