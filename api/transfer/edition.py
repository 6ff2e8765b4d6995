"""Which state of the city a file is, and what may be asked of it."""

from dataclasses import dataclass
from datetime import date

from api.transfer.tables import from_table
from layers.catalogue import Layer
from layers.errors import BadInput

LONGEST_NAME = 100


@dataclass(frozen=True)
class Edition:
    """Which state of the city a file is: its name, the day it is true from, and whether it replaces the layer.

    only: field and value of the rows that it may replace, such as one kind of zone; None for the whole layer.
    yearly: whether it is one of a series, each of which replaces the one before.
    """

    name: str | None = None
    valid_from: date | None = None
    replace: bool = False
    within: str | None = None
    only: tuple[str, str] | None = None
    yearly: bool = False


def check_edition(layer: Layer, edition: Edition) -> None:
    """Raise BadInput where what is asked of the edition cannot be done to the layer."""
    name = edition.name or ""
    if len(name) > LONGEST_NAME:
        raise BadInput(f"版次名称 {name[:20]!r}… 有 {len(name):,} 个字,上限 {LONGEST_NAME}:请取短一些。")
    if edition.replace and edition.valid_from is None:
        raise BadInput("--replace 需要 --valid-from 日期:文件里没有的记录从哪天起失效?")
    if edition.within and not edition.replace:
        raise BadInput("--within 只与 --replace 同用:它限定哪些记录可被撤销。")
    if edition.within and from_table(layer):
        raise BadInput(f"--within 按图形限定,而 {layer.id}({layer.title.zh})来自没有图形的表:请去掉它。")
