"""Two phones that write the same seconds under one device: told by what gave way, and no honest track with them."""

from dataclasses import replace

import numpy as np
import pytest

from api.patrols.doubt_words import in_words
from api.tracks.track import RawTrack
from tests.api.test_doubts import STATE, again, city, flags, take, walk  # noqa: F401 - fixtures

EVIDENCE = "SELECT evidence FROM city.flag WHERE known_to IS NULL LIMIT 1"


def joined(one, two):
    """Both as one track of one device."""
    names = ("lon", "lat", "time_s", "accuracy_m")
    return RawTrack(1, one.device, *(np.append(getattr(one, name), getattr(two, name)) for name in names))


def test_two_phones_with_the_same_times_in_one_outing_are_in_two_places(take, city):  # noqa: F811
    receipt = take(joined(walk(), walk(1, east_m=5000)), "A")
    assert receipt.conflicts == 160
    assert flags(city) == [("A", "two_places", None)]
    evidence = city.exec_driver_sql(EVIDENCE).scalar()
    assert evidence["conflicts_count"] == 160 and 3000 < evidence["least_m"] <= evidence["most_m"] < 7000
    assert 3000 < abs(evidence["x_m"] - evidence["other_x_m"]) < 7000
    words = in_words("two_places", evidence, "foot")
    assert "同一巡查的定位点时刻相同、位置不同(160 个)" in words and "像是两部手机" in words
    before = city.exec_driver_sql(STATE.format(table="flag")).all()
    again(city, "A")
    assert city.exec_driver_sql(STATE.format(table="flag")).all() == before


@pytest.mark.parametrize("order", [(0, 5000), (5000, 0)])
def test_an_outing_all_of_whose_times_are_taken_makes_both_doubtful(take, city, order):  # noqa: F811
    for code, east_m in zip("AB", order, strict=True):
        take(walk(int(east_m > 0), east_m=east_m), code)
    assert flags(city) == [("A", "two_places", "B"), ("B", "two_places", "A")]
    before = city.exec_driver_sql(STATE.format(table="flag")).all()
    for code in "BA":
        again(city, code)
    assert city.exec_driver_sql(STATE.format(table="flag")).all() == before


@pytest.mark.parametrize("sent_in", ["wgs84", "gcj02", "bd09"])
def test_a_track_sent_again_rounded_or_in_another_datum_is_no_second_place(take, city, sent_in):  # noqa: F811
    take(walk(), "A")
    resent = walk(sent_in=sent_in)
    rounded = replace(resent, lon=np.round(resent.lon, 5), lat=np.round(resent.lat, 5))
    assert take(rounded, "B", datum="wgs84").conflicts > 150
    assert flags(city) == []


def test_a_receivers_leaps_of_the_same_second_are_no_second_place(take, city):  # noqa: F811
    random, leaping = np.random.default_rng(7), walk()
    leaping.lon[:] += random.normal(0, 0.02, len(leaping))
    leaping.lat[:] += random.normal(0, 0.02, len(leaping))
    take(joined(walk(), leaping), "A")
    far = walk()
    far.lon[:], far.lat[:] = 1e300, -90.0
    take(joined(walk(2, device="手机-2"), replace(far, device="手机-2")), "B")
    assert flags(city) == []
