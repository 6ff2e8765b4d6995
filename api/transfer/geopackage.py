"""GeoPackages are databases: what a file calls its layers may be a query that never ends, and GDAL would run it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from layers.errors import BadFile

__all__ = ["check_tables"]

_MOST_STEPS = 50_000_000
_AT_ONCE = 1_000_000
_VIEWS = "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name"


def check_tables(gpkg: Path) -> None:
    """Raise BadFile where anything in it is a view: GDAL asks every one what it has, to list the layers."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(gpkg))}?mode=ro&immutable=1", uri=True)) as connection:
            connection.set_progress_handler(_Patience(), _AT_ONCE)
            views = [str(name) for (name,) in connection.execute(_VIEWS)]
    except (sqlite3.Error, UnicodeError) as error:
        raise BadFile(f"打不开 {gpkg.name}({error}):不是完好的 GeoPackage,请重新获取或另存。") from error
    if views:
        told = f"{gpkg.name} 里的 {views[0][:60]!r} 是视图,不是表"
        raise BadFile(f"{told}:拒绝读取,请在源软件里把图层另存为新的 GeoPackage。")


class _Patience:
    """Stops a query that takes too many steps: the file may have more tricks than are known here."""

    def __init__(self) -> None:
        self.left = _MOST_STEPS

    def __call__(self) -> int:
        self.left -= _AT_ONCE
        return int(self.left < 0)
