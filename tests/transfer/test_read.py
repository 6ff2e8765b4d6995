"""Every format is read whole, in the right encoding, or refused with a sentence that says what to do."""

import os
import shutil
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely

from api.transfer.read import Reading, digest, read_source
from api.transfer.source import CLOSED, filtered
from layers.crs import STORED, TILE, WIRE
from layers.errors import BadFile, BadInput, NotFound

SHAPES = shapely.from_wkt(["LINESTRING (114.5 30.5, 114.51 30.5)", "LINESTRING (114.6 30.5, 114.61 30.52)"])


@pytest.fixture
def frame():
    columns = {
        "名称": ["花山河", "严东湖"],
        "code": ["0012", "3"],
        "宽": [1.5, np.nan],
        "n": np.array([1, 2], dtype="int32"),
    }
    return gpd.GeoDataFrame(columns, geometry=SHAPES, crs=STORED)


def texts(source, column):
    return list(source.fields[column])


def zipped(path, *parts):
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            inside = part.rglob("*") if part.is_dir() else [part]
            for one in inside:
                archive.write(one, one.relative_to(part.parent))
    return path


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.gdb", "a.shp", "a.fgb"])
def test_each_format_gives_the_same_rows(frame, tmp_path, name):
    options = {"gdb": {"driver": "OpenFileGDB"}, "fgb": {"SPATIAL_INDEX": "NO"}}  # which puts rows in its own order
    frame.to_file(tmp_path / name, **options.get(name[2:], {}))
    source = read_source(tmp_path / name)
    assert texts(source, "名称") == ["花山河", "严东湖"]
    assert texts(source, "code") == ["0012", "3"]
    assert texts(source, "宽") == [1.5, None]
    assert list(source.numbers) == [1, 2]
    assert source.crs
    lines = [shapely.get_parts(shape)[0] for shape in source.geometries]
    assert shapely.equals_exact(lines, SHAPES, tolerance=1e-9).all()


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("cpg", ["kept", "removed", "wrong"])
def test_a_shapefile_is_read_in_its_encoding(frame, tmp_path, encoding, cpg):
    frame.to_file(tmp_path / "a.shp", encoding=encoding)
    page = tmp_path / "a.cpg"
    if cpg == "removed":
        page.unlink()
    elif cpg == "wrong":
        page.write_text("ISO-8859-1")
    assert texts(read_source(tmp_path / "a.shp"), "名称") == ["花山河", "严东湖"]


def test_a_text_cut_within_its_last_character_is_kept_without_it_and_counted(frame, tmp_path):
    frame["名称"] = ["花" * 30, "山"]
    frame.to_file(tmp_path / "a.shp", encoding="UTF-8")
    table = tmp_path / "a.dbf"
    table.write_bytes(table.read_bytes().replace(("花" * 30).encode(), ("花" * 29).encode() + b"\xe8\x8a "))
    source = read_source(tmp_path / "a.shp")
    assert texts(source, "名称") == ["花" * 29, "山"]
    assert source.repairs["去掉被截断的半个字"] == 1


@pytest.mark.parametrize("name", ["a.shp", "a.gdb", "a.gpkg", "a.geojson", "a.fgb"])
def test_a_zipped_file_is_the_same_file(frame, tmp_path, name):
    folder = tmp_path / "in"
    folder.mkdir()
    frame.to_file(folder / name, **({"driver": "OpenFileGDB"} if name.endswith("gdb") else {}))
    archive = zipped(tmp_path / "a.zip", *folder.iterdir())
    assert sorted(texts(read_source(archive), "名称")) == ["严东湖", "花山河"]


def test_an_archive_with_two_files_wants_one_named(frame, tmp_path):
    for name in ("河.geojson", "湖.geojson"):
        frame.to_file(tmp_path / name)
    archive = zipped(tmp_path / "a.zip", tmp_path / "河.geojson", tmp_path / "湖.geojson")
    with pytest.raises(BadInput, match=r"--layer-name.*河、湖"):
        read_source(archive)
    assert len(read_source(archive, Reading(layer_name="湖"))) == 2


def test_a_file_with_two_layers_wants_one_named(frame, tmp_path):
    path = tmp_path / "a.gpkg"
    frame.to_file(path, layer="河")
    frame.iloc[:1].to_file(path, layer="湖")
    with pytest.raises(BadInput, match=r"--layer-name.*河、湖"):
        read_source(path)
    with pytest.raises(BadInput, match="没有图层 '海':现有 河、湖"):
        read_source(path, Reading(layer_name="海"))
    assert len(read_source(path, Reading(layer_name="湖"))) == 1


