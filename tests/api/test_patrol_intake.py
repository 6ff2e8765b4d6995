"""Taking in tracks: once, in full account, with what they saw, and again when lines change."""

import hashlib
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.patrols.accept import Intake, Outing
from api.sightings.resight import resight
from api.sightings.targets import Targets
from api.tracks.track import RawTrack
from geo.tracks.datum import wgs84_to_gcj02
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, STORED_SRID, transformer
from layers.errors import BadInput, Conflict

NOW = datetime(2026, 6, 30, tzinfo=UTC)
START_S = datetime(2026, 6, 1, 1, tzinfo=UTC).timestamp()
EAST, NORTH = 545_000.0, 3_380_000.0
SHA = "ab" * 32


def track(*rows, number=1, device="手机-1", accuracy_m=np.nan):
    """A track of rows (seconds after the start, metres east, metres north)."""
    seconds, east, north = np.array(rows, dtype=float).T
    lon, lat = transformer(METRIC_DEFAULT, STORED).transform(EAST + east, NORTH + north)
    return RawTrack(number, device, lon, lat, START_S + seconds, np.full(len(rows), accuracy_m))


def walk(start_m=0, end_m=300, *, every_m=30, start_s=0, **options):
    """A walk eastward, a fix every 20 s."""
    places = np.arange(start_m, end_m + 1, every_m)
    return track(*((start_s + 20 * n, east, 0) for n, east in enumerate(places)), **options)


@pytest.fixture
def intake():
    return Intake(Targets(read_catalogue()), (25.0,))


@pytest.fixture
def road(connection):
    """A function that draws a road through places in metres."""

    def draw(code, *places):
        text = ", ".join(f"{EAST + east} {NORTH + north}" for east, north in places)
        connection.exec_driver_sql(
            "INSERT INTO city.road (code, geom) VALUES (%(code)s,"
            f" ST_Transform(ST_GeomFromText(%(wkt)s, city.metric_srid()), {STORED_SRID}))",
            {"code": code, "wkt": f"LINESTRING ({text})"},
        )

    return draw


@pytest.fixture
def take(connection, intake):
    """A function that takes in a track and answers the receipt."""

    def taken(given, **outing):
        outing = {"sha256": SHA, **outing}
        return intake.accept(connection, given, Outing(**outing), now=NOW)

    return taken


def counts(connection):
    names = ("patrol", "fix", "fix_conflict", "leg", "sighting")
    return {name: connection.exec_driver_sql(f"SELECT count(*) FROM city.{name}").scalar() for name in names}


def seen_cm(connection, code, bound="nominal"):
    statement = """
        SELECT range_agg(span)::text FROM city.sighting
        WHERE target_code = %(code)s AND bound = %(bound)s AND known_to IS NULL
    """
    return connection.exec_driver_sql(statement, {"code": code, "bound": bound}).scalar()


def test_a_track_is_kept_cleaned_and_seen(connection, take, road):
    road("R", (-1000, 7), (2000, 7))
    given = walk(accuracy_m=4.0)
    given.time_s[3] = given.time_s[2]
    receipt = take(given, crew="步巡组", mode="foot", post_code="HZ-1")
    assert (receipt.status, receipt.fixes_read, receipt.fixes_kept) == ("accepted", 11, 10)
    assert (receipt.left_out, receipt.conflicts, receipt.legs) == ({"conflict": 1}, 1, 1)
    assert receipt.length_m == pytest.approx(300, abs=0.01)
    # 24 m beyond each end, by 7-24-25.
    assert seen_cm(connection, "R") == "{[97600,132400)}"
    assert [seen.length_m for seen in receipt.seen if seen.layer == "road"] == [pytest.approx(348, abs=0.01)]
    assert counts(connection) == {
        "patrol": 1,
        "fix": 10,
        "fix_conflict": 1,
        "leg": 1,
        "sighting": receipt.seen[0].sightings,
    }
    sure, possible = (seen_cm(connection, "R", bound) for bound in ("sure", "possible"))
    assert sure == "{[98285,131715)}"  # 25 - 1.62 · 4 = 18.52, and sqrt(18.52² - 7²) = 17.146
    assert possible == "{[96931,133069)}"  # 31.48, 30.69
    last = connection.exec_driver_sql("SELECT max(last_at) FROM city.last_seen WHERE layer = 'road'").scalar()
    assert last.timestamp() == pytest.approx(START_S, abs=60)


def test_the_same_track_of_the_same_file_adds_nothing(connection, take, road):
    road("R", (0, 7), (300, 7))
    first = take(walk())
    before = counts(connection)
    again = take(walk())
    assert (again.status, again.code, again.fixes_kept) == ("known", first.code, first.fixes_kept)
    assert counts(connection) == before


def test_the_same_fixes_in_another_file_add_nothing(connection, take):
    take(walk())
    before = counts(connection)
    receipt = take(walk(), sha256="cd" * 32)
    assert (receipt.status, receipt.repeated, receipt.fixes_kept) == ("nothing_new", 11, 0)
    assert counts(connection) == before


