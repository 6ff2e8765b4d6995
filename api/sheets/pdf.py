"""The sheet of a crew, A4: the map, what to do in which order, the way in words, and the code that opens its page.

fpdf2 draws it: pure Python, TTC fonts, embeds just the letters that are used, and the same input gives the same bytes.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from api.sheets import words
from api.sheets.drawing.font import find_letters
from api.sheets.drawing.map import BANK, GOING, MAIN_ROAD, ROUTE, UNVERIFIED, draw_map
from api.sheets.drawing.paper import BOTTOM_MM, LEFT_MM, TOP_MM, WIDTH_MM, Paper
from api.sheets.drawing.qr import draw_qr
from api.sheets.drawing.table import BOX, Column, draw_table
from api.sheets.ground import Ground
from api.sheets.links import Link
from api.sheets.plane import Box, Placed, frame
from api.sheets.routes import Json, Stop, passed_of, routes_of, runs_of, stops_of

__all__ = ["box_of", "pdf_of"]

_QR_MM, _MAP_MM = 34.0, 104.0
_SOFT, _WRONG = "#55646e", "#8a4b00"
_COLUMNS = (
    Column("", 17.0),
    Column("时间", 23.0),
    Column("地点", 50.0),
    Column("看什么(岗位、欠巡)", 72.0),
    Column("米", 15.0),
    Column("完成", 9.0),
)
_MOST_DUTIES, _MANY = 3, 30
"""Where many rules ask for the same walk, those that are owed most; where there are many stops, the one."""
_STEP_MM = 4.4
_LOOKING = re.compile(
    r"(?P<turn>(?:[^,]{1,6},)?)向(?P<course>[东西南北]+)沿(?P<along>.+边.边看) [\d.]+ (?:米|公里)(?P<doubt>(?:\(.*\))?)"
)
"""A direction along what is looked at, as geo.course.directions words it."""


def box_of(route: Json) -> Box:
    """What a route's map shows."""
    return frame(route["line"]["coordinates"], WIDTH_MM / _MAP_MM)


def pdf_of(
    plan: Json,
    routes: Sequence[str] | None = None,
    *,
    link_of: Callable[[Json], Link | None] = lambda route: None,
    ground_of: Callable[[Box], Ground] = lambda box: (),
    font: Path | None = None,
) -> bytes:
    """The sheets of these routes, each begun on a page of its own; None for all of the plan.

    link_of: what the code on a route's sheet holds; None for a sheet without one.  ground_of: what lies around.
    font: a file to print with before the machine's own.
    Raises NotFound for a route that the plan does not have, NotPossible where the machine has no Chinese font.
    """
    chosen = routes_of(plan, routes)
    title = f"巡查方案 {plan['code']} {'、'.join(dict.fromkeys(route['name'] for route in chosen))}"
    paper = Paper(find_letters(font), words.plain(title), datetime.fromisoformat(plan["made_at"]))
    for route in chosen:
        first = paper.page + 1
        _draw_sheet(paper, plan, route, link_of(route), ground_of)
        _draw_feet(paper, plan, route, range(first, paper.page + 1))
    return bytes(paper.output())


def _draw_sheet(paper: Paper, plan: Json, route: Json, link: Link | None, ground_of: Callable[[Box], Ground]) -> None:
    stops = stops_of(route)
    paper.add_page()
    top = _draw_head(paper, plan, route, link)
    placed = Placed(LEFT_MM, top, WIDTH_MM, _MAP_MM, box_of(route))
    draw_map(paper, placed, route, stops, ground_of(placed.box))
    y = _draw_legend(paper, top + _MAP_MM + 4.5)
    y = _draw_totals(paper, route, stops, y + 6.5)
    runs = runs_of(stops)
    most = _MOST_DUTIES if len(runs) <= _MANY else 1
    y = draw_table(paper, _COLUMNS, [_row(run, route, most) for run in runs], y + 2)
    y = _draw_passed(paper, passed_of(plan, route), y + 4)
    _draw_directions(paper, route, stops, y)


