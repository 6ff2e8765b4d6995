"""The 界址点 coordinate text: every way it is written is read alike, and what is wrong is refused with its row."""

import re

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from api.transfer.boundary.reader import boundary_of, order_told, shapes_of
from api.transfer.boundary.text import decoded, plain
from api.transfer.read import Reading, read_source
from api.transfer.source import CLOSED
from layers.crs import METRIC_DEFAULT, STORED, ZONE_PREFIXED
from layers.errors import BadCrs, BadFile, TooLarge
from tests.transfer.boundary_texts import HEAD, SQUARE, plot, rows

AREA = shapely.Polygon([(east, north) for north, east in SQUARE])


def shape_of(text):
    """The one shape of a text, its easting first."""
    found = boundary_of(text)
    assert [one.fault for one in found.plots] == [None]
    return shapes_of(found, found.axes.order)[0][0]


def fault_of(text):
    """The first reason for which a plot of a text cannot be taken."""
    return next(one.fault for one in boundary_of(text).plots if one.fault)


def test_the_official_text_is_read_with_its_system_and_its_head():
    found = boundary_of(HEAD + plot(rows()))
    assert found.crs == METRIC_DEFAULT and found.axes.order == "ne" and found.notes == []
    assert found.plots[0].name == "一号地" and found.plots[0].fields["地类编码"] == "0701"
    assert shapes_of(found, "ne")[0][0].equals(AREA)
    assert "与标准一致" in order_told(found, "ne")


FORMS = {
    "official": "{label},{ring},{north:.3f},{east:.3f}",
    "east first": "{label},{ring},{east:.3f},{north:.3f}",
    "label, blanks": "{label} {north:.3f} {east:.3f}",
    "number, commas": "{number},{east:.3f},{north:.3f}",
    "tabs": "{label}\t{north:.3f}\t{east:.3f}",
    "semicolons": "{label};{ring};{north:.3f};{east:.3f}",
    "Chinese comma": "{label},{ring},{north:.3f},{east:.3f}",
    "enumeration comma": "{label}、{ring}、{north:.3f}、{east:.3f}",
    "bare": "{north:.3f} {east:.3f}",
    "named": "X={north:.3f} Y={east:.3f}",
    "named the other way": "{label} Y:{east:.3f},X:{north:.3f}",
    "named closely": "X{north:.3f},Y{east:.3f}",
    "mathematician's": "X={east:.3f} Y={north:.3f}",
    "north and east": "N={north:.3f} E={east:.3f}",
    "heights": "{label} {north:.3f} {east:.3f} 23.45",
    "count, label": "{number} {label} {north:.3f} {east:.3f}",
    "units": "{label} {north:.3f}m {east:.3f}m",
    "word": "拐点{number} {north:.3f} {east:.3f}",
}
points = st.tuples(
    st.integers(3_300_000_000, 3_450_000_000).map(lambda mm: mm / 1000),
    st.integers(400_000_000, 600_000_000).map(lambda mm: mm / 1000),
)
rings = st.lists(points, min_size=3, max_size=12, unique=True)
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})


@given(
    rings, st.sampled_from(sorted(FORMS)), st.booleans(), st.sampled_from([0, 38]), st.booleans(),
    st.sampled_from(["\n", "\r\n", "\n\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le"]),
)  # fmt: skip
@settings(max_examples=150)
def test_an_outline_written_in_any_accepted_way_is_read_as_the_same_ring(
    ring, form, closed, prefix, wide, ends, encoding
):
    text = rows(ring, form=FORMS[form], closed=closed, prefix=prefix).replace("\n", ends)
    encoding = encoding if not wide else encoding.replace("-le", "")
    text = (
        "".join(line.translate(WIDE) if line.strip() else line for line in text.splitlines(keepends=True))
        if wide
        else text
    )
    found = boundary_of(decoded(text.encode(encoding), "a.txt"))
    assert [one.fault for one in found.plots] == [None]
    east = np.array([(east + prefix * 1e6, north) for north, east in [*ring, ring[0]]])
    assert found.axes.zone == prefix and found.crs == (ZONE_PREFIXED if prefix else None)
    assert (shapely.get_coordinates(shapes_of(found, found.axes.order)[0][0]) == east).all()


@pytest.mark.parametrize("form", FORMS)
def test_the_order_that_was_taken_is_told(form):
    found = boundary_of(rows(form=FORMS[form]))
    told = order_told(found, found.axes.order)
    assert ("相反" in told) == (form in ("east first", "number, commas", "mathematician's"))


seconds = st.integers(0, 3_599_999)


