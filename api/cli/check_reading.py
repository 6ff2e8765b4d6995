"""The outlines that `huashan check` is given: read, with the coordinate system asked for where nothing tells it."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from layers.errors import BadInput

if TYPE_CHECKING:
    from api.access.reader import Reader
    from api.landuse.desk import Desk
    from api.landuse.reading.outlines import AskCrs, Candidate, Ground, Read, Said
    from api.settings import Settings

__all__ = ["Given", "at_desk", "read_given"]

STDIN = Path("-")


class Given(NamedTuple):
    """A file, `-` for standard input, or a text; what is said of it as a request says it; and of the file."""

    file: Path | None
    text: str | None
    told: dict[str, Any]
    layer_name: str | None
    encoding: str | None

    def said(self) -> dict[str, Any]:
        """What is said of it, as the body of a request has it."""
        return {key: value for key, value in self.told.items() if value not in (None, "")}


@contextmanager
def at_desk() -> "Iterator[tuple[Desk, Reader, Settings]]":
    """Where checks are asked for, who asks, and the settings, for the length of the block."""
    from api.access.reader import Reader
    from api.answers.problems import told
    from api.cli.database import owner_engine
    from api.database import Database
    from api.landuse.desk import Desk
    from api.settings import read_settings

    settings = read_settings(os.environ)
    with told(), owner_engine(settings) as engine:
        reader = Reader(getpass.getuser(), "", frozenset({"admin"}), signed_in=True)
        yield Desk(Database(engine), settings.local_crs), reader, settings


def read_given(desk: "Desk", reader: "Reader", given: Given, *, each: bool) -> "tuple[Read, str]":
    """What was given, and what it came as; where it does not say its system, whoever sits there is asked, once.

    Raises BadInput where nothing or two things are given, and what the reading raises.
    """
    from api.answers.bodies import meant
    from api.landuse.body import OutlineBody
    from api.landuse.reading.outlines import AskCrs, Said

    body = meant(OutlineBody, given.said())
    if (given.file is None) == (given.text is None):
        raise BadInput("请给出范围:一个文件(- 为标准输入),或 --text 坐标文本,只给一样。")
    _, ground = desk.ground(reader, body)
    said = Said(body.crs, body.name or "", given.layer_name, given.encoding, body.axes, body.datum, each)
    text = sys.stdin.read() if given.file == STDIN else given.text
    try:
        return _read(given, text, said, ground)
    except AskCrs as error:
        chosen = _chosen(error) if given.file != STDIN else None
        if chosen is None:
            raise
        return _read(given, text, said._replace(crs=chosen.crs, axes=chosen.axes), ground)


def _read(given: Given, text: str | None, said: "Said", ground: "Ground") -> "tuple[Read, str]":
    from api.landuse.reading.outlines import read_file, read_text

    if text is not None:
        return read_text(text, said, ground), "pasted"
    path = Path(str(given.file))
    return read_file(path, said, ground), path.name


def _chosen(error: "AskCrs") -> "Candidate | None":
    """The candidate that whoever sits at the terminal chooses; None where nobody does, or there is none to choose."""
    import typer
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    if not at_terminal() or not error.candidates:
        return None
    table = Table(title="没有说明坐标系:它会落在哪里?", box=SIMPLE)
    for title in ("", "坐标系", "为什么", "中心(经度, 纬度)", "面积(亩)"):
        table.add_column(title, overflow="fold")
    for place, one in enumerate(error.candidates, start=1):
        centre = f"{one.centre.lon:.5f}, {one.centre.lat:.5f}"
        table.add_row(str(place), f"{one.name}\n--crs {one.crs} --axes {one.axes}", one.why, centre, _mu(one.area_m2))
    Console(stderr=True).print(table)
    place = typer.prompt(f"选第几个(1 至 {len(error.candidates)},0 为都不是)", type=int, err=True)
    return error.candidates[place - 1] if 0 < place <= len(error.candidates) else None


def at_terminal() -> bool:
    """Whether somebody sits there to be asked."""
    return sys.stdin.isatty()


def _mu(area_m2: float) -> str:
    from api.landuse.words import area

    return f"{area(area_m2)['mu']:,.2f}"
