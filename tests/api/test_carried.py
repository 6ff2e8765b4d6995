"""A shore that changes after tracks were erased: what was seen is carried over near by, and unknown farther off."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from shapely import LineString
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from api.banks.derive import derive_banks
from api.cluster.cluster import OWNER
from api.coverage.asked import Asked
from api.coverage.lines import line_coverage
from api.coverage.told import piece_of
from api.duties.accounts import Basis, accounts_of
from api.duties.read import read_duties
from api.duties.seen import Sight
from api.duties.term import term_of
from api.duties.told import covers_of, performance_of
from api.patrols.erase import erase
from api.sightings.resight import resight
from layers.catalogue import read_catalogue
from tests.api.test_banks import put
from tests.api.test_erase import BEFORE, city  # noqa: F401
from tests.api.test_same_side import EAST, LEFT, NORTH

ZONE = ZoneInfo("Asia/Shanghai")
SEEN = """
SELECT s.bound, s.reach_m, s.patrol_id, s.first_at, lower(s.span), upper(s.span), s.carried
FROM city.{} AS s JOIN city.patrol AS p USING (patrol_id)
WHERE target_code = %s AND s.known_to IS NULL AND p.erased_at IS {} NULL ORDER BY 1, 2, 3, 4, 5
"""
UNKNOWN = """
SELECT lower(span) / 100.0::float, upper(span) / 100.0::float, until::date
FROM city.unknown_span WHERE known_to IS NULL AND target_code = %s ORDER BY 1
"""


@pytest.fixture
def trying(cluster, city):  # noqa: F811
    """A connection to a city of which nothing stays that was done."""
    engine = create_engine(cluster.url(city, OWNER), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def ask(connection, statement, *values):
    return [tuple(row) for row in connection.exec_driver_sql(statement, values).all()]


def shift(connection, *places):
    """The river's line through these places, metres from where it began."""
    put(connection, "HE", LineString([(EAST + x, NORTH + y) for x, y in places]), kind="river")
    return derive_banks(connection)


@pytest.mark.parametrize("table", ["sighting", "side_sighting"])
def test_what_erased_tracks_saw_is_carried_to_a_shore_two_metres_off(trying, table):
    erase(trying, BEFORE)
    before = ask(trying, SEEN.format(table, "NOT"), LEFT)
    assert LEFT in shift(trying, (0, 2), (1000, 2)).changed
    after = ask(trying, SEEN.format(table, "NOT"), LEFT)
    assert [row[:4] for row in after] == [row[:4] for row in before] != []
    for old, new in zip(before, after, strict=True):
        assert new[4:6] == pytest.approx(old[4:6], abs=2) and (old[6], new[6]) == (False, True)
    assert not any(row[6] for row in ask(trying, SEEN.format(table, ""), LEFT))
    assert ask(trying, UNKNOWN, LEFT) == []
    resight(trying, "bank", [LEFT])
    assert ask(trying, SEEN.format(table, "NOT"), LEFT) == after


def test_where_the_shore_lies_farther_off_it_is_unknown_and_not_never_seen(trying):
    erase(trying, BEFORE)
    shift(trying, (0, 0), (250, 0), (260, 40), (1000, 40))
    spans = ask(trying, SEEN.format("sighting", "NOT"), LEFT)
    assert spans and all(row[6] and row[5] < 27000 for row in spans)
    ((start, end, until),) = ask(trying, UNKNOWN, LEFT)
    length = ask(trying, "SELECT city.metric_length(geom) FROM city.bank_now WHERE code = %s", LEFT)[0][0]
    assert 240 < start < 270 and end == pytest.approx(length, abs=0.02) and str(until) == "2026-06-04"
    resight(trying, "bank", [LEFT])
    assert ask(trying, UNKNOWN, LEFT) == [(start, end, until)]