@given(
    st.lists(st.tuples(seconds, seconds), min_size=3, max_size=9, unique=True),
    st.sampled_from([
        "{lon} {lat}", "{lat},{lon}", "J{n} {lon} {lat}", "东经{lon} 北纬{lat}", "N{lat},E{lon}", "{lat}N {lon}E",
    ]),
    st.sampled_from(["°′″", "度分秒", "°'\"", "°′′′"]),
)  # fmt: skip
@settings(max_examples=40)
def test_degrees_minutes_and_seconds_are_read_to_a_tenth_of_a_millimetre(parts, form, signs):
    def angle(whole, milliseconds):
        minutes, rest = divmod(milliseconds, 60_000)
        last = signs[2:] if len(signs) == 3 else "''"
        return f"{whole}{signs[0]}{minutes:02d}{signs[1]}{rest / 1000:06.3f}{last}"

    text = "\n".join(form.format(n=n, lon=angle(114, a), lat=angle(30, b)) for n, (a, b) in enumerate(parts))
    found = boundary_of(text)
    assert found.crs == STORED and found.axes.degrees, found.plots[0].fault
    read = shapely.get_coordinates(shapes_of(found, found.axes.order)[0][0])
    wanted = [(114 + a / 3_600_000, 30 + b / 3_600_000) for a, b in [*parts, parts[0]]]
    assert np.abs(read - wanted).max() < 1e-9


@pytest.mark.parametrize(
    "text",
    [
        "114.5,30.5;114.51,30.5;114.51,30.51",
        "114.5,30.5,0 114.51,30.5,0 114.51,30.51,0",
        "114.5 30.5;114.51 30.5;114.51 30.51;",
    ],
)
def test_a_line_of_several_points_is_read_as_many(text):
    assert len(shape_of(text).geoms[0].exterior.coords) == 4


def test_a_ring_within_another_is_a_hole_and_one_beside_it_a_part():
    inner = [(north / 10 + 3043850, east / 10 + 492345) for north, east in SQUARE]
    beside = [(north + 500, east) for north, east in SQUARE]
    text = HEAD + plot(rows(), rows(inner, ring=2), rows(beside, ring=3))
    shape = shape_of(text)
    assert len(shape.geoms) == 2 and shape.area == pytest.approx(19_900)
    assert "3 圈,其中 1 圈在别的圈内" in shapes_of(boundary_of(text), "ne")[1][0]


def test_rings_without_numbers_are_told_apart_by_closing_by_labels_and_by_blank_lines():
    beside = [(north + 500, east) for north, east in SQUARE]
    form = FORMS["label, blanks"]
    for between in ("", "\n", "内环:\n"):
        for closed in (True, False):
            text = rows(form=form, closed=closed) + between + rows(beside, form=form, closed=closed)
            assert len(shape_of(text).geoms) == 2, (between, closed)


def test_plots_by_name_and_plots_with_one_number_are_kept_apart():
    form = FORMS["label, blanks"]
    found = boundary_of(f"地块1:\n{rows(form=form)}地块二\n{rows(form=form)}")
    assert [one.name for one in found.plots] == ["地块1", "地块二"]
    found = boundary_of(HEAD + plot(rows()) + plot(rows(), name="二号地"))
    assert len(found.plots) == 2 and any("地块编号 1 用了 2 次" in note for note in found.notes)


def test_words_around_the_corners_are_told_and_left_out():
    found = boundary_of(f"您好,请核查:\n{rows(form=FORMS['label, blanks'])}\n张三 13812345678 2026年11月26日\n")
    assert found.plots[0].fault is None
    assert any("有文字 2 行不是坐标,未读取:第 1、8 行" in note for note in found.notes)
    assert not any("13812345678" in note for note in found.notes), "a document has no place for it"