@pytest.mark.parametrize("part", [".shx", ".dbf", ".prj"])
def test_a_missing_part_of_a_shapefile_is_named(frame, tmp_path, part):
    frame.to_file(tmp_path / "a.shp")
    (tmp_path / f"a{part}").unlink()
    with pytest.raises(BadFile, match=rf"缺少同名的 \{part}"):
        read_source(tmp_path / "a.shp")


def test_without_prj_the_user_may_give_the_system(frame, tmp_path):
    frame.to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    assert read_source(tmp_path / "a.shp", Reading(crs=STORED)).crs == STORED


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.dbf", "a.shx", "a.fgb"])
def test_a_truncated_file_is_refused(frame, tmp_path, name):
    frame = gpd.GeoDataFrame(frame.loc[frame.index.repeat(500)].reset_index(drop=True))
    whole = tmp_path / ("a.shp" if name.endswith((".dbf", ".shx")) else name)
    frame.to_file(whole)
    cut = tmp_path / name
    for share in (0.0, 0.1, 0.3, 0.9, 0.999):
        raw = cut.read_bytes()
        cut.write_bytes(raw[: int(len(raw) * share)])
        with pytest.raises(BadFile):
            read_source(whole)
        cut.write_bytes(raw)


def test_a_geojson_cut_after_a_whole_feature_is_refused(frame, tmp_path):
    path = tmp_path / "a.geojson"
    frame.to_file(path)
    raw = path.read_text("utf-8")
    path.write_text(raw[: raw.index("}},") + 2 if "}}," in raw else raw.index("} },") + 3], "utf-8")
    with pytest.raises(BadFile):
        read_source(path)


def test_parts_of_different_shapefiles_are_refused(frame, tmp_path):
    frame.to_file(tmp_path / "a.shp")
    frame.iloc[:1].to_file(tmp_path / "b.shp")
    shutil.copy(tmp_path / "b.dbf", tmp_path / "a.dbf")
    with pytest.raises(BadFile, match="不是同一份"):
        read_source(tmp_path / "a.shp")


def test_an_unknown_or_missing_file_is_refused(tmp_path):
    with pytest.raises(NotFound):
        read_source(tmp_path / "a.geojson")
    (tmp_path / "a.mid").write_bytes(b"x")
    with pytest.raises(BadFile, match=r"支持 GeoJSON.*\.fgb.*\.kmz"):
        read_source(tmp_path / "a.mid")
    (tmp_path / "a.gpkg").write_bytes(b"not a database" * 20)
    with pytest.raises(BadFile, match="不是 GeoPackage"):
        read_source(tmp_path / "a.gpkg")


def test_geojson_that_is_not_utf8_is_refused(tmp_path):
    text = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"花山"},"geometry":null}]}'
    (tmp_path / "a.geojson").write_bytes(text.encode("gbk"))
    with pytest.raises(BadFile, match="UTF-8"):
        read_source(tmp_path / "a.geojson")


@pytest.mark.parametrize(
    ("text", "told"), [("7\\u0000x", "第 2 行"), ("7\\\\\\u0000", "第 2 行"), ("7\\\\u0000x", None)]
)
def test_geojson_with_a_character_that_ends_texts_early_is_refused(tmp_path, text, told):
    path = tmp_path / "a.geojson"
    point = '{"type":"Point","coordinates":[114.5,30.5]}'
    feature = f'{{"type":"Feature","properties":{{"code":"{text}"}},"geometry":{point}}}'
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{feature}]}}')
    if told:
        with pytest.raises(BadFile, match=told):
            read_source(path)
    else:
        assert texts(read_source(path), "code") == ["7\\u0000x"]


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_geojson_in_two_byte_characters_is_told_so(tmp_path, mark, encoding):
    text = '{"type":"FeatureCollection","features":[]}'
    (tmp_path / "a.geojson").write_bytes(mark + text.encode(encoding))
    with pytest.raises(BadFile, match="不是 UTF-8"):
        read_source(tmp_path / "a.geojson")


def test_an_empty_geojson_is_refused(tmp_path):
    (tmp_path / "a.geojson").touch()
    with pytest.raises(BadFile, match="是空的"):
        read_source(tmp_path / "a.geojson")


def test_rings_left_open_are_closed_and_counted(tmp_path):
    ring = "[[[114.5,30.5],[114.6,30.5],[114.6,30.6]]]"
    text = f'{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}'
    (tmp_path / "a.geojson").write_text(text)
    source = read_source(tmp_path / "a.geojson")
    assert source.repairs[CLOSED] == 1
    assert source.geometries[0].is_valid and source.notes == ()


