"""`huashan check`: from a coordinate text to the verdict, its files and an exit status that scripts can ask."""

import json

import geopandas as gpd
import pytest
import shapely
from typer.testing import CliRunner

from api.cli.app import app
from layers.crs import METRIC_DEFAULT
from tests.api.landuse.conftest import EAST, NORTH, box, fill, geojson
from tests.databases import copy_of

FARM = box(10, 10, 50, 50)


def corners(shape, prefix=0):
    """A 界址点 text without a head: northing first, as surveyors write it."""
    ring = shapely.get_coordinates(shape)[:-1]
    return "\n".join(f"J{n},1,{y:.3f},{x + prefix:.3f}" for n, (x, y) in enumerate(ring, start=1))


@pytest.fixture(scope="module")
def land(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        yield engine


@pytest.fixture
def check(land, monkeypatch):
    monkeypatch.setenv("COLUMNS", "220")
    monkeypatch.setenv("HUASHAN_DATABASE_URL", land.url.render_as_string(hide_password=False))

    def run(*arguments, typed=None):
        found = CliRunner().invoke(app, ["check", *map(str, arguments)], input=typed)
        told = str(found.exception) if found.exception and not isinstance(found.exception, SystemExit) else ""
        return found.exit_code, found.output + told

    return run


@pytest.fixture
def at_terminal(monkeypatch):
    monkeypatch.setattr("api.cli.check_reading.at_terminal", lambda: True)


def test_a_coordinate_text_is_answered_with_every_reason_and_written_as_asked(check, tmp_path):
    file, outs = (
        tmp_path / "界址点.txt",
        {kind: tmp_path / f"意见.{kind}" for kind in ("json", "geojson", "docx", "xlsx", "gpkg")},
    )
    file.write_text(corners(FARM), "utf-8")
    code, said = check(file, "--crs", METRIC_DEFAULT, *(part for out in outs.values() for part in ("--out", out)))
    assert code == 3, said
    assert "建设 不可" in said and "永久基本农田" in said and "第三十五条" in said and "线索,非认定" in said
    answer = json.loads(outs["json"].read_text("utf-8"))
    assert answer["verdict"]["answer"] == "no" and answer["check"] in said
    assert abs(answer["outline"]["area"]["m2"] - 1600) < 1
    assert json.loads(outs["geojson"].read_bytes())["check"] == answer["check"]
    assert all(outs[kind].read_bytes()[:2] == b"PK" for kind in ("docx", "xlsx"))
    assert len(gpd.read_file(outs["gpkg"], layer="控制区"))
    again = check(file, "--crs", METRIC_DEFAULT, "--out", outs["json"])
    assert again[0] == 1 and "--force" in again[1]


@pytest.mark.parametrize(
    ("shape", "activity", "status"),
    [(FARM, "build", 3), (box(370, 10, 380, 30), "crops", 0), (box(3000, 3000, 3050, 3050), "build", 4)],
)
def test_the_exit_status_is_the_answer(check, shape, activity, status):
    code, said = check("-", "--activity", activity, "--no-store", typed=json.dumps(geojson(shape)))
    assert code == status, said


def test_a_text_that_does_not_say_its_system_is_asked_about_at_a_terminal_and_named_elsewhere(check, at_terminal):
    code, said = check("--text", corners(FARM), "--no-store", typed="1\n")
    assert code == 3 and "选第几个" in said and METRIC_DEFAULT in said, said
    code, said = check("--text", corners(FARM), "--no-store", typed="0\n")
    assert code == 1 and "--crs" in said


def test_nobody_at_a_terminal_is_told_the_option(check):
    code, said = check("--text", corners(FARM))
    assert code == 1 and "--crs" in said and METRIC_DEFAULT in said


def test_another_time_is_compared_with(check):
    code, said = check("--text", json.dumps(geojson(FARM)), "--no-store", "--compared-to", "2025-06-01")
    assert code == 3 and "与另一时间相比" in said, said


def test_each_outline_of_a_file_is_a_row(check, land, tmp_path):
    file = tmp_path / "批.geojson"
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": shape}
        for name, shape in {"田": geojson(FARM), "空": None, "厂": geojson(box(310, 10, 330, 30))}.items()
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    outs = [tmp_path / f"结果.{kind}" for kind in ("csv", "xlsx", "gpkg", "json")]
    code, said = check(file, "--each", *(part for out in outs for part in ("--out", out)))
    assert code == 3 and "3 个范围:不可 1" in said and "不能核查 1" in said, said
    told = json.loads(outs[-1].read_text("utf-8"))
    assert [row["name"] for row in told["rows"]] == ["田", "空", "厂"] and told["code"] in said
    assert len(outs[0].read_text("utf-8-sig").splitlines()) == 4
    conflicts = gpd.read_file(outs[2], layer="冲突")
    assert set(conflicts["范围名称"]) <= {"田", "厂"} and "F1" in set(conflicts["要素编码"])
    code, said = check(file, "--no-store")  # as one outline of what can be read
    assert code == 1 and "第 2 条" in said


def test_who_stops_a_batch_leaves_it_to_nobody(check, land, tmp_path, monkeypatch):
    def stopped(job):
        raise KeyboardInterrupt

    monkeypatch.setattr("api.landuse.batches.work.check_stored", stopped)
    check("--text", json.dumps(geojson(FARM)), "--each")
    with land.connect() as connection:
        newest = "SELECT status FROM city.landuse_batch ORDER BY batch_id DESC LIMIT 1"
        assert connection.exec_driver_sql(newest).scalar() == "cancelled"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "只给一样"),
        (["--text", "x", "y.txt"], "只给一样"),
        (["没有.geojson"], "没有文件"),
        (["--text", "x", "--activity", "sing"], "activity"),
        (["--text", "x", "--tolerance", "99"], "tolerance_m"),
        (["--text", "x", "--as-of", "昨天"], "as_of"),
        (["--text", "x", "--out", "a.exe"], ".docx"),
        (["--text", "x", "--each", "--out", "a.docx"], ".gpkg"),
        (["--text", "x", "--out", "没有/a.docx"], "没有文件夹"),
        (["--text", "x", "--each", "--compared-to", "2025-01-01"], "--compared-to"),
        (["--text", "J1,1,abc"], "第 1 行"),
    ],
)
def test_what_cannot_be_is_refused_in_words(check, tmp_path, monkeypatch, typed, said):
    monkeypatch.chdir(tmp_path)
    code, told = check(*typed)
    assert code == 1 and said in told, told


def test_an_outline_beyond_every_system_is_refused_in_words(check):
    far = corners(shapely.box(EAST, NORTH + 3_000_000, EAST + 10, NORTH + 3_000_010))
    code, said = check("--text", far, "--crs", METRIC_DEFAULT)
    assert code == 1 and "范围" in said