def test_a_row_that_is_missing_is_told_by_the_labels():
    text = re.sub(r"J3.*\n", "", rows(form=FORMS["label, blanks"]))
    assert any("J2 之后是 J4" in note for note in boundary_of(text).notes)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text[:-9], "第 18 行的坐标 \\(3,382,000, 54\\)"),
        (lambda text: text[:-15], "第 18 行的坐标"),
        (lambda text: text[: text.index("J4")], "声明 5 个点,却有 3 行"),
        (lambda text: text[: text.index("J1,")], "没有坐标"),
        (lambda text: text.replace("5,1.0", "9,1.0"), "声明 9 个点,却有 5 行"),
        (lambda text: text.replace("5,1.0", "五,1.0"), "点数 '五' 不是整数"),
        (lambda text: text.replace(",面,", ",线,"), "不是面"),
        (lambda text: text.replace("J3,1,3382100.000", "J3,1,三三八二"), "第 16 行的坐标 '三三八二' 不是数字"),
        (lambda text: text.replace("J3,1,3382100.000", "J3,1,nan"), "第 16 行的坐标 'nan' 不是数字"),
        (lambda text: text.replace("J3,1,3382100.000", "J3,1,1e12"), "第 16 行的坐标 '1e12' 大得不可能"),
        (lambda text: text.replace("J3,1,3382100.000", "J3,1,338210.000"), "第 16 行的坐标 \\(338,210, 547,100\\)"),
        (lambda text: text.replace("J3,1,3382100.000,547100.000", "J3,1,547100.000,3382100.000"), "第 16 行.*统一顺序"),
        (lambda text: text.replace("J3,1", "J3,2"), "第 17 行又回到第 1 圈"),
        (lambda text: text.replace("547100", "38547100"), "第 15、16 行的东坐标带有带号"),
        (lambda text: text.replace("547100", "39547100").replace("547000", "38547000"), "带号是 39,其余行是 38"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_text_is_told_with_its_row(change, told):
    text = change(HEAD + plot(rows()))
    assert re.search(told, fault_of(text))


UNEVEN = [(north + 0.123, east + 0.456) for north, east in SQUARE]


@pytest.mark.parametrize("form", ["official", "label, blanks"])
def test_a_text_cut_anywhere_is_refused_or_has_lost_nothing(form):
    whole = HEAD + plot(rows(UNEVEN, form=FORMS[form])) if form == "official" else rows(UNEVEN, form=FORMS[form])
    begun = whole.index("J3")
    for cut in range(begun, len(whole)):
        text = whole[:cut]
        try:
            (found,) = boundary_of(text).plots
        except BadFile:
            continue
        if found.fault:
            continue
        told = any("可能被截断" in note for note in boundary_of(text).notes)
        if form != "official" and (told or text.count("J") < 5 or text.endswith(("\n", ".123", ".456"))):
            continue  # whole rows may be lost where nothing says how many there are
        shape = shapes_of(boundary_of(text), "ne")[0][0]
        assert shape.symmetric_difference(shape_of(whole)).area < 0.1, text[-40:]


@given(st.integers(12, 17), st.integers(0, 40), st.sampled_from("0123456789.,J-x "))
@settings(max_examples=60)
def test_a_sign_written_wrongly_is_refused_or_moves_one_corner(row, place, sign):
    lines = (HEAD + plot(rows(UNEVEN))).split("\n")
    lines[row] = lines[row][:place] + sign + lines[row][place + 1 :]
    try:
        plots = boundary_of("\n".join(lines)).plots
    except (BadFile, BadCrs):
        return
    kept = [tuple(point) for one in plots for ring in one.rings for point in ring.points]
    assert any(one.fault for one in plots) or len(set(UNEVEN) & set(kept)) >= 3


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("坐标系=1980西安坐标系", "第 5 行.*没有公开的转换参数.*huashan crs fit"),
        ("坐标系=北京54坐标系", "第 5 行.*1954 北京"),
        ("带号=39", "第 9 行写明带号 39,东坐标前的带号却是 38"),
        ("带号=99", "带号 '99' 不存在"),
        ("带号=19", "带号 19 与“几度分带=3”不符"),
        ("几度分带=5", "几度分带 '5' 不对"),
        ("精度", "第 10 行 '精度' 在属性描述里却不是"),
    ],
)
def test_a_header_that_cannot_be_right_is_refused_with_its_row(said, told):
    head = re.sub(rf"{said.partition('=')[0]}=.*", said, HEAD)
    with pytest.raises((BadCrs, BadFile), match=told):
        boundary_of(head + plot(rows(prefix=38)))


@pytest.mark.parametrize(
    ("head", "prefix", "crs"),
    [
        (HEAD, 38, ZONE_PREFIXED),
        (HEAD, 0, METRIC_DEFAULT),
        (HEAD.replace("带号=38", "带号="), 0, None),
        (HEAD.replace("带号=38", "带号=19").replace("分带=3", "分带=6"), 0, "EPSG:4508"),
        (HEAD.replace("带号=38", "带号="), 19, "EPSG:4497"),
        (HEAD.replace("2000国家大地坐标系", "武汉2000坐标系"), 0, None),
        (HEAD.replace("2000国家大地坐标系", "CGCS2000").replace("=", ":"), 0, METRIC_DEFAULT),
        ("", 37, "EPSG:4525"),
        ("", 0, None),
    ],
)
def test_the_system_is_that_of_the_header_or_of_the_zone_before_the_eastings(head, prefix, crs):
    assert boundary_of(head + plot(rows(prefix=prefix))).crs == crs


def test_a_text_without_corners_or_with_endless_lines_is_refused():
    for text in ("", "\n\n", "您好", "[属性描述]\n带号=38\n[地块坐标]\n"):
        with pytest.raises(BadFile, match="没有读出一个坐标点"):
            boundary_of(text)
    with pytest.raises(TooLarge, match="第 1 行有 10,000,000 个字"):
        plain("9" * 10_000_000)
    with pytest.raises(BadFile, match="GBK"):
        decoded(b"\xff\xff\x81", "a.txt")


def test_imports_read_the_text_too(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes((HEAD + plot(rows(closed=False)) + plot(rows()[:-9], number="2")).encode("gbk"))
    source = read_source(path)
    assert source.crs == METRIC_DEFAULT and source.geometries[0].equals(AREA) and source.repairs == {CLOSED: 1}
    assert list(source.fields["地块编号"]) == ["1", "2"] and list(source.numbers) == [13, 18]
    assert source.faults[0] is None and "第 23 行" in source.faults[1]
    path.write_text("lon,lat\n114.5,30.5\n")
    assert read_source(path, Reading()).geometries[0].geom_type == "Point"
