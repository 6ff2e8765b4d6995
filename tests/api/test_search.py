"""Search: whatever a feature is called, whichever layer it is in, and whatever is typed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from api.search.pinyin import MOST_LETTERS, MOST_WAYS, pattern_of, readings
from tests.api.conftest import desk_over, fill
from tests.databases import copy_of

ADD = """
    INSERT INTO city.site (code, name, kind, valid_from, provenance, edition_id, geom)
    VALUES (%s, %s, 'outfall', '2026-01-01', 'synthetic',
            (SELECT min(edition_id) FROM city.edition), ST_SetSRID(ST_Point(114.465, 30.555), 4490))
"""
NAMES = [
    "重庆路",
    "长春观",
    "示例道路 07",
    "严西湖(北岸)",
    "A区3号楼",
    "Ⅲ号泵站",
    "百分之5%_路",
    r"O'Neil\路[1]",
    "éclair 点",
]
CHARACTERS = st.sampled_from(sorted({one for found in readings().initials.values() for one in found}))


@pytest.fixture(scope="module")
def city(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            for number, name in enumerate(NAMES):
                desk.run(ADD, f"DIAN-{number}", name)
            yield desk


def found(desk, typed, headers=None, limit=100):
    answer = desk.client.get("/search", params={"q": typed, "limit": limit}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["features"]


def names(desk, typed):
    return [one["name"] for one in found(desk, typed)]


@given(st.text(CHARACTERS, min_size=1, max_size=12))
@settings(max_examples=60)
def test_a_name_is_met_by_any_of_its_readings_initials_and_no_fewer(name):
    for reading in (lazy_pinyin(name[:3]), lazy_pinyin(name, style=Style.FIRST_LETTER)):
        letters = "".join("v" if one == "ü" else one for one in "".join(reading))
        if re.fullmatch("[a-z]+", letters) and len(letters) <= MOST_LETTERS:
            assert re.search(pattern_of(letters), name)
    assert not re.search(pattern_of("a" * (len(name) + 1)), name)


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789 '", max_size=60))
@settings(max_examples=100)
def test_whatever_letters_are_typed_the_expression_is_sound_and_of_bounded_length(typed):
    pattern = pattern_of(typed)
    if pattern is not None:
        re.compile(pattern)
        assert pattern.count("|") <= MOST_WAYS


def test_a_character_of_several_readings_is_met_by_each():
    assert all(re.search(pattern_of(typed), "重庆路") for typed in ("cql", "zql", "chongqing", "zhongqinglu"))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_found_by_any_part_of_it_and_whole_names_first(city, name):
    for start in range(len(name)):
        for end in range(start + 1, len(name) + 1):
            if name[start:end].strip():
                assert name in names(city, name[start:end]), name[start:end]
    best = found(city, name)[0]
    assert (best["name"], best["matched"]) == (name, "name")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("cql", "重庆路"),
        ("ccg", "长春观"),
        ("zcg", "长春观"),
        ("sldl07", "示例道路 07"),
        ("yxhba", "严西湖(北岸)"),
        ("yanxihubei", "严西湖(北岸)"),
        ("aq3hl", "A区3号楼"),
    ],
)
def test_a_name_is_found_by_how_it_is_read_whatever_stands_between(city, typed, name):
    assert name in names(city, typed)


def test_every_code_is_found_whole_first_and_in_part(city):
    for layer in ("grid", "site", "landuse"):
        for feature in city.client.get(f"/layers/{layer}").json()["features"]:
            code = feature["properties"]["code"]
            first = found(city, code.lower())[0]
            assert (first["layer"], first["id"], first["matched"]) == (layer, feature["id"], "code")
            assert (layer, feature["id"]) in {(one["layer"], one["id"]) for one in found(city, code[1:])}


def test_full_width_signs_and_case_make_no_difference(city):
    assert names(city, "a区3号楼") == names(city, "A区3号楼") == ["A区3号楼"]
    assert names(city, "严西湖(北岸)") == ["严西湖(北岸)"]


def test_what_lies_where_tells_namesakes_apart(city):
    [site] = found(city, "长春观")
    assert site["within"] == "示例社区1"
    assert (site["lon"], site["lat"]) == (114.465, 30.555) and site["bbox"] == [114.465, 30.555, 114.465, 30.555]
    [community] = found(city, "示例社区2")
    assert community["within"] == "花山街道"


def test_the_number_asked_for_is_kept_and_more_is_said(city):
    answer = city.client.get("/search", params={"q": "示例社区", "limit": 2}).json()
    assert len(answer["features"]) == 2 and answer["more"]
    assert not city.client.get("/search", params={"q": "示例社区", "limit": 3}).json()["more"]


@pytest.mark.parametrize(
    "typed",
    ["%", "_", ".*", "(", "[", "[[:alpha:]]", "\\", "$1", "'", "';--", "^", "a{9999}", "{name}", "%(typed)s", "🀄"],
)
def test_signs_mean_themselves(city, typed):
    assert all(typed in f"{one['name']}{one['code']}" for one in found(city, typed))


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "a\x00b", "x" * 10_000, "湖" * 101])
def test_what_cannot_be_looked_for_is_refused_in_words(city, typed):
    answer = city.client.get("/search", params={"q": typed})
    assert 400 <= answer.status_code < 500 and answer.json()["detail"]


def test_nothing_is_found_in_a_layer_that_one_may_not_see(real_desk):
    assert real_desk.status("/search?q=L1") == 401
    assert found(real_desk, "L1", real_desk.person("viewer")) == []
    assert [one["layer"] for one in found(real_desk, "L1", real_desk.person("analyst"))] == ["landuse"]
    assert found(real_desk, "示例社区1", real_desk.person("viewer"))[0]["within"] == "花山街道"


def test_a_name_that_is_withheld_is_not_found_by(real_desk):
    real_desk.run(
        "INSERT INTO city.observation (code, name, family, kind, found_at, source, provenance, edition_id, geom)"
        " VALUES ('FX1', '某某家门口', 'order', NULL, now(), 'hotline', 'synthetic',"
        " (SELECT min(edition_id) FROM city.edition), ST_SetSRID(ST_Point(114.465, 30.555), 4490))"
    )
    assert found(real_desk, "某某家", real_desk.person("viewer")) == []
    assert found(real_desk, "mmj", real_desk.person("viewer")) == []
    assert [one["code"] for one in found(real_desk, "某某家", real_desk.person("dispatcher"))] == ["FX1"]
