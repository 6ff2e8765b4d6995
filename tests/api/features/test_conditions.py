"""CQL2 as SQL: what it selects, that every value is bound, and what is refused, with which words."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from itertools import product

import cql2
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from api.features.conditions import condition
from api.features.moments import RELATIONS
from api.features.systems import systems
from layers.errors import BadCrs, BadGeometry
from tests.api.features.conftest import COLUMNS, TYPES

SYSTEMS = systems("EPSG:4547")
NAMES = ["花山大道", "Café", "CAFE", "a%b", "a_b", "", "it's", "Straße", "STRASSE", "x\\y"]
ROWS = [
    {
        "n": n,
        "x": n * 0.5 - 1,
        "name": NAMES[n % len(NAMES)],
        "flag": n % 3 == 0,
        "d": str(date(2026, 6, 25) + timedelta(days=n)),
        "at": (datetime(2026, 6, 25, 1, tzinfo=UTC) + timedelta(days=n)).isoformat(),
        "until": None if n % 4 == 0 else str(date(2026, 7, abs(n) + 1)),
        "geom": f"SRID=4490;POINT({114.4 + n * 0.01:.2f} 30.5)",
    }
    for n in range(-2, 12)
]


@pytest.fixture(scope="module")
def selects(shared_engine):
    """Which of the rows a filter selects, by their n."""
    with shared_engine.connect() as connection:
        connection.exec_driver_sql("SET timezone = 'Asia/Shanghai'")
        listed = ", ".join(f"{name} {type}" for name, type in TYPES.items())
        connection.exec_driver_sql(f"CREATE TEMP TABLE kept ({listed}, geom geometry(Point, 4490))")
        connection.exec_driver_sql(
            "INSERT INTO kept SELECT * FROM json_populate_recordset(NULL::pg_temp.kept, %(rows)s::json)",
            {"rows": json.dumps(ROWS)},
        )

        def selected(text, **more):
            made = condition(text, COLUMNS, **more)
            found = connection.exec_driver_sql(f"SELECT n FROM kept AS f WHERE {made.sql} ORDER BY n", made.params)
            return [row.n for row in found]

        yield selected
        connection.rollback()


def among(matches):
    return [row["n"] for row in ROWS if matches(row)]


numbers = st.one_of(st.integers(-3, 12).map(str), st.sampled_from(["0.5", "-1.0", "2.25", "1e1"]))
amounts = st.recursive(
    st.one_of(st.sampled_from(["n", "x"]), numbers),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda part: f"({' '.join(part)})"),
    max_leaves=4,
)
texts = st.sampled_from([*NAMES, "花%", "%a%", "caf_", "a\\%b"]).map(lambda text: "'" + text.replace("'", "''") + "'")
operators = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
days = st.integers(20, 30).map(lambda day: f"DATE('2026-06-{day}')")
instants = st.integers(20, 30).map(lambda day: f"TIMESTAMP('2026-06-{day}T09:00:00+08:00')")
comparisons = st.one_of(
    st.tuples(amounts, operators, amounts).map(" ".join),
    st.tuples(st.just("name"), st.sampled_from(["=", "<>"]), texts).map(" ".join),
    st.tuples(st.just("d"), operators, days).map(" ".join),
    st.tuples(st.just("at"), operators, instants).map(" ".join),
    st.tuples(amounts, st.sampled_from(["", "NOT "]), numbers, numbers).map(
        lambda part: f"{part[0]} {part[1]}BETWEEN {part[2]} AND {part[3]}"
    ),
    st.lists(texts, min_size=1, max_size=3).map(lambda items: f"name IN ({', '.join(items)})"),
    st.lists(numbers, min_size=1, max_size=3).map(lambda items: f"n NOT IN ({', '.join(items)})"),
    texts.filter(lambda text: "y" not in text).map(lambda text: f"name LIKE {text}"),
    st.just("flag"),
)
filters = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        inner.map(lambda one: f"NOT ({one})"),
        st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map(lambda part: f"({''.join(part)})"),
    ),
    max_leaves=4,
)


@given(filters)
def test_a_filter_selects_what_the_librarys_own_evaluation_does(selects, text):
    known = {row["n"]: {name: value for name, value in row.items() if value is not None} for row in ROWS}
    read = cql2.parse_text(text)
    assert selects(text) == [n for n, row in known.items() if read.matches(row)]
    assert selects(json.dumps(read.to_json()), language="cql2-json") == selects(text)


def otherwise(node):
    """The same filter with other values."""
    if isinstance(node, dict):
        return {name: node[name] if name in ("op", "property") else otherwise(node[name]) for name in node}
    if isinstance(node, list):
        return [otherwise(one) for one in node]
    if isinstance(node, str):
        return re.sub(r"-\d\d", "-09", node) if node.startswith("2026-") else f"{node}zz"
    return node + 1 if isinstance(node, float) else node


@given(filters)
def test_the_same_filter_with_other_values_is_the_same_sql(text):
    made = condition(text, COLUMNS)
    other = condition(json.dumps(otherwise(cql2.parse_text(text).to_json())), COLUMNS, language="cql2-json")
    assert condition(text, COLUMNS) == made
    assert other.sql == made.sql
    assert "'" not in made.sql, "a literal stands in the SQL itself"


@pytest.mark.parametrize("relation", sorted(RELATIONS))
def test_spans_lie_to_each_other_as_the_standard_says(selects, relation):
    first, last = date(2026, 6, 25), date(2026, 6, 30)
    holds = {
        "t_after": lambda a, b, c, d: a > d,
        "t_before": lambda a, b, c, d: b < c,
        "t_contains": lambda a, b, c, d: a < c and d < b,
        "t_disjoint": lambda a, b, c, d: not (a <= d and c <= b),
        "t_during": lambda a, b, c, d: c < a and b < d,
        "t_equals": lambda a, b, c, d: (a, b) == (c, d),
        "t_finishedby": lambda a, b, c, d: a < c and b == d,
        "t_finishes": lambda a, b, c, d: a > c and b == d,
        "t_intersects": lambda a, b, c, d: max(a, c) <= min(b, d),
        "t_meets": lambda a, b, c, d: b == c,
        "t_metby": lambda a, b, c, d: a == d,
        "t_overlappedby": lambda a, b, c, d: c < a < d < b,
        "t_overlaps": lambda a, b, c, d: a < c < b < d,
        "t_startedby": lambda a, b, c, d: a == c and b > d,
        "t_starts": lambda a, b, c, d: a == c and b < d,
    }[relation]

    def spans(row):
        return date.fromisoformat(row["d"]), date.fromisoformat(row["until"]) if row["until"] else date.max

    for start, end in product((first, first + timedelta(days=3)), (last, date(2026, 7, 3))):
        asked = f"{relation}(INTERVAL(d, until), INTERVAL('{start}', '{end}'))"
        assert selects(asked) == among(lambda row, s=start, e=end: holds(*spans(row), s, e)), asked


def test_a_date_is_its_whole_local_day(selects):
    day = among(lambda row: row["n"] == 3)
    assert selects("at = DATE('2026-06-28')") == day
    assert selects("T_INTERSECTS(at, INTERVAL('2026-06-28', '2026-06-28'))") == day
    assert selects("T_DURING(at, INTERVAL('2026-06-28T00:59:59Z', '2026-06-28T01:00:01Z'))") == day
    assert selects("T_AFTER(at, DATE('2026-07-05'))") == among(lambda row: row["n"] == 11)
    assert selects("d = TIMESTAMP('2026-06-27T23:00:00Z')") == day, "which is the 28th here"


def test_an_open_end_and_an_empty_one_go_on(selects):
    assert selects("T_INTERSECTS(INTERVAL(d, until), INTERVAL('2027-01-01', '..'))") == among(
        lambda row: row["until"] is None
    )
    assert selects("T_BEFORE(d, INTERVAL('2026-06-25', '..'))") == [-2, -1]


def test_case_and_accents_are_overlooked_where_asked(selects):
    def named(*names):
        return among(lambda row: row["name"] in names)

    assert selects("CASEI(name) = CASEI('café')") == named("Café")
    assert selects("ACCENTI(CASEI(name)) = ACCENTI(CASEI('CAFÉ'))") == named("Café", "CAFE")
    assert selects("CASEI(name) IN (CASEI('STRASSE'))") == named("Straße", "STRASSE")
    assert selects("CASEI(name) LIKE CASEI('caf%')") == named("Café", "CAFE")
    assert selects("name LIKE 'caf%'") == []
    assert selects(r"name LIKE 'a\%b'") == named("a%b")
    assert selects(r"name LIKE 'x\\y'") == named("x\\y")


@pytest.mark.parametrize("function", ["intersects", "disjoint", "within", "touches", "overlaps", "crosses", "equals"])
@pytest.mark.parametrize(
    "wkt",
    ["POLYGON((114.39 30.4,114.455 30.4,114.455 30.5,114.39 30.5,114.39 30.4))", "POINT(114.43 30.5)",
     "LINESTRING(114.41 30.5,114.45 30.5)", "MULTIPOINT((114.4 30.5),(114.42 30.5))"],
)  # fmt: skip
def test_shapes_lie_to_each_other_as_shapely_says(selects, function, wkt):
    asked = getattr(shapely, function)
    other = shapely.from_wkt(wkt)
    places = {row["n"]: shapely.from_wkt(row["geom"].partition(";")[2]) for row in ROWS}
    assert selects(f"S_{function.upper()}(geom, {wkt})") == [n for n, place in places.items() if asked(place, other)]
    assert selects(f"S_CONTAINS({wkt}, geometry)") == [n for n, place in places.items() if other.contains(place)]


def test_shapes_are_read_in_the_system_that_they_are_said_to_be_in(selects):
    def asked(text, code):
        return selects(f"S_INTERSECTS(geom, {text})", system=SYSTEMS.named(code, "filter-crs"))

    wanted = [3, 4, 5]
    assert asked("BBOX(114.425,30.49,114.455,30.51)", None) == wanted
    assert asked("BBOX(30.49,114.425,30.51,114.455)", "http://www.opengis.net/def/crs/EPSG/0/4326") == wanted
    assert asked("POLYGON((30.4 114.425,30.4 114.455,30.6 114.455,30.6 114.425,30.4 114.425))", "EPSG:4490") == wanted
    assert asked("BBOX(12737733,3560000,12741072,3580000)", "EPSG:3857") == wanted
    assert asked("BBOX(3370000,540770,3380000,543700)", "[EPSG:4547]") == wanted, "northing first, as EPSG says"
    with pytest.raises(BadCrs, match="EPSG/0/4547"):
        SYSTEMS.named("EPSG:2000", "filter-crs")
    with pytest.raises(BadGeometry, match="先纬度"):
        asked("POINT(114.4 30.5)", "EPSG:4326")


def test_division_keeps_its_rest_and_by_zero_selects_nothing(selects):
    assert selects("n / 2 = 1.5") == [3]
    assert selects("n div 2 = 1") == [2, 3]
    assert selects("n % 4 = 3") == [3, 7, 11]
    assert selects("n ^ 2 = 9") == [3]
    assert selects("1 / (n - 3) > 0.9") == [4]


def test_what_is_empty_is_neither_so_nor_not_so(selects):
    empty = among(lambda row: row["until"] is None)
    assert selects("until IS NULL") == empty
    assert not {*selects("until > DATE('2026-07-03')"), *selects("NOT until > DATE('2026-07-03')")} & {*empty}


def test_several_conditions_stand_in_one_statement():
    first, second = (condition("n = 1", COLUMNS, alias=alias, prefix=f"{alias}_") for alias in "ab")
    assert (first.sql, second.sql) == ('(a."n" = %(a_0)s::bigint)', '(b."n" = %(b_0)s::bigint)')
    assert not first.params.keys() & second.params.keys()
