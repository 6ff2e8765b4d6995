"""Where this checkout keeps what it makes: data, logs and the cluster outside the checkout, one folder for each."""

import hashlib
import os
import pwd
import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from layers.errors import NotPossible

SERVICE_USER = "huashan"
MARKER = ".huashan-data"
LOCKS = ("up.lock", "users.lock", "start.lock")
_LONGEST_SOCKET = 107 - len("/.s.PGSQL.5432.lock")
_PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)


@dataclass(frozen=True)
class ClusterPlace:
    """A cluster's folder and socket, and the user who runs it (None: whoever asks)."""

    folder: Path
    socket_folder: Path
    os_user: str | None = None
    durable: bool = True

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        """Where the cluster and the server write their logs."""
        return self.folder / "log"


def checkout() -> Path:
    """The folder of the checkout; for code copied for the service user, the one that it was copied from."""
    named = os.environ.get("HUASHAN_CHECKOUT")
    return Path(named) if named else Path(__file__).resolve().parents[2]


def build_folder() -> Path | None:
    """What the install script made (virtual environment, assets); None under a Python that it did not make."""
    folder = Path(sys.prefix).parent
    return folder if (folder / "checkout").is_file() else None


def short_name(folder: Path) -> str:
    """A name for a checkout, the same at every start and different for each path.

    >>> short_name(Path("/srv/huashan"))
    'huashan-7ca282f2'
    """
    return f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"


def data_folder() -> Path:
    """HUASHAN_DATA, or one folder for each checkout in the usual place for data."""
    named = os.environ.get("HUASHAN_DATA")
    if named:
        return Path(named).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/huashan") / short_name(checkout())
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "huashan" / short_name(checkout())


def service_user() -> str | None:
    """Who runs cluster and server: root hands over to a user of its own, anyone else runs them as themselves."""
    if os.geteuid() != 0:
        return None
    for name in (SERVICE_USER, "postgres"):
        if _exists(name):
            return name
    raise NotPossible(f"没有系统用户 {SERVICE_USER}:请运行 make run,由安装脚本创建(数据库不能以 root 身份运行)。")


def cluster_place(folder: Path | None = None) -> ClusterPlace:
    """The place of this checkout's cluster."""
    folder = folder or data_folder()
    check_usable(folder)
    return ClusterPlace(folder, socket_folder_for(folder), service_user())


def check_usable(folder: Path) -> None:
    """Raise NotPossible where the folder is in the checkout, closed to this user, or could not be made."""
    if folder.is_relative_to(checkout()):
        raise NotPossible(
            f"数据文件夹 {folder} 在程序文件夹 {checkout()} 里,清理程序会连数据一起删掉:请用 HUASHAN_DATA 换一处。"
        )
    # os.path.exists, unlike Path.exists, answers False below a folder that is closed to us.
    nearest = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    if not nearest.is_dir():
        raise NotPossible(f"数据文件夹 {folder} 用不了:{nearest} 是文件,不是文件夹;请用 HUASHAN_DATA 换一处。")
    if not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        user = pwd.getpwuid(os.geteuid()).pw_name
        raise NotPossible(f"数据文件夹 {folder} 用不了:{user} 不能读写 {nearest};请改权限,或用 HUASHAN_DATA 换一处。")


def socket_folder_for(folder: Path) -> Path:
    """A folder whose path is short enough for a socket: in the data folder, or a private one in /tmp.

    >>> socket_folder_for(Path("/var/lib/huashan/a"))
    PosixPath('/var/lib/huashan/a/socket')
    """
    inside = folder / "socket"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET and _PLAIN_PATH.fullmatch(str(inside)):
        return inside
    owner = pwd.getpwnam(service_user() or "").pw_uid if os.geteuid() == 0 else os.geteuid()
    return Path("/tmp") / f"huashan-{owner}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]}"


def prepare(place: ClusterPlace) -> None:
    """Make the folders with their marker, closed to others and owned by the user who runs the cluster."""
    try:
        _make_folders(place)
    except OSError as error:
        raise NotPossible(
            f"数据文件夹 {place.folder} 用不了({error.filename or place.folder}:{error.strerror}):"
            "请检查磁盘空间与权限,或用 HUASHAN_DATA 换一处。"
        ) from None


def _make_folders(place: ClusterPlace) -> None:
    fresh = not place.folder.exists() or not any(place.folder.iterdir())
    place.folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        (place.folder / MARKER).write_text(f"{checkout()}\n", "utf-8")
    if not (place.folder / MARKER).is_file():
        raise NotPossible(f"数据文件夹 {place.folder} 里有别的东西(没有标记 {MARKER}):请把 HUASHAN_DATA 指向空文件夹。")
    for folder in (place.folder, place.log, place.folder / "dumps"):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
    for name in LOCKS:
        open_own(place.folder / name, "a+").close()
    _hand_over(place)
    _private_folder(place.socket_folder, place.os_user)


def open_own(file: Path, mode: Literal["w", "a+"]) -> IO[str]:
    """Open a file for writing that is no link: root writes into folders of a user who could put one there."""
    kind = os.O_TRUNC if mode == "w" else os.O_APPEND
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | kind, 0o600)
    return os.fdopen(handle, mode, encoding="utf-8")


def _hand_over(place: ClusterPlace) -> None:
    if place.os_user is None or os.geteuid() != 0:
        return
    user = pwd.getpwnam(place.os_user)
    inside = [f for name in ("log", "dumps") for f in (place.folder / name, *(place.folder / name).iterdir())]
    for path in (place.folder, *(place.folder / name for name in (MARKER, *LOCKS)), *inside):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _private_folder(folder: Path, os_user: str | None) -> None:
    owner = pwd.getpwnam(os_user) if os_user else pwd.getpwuid(os.geteuid())
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.pw_uid or found.st_mode & 0o077:
            raise NotPossible(f"套接字文件夹 {folder} 不属于 {owner.pw_name} 或对他人开放:请删除它再启动。") from None


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
