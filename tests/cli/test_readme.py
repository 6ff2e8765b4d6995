"""The README is true: its commands run as they stand there, what it names exists, what exists it names."""

import re
import shlex
from pathlib import Path

import geopandas as gpd
import osmium
import pytest
import shapely
from typer.testing import CliRunner

from api.cli.app import COMMANDS, app
from layers.crs import METRIC_DEFAULT, STORED

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
LINES = [
    line.split("#")[0].strip() for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines()
]
TRACK = """<gpx version="1.1" creator="made" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="30.5440" lon="114.5000"><time>2026-06-01T01:00:00Z</time></trkpt>
<trkpt lat="30.5444" lon="114.5005"><time>2026-06-01T01:01:00Z</time></trkpt></trkseg></trk></gpx>"""

CORNERS = """J1,1,3384860.187,38547473.860
J2,1,3384849.829,38547396.213
J3,1,3384782.437,38547382.615
J1,1,3384860.187,38547473.860
"""
COMMON = """点名,本地X,本地Y,国家X,国家Y
A,84860,47473,3384860,547473
B,84850,47396,3384850,547396
C,84782,47383,3384782,547383
D,84900,47600,3384900,547600
"""
ANSWERS = {0, 2, 3, 4}
"""How `huashan check` ends, by its verdict; 1 is an error."""


def square(west, south, side):
    return shapely.box(west, south, west + side, south + side)


@pytest.fixture
def own_files(tmp_path, monkeypatch):
    """Files of an office, by the names that the README uses."""
    monkeypatch.chdir(tmp_path)
    frame = lambda geometry, **columns: gpd.GeoDataFrame(columns, geometry=[geometry], crs=STORED)  # noqa: E731
    frame(square(114.30, 30.40, 0.01), code=["湖1"], name=["试湖"], kind=["lake"]).to_file("水面.geojson")
    frame(shapely.LineString([(114.1, 30.31), (114.2, 30.31)]).buffer(0.005), code=["江1"]).to_file("长江.geojson")
    road = frame(shapely.LineString([(114.3, 30.3), (114.31, 30.3)]), code=["路1"], DLMC=["试路"])
    Path("road").mkdir()
    road.to_crs(METRIC_DEFAULT).to_file("road/道路.shp", encoding="utf-8")
    Path("road/道路.prj").unlink()
    import shutil

    shutil.make_archive("道路", "zip", "road")
    parcel = frame(square(114.3, 30.3, 0.001), TBBH=["1"], DLBM=["0101"])
    parcel.to_file("地类图斑.gpkg", layer="DLTB")
    survey = parcel.assign(ZLDWDM="4201110812050000000", TBMJ=10_600.0, SJNF="2025")
    farmland = parcel[["geometry"]].assign(YJJBNTTBBH="420111081205000001")
    for name, layer, rows in (("变更调查.gdb", "DLTB", survey), ("三区三线.gdb", "YJJBNTBHTB", farmland)):
        for table in (layer, "XZQ"):
            rows.to_file(name, layer=table, driver="OpenFileGDB")
    with osmium.SimpleWriter("湖北.osm.pbf") as extract:
        corners = [(114.35, 30.45), (114.36, 30.45), (114.36, 30.46)]
        for number, place in enumerate(corners, start=1):
            extract.add_node(osmium.osm.mutable.Node(id=number, location=place))
        tags = {"natural": "water", "name": "梁子湖"}
        extract.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2, 3, 1], tags=tags))
    Path("巡查.gpx").write_text(TRACK, "utf-8")
    Path("界址点.txt").write_text(CORNERS, "utf-8")
    Path("公共点.csv").write_text(COMMON, "utf-8")
    parcel[["geometry"]].assign(name="甲地块").to_file("地块.gpkg")
    Path("责任岗位.csv").write_text("岗位编码,岗位名称,类别,姓名\nP1,试湖湖长,lake_chief,示例湖长\n", "utf-8")
    Path("责任段.csv").write_text("编号,岸线编码,起点桩号,终点桩号,岗位编码\nD1,湖1-岸1,0,500,P1\n", "utf-8")


def test_every_command_of_the_readme_runs(engine, own_files, monkeypatch):
    url = engine.url.render_as_string(hide_password=False)
    for name in ("HUASHAN_DATABASE_URL", "HUASHAN_OWNER_URL"):
        monkeypatch.setenv(name, url)
    commands = [shlex.split(line)[1:] for line in LINES if line.startswith("huashan ")]
    assert len(commands) > 8
    for command in commands:
        if command == ["doctor"]:
            continue  # looks at the machine, and so has tests of its own
        done = CliRunner().invoke(app, command)
        expected = ANSWERS if command[0] == "check" else {0}
        assert done.exit_code in expected, f"huashan {' '.join(command)}: {done.output} {done.exception!r}"


def test_every_subcommand_is_in_the_readme_or_a_page_it_names():
    assert {name for name in COMMANDS if not re.search(rf"huashan {name}\b", README)} <= {"up", "migrate", "wipe"}


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert {line.split()[1] for line in LINES if line.startswith("make ")} <= targets


def test_every_path_that_the_readme_names_exists():
    named = re.findall(
        r"`((?:api|geo|layers|seeds|tests|notebooks)/[\w./-]*|docker-compose\.yml)`|\]\(([\w./-]+)\)", README
    )
    paths = [one or other for one, other in named]
    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_setting_is_in_the_readme():
    source = (ROOT / "api" / "settings.py").read_text("utf-8")
    assert {name for name in re.findall(r"HUASHAN_[A-Z_]+", source) if name not in README} <= {"HUASHAN_ASSETS"}
