"""Coverage that grows: at any time it is the union of what was seen up to then, and each place is in it once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage.growth import growth
from geo.lines.multirange import Ranges, lengths, union

rows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(0, 30), st.integers(0, 9)), min_size=0, max_size=25
)


def read(given_rows):
    table = np.array(given_rows, dtype=np.int64).reshape(-1, 4)
    return Ranges(table[:, 0], table[:, 1], table[:, 1] + table[:, 2]), table[:, 3].astype(float)


@given(rows, st.integers(-1, 10))
def test_what_was_seen_up_to_a_time_is_the_union_of_what_was_given_up_to_it(given_rows, until):
    ranges, time_s = read(given_rows)
    grown = growth(ranges, time_s)
    early, given_early = grown.time_s <= until, time_s <= until
    own = Ranges(grown.group[early], grown.start[early], grown.stop[early])
    theirs = Ranges(*(column[given_early] for column in ranges))
    assert np.column_stack(union(own)[0]).tolist() == np.column_stack(union(theirs)[0]).tolist()
    added = np.zeros(3, dtype=np.int64)
    np.add.at(added, own.group, own.stop - own.start)
    assert added.tolist() == lengths(theirs, 3).tolist(), "each place once: lengths simply add up"


@given(rows)
def test_every_piece_lies_in_the_range_that_it_is_credited_to(given_rows):
    ranges, time_s = read(given_rows)
    grown = growth(ranges, time_s)
    assert (grown.group == ranges.group[grown.row]).all()
    assert (grown.start >= ranges.start[grown.row]).all()
    assert (grown.stop <= ranges.stop[grown.row]).all()
    assert (grown.time_s == time_s[grown.row]).all()


@given(rows, st.randoms(use_true_random=False))
def test_the_order_in_which_sightings_come_does_not_matter(given_rows, chance):
    mixed = list(given_rows)
    chance.shuffle(mixed)
    one, other = (np.column_stack(growth(*read(some))[:4]).tolist() for some in (given_rows, mixed))

    def joined(pieces):
        ranges = Ranges(*np.array([piece[:3] for piece in pieces], dtype=np.int64).reshape(-1, 3).T)
        keys = np.array([piece[3] for piece in pieces])
        return {
            at: np.column_stack(union(Ranges(*(c[keys == at] for c in ranges)))[0]).tolist()
            for at in set(keys.tolist())
        }

    assert joined(one) == joined(other), "equal times may be cut elsewhere, never timed otherwise"
