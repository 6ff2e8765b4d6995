"""`huashan patrols`: tracks taken in, each once, with an account of every fix; and erased after a set time."""

import getpass
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.asking import confirmed
from layers.errors import BadInput

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from api.patrols.batch import Taken
    from api.patrols.correct import Corrected
    from api.patrols.erase import Erasure
    from api.tracks.read import Pace
    from api.tracks.track import TrackFile

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="巡查轨迹 · patrol tracks"
)


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
    from api.cli.taken import tell
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
    tell(taken, Console(), given=[file.name for file in found if file.times_given], dry_run=dry_run)
    if reminder:
        typer.echo(reminder)


@app.command("correct")
def correct_(
    code: Annotated[str, typer.Argument(help="巡查编码 · code of the patrol")],
    mode: Annotated[str | None, typer.Option(help="巡查方式:foot bicycle car boat drone · how they went")] = None,
    datum: Annotated[str | None, typer.Option(help="坐标基准:wgs84 gcj02 bd09 · datum of the positions")] = None,
    crew: Annotated[str | None, typer.Option(help="巡查组,空为无 · the crew, empty for none")] = None,
    post: Annotated[str | None, typer.Option(help="责任岗位编码,空为无 · the post, empty for none")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="试运行:只说明会变什么 · only say what would change")
    ] = False,
) -> None:
    """更正一次巡查,由原始定位点重新推算;此前所知照旧保留 · correct a patrol, keeping what was known before."""
    from api.answers.problems import told
    from api.cli.database import owner_engine
    from api.database import Database, Operator
    from api.patrols.accept import Intake
    from api.patrols.correct import correct_in
    from api.settings import read_settings
    from api.sightings.targets import Targets
    from layers.catalogue import read_catalogue

    given = {"mode": mode, "datum": datum and datum.lower().replace("-", ""), "crew": crew, "post_code": post}
    named = {name: value or None for name, value in given.items() if value is not None}
    settings = read_settings(os.environ)
    intake = Intake(Targets(read_catalogue()), settings.reaches_m)
    with told(), owner_engine(settings) as engine:
        who = Operator(getpass.getuser())
        done = correct_in(Database(engine), who, intake, (code, named), dry_run=dry_run)
    _tell_correction(done, dry_run=dry_run)


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


def _tell_correction(done: "Corrected", *, dry_run: bool) -> None:
    if not done.changes:
        typer.echo(f"巡查 {done.code} 已是如此,没有要改的。")
        return
    for name, (was, now) in done.changes.items():
        typer.echo(f"{name}:{was or '(无)'} → {now or '(无)'}")
    for title, one in (("更正前", done.before), ("更正后", done.after)):
        seen = "、".join(f"{seen.layer} {seen.length_m:,.0f} 米" for seen in one.seen) or "无"
        datum = one.datum.used if one.datum else "未知"
        went = f"采用 {one.fixes_kept:,} 点、航段 {one.legs}、路程 {one.length_m:,.0f} 米"
        typer.echo(f"{title}:{went}、按 {datum} 换算;所见:{seen}。")
    if dry_run:
        typer.echo("试运行:没有写入。")
    elif done.kept_as:
        typer.echo(f"此前所知保留在 {done.kept_as} 名下,按当时所知(known_at)查询时仍照旧。")


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
