"""Which PostgreSQL on this machine serves, and how its programs are run as the right user."""

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from layers.errors import NotPossible

OLDEST = 15
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Programs:
    """One installed PostgreSQL: its major version and the folder of its programs."""

    version: int
    folder: Path

    def path(self, name: str) -> str:
        """The full path of one of its programs, such as initdb."""
        return str(self.folder / name)

    @property
    def has_postgis(self) -> bool:
        """Whether PostGIS is installed beside it."""
        found = subprocess.run([self.path("pg_config"), "--sharedir"], capture_output=True, text=True, check=False)
        share = Path(found.stdout.strip() or f"/usr/share/postgresql/{self.version}")
        return (share / "extension" / "postgis.control").is_file()


def installed() -> list[Programs]:
    """Every PostgreSQL server on this machine, newest first; empty when there is none."""
    folders = [f / "bin" for f in _DEBIAN.glob("[0-9]*")] if _DEBIAN.is_dir() else []
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = {folder: _version(folder) for folder in folders if (folder / "initdb").is_file()}
    return sorted((Programs(v, f) for f, v in found.items() if v), key=lambda p: -p.version)


def newest() -> Programs:
    """The newest PostgreSQL that has PostGIS beside it; raises NotPossible where there is none."""
    for programs in installed():
        if programs.version >= OLDEST and programs.has_postgis:
            return programs
    raise NotPossible(
        f"本机没有 PostgreSQL {OLDEST}+ 与 PostGIS 3.3+:请运行 make run 安装,或请管理员安装 postgresql 与 postgis。"
    )


def of_version(version: int) -> Programs:
    """The installed PostgreSQL of this major version, which alone can open a cluster made by it."""
    for programs in installed():
        if programs.version == version:
            return programs
    have = "、".join(str(p.version) for p in installed()) or "无"
    raise NotPossible(
        f"数据文件夹是 PostgreSQL {version} 的,本机只有 {have}:请安装 postgresql-{version} 与其 PostGIS,"
        "或把 HUASHAN_DATA 指向新文件夹。"
    )


def as_user(os_user: str | None) -> list[str]:
    """The words to put before a command so that it runs as this user, for good; empty for oneself.

    >>> as_user(None)
    []
    """
    if os_user is None or os.geteuid() != 0:
        return []
    user = pwd.getpwnam(os_user)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups", "--inh-caps=-all"]


def bare_environment(home: Path) -> dict[str, str]:
    """An environment free of PG* variables and of the caller's language."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": str(home)}


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(number[1]) if number else 0
