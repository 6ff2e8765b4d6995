"""The document read back by python-docx: every figure is the answer's own, and it says whose copy of what it is."""

import copy
import io
import re
import zipfile

import docx
import pytest
from PIL import Image

from api.landuse.paper import document, land_tables, words
from api.landuse.paper.document import docx_of
from api.landuse.paper.table import folded, said
from tests.api.landuse.paper.checks import check, feature, many_cornered
from tests.api.landuse.paper.conftest import NOW, READER, made

NASTY = "甲\x00乙\x0b\ud800<w:p>&\"'=1+1{{ x }}\u202e"


def read(body):
    return docx.Document(io.BytesIO(body))


def texts(read_back):
    """Everything written in the body, a paragraph or cell each, in its order."""
    return [node.text for node in read_back.element.body.iter(f"{{{docx.oxml.ns.nsmap['w']}}}t")]


def rows(read_back, *heads):
    """The rows of the table whose heading row begins so."""
    for table in read_back.tables:
        told = [[cell.text for cell in row.cells] for row in table.rows]
        if told[0][: len(heads)] == list(heads):
            return told[1:]
    raise AssertionError(f"no table {heads}")


@pytest.fixture(scope="module")
def found(docx_file):
    return read(docx_file.body)


def test_the_verdict_and_its_gravest_reasons_stand_in_a_box_before_all_else(found, answer):
    box = found.tables[0].rows[0].cells[0].text
    assert "结论:不可" in box.replace("：", ":") and "拟开展活动:建设" in box.replace("：", ":")
    assert "40,300.00 平方米（4.0300 公顷，60.45 亩）" in box
    assert "不可 2 条、不能判定 1 条、须报批 1 条" in box
    assert "占用永久基本农田 10.8 亩" in box and "占用农用地" not in box
    before = [one.text for one in found.paragraphs[:3]]
    assert before[0] == "用地核查意见" and "线索，非认定" in before[1] and answer["check"] in before[1]


def test_who_asked_when_and_what_it_stands_on(found):
    facts = {cell.text for row in found.tables[1].rows for cell in row.cells}
    assert {"清丰村堆场", "李四", "2026-11-27 07:10:00（东八区）", "2026-11-27 07:09:59（东八区）",
            "2026 年 11 月 27 日", "界址点.txt", "CGCS2000 3 度带 114°E（提交时指明）",
            "X 与 Y 看似颠倒，已按北在前读。",
            "地类图斑：2025年度变更调查（2025-12-31）",
            "40,300.00 平方米（4.0300 公顷，60.45 亩）"} <= facts  # fmt: skip


def test_each_page_says_whose_copy_it_is_of_what_and_which_page(found, answer):
    [section] = found.sections
    head, foot = section.header.paragraphs[0].text, section.footer._element.xml
    assert "内部资料" in head and f"{READER} 于 2026-11-27 15:10 打印" in head
    assert answer["check"] in foot and "线索，非认定" in foot
    assert re.findall(r"<w:instrText[^>]*> (\w+) <", foot) == ["PAGE", "NUMPAGES"]
    assert f"内部资料 {READER}" in section.header._element.xml.split("<v:textpath")[-1], "across the page"


def test_reasons_have_number_citation_remedy_features_and_rule(found, answer):
    said_all = "".join(texts(found))
    for number, reason in enumerate(answer["verdict"]["reasons"], start=1):
        assert f"{number}. 【{words.ANSWERS[reason['answer']]}】{words.typeset(reason['text'])}" in said_all
        assert words.typeset(reason["citation"]) in said_all and reason["rule"] in said_all
        assert words.typeset(reason["remedy"]) in said_all
        for one in reason["features"]:
            assert one["code"] in said_all
    assert "图上 1、2、4、6 号图斑（编号与版次见图斑明细）" in said_all
    assert "PERMANENT_FARMLAND-01 永久基本农田（2025年度变更调查，2026-11-26 18:02 入库）" in said_all


