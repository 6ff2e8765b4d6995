"""What a duty is about, as geo takes it: ranges of bank, roads within a grid, whole sites, since and until when."""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from api.duties.read import read_duties
from geo.duties.calendar import instant
from geo.duties.records import WHOLE_CM
from geo.duties.scope import never_seen
from layers.catalogue import read_catalogue
from layers.errors import NotFound
from tests.layers.conftest import box, inserter, metric_wkt

CATALOGUE = read_catalogue()
ZONE = ZoneInfo("Asia/Shanghai")
START, END = date(2024, 1, 1), date(2026, 6, 1)
JUNE = (date(2026, 6, 1), date(2026, 7, 1))


def second(day):
    return instant(day, 0, ZONE)


@pytest.fixture
def insert(connection):
    add = inserter(connection)

    def row(table, **values):
        return add(table, valid_from=values.pop("valid_from", START), **values)

    return row


@pytest.fixture
def duty(connection, insert):
    """A function that stores a duty and answers it as it is read for June 2026, by code, length and time."""
    insert("post", code="P", kind="lake_chief")

    def made(days=JUNE, known_at=None, **fields):
        insert("duty", code="D", **fields)
        return read(connection, days, known_at)

    return made


def read(connection, days=JUNE, known_at=None):
    (charge,) = read_duties(connection, CATALOGUE, days, {"code": "D"}, known_at=known_at)
    never_seen(charge.scope)  # geo takes it: nothing overlaps, nothing is empty
    return charge


def stretches(charge):
    scope = charge.scope
    return [
        (charge.codes[target], int(low), int(high))
        for target, low, high in zip(scope.target, scope.from_cm, scope.to_cm, strict=True)
    ]


@pytest.fixture
def bank(connection, insert):
    from layers.crs import STORED_SRID

    connection.exec_driver_sql(
        "INSERT INTO city.bank (code, water_code, side, length_m, valid_from, geom) "
        "SELECT 'B', 'W', 'shore', ST_Length(city.metric(line)), '2024-01-01', line "
        f"FROM (SELECT ST_Transform(ST_GeomFromText(%s, city.metric_srid()), {STORED_SRID})) AS drawn(line)",
        (metric_wkt((0, 0), (1000, 0)),),
    )
    insert("reach", code="R1", bank_code="B", span="{[0,30000),[90000,100000)}", post_code="P")
    insert("reach", code="R2", bank_code="B", span="{[30000,50000)}", post_code="Q")


def test_a_duty_over_the_reaches_of_its_post_covers_those_ranges_of_bank(bank, duty):
    charge = duty(layer="reach")
    assert (charge.layer, charge.whole) == ("bank", False)
    assert stretches(charge) == [("B", 0, 30000), ("B", 90000, 100000)]
    assert set(charge.scope.began_s) == {second(START)} and np.isinf(charge.scope.until_s).all()
    assert [charge.stretches[number] for number in charge.scope.stretch] == ["R1", "R1"]
    assert charge.versions[0].interval_days == 7 and charge.versions[0].valid_from_s == second(START)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"layer": "bank", "targets": "post"}, [("B", 0, 30000), ("B", 90000, 100000)]),
        ({"layer": "bank", "targets": "all"}, [("B", 0, 100000)]),
        ({"layer": "reach", "targets": "codes", "target_codes": ["R2"]}, [("B", 30000, 50000)]),
        ({"layer": "reach", "targets": "all"}, [("B", 0, 30000), ("B", 30000, 50000), ("B", 90000, 100000)]),
        ({"layer": "bank", "targets": "within", "within_code": "420111081"}, [("B", 20000, 60000)]),
        (
            {"layer": "reach", "targets": "within", "within_code": "420111081"},
            [("B", 20000, 30000), ("B", 30000, 50000)],
        ),
    ],
)
def test_lines_are_named_by_post_by_code_by_grid_or_all(bank, insert, duty, fields, found):
    insert("grid", code="420111081", wkt=box(200, -100, 600, 100))
    assert stretches(duty(**fields)) == found


