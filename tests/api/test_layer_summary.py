"""Any layer in figures: count, length, area and amounts by a column's values, of any day, as known at any time."""

import io

import numpy as np
import openpyxl
import pytest
import shapely
from pyproj import Geod, Transformer

from api.access.columns import WITHHELD
from api.access.reader import Reader
from api.coverage.extents import extents_of
from api.figures.names import NAMED_IN
from layers.catalogue import ROLES, read_catalogue
from tests.api.conftest import desk_over, fill
from tests.api.test_hostile import NASTY
from tests.databases import copy_of

DAY = "2026-06-30"
PLOTS = """
    INSERT INTO city.farmland (code, village_code, state, found_mu, done_mu, provenance, edition_id, valid_from, geom)
    SELECT code, village, state, found, done, 'synthetic', (SELECT min(edition_id) FROM city.edition), '2026-01-01',
           ST_Multi(ST_MakeEnvelope(114.5, 30.5, 114.5 + width, 30.501, 4490))
    FROM (VALUES ('P1', '420111080001', 'sown', 10.1, 4.2, 0.001), ('P2', '420111080001', 'survey', 0.2, NULL, 0.02),
                 ('P3', '420111080002', 'works', 3, 1, 0.0001), ('P4', NULL, 'survey', NULL, NULL, 0.05))
         AS plot (code, village, state, found, done, width);
    INSERT INTO city.farmland_target (village_code, year, target_mu)
    VALUES ('420111080001', 2026, 12), ('420111080003', 2026, 7.5), ('420111080001', 2025, 99);
    INSERT INTO city.road (code, name, class, provenance, edition_id, valid_from, geom)
    SELECT 'R' || n, NULLIF('=路' || n % 3, '=路0'), (ARRAY['minor', 'trunk'])[1 + n % 2], 'synthetic',
           (SELECT min(edition_id) FROM city.edition), '2026-01-01',
           ST_SetSRID(ST_MakeLine(ST_Point(114.5, 30.5), ST_Point(114.5 + n * 0.003, 30.5 + n * 0.001)), 4490)
    FROM generate_series(1, 7) AS n;
"""