def test_a_code_that_looks_like_a_date_stays_a_code(geojson):
    path = geojson(({"code": "2026-01-02"}, "POINT (114.5 30.5)"), ({"code": "2026/01/03"}, "POINT (114.5 30.5)"))
    assert texts(read_source(path), "code") == ["2026-01-02", "2026/01/03"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize(
    "head", ["经度,纬度", "lon,lat", "Longitude,Latitude", "经度(度),纬度(度)", "经度\uff08度\uff09,纬度\uff08度\uff09"]
)
def test_a_table_with_degrees(tmp_path, encoding, head):
    path = tmp_path / "a.csv"
    path.write_bytes(f"名称,{head}\r\n排口,114.5,30.5\r\n,114.6,30.6\r\n".encode(encoding))
    source = read_source(path)
    assert source.crs == WIRE
    assert texts(source, "名称") == ["排口", None]
    assert source.geometries[1].equals(shapely.Point(114.6, 30.6))
    assert list(source.fields) == ["名称"]


def test_a_table_with_metres_needs_a_system(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x,y\n500000,3380000\n")
    assert read_source(path).crs is None
    assert read_source(path, Reading(crs=STORED)).crs == STORED


def test_an_unclosed_ring_is_closed_and_counted_in_wkt_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        'code,wkt\n1,"POLYGON ((0 0, 1 0, 1 1))"\n2,"POLYGON ((0 0, 1 0, 1 1, 0 0))"\n3,"POLYGON ((0 0, 1"\n'
    )
    source = read_source(path)
    assert source.geometries[0].equals(source.geometries[1]) and source.repairs == {CLOSED: 1}
    assert [fault is None for fault in source.faults] == [True, True, False]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(BadFile, match="管道"):
        read_source(tmp_path / "a.csv")


def test_a_table_with_wkt(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("code;wkt\n1;SRID=4490;POINT (1 2)\n".replace("SRID=4490;", '"SRID=4490;').replace("2)", '2)"'))
    source = read_source(path)
    assert source.crs == "4490" and source.geometries[0].equals(shapely.Point(1, 2))
    path.write_text('code,wkt\n1,"POLYGON ((0 0)"\n2,\n')
    source = read_source(path)
    assert "看不懂 WKT" in source.faults[0] and source.faults[1] is None and source.geometries[1] is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "空的"),
        ("lon,lat\n1,2,3\n", "第 2 行有 3 列"),
        ("lon,lat\n1\n", "第 2 行有 1 列"),
        ('lon,lat\n1,"2', "不完整"),
        ("a,a,lon,lat\n", "重复"),
        (",".join(f"c{n}" for n in range(3000)), "有 3,000 列"),
        ('a,wkt\n1,"SRID=4547;POINT (1 2)"\n2,POINT (1 2)\n', "有的没有写明"),
    ],
)
def test_a_broken_table_is_refused(tmp_path, text, told):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises((BadFile, BadInput), match=told):
        read_source(path)


def test_coordinates_that_are_no_numbers_are_told_by_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("经度,纬度\n114.5,北\n,\n")
    source = read_source(path)
    assert source.faults[0] == "坐标不是数字:经度=114.5、纬度=北"
    assert source.faults[1] is None


def test_conditions_choose_rows_that_keep_their_numbers(geojson):
    path = geojson(({"k": "a"}, None), ({"k": None}, None), ({"k": "b=c"}, None))
    source = read_source(path)
    assert list(filtered(source, ["k="]).numbers) == [2]
    assert list(filtered(source, ["K!="]).numbers) == [1, 3]
    assert list(filtered(source, ["k=b=c"]).numbers) == [3]
    with pytest.raises(BadInput, match="没有列 'x':现有 k"):
        filtered(source, ["x=1"])


def test_the_digest_of_a_folder_is_that_of_its_files(frame, tmp_path):
    frame.to_file(tmp_path / "a.gdb", driver="OpenFileGDB")
    before = digest(tmp_path / "a.gdb")
    assert before == digest(tmp_path / "a.gdb")
    next((tmp_path / "a.gdb").glob("*.gdbtable")).write_bytes(b"x")
    assert before != digest(tmp_path / "a.gdb")


def test_a_system_that_overrules_the_files_is_told(frame, tmp_path):
    frame.to_file(tmp_path / "a.gpkg")
    assert any("为准" in told for told in read_source(tmp_path / "a.gpkg", Reading(crs=TILE)).notes)
