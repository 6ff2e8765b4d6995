"""`huashan device new|list|revoke`: the devices of crews, and the tokens by which they send their positions."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.token import transaction

if TYPE_CHECKING:
    from sqlalchemy.engine import RowMapping

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="签发、查看、吊销设备令牌 · tokens of devices",
)
_STATES = {"valid": "有效", "revoked": "已吊销", "ended": "设备已停用"}


@app.command("new")
def new(
    device: Annotated[str, typer.Argument(help="设备编码,如 手机-07 · code of the device")],
    crew: Annotated[str | None, typer.Option(help="巡查组编码 · the crew that carries it")] = None,
    name: Annotated[str | None, typer.Option(help="设备名称 · its name")] = None,
    datum: Annotated[
        str | None, typer.Option(help="上报坐标的基准:wgs84 gcj02 bd09,新设备默认 wgs84 · datum it reports in")
    ] = None,
    accuracy_m: Annotated[
        float | None, typer.Option(help="不报精度时的误差,米 · error where it reports none, metres")
    ] = None,
) -> None:
    """签发一枚设备令牌,只显示这一次 · issue a device's token, shown once."""
    from api.crews.devices import Carried, new_token

    carried = Carried(device, crew, name, datum.lower().replace("-", "") if datum else None, accuracy_m)
    with transaction() as connection:
        token = new_token(connection, carried)
    typer.echo(f"已为设备 {device} 签发令牌(只显示这一次)。在应用里填写的网址是平台地址加上:", err=True)
    typer.echo(f"/track/{token}")


@app.command("list")
def listed(
    crew: Annotated[str | None, typer.Option(help="只要这个巡查组的 · of this crew only")] = None,
) -> None:
    """列出设备令牌 · list the tokens of devices."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from api.crews.devices import tokens

    with transaction() as connection:
        rows = tokens(connection, crew)
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
    for title in ("编号", "设备", "名称", "巡查组", "基准", "签发", "最近使用", "状态", "未存下的位置"):
        table.add_column(title, overflow="fold")
    for row in rows:
        told = (row["device"], row["name"] or "", row["crew_code"] or "", row["datum"] or "")
        days = (_day(row["made_at"]), _day(row["last_used_at"]) or "从未")
        table.add_row(str(row["device_token_id"]), *told, *days, _STATES[row["state"]], _refused(row))
    Console().print(table if rows else "还没有设备令牌:用 huashan device new 签发。")


@app.command("revoke")
def revoke(
    token_id: Annotated[int, typer.Argument(help="令牌编号,见 huashan device list · its number")],
) -> None:
    """吊销一枚设备令牌,立即生效 · revoke a device's token, at once."""
    from api.crews.devices import revoke as revoked

    with transaction() as connection:
        device = revoked(connection, token_id)
    typer.echo(f"已吊销设备 {device} 的令牌 {token_id}。")


def _refused(row: "RowMapping") -> str:
    """How many of its positions were not stored, since when and why: a phone whose clock is wrong is found by it."""
    from api.crews.devices import REFUSED

    if not row["refused"]:
        return ""
    return f"{row['refused']:,} 个,最近 {_day(row['refused_at'])}:{REFUSED[row['refused_why']]}"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""
