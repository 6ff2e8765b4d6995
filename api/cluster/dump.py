"""A copy of the database before it is changed: written by pg_dump, few kept, none for longer than allowed."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from api.cluster.programs import installed
from layers.errors import NotPossible

if TYPE_CHECKING:
    from sqlalchemy import URL

_NAME = "huashan-%Y%m%d-%H%M%S-%f.dump"


def dump(url: "URL", folder: Path, exclude_tables: Iterable[str] = (), *, keep: int = 3, keep_days: float = 30) -> Path:
    """Dump the database into the folder and answer the file; `pg_restore` reads it.

    exclude_tables: patterns such as "city.fix*" whose rows are left out (the tables stay).
    Of the dumps in the folder the newest `keep` stay, and none older than `keep_days` (dumps hold personal tracks).
    A dump that fails leaves nothing behind and raises NotPossible.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    program = _program_for(url)
    file = folder / datetime.now().strftime(_NAME)
    partial = file.with_suffix(".part")
    partial.touch(mode=0o600)
    excluded = [f"--exclude-table-data={pattern}" for pattern in exclude_tables]
    command = [program, "--format=custom", "--compress=6", f"--file={partial}", *excluded]
    done = subprocess.run(command, env=_environment(url), capture_output=True, text=True, check=False)
    if done.returncode:
        partial.unlink(missing_ok=True)
        last = (done.stderr.strip().splitlines() or ["原因不明"])[-1]
        raise NotPossible(f"迁移前的备份没有成功:{last};数据未作改动,请先解决(磁盘空间、权限)再启动。")
    partial.rename(file)
    forget(folder, keep=keep, keep_days=keep_days)
    return file


def forget(folder: Path, *, keep: int = 3, keep_days: float = 30) -> list[Path]:
    """Delete dumps beyond the newest `keep` and those older than `keep_days`, and answer which."""
    dumps = sorted(folder.glob("huashan-*.dump"), reverse=True)
    oldest = time.time() - keep_days * 86400
    gone = [file for rank, file in enumerate(dumps) if rank >= keep or file.stat().st_mtime < oldest]
    for file in [*gone, *folder.glob("huashan-*.part")]:
        file.unlink(missing_ok=True)
    return gone


def _program_for(url: "URL") -> str:
    server = _server_version(url)
    found = {p.version: p.path("pg_dump") for p in installed()}
    on_path = shutil.which("pg_dump")
    if on_path and not found:
        found[_version(on_path)] = on_path
    fit = [version for version in found if version >= server]
    if not fit:
        have = max(found, default=0) or "没有"
        raise NotPossible(
            f"数据库是 PostgreSQL {server},本机的 pg_dump 是 {have},不能备份比它新的库:"
            f"请安装 postgresql-client-{server} 再迁移;数据未作改动。"
        )
    return found[min(fit)]


def _server_version(url: "URL") -> int:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    with create_engine(url, poolclass=NullPool).connect() as connection:
        return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10000


def _version(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    digits = "".join(c if c.isdigit() else " " for c in said).split()
    return int(digits[0]) if digits else 0


def _environment(url: "URL") -> dict[str, str]:
    """Connection facts as variables, so that no password stands in the list of processes."""
    query = {name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()}
    facts = {
        "PGHOST": query.get("host") or url.host,
        "PGPORT": query.get("port") or (str(url.port) if url.port else None),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {name: str(value) for name, value in facts.items() if value}
