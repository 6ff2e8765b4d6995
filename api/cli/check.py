"""`huashan check FILE`: may this be built, dug or planted here? The verdict with every reason, and as documents."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layers.errors import BadInput

if TYPE_CHECKING:
    from api.cli.check_reading import Given

STATUS = {"yes": 0, "ask": 2, "no": 3, "unknown": 4}
"""What the command ends with, by the answer; 1 where something was wrong with the question."""
_FILE = "范围:GeoJSON、shp(zip)、gpkg、gdb、kml、dxf、界址点坐标文本;- 为标准输入 · the outline; - reads standard input"
_WHEN = "不含时区按平台时区 · a date or a time"
_ACTIVITY = (
    "拟开展的活动,代码或中文名:build 建设、facility 设施农业、road 修路、dig 取土采挖、pond 挖塘养殖、trees 植树造林、"
    "crops 种粮种菜、dump 堆放弃土 · what is to be done"
)
_OUT = (
    "写成文件,按后缀定格式,可重复:.docx .pdf .map.pdf(矢量图) .xlsx .gpkg .geojson .json;"
    "--each 时 .csv .xlsx .gpkg .json · write a file, by its suffix"
)


def command(
    file: Annotated[Path | None, typer.Argument(help=_FILE)] = None,
    text: Annotated[str | None, typer.Option(help="粘贴的坐标文本、GeoJSON 或 WKT,代替文件 · pasted text")] = None,
    activity: Annotated[str, typer.Option(help=_ACTIVITY)] = "build",
    crs: Annotated[str | None, typer.Option(help="坐标系:代码、PROJ 字符串或本市坐标系名 · CRS")] = None,
    axes: Annotated[str | None, typer.Option(help="坐标顺序:ne 先北后东,en 先东后北 · order of axes")] = None,
    datum: Annotated[str, typer.Option(help="度的基准:wgs84 gcj02 bd09 · datum of degrees")] = "wgs84",
    as_of: Annotated[str | None, typer.Option(help="哪一天的现势,如 2026-11-27,缺省今天 · as of which day")] = None,
    known_at: Annotated[str | None, typer.Option(help=f"按何时所知;{_WHEN}")] = None,
    compared_to: Annotated[
        str | None, typer.Option(help="与哪一天相比,如 2025-12-31;@ 后可写按何时所知 · compare with another day")
    ] = None,
    tolerance_m: Annotated[
        float, typer.Option("--tolerance", help="容差(米),比它窄的列为碎片 · tolerance in metres")
    ] = 0.5,
    layer_name: Annotated[str | None, typer.Option(help="文件里的图层 · the layer within the file")] = None,
    encoding: Annotated[str | None, typer.Option(help="文字编码,默认自动判断 · text encoding")] = None,
    name: Annotated[str | None, typer.Option(help="名称 · what it is called")] = None,
    each: Annotated[
        bool, typer.Option("--each", help="文件里的每个图形各查一次(批量);缺省合为一个范围 · each feature apart")
    ] = False,
    out: Annotated[list[Path] | None, typer.Option(help=_OUT)] = None,
    keep: Annotated[bool, typer.Option("--store/--no-store", help="是否存入核查记录 · whether to keep it")] = True,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 · overwrite")] = False,
) -> None:
    """用地核查:这个范围可否建设、取土、种植;退出码 0 可、2 须报批、3 不可、4 不能判定 · a land check."""
    from api.cli.check_files import check_outs
    from api.cli.check_reading import Given

    given = Given(file, text, {"crs": crs, "axes": axes or "", "datum": datum, "name": name}, layer_name, encoding)
    outs = check_outs(out or [], each=each, force=force)
    if each and compared_to is not None:
        raise BadInput("--each 不能与 --compared-to 同用:请逐个比较。")
    asked: dict[str, Any] = {"activity": _activity(activity), "as_of": as_of, "known_at": known_at}
    asked |= {"tolerance_m": tolerance_m} | ({"compared_to": _then(compared_to)} if compared_to else {})
    answer = _each(given, asked, outs, keep=keep) if each else _one(given, asked | {"store": keep}, outs)
    raise typer.Exit(STATUS[answer])


def _activity(said: str) -> str:
    """What is to be done, said by its code or by its Chinese name; raises BadInput for none of these.

    >>> _activity("取土采挖"), _activity("build")
    ('dig', 'build')
    """
    from api.landuse.words import ACTIVITIES

    codes = {one.zh: code for code, one in ACTIVITIES.items()}
    code = codes.get(said, said)
    if code not in ACTIVITIES:
        known = "、".join(f"{code} {name}" for name, code in codes.items())
        raise BadInput(f"没有活动 {said[:40]!r}:--activity 可为 {known}。")
    return code


def _then(text: str) -> dict[str, str]:
    """Another day to compare with, and as known when.

    >>> _then("2025-12-31@2026-01-05T00:00"), _then("2025-12-31"), _then("@2026-01-05")
    ({'as_of': '2025-12-31', 'known_at': '2026-01-05T00:00'}, {'as_of': '2025-12-31'}, {'known_at': '2026-01-05'})
    """
    day, _, known_at = text.partition("@")
    return {name: value for name, value in {"as_of": day.strip(), "known_at": known_at.strip()}.items() if value}


def _one(given: "Given", asked: dict[str, Any], outs: list[Path]) -> str:
    """The check of one outline, of several parts where there are several in the file; its answer."""
    import orjson

    from api.answers.bodies import meant
    from api.cli.check_files import write_check
    from api.cli.check_reading import at_desk, read_given
    from api.cli.check_table import print_check
    from api.landuse.answers.shapes import dumped
    from api.landuse.body import AskBody
    from api.landuse.checking import drawn
    from api.landuse.sent import together

    with at_desk() as (desk, reader, settings):
        body = meant(AskBody, given.said() | {key: value for key, value in asked.items() if value is not None})
        read, source = read_given(desk, reader, given, each=False)
        found = together(read, source, body.name)
        with desk.database.transaction(reader) as connection:
            place = desk.place(connection)
        _, whole = desk.answer(reader, body, found, drawn(found.shape, place.metric_crs), place)
        answer = orjson.loads(whole if isinstance(whole, bytes) else dumped(whole))
        print_check(answer)
        write_check(desk.database, settings, reader, answer, outs)
    return str(answer["verdict"]["answer"])


def _each(given: "Given", asked: dict[str, Any], outs: list[Path], *, keep: bool) -> str:
    """The check of each outline in a file; the worst answer, where one could not be checked: unknown."""
    from api.answers.bodies import meant
    from api.cli.check_batch import checked_here
    from api.cli.check_files import write_batch
    from api.cli.check_reading import at_desk, read_given
    from api.cli.check_table import print_batch
    from api.landuse.batches import store
    from api.landuse.batches.asking import BatchBody
    from api.landuse.words import ANSWERS

    with at_desk() as (desk, reader, settings):
        body = meant(BatchBody, given.said() | {key: value for key, value in asked.items() if value is not None})
        read, source = read_given(desk, reader, given, each=True)
        code = checked_here(desk, reader, settings, body, read, source)
        with desk.database.transaction(reader) as connection:
            batch = store.one(connection, reader, code)
            rows = list(store.rows(connection, batch["batch_id"]))
            metric_crs = desk.place(connection).metric_crs
            print_batch(batch, rows, kept=keep)
            write_batch(connection, batch, metric_crs, outs)
        if not keep:
            with desk.database.transaction(reader, write=True) as connection:
                store.erase(connection, batch["batch_id"])
    counts = {**batch, "unknown": batch["unknown"] + batch["faults"]}
    return next((answer for answer in ANSWERS if counts[answer]), "unknown")