def test_a_longer_file_adds_only_what_is_new_and_loses_nothing_between(connection, take, road):
    road("R", (0, 7), (600, 7))
    take(walk(0, 300))
    receipt = take(walk(0, 600), sha256="cd" * 32)
    assert (receipt.status, receipt.repeated, receipt.fixes_kept) == ("accepted", 11, 10)
    assert receipt.length_m == pytest.approx(300, abs=0.01)
    assert seen_cm(connection, "R") == "{[0,60000)}"
    assert counts(connection)["fix"] == 21


def test_a_stored_time_with_another_position_stays_in_force_and_the_other_is_kept(connection, take):
    take(walk())
    moved = walk()
    moved.lat[5] += 0.0001
    receipt = take(moved, sha256="cd" * 32)
    assert (receipt.status, receipt.repeated, receipt.conflicts, receipt.legs) == ("accepted", 10, 1, 0)
    assert counts(connection)["fix"] == 11
    found = connection.exec_driver_sql("SELECT lat FROM city.fix_conflict").scalar()
    assert found == pytest.approx(moved.lat[5])


def test_every_fix_left_out_has_its_reason(connection, take):
    given = walk(0, 300)
    given.lon[4] += 0.05
    given.lon[7], given.lat[8] = 10.0, np.nan
    given.time_s[9], given.time_s[10] = 0.0, NOW.timestamp() + 301
    given.accuracy_m[2] = 1e300
    receipt = take(given)
    assert receipt.left_out == {
        "spike": 1, "outside": 1, "not_finite": 1, "prehistoric": 1, "future": 1, "inexact": 1,
    }  # fmt: skip
    assert (receipt.fixes_kept, receipt.legs) == (5, 1)
    stored = connection.exec_driver_sql("SELECT left_out, count(*) FROM city.fix GROUP BY 1 ORDER BY 1").all()
    assert [tuple(row) for row in stored] == [("inexact", 1), ("outside", 1), ("spike", 1), (None, 5)]


def test_positions_are_kept_as_they_came_and_moved_to_where_they_were(connection, take, road):
    road("R", (0, 7), (300, 7))
    real = walk()
    lon, lat = wgs84_to_gcj02(real.lon, real.lat)
    take(RawTrack(1, "手机-1", lon, lat, real.time_s, real.accuracy_m), datum="gcj02")
    row = connection.exec_driver_sql("SELECT lon_raw, lon, datum FROM city.fix ORDER BY time LIMIT 1").one()
    assert (row.lon_raw, row.datum) == (lon[0], "gcj02")
    assert row.lon == pytest.approx(real.lon[0], abs=1e-8)
    assert seen_cm(connection, "R") == "{[0,30000)}"


def test_a_track_without_a_device_gets_one_from_its_file_and_number(take):
    assert take(walk(device=None, number=3)).device == "file-abababababab-3"
    assert take(walk(device=None, number=4), device="手机-9").device == "手机-9"


def test_one_fix_is_a_point_and_sees_a_disc(connection, take, road):
    road("R", (-100, 7), (100, 7))
    assert take(track((0, 0, 0))).legs == 1
    assert seen_cm(connection, "R") == "{[7600,12400)}"


def test_a_track_that_lies_elsewhere_is_refused_and_takes_no_times(connection, take):
    given = walk()
    given.lon[:] = 10.0
    with pytest.raises(BadInput, match=r"范围.*是否属于本地"):
        take(given)
    swapped = walk()
    swapped = RawTrack(1, swapped.device, swapped.lat, swapped.lon, swapped.time_s, swapped.accuracy_m)
    with pytest.raises(BadInput, match="经度与纬度像是写反了"):
        take(swapped)
    assert counts(connection)["fix"] == counts(connection)["patrol"] == 0
    assert take(walk()).fixes_kept == 11


def test_a_stored_position_that_was_never_in_force_gives_way_to_a_believable_one(connection, take, road):
    road("R", (0, 7), (300, 7))
    given = walk()
    given.lon[3], given.lat[3] = given.lat[3], given.lon[3]
    given.accuracy_m[5] = 5000.0
    assert take(given).left_out == {"outside": 1, "inexact": 1}
    right = take(walk(), sha256="cd" * 32)
    assert (right.status, right.repeated, right.fixes_kept) == ("accepted", 9, 2)
    assert counts(connection)["fix"] == 11
    beside = connection.exec_driver_sql("SELECT left_out FROM city.fix_conflict ORDER BY 1").scalars().all()
    assert beside == ["inexact", "outside"]
    # What was put aside came before, and so did what took its place.
    assert take(given, sha256="ef" * 32).repeated == 11
    assert take(walk(), sha256="01" * 32).status == "nothing_new"
    assert seen_cm(connection, "R") == "{[0,30000)}"


