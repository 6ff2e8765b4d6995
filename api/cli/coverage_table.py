"""What `huashan coverage` prints: lines by their metres, areas and points by their visits, the worst first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from api.coverage.asked import Asked

__all__ = ["print_lines", "print_wholes"]

_MOST_ROWS = 60
_HAIR_M = 0.01
_PAIR = "占比为一对:各定位点都不超出其误差时,真值在两数之间"
Row = Mapping[str, Any]


def print_lines(told: Row, rows: Sequence[Row], asked: "Asked", whole: Sequence[Row]) -> None:
    """Metres long and seen, the share as a pair, and when last, with the sum of all; whole: rows that sum to it."""
    table = _table(_title(told, asked), ("长度(米)", "看到(米)", "占比", "上次看到"))
    nobody = "–" if told["by"] == "community" else "无责任主体"
    for row in sorted(rows, key=lambda row: row["seen_m"] - row["length_m"])[:_MOST_ROWS]:
        table.add_row(row["code"] or nobody, row["name"] or "", *_metres([row]))
    if len(rows) > 1:
        table.add_row(f"合计 {len(rows)}", "", *_metres(whole))
    _show(table, len(rows), "未看到最多", ",合计为全部", _remark(rows, bool(sum(row["seen_m"] for row in rows)), "米"))


def print_wholes(told: Row, rows: Sequence[Row], asked: "Asked") -> None:
    """Visits and minutes of each area, point or community, and when last; of targets the share as a pair."""
    summed = bool(rows) and "targets" in rows[0]
    titles, cells = (_SUMS, _sums) if summed else (_VISITS, _visits)
    nobody = "无责任主体" if told["by"] == "post" else "不在任何社区"
    table = _table(_title(told, asked), titles)
    for row in sorted(rows, key=lambda row: (row["visits"] or 0, row["dwell_s"] or 0))[:_MOST_ROWS]:
        table.add_row(row["code"] or nobody, row["name"] or "", *cells(row))
    visited = any(row["visits"] for row in rows)
    _show(table, len(rows), "到访最少", ",共", _remark(rows, visited, "处", paired=not summed))


_VISITS = ("占比", "最近(米)", "到访(次)", "停留(分)", "上次看到")
_SUMS = ("对象", "到访过", "到访(次)", "停留(分)", "上次看到")


def _visits(row: Row) -> tuple[str, ...]:
    from api.coverage.told import share_pair

    pair = "–" if row["share_sure"] is None else share_pair(row["share_sure"], row["share_possible"])
    nearest = "–" if row["nearest_m"] is None else f"{row['nearest_m']:.1f}"
    return pair, nearest, *_often(row)


def _sums(row: Row) -> tuple[str, ...]:
    return f"{row['targets']:,}", f"{row['visited']:,}", *_often(row)


def _often(row: Row) -> tuple[str, str, str]:
    return f"{row['visits'] or 0:,}", f"{(row['dwell_s'] or 0) / 60:,.1f}", _moment(row["last_seen"]) or "从未"


def _metres(rows: Sequence[Row]) -> tuple[str, str, str, str]:
    from api.coverage.told import share_pair

    length_m, seen_m, sure_m, possible_m = (
        sum(row[name] for row in rows) for name in ("length_m", "seen_m", "sure_m", "possible_m")
    )
    unknown_m = sum(row["unknown_m"] for row in rows)
    known_m = length_m - unknown_m
    share = share_pair(sure_m / known_m, min(possible_m / known_m, 1)) if known_m > _HAIR_M else "–"
    never = "不知道" if unknown_m > _HAIR_M else "从未"
    return f"{length_m:,.0f}", f"{seen_m:,.0f}", share, _moment(_newest(rows)) or never


def _remark(rows: Sequence[Row], seen: bool, unit: str, *, paired: bool = True) -> str:
    if seen and not paired:
        return "停留为各次到访之和:两处相邻,同在可视距离之内的时间各计一次。"
    if seen:
        return f"{_PAIR};看到(米)按标称距离。" if unit == "米" else f"{_PAIR};到访、停留按标称距离。"
    newest = _moment(_newest(rows))
    if newest:
        return f"这个时段里没有巡查看到其中任何一{unit},此前最近一次在 {newest}:请核对 --from 与 --to。"
    return f"还没有巡查看到过其中任何一{unit}:请用 huashan patrols import 带入轨迹。"


def _newest(rows: Sequence[Row]) -> Any:
    return max((row["last_seen"] for row in rows if row["last_seen"]), default=None)


def _moment(last_seen: datetime | str | None) -> str | None:
    """To the minute, in the deployment's zone, as the database and the answers tell it."""
    text = last_seen.isoformat() if isinstance(last_seen, datetime) else last_seen
    return text[:16].replace("T", " ") if text else None


def _title(told: Row, asked: "Asked") -> str:
    start, end = (_moment(told[name]) for name in ("from", "to"))
    period = f"{start or '最早'} 至 {f'{end}(不含)' if end else '现在'}"
    known = f",按 {_moment(told['known_at'])} 所知" if asked.known_at else ""
    duty = f" · 职责 {told['duty']}" if "duty" in told else ""
    future = ",时段尚未开始" if told["future"] else ""
    return f"{asked.layer.title.zh} · {period}{future} · 可视距离 {asked.reach_m:g} 米{duty}{known}"


def _table(title: str, figures: Sequence[str]) -> "Table":
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE, padding=(0, 1, 0, 0), title=title, title_justify="left")
    for name in ("编码", "名称"):
        table.add_column(name, overflow="fold")
    for name in figures:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _show(table: "Table", count: int, order: str, whole: str, remark: str) -> None:
    from rich.console import Console

    console = Console()
    console.print(table)
    if count > _MOST_ROWS:
        console.print(f"只列出{order}的 {_MOST_ROWS} 行{whole} {count:,} 行;全部见 --csv。")
    console.print(remark)
