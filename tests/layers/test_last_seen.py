"""Pieces of a target, each with the day it was last seen, tile its line."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st

LENGTH_CM = 100_000
PIECES = """
    SELECT lower(span) AS low, upper(span) AS high, last_at, ST_Length(city.metric(geom)) AS length_m
    FROM city.last_seen WHERE target_code = 'B' ORDER BY span
"""
NOON = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
visits = st.lists(
    st.tuples(st.integers(0, LENGTH_CM), st.integers(1, 40_000), st.integers(0, 5), st.integers(0, 59)), max_size=12
)


@pytest.fixture
def pieces(connection, bank):
    """A function that works out and answers the pieces of a bank of 1 km."""
    bank("B", (0, 0), (600, 0), (600, 400))

    def read():
        connection.exec_driver_sql("SELECT city.refresh_last_seen('bank', ARRAY['B'])")
        return connection.exec_driver_sql(PIECES).all()

    return read


def test_a_target_never_seen_is_one_piece_without_a_time(pieces):
    (piece,) = pieces()
    assert (piece.low, piece.high, piece.last_at) == (0, LENGTH_CM, None)
    assert piece.length_m == pytest.approx(1000, abs=1e-3)


def test_the_newest_day_wins_and_never_seen_stays(pieces, sight):
    sight("B", 0, 50_000, "2026-03-01T10:00:00+08:00")
    sight("B", 20_000, 30_000, "2026-03-07T10:00:00+08:00")
    assert [(p.low, p.high, p.last_at and p.last_at.astimezone(UTC).day) for p in pieces()] == [
        (0, 20_000, 1),
        (20_000, 30_000, 7),
        (30_000, 50_000, 1),
        (50_000, LENGTH_CM, None),
    ]


def test_visits_of_one_local_day_are_one_piece_at_the_earliest_time(pieces, sight):
    # 00:30 and 23:30 in Shanghai are one day there, two in UTC.
    sight("B", 0, 50_000, "2026-03-02T00:30:00+08:00")
    sight("B", 50_000, LENGTH_CM, "2026-03-02T23:30:00+08:00")
    (piece,) = pieces()
    assert piece.last_at.timestamp() == 1772382600


def test_only_current_nominal_sightings_of_that_reach_count(connection, pieces, sight):
    sight("B", 0, 50_000, "2026-03-02T10:00:00+08:00", bound="possible")
    sight("B", 0, 50_000, "2026-03-02T10:00:00+08:00")
    assert len(pieces()) == 2
    connection.exec_driver_sql("UPDATE city.sighting SET known_to = now()")
    assert len(pieces()) == 1


def test_a_target_that_is_gone_has_no_pieces_after_a_refresh(connection, pieces):
    assert pieces()
    connection.exec_driver_sql("DELETE FROM city.bank")
    assert pieces() == []


def test_all_targets_are_refreshed_where_none_is_named(connection, pieces, bank):
    bank("C", (0, 50), (100, 50))
    assert connection.exec_driver_sql("SELECT city.refresh_last_seen('bank')").scalar() == 2


@given(visits)
@law(max_examples=40)
def test_pieces_tile_the_line_and_each_metre_has_its_newest_day(connection, pieces, visits):
    with connection.begin_nested() as attempt:
        patrol = connection.exec_driver_sql(
            "INSERT INTO city.patrol (code, mode) VALUES ('law', 'foot') RETURNING patrol_id"
        ).scalar()
        for low, length, day, minute in visits:
            at = NOON + timedelta(days=day, minutes=minute)
            connection.exec_driver_sql(
                "INSERT INTO city.sighting (layer, target_code, patrol_id, reach_m, bound, span, first_at, last_at) "
                "VALUES ('bank', 'B', %(p)s, 25, 'nominal', int4range(%(low)s, %(high)s), %(at)s, %(at)s)",
                {"p": patrol, "low": low, "high": low + length, "at": at},
            )
        found = pieces()
        attempt.rollback()
    assert [p.low for p in found] == [0, *[p.high for p in found][:-1]]
    assert found[-1].high == LENGTH_CM
    assert sum(p.length_m for p in found) == pytest.approx(1000, abs=1e-3)
    for cm in {0, *(low for low, *_ in visits), *(low + length for low, length, *_ in visits)} - {LENGTH_CM}:
        for p in (p for p in found if p.low <= cm < p.high):
            seen = [NOON + timedelta(days=d, minutes=m) for low, length, d, m in visits if low <= cm < low + length]
            assert (p.last_at is None) == (not seen)
            if seen:
                assert p.last_at.astimezone(UTC).date() == max(seen).date()
                assert p.last_at <= max(seen)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 91_000, "0+000–0+910"),
        (1_234_000, 1_291_049, "12+340–12+910"),
        (99_960, 10_000_000, "1+000–100+000"),
        (1_230, 1_285, "0+012.30–0+012.85"),
    ],
)
def test_chainage_is_told_in_kilometres_and_metres(connection, low, high, said):
    told = connection.exec_driver_sql("SELECT city.chainage_text(int4range(%s, %s))", (low, high)).scalar()
    assert told == said


def test_a_piece_without_a_name_of_its_target_is_named_by_the_code(connection, pieces):
    pieces()
    name = connection.exec_driver_sql("SELECT name FROM city.last_seen_now WHERE code = 'B'").scalar()
    assert name.startswith("B 0+000–")


def test_what_nobody_can_tell_of_is_not_called_never_seen(connection, pieces, sight):
    sight("B", 0, 50_000, "2026-03-01T10:00:00+08:00")
    connection.exec_driver_sql(
        "INSERT INTO city.unknown_span (layer, target_code, span, until) VALUES ('bank', 'B', '[40000,70000)', now())"
    )
    pieces()
    told = connection.exec_driver_sql(
        "SELECT lower(span), upper(span), last_on::text, never, unknown FROM city.last_seen_now ORDER BY span"
    ).all()
    assert [tuple(one) for one in told] == [
        (0, 50_000, "2026-03-01", False, False),
        (50_000, 70_000, None, False, True),
        (70_000, LENGTH_CM, None, True, False),
    ]
