"""Which tiles a change touches: held against the tiles' own squares, as shapely sees them."""

import shapely
from hypothesis import given
from hypothesis import strategies as st

from api.tiles.change import BUFFER, HALF_M, Change

places = st.integers(0, 12).flatmap(lambda z: st.tuples(st.just(z), st.integers(0, 2**z - 1), st.integers(0, 2**z - 1)))
metres = st.floats(-HALF_M, HALF_M)
boxes = st.tuples(metres, metres, st.floats(0, 1e6), st.floats(0, 1e6)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


def square(z, x, y):
    """A tile with its buffer, in 3857. Source: OGC WebMercatorQuad, rows from the north."""
    width = 2 * HALF_M / 2**z
    west, north = x * width - HALF_M, HALF_M - y * width
    return shapely.box(west, north - width, west + width, north).buffer(BUFFER * width, join_style="mitre")


@given(places, st.lists(boxes, min_size=1, max_size=4))
def test_a_tile_is_touched_where_its_buffered_square_meets_a_box(place, changed):
    z, x, y = place
    touched = Change("road", tuple(changed)).touches(("grid", "road"), z, x, y)
    meets = any(square(z, x, y).intersects(shapely.box(*box)) for box in changed)
    clear = all(square(z, x, y).distance(shapely.box(*box)) > 1 for box in changed)
    assert touched or not meets
    assert not (touched and clear)


@given(
    st.lists(boxes, min_size=1, max_size=3),
    st.integers(0, 6),
    st.sets(st.tuples(st.integers(0, 63), st.integers(0, 63))),
)
def test_it_finds_the_same_among_many_as_one_by_one(changed, z, some):
    change = Change("road", tuple(changed))
    there = dict.fromkeys((x % 2**z, y % 2**z) for x, y in some)
    assert set(change.tiles_among(z, there)) == {(x, y) for x, y in there if change.touches(("road",), z, x, y)}


def test_another_layer_is_not_touched_and_everything_touches_all():
    assert not Change("road", None).touches(("grid",), 3, 1, 1)
    assert Change("road", None).touches(("road",), 3, 1, 1)
    assert Change(None, None).touches(("grid",), 3, 1, 1)


def test_a_notice_of_a_table_that_is_no_layer_is_none_and_one_that_cannot_be_read_is_everything():
    assert Change.of('{"table": "fix", "boxes": null}', {"road": "road"}) is None
    for notice in (
        "",
        "[]",
        "{}",
        '{"table": "road"}',
        '{"table": "road", "boxes": [[1]]}',
        '{"table": null, "boxes": null}',
    ):
        assert Change.of(notice, {"road": "road"}) == Change(None, None)
