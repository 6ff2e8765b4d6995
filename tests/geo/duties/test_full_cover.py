"""Full cover of each period: none is met before all was seen; what nobody can tell is neither met nor missed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.duties.duty import Duty
from geo.duties.effective import verdicts
from geo.duties.full_cover import Ground, Lack, lack_in, lack_words
from geo.duties.performance import performance
from geo.duties.records import Patrols, Sightings, no_flags
from geo.duties.scope import Scope
from layers.errors import BadInput

ZONE = ZoneInfo("Asia/Shanghai")
DAY_S = 86_400.0
START_S, MIDDLE_S, END_S = (datetime(2026, month, 1, tzinfo=ZONE).timestamp() for month in (6, 7, 8))
LENGTH_CM = 100
SPANS = st.tuples(st.integers(0, 110), st.integers(0, 110)).map(sorted)
WALKS = st.lists(st.tuples(st.integers(0, 60), SPANS, st.integers(0, 40)), max_size=6)
UNKNOWN = st.lists(st.tuples(SPANS, st.integers(-5, 65)), max_size=2)
RHYTHM = st.sampled_from([("week", 1), ("month", 1), ("month", 3)])


def duty(per="month", times=1, **fields):
    return Duty(code="D", post_code="P", layer="water", per=per, times=times, **fields)


def scope_of(*pieces, began_s=0.0):
    count = len(pieces)
    low, high = np.array(pieces, dtype=np.int64).reshape(-1, 2).T
    target = np.ones(count, dtype=np.int64)
    return Scope(target, low, high, np.full(count, began_s), np.full(count, np.inf), target)


def rows_of(spans, at_s, patrol=None):
    low, high = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    when, who = np.array(at_s, dtype=float), np.arange(len(spans)) if patrol is None else np.array(patrol)
    return Sightings(np.ones(len(spans), dtype=np.int64), low, high, when, when, who.astype(np.int64))


def ground_of(walks, unknown=(), scope=None):
    """Walks on a day of two months, each over a stretch and so many minutes long; doubts until a day."""
    started_s = np.array([START_S + (day + 0.5) * DAY_S for day, _, _ in walks])
    minutes = np.array([float(minutes) for _, _, minutes in walks])
    many = len(walks)
    patrols = Patrols(
        (frozenset({"P"}),) * many, ("",) * many, ("foot",) * many, started_s, started_s + minutes * 60, minutes
    )
    doubts = rows_of([span for span, _ in unknown], [START_S + day * DAY_S for _, day in unknown])
    return Ground(
        scope_of((0, LENGTH_CM)) if scope is None else scope,
        rows_of([span for _, span, _ in walks], started_s),
        patrols,
        doubts,
    )


def perform(one, ground, *, now_s=END_S, term=(START_S, END_S), given=True):
    judged = verdicts([one], ground.counted, ground.patrols, scope=ground.scope, flags=no_flags(), zone=ZONE)
    told = {"ground": ground if given else None, "began_s": START_S - 90 * DAY_S}
    return performance([one], judged, term=term, now_s=now_s, zone=ZONE, **told)


@settings(max_examples=40)
@given(WALKS, UNKNOWN, RHYTHM)
def test_without_full_cover_nothing_changes_and_with_it_less_is_met_and_as_much_asked(walks, unknown, rhythm):
    ground = ground_of(walks, unknown)
    plain = perform(duty(*rhythm, min_minutes=10), ground)
    assert plain == perform(duty(*rhythm, min_minutes=10), ground, given=False)
    full = perform(duty(*rhythm, min_minutes=10, full_cover=True), ground)
    assert full.met <= plain.met and full.due + len(full.unknown) == plain.due
    assert (full.done, full.effective, full.undone) == (plain.done, plain.effective, plain.undone)
    assert {due.from_s for due in full.dues if not due.missed} <= {due.from_s for due in plain.dues if not due.missed}


@settings(max_examples=40)
@given(WALKS, UNKNOWN, RHYTHM)
def test_what_is_met_is_just_what_was_reached_in_a_period_in_which_each_centimetre_was_seen(walks, unknown, rhythm):
    ground = ground_of(walks, unknown)
    plain, full = (perform(duty(*rhythm, min_minutes=10, full_cover=asked), ground) for asked in (False, True))
    for before in plain.dues:
        own = [span for day, span, _ in walks if before.from_s <= START_S + (day + 0.5) * DAY_S < before.due_s]
        seen = {cm for low, high in own for cm in range(low, high)} & set(range(LENGTH_CM))
        doubted = {
            cm for (low, high), day in unknown if START_S + day * DAY_S > before.from_s for cm in range(low, high)
        }
        sure = not (set(range(LENGTH_CM)) - seen - doubted)
        met = not before.missed and len(seen) == LENGTH_CM
        span = before.from_s, before.due_s
        assert any(not due.missed for due in full.dues if (due.from_s, due.due_s) == span and due == before) == met
        assert any((due.from_s, due.due_s) == span for due in full.unknown) <= sure
        if not before.missed and sure and not met:
            assert any((due.from_s, due.due_s) == span for due in full.unknown)


@settings(max_examples=40)
@given(WALKS, st.integers(0, LENGTH_CM))
def test_a_duty_whose_scope_is_wholly_seen_loses_nothing(walks, cut):
    halves = [(day, span, 60) for day in (3, 40) for span in ((0, cut), (cut, LENGTH_CM))]
    ground = ground_of(walks + halves)
    assert perform(duty(full_cover=True), ground) == perform(duty(), ground)


def test_the_reason_tells_how_much_was_seen_and_is_still_lacking():
    found = perform(duty(full_cover=True), ground_of([(3, (0, 74), 60), (40, (0, 100), 60)]))
    assert [(due.period, due.patrol, due.lack) for due in found.dues] == [
        ("2026-06", None, Lack(0.74, 0.26, 0.0)),
        ("2026-07", 1, None),
    ]
    assert found.met_share == 0.5


def test_patrols_that_are_not_effective_help_to_cover_and_do_not_make_up_the_number():
    rule = duty(full_cover=True, min_minutes=10)
    assert perform(rule, ground_of([(3, (0, 60), 60), (5, (60, 100), 1)])).met == 1
    found = perform(rule, ground_of([(3, (0, 100), 1)]), term=(START_S, MIDDLE_S))
    assert [(due.patrol, due.lack) for due in found.dues] == [(None, None)]


def test_what_is_lacking_in_a_period_under_way_is_not_missed_yet():
    ground = ground_of([(3, (0, 74), 60)])
    assert perform(duty(full_cover=True), ground, now_s=MIDDLE_S - 1).due == 0
    assert len(perform(duty(full_cover=True), ground, now_s=MIDDLE_S).missed) == 1


def test_where_only_what_nobody_can_tell_is_lacking_it_is_unknown_and_not_after_that():
    walks = [(3, (0, 74), 60), (40, (0, 74), 60)]
    found = perform(duty(full_cover=True), ground_of(walks, [((70, 100), 10)]))
    assert [due.period for due in found.missed] == ["2026-07"]
    assert [(due.period, due.lack) for due in found.unknown] == [("2026-06", Lack(0.74, 0.0, 0.26))]
    found = perform(duty(full_cover=True), ground_of(walks, [((80, 100), 10)]))
    assert [due.lack for due in found.missed] == [Lack(0.74, 0.06, 0.2), Lack(0.74, 0.26, 0.0)]


def test_what_is_covered_only_later_is_not_asked_yet_and_nothing_is_all_covered():
    ground = ground_of([(3, (0, 100), 60)])
    later = scope_of((100, 200), began_s=MIDDLE_S + DAY_S)
    both = Scope(*(np.concatenate(columns) for columns in zip(ground.scope, later, strict=True)))
    assert lack_in(ground._replace(scope=both), START_S, MIDDLE_S) is None
    assert lack_in(ground._replace(scope=both), MIDDLE_S, END_S) == Lack(0.0, 2.0, 0.0)
    assert lack_in(ground._replace(scope=scope_of()), START_S, MIDDLE_S) is None


def test_full_cover_without_what_it_is_judged_from_is_refused():
    with pytest.raises(BadInput, match="全覆盖"):
        perform(duty(full_cover=True), ground_of([]), given=False)


@pytest.mark.parametrize(
    ("lack", "whole", "words"),
    [
        (Lack(0.74, 1234.0, 0.0), False, "未全覆盖:看到 74 %,还差 1,234 米"),
        (Lack(0.99999, 0.01, 0.0), False, "未全覆盖:看到 99 %,还差 0.01 米"),
        (Lack(0.29, 700.0, 10.0), False, "未全覆盖:看到 29 %,还差 700 米,另有 10 米不知是否看到"),
        (Lack(0.5, 3.0, 0.0), True, "未全覆盖:看到 50 %,还差 3 处"),
    ],
)
def test_the_words_never_round_what_is_lacking_away(lack, whole, words):
    assert lack_words(lack, whole=whole) == words
