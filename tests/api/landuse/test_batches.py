"""Many outlines at once: each is answered as it would be alone, once, whatever becomes of who checks them."""

import csv
import io
import json
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from openpyxl import load_workbook

from api.jobs.in_hand import InHand
from api.landuse.batches import work
from api.landuse.batches.kind import BATCHES
from api.landuse.batches.row import row_of
from geo.landuse.chunks import Limits, chunks
from layers.crs import METRIC_DEFAULT
from tests.api.conftest import until
from tests.api.landuse.conftest import EAST, NORTH, asked, box, degrees, geojson

DIES = (sys.executable, "-m", "tests.api.landuse.dies")
LATER = """
    INSERT INTO city.zone (code, kind, provenance, edition_id, valid_from, geom)
    SELECT 'Z9', 'eco_redline', 'synthetic', edition_id, '2026-01-01', geom FROM city.zone WHERE code = 'F1'
"""
LEFT = """
    SELECT count(*) FROM city.landuse_batch_outline JOIN city.landuse_batch USING (batch_id) WHERE code = ANY (%s)
"""
MARK = """
    UPDATE city.landuse_batch_outline SET row = row || %s WHERE batch_id = %s AND NOT jsonb_exists(row, 'kept_by')
"""
POINT = {"type": "Point", "coordinates": [114.5, 30.55]}


@pytest.fixture(scope="module")
def desk(land):
    """The city, whose batches are checked in this process: starting another takes longer than checking."""
    runner = land.client.app.state.batch_runner
    database = land.client.app.state.gate.database
    runner._watched = lambda number, code, worker: work.check_stored(InHand(BATCHES, database, code, worker))
    yield land
    del runner._watched


@pytest.fixture
def paused(desk):
    """The same, where nothing is checked until the runner is started."""
    runner = desk.client.app.state.batch_runner
    runner.stop()
    yield desk
    desk.run("UPDATE city.landuse_batch SET status = 'cancelled' WHERE status IN ('queued', 'checking')")
    runner.start()


