"""DXF as it comes: closed lines become areas, sides are joined, blocks and arcs drawn; the rest counted or refused."""

import math
import time
import zipfile

import numpy as np
import pytest
import shapely

from api.transfer.batch import Wishes
from api.transfer.read import Reading, read_source
from layers.crs import ZONE_PREFIXED
from layers.errors import BadFile, BadInput, TooLarge
from tests.transfer.drawings import (
    SQUARE,
    block,
    circle,
    drawing,
    hatch,
    insert,
    line,
    old_polyline,
    polyline,
    sides,
    tags,
    word,
)

AREA = shapely.Polygon(SQUARE)


@pytest.fixture
def dxf(tmp_path):
    """A function that reads a drawing of a text."""

    def read(text, layer_name=None, *, encoding="gbk", name="红线.dxf"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_source(tmp_path / name, Reading(layer_name=layer_name))

    return read


def moved(points, east=0.0, north=0.0, scale=1.0):
    west, south = SQUARE[0]
    return [(west + (x - west) * scale + east, south + (y - south) * scale + north) for x, y in points]


@pytest.mark.parametrize(
    "body",
    [
        polyline(), old_polyline(), sides(), hatch(), polyline([*SQUARE, SQUARE[0]], closed=False),
        polyline(SQUARE[:3], closed=False) + polyline(SQUARE[2:], closed=False) + line(SQUARE[0], SQUARE[3]),
        polyline() + hatch(), polyline(paper=True) + polyline(), polyline().replace("\n", "\r\n"),
    ],
    ids=["light", "old", "sides", "hatch", "closed by a point", "pieces", "line and hatch", "paper", "CRLF"],
)  # fmt: skip
def test_a_square_drawn_in_any_way_is_one_area(dxf, body):
    source = dxf(drawing(body))
    assert len(source) == 1 and source.geometries[0].equals(AREA) and source.crs is None
    assert list(source.fields["图层"]) == ["红线"]


@pytest.mark.parametrize(("version", "encoding"), [("AC1009", "gbk"), ("AC1015", "gbk"), ("AC1027", "utf-8")])
def test_names_of_layers_are_read_in_the_encoding_of_their_version(dxf, version, encoding):
    source = dxf(drawing(polyline(layer="花山镕"), version=version), encoding=encoding)
    assert list(source.fields["图层"]) == ["花山镕"]
    assert list(dxf(drawing(polyline(layer="\\U+82B1山"))).fields["图层"]) == ["花山"]


def test_the_layer_is_chosen_where_several_have_areas(dxf):
    text = drawing(polyline() + polyline(layer="绿线") + line(*SQUARE[:2], layer="轴线") + word())
    with pytest.raises(BadInput, match=r"2 个图层有闭合的线:请用 --layer-name 选定其一:红线\(1 个面\)、绿线\(1 个面\)"):
        dxf(text)
    assert list(dxf(text, "绿线").fields["图层"]) == ["绿线"]
    for other, told in (("轴线", "里没有闭合的线"), ("黄线", "不存在")):
        with pytest.raises(BadInput, match=rf"图层 '{other}' {told}"):
            dxf(text, other)


def test_what_is_left_out_and_what_was_joined_is_told(dxf):
    near = moved(SQUARE, east=500)
    body = sides() + polyline([*near, (near[0][0] + 0.03, near[0][1])], closed=False) + line((0, 0), (9, 0))
    notes = dxf(drawing(body + word() + word() + polyline(paper=True), units=4)).notes
    for told in ("取图层 红线:2 个面", "4 条线首尾相接成 1 圈", "缺口至多 0.030 米", "另有 1 条线没有闭合", 
                 "未读取文字 2 处",
                 "布局)里的图元 1 个", "毫米"):  # fmt: skip
        assert any(told in note for note in notes), (told, notes)


def test_a_ring_within_another_is_a_hole_and_an_island_in_it_an_area(dxf):
    rings = [SQUARE, moved(SQUARE, 10, 10, 0.5), moved(SQUARE, 20, 20, 0.2), moved(SQUARE, 500)]
    source = dxf(drawing("".join(polyline(ring) for ring in rings)))
    assert sorted(shapely.area(source.geometries)) == pytest.approx([400, 7500, 10_000])
    assert any("1 圈在别的圈内" in note for note in source.notes)


def test_arcs_and_circles_are_drawn_finely_enough(dxf):
    source = dxf(drawing(circle()))
    assert source.geometries[0].area == pytest.approx(math.pi * 2500, rel=5e-6)
    source = dxf(drawing(polyline(bulges={0: 1.0})))
    assert source.geometries[0].area == pytest.approx(10_000 + math.pi * 1250, rel=5e-6)
    assert any("弧线 1 段" in note for note in source.notes)


def test_blocks_are_drawn_where_they_are_inserted(dxf):
    inside = polyline([(0, 0), (10, 0), (10, 10), (0, 10)], layer="块")
    source = dxf(drawing(insert("A", 547000, 3382000, scale=10), blocks=block("A", inside)))
    assert source.geometries[0].equals(AREA)


def test_eastings_with_their_zone_tell_the_system(dxf):
    assert dxf(drawing(polyline(moved(SQUARE, east=38e6)))).crs == ZONE_PREFIXED


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "没有闭合的线:请在 CAD 里用 PEDIT"),
        (word(), "没有闭合的线"),
        (line(*SQUARE[:2]) + line(*SQUARE[2:]), r"没有闭合的线\(有 2 条不闭合的线,最小缺口 100\.000 米\)"),
        (polyline(closed=False), "最小缺口 100"),
        (polyline(paper=True), "没有闭合的线"),
        (polyline(SQUARE[:2]), "没有闭合的线"),
        (insert("nowhere"), "没有闭合的线"),
        (insert("A"), "没有闭合的线"),
    ],
)
def test_a_drawing_without_a_closed_line_is_refused_with_the_remedy(dxf, body, told):
    with pytest.raises(BadFile, match=told):
        dxf(drawing(body, blocks=block("A", insert("A"))))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "被截断"),
        (b"x" * 1000, "第 1 行 'xxxxxxxxxxxxxxxxxxxx' 应是组码"),
        (drawing(polyline()).encode("gbk")[:-30], "被截断|应是组码"),
        (drawing(polyline()).replace("EOF\n", "").encode("gbk"), "被截断"),
        (drawing(polyline()).replace("3382100.0", "33x", 1).encode("gbk"), r"第 42 行的数 '33x' 不对"),
        (drawing(polyline([(math.nan, 1), (2, 3), (4, 5)])).encode("gbk"), "的数 'nan' 不对"),
        (drawing(polyline([(1e300, 1), (2, 3), (4, 5)])).encode("gbk"), "的数 '1e\\+300' 不对"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00", "二进制 DXF"),
        (b"AC1032" + b"\0" * 100, "是 DWG 图纸.*另存为"),
        (b"\0" * 100_000, "应是组码"),
        (b"0\n" * 100_001, "被截断"),
    ],
)
def test_what_is_broken_or_another_format_is_refused(dxf, content, told):
    with pytest.raises(BadFile, match=told):
        dxf(content)


