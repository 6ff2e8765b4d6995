"""The files that `huashan check` writes, by their suffixes."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from layers.errors import BadInput, Conflict, NotFound, NotPossible

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.access.reader import Reader
    from api.database import Database
    from api.settings import Settings

__all__ = ["check_outs", "write_batch", "write_check"]

MAP = ".map.pdf"
OF_ONE = (".docx", MAP, ".pdf", ".xlsx", ".gpkg", ".geojson", ".json")
OF_MANY = (".csv", ".xlsx", ".gpkg", ".json")


def check_outs(paths: list[Path], *, each: bool, force: bool) -> list[Path]:
    """The files to be written. Refuses before anything is checked what could not be written afterwards.

    Raises BadInput for another suffix, NotFound where there is no such folder, Conflict where a file stands there.
    """
    known = OF_MANY if each else OF_ONE
    for path in paths:
        if not path.name.lower().endswith(known):
            what = "批量(--each)的结果" if each else "核查结果"
            raise BadInput(f"{what}不能写成 {path.name!r}:--out 的后缀可为 {'、'.join(known)}。")
        if not path.parent.is_dir():
            raise NotFound(f"没有文件夹 {path.parent}:请先建立。")
        if path.exists() and not force:
            raise Conflict(f"{path} 已存在:要覆盖请加 --force。")
    return paths


def write_check(
    database: "Database", settings: "Settings", reader: "Reader", answer: dict[str, Any], outs: list[Path]
) -> None:
    """Write the answer of one check to each of the files."""
    for path in outs:
        _wrote(*_of_one(database, settings, reader, answer, path))


def _of_one(
    database: "Database", settings: "Settings", reader: "Reader", answer: dict[str, Any], path: Path
) -> tuple[Path, bytes]:
    import json

    import orjson

    from api.landuse.answers.collection import collection_of

    suffix = path.suffix.lower()
    if suffix == ".json":
        return path, json.dumps(answer, ensure_ascii=False, indent=1).encode()
    if suffix == ".geojson":
        return path, orjson.dumps(collection_of(answer))
    return _printed(database, settings, reader, answer, path)


def _printed(
    database: "Database", settings: "Settings", reader: "Reader", answer: dict[str, Any], path: Path
) -> tuple[Path, bytes]:
    from api.landuse.paper.around import read_around
    from api.landuse.paper.printing import box_of, printed
    from api.sheets.answers import zone_of

    wanted = "map" if path.name.lower().endswith(MAP) else path.suffix.lower()[1:]
    with database.transaction(reader) as connection:
        at = datetime.now(zone_of(connection))
        ground = read_around(connection, answer, box_of(answer)) if wanted in ("docx", "pdf", "map") else ()
    file = printed(answer, wanted, reader=reader.name, at=at, ground_of=lambda box: ground, font=settings.font)
    if file.notice:
        typer.echo(file.notice, err=True)
    # Where no PDF can be made it is a document, and is called so.
    own = Path(file.name).suffix
    return (path if own == path.suffix.lower() else path.with_suffix(own)), file.body


def write_batch(connection: "Connection", batch: dict[str, Any], metric_crs: str, outs: list[Path]) -> None:
    """Write a batch to each of the files, within a transaction that only reads."""
    import tempfile

    from api.landuse.batches.written import write

    for path in outs:
        format = path.suffix.lower()[1:]
        with tempfile.TemporaryDirectory(prefix="huashan-batch-") as folder:
            made = Path(folder) / f"batch.{format}"
            if format == "json":
                _write_rows(connection, batch, made)
            else:
                write(connection, batch, format, made, metric_crs)
            _wrote(path, made.read_bytes())


def _write_rows(connection: "Connection", batch: dict[str, Any], path: Path) -> None:
    import json

    from api.landuse.batches import store
    from api.landuse.batches.told import row_told, told

    rows = [row_told(row) for row in store.rows(connection, batch["batch_id"])]
    path.write_text(json.dumps(told(batch) | {"rows": rows}, ensure_ascii=False, indent=1), "utf-8")


def _wrote(path: Path, body: bytes) -> None:
    try:
        path.write_bytes(body)
    except OSError as error:
        raise NotPossible(f"写不了 {path}:{error.strerror}。") from error
    typer.echo(f"已写入 {path}", err=True)
