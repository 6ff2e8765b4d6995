"""`huashan export LAYER FILE`: a layer as it is true today, to a file that imports again unchanged."""

import getpass
import os
from pathlib import Path
from typing import Annotated

import typer

from api.transfer.formats import WRITABLE_HELP


def command(
    layer: Annotated[str, typer.Argument(help="图层,如 road,或表 post、duty、crew、device · the layer")],
    file: Annotated[Path, typer.Argument(help=f"后缀决定格式: {WRITABLE_HELP} · suffix names the format")],
    bbox: Annotated[str | None, typer.Option(help="只导出此范围:西,南,东,北(度) · only within this box")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 · overwrite")] = False,
) -> None:
    """把图层今日有效的数据导出为文件 · export a layer, as it is true today, to a file."""
    from api.cli.database import owner_engine
    from api.database import Database, Operator
    from api.settings import read_settings
    from api.transfer.exporting import export_layer
    from api.transfer.tables import exchanged
    from layers.catalogue import read_catalogue
    from layers.crs import Bounds

    chosen = exchanged(read_catalogue(), layer)
    bounds = Bounds.parse(bbox) if bbox else None
    with (
        owner_engine(read_settings(os.environ)) as engine,
        Database(engine).transaction(Operator(getpass.getuser())) as connection,
    ):
        written = export_layer(connection, chosen, file, bounds=bounds, force=force)
    for remark in written.remarks:
        typer.echo(remark)
    typer.echo(f"已导出 {written.features:,} 条 {chosen.title.zh} → {'、'.join(map(str, written.files))}")
