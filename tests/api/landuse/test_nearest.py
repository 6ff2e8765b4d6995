"""The nearest zone of a kind is found by boxes and measured by shapes; large shapes are held by version."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from api.landuse.evidence.nearest import nearest_only
from layers.crs import METRIC_DEFAULT, STORED, project
from tests.api.landuse.conftest import EAST, NORTH, asked, box, degrees

PLACE = box(600, 600, 620, 620)


class Row:
    def __init__(self, layer, a=None, b=None):
        self.layer, self.a, self.b = layer, a, b


def apart_deg(one, other):
    """How far the boxes of two shapes lie apart, in degrees."""
    (w, s, e, n), (w2, s2, e2, n2) = shapely.bounds([degrees(one), degrees(other)])
    return float(np.hypot(max(w2 - e, w - e2, 0), max(s2 - n, s - n2, 0)))


places = st.tuples(*[st.integers(-9000, 9000)] * 2)


@given(st.lists(st.tuples(places, places), min_size=1, max_size=30), st.integers(1, 40))
def test_what_is_told_to_be_sure_is_the_nearest_of_all(lines, most):
    """Strips at random, whose boxes say little of where they are; only those whose boxes are nearest are looked at."""
    strips = [shapely.LineString([(EAST + x, NORTH + y) for x, y in line]).buffer(1) for line in lines]
    order = sorted(range(len(strips)), key=lambda n: apart_deg(PLACE, strips[n]))[:most]
    rows = [Row("landuse"), *(Row("zone", "reserve", str(apart_deg(PLACE, strips[n]))) for n in order)]
    shapes = np.array([PLACE, *(strips[n] for n in order)], dtype=object)
    kept, sure = nearest_only(rows, shapes, PLACE, most, 30.6)
    assert kept[0] == 0 and len(kept) == 2
    if sure:
        assert shapes[kept[1]].distance(PLACE) == pytest.approx(min(s.distance(PLACE) for s in strips), abs=1e-9)
    else:
        assert most <= len(strips)


def test_boxes_that_mislead_are_seen_through(own_land):
    """Two dozen thin strips around the place, whose boxes all hold it, and a small zone that is nearer than any."""
    edition = "(SELECT max(edition_id) FROM city.zone)"
    head = "INSERT INTO city.zone (code, kind, edition_id, valid_from, geom)"
    put = f"{head} VALUES (%s, 'grey', {edition}, '2026-01-01', "
    for n in range(24):
        corner = [(EAST, NORTH + 900 + n), (EAST + n, NORTH), (EAST + 900, NORTH)]
        strip = shapely.LineString(corner).buffer(0.2)
        own_land.run(put + "ST_Multi(ST_GeomFromWKB(%s, 4490)))", f"S{n}", degrees(strip).wkb)
    own_land.run(put + "ST_Multi(ST_GeomFromWKB(%s, 4490)))", "N", degrees(box(920, 600, 930, 610)).wkb)
    found = asked(own_land, PLACE, status=200, store=False)
    grey = next(each for each in found["zones"] if each["kind"] == "grey")
    assert (grey["nearest"]["code"], grey["nearest_m"]) == ("N", pytest.approx(300, abs=0.01))


def test_a_large_shape_that_has_changed_is_not_the_one_that_was_held(own_land):
    angle = np.linspace(0, 2 * np.pi, 800)
    around = np.column_stack([np.cos(angle), np.sin(angle)])
    lake = shapely.Polygon(around * 200 + [EAST + 700, NORTH + 700])
    own_land.run("UPDATE city.zone SET geom = ST_Multi(ST_GeomFromWKB(%s, 4490)) WHERE code = 'B1'", degrees(lake).wkb)
    first = asked(own_land, PLACE)
    own_land.run(
        "UPDATE city.zone SET geom = ST_Multi(ST_GeomFromWKB(%s, 4490)) WHERE code = 'B1'",
        degrees(shapely.Polygon(around * 50 + [EAST + 700, NORTH + 700])).wkb,
    )
    second = asked(own_land, PLACE)
    states = [next(z for z in each["zones"] if z["kind"] == "blue")["state"] for each in (first, second)]
    assert states == ["covered", "none"]
    assert own_land.client.post(f"/landuse/checks/{first['check']}/again").json()["same"]


def test_a_database_that_lost_what_was_kept_is_given_it_again(own_land):
    asked(own_land, PLACE)
    own_land.run("DELETE FROM city.landuse_check")
    own_land.run("DELETE FROM city.landuse_basis")
    assert asked(own_land, PLACE)["check"]
    assert own_land.run("SELECT count(*) FROM city.landuse_basis") == 1


def test_the_sides_of_the_search_lie_far_enough_from_the_outline():
    from api.landuse.evidence.city import search_of

    edge = [(EAST + x, NORTH + (x % 3)) for x in range(1000)]
    ragged = shapely.Polygon([*edge, (EAST + 999, NORTH + 400), (EAST, NORTH + 400)])
    for shape in (PLACE, shapely.multipolygons([ragged])):
        wide = project(np.array([search_of(shape, METRIC_DEFAULT)]), STORED, METRIC_DEFAULT)[0]
        assert wide.contains(shape.buffer(30))
