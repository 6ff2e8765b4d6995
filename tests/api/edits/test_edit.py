"""Features made, replaced, updated and removed one by one: what is kept, who wins, and what is refused."""

import json
import threading

import numpy as np
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.crs import STORED, project
from tests.api.conftest import until
from tests.api.edits.conftest import EPSG, MERGE, POINT, SYSTEMS, Editor, items, where
from tests.api.live.conftest import running


def moved(shape, crs):
    """A shape in degrees as it is in another system, in that system's order of axes; and as GeoJSON."""
    code, north_first = SYSTEMS[crs]
    there = project(np.array([shape], dtype=object), STORED, code)[0]
    return shapely.transform(there, lambda xy: xy[:, ::-1]) if north_first else there


places = st.tuples(st.floats(114.0, 115.0), st.floats(30.0, 31.0))
system = st.sampled_from(sorted(SYSTEMS))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(corner=places, turn=st.floats(0.001, 0.02), systems=st.tuples(system, system), text=texts)
def test_what_is_put_is_read_back_in_every_system(editor, corner, turn, systems, text):
    hole = shapely.box(-0.2, -0.2, 0.2, 0.2)
    unit = shapely.Polygon([(-1, -1), (1, -0.9), (0.8, 1), (-1, 0.7)]).difference(hole)
    shape = shapely.MultiPolygon([shapely.transform(unit, lambda xy: xy * turn + np.array(corner))])
    sent = json.loads(shapely.to_geojson(moved(shape, systems[0])))
    answer = editor.make("project", sent, crs=f"<{systems[0]}>", name=text)
    assert answer.json()["properties"]["name"] == text
    assert answer.headers["content-crs"] == f"<{systems[0]}>"
    for crs in systems:
        told = shapely.from_geojson(json.dumps(editor.read(answer, crs=crs).json()["geometry"]))
        tolerance = 1e-3 if crs[-4:] in ("3857", "4547") else 1e-8
        assert shapely.hausdorff_distance(told, moved(shape, crs)) <= tolerance, crs


def test_a_new_feature_has_an_address_a_version_and_its_maker(editor):
    answer = editor.make(geometry={"type": "Point", "coordinates": [114.5, 30.55, 12.5]}, name="界桩一", kind="界桩")
    assert answer.headers["location"].startswith("http://127.0.0.1:8000/ogc/collections/site/items/")
    found = editor.read(answer)
    assert found.headers["etag"] == answer.headers["etag"]
    told = found.json()
    assert told["id"] == int(where(answer).rpartition("/")[2])
    assert told["geometry"] == POINT
    properties = told["properties"]
    assert {"name": "界桩一", "kind": "stake", "made_by": "张三", "provenance": "import"}.items() <= properties.items()
    assert answer.json()["notes"] == ["去掉高程 Z 或测量值 M 1 处"]


def test_a_feature_without_a_code_gets_one_of_its_shape_and_only_once(editor):
    geometry = {"type": "Point", "coordinates": [114.51234, 30.5]}
    answer = editor.make(geometry=geometry, code=None)
    assert answer.json()["properties"]["code"].startswith("g-")
    assert "已有另一条记录" in editor.make(geometry=geometry, code=None, status=409).json()["detail"]


def test_changes_are_made_on_the_version_that_was_read(editor):
    made = editor.make()
    for method, body in [("PUT", made.json()), ("PATCH", {"properties": {}}), ("DELETE", None)]:
        assert "If-Match" in editor.refusal(method, where(made), body, status=428)
        assert "他人" in editor.refusal(method, where(made), body, status=412, If_Match='"0"')
    changed = editor.change(made, {"name": "甲"})
    assert changed.headers["etag"] != made.headers["etag"]
    editor.change(made, {"name": "乙"}, status=412)
    assert editor.read(made).json()["properties"]["name"] == "甲"
    editor.change(made, {"name": "丙"}, If_Match="*")
    weak = f'"1-1", W/{editor.read(made).headers["etag"]}'
    editor.change(made, {"name": "丁"}, If_Match=weak)


