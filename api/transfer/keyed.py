"""A table without geometry for a layer that has some: it corrects, by their codes, features that are there."""

from collections.abc import Mapping, Sequence
from datetime import date

from api.transfer.edition import Edition
from api.transfer.source import Source
from layers.errors import BadInput, Conflict

__all__ = ["check_keyed", "question", "unanswered", "unknown"]


def check_keyed(source: Source, edition: Edition) -> None:
    """Raise BadInput where a table without geometry is to stand for the whole layer."""
    if edition.replace:
        raise BadInput(
            f"{source.name} 没有图形,只能按编码更新已有的记录,不能用 --replace 换版:"
            "请去掉 --replace,或给出带图形的完整文件。"
        )


def unknown(actions: Mapping[int, str], codes: Mapping[int, str], as_of: date) -> dict[int, str]:
    """Why rows cannot be taken whose codes no feature has: row number -> sentence."""
    return {
        number: f"{as_of} 没有编码为 {codes[number]!r} 的记录:表里没有图形,不能新增。请改正编码,或给出带图形的文件"
        for number, action in actions.items()
        if action == "insert"
    }


def question(alterations: Sequence[str], rows: int) -> str:
    """What is asked before a table is applied: all that it changes, and whether to."""
    return "\n".join([*alterations, f"按编码更新 {rows:,} 条,图形不变。确定写入?"])


def unanswered(alterations: Sequence[str], rows: int) -> Conflict:
    """The error where the question was not answered with yes."""
    told = ";".join(alterations)
    return Conflict(f"这张表会更新 {rows:,} 条({told}),没有得到确认:核对无误后加 --yes。未写入任何数据。")
