"""What became of tracks that were taken in, as the terminal tells it: a table, and what there is to know beside it."""

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from api.patrols.batch import Taken

__all__ = ["tell"]

_MOST_ROWS = 20


def tell(taken: list["Taken"], console: "Console", *, given: list[str], dry_run: bool) -> None:
    """Print what became of the tracks. given: names of files whose times were made up."""
    from rich.box import SIMPLE
    from rich.table import Table

    from api.patrols.batch import REASON_WORDS, STATUS_WORDS, counted

    files = {one.file for one in taken}
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0), title=files.copy().pop() if len(files) == 1 else None)
    if not table.title:
        table.add_column("文件", overflow="fold")
    for title in ("轨迹", "读入", "采用", "剔除", "其中重复", "其中冲突", "航段", "路程(米)", "所见(米)"):
        table.add_column(title, justify="right")
    table.add_column("结果")
    for one in taken[:_MOST_ROWS]:
        row = (str(one.number), *_numbers([one]), STATUS_WORDS[one.receipt.status])
        table.add_row(*row if table.title else (one.file, *row))
    if len(taken) > 1:
        total = (f"合计 {len(taken)}", *_numbers(taken), "")
        table.add_row(*total if table.title else ("", *total))
    console.print(table)
    if len(taken) > _MOST_ROWS:
        console.print(f"只列出前 {_MOST_ROWS} 条轨迹,合计为全部 {len(taken):,} 条。")
    console.print(f"结果:{_statuses(taken)}。")
    for told, count in _standing(taken).items():
        console.print(f"以前已接收的轨迹中有 {count} 条,这次另外给出的没有采用,仍按当时的 {told}。")
    for code in _to_correct(taken)[:_MOST_ROWS]:
        console.print(
            f"要更正请用 huashan patrols correct {code},加 --mode、--datum、--crew 或 --post,先加 --dry-run 试算。"
        )
    for told, count in _in_another_datum(taken).items():
        console.print(f"有 {count} 条{told}")
    for reason, count in counted(taken).items():
        console.print(f"剔除 {count}:{REASON_WORDS[reason]}")
    for name in given:
        console.print(f"{name} 没有时间:各轨迹的时间由 --start 与 --speed-mps 推算,并非实测。")
    if dry_run:
        console.print("试运行:没有写入。")


def _numbers(taken: list["Taken"]) -> list[str]:
    new = [one.receipt for one in taken if one.receipt.status != "known"]
    whole = (
        sum(receipt.fixes_read for receipt in new),
        sum(receipt.fixes_kept for receipt in new),
        sum(sum(receipt.left_out.values()) for receipt in new),
        sum(receipt.repeated for receipt in new),
        sum(receipt.conflicts for receipt in new),
        sum(receipt.legs for receipt in new),
        round(sum(receipt.length_m for receipt in new)),
        round(sum(seen.length_m for receipt in new for seen in receipt.seen)),
    )
    return [f"{number:,}" for number in whole]


def _standing(taken: list["Taken"]) -> Counter[str]:
    """What known tracks are stored as, where it was given otherwise now, and of how many."""
    stands = [one.receipt.stands for one in taken if one.receipt.stands]
    return Counter("、".join(f"{name}={value or '(无)'}" for name, value in own.items()) for own in stands)


def _to_correct(taken: list["Taken"]) -> list[str]:
    """The codes of known tracks that stand otherwise than they were given now, in what can be corrected."""
    return [str(one.receipt.code) for one in taken if set(one.receipt.stands) - {"device"}]


def _in_another_datum(taken: list["Taken"]) -> Counter[str]:
    """In which datum positions turned out to be that were declared in another, and of how many tracks."""
    from api.patrols.datum import NAMES

    found = (one.receipt.datum for one in taken if one.receipt.datum)
    pairs = Counter((NAMES[datum.declared or "wgs84"], NAMES[datum.used]) for datum in found)
    said = "申报为 {0} 的轨迹,对照道路与岸线确为 {1}:已按 {1} 换算,原始坐标保留。"
    return Counter({said.format(*pair): count for pair, count in pairs.items() if pair[0] != pair[1]})


def _statuses(taken: list["Taken"]) -> str:
    from api.patrols.batch import STATUS_WORDS

    counts = {word: sum(one.receipt.status == status for one in taken) for status, word in STATUS_WORDS.items()}
    return "、".join(f"{word} {count}" for word, count in counts.items() if count)
