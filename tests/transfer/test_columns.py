"""A file's columns find their fields by name, alias, title or shortened name; values find their type."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.transfer.columns import Column, Shape, match, short_names
from api.transfer.repair import allows
from api.transfer.values import converted
from layers.errors import BadInput

SHAPE = Shape(
    (
        Column("code", "text", "图斑编号", "Number of the plot, the natural key"),
        Column("width_m", "double precision", "路宽(米)", "Width in metres"),
        Column("responsible", "text", "责任人", "Responsible person"),
        Column("kind", "text", "类别", "Kind", labels={"lake": "lake", "湖": "lake"}),
        Column("due_on", "date", "期限"),
        Column("sure", "boolean", "可靠"),
        Column("piece", "integer", "段序"),
        Column("ratio", "numeric", "系数"),
    ),
    allows("POINT"),
)


def columns(*header, **options):
    return match(header, SHAPE, aliases={"TBBH": "code"}, given={}, **options).columns


def value(text, name):
    texts, faults = converted(np.array([text], dtype=object), SHAPE[name])
    return faults[0] or texts[0]


@pytest.mark.parametrize("header", ["code", "CODE", "tbbh", "图斑编号", "Number of the plot, the natural key"])
def test_one_column_by_any_of_its_names(header):
    assert columns(header) == {"code": header}


def test_titles_as_a_shapefile_cuts_them():
    shape = Shape(
        (Column("class", "text", "道路等级"), Column("a", "text", "责任单位甲"), Column("b", "text", "责任单位乙")),
        frozenset(),
    )
    found = match(["道路等", "责任单"], shape, aliases={}, given={})
    assert (found.columns, found.ignored) == ({"class": "道路等"}, ["责任单"])


WIDE = str.maketrans({"(": "\uff08", ")": "\uff09", ":": "\uff1a", ";": "\uff1b", ",": "\uff0c"})
"""As Chinese keyboards write them."""


def test_full_width_signs_are_what_they_mean():
    assert columns("路宽(米)".translate(WIDE), "Ｃｏｄｅ") == {
        "width_m": "路宽(米)".translate(WIDE),
        "code": "Ｃｏｄｅ",
    }

    def stored(text, kind):
        texts, faults = converted(np.array([text.translate(WIDE)], dtype=object), Column("x", kind))
        return faults[0] or texts[0]

    assert stored("A;B,C", "text[]") == '{"A","B","C"}'
    assert stored("8:30", "time without time zone") == "08:30:00"
    assert stored("2026-06-30 8:30", "timestamp with time zone") == "2026-06-30 08:30:00"
    assert stored("１２.5", "double precision") == "12.5" and stored("甲:乙", "text") == "甲:乙".translate(WIDE)


def test_titles_without_their_unit_and_shortened_names():
    assert columns("路宽", "responsibl", "来源") == {"width_m": "路宽", "responsible": "responsibl"}


def test_the_plain_name_comes_before_an_alias_and_what_is_left_is_ignored():
    found = match(["TBBH", "code"], SHAPE, aliases={"TBBH": "code"}, given={})
    assert found.columns == {"code": "code"} and found.ignored == ["TBBH"]


def test_the_user_comes_first():
    found = match(["code", "x"], SHAPE, aliases={}, given={"X": "责任人", "code": "kind"}, set_fields=["kind"])
    assert found.columns == {"responsible": "x"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"y": "code"}, "没有列 'y':现有 x"),
        ({"x": "z"}, "没有字段 'z':现有 code"),
        ({"x": "code", "X": "code"}, "只能有一列"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(given, told):
    with pytest.raises(BadInput, match=told):
        match(["x"], SHAPE, aliases={}, given=given)


@pytest.mark.parametrize(
    ("given", "name", "stored"),
    [
        (420111003001.0, "code", "420111003001"),
        ("  花山  ", "code", "花山"),
        ("   ", "code", None),
        ("湖", "kind", "lake"),
        ("LAKE", "kind", "lake"),
        ("海", "kind", "海"),
        ("2026年7月1日", "due_on", "2026-07-01"),
        ("20260701", "due_on", "2026-07-01"),
        ("2026/7/1 00:00:00", "due_on", "2026-07-01"),
        (np.datetime64("2026-07-01T00:00:00.000"), "due_on", "2026-07-01"),
        ("2026-02-30", "due_on", "字段 due_on(期限) 的值 '2026-02-30' 不是日期(如 2026-06-30)"),
        (True, "sure", "true"),
        ("否", "sure", "false"),
        (1.0, "sure", "true"),
        ("2", "sure", "字段 sure(可靠) 的值 '2' 不是是或否"),
        ("3.0", "piece", "3"),
        ("3.5", "piece", "字段 piece(段序) 的值 '3.5' 不是整数"),
        ("inf", "width_m", "字段 width_m(路宽(米)) 的值 'inf' 不是数字"),
        ("0.10", "ratio", "0.10"),
        ("nan", "ratio", "字段 ratio(系数) 的值 'nan' 不是数字"),
        ("a\0b", "code", "字段 code(图斑编号) 的值 'a\\x00b' 不是可用的文字"),
        ("\ud800", "code", "字段 code(图斑编号) 的值 '\\ud800' 不是可用的文字"),
    ],
)
def test_values_take_the_type_of_their_field(given, name, stored):
    assert value(given, name) == stored


@given(st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=30))
def test_shortened_names_are_short_and_differ(names):
    shortened = short_names(names)
    assert len(set(shortened.values())) == len(names)
    assert all(len(short.encode()) <= 10 for short in shortened.values())
    assert all(shortened[name] == name for name in names if len(name.encode()) <= 10)