def test_areas_and_points_are_whole_and_grids_the_smallest(insert, duty, connection):
    insert("grid", code="420111081", wkt=box(0, 0, 1000, 1000))
    insert("grid", code="420111081001", level="community", wkt=box(0, 0, 500, 500))
    insert("grid", code="420111081001001", level="unit", wkt=box(0, 0, 100, 100))
    insert("grid", code="420111081002", level="community", wkt=box(500, 500, 900, 900))
    charge = duty(layer="grid", targets="within", within_code="420111081")
    assert charge.whole
    assert stretches(charge) == [("420111081001001", 0, WHOLE_CM), ("420111081002", 0, WHOLE_CM)]


def test_sites_are_named_by_their_post_or_by_where_they_lie(insert, duty, connection):
    insert("grid", code="420111081", wkt=box(0, 0, 100, 100))
    insert("site", code="S1", post_code="P", wkt=metric_wkt((500, 500), kind="POINT"))
    insert("site", code="S2", wkt=metric_wkt((50, 50), kind="POINT"))
    assert stretches(duty(layer="site")) == [("S1", 0, WHOLE_CM)]
    connection.exec_driver_sql("UPDATE city.duty SET targets = 'within', within_code = '420111081'")
    assert stretches(read(connection)) == [("S2", 0, WHOLE_CM)]


def test_what_changes_hands_is_covered_since_and_until_then(bank, insert, duty, connection):
    connection.exec_driver_sql("UPDATE city.reach SET valid_to = '2026-06-10' WHERE code = 'R1'")
    insert("reach", code="R1", bank_code="B", span="{[0,20000)}", post_code="P", valid_from="2026-06-10")
    insert("reach", code="R3", bank_code="B", span="{[60000,70000)}", post_code="P", valid_from="2026-06-20")
    charge = duty(layer="reach")
    rows = zip(stretches(charge), charge.scope.began_s, charge.scope.until_s, strict=True)
    changed = second(date(2026, 6, 10))
    assert list(rows) == [
        (("B", 0, 20000), second(START), np.inf),
        (("B", 20000, 30000), second(START), changed),
        (("B", 60000, 70000), second(date(2026, 6, 20)), np.inf),
        (("B", 90000, 100000), second(START), changed),
    ]
    july = read(connection, (date(2026, 7, 1), date(2026, 8, 1)))
    assert stretches(july) == [("B", 0, 20000), ("B", 60000, 70000)]


def test_versions_that_follow_one_another_do_not_begin_a_metre_anew(bank, insert, duty, connection):
    duty((date(2026, 5, 1), END), layer="reach", valid_to=END)
    insert("duty", code="D", layer="reach", interval_days=None, per="month", times=1, valid_from=END)
    charge = read(connection)
    assert [version.mean_interval_days < 8 for version in charge.versions] == [True, False]
    assert set(charge.scope.began_s) == {second(START)}


def test_it_is_told_as_it_was_known(bank, duty, connection):
    duty(layer="reach")
    assert read_duties(connection, CATALOGUE, JUNE, {"code": "D"}, known_at=date(2020, 1, 1)) == []
    assert read_duties(connection, CATALOGUE, (JUNE[0], JUNE[0])) == []
    with pytest.raises(NotFound, match="'Q'"):
        read_duties(connection, CATALOGUE, JUNE, {"post_code": "Q"})


def test_every_duty_of_the_sample_is_about_something_that_geo_takes(sample_engine):
    with sample_engine.connect() as connection:
        charges = read_duties(connection, CATALOGUE, JUNE)
    empty = {charge.versions[0].code for charge in charges if not charge.codes}
    assert len(charges) > 90 and empty <= {f"DW-{digits}" for digits in range(201, 214)}
    for charge in charges:
        never_seen(charge.scope)
    roads = next(charge for charge in charges if charge.versions[0].code == "YX-005")
    assert 1_000_00 < (roads.scope.to_cm - roads.scope.from_cm).sum() < 20_000_00
