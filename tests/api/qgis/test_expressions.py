"""Expressions of the styles in QGIS's language: QGIS itself comes to what the screen comes to."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.qgis.expressions import Untold, Zoom, expression, figure_at
from layers.catalogue import read_catalogue

STYLES = [rule for layer in read_catalogue().values() for rule in layer.style]
FIGURES = [
    figure
    for rule in STYLES
    for figure in (*rule.get("paint", {}).values(), rule.get("layout", {}).get("text-size"))
    if isinstance(figure, list) and figure[0] == "interpolate"
]
DISTINCT = list({json.dumps(figure): figure for figure in FIGURES}.values())


def test_every_rule_of_every_layer_can_be_said():
    assert [expression(rule["filter"]) for rule in STYLES if "filter" in rule]


@pytest.mark.parametrize("told", [["match", ["get", "a"], 1, 2], ["in", "a", ["get", "b"]], ["rgb", 1, 2, 3], [{}]])
def test_what_qgis_has_no_words_for_is_named(told):
    with pytest.raises(Untold):
        expression(told)


@given(st.floats(6, 22))
def test_a_figure_lies_between_its_stops(zoom):
    for figure in DISTINCT:
        assert min(figure[4::2]) <= figure_at(figure, zoom) <= max(figure[4::2])


@given(st.floats(0, 22), st.floats(-60, 60))
def test_a_zoom_and_its_scale_lead_to_one_another(zoom, latitude):
    import math

    there = Zoom(latitude)
    assert math.log2(there.scale(0) / there.scale(zoom)) == pytest.approx(zoom, abs=1e-9)


@pytest.mark.parametrize("text", ["it's", 'a"b', "back\\slash", "汉字", ""])
def test_texts_are_quoted_so_that_qgis_reads_the_same(qgis, text):
    assert qgis("values", json.dumps([[expression(text), 1000]])) == [text]


def test_qgis_comes_to_the_same_widths_at_every_zoom(qgis):
    there = Zoom(30.5)
    asked = [(figure, zoom) for figure in DISTINCT for zoom in (5, 9.3, 12, 14.7, 18, 21)]
    told = qgis("values", json.dumps([[expression(figure, there), there.scale(zoom)] for figure, zoom in asked]))
    assert told == pytest.approx([figure_at(figure, zoom) for figure, zoom in asked], rel=1e-5)


def test_qgis_tells_filters_as_the_screen_does(qgis):
    missing = [
        (["has", "a"], False),
        (["!", ["has", "a"]], True),
        (["in", "x", ["literal", ["x", "y"]]], True),
        (["!", ["in", "z", ["literal", ["x", "y"]]]], True),
        (["all", [">=", 3, 3], ["<", 3, 7]], True),
        (["any", ["==", "a", "b"], ["!=", 1, 2]], True),
    ]
    missing += [
        (["==", ["qgis", "1 < 2"], True], True),
        (["==", ["qgis", "NULL"], True], False),
        (["!=", ["qgis", "1 < 2"], True], False),
        (["!=", ["get", "a"], True], True),
    ]
    asked = [[expression(told).replace('"a"', "NULL"), 1000] for told, _ in missing]
    assert list(map(bool, qgis("values", json.dumps(asked)))) == [want for _, want in missing]
    assert qgis("values", json.dumps([[expression(["slice", "420111080201001", 12]), 1]])) == ["001"]
    assert qgis("values", json.dumps([[expression(["concat", "a", " ", ["coalesce", None, ""]]), 1]])) == ["a "]
