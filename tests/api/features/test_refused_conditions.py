"""Filters that are refused: with which words, and before they cost anything."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.features.conditions import condition
from api.features.parsing import MOST_CHARS, MOST_OPEN, parsed
from layers.errors import BadInput
from tests.api.features.conftest import COLUMNS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("width = 5", "没有可查询的列 'width'.*n、x、name.*geom"),
        ("span = 5", "没有可查询的列 'span'"),
        ("n = 'abc'", "n列.*是数字.*文字 'abc'"),
        ("name = 5", "name列.*是文字.*'abc'"),
        ("at > '2026-01-01'", r"TIMESTAMP\('"),
        ("name", "要的是真假"),
        ("n AND flag", "AND 要的是真假"),
        ("n = NULL", "IS NULL"),
        ("geom = 5", "S_INTERSECTS"),
        ("INTERVAL(d, until) = d", "T_DURING"),
        ("INTERVAL(d, until) IS NULL", "端点"),
        ("foo(n) = 1", "不认识过滤条件中的函数 'foo'"),
        ("A_CONTAINS(name, ('a', 'b'))", "不认识"),
        ("n = 1 AND", "第 10 个字符"),
        ("n == 1", "看不懂"),
        ("n = 1; DROP TABLE city.road", "看不懂"),
        ("name = 'it", "引号没有闭合"),
        ("name LIKE name", "LIKE 之后应为文字"),
        ("name LIKE 'x\\'", "单个"),
        ("name LIKE '" + "%a" * 21 + "'", "超过上限 20"),
        ("n LIKE '1%'", "LIKE 要的是文字"),
        ("d = DATE('2026-13-01')", "日期 '2026-13-01'"),
        ("at = TIMESTAMP('2026-06-30T08:00:00')", "没有时区"),
        ("T_AFTER(at, INTERVAL('2026-06-30T08:00:00', '..'))", "没有时区"),
        ("T_AFTER(n, DATE('2026-06-30'))", "要的是日期"),
        ("n = 1e400", "太大"),
        ("n = 99999999999999999999", "太大"),
        ("S_INTERSECTS(geom, POINT(200 0))", "范围"),
        ("S_INTERSECTS(geom, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "自相交"),
        ("S_INTERSECTS(geom, POLYGON EMPTY)", "是空的"),
        ("S_TOUCHES(geom, GEOMETRYCOLLECTION(POINT(1 1)))", "GEOMETRYCOLLECTION"),
        ("S_INTERSECTS(geom, name)", "要的是图形"),
        ("S_INTERSECTS(geom, BBOX(1,2,3,-4))", "南边"),
        ("S_INTERSECTS(geom)", "应有 2 个参数"),
        ("(" * 40, f"上限 {MOST_OPEN}"),
        ("(" * 20 + "n=1 $" + ")" * 20, f"上限 {MOST_OPEN}"),
        ("n = " + "-" * 8000 + "1", "正负号"),
        ("NOT " * 2000 + "flag", "正负号"),
        ("n = " + "+".join(["1"] * 3000), "太复杂"),
        ("n IN (" + ",".join(["1"] * 2000) + ")", "太复杂"),
        (" AND ".join(["n=1"] * 10_000), f"超过上限 {MOST_CHARS}"),
        ("S_INTERSECTS(geom, POLYGON((" + ",".join(f"{n} 0" for n in range(10**6)) + ")))", "超过上限"),
        ("", "看不懂"),
        ("name = 'a\x00b' $", "看不懂"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_remedy(text, told):
    with pytest.raises(BadInput, match=told):
        condition(text, COLUMNS)


@pytest.mark.parametrize(
    "text",
    ['{"op":"and","args":[]}', '{"op":"=","args":[1]}', "[1]", '{"op":"between","args":[{"property":"n"},[1,2]]}',
     '{"op":"not","args":[{"property":"flag"},true]}', '{"op":"in","args":[{"property":"n"},5]}', "{", "null",
     '{"op":"s_within","args":[{"property":"geom"},{"bbox":[1,2,3]}]}', '{"op":"not","args":[' * 200 + "]}" * 200,
     '{"op":"s_within","args":[{"property":"geom"},{"type":"Point","coordinates":["a"]}]}',
     '{"op":"=","args":[{"property":"at"},{"timestamp":"2026-06-30T08:00:00"}]}',
     '{"op":"t_after","args":[{"property":"at"},{"interval":[1,2]}]}', '{"op":"=","args":[{"date":5},1]}'],
)  # fmt: skip
def test_json_that_means_nothing_is_refused(text):
    with pytest.raises(BadInput):
        condition(text, COLUMNS, language="cql2-json")


PIECES = st.sampled_from(["(", ")", "n", "=", "1", "NOT ", " AND ", "'", "casei(", "-", " IN ", ",", "POINT(1 1)"])


@given(st.lists(PIECES, max_size=60))
def test_reading_any_text_comes_to_an_end(pieces):
    with contextlib.suppress(BadInput):
        parsed("".join(pieces))
