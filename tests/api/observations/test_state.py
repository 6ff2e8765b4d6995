"""The three states of an observation: whatever is asked, each has all it must and nothing it must not."""

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from api.observations.state import Acting, Standing, moved
from layers.errors import BadInput

MOMENTS = st.none() | st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1))
POSTS = st.sampled_from([None, "A"])
STANDINGS = st.one_of(
    st.just(Standing()),
    st.builds(Standing, st.just("handed"), st.just("A"), st.just(datetime(2026, 1, 1))),
    st.builds(
        Standing,
        st.just("settled"),
        st.sampled_from([None, "A"]),
        MOMENTS,
        st.just(datetime(2026, 1, 2)),
        st.just("甲"),
    ),
)
ASKED = st.builds(
    Standing, st.sampled_from(["open", "handed", "settled"]), st.sampled_from([None, "B"]), MOMENTS, MOMENTS,
    st.sampled_from([None, "乙"]),
)  # fmt: skip


@given(STANDINGS, ASKED, st.sampled_from([None, 24]))
@settings(max_examples=200)
def test_whatever_is_asked_a_state_has_all_it_must_and_nothing_it_must_not(before, asked, due_hours):
    acting = Acting("丙", datetime(2026, 6, 1), due_hours)
    try:
        after = moved(before, asked, acting)
    except BadInput:
        return
    assert after.state == asked.state
    assert (after.state == "settled") == (after.settled_at is not None) == (after.settled_by is not None)
    assert after.state != "handed" or (after.post_code and after.due_at)
    assert after.state != "open" or (after.due_at is None and after.post_code is None)
    again = moved(after, Standing(after.state), acting)
    assert again == after, "saying nothing changes nothing"
