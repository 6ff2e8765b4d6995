"""Who comes back is told exactly what was missed, in order, each once; or that it cannot be told."""

from hypothesis import given
from hypothesis import strategies as st

from api.live.event import Event
from api.live.ring import Ring
from tests.api.conftest import until
from tests.api.live.conftest import WITHIN_S, running

TABLES = ("water", "road", "grid")


def told(city, *tables):
    for table in tables:
        city.run(f'NOTIFY city_change, \'{{"table": "{table}", "boxes": null}}\'')


@given(
    steps=st.lists(st.one_of(st.integers(1, 60), st.just(None)), max_size=30),
    most_events=st.integers(1, 12),
    most_bytes=st.integers(1, 200),
    asked=st.integers(0, 32),
)
def test_a_ring_tells_all_that_came_after_a_number_or_that_it_cannot(steps, most_events, most_bytes, asked):
    """The oracle keeps everything; None stands for having missed something."""
    ring, everything = Ring(most_events, most_bytes), []
    for size in steps:
        if size is None:
            ring.forget()
            everything.append(None)
        else:
            event = Event(ring.newest + 1, ("tiles", "road"), None, b"x" * size)
            ring.keep(event)
            everything.append(event)
    found = ring.since(asked)
    after = everything[asked:] if asked <= len(everything) else None
    if found is not None:
        assert found == after
        assert len(found) <= most_events and sum(len(event.text) for event in found) <= most_bytes
    elif after is not None and None not in after:
        assert len(after) > most_events or sum(len(event.text) for event in after) > most_bytes


@given(st.text(max_size=30))
def test_no_other_text_is_taken_for_a_number_of_this_server(text):
    ring = Ring(10, 1000)
    assert ring.number(text) is None
    assert ring.number(ring.told(7)) == 7
    assert Ring(10, 1000).number(ring.told(7)) is None


@given(st.lists(st.integers(0, 9), max_size=40))
def test_no_name_tells_how_much_others_are_told(numbers):
    """A name counts nothing, and comes once: who is told nothing reads nothing from the signs of life."""
    ring = Ring(100, 1000)
    names = [ring.told(number) for number in numbers]
    assert [ring.number(name) for name in names] == numbers
    assert len(set(names)) == len(names) and {len(name) for name in names} <= {12}


def test_names_are_remembered_for_a_while_and_not_for_ever():
    ring = Ring(10, 1000)
    first = ring.told(1)
    names = [ring.told(number) for number in range(1000)]
    assert ring.number(first) is None and ring.number(names[0]) is None
    assert [ring.number(name) for name in names[-20:]] == list(range(980, 1000))


def test_who_broke_off_is_told_what_others_were_told_meanwhile(city):
    whole, broken = city.screen(), city.screen()
    told(city, "water", "road")
    broken.wait("tiles", 2)
    broken.close()
    told(city, "grid", "water", "road")
    whole.wait("tiles", 5)
    seen = broken.events[-1].id
    by_header, by_parameter = city.screen(**{"Last-Event-ID": seen}), city.screen(f"?after={seen}")
    both = city.screen("?after=nonsense", **{"Last-Event-ID": seen})
    for screen in (by_header, by_parameter, both):
        screen.wait("tiles", 3)
    told(city, "grid")
    whole.wait("tiles", 6)
    for screen in (by_header, by_parameter, both):
        screen.wait("tiles", 4)
        assert screen.named("tiles") == whole.named("tiles")[2:]
        assert screen.named("hello")[0].id == seen and not screen.named("reset")
    assert [event.data["layer"] for event in whole.named("tiles")] == ["water", "road", "grid", "water", "road", "grid"]


def test_an_id_of_another_server_or_from_too_long_ago_is_answered_with_a_reset(city):
    for other in ("0123456789ab-1", "1", "x-y", city.app.state.live._ring.told(10**6)):
        screen = city.screen(f"?after={other}")
        screen.wait("reset")
        assert [event.name for event in screen.events] == ["hello", "reset"]
        ring = city.app.state.live._ring
        assert {ring.number(event.id) for event in screen.events} == {ring.newest}


def test_two_servers_over_one_database_both_tell(city):
    with running(city.engine) as other:
        here, there = city.screen(), other.screen()
        told(city, "water")
        assert here.wait("tiles")[0].data["layer"] == there.wait("tiles")[0].data["layer"] == "water"
        until(lambda: other.screen(f"?after={here.last_id}").named("reset"), WITHIN_S)


def test_what_was_not_asked_for_while_nobody_listened_is_not_passed_over(own_city):
    """Nobody of these roles was there when it happened, so nobody knows what they would have been told."""
    stranger = own_city.screen()
    told(own_city, "water")
    seen = stranger.wait("tiles")[0].id
    assert own_city.screen(f"?after={seen}", own_city.token("dispatcher")).wait("reset")
    assert not own_city.screen(f"?after={seen}").named("reset")