def test_fixes_go_into_their_months(connection, take):
    take(walk())
    later = walk(device="手机-2")
    later.time_s[:] -= 40 * 86400
    take(later, sha256="cd" * 32)
    tables = connection.exec_driver_sql("SELECT DISTINCT tableoid::regclass::text FROM city.fix ORDER BY 1").scalars()
    assert list(tables) == ["city.fix_2026_04", "city.fix_2026_06"]


@pytest.mark.parametrize(
    ("outing", "word"),
    [
        ({"mode": "horse"}, "horse"),
        ({"datum": "mars"}, "mars"),
        ({"crew": "a\nb"}, "巡查组"),
        ({"post_code": "x" * 999}, "岗位"),
        ({"code": "a/b"}, "网址"),
        ({"code": "lag"}, "网址"),
    ],
)
def test_an_outing_that_cannot_be_is_refused_by_name(take, outing, word):
    with pytest.raises(BadInput, match=word):
        take(walk(), **outing)


def test_a_code_that_is_taken_is_refused_in_words(take):
    take(walk(), code="A")
    with pytest.raises(Conflict, match="请换一个编码"):
        take(walk(number=2, device="手机-2"), code="A")


def test_a_new_line_is_seen_by_the_patrols_that_passed_it(connection, take, road):
    take(walk(accuracy_m=4.0))
    road("R", (-1000, 7), (2000, 7))
    assert resight(connection, "road", ["R"]) > 0
    assert seen_cm(connection, "R") == "{[97600,132400)}"
    assert seen_cm(connection, "R", "sure") == "{[98285,131715)}"


def test_a_changed_line_is_seen_anew_and_what_was_known_is_superseded(connection, intake, road, engine):
    given = walk()
    with engine.begin() as first:
        first.exec_driver_sql(
            "INSERT INTO city.road (code, geom) VALUES ('R', ST_Transform(ST_GeomFromText("
            f"'LINESTRING ({EAST} {NORTH + 7}, {EAST + 300} {NORTH + 7})', city.metric_srid()), {STORED_SRID}))"
        )
        intake.accept(first, given, Outing(sha256=SHA), now=NOW)
    with engine.begin() as second:
        second.exec_driver_sql(
            "UPDATE city.road SET geom = ST_Transform(ST_GeomFromText("
            f"'LINESTRING ({EAST} {NORTH + 7}, {EAST + 100} {NORTH + 7})', city.metric_srid()), {STORED_SRID})"
        )
        resight(second, "road", ["R"])
        assert seen_cm(second, "R") == "{[0,10000)}"
        old = second.exec_driver_sql(
            "SELECT range_agg(span)::text FROM city.sighting WHERE known_to IS NOT NULL"
        ).scalar()
        assert old == "{[0,30000)}"


def test_a_line_that_is_gone_loses_its_sightings_and_resighting_twice_changes_nothing(connection, take, road):
    road("R", (0, 7), (300, 7))
    take(walk())
    before = counts(connection)["sighting"]
    assert resight(connection, "road", ["R"]) == before
    assert counts(connection)["sighting"] == before
    connection.exec_driver_sql("UPDATE city.road SET valid_from = '2000-01-01', valid_to = '2001-01-01'")
    assert resight(connection, "road", ["R"]) == 0
    assert seen_cm(connection, "R") is None


def test_lines_are_read_again_once_they_change(connection, take, road):
    road("R", (0, 7), (300, 7))
    take(walk())
    road("S", (0, -7), (300, -7))
    take(walk(device="手机-2"), sha256="cd" * 32)
    assert seen_cm(connection, "S") == "{[0,30000)}"


EXTREMES = st.sampled_from([np.nan, np.inf, -np.inf, 1e308, -1e308, 0.0, 180.0, -90.0, 5e-324])
FIXES = st.lists(
    st.tuples(
        st.one_of(st.floats(114.49, 114.51), EXTREMES),
        st.one_of(st.floats(30.54, 30.56), EXTREMES),
        st.one_of(st.integers(0, 300).map(lambda s: START_S + s), EXTREMES),
        st.one_of(st.floats(0, 50), EXTREMES),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40)
@given(FIXES, st.sampled_from(["wgs84", "gcj02", "bd09"]), st.sampled_from(["a", "b"]))
def test_every_fix_of_any_track_is_accounted_for_once(shared_intake, fixes, datum, device):
    columns = np.array(fixes, dtype=float).T
    given_track = RawTrack(1, device, *columns)
    outing = Outing(
        datum=datum, sha256=hashlib.sha256(columns.tobytes() + datum.encode() + device.encode()).hexdigest()
    )
    connection, intake = shared_intake
    with connection.begin_nested():
        receipt = intake.accept_all(connection, [(given_track, outing)], now=NOW, pass_over=True)[0]
    if receipt.status != "known":
        assert receipt.fixes_kept + sum(receipt.left_out.values()) == len(fixes)


@pytest.fixture
def shared_intake(connection, intake, road):
    road("R", (0, 7), (300, 7))
    return connection, intake