def _draw_head(paper: Paper, plan: Json, route: Json, link: Link | None) -> float:
    room = WIDTH_MM - (_QR_MM + 4 if link else 0)
    paper.ink(18)
    y = TOP_MM + 6
    for line in paper.lines(f"{route['name']} 巡查方案", room):
        paper.say(LEFT_MM, y, line)
        y += 8
    paper.ink(12)
    span = f"{words.clock(route['from_at'], route['day'])}–{words.clock(route['to_at'], route['day'])}"
    paper.say(LEFT_MM, y, f"{words.long_day(route['day'])}  {words.mode(route['mode'])}  {span}")
    paper.ink(11, _WRONG)
    y += 7
    paper.say(LEFT_MM, y, f"「{words.PLANNED}」")
    paper.ink(8.5, _SOFT)
    known = f"{words.moment(plan['made_at'])} 制定,数据按 {words.moment(plan['known_at'])} 所知"
    named = f"方案 {plan['code']} 第 {plan['revision']} 版" + (f",{plan['name']}" if plan.get("name") else "")
    for line in paper.lines(f"{named};{known}", room):
        y += 4.6
        paper.say(LEFT_MM, y, line)
    return max(y + 4, _draw_link(paper, link) if link else 0)


def _draw_link(paper: Paper, link: Link) -> float:
    left = LEFT_MM + WIDTH_MM - _QR_MM
    draw_qr(paper, link.url, left, TOP_MM - 4, _QR_MM)
    paper.ink(7.5, _SOFT)
    middle, y = left + _QR_MM / 2, TOP_MM + _QR_MM - 2.5
    paper.say_middle(middle, y, "微信或浏览器扫码:本组页面")
    paper.say_middle(middle, y + 3.6, f"至 {link.expires_at:%Y-%m-%d %H:%M} 有效")
    if link.only_here:
        paper.ink(7.5, _WRONG)
        paper.say_middle(middle, y + 7.2, "手机打不开:平台地址是本机")
        return y + 9.5
    return y + 6


def _draw_legend(paper: Paper, y: float) -> float:
    paper.ink(8, _SOFT)
    x = LEFT_MM
    for said, colour, width, dash in (
        ("要巡查的段", ROUTE, 1.1, ()),
        ("未验证可通行", UNVERIFIED, 1.1, (2.0, 1.2)),
        ("路上(箭头为方向)", GOING, 0.5, (1.4, 0.9)),
        ("岸线", BANK, 0.4, ()),
        ("道路", MAIN_ROAD, 1.0, ()),
    ):
        paper.stroke([[(x, y - 1), (x + 9, y - 1)]], colour, width, dash)
        paper.say(x + 10.5, y, said)
        x += 10.5 + paper.width(said) + 6
    paper.say(x, y, "圆点为停靠顺序,太密的只画点")
    return y


def _draw_totals(paper: Paper, route: Json, stops: Sequence[Stop], y: float) -> float:
    pieces = [stop.told for stop in stops if stop.told["kind"] == "piece"]
    seen = words.metres(sum(piece["length_m"] or 0.0 for piece in pieces))
    parts = [
        f"全程 {words.metres(route['length_m']) or '0 米'}",
        f"巡查 {len(pieces)} 处" + (f" {seen}" if seen else ""),
        f"路上 {words.hours(route['moving_s'])}",
        f"停留 {words.hours(route['service_s'])}",
        f"等候 {words.hours(route['waiting_s'])}" if route["waiting_s"] >= 60 else "",
        *_owed(pieces),
    ]
    paper.ink(10.5)
    for line in paper.lines("  ".join(filter(None, parts)), WIDTH_MM):
        paper.say(LEFT_MM, y, line)
        y += 5.2
    paper.ink(9.5, _WRONG)
    for line in (line for over in route["over"] for line in paper.lines(f"注意:{over}", WIDTH_MM)):
        paper.say(LEFT_MM, y, line)
        y += 4.8
    return y - 3


def _owed(pieces: Sequence[Json]) -> list[str]:
    """What is owed on these pieces in all, by unit."""
    duties = [duty for piece in pieces for duty in piece["duties"]]
    units = ("debt_m_days", "debt_target_days")
    sums = {unit: sum(duty.get(unit) or 0.0 for duty in duties) for unit in units}
    return [words.debt({unit: owed}) for unit, owed in sums.items() if owed]


def _row(stop: Stop, route: Json, most: int) -> list[str]:
    told = stop.told
    duties = [words.duty_line(duty) for duty in words.by_debt(told["duties"])]
    more = [f"另有 {len(duties) - most} 项职责"] if len(duties) > most else []
    more += ["多员合一:一次巡查,各岗位都算"] if told["combined"] else []
    seen = "\n".join([*duties[:most], *filter(None, [",".join(more)])])
    place = words.title(told) + ("\n【未验证】可否通行未经核实" if told["unverified"] else "")
    length = f"{told['length_m']:,.0f}" if told["length_m"] else ""
    box = BOX if told["kind"] in ("piece", "appointment") else ""
    return [stop.mark, words.times(told, route["day"]), place, seen, length, box]