def test_figures_of_the_tables_are_those_of_the_answer(found, answer):
    table = rows(found, "地类编码", "地类名称")
    for row, told in zip(table, answer["classes"][0]["rows"], strict=True):
        m2 = told["area"]["m2"]
        assert row[0] == told["code"] and row[1] == told["name"]
        assert [float(row[at].replace(",", "")) for at in (3, 4, 5)] == pytest.approx(
            [round(m2, 2), round(m2 / 10_000, 4), round(m2 * 3 / 2000, 2)], abs=1e-9
        )
        assert row[6] == words.share(told["share"]) and row[7] == words.m2(told["uncertain"]["m2"])
    for heads, made_of in (
        (("类别", "平方米"), land_tables.groups),
        (("项目", "平方米"), land_tables.cultivated),
        (("序号", "图斑编号"), land_tables.pieces),
    ):
        wanted = folded(made_of(answer))
        cells = [[said(value, one.kind) for value, one in zip(row, wanted.columns, strict=True)] for row in wanted.rows]
        assert rows(found, *heads)[: len(cells)] == cells


def test_pieces_add_up_to_what_is_printed_below_them(found, answer):
    *table, total = rows(found, "序号", "图斑编号")
    assert total[0] == "合计" and total[7] == words.m2(sum(one["area"]["m2"] for one in answer["pieces"]))
    assert [row[-1] for row in table].count("碎片") == 1
    assert "版次：2025年度变更调查。入库：2026-11-26 18:02。" in "".join(texts(found)), "said once, not in each row"


def test_no_overlap_no_data_and_no_ratio_are_told_apart_from_nought(found):
    zones = {row[0]: row for row in rows(found, "控制区", "情况")}
    assert zones["城镇开发边界"][1:4] == ["无此图层数据", "—", "—"]
    assert zones["储备土地"][1:3] == ["不重叠", "—"] and zones["储备土地"][6] == "787.74"
    assert zones["生态保护红线"][1:3] == ["有重叠", "1,000.00"]
    assert rows(found, "序号", "图斑编号")[1][6] == "—", "a ratio that nobody wrote down"
    assert "“无此图层数据”不等于不在控制区内" in "".join(texts(found))
    assert "净面积在上列净面积与上限之间，不按 0 扣除" in "".join(texts(found))


def test_corners_are_listed_as_surveyors_do(found):
    table = rows(found, "圈", "界址点号")
    assert [row[1] for row in table] == [*(f"J{n}" for n in (1, 2, 3, 4, 1)), *(f"J{n}" for n in (5, 6, 7, 8, 5)),
                                        *(f"J{n}" for n in (9, 10, 11, 12, 9))]  # fmt: skip
    assert {row[0] for row in table} == {"地块 1 外圈", "地块 1 内圈 1", "地块 2 外圈"}
    assert table[0][2:] == ["3383820.000", "547720.000", "180.00"], "X is north, metres to the millimetre"
    assert "EPSG:4547（CGCS2000 3 度带，中央子午线 114°E，东坐标不含带号）" in "".join(texts(found))


def test_many_corners_stand_in_two_halves_and_the_rest_in_the_workbook():
    told = read(docx_of(many_cornered(300), None, READER, NOW))
    table = rows(told, "界址点号", "X 北（米）")
    assert len(table) == 80 and table[0][0] == "J1" and table[0][4] == "J81" and table[-1][4] == "J160"
    assert "以上为前 160 行，其余 141 行见 XLSX 的“界址点”表。" in "".join(texts(told))


def test_the_map_is_in_it_at_300_dpi_and_as_wide_as_the_text(found):
    [shape] = found.inline_shapes
    section = found.sections[0]
    assert shape.width == pytest.approx(section.page_width - section.left_margin - section.right_margin, abs=1000)
    [part] = [part for part in found.part.package.iter_parts() if part.partname.endswith(".png")]
    picture = Image.open(io.BytesIO(part.blob))
    assert picture.width == pytest.approx(165 / 25.4 * 300, abs=1) and round(picture.info["dpi"][0]) == 300
    assert picture.height < (297 - 60) / 25.4 * 300, "it fits a page"