def collection(shapes):
    """A FeatureCollection of shapes in metres, or of GeoJSON, by name."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": shape if shape is None or isinstance(shape, dict) else geojson(shape),
        }
        for name, shape in shapes.items()
    ]
    return {"type": "FeatureCollection", "features": features}


def post(desk, shapes, status=202, headers=None, **said):
    body = {"geometry": collection(shapes), **said}
    answer = desk.client.post("/landuse/batches", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def told(desk, code, headers=None, **query):
    answer = desk.client.get(f"/landuse/batches/{code}", params={"limit": 1000} | query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def finished(desk, code):
    until(lambda: told(desk, code)["status"] not in BATCHES.open)
    return told(desk, code)


def made(desk, shapes, **said):
    return finished(desk, post(desk, shapes, **said)["code"])


SHAPES = {
    "基本农田": box(10, 10, 50, 50),
    "空白处": box(150, 150, 260, 260),
    "蝴蝶结": shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]),
    "重叠处": box(390, 10, 399, 60),
    "碎片": box(60, 20, 100.3, 40),
    "街道外": box(4990, 0, 5010, 10),
    "远处": box(3000, 3000, 3050, 3050),
    "带洞": box(0, 0, 200, 200) - box(20, 20, 180, 180),
    "两块": shapely.union_all([box(210, 10, 220, 20), box(320, 30, 340, 70)]),
}


@pytest.fixture(scope="module")
def batch(desk):
    return made(desk, SHAPES, activity="build", as_of="2026-06-01")


def scattered(count):
    """Shapes of 3 to 12 corners anywhere in and around the city, some of them crossing themselves."""
    random = np.random.default_rng(8)
    corners = [random.uniform(-50, 550, 2) + random.uniform(-40, 40, (random.integers(3, 13), 2)) for _ in range(count)]
    return {f"{n}": shapely.Polygon(np.add(xy, (EAST, NORTH))) for n, xy in enumerate(corners)}


@pytest.mark.parametrize("activity", ["build", "crops"])
def test_a_row_is_what_the_outline_is_answered_alone(desk, batch, activity):
    shapes = SHAPES if activity == "build" else scattered(12)
    rows = batch["rows"] if activity == "build" else made(desk, shapes, activity=activity, as_of="2026-06-01")["rows"]
    assert [row["name"] for row in rows] == list(shapes)
    for row, shape in zip(rows, shapes.values(), strict=True):
        alone = asked(desk, shape, 200, activity=activity, as_of="2026-06-01", store=False)
        expected = {"answer": alone["verdict"]["answer"], "title": alone["verdict"]["title"], "fault": None}
        expected |= row_of(alone, row["conflicts"])
        assert {name: row[name] for name in expected} == expected, row["name"]


def test_a_batch_says_how_many_are_of_each_answer_and_is_read_a_page_at_a_time(desk, batch):
    answers = [row["answer"] for row in batch["rows"]]
    assert batch["counts"] == {name: answers.count(name) for name in ("no", "unknown", "ask", "yes")} | {"faults": 0}
    assert batch["progress"]["done"] == batch["total"] == len(SHAPES)
    pages, after = [], 0
    while after is not None:
        page = told(desk, batch["code"], limit=4, after=after)
        pages, after = pages + page["rows"], page["next"]
    assert pages == batch["rows"]
    assert {row["answer"] for row in told(desk, batch["code"], only="no")["rows"]} == {"no"}


def test_one_outline_of_a_batch_is_had_with_its_shape_as_it_came(desk, batch):
    address = f"/landuse/batches/{batch['code']}/outlines"
    for row, shape in zip(batch["rows"], SHAPES.values(), strict=True):
        found = desk.client.get(f"{address}/{row['number']}").json()
        geometry = shapely.geometry.shape(found.pop("geometry"))
        assert found == row and shapely.hausdorff_distance(geometry, degrees(shape)) < 1e-8
    assert desk.client.get(f"{address}/{len(SHAPES) + 1}").status_code == 404


def test_an_outline_that_cannot_be_read_or_checked_is_a_row_with_the_reason_and_the_others_are_answered(desk):
    line = shapely.Polygon([(EAST, NORTH), (EAST + 10, NORTH), (EAST + 20, NORTH)])
    wide = box(-20_000, -20_000, 20_000, 20_000)
    shapes = {"点": POINT, "没有图形": None, "一条线": line, "太大": wide, "好的": box(0, 0, 9, 9)}
    found = made(desk, shapes)
    assert found["status"] == "done" and found["counts"]["faults"] == 4
    assert [bool(row["fault"]) for row in found["rows"]] == [True] * 4 + [False]
    assert "平方公里" in found["rows"][3]["fault"] and "点" in found["rows"][0]["fault"]
    assert found["rows"][4]["answer"] and found["rows"][0]["title"] == "不能核查"
    refused = post(desk, {"点": POINT}, 400)
    assert "不是面" in refused["detail"]


def test_conflicts_are_where_the_outlines_meet_what_they_may_not(desk, batch, tmp_path):
    path = tmp_path / "冲突.gpkg"
    path.write_bytes(desk.client.get(f"/landuse/batches/{batch['code']}?format=gpkg").content)
    found = gpd.read_file(path, layer="冲突").to_crs(METRIC_DEFAULT)
    assert len(found) == sum(row["conflicts"] for row in batch["rows"])
    own = found[(found["范围名称"] == "基本农田") & (found["对象"] == "永久基本农田")]
    assert own["要素编码"].tolist() == ["F1"] and own["结论"].tolist() == ["不可"]
    assert own.geometry.iloc[0].symmetric_difference(SHAPES["基本农田"]).area < 0.01
    assert abs(own["面积(平方米)"].iloc[0] - 1600) < 1 and own["依据"].iloc[0].startswith("《")
    for name, shape in SHAPES.items():
        for piece in found[found["范围名称"] == name].geometry:
            assert piece.difference(shapely.make_valid(shape).buffer(0.001)).area < 1e-3, name
    whole = gpd.read_file(path, layer="范围").to_crs(METRIC_DEFAULT)
    assert whole["名称"].tolist() == list(SHAPES)
    assert shapely.hausdorff_distance(whole.geometry.iloc[0], SHAPES["基本农田"]) < 1e-3


def test_rows_are_a_table_for_spreadsheets_that_runs_nothing(desk, batch, tmp_path):
    text = desk.client.get(f"/landuse/batches/{batch['code']}?format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["名称"] for row in rows] == list(SHAPES)
    for row, expected in zip(rows, batch["rows"], strict=True):
        assert (row["结论"], float(row["面积(平方米)"])) == (expected["title"], expected["area"]["m2"])
        assert float(row["永久基本农田(平方米)"]) == expected["zones"][0]["overlap"]["m2"]
        assert row["理由1"].endswith(expected["reasons"][0]["text"])
    path = tmp_path / "结果.xlsx"
    path.write_bytes(desk.client.get(f"/landuse/batches/{batch['code']}?format=xlsx").content)
    book = load_workbook(path, read_only=True)
    assert book.sheetnames == ["核查结果", "冲突", "说明"]
    assert [row[1] for row in book["核查结果"].iter_rows(min_row=2, values_only=True)] == list(SHAPES)
    assert len(list(book["冲突"].iter_rows(min_row=2))) == sum(row["conflicts"] for row in batch["rows"])
    book.close()
    named = made(desk, {"=cmd|' /C calc'!A1": box(0, 0, 5, 5)})
    sheet = desk.client.get(f"/landuse/batches/{named['code']}?format=csv").content.decode("utf-8-sig")
    assert "'=cmd" in sheet


def test_all_of_a_batch_is_as_known_when_it_was_asked_for(paused):
    code = post(paused, {"甲": box(10, 10, 20, 20)}, activity="crops")["code"]
    paused.run(LATER)
    paused.client.app.state.batch_runner.start()
    try:
        states = {zone["kind"]: zone["state"] for zone in finished(paused, code)["rows"][0]["zones"]}
    finally:
        paused.run("DELETE FROM city.zone WHERE code = 'Z9'")
        paused.client.app.state.batch_runner.stop()
    assert states["permanent_farmland"] == "covered" and states["eco_redline"] == "none"


def test_nobody_has_more_than_a_few_batches_open_and_one_is_stopped_and_erased(paused):
    codes = [post(paused, {"甲": box(0, 0, 9, 9)})["code"] for _ in range(2)]
    refused = paused.client.post("/landuse/batches", json={"geometry": collection({"甲": box(0, 0, 9, 9)})})
    assert refused.status_code == 429 and "批量" in refused.json()["detail"]
    path = f"/landuse/batches/{codes[0]}"
    assert paused.client.post(f"{path}/cancel").json()["status"] == "cancelled"
    assert paused.client.post(f"{path}/cancel").status_code == 409
    assert told(paused, codes[0])["rows"][0]["answer"] is None
    for code in codes:
        assert paused.client.delete(f"/landuse/batches/{code}").status_code == 204
        assert paused.client.get(f"/landuse/batches/{code}").status_code == 410
    assert paused.run(LEFT, codes) == 0


@pytest.fixture
def at_first(monkeypatch):
    """Outlines checked one after the other, with something done as the first one is."""

    def run(act):
        acts = [act]

        def acting(connection, batch, some):
            if acts:
                acts.pop()(batch.row["code"])
            return checked(connection, batch, some)

        checked = work._checked
        monkeypatch.setattr(work, "_checked", acting)
        monkeypatch.setattr(work, "chunks", lambda boxes, vertices: chunks(boxes, vertices, Limits(outlines=1)))

    return run


def test_who_stops_a_batch_keeps_the_rows_it_has(desk, at_first):
    at_first(lambda code: desk.client.post(f"/landuse/batches/{code}/cancel"))
    found = made(desk, {"甲": box(0, 0, 9, 9), "乙": box(300, 0, 309, 9)})
    assert found["status"] == "cancelled" and [bool(row["answer"]) for row in found["rows"]] == [True, False]


def test_what_was_begun_before_a_batch_and_comes_in_amid_it_is_known_at_none_of_its_outlines(desk, at_first):
    with desk.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")  # by when this transaction began its rows are known

        def late(code):
            connection.exec_driver_sql(LATER)
            connection.commit()

        at_first(late)
        try:
            found = made(desk, {"甲": box(10, 10, 20, 20), "乙": box(30, 30, 40, 40)}, activity="crops")
            after = made(desk, {"丙": box(10, 10, 20, 20)}, activity="crops")
        finally:
            desk.run("DELETE FROM city.zone WHERE code = 'Z9'")
    states = [zone["state"] for each in (found, after) for row in each["rows"] for zone in row["zones"]
              if zone["kind"] == "eco_redline"]  # fmt: skip
    assert states == ["none", "none", "covered"]


def test_a_file_comes_as_a_form_or_as_it_is_and_one_without_a_system_is_asked_about(desk):
    body = json.dumps(collection({"甲": box(0, 0, 9, 9), "乙": box(300, 0, 309, 9)})).encode()
    form = desk.client.post(
        "/landuse/batches", files={"file": ("两块.geojson", body)}, data={"activity": "crops", "as_of": "2026-06-01"}
    )
    bare = desk.client.post("/landuse/batches?name=两块.geojson&activity=crops&as_of=2026-06-01", content=body)
    found = [finished(desk, answer.json()["code"]) for answer in (form, bare)]
    assert found[0]["rows"] == found[1]["rows"] and found[0]["name"] == "两块.geojson"
    assert (found[0]["asked"]["activity"], found[0]["as_of"]) == ("crops", "2026-06-01")
    corners = "\n".join(f"J{n},1,{NORTH + y},{EAST + x}" for n, (x, y) in enumerate([(0, 0), (9, 0), (9, 9)], start=1))
    asking = desk.client.post("/landuse/batches", json={"text": corners})
    assert asking.status_code == 400 and METRIC_DEFAULT in {one["crs"] for one in asking.json()["candidates"]}


def test_more_outlines_than_a_batch_holds_are_refused_with_the_remedy(desk, monkeypatch):
    monkeypatch.setattr("api.landuse.batches.asking.MOST_OUTLINES", 1)
    refused = post(desk, {"甲": box(0, 0, 9, 9), "乙": box(0, 0, 9, 9)}, 413)
    assert "拆成" in refused["detail"]


def test_a_batch_is_its_makers_and_an_admins(desk):
    own, other, admin = desk.person("landuse"), desk.person("analyst"), desk.person("admin")
    code = post(desk, {"甲": box(0, 0, 9, 9)}, headers=own, name="我的")["code"]
    stranger = post(desk, {"甲": box(0, 0, 9, 9)})["code"]
    until(lambda: told(desk, code, own)["status"] == "done")
    assert told(desk, code, admin)["name"] == "我的"
    assert desk.client.get(f"/landuse/batches/{code}").status_code == 404  # whoever has no token
    assert desk.client.get("/landuse/batches/PL20260101-23456789", headers=other).status_code == 404
    listed = desk.client.get("/landuse/batches", headers=own).json()["batches"]
    assert [one["code"] for one in listed][:1] == [code] and stranger not in {one["code"] for one in listed}
    assert desk.client.get("/landuse/batches").json()["batches"] == []
    assert stranger in {one["code"] for one in desk.client.get("/landuse/batches", headers=admin).json()["batches"]}


def test_who_follows_a_batch_is_told_how_far_it_is_until_it_is_over(paused):
    code = post(paused, {"甲": box(0, 0, 9, 9)})["code"]
    events = []
    with paused.client.stream("GET", f"/landuse/batches/{code}/progress") as answer:
        for line in answer.iter_lines():
            if line.startswith("event:"):
                events.append(line.removeprefix("event:").strip())
                if events == ["hello", "progress"]:
                    paused.client.app.state.batch_runner.start()
            elif line.startswith("data:"):
                last = json.loads(line.removeprefix("data:"))
    paused.client.app.state.batch_runner.stop()
    assert events[-1] == "done" and last["done"] == last["total"] == 1


def test_one_that_is_killed_goes_on_from_where_it_was_and_leaves_the_outline_that_kills_it(land):
    """kill -9 in the middle: what was kept is not done again, and each outline is answered or told why not, once."""
    runner = land.client.app.state.batch_runner
    before, inline = runner._program, vars(runner).pop("_watched", None)
    real, ended = runner._watched, []

    def marking(number, code, worker):
        """Have a process check, and mark what it kept: rows that were done again would lose their marks."""
        real(number, code, worker)
        ended.append(worker)
        land.run(MARK, json.dumps({"kept_by": len(ended)}), number)

    runner._watched, runner._program = marking, DIES
    try:
        shapes = {
            name: box(20 * place, 0, 20 * place + 9, 9) for place, name in enumerate(["甲", "乙", "丙", "毒", "丁"])
        }
        code = post(land, shapes)["code"]
        until(lambda: told(land, code)["status"] not in BATCHES.open and len(ended) == 4, 30)
    finally:
        runner._program = before
        del runner._watched
        if inline:
            runner._watched = inline
    found = told(land, code)
    assert found["status"] == "done"
    kept_by = {row["name"]: row.get("kept_by") for row in found["rows"]}
    assert (kept_by["甲"], kept_by["乙"]) == (1, 1) and kept_by["丙"] == 1 and kept_by["丁"] == 4
    faults = {row["name"]: row["fault"] for row in found["rows"]}
    assert len(faults) == len(shapes) and "两次中断" in faults.pop("毒") and not any(faults.values())
