"""Outlines gathered by place: each once, near ones together, never more than is allowed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.landuse.chunks import Limits, chunks

corners = arrays(np.float64, st.tuples(st.integers(0, 60), st.just(2)), elements=st.floats(-1e5, 1e5, width=32))
limits = st.builds(Limits, st.integers(1, 9), st.integers(1, 500), st.floats(1.0, 1e6))


@given(corners, limits, st.integers(0, 2**32))
def test_each_outline_is_in_one_chunk_and_no_chunk_of_several_is_beyond_the_limits(corners, limits, seed):
    random = np.random.default_rng(seed)
    boxes = np.hstack([corners, corners + random.uniform(0, 300, corners.shape)])
    vertices = random.integers(4, 200, len(boxes))
    found = chunks(boxes, vertices, limits)
    assert sorted(np.concatenate([np.empty(0, int), *found]).tolist()) == list(range(len(boxes)))
    for chunk in (one for one in found if len(one) > 1):
        assert len(chunk) <= limits.outlines and vertices[chunk].sum() <= limits.vertices
        assert np.prod(boxes[chunk, 2:] - boxes[chunk, :2], axis=1).sum() <= limits.area_m2
    again = chunks(boxes, vertices, limits)
    assert [chunk.tolist() for chunk in found] == [chunk.tolist() for chunk in again]


def test_chunks_of_a_grid_are_as_compact_as_halving_makes_them():
    east, north = np.meshgrid(np.arange(32.0), np.arange(32.0))
    boxes = np.column_stack([east.ravel(), north.ravel(), east.ravel() + 1, north.ravel() + 1])
    found = chunks(boxes, np.full(1024, 5), Limits(outlines=16))
    assert {len(chunk) for chunk in found} == {16}
    assert all((np.ptp(boxes[chunk], axis=0) <= 3).all() for chunk in found)
