"""A batch of land checks as files: CSV and a workbook of its rows, a GeoPackage of its outlines and conflicts."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from api.answers.times import said
from api.landuse.batches import store
from api.landuse.batches.told import FAULT
from api.landuse.words import ANSWERS, GROUPS, KINDS, OWNERSHIP, STAMP
from api.transfer.arrow import record_of, schema_of
from api.transfer.columns import Column
from api.transfer.formulas import inert
from api.transfer.workbook import LONGEST_CELL, write_rows
from api.transfer.write_vector import Target, write_batches
from layers.crs import STORED, project

__all__ = ["write"]

M2_PER_MU = 2000 / 3
SHOWN_REASONS = 3
LONGEST = LONGEST_CELL - 10
"""Characters of a text, so that a cell holds it whatever has to be put before it."""
_NUMBER, _TEXT, _WHOLE = "double precision", "text", "integer"
ROW_COLUMNS = (
    Column("number", _WHOLE, "序号"),
    Column("name", _TEXT, "名称"),
    Column("answer", _TEXT, "结论"),
    Column("area_m2", _NUMBER, "面积(平方米)"),
    Column("area_mu", _NUMBER, "面积(亩)"),
    *(Column(group, _NUMBER, f"{name}(平方米)") for group, name in GROUPS.items() if group),
    Column("gross_m2", _NUMBER, "耕地毛面积(平方米)"),
    Column("net_m2", _NUMBER, "耕地净面积(平方米)"),
    Column("net_most_m2", _NUMBER, "耕地净面积上限(平方米)"),
    *(Column(kind, _NUMBER, f"{name}(平方米)") for kind, name in KINDS.items()),
    Column("gap_m2", _NUMBER, "地类未覆盖(平方米)"),
    Column("touched", _TEXT, "涉及的复垦地块与项目"),
    *(Column(f"reason_{place}", _TEXT, f"理由{place}") for place in range(1, SHOWN_REASONS + 1)),
    Column("citation", _TEXT, "首要依据"),
    Column("more", _WHOLE, "其余理由条数"),
    Column("conflicts", _WHOLE, "冲突条数"),
    Column("repairs", _TEXT, "范围的修复"),
    Column("fault", _TEXT, "不能核查的原因"),
)
CONFLICT_COLUMNS = (
    Column("number", _WHOLE, "序号"),
    Column("outline", _TEXT, "范围名称"),
    Column("answer", _TEXT, "结论"),
    Column("kind", _TEXT, "对象"),
    Column("reason", _TEXT, "理由"),
    Column("code", _TEXT, "要素编码"),
    Column("name", _TEXT, "要素名称"),
    Column("area_m2", _NUMBER, "面积(平方米)"),
    Column("area_mu", _NUMBER, "面积(亩)"),
    Column("share", _NUMBER, "占范围(%)"),
    Column("sliver", _TEXT, "碎片"),
    Column("rule", _TEXT, "规则"),
    Column("citation", _TEXT, "依据"),
    Column("layer", _TEXT, "图层"),
    Column("edition", _TEXT, "图层版次"),
    Column("known_from", _TEXT, "要素入库时间"),
    Column("stamp", _TEXT, "性质"),
)
SUBJECTS = {"class": "地类", "class_unknown": "地类不明", "farmland": "复垦复种地块",
            "project": "重点项目", "outside": "本街道以外", "gap": "地类未覆盖"}  # fmt: skip
Told = Mapping[str, Any]


def write(connection: Connection, batch: Told, format: str, path: Path, metric_crs: str) -> None:
    """Write a batch to a file: csv, xlsx or gpkg, a page of rows at a time; within a transaction that only reads."""
    _WRITERS[format](connection, batch, path, metric_crs)


def _csv(connection: Connection, batch: Told, path: Path, metric_crs: str) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([column.zh for column in ROW_COLUMNS])
        for row in _rows(connection, batch):
            lines.writerow([inert(value) if isinstance(value, str) else value for value in row])


def _xlsx(connection: Connection, batch: Told, path: Path, metric_crs: str) -> None:
    met = (row for part in store.conflicts(connection, batch["batch_id"]) for row in _conflict_rows(part))
    about = [
        ("批量核查", batch["code"]), ("名称", batch["name"]), ("活动", batch["asked"].get("activity_name")),
        ("按哪一天的现势", batch["as_of"]), ("按何时所知", said(batch["known_at"])), ("容差(米)", batch["tolerance_m"]),
        ("来源", batch["asked"].get("source")), ("坐标系", batch["asked"].get("crs_name")),
        ("读取说明", ";".join(batch["asked"].get("notes", []))), ("由谁提出", batch["made_by"]),
        ("提出时间", said(batch["made_at"])), ("状态", store.STATUS[batch["status"]]), ("性质", STAMP),
    ]  # fmt: skip
    sheets = [
        ("核查结果", [column.zh for column in ROW_COLUMNS], _rows(connection, batch)),
        ("冲突", [column.zh for column in CONFLICT_COLUMNS], (_clipped(row) for row in met)),
        ("说明", ["项目", "内容"], (_clipped(row) for row in about)),
    ]
    write_rows(path, sheets)


def _gpkg(connection: Connection, batch: Told, path: Path, metric_crs: str) -> None:
    _layer(path, "冲突", CONFLICT_COLUMNS, _conflict_parts(connection, batch))
    _layer(path, "范围", ROW_COLUMNS, _outline_parts(connection, batch, metric_crs))


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "gpkg": _gpkg}
Part = tuple[list[list[Any]], list[bytes | None]]
"""Rows, and the shape of each as WKB in STORED."""


def _layer(path: Path, name: str, columns: tuple[Column, ...], parts: Iterable[Part]) -> None:
    schema = schema_of(columns, names={column.name: column.zh for column in columns})
    records = (
        record_of(list(zip(*rows, strict=True)) if rows else [()] * len(columns), wkb, schema) for rows, wkb in parts
    )
    write_batches(schema, records, path, Target("GPKG", "MultiPolygon", layer=name))


def _conflict_parts(connection: Connection, batch: Told) -> Iterator[Part]:
    for part in store.conflicts(connection, batch["batch_id"]):
        shapes = [None if row["wkb"] is None else bytes(row["wkb"]) for row in part]
        yield [list(row) for row in _conflict_rows(part)], shapes


def _outline_parts(connection: Connection, batch: Told, metric_crs: str) -> Iterator[Part]:
    for part in store.outlines(connection, batch["batch_id"]):
        wkb = [None if row["outline"] is None else bytes(row["outline"]) for row in part]
        shapes = project(np.asarray(shapely.from_wkb(np.array(wkb, dtype=object))), metric_crs, STORED)
        yield [_row(row) for row in part], list(shapely.to_wkb(shapes))


def _rows(connection: Connection, batch: Told) -> Iterator[list[Any]]:
    return (_clipped(_row(row)) for row in store.rows(connection, batch["batch_id"]))


def _row(row: Told) -> list[Any]:
    """The values of ROW_COLUMNS; empty where there is no answer yet, or none to be had."""
    answer = ANSWERS.get(row["answer"], FAULT if row["fault"] else "尚未核查")
    head = [row["number"], row["name"], answer]
    told = row["row"]
    if told is None:
        return [*head, *[None] * (len(ROW_COLUMNS) - len(head) - 1), row["fault"]]
    groups = {one["group"]: one["area"]["m2"] for one in told["groups"]}
    zones = {one["kind"]: one["overlap"]["m2"] for one in told["zones"] if one["state"] != "no_data"}
    reasons = told["reasons"]
    texts = [_reason(one) for one in reasons[:SHOWN_REASONS]]
    return [
        *head,
        told["area"]["m2"],
        told["area"]["mu"],
        *(groups.get(group, 0.0) for group in GROUPS if group),
        *(told["cultivated"][name]["m2"] for name in ("gross", "net", "net_most")),
        *(zones.get(kind) for kind in KINDS),
        told["base"]["gap"]["m2"],
        "、".join(str(one["name"] or one["code"]) for one in told["touched"]) or None,
        *texts,
        *[None] * (SHOWN_REASONS - len(texts)),
        reasons[0]["citation"] if reasons else None,
        told["reasons_total"] - len(texts),
        told["conflicts"],
        ";".join(told["repairs"]) or None,
        row["fault"],
    ]


def _reason(reason: Told) -> str:
    return f"{ANSWERS[reason['answer']]}:{reason['text']}"


def _conflict_rows(part: Iterable[Told]) -> Iterator[list[Any]]:
    for row in part:
        share = None if row["share"] is None else round(row["share"] * 100, 4)
        area_mu = None if row["area_m2"] is None else round(row["area_m2"] / M2_PER_MU, 4)
        yield [
            row["number"], row["outline"], ANSWERS[row["answer"]], _subject(row["subject"]), row["reason"], row["code"],
            row["name"], row["area_m2"], area_mu, share, "是" if row["sliver"] else "否", row["rule"], row["citation"],
            row["layer"], row["edition"], said(row["known_from"]), STAMP,
        ]  # fmt: skip


def _subject(subject: str) -> str:
    """What a rule is about, in words.

    >>> _subject("zone:blue:inside"), _subject("zone:urban_boundary:outside"), _subject("class:0101")
    ('蓝线', '城镇开发边界以外', '地类 0101')
    """
    kind, _, rest = subject.partition(":")
    if kind == "zone":
        zone, _, side = rest.partition(":")
        return KINDS.get(zone, zone) + ("以外" if side == "outside" else "")
    name = GROUPS.get(rest) or OWNERSHIP.get(rest) or SUBJECTS.get(kind, kind)
    return f"{name} {rest}" if kind == "class" else name


def _clipped(row: Iterable[Any]) -> list[Any]:
    """A row whose texts a spreadsheet takes."""
    return [value[:LONGEST] if isinstance(value, str) else value for value in row]
