"""`huashan crs`: the coordinate systems of this deployment by name, and a city's own fitted on common points."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layers.crs import METRIC_DEFAULT, STORED, WIRE

if TYPE_CHECKING:
    from api.transfer.common_points import FittedSystem

app = typer.Typer(add_completion=False, no_args_is_help=True, help="坐标系 · coordinate systems")


@app.callback()
def _root() -> None:
    pass


@app.command("list")
def listed() -> None:
    """列出本平台的坐标系与已配置的地方坐标系 · list the systems of this deployment."""
    from api.landuse.reading.systems import system_name
    from api.settings import local_systems

    metric = os.environ.get("HUASHAN_METRIC_CRS") or METRIC_DEFAULT
    typer.echo(f"量测:{system_name(metric)}\n存储:{system_name(STORED)}\n接口:{system_name(WIRE)}")
    local = local_systems(os.environ)
    for name, definition in local.items():
        typer.echo(f"地方:{name} = {definition}")
    if not local:
        typer.echo(
            "没有配置地方坐标系:用环境变量 HUASHAN_LOCAL_CRS 给出(名称=PROJ 字符串),参数可用 huashan crs fit 求得。"
        )


@app.command()
def fit(
    file: Annotated[Path, typer.Argument(help="公共点:点名,本地X,本地Y,国家X,国家Y,一行一点 · common points")],
    name: Annotated[str, typer.Option(help="坐标系的名称 · what to call it")] = "本市坐标系",
    base: Annotated[
        str, typer.Option(help="国家坐标所在的坐标系 · the national system", envvar="HUASHAN_METRIC_CRS")
    ] = METRIC_DEFAULT,
    affine: Annotated[bool, typer.Option("--affine", help="六参数(仿射),缺省四参数 · six parameters")] = False,
    encoding: Annotated[str | None, typer.Option(help="文字编码,默认自动判断 · text encoding")] = None,
) -> None:
    """用公共点求地方坐标系的参数,逐点列出残差 · fit a local system on common points."""
    from api.settings import check_local_name
    from api.transfer.common_points import fit_of, read_common
    from geo.local_crs.fitting import Model
    from layers.errors import NotFound

    check_local_name(name)
    if not file.is_file():
        raise NotFound(f"没有文件 {file}:请检查路径。")
    found = fit_of(read_common(file, encoding=encoding), base, Model.AFFINE if affine else Model.SIMILARITY)
    _show(found)
    typer.echo(f"配置:HUASHAN_LOCAL_CRS='{name}={found.definition}'")
    typer.echo(f"使用:--crs {name}(配置后),或 --crs '{found.definition}'")


def _show(found: "FittedSystem") -> None:
    import numpy as np
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
    for title in ("点", "北向残差(毫米)", "东向残差(毫米)", "点位残差(毫米)", "与其余点之差(毫米)"):
        table.add_column(title, justify="left" if title == "点" else "right", overflow="fold")
    size_m = np.hypot(*found.fit.residuals_m.T)
    worst = int(size_m.argmax())
    for row, point in enumerate(found.names):
        east_m, north_m = found.fit.residuals_m[row]
        others = "–" if np.isnan(found.off_m[row]) else f"{found.off_m[row] * 1000:.1f}"
        mark = " ←最大" if row == worst and size_m[row] > 0.0005 else ""
        table.add_row(point, f"{north_m * 1000:.1f}", f"{east_m * 1000:.1f}", f"{size_m[row] * 1000:.1f}{mark}", others)
    Console().print(table)
    for note in found.notes:
        typer.echo(note)
    fit = found.fit
    typer.echo(
        f"中误差 {fit.error_m * 1000:.1f} 毫米(一个坐标分量);尺度 {fit.scale:.9f}({(fit.scale - 1) * 1e6:+.2f} ppm),"
        f"旋转 {np.degrees(fit.turn_rad) * 3600:+.3f}″;"
        f"最大点位残差 {size_m[worst] * 1000:.1f} 毫米(点 {found.names[worst]})"
    )
    for warning in found.warnings:
        typer.echo(f"注意:{warning}")