@pytest.mark.parametrize("name", ["a.dwg", "a.geojson", "a.shp", "a.txt", "a.zip"])
def test_a_dwg_is_told_by_its_first_bytes_whatever_it_is_called(dxf, tmp_path, name):
    content = b"AC1027" + b"\0" * 100
    if name == "a.zip":
        with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
            packed.writestr("红线.dwg", content)
        content = (tmp_path / "b.zip").read_bytes()
    with pytest.raises(BadFile, match="DWG 图纸"):
        dxf(content, name=name)


def test_blocks_in_blocks_without_end_are_refused_before_they_are_drawn(dxf):
    for depth, each in (
        (8, "".join(insert("B{}", n) for n in range(20))),
        (4, insert("B{}", columns=3000, rows=3000)),
    ):
        blocks = "".join(block(f"B{n}", each.replace("{}", str(n + 1))) for n in range(depth))
        blocks += block(f"B{depth}", polyline())
        begun = time.process_time()
        with pytest.raises(TooLarge, match="展开图块后"):
            dxf(drawing(insert("b0"), blocks=blocks))
        assert time.process_time() - begun < 2


def test_a_zipped_drawing_is_read_by_its_layer(tmp_path):
    with zipfile.ZipFile(tmp_path / "红线.zip", "w") as packed:
        packed.writestr("a.dxf", drawing(polyline() + polyline(layer="绿线")).encode("gbk"))
    assert len(read_source(tmp_path / "红线.zip", Reading(layer_name="红线"))) == 1


def test_imports_read_a_drawing(imported, tmp_path):
    (tmp_path / "a.dxf").write_bytes(drawing(polyline(moved(SQUARE, east=38e6))).encode("gbk"))
    report = imported("project", tmp_path / "a.dxf", wishes=Wishes(columns={"图层": "code"}))
    assert report.inserted == 1, report.rejects


def test_a_spline_and_other_things_do_not_hurt(dxf):
    ellipse = tags((0, "ELLIPSE"), (8, "红线"), (100, "AcDbEllipse"), (10, 547000), (20, 3382000), (11, 100), (21, 0),
                   (40, 0.5), (41, 0), (42, 2 * math.pi))  # fmt: skip
    (shape,) = dxf(drawing(ellipse)).geometries
    assert shape.area == pytest.approx(math.pi * 5000, rel=1e-5) and np.isfinite(shapely.bounds(shape)).all()
