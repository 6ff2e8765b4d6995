"""`huashan recompute`: stored patrols worked out anew from their fixes, part by part, here or by workers elsewhere."""

import getpass
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.batch.part import Done
    from api.batch.plan import Part, Run, Told
    from api.batch.spread import Way
    from api.settings import Settings
    from api.tracks.moments import Period

_PERIOD = "日期或时间,不含时区按平台时区 · a date or a time"
_MOST_FAULTS = 20
_INTERRUPTED = 130


def command(
    start: Annotated[str | None, typer.Option("--from", help=f"起,含;{_PERIOD}")] = None,
    end: Annotated[str | None, typer.Option("--to", help=f"止,不含;{_PERIOD}")] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://主机:端口", help="交给这个 Dask 调度器的工作进程 · a Dask scheduler")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=0, max=256, help="本机的进程数,0 或 1 即不用 Dask,默认每核一个 · processes here")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="从头重算,不接着上次 · begin anew, do not go on")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="试运行:只说明将重算什么 · only say what would be worked out")
    ] = False,
) -> None:
    """由定位点重新推算已存的巡查:可中断,再次运行即继续 · work stored patrols out anew; restartable."""
    from api.answers.problems import told
    from api.batch.plan import only_one
    from api.cli.database import owner_engine
    from api.settings import read_settings

    settings = read_settings(os.environ)
    way = _way(scheduler, workers)
    with told(), owner_engine(settings) as engine:
        period, parts = _planned(engine, start, end)
        if not parts:
            return
        if dry_run:
            _tell_open(engine, period, again=again)
            typer.echo("试运行:没有写入。")
            return
        with only_one(engine):
            faults = _carry_out(engine, settings, period, way, again=again)
    if faults:
        raise typer.Exit(1)


def _way(scheduler: str | None, workers: int | None) -> "Way":
    from api.batch.spread import Way, check_scheduler
    from layers.errors import BadInput

    if scheduler is None:
        return Way(None, len(os.sched_getaffinity(0)) if workers is None else workers)
    if workers is not None:
        raise BadInput("--workers 与 --scheduler 不能同时给出:用了调度器,进程数由那里的工作进程决定,请去掉 --workers。")
    return Way(check_scheduler(scheduler))


def _planned(engine: "Engine", start: str | None, end: str | None) -> "tuple[Period, list[Part]]":
    """The period, and what there is to recompute in it; says so."""
    from api.batch.plan import about, planned
    from api.sightings.targets import read_city
    from api.tracks.moments import period

    with engine.connect() as connection:
        zone = read_city(connection).zone
        asked = period(start, end, zone)
        parts, known = planned(connection, asked), about(connection, asked)
    shown = (f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else None for moment in asked)
    first, last = shown
    named = f"{first or '最早'} 至 {f'{last}(不含)' if last else '现在'}"
    if not parts:
        there = "还没有巡查:请用 huashan patrols import 带入轨迹。"
        if known.first_at and known.last_at:
            ends = (f"{moment.astimezone(zone):%Y-%m-%d}" for moment in (known.first_at, known.last_at))
            there = f"已存的巡查在 {' 至 '.join(ends)} 之间,请核对 --from 与 --to。"
        typer.echo(f"{named} 没有可重算的巡查。{there}")
    else:
        patrols, fixes = (sum(getattr(part, name) for part in parts) for name in ("patrols", "fixes"))
        typer.echo(f"{named}:{patrols:,} 次巡查,{fixes:,} 个定位点,按日与出发社区分为 {len(parts):,} 部分。")
    if known.erased:
        typer.echo(f"另有 {known.erased:,} 次巡查的轨迹已删除,所见保持不变。")
    return asked, parts


def _tell_open(engine: "Engine", period: "Period", *, again: bool) -> None:
    from api.batch.plan import left_open

    with engine.connect() as connection:
        before = left_open(connection, period)
    if before and before.same_code and not again:
        typer.echo(f"{before.began_at:%Y-%m-%d %H:%M} 开始的重算没有完成,已完成 {before.done:,} 部分:运行时将继续。")


