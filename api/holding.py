"""What the database holds, sample or real data, and the question before real data joins the sample."""

from collections.abc import Callable

from sqlalchemy import Connection

from layers import query
from layers.catalogue import Catalogue, read_catalogue
from layers.errors import Conflict

_MIXING = "数据库里现在只有示例数据,导入后真实与示例混在一起(屏幕会显示「混合」)"


def read_holding(connection: Connection, catalogue: Catalogue | None = None) -> str:
    """Whether the database holds 'sample', 'real' or 'mixed' data, or is 'empty'."""
    tables = [layer.table for layer in (catalogue or read_catalogue()).values() if not layer.derived]
    return str(query.value(connection, "deployment/access_holding", tables=tables))


def ask_to_mix(
    connection: Connection, catalogue: Catalogue, ask: Callable[[str], bool], *, dry_run: bool
) -> str | None:
    """Ask before the first real data joins the sample; in a dry run nothing is asked and the reminder answered.

    ask: answers a question. None where there is nothing to remind of. Raises Conflict where the answer is no.
    """
    if read_holding(connection, catalogue) != "sample":
        return None
    if dry_run:
        return f"提醒:{_MIXING}。"
    if not ask(f"{_MIXING},继续?"):
        raise Conflict(f"{_MIXING}:确定请加 --yes;想先清除示例,请运行 huashan seed --remove。未写入任何数据。")
    return None
