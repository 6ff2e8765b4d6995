"""The cache: weighed, bounded, and rid of exactly what a change touches."""

import os
import time

from hypothesis import given
from hypothesis import strategies as st

from api.tiles.asked import Asked
from api.tiles.cache import Cache, Key
from api.tiles.change import HALF_M, Change
from api.tiles.packed import Packed

FOREVER = float("inf")
layer_sets = st.sampled_from([("grid",), ("road",), ("grid", "road"), ("water", "grid")])
keys = st.builds(
    lambda layers, z, x, y, roles: Key(Asked(layers, z, x % 2**z, y % 2**z), roles),
    layer_sets,
    st.integers(0, 4),
    st.integers(0, 15),
    st.integers(0, 15),
    st.sampled_from([None, frozenset({"viewer"})]),
)
spans = st.tuples(st.floats(-HALF_M, HALF_M), st.floats(-HALF_M, HALF_M), st.floats(0, 8e6))
changes = st.builds(
    lambda layer, spans: Change(layer, tuple((w, s, w + size, s + size) for w, s, size in spans)),
    st.sampled_from(["grid", "road", "water", "site", None]),
    st.lists(spans, min_size=1, max_size=3),
)


def tile(size_bytes: int = 100) -> Packed:
    return Packed(bytes(range(256)) * (size_bytes // 256 + 1))


@given(st.lists(keys, max_size=30), changes)
def test_a_change_takes_what_it_touches_and_nothing_else(held, change):
    cache = Cache(10**9)
    for key in held:
        cache.keep(key, tile(), FOREVER)
    cache.drop(change)
    for key in held:
        gone = change.touches(key.asked.layers, key.asked.z, key.asked.x, key.asked.y)
        assert (cache.find(key) is None) == gone
    assert cache.held_bytes == sum(cache.find(key).size_bytes for key in set(held) if cache.find(key))


@given(st.lists(st.tuples(keys, st.integers(0, 20_000)), max_size=40))
def test_it_never_weighs_more_than_it_may_and_forgets_what_was_asked_for_longest_ago(asked):
    cache, most = Cache(30_000), 30_000
    for key, size in asked:
        cache.keep(key, tile(size), FOREVER)
        assert cache.held_bytes <= most
        assert cache.find(key) is not None
    for key, _ in asked:
        cache.drop(Change(key.asked.layers[0], None))
    assert (len(cache), cache.held_bytes) == (0, 0)


def test_one_that_was_asked_for_again_stays_longer():
    cache, one = Cache(2 * tile().size_bytes), [Key(Asked(("grid",), 5, x, 0), None) for x in range(3)]
    cache.keep(one[0], tile(), FOREVER)
    cache.keep(one[1], tile(), FOREVER)
    cache.find(one[0])
    cache.keep(one[2], tile(), FOREVER)
    assert [cache.find(key) is None for key in one] == [False, True, False]


def test_one_heavier_than_everything_is_not_kept_and_takes_nothing_away():
    cache, small, large = Cache(2_000), Key(Asked(("grid",), 1, 0, 0), None), Key(Asked(("grid",), 1, 1, 0), None)
    cache.keep(small, tile(), FOREVER)
    cache.keep(large, Packed(os.urandom(5_000)), FOREVER)
    assert (cache.find(small) is None, cache.find(large) is None) == (False, True)


def test_a_tile_that_changes_by_itself_is_forgotten_when_it_does():
    cache, key = Cache(10_000), Key(Asked(("grid",), 1, 0, 0), None)
    cache.keep(key, tile(), time.time() + 3600)
    assert cache.find(key)
    cache.keep(key, tile(), time.time() - 1)
    assert cache.find(key) is None
    assert cache.held_bytes == 0


def test_another_form_of_a_body_counts_and_one_of_a_forgotten_tile_does_not():
    cache, key, kept = Cache(100_000), Key(Asked(("grid",), 1, 0, 0), None), tile(5000)
    cache.keep(key, kept, FOREVER)
    cache.widen(key, kept, "br", kept.encoded("br"))
    assert cache.held_bytes == kept.size_bytes
    assert kept.form("br")
    cache.widen(key, tile(5000), "identity", b"of another")
    assert kept.form("identity") is None
    cache.clear()
    cache.widen(key, kept, "identity", kept.encoded("identity"))
    assert cache.held_bytes == 0
