"""`huashan plan`: who walks where on a day, solved here and written as sheets, tracks, map layers and JSON."""

import getpass
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layers.errors import BadInput, Conflict, NotPossible

if TYPE_CHECKING:
    from api.database import Database
    from api.plans.body import PlanBody
    from api.settings import Settings

_DATE = "如 2026-11-27,缺省明天;可给几次,至多 7 天 · a day, tomorrow by default; up to 7"


def command(
    out: Annotated[Path, typer.Option("--out", help="写到这个文件夹 · folder to write to")],
    days: Annotated[list[str] | None, typer.Option("--date", help=_DATE)] = None,
    crews: Annotated[
        Path | None, typer.Option(help="巡查组与选项,TOML,写法见 api/README.md;缺省登记的全部 · crews, as TOML")
    ] = None,
    name: Annotated[str | None, typer.Option(help="方案名称 · what the plan is called")] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, help="求解多少秒,缺省 20 · seconds to search")] = None,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="求解多少轮:同一种子与轮数得同一方案 · rounds to search")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="随机种子 · seed")] = None,
    again_from: Annotated[str | None, typer.Option(help="照这个方案再排 · go on from this plan")] = None,
    second_pass: Annotated[
        bool, typer.Option("--second-pass", help="只走 --again-from 当天没有走到的 · only what it left")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 · overwrite")] = False,
) -> None:
    """求一天(或几天)的巡查方案,每组一份巡查单、GPX、GeoJSON · plan who walks where."""
    from api.answers.problems import told
    from api.cli.database import owner_engine
    from api.cli.plan_table import print_plan
    from api.database import Database
    from api.plans.crews_file import body_of, read_crews_file
    from api.settings import read_settings

    settings = read_settings(os.environ)
    said = read_crews_file(crews) if crews else {}
    said |= {key: value for key, value in {"days": days, "name": name, "again_from": again_from}.items() if value}
    asked = {"seconds": seconds, "iterations": iterations, "seed": seed, "second_pass": second_pass or None}
    options = said.get("options", {})
    if not isinstance(options, dict):
        raise BadInput("options 应为一张表:写作 [options],下面逐行给出。")
    said["options"] = options | {key: value for key, value in asked.items() if value is not None}
    body = body_of(said)
    _check_folder(out, force=force)
    with told(), owner_engine(settings) as engine:
        plan = _solved(Database(engine), settings, body)
        files = _written(Database(engine), settings, plan, out)
    print_plan(plan, files)


def _solved(database: "Database", settings: "Settings", body: "PlanBody") -> dict[str, Any]:
    """The plan, kept like any other and solved by this process."""
    from api.database import Operator
    from api.jobs.runner import holding, worker_name
    from api.plans import store
    from api.plans.in_hand import PlanInHand
    from api.plans.kind import PLANS
    from api.plans.solve import solve_stored
    from api.plans.told import plan_told
    from api.plans.wish import completed_wish
    from api.sightings.targets import read_city
    from layers.catalogue import read_catalogue

    who, worker = Operator(getpass.getuser()), worker_name()
    with database.transaction(who) as connection:
        now = datetime.now(read_city(connection).zone)
        asked = completed_wish(connection, body, now, settings.plan_s)
    with holding(settings.owner_url, PLANS) as hold:
        with database.transaction(who, write=True) as connection:
            code = store.add(connection, asked, who.name, worker)
            hold(store.one(connection, code)["plan_id"])
        with _progress() as tell:
            plan = PlanInHand(database, code, worker, settings.plan_s, tell)
            try:
                solve_stored(plan, read_catalogue())
            except KeyboardInterrupt:
                plan.cancelled()  # else a server would take it for one whose solver died
                raise
    with database.transaction(who) as connection:
        found = plan_told(connection, code)
    if found["status"] != "done":
        raise NotPossible(f"方案 {code} 没有解出来:{found['fault'] or store.STATUS[found['status']]}")
    return found


def _progress() -> Any:
    """Shows how far solving is, on a terminal; a context manager that gives what to call with it."""
    from contextlib import contextmanager

    from rich.console import Console

    stages = {"reading": "读取职责与路网", "solving": "求解", "telling": "核算覆盖与欠巡", "done": "完成"}

    @contextmanager
    def shown() -> Any:
        with Console(stderr=True).status("读取职责与路网…") as status:

            def tell(told: dict[str, Any]) -> None:
                rounds = f",{told['iterations']} 轮" if told.get("iterations") else ""
                pieces = f",{told['pieces']} 段" if told.get("pieces") else ""
                status.update(f"{stages.get(told['stage'], told['stage'])} {told['seconds']:.0f} 秒{rounds}{pieces}…")

            yield tell

    return shown()


def _check_folder(out: Path, *, force: bool) -> None:
    """Refuse before anything is worked out what could not be written afterwards."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} 是文件:--out 应为文件夹。")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotPossible(f"建不了文件夹 {out}:{error.strerror}。") from error
    if not os.access(out, os.W_OK):
        raise NotPossible(f"无权写入文件夹 {out}:请换一个,或改权限。")
    if any(out.iterdir()) and not force:
        raise Conflict(f"文件夹 {out} 里已有文件:请换一个空的,或加 --force。")


def _written(database: "Database", settings: "Settings", plan: dict[str, Any], out: Path) -> dict[str, list[str]]:
    """Write the plan whole and of each crew; the files of each crew by its route, in order."""
    import json

    from api.plans.geojson import features_of
    from api.plans.told import veiled
    from api.sheets.gpx import file_name, gpx_of
    from api.sheets.routes import crews_of

    def write(name: str, body: bytes) -> str:
        (out / name).write_bytes(body)
        return name

    def dumped(value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, indent=1).encode()

    write(f"{plan['code']}.json", dumped(plan))
    write(f"{plan['code']}.geojson", dumped(features_of(plan)))
    pdf = _pdf_of(database, settings, plan)
    files: dict[str, list[str]] = {}
    for crew, routes in crews_of(plan).items():
        names = [route["route"] for route in routes if route["line"]]
        if not names:
            continue
        own = veiled(plan, frozenset({crew}))
        own |= {"pieces": [piece for piece in own["pieces"] if piece["route"] in names]}
        made = {
            "pdf": pdf(names),
            "gpx": gpx_of(plan, names),
            "geojson": dumped(features_of(own, frozenset(names))),
            "json": dumped(own),
        }
        files[crew] = [write(file_name(plan, routes[0]["name"], crew, kind), body) for kind, body in made.items()]
    return files


def _pdf_of(database: "Database", settings: "Settings", plan: dict[str, Any]) -> Callable[[list[str]], bytes]:
    """What draws sheets: with the code of a crew's page, where the platform's own address is known."""
    from api.database import Operator
    from api.sheets.answers import link_of, signer, zone_of
    from api.sheets.ground import read_ground
    from api.sheets.links import Link
    from api.sheets.pdf import box_of, pdf_of

    signed = signer(database) if settings.public_url else None
    boxes = [box_of(route) for route in plan["routes"] if route["line"]]
    with database.transaction(Operator(getpass.getuser())) as connection:
        now, url = datetime.now(zone_of(connection)), settings.public_url
        opens = link_of(connection, plan, signed, url, now) if signed and url else None
        ground = {box: read_ground(connection, box.wider(0.05)) for box in boxes}

    def link(route: Any) -> Link | None:
        return opens(route) if opens else None

    return lambda names: pdf_of(plan, names, link_of=link, ground_of=ground.__getitem__, font=settings.font)
