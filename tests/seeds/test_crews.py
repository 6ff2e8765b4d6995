"""The sample's crews and devices are those of its tracks, at any scale."""

import pytest

from seeds import tracks
from seeds.city import VALID_FROM, crew_frame, device_frame
from seeds.crews import crews, devices
from seeds.posts import posts
from tests.seeds.test_patrols import TODAY


@pytest.fixture(scope="module", params=[1, 2])
def scale(request):
    return request.param


@pytest.fixture(scope="module")
def made(scale):
    return list(tracks(TODAY, scale))


def test_crews_are_told_as_the_tracks_tell_them(made, scale):
    assert {(one.code, one.name, one.mode) for one in crews(scale)} == {
        (track.crew, track.crew_name, track.mode) for track in made
    }
    assert len({one.code for one in crews(scale)}) == len({one.name for one in crews(scale)}) == 9 * scale


def test_a_crew_belongs_to_a_post_where_all_its_tracks_are_for_that_one(made, scale):
    gone_for = {}
    for track in made:
        gone_for.setdefault(track.crew, set()).add(track.post)
    only = {code: next(iter(found)) if len(found) == 1 else None for code, found in gone_for.items()}
    assert {one.code: one.post_code for one in crews(scale)} == only
    assert len(set(only.values())) == 4


def test_devices_are_those_that_send_each_in_the_datum_it_declares(made, scale):
    declared = {(track.device, track.crew, track.datum) for track in made if track.note != "坐标基准误报"}
    assert {(one.code, one.crew_code, one.datum) for one in devices(scale)} == declared
    assert len({one.code for one in devices(scale)}) == len(devices(scale))


def test_crews_name_posts_that_are_there():
    assert {one.post_code for one in crews()} - {None} <= {post.code for post in posts()}


@pytest.mark.parametrize("frame", [crew_frame(), device_frame()], ids=["crew", "device"])
def test_every_row_says_that_it_is_made_up_and_since_when(frame):
    assert set(frame["provenance"]) == {"synthetic"} and set(frame["valid_from"]) == {VALID_FROM}
