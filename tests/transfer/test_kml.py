"""KML as it is found in the field: Chinese fields, folders, heights, tables in descriptions; and hostile ones."""

import zipfile
from xml.etree.ElementTree import Element, SubElement, tostring

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import Point

from api.transfer.exporting import read_features, write_features
from api.transfer.read import Reading, read_source
from layers.catalogue import read_catalogue
from layers.errors import BadFile, BadInput, TooLarge
from tests.transfer.places import square

CATALOGUE = read_catalogue()
SPOT = "<Point><coordinates>114.5,30.5,12.5</coordinates></Point>"
HTML = "<table><tr><td>编码</td><td>7</td></tr></table>"


@pytest.fixture
def kml(tmp_path):
    """A function that writes the inside of a Document to a KML."""

    def write(inside, name="a.kml", head='<?xml version="1.0" encoding="UTF-8"?>', encoding="utf-8"):
        spaces = 'xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"'
        path = tmp_path / name
        path.write_bytes(f"{head}<kml {spaces}><Document><name>图</name>{inside}</Document></kml>".encode(encoding))
        return path

    return write


def placemark(name="甲", inside="", shape=SPOT):
    return f"<Placemark><name>{name}</name>{inside}{shape}</Placemark>"


def data(**fields):
    told = "".join(f'<Data name="{name}"><value>{value}</value></Data>' for name, value in fields.items())
    return f"<ExtendedData>{told}</ExtendedData>"


def texts(source):
    return {name: values.tolist() for name, values in source.fields.items()}


def test_fields_keep_their_chinese_names_and_their_text(kml):
    schema = '<Schema name="s" id="s"><SimpleField name="编码" type="int"/></Schema>'
    told = '<ExtendedData><SchemaData schemaUrl="#s">'
    told += (
        '<SimpleData name="编码">007</SimpleData><SimpleData name="未声明">a</SimpleData></SchemaData></ExtendedData>'
    )
    source = read_source(kml(schema + placemark(inside=told) + placemark("乙", data(类别="湖", 编码="8"))))
    assert texts(source) == {
        "name": ["甲", "乙"],
        "编码": ["007", "8"],
        "未声明": ["a", None],
        "类别": [None, "湖"],
    }
    assert source.crs == "EPSG:4326" and source.geometries[0].equals(Point(114.5, 30.5))


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)


@given(st.dictionaries(words, words, max_size=5))
@example({"甲乙": "1", "丙丁": "2", "fault": "3", "f0": "4", "Name": "5", "icon": "6"})
@settings(max_examples=30)
def test_whatever_fields_are_called_they_come_as_they_are(tmp_path_factory, fields):
    root = Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    placed = SubElement(root, "Placemark")
    extended = SubElement(placed, "ExtendedData")
    for name, value in fields.items():
        SubElement(SubElement(extended, "Data", name=name), "value").text = value
    SubElement(SubElement(placed, "Point"), "coordinates").text = "114.5,30.5"
    path = tmp_path_factory.mktemp("kml") / "a.kml"
    path.write_bytes(tostring(root, "utf-8", xml_declaration=True))
    assert texts(read_source(path)) == {name: [value] for name, value in fields.items()}


def test_folders_are_layers_and_those_without_placemarks_are_none(kml):
    inner = f"<Folder><name>支流</name>{placemark('丙')}</Folder>"
    path = kml(f"<Folder><name>河</name>{placemark()}{inner}</Folder><Folder><name>空</name></Folder>")
    with pytest.raises(BadInput, match=r"2 个图层.*--layer-name.*河、支流。"):
        read_source(path)
    assert texts(read_source(path, Reading(layer_name="支流"))) == {"name": ["丙"]}
    assert len(read_source(kml("<Folder><name>空</name></Folder>"))) == 0


def test_a_table_in_a_description_stays_a_text(kml):
    source = read_source(kml(placemark(inside=f"<description><![CDATA[{HTML}]]></description>")))
    assert texts(source) == {"name": ["甲"], "description": [HTML]}


def test_heights_are_dropped_and_said(kml, imported):
    report = imported("site", kml(placemark(inside=data(编码="1", 点位类别="界桩"))))
    assert report.inserted == 1, report.rejects
    assert report.repairs == {"去掉高程 Z 或测量值 M": 1}


def test_what_is_no_placemark_is_left_out_and_said(kml):
    more = "<NetworkLink><Link><href>http://127.0.0.1:1/x.kml</href></Link></NetworkLink>"
    more += "<GroundOverlay><LatLonBox><north>31</north><south>30</south></LatLonBox></GroundOverlay>"
    source = read_source(kml(placemark() + more))
    assert len(source) == 1 and source.notes == ("未读取网络链接 1 处", "未读取叠加图 1 处")