def test_of_two_editors_at_once_exactly_one_wins(editor):
    made = editor.make()
    answers, ready = [], threading.Barrier(4)

    def edit(name):
        ready.wait()
        answers.append(editor.change(made, {"name": name}, status=None))

    threads = [threading.Thread(target=edit, args=(f"第{n}人",)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    (won,) = (answer for answer in answers if answer.status_code == 200)
    assert editor.read(made).json()["properties"]["name"] == won.json()["properties"]["name"]


def test_an_edit_that_changes_nothing_makes_no_version(editor, city):
    shape = {"type": "LineString", "coordinates": [[114.4712345678912, 30.5], [114.5, 30.51]]}
    made = editor.make("road", shape, name="路", width_m=6.5)
    for crs in SYSTEMS:
        told = editor.read(made, crs=crs)
        for method, kind in [("PUT", "application/geo+json"), ("PATCH", MERGE)]:
            same = editor.send(method, where(made), told.json(), status=200, kind=kind, If_Match="*", Content_Crs=crs)
            assert same.headers["etag"] == made.headers["etag"], (method, crs)
    assert editor.change(made, {}).headers["etag"] == made.headers["etag"]
    assert city.run("SELECT count(*) FROM city.road_history WHERE code = %s", made.json()["properties"]["code"]) == 0


def test_the_former_version_is_read_as_it_was_known_then(editor, city):
    made = editor.make(name="旧名")
    then = city.run("SELECT clock_timestamp()::text")
    changed = editor.send("PATCH", where(made), {"geometry": {"type": "Point", "coordinates": [114.6, 30.5]},
                          "properties": {"name": "新名"}}, kind=MERGE, If_Match="*", status=200)  # fmt: skip
    before = editor.read(made, known_at=then).json()
    assert before["properties"]["name"] == "旧名" and before["geometry"] == POINT
    assert editor.read(made).json()["properties"]["name"] == changed.json()["properties"]["name"] == "新名"


def test_a_replacement_empties_what_it_leaves_out_and_keeps_which_row_it_is(editor):
    made = editor.make(name="甲", note="备注", grade="大", valid_from="2026-02-01", provenance="report")
    body = {"type": "Feature", "geometry": POINT, "properties": {"kind": "other"}}
    told = editor.send("PUT", where(made), body, status=200, If_Match=made.headers["etag"]).json()["properties"]
    assert told | {"name": None, "note": None, "grade": None, "kind": "other"} == told
    assert (told["code"], told["valid_from"]) == (made.json()["properties"]["code"], "2026-02-01")
    assert told["provenance"] == "report"
    road = editor.make(
        "road", {"type": "LineString", "coordinates": [[114.5, 30.5], [114.51, 30.5]]}, **{"class": "main"}
    )
    body = {"geometry": road.json()["geometry"], "properties": {"name": "路"}}
    assert editor.send("PUT", where(road), body, If_Match="*").json()["properties"]["class"] == "other", "its default"


def test_a_patch_takes_null_for_nothing_and_lets_the_rest_be(editor):
    made = editor.make(name="甲", note="备注")
    told = editor.change(made, {"name": None}).json()
    assert told["properties"] | {"name": None, "note": "备注", "kind": "stake"} == told["properties"]
    for kind in (MERGE, "application/geo+json", "application/json; charset=utf-8"):
        moved = {"geometry": {"type": "Point", "coordinates": [114.55, 30.5]}}
        editor.send("PATCH", where(made), moved, status=200, kind=kind, If_Match="*")
    assert "kind(点位类别)" in editor.change(made, {"kind": None}, status=400, If_Match="*").json()["detail"]


def test_what_is_deleted_ends_today_and_was_true_until_then(editor, city):
    made = editor.make(valid_from="2026-03-01")
    gone = editor.send("DELETE", where(made), status=204, If_Match=made.headers["etag"])
    assert gone.content == b""
    editor.read(made, status=404)
    assert editor.read(made, datetime="2026-03-02").json()["properties"]["valid_to"] is not None
    for method, body in [("DELETE", None), ("PATCH", {}), ("PUT", made.json())]:
        editor.send(method, where(made), body, status=404, If_Match="*")
    same_day = editor.make()
    editor.send("DELETE", where(same_day), status=204, If_Match="*")
    code = same_day.json()["properties"]["code"]
    assert city.run("SELECT valid_to = valid_from FROM city.site WHERE code = %s", code), "it was never true"
    never = editor.make(code=code, valid_from="2026-03-01")
    editor.change(never, {"valid_to": "2026-03-01"}, status=204)
    editor.read(never, status=404, datetime="2026-03-02")


def test_a_dry_run_tells_what_would_change_and_writes_nothing(editor, city):
    made = editor.make(name="甲")
    count = city.run("SELECT count(*) FROM city.site")
    told = editor.send("PATCH", f"{where(made)}?dry_run=true", {"properties": {"name": "乙"}}, If_Match="*", status=200)
    document = told.json()
    assert document["dry_run"] is True and document["changed"] == ["name"]
    assert (document["before"]["properties"]["name"], document["after"]["properties"]["name"]) == ("甲", "乙")
    new = editor.make(path="?dry_run=true", status=200).json()
    assert new["before"] is None and "id" not in new["after"]
    removed = editor.send("DELETE", f"{where(made)}?dry_run=true", If_Match="*", status=200).json()
    assert removed["after"] is None
    editor.refusal("POST", f"{items('site')}?dry_run=true", {"geometry": POINT, "properties": {"kind": "x"}})
    assert city.run("SELECT count(*) FROM city.site") == count
    assert editor.read(made).headers["etag"] == made.headers["etag"]


def test_what_is_referred_to_is_neither_ended_nor_renamed(editor, city):
    found = city.client.get(f"{items('grid')}?code=420111080", headers=editor.headers).json()["features"][0]
    path = f"{items('grid')}/{found['id']}"
    told = editor.refusal("DELETE", path, status=409, If_Match="*")
    assert "下级网格 420111080001、420111080002、420111080003" in told
    assert "改编码" in editor.refusal("PATCH", path, {"properties": {"code": "420111081"}}, status=409, If_Match="*")
    assert "终止" in editor.refusal("PATCH", path, {"properties": {"valid_to": "2030-01-01"}}, status=409, If_Match="*")
    made = editor.make(code="S-DUTY")
    city.run(
        "INSERT INTO city.duty (code, post_code, layer, targets, target_codes, interval_days, citation, valid_from) "
        "VALUES ('D1', 'P1', 'site', 'codes', '{S-DUTY}', 7, '示例', '2026-01-01')"
    )
    assert "巡查职责 D1" in editor.refusal("DELETE", where(made), status=409, If_Match="*")


def test_banks_follow_their_water_and_stand_in_its_way_with_reaches(editor, city):
    ring = [[114.6, 30.6], [114.61, 30.6], [114.612, 30.61], [114.6, 30.6]]
    made = editor.make("water", {"type": "Polygon", "coordinates": [ring]}, code="W-E", name="新湖", kind="湖")
    assert any("岸线:新增 1" in note for note in made.json()["notes"])
    bank = "SELECT round(length_m) FROM city.bank_now WHERE water_code = 'W-E'"
    before = city.run(bank)
    ring[2] = [114.612, 30.615]
    shape = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    editor.send("PATCH", where(made), shape, status=200, kind=MERGE, If_Match="*")
    assert city.run(bank) > before + 500
    city.run(
        "INSERT INTO city.reach (code, bank_code, span, valid_from) "
        "SELECT 'R-E', code, '{[0,10000)}', current_date FROM city.bank_now WHERE water_code = 'W-E'"
    )
    assert "责任段 R-E" in editor.refusal("DELETE", where(made), status=409, If_Match="*")
    city.run("DELETE FROM city.reach WHERE code = 'R-E'")
    editor.send("DELETE", where(made), status=204, If_Match="*")
    assert city.run("SELECT count(*) FROM city.bank_now WHERE water_code = 'W-E'") == 0


def test_the_sample_stays_the_sample_when_it_is_edited_and_real_data_say_so(own_desk):
    editor = Editor(own_desk, "dispatcher")
    found = own_desk.client.get(f"{items('grid')}?code=420111080001").json()["features"][0]
    path = f"{items('grid')}/{found['id']}"
    told = editor.send("PATCH", path, {"properties": {"name": "改名"}}, status=200, kind=MERGE, If_Match="*").json()
    assert told["properties"]["provenance"] == "synthetic" and "示例数据" in told["notes"][-1]
    holding = "SELECT city.holding(ARRAY['city.grid', 'city.site']::regclass[])"
    assert own_desk.run(holding) == "sample"
    assert any("混" in note for note in editor.make().json()["notes"])
    assert own_desk.run(holding) == "mixed"


def test_screens_are_told_of_an_edit_and_tiles_show_it(city):
    with running(city.engine) as server:
        token = server.token("dispatcher")
        screen = server.screen("?layers=site", token)
        feature = {"geometry": {"type": "Point", "coordinates": [114.52, 30.56]}, "properties": {"kind": "stake"}}
        status, told = server.ask(items("site"), token, feature)
        assert status == 201, told
        ((west, south, east, north),) = screen.wait("tiles")[0].data["boxes"]
        assert west <= 114.52 <= east and south <= 30.56 <= north
        path, headers = "/tiles/site/14/13403/6730", {"Authorization": f"Bearer {token}"}
        until(lambda: city.client.get(path, headers=headers).status_code == 200)


def test_a_client_that_knows_no_versions_edits_where_it_says_so(editor):
    """As QGIS sends it, with If-Match: * from its authentication: no brackets, all columns, and one thing at a time."""
    crs, anyhow = f"{EPSG}4490", {"If_Match": "*"}
    columns = ["grade", "note", "edition_id", "known_from", "made_by", "valid_from", "valid_to", "provenance"]
    body = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [30.55, 114.5]},
        "properties": dict.fromkeys(columns) | {"code": "QGIS-1", "name": "界桩", "kind": "stake"},
    }
    made = editor.send("POST", items("site"), body, status=201, Content_Crs=crs, **anyhow)
    assert made.headers["location"].rpartition("/items/")[2].isdigit()
    assert editor.read(made).json()["geometry"] == POINT
    properties = {"properties": {"name": "新名", "note": None}}
    editor.send("PATCH", where(made), properties, status=200, kind=MERGE, **anyhow)
    moved = {"geometry": {"type": "Point", "coordinates": [30.56, 114.51]}}
    editor.send("PATCH", where(made), moved, status=200, kind=MERGE, Content_Crs=crs, **anyhow)
    told = editor.read(made).json()
    assert (told["geometry"]["coordinates"], told["properties"]["name"]) == ([114.51, 30.56], "新名")
    editor.send("DELETE", where(made), status=204, **anyhow)


