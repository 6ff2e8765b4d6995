"""What changes are judged on comes back as it was packed, and bytes that name anything else make nothing."""

import io
import json
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from api.plans.packed import pack, unpack
from geo.plan.city import CrewDay, Options, Targets
from layers.errors import BadInput

plain = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    plain | st.dates() | st.just(ZoneInfo("Asia/Shanghai")),
    lambda some: st.lists(some) | st.lists(some).map(tuple) | st.dictionaries(st.text() | st.integers(), some)
    | st.frozensets(st.text()),
    max_leaves=12,
)  # fmt: skip


@given(values)
def test_plain_values_come_back_as_they_were(value):
    assert unpack(pack(value)) == value


def test_values_of_geo_come_back_with_their_arrays_and_shapes():
    shapes = np.array([shapely.LineString([(0, 0), (1.5, 2)]), None, shapely.Point(3, 4)], dtype=object)
    targets = Targets("bank", False, ("甲", "乙", "丙"), ("甲", "乙", "丙"), shapes)
    crew = CrewDay("甲", "甲组", "foot", frozenset({"P"}), date(2026, 6, 1), 0.0, 9.0)
    back = unpack(pack({"targets": targets, "crew": crew, "options": Options(), "x": np.arange(3.0)}))
    assert (back["crew"], back["options"], back["x"].tolist()) == (crew, Options(), [0.0, 1.0, 2.0])
    assert all(
        one is two is None or one.equals_exact(two, 0) for one, two in zip(back["targets"].shapes, shapes, strict=True)
    )


def test_an_array_that_is_met_twice_is_kept_once():
    long = np.random.default_rng(1).random(10_000)
    assert len(pack([long, long])) < 1.1 * len(pack([long]))
    first, second = unpack(pack([long, long]))
    assert first is second


def packed(told):
    out = io.BytesIO()
    np.savez_compressed(out, told=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8))
    return out.getvalue()


@pytest.mark.parametrize(
    "told",
    [
        {"#": "os:system", "=": {"command": "true"}},
        {"#": "geo.plan.city:np.load", "=": {"file": "x"}},
        {"#": "geo.plan.city:check_crews", "=": {"crews": []}},
        {"#": "geo.plan.city:Options", "=": {"nothing": 1}},
        {"#": "array", "=": 7},
    ],
)
def test_bytes_that_name_anything_else_are_refused(told):
    with pytest.raises(BadInput, match="重新求解"):
        unpack(packed(told))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(data):
    with pytest.raises(BadInput):
        unpack(data)