def test_shapes_of_several_parts_and_tracks_are_read(kml):
    ring = "<outerBoundaryIs><LinearRing><coordinates>114,30 114.1,30 114.1,30.1</coordinates></LinearRing>"
    area = f"<Polygon>{ring}</outerBoundaryIs></Polygon>"
    track = "<gx:Track><when>2026-01-02T00:00:00Z</when><gx:coord>114 30 1</gx:coord>"
    track += "<when>2026-01-02T00:01:00Z</when><gx:coord>114.1 30 1</gx:coord></gx:Track>"
    shapes = [f"<MultiGeometry>{area}{area}</MultiGeometry>", f"<MultiGeometry>{area}{SPOT}</MultiGeometry>", track]
    found = read_source(kml("".join(placemark(shape=shape) for shape in shapes))).geometries
    assert [shape.geom_type for shape in found] == ["MultiPolygon", "GeometryCollection", "LineString"]


def test_coordinates_that_are_no_numbers_are_told_by_row(kml):
    spots = ["114.5, 30.5 ,1", "114.5,3O.5", "东经,30.5", "114.5"]
    shapes = [f"<Point><coordinates>\n {spot} \n</coordinates></Point>" for spot in spots]
    source = read_source(kml("".join(placemark(shape=shape) for shape in [*shapes, ""])))
    assert source.geometries[0].equals(Point(114.5, 30.5)) and source.geometries[4] is None
    assert [fault and fault[:6] for fault in source.faults] == [None, *["坐标不是数字"] * 3, None]


@pytest.mark.parametrize(("said", "encoding"), [("GB2312", "gbk"), ("utf-16", "utf-16"), ("UTF-8", "utf-8-sig")])
def test_a_kml_is_read_in_its_encoding(kml, said, encoding):
    head = f'<?xml version="1.0" encoding="{said}"?>'
    assert texts(read_source(kml(placemark("花山镕"), head=head, encoding=encoding))) == {"name": ["花山镕"]}


def test_an_encoding_that_is_not_so_may_be_said(kml):
    path = kml(placemark("花山"), encoding="gbk")
    with pytest.raises(BadFile, match=r"不是 UTF-8.*--encoding"):
        read_source(path)
    assert texts(read_source(path, Reading(encoding="gbk"))) == {"name": ["花山"]}


LAUGHS = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY e0 "ha">{LAUGHS}]><kml><name>&e9;</name></kml>', "实体"),
        ('<?xml version="1.0"?><!DOCTYPE k SYSTEM "file:///etc/passwd"><kml/>', "实体"),
        (f"<kml>{'<Folder>' * 5_000}{'</Folder>' * 5_000}</kml>", "嵌套超过"),
        ("<gpx/>", "不是 KML"),
        ("<kml><Document><Placemark>", "不是完整的 KML"),
        ("", "不是完整的 KML"),
        ('<?xml version="1.0" encoding="klingon"?><kml/>', "KLINGON"),
        ("<kml><Document/></kml>", "没有带图形的图层"),
    ],
)
def test_what_is_hostile_or_broken_is_refused(tmp_path, text, told):
    path = tmp_path / "a.kml"
    path.write_text(text)
    with pytest.raises(BadFile, match=told):
        read_source(path)


def test_a_kml_too_large_or_too_wide_is_refused(kml, monkeypatch):
    path = kml(placemark(inside=data(甲=1, 乙=2)))
    monkeypatch.setattr("api.transfer.kml._MOST_FIELDS", 1)
    with pytest.raises(TooLarge, match="2 个字段"):
        read_source(path)
    monkeypatch.setattr("api.transfer.kml._LARGEST", 100)
    with pytest.raises(TooLarge, match="上限"):
        read_source(path)


def test_a_kmz_is_the_kml_in_it(kml, tmp_path):
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(kml(placemark(), name="doc.kml"), "doc.kml")
        packed.writestr("files/icon.png", b"\x89PNG")
    assert texts(read_source(path)) == {"name": ["甲"]}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("doc.kml", b" " * 50_000_000)
    with pytest.raises(TooLarge, match="炸弹"):
        read_source(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadFile, match="不完整"):
        read_source(path)


def test_a_kml_speaks_chinese_and_says_what_it_cannot_hold(connection, imported, geojson, tmp_path):
    fields = {"code": "1", "name": "甲]]>&", "obstacles": "拆\x0b迁\r\n一"}
    imported("project", geojson((fields, square()), ({"code": "2", "due_on": "2026-01-02"}, square())))
    written = write_features(read_features(connection, CATALOGUE["project"]), tmp_path / "out.kml")
    assert written.remarks == ["字段 obstacles(未解决的问题) 有 1 处控制字符,KML 不能存,已去掉"]
    told = texts(read_source(tmp_path / "out.kml"))
    assert told["未解决的问题"] == ["拆迁\n一", None] and told["name"] == ["甲]]>&", None]
    assert told["计划完成日期"] == [None, "2026-01-02"], sorted(told)