def test_what_it_is_not_is_said(found):
    said_all = "".join(texts(found))
    for told in ("线索，非认定", "自然资发〔2023〕258 号", "须经现场核实", "1 亩 = 2000/3 平方米",
                 "合计使面积不确定 100.00 平方米", "余差 <0.01 平方米", "核查人", "凭编号可在平台"):  # fmt: skip
        assert told in said_all, told


def test_fonts_are_named_as_word_and_wps_have_them(found):
    fonts = found.styles["Normal"].element.rPr.rFonts
    names = {fonts.get(docx.oxml.ns.qn(f"w:{side}")) for side in ("ascii", "hAnsi", "eastAsia", "asciiTheme")}
    assert names == {"宋体", "Times New Roman", None}
    assert 'w:eastAsia="zh-CN"' in found.settings.element.xml and "ja-JP" not in found.styles.element.xml


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang",
}
"""The children of these elements in the order that ECMA-376 (part 1, annex A) has them in."""


def test_its_markup_is_in_the_order_that_word_insists_on(found):
    section = found.sections[0]
    for root in (found.element, section.header._element, section.footer._element, found.styles.element):
        for name, order in ORDER.items():
            wanted = order.split()
            for node in root.iter(docx.oxml.ns.qn(f"w:{name}")):
                places = [wanted.index(child.tag.split("}")[1]) for child in node]
                assert places == sorted(places), [child.tag for child in node]


def test_a_long_table_ends_with_where_the_rest_is(answer):
    many = copy.deepcopy(answer)
    many["pieces"] = [answer["pieces"][0] | {"piece": number} for number in range(1, 62)]
    many["verdict"]["reasons"] = [answer["verdict"]["reasons"][0]] * 43
    many["verdict"]["reasons"][0]["features"] = [feature("zone", f"JBNT-{n}") for n in range(15)]
    told = read(docx_of(many, None, READER, NOW))
    *table, total = rows(told, "序号", "图斑编号")
    assert len(table) == 40 and total[7] == words.m2(61 * answer["pieces"][0]["area"]["m2"]), (
        "of all, not of those shown"
    )
    said_all = "".join(texts(told))
    assert "以上为前 40 行，其余 21 行见 XLSX 的“图斑”表。" in said_all
    assert "以上为前 40 条，其余 3 条见 XLSX 的“理由”表。" in said_all and "等共 15 个" in said_all


def test_names_stay_text_whatever_is_in_them(answer):
    nasty = copy.deepcopy(answer) | {"name": NASTY + "长" * 5000, "made_by": NASTY, "check": None}
    nasty["asked"] |= {"source": NASTY, "notes": [NASTY]}
    nasty["pieces"][0] |= {"code": NASTY, "owner": NASTY}
    nasty["verdict"]["reasons"][0] |= {"text": NASTY, "features": [feature("zone", NASTY, NASTY)]}
    told = read(docx_of(nasty, None, NASTY, NOW))
    cells = {cell.text for row in told.tables[1].rows for cell in row.cells}
    plain = "甲 乙  <w:p>&\"'=1+1{{ x }} "
    assert plain + "长" * 5000 in cells and plain in cells
    assert "编号：未存档" in "".join(texts(told)) and "本次核查没有存档" in "".join(texts(told))