def test_clients_are_told_what_they_may_do(city):
    reading, all_, one = "GET, HEAD, OPTIONS", "POST", "PUT, PATCH, DELETE"
    expected = {
        ("viewer", "site"): False,
        ("analyst", "site"): False,
        ("patroller", "site"): False,
        ("landuse", "site"): False,
        ("dispatcher", "site"): True,
        ("admin", "site"): True,
        ("dispatcher", "landuse"): False,
        ("landuse", "landuse"): True,
        ("landuse", "farmland"): True,
        ("admin", "bank"): False,
        ("admin", "reach"): False,
        ("admin", "last_seen"): False,
        ("admin", "observation"): False,
    }
    for (role, layer), writes in expected.items():
        somebody = Editor(city, role)
        whole = somebody.send("OPTIONS", items(layer), status=200)
        single = somebody.send("OPTIONS", f"{items(layer)}/unknown_id", status=200)
        assert whole.headers["allow"] == (f"{reading}, {all_}" if writes else reading), (role, layer)
        assert single.headers["allow"] == (f"{reading}, {one}" if writes else reading), (role, layer)
        assert ("accept-post" in whole.headers) == ("accept-patch" in single.headers) == writes
        body = {"geometry": POINT, "properties": {}}
        elsewhere = layer in ("bank", "reach", "last_seen", "observation")
        refused = 405 if elsewhere else 400 if writes else 403
        for method, path in [("POST", ""), ("PUT", "/99999"), ("PATCH", "/99999"), ("DELETE", "/99999")]:
            answer = somebody.send(method, f"{items(layer)}{path}", body if method != "DELETE" else None)
            assert answer.status_code == (404 if writes and path else refused), (role, layer, method, answer.text)
            assert not elsewhere or (answer.headers["allow"] == reading and "请" in answer.json()["detail"])


