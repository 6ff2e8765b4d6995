"""Performance as tables: posts or duties in rows, and what was due, done in vain and covered of each, with its time."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from api.duties.missed import last_day
from api.figures.tables import Table

__all__ = ["FIGURES", "Told", "performance_tables"]

Row = Mapping[str, Any]
FIGURES = ("due", "done", "effective", "met", "missed", "unknown")
WHEN = ("period", "from", "to", "known_at", "future", "forecast", "note", "waiting")
LISTS = ("cover", "missed_dues", "unknown_dues", "undone")
"""What a CSV, being one table, says in words of each row; in a workbook it has sheets of its own."""
WHO = ("post", "duty", "name")
POSTS = ("period", "post", "post_name", *FIGURES, "met_share", *LISTS, "known_since", "observations")
DUTIES = (
    "period", "post", "post_name", "duty", "name", *FIGURES, "met_share", "cover_sure", "cover_nominal",
    "cover_possible", *LISTS, "on_time_share", "side_unknown_m", "known_since", "post_observations", "rule", "citation",
)  # fmt: skip
DUES = ("period", *WHO, "from", "due_at", "state", "patrol", "words", "known_at")
UNDONE = ("period", *WHO, "started", "patrol", "words", "known_at")
COVERS = (
    "period", *WHO, "from", "to", "sure", "nominal", "possible", "unseen_m", "unseen_targets", "unknown_m",
    "unknown_targets", "full", "known_at",
)  # fmt: skip


class Told(NamedTuple):
    """What an answer tells of a term: its head, its duties, and its posts by code, each with sums and its duties."""

    head: Row
    duties: Sequence[Row]
    posts: Mapping[str, Row]


def performance_tables(told: Told, *, by_post: bool, lists: bool) -> list[Table]:
    """The table asked for, then those a workbook has beside it: duties, dues, patrols in vain, cover.

    lists: whether rows say in words what the other tables list, which in a busy year is more than a cell can hold.
    """
    name = f"performance-{told.head['period']}"
    waiting = ";".join(str(one["duty"]) for one in told.head["waiting"])
    when = dict(told.head) | {"waiting": waiting or None}
    posts = [{**when, **_post_row(told, code)} for code in sorted(told.posts)]
    duties = [{**when, **_duty_row(one, told.posts[one["post"]])} for one in told.duties]
    left = () if lists else LISTS
    by = [
        Table(name, posts, _columns(POSTS, left), "岗位"),
        Table(name, duties, _columns(DUTIES, left), "职责"),
    ]
    parts = [
        Table(name, _each(told, when, _dues), DUES, "应巡"),
        Table(name, _each(told, when, _undone), UNDONE, "无效巡查"),
        Table(name, _each(told, when, _covers), COVERS, "覆盖"),
    ]
    return [*(by if by_post else by[1:]), *parts]


def _columns(columns: Sequence[str], left: Sequence[str]) -> list[str]:
    """The columns without those that are left out, and with the time that their figures are of."""
    return [*(name for name in columns if name not in left), *(name for name in WHEN if name not in columns)]


def _post_row(told: Told, code: str) -> Row:
    post = told.posts[code]
    own = post["duties"]
    said = {name: ";".join(filter(None, (_said(one, name, one["duty"] + " ") for one in own))) for name in LISTS}
    since = [one["known_since"] for one in own if one["known_since"]]
    return {**post, **said, "post": code, "post_name": post["name"], "known_since": max(since, default=None)}


def _duty_row(one: Row, post: Row) -> Row:
    """A duty's row; its cover as numbers where that is of one period, for a mean of several is the cover of none."""
    said = {name: _said(one, name) for name in LISTS}
    covers = one["cover"]
    pair = {f"cover_{bound}": covers[0][bound] for bound in ("sure", "nominal", "possible")} if len(covers) == 1 else {}
    return {**one, **said, **pair, "post_name": post["name"], "post_observations": post["observations"]}


def _said(one: Row, name: str, before: str = "") -> str:
    """What a duty's performance lists, in words, each behind what names the duty."""
    words = {
        "cover": [f"{_cover_period(cover, one['cover'])}{_pair(cover)}" for cover in one["cover"]],
        "missed_dues": [_due_words(due) for due in one["dues"] if not due["met"]],
        "unknown_dues": [_due_words(due) for due in one["unknown_dues"]],
        "undone": [f"{patrol['started'][:10]} {'、'.join(patrol['words'])}" for patrol in one["undone"]],
    }[name]
    return ";".join(f"{before}{word}" for word in words)


def _due_words(due: Row) -> str:
    return " ".join([last_day(due), *due["words"]])


def _cover_period(cover: Row, every: Sequence[Row]) -> str:
    """Of which of several periods it is; nothing where there is but one."""
    if len(every) == 1:
        return ""
    return f"{cover['period'] or '{}..{}'.format(cover['from'][:10], cover['to'][:10])} "


def _pair(cover: Row) -> str:
    """A share as a pair of bounds, which rounding keeps: 78–84 %."""
    if cover["sure"] is None or cover["possible"] is None:
        return "不明"
    low, high = math.floor(cover["sure"] * 100 + 1e-9), math.ceil(cover["possible"] * 100 - 1e-9)
    return f"{low}–{high} %"


def _each(told: Told, when: Row, parts: Callable[[Row], Sequence[Row]]) -> list[Row]:
    """What each duty lists as rows, with the duty they are of and its time."""
    rows = ((one, part) for one in told.duties for part in parts(one))
    return [{**when, **{name: one[name] for name in WHO}, **part} for one, part in rows]


def _dues(one: Row) -> list[Row]:
    known = [{**due, "state": "达标" if due["met"] else "漏巡"} for due in one["dues"]]
    every = [*known, *({**due, "state": "不明"} for due in one["unknown_dues"])]
    every.sort(key=lambda due: str(due["due"]))
    return [{**due, "due_at": due["due"], "words": "、".join(due["words"])} for due in every]


def _undone(one: Row) -> list[Row]:
    return [{**patrol, "words": "、".join(patrol["words"])} for patrol in one["undone"]]


def _covers(one: Row) -> Sequence[Row]:
    covers: Sequence[Row] = one["cover"]
    return covers