def test_other_verdicts_and_nothing_at_all_are_printed_too(answer):
    empty = check(
        pieces=[], groups=[], ownership=[], owners=[], grids=[], touched=[], slivers=[], editions=[], classes=[]
    )
    empty["verdict"] = {"answer": "yes", "title": "可", "reasons": [], "stamp": "线索,非认定"}
    empty["base"] |= {"gaps": [], "overlaps": []}
    said_all = "".join(texts(read(docx_of(empty, None, READER, NOW))))
    for told in (
        "可（拟开展活动",
        "没有触及任何规则",
        "没有地类图斑覆盖本范围。",
        "不涉及已登记",
        "没有底图缝隙：地类图斑覆盖了全部范围。",
        "没有底图重叠。",
    ):
        assert told in said_all, told
    unsure = check(verdict={"answer": "unknown", "title": "不能判定", "reasons": [], "stamp": "线索,非认定"})
    assert "不能判定" in read(docx_of(unsure, None, READER, NOW)).tables[0].rows[0].cells[0].text


def test_samples_are_called_so(answer):
    for kind, told in (("sample", "全部资料为示例数据"), ("mixed", "部分资料为示例数据")):
        assert told in "".join(texts(read(docx_of(answer | {"sample": kind}, None, READER, NOW))))
    assert "示例数据" not in "".join(texts(read(docx_of(answer, None, READER, NOW))))


def test_two_dates_are_compared_in_words_and_tables(answer):
    altered = feature("landuse", "4201", title="地类图斑", what="altered", fields={"class_code": ["0103", None],
                      "area_m2": [863.4, 12.345], "ownership": ["collective", "state"]})  # fmt: skip
    compared = {
        "then": {"as_of": "2024-12-31", "known_at": "2026-11-27T07:09:59+08:00", "verdict": {}},
        "verdict": {"before": "ask", "after": "no"}, "text": "2024-12-31 → 2026-11-27:结论由“须报批”变为“不可”。",
        "classes": [{"from": "0103", "from_name": "旱地", "to": None, "to_name": "未覆盖",
                     "area": {"m2": 863.4, "ha": 0.08634, "mu": 1.2951}}],
        "zones": [{"kind": "eco_redline", "name": "生态保护红线", "before": {"m2": 0.0, "ha": 0.0, "mu": 0.0},
                   "after": {"m2": 2595.4, "ha": 0.25954, "mu": 3.8931}, "change_m2": 2595.4, "state_before": "none",
                   "state_after": "overlap"}],
        "features": [altered],
    }  # fmt: skip
    told = read(docx_of(answer | {"compared": compared}, None, READER, NOW))
    assert "对照时点：数据现状日 2024-12-31，知晓时点 2026-11-27 07:09。2024-12-31 → 2026-11-27：结论由" in "".join(
        texts(told)
    )
    assert rows(told, "原地类", "现地类") == [["0103 旱地", "未覆盖", "863.40", "0.0863", "1.30"]]
    assert rows(told, "控制区", "原情况") == [["生态保护红线", "不重叠", "0.00", "有重叠", "2,595.40", "2,595.40"]]
    assert rows(told, "图层", "要素")[0] == [
        "地类图斑", "4201", "变更", "地类编码 0103 → (空);范围内面积(平方米) 863.40 → 12.35;权属 集体 → 国有"
    ]  # fmt: skip


def test_without_a_chinese_font_the_document_comes_without_a_map_and_says_so(monkeypatch, answer):
    from api.landuse.paper.drawing import page
    from layers.errors import NotPossible

    def none(font):
        raise NotPossible("本机没有中文字体")

    monkeypatch.setattr(page, "find_letters", none)
    file = made(answer, "docx")
    assert file.notice and "本机没有中文字体" in file.notice
    told = read(file.body)
    assert not told.inline_shapes and words.typeset(file.notice) in "".join(texts(told))


def test_it_is_a_sound_archive_of_ours(docx_file):
    with zipfile.ZipFile(io.BytesIO(docx_file.body)) as packed:
        assert packed.testzip() is None
        assert not [name for name in packed.namelist() if "vba" in name.lower() or name.endswith(".bin")]
        assert b'TargetMode="External"' not in b"".join(packed.read(name) for name in packed.namelist())
    assert docx_file.name == "用地核查意见 YD20261127-7KQ2MXAB.docx" and docx_file.notice is None
    assert document.__doc__