def _carry_out(engine: "Engine", settings: "Settings", period: "Period", way: "Way", *, again: bool) -> bool:
    """Begin or go on, work out what is left, and tell what came of it; whether anything failed."""
    from api.batch.plan import begin, parts_left, stop
    from api.batch.plan import end as end_of
    from api.database import Database, Operator
    from api.sightings.reaches import store_reaches

    with Database(engine).transaction(Operator(getpass.getuser()), write=True) as connection:
        store_reaches(connection, settings.reaches_m, typer.echo)
        run = begin(connection, period, again=again)
        left = parts_left(connection, run.run_id)
    _tell_begin(run, len(left), again=again)
    failed: list[tuple[Part, Done]] = []
    try:
        for part, done in _worked(engine, run, way):
            if done.faults:
                failed.append((part, done))
    except KeyboardInterrupt:
        stop(engine, run.run_id)
        _tell_stopped(end_of(engine, run.run_id))
        raise typer.Exit(_INTERRUPTED) from None
    _tell_end(end_of(engine, run.run_id), failed)
    return bool(failed)


def _worked(engine: "Engine", run: "Run", way: "Way") -> "Iterator[tuple[Part, Done]]":
    """Each part as it is worked out. Parts that others added while they were done come after all of these."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from api.batch.plan import stop
    from api.batch.spread import hands

    def halt() -> None:
        typer.echo("正在停止:等各进程做完手上的巡查…", err=True)
        stop(engine, run.run_id)

    tried: set[int] = set()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    shown = Progress(*columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal)
    with shown as progress:
        left = _untried(engine, run, tried)
        task = progress.add_task("重算巡查", total=sum(part.patrols for part in left))
        with hands(run.run_id, _fewest(way, left), halt) as hand_out:
            while left:
                by_id = {part.part_id: part for part in left}
                for done in hand_out(left):
                    part = by_id[done.part_id]
                    progress.advance(task, part.patrols)
                    yield part, done
                tried |= by_id.keys()
                left = _untried(engine, run, tried)
                progress.update(task, total=progress.tasks[0].completed + sum(part.patrols for part in left))


def _untried(engine: "Engine", run: "Run", tried: set[int]) -> "list[Part]":
    from api.batch.plan import parts_left

    with engine.connect() as connection:
        return [part for part in parts_left(connection, run.run_id) if part.part_id not in tried]


def _fewest(way: "Way", parts: "Sequence[Part]") -> "Way":
    """No more processes than parts: for one part none is started."""
    return way if way.scheduler else way._replace(processes=min(way.processes, len(parts)))


def _tell_begin(run: "Run", left: int, *, again: bool) -> None:
    before = run.before
    if before and run.resumed:
        typer.echo(
            f"继续 {before.began_at:%Y-%m-%d %H:%M} 开始的重算:已完成 {before.done:,} 部分,还有 {left:,} 部分"
            "(--again 则从头重算)。"
        )
    elif before and not again:
        typer.echo("上次没有完成的重算用的是另一版程序,不能接着算:从头重算。")


def _tell_stopped(told: "Told") -> None:
    typer.echo(
        f"已停止:完成 {told.done:,} 部分,还有 {told.left:,} 部分;未做完的巡查没有改动。再次运行同一命令即从这里继续。",
        err=True,
    )


def _tell_end(told: "Told", failed: "Sequence[tuple[Part, Done]]") -> None:
    changed = f"所见与存疑改动 {told.rows_changed:,} 条" if told.rows_changed else "所见与存疑没有改动"
    state = "没有全部完成:已完成" if told.left else "重算完成"
    typer.echo(f"{state} {told.done:,} 部分,{told.patrols:,} 次巡查,{told.fixes:,} 个定位点,{changed}。")
    if failed:
        typer.echo(f"有 {told.left:,} 部分没有完成,再次运行同一命令即重试:", err=True)
        lines = _faults(failed)
        for line in lines[:_MOST_FAULTS]:
            typer.echo(f"  {line}", err=True)
        if len(lines) > _MOST_FAULTS:
            typer.echo(f"  只列出前 {_MOST_FAULTS} 项,共 {len(lines):,} 项。", err=True)


def _faults(failed: "Sequence[tuple[Part, Done]]") -> list[str]:
    """Each patrol that failed, and why; of parts that failed as a whole for one reason, the first and how many."""
    lines, whole = [], defaultdict(list)
    for part, done in failed:
        for fault in done.faults:
            if fault.patrol:
                lines.append(f"{part.title} 巡查 {fault.patrol}:{fault.reason}")
            else:
                whole[fault.reason].append(part.title)
    alike = (
        f"{titles[0]}{f' 等 {len(titles):,} 部分' if len(titles) > 1 else ''}:{reason}"
        for reason, titles in whole.items()
    )
    return [*alike, *lines]
