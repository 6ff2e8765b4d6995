"""`huashan patrols`: tracks taken in, each once, with an account of every fix; and erased after a set time."""

import getpass
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.asking import confirmed
from layers.errors import BadInput

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.console import Console

    from api.patrols.batch import Taken
    from api.patrols.erase import Erasure
    from api.tracks.read import Pace
    from api.tracks.track import TrackFile

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="巡查轨迹 · patrol tracks"
)
_MOST_ROWS = 20


@app.callback()
def _patrols() -> None:
    pass


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="GPX、CSV、GeoJSON,可为 .gz · the files")],
    datum: Annotated[str, typer.Option(help="坐标基准:wgs84 gcj02 bd09 · datum of the positions")] = "wgs84",
    mode: Annotated[str, typer.Option(help="巡查方式:foot bicycle car boat drone · how they went")] = "foot",
    crew: Annotated[str | None, typer.Option(help="巡查组 · the crew")] = None,
    post: Annotated[str | None, typer.Option(help="责任岗位编码 · the post it was made for")] = None,
    device: Annotated[
        str | None, typer.Option(help="设备,用于文件未写明的轨迹 · device, where the file names none")
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="没有时间的轨迹从何时开始,如 2026-06-30T08:00 · start of tracks without times")
    ] = None,
    speed_mps: Annotated[
        float, typer.Option(min=0.1, max=300, help="没有时间的轨迹的速度,米/秒 · speed of tracks without times")
    ] = 1.4,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="试运行:全部检查,不写入 · check everything, write nothing")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问 · answer questions with yes")] = False,
) -> None:
    """接收巡查轨迹:同一轨迹只收一次 · take in tracks, each once."""
    from rich.console import Console

    from api.answers.problems import told
    from api.cli.database import owner_engine
    from api.database import Database
    from api.holding import ask_to_mix
    from api.patrols.accept import Outing
    from api.patrols.assigned import check_assigned
    from api.settings import read_settings
    from api.sightings.reaches import store_reaches
    from api.sightings.targets import read_city
    from layers.catalogue import read_catalogue

    settings = read_settings(os.environ)
    outing = Outing(mode=mode, datum=datum.lower().replace("-", ""), crew=crew, post_code=post, device=device)
    with told(), owner_engine(settings) as engine:
        with engine.connect() as connection:
            zone = read_city(connection).zone
            check_assigned(connection, outing, outing.device)
            reminder = ask_to_mix(connection, read_catalogue(), lambda asked: yes or confirmed(asked), dry_run=dry_run)
        found = _read(files, zone, _pace(start, speed_mps, zone))
        if not dry_run:
            with engine.begin() as connection:
                store_reaches(connection, settings.reaches_m, typer.echo)
        taken = _take_in(Database(engine), found, outing, settings.reaches_m, dry_run)
    _tell(taken, Console(), given=[file.name for file in found if file.times_given], dry_run=dry_run)
    if reminder:
        typer.echo(reminder)


@app.command("erase")
def erase_(
    before: Annotated[str, typer.Option(help="此日零时以前结束的巡查,如 2026-01-01 · ended before this day")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只说明将删除什么 · only say what would be deleted")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 · do not ask")] = False,
) -> None:
    """删除轨迹、设备与人员,所见与各项数字不变 · erase tracks and persons; every figure stays."""
    from api.cli.database import owner_engine
    from api.patrols.erase import count_erasable, day_before, erase
    from api.settings import read_settings
    from api.sightings.targets import read_city

    with owner_engine(read_settings(os.environ)) as engine:
        with engine.connect() as connection:
            moment = day_before(before, read_city(connection).zone, datetime.now(UTC))
            found = count_erasable(connection, moment)
        _tell_erasure(found, before)
        if found.nothing:
            return
        if dry_run:
            typer.echo("试运行:没有删除任何东西。")
            return
        if not yes:
            typer.confirm("删除后无法恢复,继续? · go on?", abort=True)
        with engine.begin() as connection:
            done = erase(connection, moment)
    typer.echo(
        f"已删除:{done.patrols:,} 次巡查的轨迹、设备与人员;整月删除的定位点表 {done.months} 个。"
        "此前所做的备份(dumps)仍含这些数据,请一并处理。"
    )


def _tell_erasure(found: "Erasure", before: str) -> None:
    if found.waiting:
        typer.echo(f"另有 {found.waiting:,} 次巡查的定位点尚待推算,这次不删除。")
    if found.nothing:
        typer.echo(f"{before} 以前没有可删除的巡查轨迹。")
        return
    typer.echo(
        f"将删除 {before} 以前结束的 {found.patrols:,} 次巡查的设备、巡查组、录入人、说明与文件名,以及"
        f"定位点 {found.fixes:,}、冲突定位点 {found.conflicts:,}、航段 {found.legs:,};"
        "编码、岗位、方式、起止时间、存疑、分钟、路程与所见保留。"
    )


def _read(files: list[Path], zone: "ZoneInfo", pace: "Pace | None") -> list["TrackFile"]:
    from api.tracks.read import read_tracks

    return [read_tracks(file, zone, pace) for file in files]


def _pace(start: str | None, speed_mps: float, zone: "ZoneInfo") -> "Pace | None":
    from api.tracks.moments import FORM, unix_s
    from api.tracks.read import Pace

    if start is None:
        return None
    try:
        return Pace(datetime.fromtimestamp(unix_s(start, zone), UTC), speed_mps)
    except (ValueError, OverflowError):
        raise BadInput(f"--start 的值 {start[:40]!r} 看不懂:应为 {FORM}。") from None


def _take_in(
    database: object, files: list["TrackFile"], outing: object, reaches_m: tuple[float, ...], dry_run: bool
) -> list["Taken"]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from api.database import Database, Operator
    from api.patrols.accept import Intake, Outing
    from api.patrols.batch import take_in
    from api.sightings.targets import Targets
    from layers.catalogue import read_catalogue

    assert isinstance(database, Database) and isinstance(outing, Outing)
    intake = Intake(Targets(read_catalogue()), reaches_m)
    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    tracks = sum(len(file.tracks) for file in files)
    with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
        received = take_in(
            database, Operator(getpass.getuser()), files, outing, intake, now=datetime.now(UTC), dry_run=dry_run
        )
        return list(progress.track(received, total=tracks, description="接收轨迹"))


def _tell(taken: list["Taken"], console: "Console", *, given: list[str], dry_run: bool) -> None:
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
