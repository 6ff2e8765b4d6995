"""What stands against an outline or makes its figures unsure: reasons, zones, registers, slivers, the base's faults."""

from api.landuse.paper import words
from api.landuse.paper.table import AREA, FEATURE, SHARE, Column, Table, known
from api.landuse.paper.words import Json, areas, named, title_of

__all__ = ["STATES", "gaps", "overlaps", "reasons", "slivers", "touched", "zone_features", "zones"]

STATES = {
    "overlap": "有重叠",
    "covered": "全部在内",
    "sliver": "仅碎片",
    "near": "毗邻",
    "none": "不重叠",
    "no_data": "无此图层数据",
}
_APART = ("near", "none", "no_data")
"""States of a zone that overlaps nothing: no figure is better than nought."""
_BASE = {"gap": "底图缝隙", "overlap": "底图重叠"}


def reasons(answer: Json) -> Table:
    """Why, by which rule, and what to do: what the document says in words."""
    rows = [
        (number, words.ANSWERS.get(one["answer"], one["answer"]), one["text"], one["citation"], one["remedy"],
         *areas(one["area"]), one["share"], one["nearest_m"], "碎片" if one["sliver"] else "", one["rule"],
         words.features(one["features"], len(one["features"]), {}))
        for number, one in enumerate(answer["verdict"]["reasons"], start=1)
    ]  # fmt: skip
    columns = (Column("序号", "count", 1), Column("结论", width=1.5), Column("事由", width=5), Column("依据", width=7),
               Column("办理", width=6), *AREA, SHARE, Column("距离(米)", "m"), Column("备注", width=1, fold=True),
               Column("规则", width=3), Column("涉及要素", width=8))  # fmt: skip
    return Table("理由", "理由", columns, rows, empty="没有触及任何规则。")


def zones(answer: Json) -> Table:
    """How the outline lies to each kind of zone."""
    rows = [
        (row["name"], STATES.get(row["state"], row["state"]),
         *(areas(None) if row["state"] in _APART else areas(row["overlap"])),
         None if row["state"] in _APART else row["share"], row["nearest_m"],
         named(row["nearest"]) if row.get("nearest") else "")
        for row in answer["zones"]
    ]  # fmt: skip
    columns = (Column("控制区", width=2.8), Column("情况", width=2), *AREA, SHARE, Column("最近距离(米)", "m", 2),
               Column("最近的控制区", width=3.4))  # fmt: skip
    note = (
        "“无此图层数据”不等于不在控制区内:须另行核实。" if any(r["state"] == "no_data" for r in answer["zones"]) else ""
    )
    return Table("控制区", "控制区", columns, rows, note=note)


def zone_features(answer: Json) -> Table:
    """Each zone that is overlapped."""
    rows = [
        (kind["name"], *known(one), *areas(one["area"]), one["share"], "碎片" if one["sliver"] else "")
        for kind in answer["zones"]
        for one in kind["features"]
    ]
    columns = (Column("控制区", width=2.6), *FEATURE, *AREA, SHARE, Column("备注", width=1.2, fold=True))
    return Table("控制区明细", "重叠的控制区", columns, rows, empty="与已有的控制区均无重叠。")


def touched(answer: Json) -> Table:
    """Plots and projects that are overlapped."""
    rows = [
        (one.get("title") or one["layer"], *known(one), *areas(one["area"]), one["share"],
         "碎片" if one["sliver"] else "")
        for one in answer["touched"]
    ]  # fmt: skip
    columns = (Column("类别", width=2.6), *FEATURE, *AREA, SHARE, Column("备注", width=1.2, fold=True))
    return Table("涉及", "涉及的耕地复垦图斑与重点项目", columns, rows, empty="不涉及已登记的耕地复垦图斑与重点项目。")


def slivers(answer: Json) -> Table:
    """What is too thin to be more than a difference of drawing."""
    tolerance = answer["method"]["tolerance_m"]
    titles = _BASE | {one["layer"]: title_of(one) for one in answer["editions"]}
    rows = [
        (titles.get(one["of"], one["of"]), one.get("code"), one.get("name"), (one["area"] or {}).get("m2"),
         one["width_m"], *(one.get("place") or (None, None)))
        for one in answer["slivers"]
    ]  # fmt: skip
    columns = (Column("来自"), Column("编号", width=3), Column("名称", width=3), Column("平方米", "m2"),
               Column("宽(米)", "m", 1.4), Column("经度", "degree", 2), Column("纬度", "degree", 2))  # fmt: skip
    note = f"碎片:容不下半径 {tolerance:g} 米的圆,范围线挪动 {tolerance:g} 米即可能消失;已计入各项面积,不单独作为冲突。"
    return Table("碎片", "碎片", columns, rows, note=note, empty=f"没有窄于容差({tolerance:g} 米)的碎片。")


def gaps(answer: Json) -> Table:
    """Where no parcel covers the outline."""
    rows = [(number, *areas(one["area"])) for number, one in enumerate(answer["base"]["gaps"], start=1)]
    return Table(
        "底图缝隙",
        "底图缝隙(未被地类图斑覆盖)",
        (Column("序号", "count", 1), *AREA),
        rows,
        empty="没有底图缝隙:地类图斑覆盖了全部范围。",
    )


def overlaps(answer: Json) -> Table:
    """Where two parcels cover it at once."""
    rows = [(named(one["a"]), named(one["b"]), *areas(one["area"])) for one in answer["base"]["overlaps"]]
    return Table("底图重叠", "底图重叠(图斑之间)", (Column("图斑甲", width=4), Column("图斑乙", width=4), *AREA), rows,
                 empty="没有底图重叠。")  # fmt: skip
