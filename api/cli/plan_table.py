"""What `huashan plan` prints: its routes, what they pay, what was assumed, and where the files are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

__all__ = ["print_plan"]

_FIELDS = {
    "mode": "方式",
    "posts": "岗位",
    "from": "上岗",
    "to": "下岗",
    "start": "出发处",
    "end": "收工处",
    "most_m": "至多",
}
MODES = {"foot": "步行", "bicycle": "骑行", "car": "车巡", "boat": "船巡", "drone": "无人机"}
UNITS = (("米·天", "m_days"), ("处·天", "target_days"))
Told = Mapping[str, Any]


def print_plan(plan: Told, files: Mapping[str, Sequence[str]]) -> None:
    """The routes as a table, then the sums, what was left out by reason, and the defaults that were used."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=f"巡查方案 {plan['code']} {plan['name'] or ''} {'、'.join(plan['days'])}", box=SIMPLE)
    for title in ("日期", "巡查组", "方式", "时间"):
        table.add_column(title)
    for title in ("公里", "段", "停留(分)"):
        table.add_column(title, justify="right")
    table.add_column("巡查单")
    for route in plan["routes"]:
        table.add_row(*_row(route, files.get(route["crew"], ())))
    console.print(table)
    for line in (*_sums(plan), *_left_out(plan), *_idle(plan), *_assumed(plan)):
        console.print(line, markup=False, highlight=False)


def _row(route: Told, files: Sequence[str]) -> tuple[str, ...]:
    first, last = (datetime.fromisoformat(route[name]) for name in ("from_at", "to_at"))
    pieces = sum(stop["kind"] == "piece" for stop in route["stops"])
    return (
        route["day"],
        route["name"],
        MODES[route["mode"]],
        f"{first:%H:%M}–{last:%H:%M}" if pieces else "未安排",
        f"{route['length_m'] / 1000:.1f}",
        str(pieces),
        f"{route['service_s'] / 60:.0f}",
        files[0] if files else "–",
    )


def _sums(plan: Told) -> list[str]:
    totals, found = plan["totals"], []
    for unit, name in UNITS:
        before, after = totals[f"debt_before_{name}"], totals[f"debt_after_{name}"]
        if before:
            pair = f"{after['possible']:,.0f}–{after['sure']:,.0f}"
            found.append(f"欠巡:不去 {before:,.0f} {unit},照此巡查后 {pair} {unit}(按覆盖核算,一对为上下限)")
    bound = plan["bound"]
    if bound and bound["gap"] is not None:
        found.append(f"离上限至多差 {bound['gap']:.1%}({bound['relaxation']})")
    return [*found, *_more(plan.get("more"))]


def _more(more: Told | None) -> list[str]:
    """What one more crew would add."""
    if more is None:
        return []
    paid = [f"{more[f'debt_paid_{name}']:,.0f} {unit}" for unit, name in UNITS if more[f"debt_paid_{name}"] >= 0.5]
    mode = MODES.get(more["mode"], more["mode"])
    return [f"再加一组(像{more['crew']}那样,{mode}):还能多还 {'、'.join(paid)}"] if paid else []


def _left_out(plan: Told) -> list[str]:
    why: dict[str, int] = {}
    for piece in plan["pieces"]:
        if piece["state"] == "left_out":
            why[piece["why_text"]] = why.get(piece["why_text"], 0) + 1
    said = "、".join(f"{text} {count} 段" for text, count in sorted(why.items(), key=lambda one: -one[1]))
    return [f"未安排:{said}"] if said else []


def _idle(plan: Told) -> list[str]:
    """Why a crew has nothing to do."""
    days = len(plan["days"]) > 1
    idle = [route for route in plan["routes"] if route.get("idle")]
    return [f"{route['name']}{' ' + route['day'] if days else ''} 未安排:{route['idle']['text']}" for route in idle]


def _assumed(plan: Told) -> list[str]:
    found = []
    for crew in plan["crews"]:
        said = [f"{_FIELDS[name]} {_value(crew[name])}" for name in crew["defaults"] if name in _FIELDS and crew[name]]
        if said:
            found.append(f"{crew['name']} 按缺省:{'、'.join(said)}")
    return found


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or f"{value['lon']:.4f}, {value['lat']:.4f}")
    if isinstance(value, float):
        return f"{value / 1000:g} 公里"
    return "、".join(value) if isinstance(value, list) else MODES.get(value, str(value))