@pytest.fixture(scope="module")
def city(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(PLOTS, execution_options={"no_parameters": True})
        with desk_over(engine) as desk:
            yield desk


def summary(desk, layer, headers=None, **query):
    answer = desk.client.get(f"/layers/{layer}/summary", params={"at": DAY, **query}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(desk, layer, headers=None, **query):
    answer = desk.client.get(f"/layers/{layer}/summary", params=query, headers=headers)
    return answer.status_code, answer.json()["detail"]


def shapes(desk, layer):
    with desk.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT ST_AsBinary(geom) FROM city.{layer} ORDER BY code").scalars()
        return shapely.from_wkb([bytes(one) for one in found])


def moved(geometries, source, target):
    change = Transformer.from_crs(source, target, always_xy=True)
    return shapely.transform(geometries, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))


def test_areas_are_those_of_the_ellipsoid_with_edges_straight_in_the_metric_system(city):
    """Held to geodesics by pyproj, to an equal-area projection, and to what coverage measures by."""
    metric = moved(shapes(city, "farmland"), "EPSG:4490", "EPSG:4547")
    degrees = moved(shapely.segmentize(metric, 50), "EPSG:4547", "EPSG:4490")
    geodesic = sum(abs(Geod(ellps="GRS80").geometry_area_perimeter(one)[0]) for one in degrees)
    equal = shapely.area(moved(degrees, "EPSG:4490", "+proj=laea +lon_0=114.5 +lat_0=30.5 +ellps=GRS80")).sum()
    total = summary(city, "farmland")["total"]
    assert total["area_m2"] == pytest.approx(geodesic, abs=0.01)
    assert total["area_m2"] == pytest.approx(equal, rel=1e-8)
    assert total["area_m2"] == pytest.approx(extents_of(metric, "EPSG:4547").area_m2.sum(), abs=0.01)
    assert total["area_m2"] != pytest.approx(shapely.area(metric).sum(), rel=1e-6)
    assert total["area_mu"] == pytest.approx(total["area_m2"] / (2000 / 3), rel=1e-12)
    assert total["area_ha"] == pytest.approx(total["area_m2"] / 10_000, rel=1e-12)
    assert total["length_m"] is None


def test_lengths_are_measured_in_the_metric_system(city):
    length_m = shapely.length(moved(shapes(city, "road"), "EPSG:4490", "EPSG:4547"))
    found = summary(city, "road", by="code")
    assert [one["length_m"] for one in found["groups"]] == pytest.approx(length_m, abs=1e-4)
    assert found["total"]["length_m"] == pytest.approx(length_m.sum(), abs=1e-3)
    assert (found["total"]["area_m2"], found["total"]["amounts"]) == (None, {})


@pytest.mark.parametrize("by", ["state", "village_code", "code", "found_mu", "valid_from", "edition_id", "known_from"])
def test_groups_add_up_to_the_whole_whatever_the_column(city, by):
    found = summary(city, "farmland", by=by)
    for name in ("count", "area_m2", "area_mu"):
        assert sum(one[name] or 0 for one in found["groups"]) == pytest.approx(found["total"][name], abs=1e-9)
    done = [one["amounts"]["done_mu"] or 0 for one in found["groups"]]
    assert sum(done) == pytest.approx(found["total"]["amounts"]["done_mu"]) == pytest.approx(5.2)
    assert found["group_count"] == len(found["groups"])
    assert found["columns"][by]["zh"]


def test_areas_that_lie_over_one_another_are_summed_level_by_level_alone(city):
    """The street is its villages, and these its units: their sum would be the size of nothing."""
    whole, levels, codes = (summary(city, "grid", **by) for by in ({}, {"by": "level"}, {"by": "parent_code"}))
    sizes = ("area_m2", "area_ha", "area_mu")
    for one in (whole["total"], levels["total"], codes["total"], *codes["groups"]):
        assert one["count"] and [one[name] for name in sizes] == [None] * 3
    assert len(levels["groups"]) > 1 and all(one["area_m2"] > 0 for one in levels["groups"])
    assert sum(one["count"] for one in levels["groups"]) == whole["total"]["count"]
    assert "by=level" in whole["note"] and summary(city, "farmland")["note"] is None


def test_an_enumeration_is_told_with_its_words_in_its_order(city):
    groups = summary(city, "farmland", by="state")["groups"]
    assert [(one["value"], one["words"]["zh"], one["count"]) for one in groups] == [
        ("survey", "摸底", 2), ("works", "施工", 1), ("sown", "复种", 1),
    ]  # fmt: skip


def test_what_states_no_value_is_a_group_of_its_own_the_last(city):
    *others, last = summary(city, "road", by="name")["groups"]
    assert (last["value"], last["words"], last["count"]) == (None, {"zh": "未填", "en": "Not stated"}, 2)
    assert [one["value"] for one in others] == ["=路1", "=路2"]


def test_targets_stand_beside_what_was_done_also_where_nothing_was(city):
    found = summary(city, "farmland", by="village_code")
    told = {one["value"]: (one["words"]["zh"], one["count"], one["amounts"]) for one in found["groups"]}
    assert told["420111080001"] == ("示例社区1", 2, {"found_mu": 10.3, "done_mu": 4.2, "target_mu": 12.0})
    assert told["420111080003"] == ("示例社区3", 0, {"found_mu": None, "done_mu": None, "target_mu": 7.5})
    assert told[None][0] == "未填"
    assert found["total"]["amounts"] == {"found_mu": 13.3, "done_mu": 5.2, "target_mu": 19.5}
    assert found["total"]["count"] == 4
    assert found["columns"]["target_mu"] == {"zh": "任务面积(亩)", "en": "Target, in mu"}


def test_a_target_is_divided_by_no_other_column_and_is_that_of_the_year(city):
    found = summary(city, "farmland", by="state")
    assert {one["amounts"]["target_mu"] for one in found["groups"]} == {None}
    assert found["total"]["amounts"]["target_mu"] == 19.5
    assert summary(city, "farmland", at="2025-12-31")["total"]["amounts"]["target_mu"] == 99


def test_an_empty_layer_has_no_groups_and_nothing_in_all(city):
    found = summary(city, "project", by="stage")
    assert (found["groups"], found["group_count"], found["truncated"]) == ([], 0, False)
    assert found["total"] == {
        "count": 0, "length_m": None, "area_m2": 0.0, "area_ha": 0.0, "area_mu": 0.0, "amounts": {},
    }  # fmt: skip


def test_another_day_and_what_was_known_before_answer_as_they_did(own_desk):
    desk = own_desk
    first = desk.run("SELECT clock_timestamp()").isoformat()
    before = summary(desk, "grid", by="name", known_at=first)
    desk.run("UPDATE city.grid SET name = '改名' WHERE code = '420111080001'")
    desk.run("UPDATE city.grid SET valid_to = '2026-07-01' WHERE code = '420111080002'")
    desk.run("DELETE FROM city.grid WHERE code = '420111080003'")
    assert summary(desk, "grid", by="name", known_at=first) == before
    names = [one["value"] for one in summary(desk, "grid", by="name")["groups"]]
    assert sorted(names) == sorted(["改名", "示例社区2", "花山街道"])
    assert summary(desk, "grid")["total"]["count"] == 3
    assert summary(desk, "grid", at="2026-07-01")["total"]["count"] == 2
    assert summary(desk, "grid", at="2025-12-31")["total"]["count"] == 0
    again = summary(desk, "grid", known_at=(now := summary(desk, "grid"))["known_at"])
    assert again == now


def test_pages_follow_one_another_by_their_links_and_the_last_says_so(city):
    whole = summary(city, "road", by="code")["groups"]
    link, seen = f"/layers/road/summary?by=code&limit=3&at={DAY}", []
    while link:
        answer = city.client.get(link)
        found = answer.json()
        seen += found["groups"]
        assert found["truncated"] == (found["next"] is not None) == ("Link" in answer.headers)
        assert found["total"]["count"] == found["group_count"] == 7
        link = answer.links.get("next", {}).get("url")
    assert seen == whole
    beyond = summary(city, "road", by="code", offset=100)
    assert (beyond["groups"], beyond["truncated"]) == ([], False)
    assert beyond["total"]["count"] == 7


def test_tables_say_the_same_and_run_nothing(city):
    answer = city.client.get("/layers/road/summary", params={"by": "name", "at": DAY, "format": "csv"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="road-summary.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "layer,at,known_at,by,value,words,count,length_m,truncated"
    assert [line.split(",")[4:7] for line in lines[1:]] == [["'=路1", "", "3"], ["'=路2", "", "2"], ["", "未填", "2"]]
    book = openpyxl.load_workbook(
        io.BytesIO(city.client.get(f"/layers/farmland/summary?by=state&at={DAY}&format=xlsx").content)
    )
    groups, whole = (list(book[name].values) for name in ("分组", "合计"))
    assert {"值 value", "面积(亩) area_mu", "完成面积(亩) done_mu"} <= set(groups[0])
    assert [row[groups[0].index("名称 words")] for row in groups[1:]] == ["摸底", "施工", "复种"]
    assert whole[1][whole[0].index("任务面积(亩) target_mu")] == 19.5


def test_without_a_column_a_table_is_one_row(city):
    lines = city.client.get("/layers/site/summary", params={"format": "csv"}).text.splitlines()
    assert len(lines) == 2
    assert ",0," in lines[1]


def test_what_is_worked_out_anew_has_only_today(city):
    assert city.client.get("/layers/last_seen/summary", params={"by": "never"}).json()["groups"] == []
    for query in ({"at": "2020-01-01"}, {"known_at": "2026-01-01"}):
        status, told = refusal(city, "last_seen", **query)
        assert (status, "不存历史" in told) == (400, True)


@pytest.mark.parametrize("by", ["geom", "geom_3857", "known_to", "nothing", "", 'name" --', "NAME"])
def test_a_column_that_is_none_is_named_with_those_there_are(city, by):
    status, told = refusal(city, "grid", by=by)
    assert (status, "可用的列有 id、code、name、level" in told) == (400, True)


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_whatever_is_asked_is_answered_or_refused_in_words(city, value):
    for route, names in (("summary", ("by", "at", "known_at")), ("changes", ("from", "to"))):
        for name in names:
            answer = city.client.get(f"/layers/road/{route}", params={name: value})
            assert answer.status_code in (200, 400, 414)
            if answer.status_code != 200:
                assert answer.json()["detail"].endswith("。")


def test_each_reads_what_they_may(real_desk):
    admin, viewer = real_desk.person("admin"), real_desk.person("viewer")
    for route in ("summary", "changes"):
        assert real_desk.status(f"/layers/landuse/{route}") == 401
        assert real_desk.status(f"/layers/landuse/{route}", viewer) == 403
        assert real_desk.status(f"/layers/landuse/{route}", real_desk.person("analyst")) == 200
        assert real_desk.status(f"/layers/nothing/{route}", admin) == 404
    assert summary(real_desk, "grid", admin, by="made_by")["group_count"] == 1
    assert "made_by" not in refusal(real_desk, "grid", viewer, by="made_by")[1].partition("可用")[2]
    assert refusal(real_desk, "observation", viewer, by="reporter")[0] == 400
    assert summary(real_desk, "observation", real_desk.person("patroller"), by="reporter")["groups"] == []


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_is_not_told_of_a_layer_is_what_its_view_leaves_out(connection, role):
    connection.exec_driver_sql(
        "INSERT INTO city.observation (code, name, family, kind, source, found_at, place, note, reporter, patrol_code,"
        " state, post_code, due_at, settled_at, settled_by, geom) SELECT 'O', 'n', family, code, 'patrol',"
        " '2026-01-01', 'p', 'n', 'r', 'P', 'settled', 'X', '2026-02-01', '2026-02-01', 's',"
        " ST_SetSRID(ST_Point(114.5, 30.5), 4490)"
        " FROM city.observation_kind LIMIT 1"
    )
    connection.exec_driver_sql("SELECT set_config('huashan.role', %s, true)", (role,))
    shown = connection.exec_driver_sql("SELECT * FROM city.observation_now").mappings().one()
    absent = {name for name, value in shown.items() if value is None} - {"valid_to", "known_to", "edition_id"}
    assert absent == {name for name, roles in WITHHELD["observation"].items() if role not in roles}


def test_codes_are_named_by_tables_that_there_are(connection):
    tables = {layer.table for layer in read_catalogue().values()} | {"city.post"}
    assert set(NAMED_IN.values()) <= tables
    assert Reader("", "", frozenset({"viewer"}), signed_in=True).may_read(read_catalogue()["grid"])
