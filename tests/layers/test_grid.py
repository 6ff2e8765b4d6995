"""Grids form a tree: codes say where they belong, parents exist and hold their children, siblings do not overlap."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from tests.layers.conftest import box

STREET, VILLAGE, COMMUNITY = "420111081", "420111081205", "420111081001"


@pytest.fixture
def at_the_end(connection):
    """A function that runs what waits for the end of the transaction."""
    return lambda: connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def village(insert, at_the_end):
    insert("grid", code=STREET, level="street", wkt=box(0, 0, 2000, 2000))
    insert("grid", code=VILLAGE, level="village", wkt=box(0, 0, 1000, 1000))
    at_the_end()


def unit(serial):
    return f"{VILLAGE}{serial:03}"


def broken_rule(caught):
    return caught.value.orig.diag.constraint_name


@pytest.mark.parametrize(
    ("code", "level"),
    [("42011108", "street"), (VILLAGE, "street"), (STREET, "village"), (VILLAGE, "unit"), ("42011108120500x", "unit")],
)
def test_a_code_has_the_digits_of_its_level(insert, code, level):
    with pytest.raises(IntegrityError) as caught:
        insert("grid", code=code, level=level, wkt=box(0, 0, 10, 10))
    assert broken_rule(caught) == "grid_code_form"


def test_the_parent_is_named_by_the_code(connection, insert, village):
    insert("grid", code=unit(1), level="unit", wkt=box(0, 0, 100, 100))
    assert connection.exec_driver_sql("SELECT parent_code FROM city.grid WHERE level = 'unit'").scalar() == VILLAGE
    with pytest.raises(IntegrityError) as caught:
        insert("grid", code=unit(2), level="unit", parent_code=COMMUNITY, wkt=box(0, 0, 100, 100))
    assert broken_rule(caught) == "grid_parent_form"


def test_children_may_come_before_their_parent_within_a_transaction(insert, at_the_end):
    insert("grid", code=unit(1), level="unit", wkt=box(0, 0, 100, 100))
    insert("grid", code=VILLAGE, level="village", wkt=box(0, 0, 1000, 1000))
    insert("grid", code=STREET, level="street", wkt=box(0, 0, 2000, 2000))
    at_the_end()


def test_a_child_without_its_parent_is_refused_and_both_are_named(insert, at_the_end):
    insert("grid", code=unit(1), level="unit", wkt=box(0, 0, 100, 100))
    with pytest.raises(IntegrityError, match=f"{unit(1)}.*{VILLAGE}") as caught:
        at_the_end()
    assert broken_rule(caught) == "grid_parent_exists"


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM city.grid WHERE level = 'village'",
        "UPDATE city.grid SET code = '420111081206' WHERE level = 'village'",
        "UPDATE city.grid SET valid_to = current_date + 1 WHERE level = 'village'",
    ],
)
def test_a_parent_cannot_go_while_its_children_stay(connection, insert, village, at_the_end, loss):
    insert("grid", code=unit(1), level="unit", wkt=box(0, 0, 100, 100))
    at_the_end()
    connection.exec_driver_sql(loss)
    with pytest.raises(IntegrityError) as caught:
        at_the_end()
    assert broken_rule(caught) == "grid_parent_exists"


def test_a_new_edition_may_replace_the_parent(connection, insert, village, at_the_end):
    insert("grid", code=unit(1), level="unit", wkt=box(0, 0, 100, 100))
    connection.exec_driver_sql("UPDATE city.grid SET valid_to = current_date + 1 WHERE level = 'village'")
    tomorrow = connection.exec_driver_sql("SELECT current_date + 1").scalar()
    insert("grid", code=VILLAGE, level="village", valid_from=tomorrow, wkt=box(0, 0, 1000, 1000))
    connection.exec_driver_sql("UPDATE city.grid SET valid_from = current_date + 1 WHERE level = 'unit'")
    at_the_end()


def outside(connection):
    found = connection.exec_driver_sql("SELECT * FROM city.grid_outside() ORDER BY code").all()
    return [(row.code[-3:], row.parent_code, round(row.outside_m2), round(row.share, 3)) for row in found]


def test_a_grid_mostly_outside_its_parent_is_refused_and_both_are_named(insert, village, at_the_end):
    insert("grid", code=unit(1), level="unit", wkt=box(949, 0, 1049, 100))
    insert("grid", code=unit(2), level="unit", wkt=box(951, 200, 1051, 300))
    with pytest.raises(IntegrityError, match=f"{unit(2)} 的面积有 51% 在上级网格 {VILLAGE} 之外") as caught:
        at_the_end()
    assert broken_rule(caught) == "grid_inside_parent"


def test_a_grid_that_reaches_out_a_little_is_told_with_its_square_metres(connection, insert, village, at_the_end):
    # 10,000 m² each: the tolerance is 10 m², a strip 10 cm wide.
    insert("grid", code=unit(1), level="unit", wkt=box(900.09, 0, 1000.09, 100))
    insert("grid", code=unit(2), level="unit", wkt=box(900.11, 200, 1000.11, 300))
    insert("grid", code=unit(3), level="unit", wkt=box(940, 400, 1040, 500))
    at_the_end()
    assert outside(connection) == [("002", VILLAGE, 11, 0.001), ("003", VILLAGE, 4000, 0.4)]


@pytest.mark.parametrize(
    "move",
    [
        "UPDATE city.grid SET geom = ST_Translate(geom, 0.005, 0) WHERE level = 'village'",
        "UPDATE city.grid SET valid_to = current_date + 1 WHERE level = 'village'; "
        "INSERT INTO city.grid (code, level, valid_from, geom) SELECT code, level, current_date + 1,"
        " ST_Translate(geom, 0.005, 0) FROM city.grid WHERE level = 'village'",
    ],
)
def test_a_parent_cannot_move_away_from_its_children(connection, insert, village, at_the_end, move):
    insert("grid", code=unit(1), level="unit", wkt=box(0, 0, 100, 100))
    at_the_end()
    connection.exec_driver_sql(move)
    with pytest.raises(IntegrityError) as caught:
        at_the_end()
    assert broken_rule(caught) == "grid_inside_parent"


def test_a_grid_that_was_never_true_may_lie_anywhere(connection, insert, village, at_the_end):
    never = date(2026, 1, 1)
    insert("grid", code=unit(1), level="unit", valid_from=never, valid_to=never, wkt=box(5000, 0, 5100, 100))
    at_the_end()
    assert outside(connection) == []


def test_siblings_that_share_an_edge_are_apart(connection, insert, village, at_the_end):
    for serial in range(9):
        west, south = serial % 3 * 100, serial // 3 * 100
        insert("grid", code=unit(serial), level="unit", wkt=box(west, south, west + 100, south + 100))
    at_the_end()
    assert connection.exec_driver_sql("SELECT count(*) FROM city.grid_overlaps()").scalar() == 0


def test_an_overlap_within_tolerance_is_let_pass_and_one_beyond_is_refused(connection, insert, village, at_the_end):
    # 10,000 m² each: the tolerance is 0.1 %, 10 m²; the strips are 100 m long, 9 cm and 11 cm wide.
    insert("grid", code=unit(1), level="unit", wkt=box(0, 0, 100, 100))
    insert("grid", code=unit(2), level="unit", wkt=box(99.91, 0, 199.91, 100))
    at_the_end()
    insert("grid", code=unit(3), level="unit", wkt=box(199.8, 0, 299.8, 100))
    with pytest.raises(IntegrityError, match=r"11\.0 平方米") as caught:
        at_the_end()
    assert broken_rule(caught) == "grid_siblings_apart"


def test_overlaps_are_answered_with_their_square_metres(connection, insert, village):
    insert("grid", code=unit(1), level="unit", wkt=box(0, 0, 100, 100))
    insert("grid", code=unit(2), level="unit", wkt=box(50, 50, 150, 150))
    found = connection.exec_driver_sql("SELECT * FROM city.grid_overlaps()").all()
    assert [(row.code, row.other_code) for row in found] == [(unit(1), unit(2))]
    assert found[0].overlap_m2 == pytest.approx(2500, abs=0.01)


def test_grids_of_another_time_family_or_parent_do_not_count_as_overlapping(connection, insert, village):
    insert("grid", code=unit(1), level="unit", wkt=box(0, 0, 100, 100))
    insert("grid", code=unit(2), level="unit", valid_from="2001-01-01", valid_to="2002-01-01", wkt=box(0, 0, 100, 100))
    insert("grid", code=unit(3), level="unit", family="social", wkt=box(0, 0, 100, 100))
    assert connection.exec_driver_sql("SELECT count(*) FROM city.grid_overlaps()").scalar() == 0


def warnings(connection):
    found = connection.exec_driver_sql("SELECT * FROM city.grid_numbering_warnings()").all()
    return [(row.code[-3:], row.next_code[-3:], row.fault) for row in found]


def test_serials_run_west_to_east_and_north_to_south(connection, insert, village):
    places = {1: (0, 100), 2: (100, 100), 3: (200, 100), 4: (0, 0), 5: (100, 0), 6: (200, 0)}
    for serial, (west, south) in places.items():
        insert("grid", code=unit(serial), level="unit", wkt=box(west, south, west + 100, south + 100))
    assert warnings(connection) == []


def test_a_serial_that_goes_back_west_or_north_is_warned_of(connection, insert, village):
    places = {1: (100, 100), 2: (0, 100), 3: (200, 0), 4: (200, 100)}
    for serial, (west, south) in places.items():
        insert("grid", code=unit(serial), level="unit", wkt=box(west, south, west + 100, south + 100))
    assert warnings(connection) == [("001", "002", "west"), ("003", "004", "north")]
