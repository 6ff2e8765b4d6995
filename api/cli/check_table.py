"""What `huashan check` prints: the verdict with its reasons, what lies under the outline, and what it stands on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["print_batch", "print_check"]

Told = Mapping[str, Any]
MOST_ROWS = 40
MOST_NAMED = 5
STATES = {
    "overlap": "涉及",
    "covered": "全部在内",
    "sliver": "碎片",
    "near": "毗邻",
    "none": "不涉及",
    "no_data": "无此图层数据",
}


def print_check(answer: Told) -> None:
    """One check: the verdict first."""
    from rich.console import Console

    console = Console()

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    asked, outline, verdict = answer["asked"], answer["outline"], answer["verdict"]
    line(f"{answer['name'] or '范围'}:{asked['activity_name']} {verdict['title']}({verdict['stamp']})", "bold")
    known_at = asked["known_at"][:16].replace("T", " ")
    line(f"面积 {_sizes(outline['area'])};{asked['as_of']} 现势,{known_at} 所知;坐标系 {asked['crs_name']}")
    for note in (*asked["notes"], *outline["repairs"]):
        line(f"· {note}")
    console.print(_reasons(verdict["reasons"]))
    console.print(_classes(answer))
    console.print(_zones(answer["zones"]))
    for text in _remarks(answer):
        line(text)


def _table(title: str, *columns: str, right: Sequence[str] = ()) -> "Table":
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=title, box=SIMPLE, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def _reasons(reasons: Sequence[Told]) -> "Table":
    """Each with what it stands on and what to do, one below the other: citations are long."""
    from rich.text import Text

    from api.landuse.words import ANSWERS

    table = _table("理由", "结论", "为什么")
    for reason in reasons:
        named = "、".join(str(one["code"]) for one in reason["features"][:MOST_NAMED])
        more = f" 等 {len(reason['features'])} 个" if len(reason["features"]) > MOST_NAMED else ""
        below = {"要素": named + more, "依据": reason["citation"], "办法": reason["remedy"]}
        lines = "".join(f"\n{title}:{text}" for title, text in below.items() if text)
        table.add_row(Text(ANSWERS[reason["answer"]]), Text(reason["text"]).append(lines, style="dim"))
    return table


def _classes(answer: Told) -> "Table":
    from rich.text import Text

    scheme = answer["classes"][0]
    table = _table(f"地类({scheme['title']})", "编码", "地类", "平方米", "亩", "占比", right=("平方米", "亩", "占比"))
    rows = [(row["code"], row["name"], row) for row in scheme["rows"]]
    rows += [("", row["name"], row) for row in answer["groups"]]
    for code, name, row in rows:
        numbers = (f"{row['area']['m2']:,.2f}", f"{row['area']['mu']:,.2f}", f"{100 * row['share']:.1f}%")
        table.add_row(Text(str(code or "")), Text(str(name or "")), *numbers)
    return table


def _zones(zones: Sequence[Told]) -> "Table":
    table = _table("控制区", "控制区", "关系", "亩", "占比", "最近(米)", right=("亩", "占比", "最近(米)"))
    for zone in zones:
        shared = zone["overlap"]["m2"] > 0
        away = "–" if zone["nearest_m"] is None else f"{zone['nearest_m']:,.1f}"
        size = f"{zone['overlap']['mu']:,.2f}" if shared else "–"
        share = f"{100 * zone['share']:.1f}%" if shared else "–"
        table.add_row(zone["name"], STATES.get(zone["state"], zone["state"]), size, share, away)
    return table


def _remarks(answer: Told) -> Iterator[str]:
    own = answer["cultivated"]
    if own["gross"]["m2"]:
        most = f"至 {own['net_most']['mu']:,.2f}" if own["without_ratio"]["m2"] else ""
        yield f"耕地 {own['gross']['mu']:,.2f} 亩,扣除田坎后 {own['net']['mu']:,.2f}{most} 亩。"
    yield answer["base"]["text"]
    for one in answer["touched"]:
        yield f"涉及{one['title']} {one['name'] or one['code']} {one['area']['mu']:,.2f} 亩。"
    if answer["slivers"]:
        yield f"小于容差的碎片 {len(answer['slivers'])} 处,请核对边界。"
    yield f"依据图层:{'、'.join(_edition(one) for one in answer['editions']) or '无'}。"
    if answer["compared"]:
        yield f"与另一时间相比:{answer['compared']['text']}"
    if answer["check"]:
        yield f"已存为 {answer['check']}。"


def _edition(one: Told) -> str:
    since = f"({one['valid_from']} 起)" if one["valid_from"] else ""
    return f"{one['title']['zh']} {one['edition'] or '图上绘制'}{since}"


def _sizes(area: Told) -> str:
    return f"{area['m2']:,.2f} 平方米({area['ha']:,.4f} 公顷,{area['mu']:,.2f} 亩)"


def print_batch(batch: Told, rows: Sequence[Told], *, kept: bool) -> None:
    """A batch: its rows, the worst first, then how many there are of each answer."""
    from rich.console import Console
    from rich.text import Text

    from api.landuse.batches.told import FAULT
    from api.landuse.words import ANSWERS

    console = Console()
    counts = "、".join(f"{title} {batch[answer]}" for answer, title in ANSWERS.items() if batch[answer])
    faults = f"、{FAULT} {batch['faults']}" if batch["faults"] else ""
    table = _table("", "序号", "名称", "结论", "亩", "理由", right=("序号", "亩"))
    order = [None, *ANSWERS]
    worst = sorted(rows, key=lambda row: (order.index(row["answer"]), row["number"]))
    for row in worst[:MOST_ROWS]:
        told = row["row"]
        reason = row["fault"] if told is None else told["reasons"][0]["text"]
        size = "–" if told is None else f"{told['area']['mu']:,.2f}"
        texts = (row["name"] or "", ANSWERS.get(row["answer"], FAULT))
        table.add_row(str(row["number"]), *(Text(text) for text in texts), size, Text(reason or ""))
    console.print(table)
    more = f"(列出最要紧的 {MOST_ROWS} 个)" if len(rows) > MOST_ROWS else ""
    code = f"已存为 {batch['code']}。" if kept else ""
    text = f"{batch['total']} 个范围:{counts}{faults}{more}。{code}线索,非认定。"
    console.print(text, markup=False, highlight=False, soft_wrap=True)