def test_strangers_and_pages_of_other_sites_change_nothing(city):
    stranger, body = Editor(city), {"geometry": POINT, "properties": {"kind": "stake"}}
    for method, path in [("POST", ""), ("PUT", "/1"), ("PATCH", "/1"), ("DELETE", "/1"), ("OPTIONS", "")]:
        stranger.send(method, f"{items('site')}{path}", body, status=401)
    Editor(city, "patroller").send("OPTIONS", items("landuse"), status=403)
    token = city.token("dispatcher")
    signed = city.client.post("/session", json={"token": token}, headers={"Origin": "http://127.0.0.1:8000"})
    assert signed.status_code == 200, signed.text
    try:
        stranger.send("POST", items("site"), body, status=403, Origin="https://elsewhere.example")
        stranger.send("POST", items("site"), body, status=201, Origin="http://127.0.0.1:8000")
    finally:
        city.client.cookies.clear()


def test_whoever_does_not_see_a_column_neither_writes_nor_empties_it(city):
    dispatcher, landuse = Editor(city, "dispatcher"), Editor(city, "landuse")
    shape = {"type": "Polygon", "coordinates": [[[114.5, 30.5], [114.51, 30.5], [114.5, 30.51], [114.5, 30.5]]]}
    made = dispatcher.make("farmland", shape, responsible="李四", crop="油菜")
    seen = landuse.read(made)
    assert "responsible" not in seen.json()["properties"]
    told = landuse.change(made, {"responsible": "王五"}, status=400, If_Match="*").json()["detail"]
    assert "没有字段 'responsible'" in told
    for guess in ("张三", "王五"):
        assert "made_by" in landuse.change(made, {"made_by": guess}, status=400, If_Match="*").json()["detail"]
    landuse.send("PUT", where(made), {"geometry": shape, "properties": {"crop": "小麦"}}, status=200, If_Match="*")
    kept = dispatcher.read(made).json()["properties"]
    assert (kept["responsible"], kept["crop"]) == ("李四", "小麦")