def test_coverage_and_debt_tell_the_unknown_apart_from_the_never_seen_until_somebody_goes(trying):
    erase(trying, BEFORE)
    shift(trying, (0, 0), (250, 0), (260, 40), (1000, 40))
    ((start, end, _),) = ask(trying, UNKNOWN, LEFT)
    told, account = coverage_of(trying), debt_of(trying)
    # What was carried over reaches some metres in: there it is known.
    seen_to = max(to for _, to in told["seen"])
    assert start < seen_to < start + 30
    assert told["unknown"] == [[seen_to, pytest.approx(end)]]
    assert told["unknown_m"] == pytest.approx(end - seen_to)
    assert told["share"] == pytest.approx(told["seen_m"] / (told["length_m"] - told["unknown_m"]), rel=1e-4)
    assert all(to <= start for _, to in told["unseen"])
    unknown = np.isnan(account.account.state.last_s)
    lengths_m = (account.account.state.to_cm - account.account.state.from_cm) / 100
    assert lengths_m[unknown].sum() == pytest.approx(end - seen_to)
    assert account.debt.unknown.sum() == unknown.sum() and not account.debt.metre_days[unknown].any()
    ends = (round(start * 100), round(end * 100))
    trying.exec_driver_sql(
        "WITH later AS (INSERT INTO city.patrol (code, mode, started_at, ended_at)"
        " VALUES ('later', 'foot', '2026-07-01', '2026-07-01') RETURNING patrol_id)"
        " INSERT INTO city.sighting (layer, target_code, patrol_id, reach_m, bound, span, first_at, last_at)"
        " SELECT 'bank', %s, patrol_id, 25, 'nominal', int4range(%s, %s), '2026-07-01', '2026-07-01' FROM later",
        (LEFT, *ends),
    )
    assert coverage_of(trying)["unknown_m"] == 0
    assert not np.isnan(debt_of(trying).account.state.last_s).any()


def test_what_was_done_before_the_shore_changed_is_not_missed_but_unknown_and_its_metres_are_not_unseen(trying):
    june, july = (performance_in(trying, month) for month in (6, 7))
    assert [(one.met, len(one.missed), len(one.unknown)) for one, _ in (june, july)] == [(1, 0, 0), (0, 1, 0)]
    assert june[1].unseen_m > 0 == june[1].unknown_m
    erase(trying, BEFORE)
    shift(trying, (0, 250), (1000, 250))
    june, july = (performance_in(trying, month) for month in (6, 7))
    assert [(one.met, len(one.missed), len(one.unknown)) for one, _ in (june, july)] == [(0, 0, 1), (0, 1, 0)]
    assert (june[1].nominal, june[1].unseen_m) == (None, 0) and june[1].unknown_m > 900
    assert (july[1].nominal, july[1].unknown_m) == (0.0, 0)


def performance_in(connection, month):
    """What somebody's monthly duty over the left bank came to in a month of 2026, and how much was seen."""
    account = account_of(connection, month, "NULL, 'month', 1")
    basis, connected = Basis(ZONE), Sight(connection)
    ((cover,),) = covers_of(connected, [account], basis)
    return performance_of(account, basis, datetime(2027, 1, 1, tzinfo=ZONE).timestamp()), cover


def coverage_of(connection):
    asked = Asked(read_catalogue()["bank"], (None, None), 25.0, (LEFT,))
    return piece_of(line_coverage(connection, asked, sightings="city.sighting")[0], "target", drawn=False)


def debt_of(connection):
    """The account of somebody's weekly duty over the left bank, of July."""
    return account_of(connection, 7, "7, NULL, NULL")


def account_of(connection, month, rhythm):
    """The account of a duty of anyone's over the left bank, of a month of 2026."""
    connection.exec_driver_sql(
        "INSERT INTO city.duty (code, post_code, layer, targets, target_codes, interval_days, per, times, settled_by,"
        f" citation, valid_from) SELECT 'D1', 'P1', 'bank', 'codes', ARRAY[%s], {rhythm}, 'anyone', '例', '2026-01-01'"
        " WHERE NOT EXISTS (SELECT FROM city.duty WHERE code = 'D1')",
        (LEFT,),
    )
    days = date(2026, month, 1), date(2026, month + 1, 1)
    charges = read_duties(connection, read_catalogue(), days, {"code": "D1"})
    return accounts_of(connection, charges, term_of(days, ZONE), Basis(ZONE))[0]


def test_a_line_that_is_new_is_unknown_as_a_whole_where_tracks_were_erased_and_only_there(trying):
    line = "ST_MakeLine(ST_Point(114.5, 30.55, 4490), ST_Point(114.51, 30.55, 4490))"
    trying.exec_driver_sql(f"INSERT INTO city.road (code, geom) SELECT 'R1', {line}")
    resight(trying, "road", ["R1"])
    assert ask(trying, UNKNOWN, "R1") == []
    erase(trying, BEFORE)
    resight(trying, "road", ["R1"])
    ((start, end, _),) = ask(trying, UNKNOWN, "R1")
    assert start == 0 and 950 < end < 970
