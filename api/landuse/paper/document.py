"""The answer of a land check as a document to print (DOCX): verdict, reasons, map, tables, caveats."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from api.landuse.paper import conflict_tables, land_tables, source_tables, words
from api.landuse.paper.composing import (
    WIDTH_MM,
    add_box,
    add_facts,
    add_heading,
    add_margins,
    add_picture,
    add_table,
    add_text,
    new_document,
    run,
)
from api.landuse.paper.facts import facts_of
from api.landuse.paper.table import Table, doubled, folded
from api.landuse.paper.words import Json

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["docx_of"]

_BETWEEN_CODES = re.compile(r"(?<=\d{6}、)(?=\d{6})")
"""Where a line may end in a list of codes: left alone, LibreOffice ends it within one."""
_RED, _AMBER, _GREY, _GREEN, _SOFT = "B3261E", "8A4B00", "4A4A4A", "2F6B3B", "55646E"
_BOXES = {"no": (_RED, "FDF1F0"), "ask": (_AMBER, "FDF6EA"), "unknown": (_GREY, "F1F2F2"), "yes": (_GREEN, "EFF6F0")}
_ORDER = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_FEW, _SOME, _CORNERS, _TWO_UP, _REASONS, _NAMED = 20, 40, 160, 24, 40, 12
"""How many rows, reasons and features of one reason paper has; from how many rows on corners stand in two halves."""
_CLUE = (
    "本意见由平台按入库资料与规则自动比对得出,属「线索,非认定」:不作为用地许可、权属认定、行政处罚的依据,"
    "须经现场核实并由主管部门认定(参照自然资发〔2023〕258 号对卫片图斑的要求)。"
)
_MEASURE = (
    "面积为 CGCS2000 椭球面积:在 {system} 中叠加裁切,长于 {densify:g} 米的边加密后计算;1 亩 = 2000/3 平方米。"
    "表中数字按位四舍五入,各行之和与合计可能差末位。"
    "窄于容差({tolerance:g} 米)的重叠列为碎片,已计入面积,不单独作为冲突。"
)


def docx_of(answer: Json, picture: bytes | None, reader: str, at: datetime, remark: str = "") -> bytes:
    """The document. picture: its map, a PNG; None where there is none.  remark: what is to be said of this copy."""
    document = new_document(f"用地核查意见 {answer['check'] or ''}".strip(), at)
    number = answer["check"] or "未存档"
    add_margins(
        document,
        ("内部资料 注意保密", f"{_short(reader)} 于 {words.clock(at)} 打印"),
        f"用地核查意见 {number} 「{answer['verdict']['stamp']}」",
        f"内部资料 {_short(reader)}",
    )
    _add_head(document, answer, remark)
    _add_verdict(document, answer)
    _add_facts(document, answer)
    order = iter(_ORDER)
    _add_reasons(document, answer, next(order))
    if picture:
        _add_map(document, picture, next(order))
    for title, text, tables in _sections(answer):
        add_heading(document, f"{next(order)}、{title}")
        if text:
            add_text(document, text, keep=True)
        for table, most in tables:
            _add_table(document, table, most, alone=len(tables) == 1)
    _add_caveats(document, answer, next(order), reader, at)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:29]}…"


def _add_head(document: "Document", answer: Json, remark: str) -> None:
    add_text(document, "用地核查意见", middle=True, size_pt=22, chinese="黑体")
    add_text(document, f"(线索,非认定)  编号:{answer['check'] or '未存档'}", middle=True, size_pt=11, before_pt=2)
    if answer["sample"] in ("sample", "mixed"):
        which = "全部" if answer["sample"] == "sample" else "部分"
        add_text(document, f"{which}资料为示例数据,不得用于办理。", middle=True, colour=_RED, before_pt=2)
    if remark:
        add_text(document, remark, middle=True, size_pt=9, colour=_SOFT, before_pt=2)
    add_text(document, size_pt=4)


def _add_verdict(document: "Document", answer: Json) -> None:
    """The box that is read first, and perhaps alone."""
    from docx.shared import Pt

    verdict = answer["verdict"]
    colour, fill = _BOXES.get(verdict["answer"], _BOXES["unknown"])
    cell = add_box(document, colour, fill)
    first = cell.paragraphs[0]
    run(first, "结论:", size_pt=14, chinese="黑体")
    run(first, words.ANSWERS.get(verdict["answer"], verdict["title"]), size_pt=22, colour=colour, chinese="黑体")
    run(first, f"(拟开展活动:{answer['asked']['activity_name']})", size_pt=12)
    second = cell.add_paragraph()
    second.paragraph_format.space_before = Pt(3)
    run(second, _summary(answer), size_pt=11)
    for text in _worst(verdict["reasons"]):
        line = cell.add_paragraph()
        run(line, text, size_pt=10.5)


def _summary(answer: Json) -> str:
    """How large the outline is and how many reasons there are of each kind."""
    reasons = answer["verdict"]["reasons"]
    counted = [
        f"{said} {number} 条" for kind, said in words.ANSWERS.items()
        if (number := sum(one["answer"] == kind for one in reasons))
    ]  # fmt: skip
    return f"范围 {words.area(answer['outline']['area'])};{'、'.join(counted) or '没有触及任何规则'}。"


def _worst(reasons: Sequence[Json]) -> list[str]:
    """The reasons of the worst answer in a few words, three at most."""
    worst = [one for one in reasons if reasons and one["answer"] == reasons[0]["answer"] and one["answer"] != "yes"]
    more = [f"另有同类理由 {len(worst) - 3} 条,见理由部分。"] if len(worst) > 3 else []
    return [f"· {one['text']}" for one in worst[:3]] + more


def _add_facts(document: "Document", answer: Json) -> None:
    add_text(document, size_pt=4)
    add_facts(document, facts_of(answer))


def _add_reasons(document: "Document", answer: Json, number: str) -> None:
    add_heading(document, f"{number}、理由与依据")
    reasons = answer["verdict"]["reasons"]
    numbers = {words.key(one): one["piece"] for one in answer["pieces"][:_SOME]}
    if not reasons:
        add_text(document, "没有触及任何规则。")
    for place, one in enumerate(reasons[:_REASONS], start=1):
        _add_reason(document, place, one, numbers)
    if len(reasons) > _REASONS:
        add_text(document, f"以上为前 {_REASONS} 条,其余 {len(reasons) - _REASONS} 条见 XLSX 的“理由”表。")


def _add_reason(document: "Document", place: int, one: Json, numbers: Mapping[tuple[Any, ...], int]) -> None:
    colour = _BOXES.get(one["answer"], _BOXES["unknown"])[0]
    title = add_text(document, before_pt=5, keep=True)
    run(title, f"{place}. ", bold=True)
    run(title, f"【{words.ANSWERS.get(one['answer'], one['answer'])}】", bold=True, colour=colour)
    run(title, one["text"] + ("(碎片,小于容差,请核对范围线)" if one["sliver"] else ""), bold=True)
    size = f"{words.area(one['area'])},占范围 {words.share(one['share'])}" if one["area"] else ""
    near = f"距离 {words.metres(one['nearest_m'])}" if one["nearest_m"] and not one["area"] else ""
    lines = (
        ("面积", "" if "平方米" in one["text"] else ";".join(filter(None, [size, near]))),
        ("依据", one["citation"] and f"{one['citation']}(规则 {one['rule']})"),
        ("办理", one["remedy"]),
        ("规则", "" if one["citation"] else one["rule"]),
        ("涉及", _BETWEEN_CODES.sub("\u200b", words.features(one["features"], _NAMED, numbers))),
    )
    told = [(name, text) for name, text in lines if text]
    for number, (name, text) in enumerate(told, start=1):
        line = add_text(document, indent_mm=7, keep=number < len(told))
        run(line, f"{name}:", size_pt=10, colour=_SOFT)
        run(line, text, size_pt=10)


def _add_map(document: "Document", picture: bytes, number: str) -> None:
    add_heading(document, f"{number}、附图")
    add_picture(document, picture, WIDTH_MM)


def _sections(answer: Json) -> Iterator[tuple[str, str, list[tuple[Table, int]]]]:
    """The tables under their headings, with what is said before them; each with how many of its rows paper has."""
    land = [(land_tables.classes(answer, told), _SOME) for told in answer["classes"] if told["rows"]]
    land += [
        (land_tables.groups(answer), _FEW),
        (land_tables.cultivated(answer), _FEW),
        (land_tables.ownership(answer), _FEW),
        (land_tables.owners(answer), _FEW),
        (land_tables.grids(answer), _FEW),
    ]
    yield "地类、权属与所在", "", land
    yield "控制区", "", [(conflict_tables.zones(answer), _FEW), (conflict_tables.zone_features(answer), _FEW)]
    yield "耕地复垦图斑与重点项目", "", [(conflict_tables.touched(answer), _FEW)]
    yield "地类图斑明细", "", [(land_tables.pieces(answer), _SOME)]
    faults = [conflict_tables.slivers(answer), conflict_tables.gaps(answer), conflict_tables.overlaps(answer)]
    yield "碎片、底图缝隙与重叠", "", [(table, _FEW) for table in faults]
    if answer["compared"]:
        tables = [(table, _FEW) for table in source_tables.compared(answer)]
        yield "两个时点的对比", _difference(answer), tables
    yield "界址点", "", [_corners(answer)]
    yield "资料", "", [(source_tables.editions(answer), _FEW)]


def _corners(answer: Json) -> tuple[Table, int]:
    """The corners, many of them in two halves side by side."""
    table = folded(source_tables.corner_table(answer))
    shown = doubled(table._replace(rows=table.rows[:_CORNERS]), _TWO_UP)
    left = len(table.rows) - _CORNERS
    rest = f"以上为前 {_CORNERS} 行,其余 {left:,} 行见 XLSX 的“{table.name}”表。" if left > 0 else ""
    return shown._replace(note=rest + table.note), _CORNERS


def _difference(answer: Json) -> str:
    """With what it is compared, and what came of it."""
    told = answer["compared"]
    then = told["then"]
    return f"对照时点:数据现状日 {then['as_of']},知晓时点 {words.clock(then['known_at'])}。{told['text']}"


def _add_table(document: "Document", table: Table, most: int, *, alone: bool) -> None:
    if table.rows and not alone:
        heading = add_heading(document, table.title, 2)
        heading.paragraph_format.keep_with_next = True
    if table.rows:
        add_table(document, table, most)
    else:
        add_text(document, table.empty)


def _add_caveats(document: "Document", answer: Json, number: str, reader: str, at: datetime) -> None:
    method, base = answer["method"], answer["base"]
    add_heading(document, f"{number}、说明")
    measured = _MEASURE.format(
        system=words.system(method["metric_crs"]), densify=method["densify_m"], tolerance=method["tolerance_m"]
    )
    unsure = (
        f"底图缝隙 {words.m2(base['gap']['m2'])} 平方米、重叠 {words.m2(base['overlap']['m2'])} 平方米,"
        f"合计使面积不确定 {words.m2(base['uncertain']['m2'])} 平方米;"
        f"范围减图斑之和、加重叠、减缝隙,余差 {words.m2(base['remainder_m2'])} 平方米。"
    )
    again = "凭编号可在平台按同样的现状日与知晓时点重做,结果相同。" if answer["check"] else "本次核查没有存档。"
    texts = (_CLUE, measured, unsure, base["text"], f"本件由 {reader} 于 {words.moment(at)} 打印;{again}")
    for place, text in enumerate(filter(None, texts), start=1):
        add_text(document, f"{place}. {text}", before_pt=3)
    add_text(document, "核查人:              复核人:              日期:      年   月   日", before_pt=26)