def _draw_passed(paper: Paper, names: Sequence[str], y: float) -> float:
    """What is seen on the way to something else."""
    if not names:
        return y
    paper.ink(9)
    for line in paper.lines(f"途经即可看到(不必另停):{'、'.join(names)}", WIDTH_MM):
        y = _room(paper, y, _STEP_MM)
        paper.ink(9)
        paper.say(LEFT_MM, y + 3, line)
        y += _STEP_MM
    return y + 3


def _draw_directions(paper: Paper, route: Json, stops: Sequence[Stop], y: float) -> None:
    """The way in words, in two columns."""
    if not route["directions"]:
        return
    y = _room(paper, y, 20)
    paper.ink(11)
    paper.say(LEFT_MM, y + 4, "怎么走")
    lines = _directions(paper, route, stops)
    y += 9
    while lines:
        fit = int((BOTTOM_MM - y) / _STEP_MM) + 1
        half = min(fit, (len(lines) + 1) // 2)
        for at, (goal, line) in enumerate(lines[: 2 * half]):
            x, row = LEFT_MM + (at // half) * WIDTH_MM / 2, at % half
            paper.ink(9, _SOFT)
            paper.say(x, y + row * _STEP_MM, goal)
            paper.ink(9)
            paper.say(x + 14, y + row * _STEP_MM, line)
        lines = lines[2 * half :]
        if lines:
            paper.add_page()
            y = TOP_MM + 4


def _directions(paper: Paper, route: Json, stops: Sequence[Stop]) -> list[tuple[str, str]]:
    """Line by line what is said, beside the first one to each stop which that is."""
    paper.ink(9)
    found, last = [], None
    for step in _joined(route["directions"]):
        at = step.get("stop")
        goal = f"→ {stops[at].mark}" if at is not None and at != last else ""
        last = at
        for number, line in enumerate(paper.lines(str(step["text"]), WIDTH_MM / 2 - 18)):
            found.append((goal if number == 0 else "", line))
    return found


def _joined(steps: Sequence[Json]) -> Sequence[Json]:
    """The directions with those as one that go straight on along one way, looking: 边走边看 300 米, and 300 more.

    >>> on = {"text": "向东沿甲路边走边看 300 米", "length_m": 300.0, "stop": 1}
    >>> [one["text"] for one in _joined([on, on | {"length_m": 250.0, "stop": 2}])]
    ['向东沿甲路边走边看 550 米']
    """
    made: list[dict[str, Any]] = []
    for step in steps:
        said, before = _LOOKING.fullmatch(step["text"]), _LOOKING.fullmatch(made[-1]["text"]) if made else None
        same = said and before and all(said[part] == before[part] for part in ("along", "doubt"))
        if said and before and same and not said["turn"]:
            length_m = made[-1]["length_m"] + step["length_m"]
            text = f"{before['turn']}向{before['course']}沿{before['along']} {_about(length_m)}{before['doubt']}"
            made[-1] |= {"text": text, "length_m": length_m}
        else:
            made.append(dict(step))
    return made


def _about(length_m: float) -> str:
    """A length as directions say it."""
    return f"{length_m / 1000:.1f} 公里" if length_m >= 1000 else f"{round(length_m / 10) * 10} 米"


def _room(paper: Paper, y: float, height: float) -> float:
    """Where so much can be written: here, or at the top of a new page."""
    if y + height <= BOTTOM_MM:
        return y
    paper.add_page()
    return TOP_MM + 4


def _draw_feet(paper: Paper, plan: Json, route: Json, pages: range) -> None:
    for number, page in enumerate(pages, start=1):
        paper.page = page
        paper.ink(8.1, _SOFT)
        paper.ink(8, _SOFT)
        paper.stroke([[(LEFT_MM, BOTTOM_MM + 2), (LEFT_MM + WIDTH_MM, BOTTOM_MM + 2)]], "#d5dce0", 0.2)
        said = f"{route['name']} {route['day']} · 方案 {plan['code']} 第 {plan['revision']} 版 · {words.PLANNED}"
        paper.say(LEFT_MM, BOTTOM_MM + 6.5, paper.lines(said, WIDTH_MM - 34)[0])
        counted = f"第 {number} 页,共 {len(pages)} 页"
        paper.say(LEFT_MM + WIDTH_MM - paper.width(counted), BOTTOM_MM + 6.5, counted)
