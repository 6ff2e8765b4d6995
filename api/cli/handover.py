"""From root to the service user, for good: what it runs and what it listens on is prepared, then root is gone."""

import compileall
import os
import pwd
import shutil
import socket
import sys
from pathlib import Path

from api.cluster.place import SERVICE_USER, ClusterPlace, build_folder, checkout, short_name
from layers.errors import NotPossible

CACHE = Path("/var/cache/huashan")
PACKAGES = ("api", "geo", "layers", "seeds")
FILES = ("pyproject.toml", "README.md", "LICENSE")
"""What the wheel is built with beside the packages."""
_FILES_OF_THE_CALLER = ("HUASHAN_TLS_CERT", "HUASHAN_TLS_KEY", "HUASHAN_ASSETS")


def hand_over(place: ClusterPlace, listener: socket.socket) -> None:
    """Become the service user and run `huashan up` anew as it; never returns.

    The service user cannot read a checkout below /root, so it runs a copy that only root can change.
    """
    # Not in the data folder, which belongs to the service user: it could put its own code, or a link, there.
    source = (build_folder() or CACHE) / f"source-{short_name(place.folder)}"
    copy_code(checkout(), source)
    user = pwd.getpwnam(place.os_user or SERVICE_USER)
    environment = _environment(place, user, source) | {"HUASHAN_SOCKET_FD": str(listener.fileno())}
    listener.set_inheritable(True)
    sys.stdout.flush()
    os.chdir(place.folder)
    os.initgroups(user.pw_name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    if not os.access(sys.executable, os.X_OK) or not os.access(sys.base_prefix, os.R_OK | os.X_OK):
        raise NotPossible(
            f"用户 {user.pw_name} 运行不了 {sys.executable}:请用系统的 Python(/usr/bin/python3)重新 make run。"
        )
    os.execve(sys.executable, [sys.executable, "-P", "-m", "api.cli.app", *sys.argv[1:]], environment)


def copy_code(origin: Path, target: Path) -> None:
    """Make target hold just the packages of origin, compiled; files that have not changed are left as they are."""
    target.mkdir(mode=0o755, parents=True, exist_ok=True)
    for package in PACKAGES:
        _mirror(origin / package, target / package)
    for file in FILES:
        shutil.copy2(origin / file, target / file)
    compileall.compile_dir(target, quiet=2)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _mirror(origin: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    wanted = {p.name: p for p in origin.iterdir() if p.name != "__pycache__" and not p.name.startswith(".")}
    for old in target.iterdir():
        if old.name not in wanted and old.name != "__pycache__":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for name, path in wanted.items():
        if path.is_dir():
            _mirror(path, target / name)
        elif not _same(path, target / name):
            shutil.copy2(path, target / name)


def _same(one: Path, other: Path) -> bool:
    if not other.is_file():
        return False
    a, b = one.stat(), other.stat()
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)


def _environment(place: ClusterPlace, user: pwd.struct_passwd, source: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SUDO_", "XDG_"))}
    files = {name: str(Path(kept[name]).resolve()) for name in _FILES_OF_THE_CALLER if kept.get(name)}
    return (
        kept
        | files
        | {
            "HOME": str(place.folder),
            "USER": user.pw_name,
            "LOGNAME": user.pw_name,
            "PYTHONPATH": str(source),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NUMBA_CACHE_DIR": str(_compiled(place, user)),
            "HUASHAN_DATA": str(place.folder),
            "HUASHAN_CHECKOUT": str(checkout()),
        }
    )


def _compiled(place: ClusterPlace, user: pwd.struct_passwd) -> Path:
    """Where compiled code is kept: what the install script made for this user, else in the data folder."""
    made = (build_folder() or CACHE) / "compiled"
    return made if made.is_dir() and made.stat().st_uid == user.pw_uid else place.folder / "compiled"
