"""Making a cluster: beside its place first and renamed when it is whole, so that a half-made one is never served."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from api.cluster.place import ClusterPlace, open_own
from api.cluster.programs import Programs, as_user, bare_environment
from layers.errors import NotPossible

DATABASE = "huashan"
ADMIN, OWNER, APP = "huashan_admin", "huashan_owner", "huashan_app"
ROOM_MB = 500
FRESH = "fresh"
_EXTENSIONS = ("postgis", "btree_gist")


class HalfMade(ClusterPlace):
    """The place of a cluster while it is being made."""

    @property
    def data(self) -> Path:
        """Beside the data directory, on the same disk, so that a rename ends the making."""
        return self.folder / "cluster.new"


def half_made(place: ClusterPlace) -> HalfMade:
    """Where this place's cluster is made before it is renamed."""
    return HalfMade(place.folder, place.socket_folder, place.os_user, place.durable)


def check_room(place: ClusterPlace, need_mb: int = ROOM_MB) -> None:
    """Raise NotPossible when the disk has too little room for a new cluster."""
    free_mb = shutil.disk_usage(place.folder).free // (1024 * 1024)
    if free_mb < need_mb:
        raise NotPossible(
            f"磁盘空间不够:{place.folder} 只剩 {free_mb} MB,需要 {need_mb} MB;请清理,或用 HUASHAN_DATA 换一处。"
        )


def check_free(place: ClusterPlace) -> None:
    """Raise NotPossible where something lies in the cluster's place: it may be what is left of someone's data."""
    if place.data.is_dir() and any(place.data.iterdir()):
        raise NotPossible(
            f"{place.data} 里有文件却没有 PG_VERSION,是残缺的数据库,不会覆盖它:"
            "请从备份恢复,或把它移走后再启动(会另建一个)。"
        )


def initdb(place: ClusterPlace, programs: Programs) -> None:
    """Lay down an empty cluster; what an interrupted attempt left is removed first.

    C.UTF-8 sorts by code point and never changes with the system's libraries, so no index breaks after an upgrade;
    lists for people sort with COLLATE "zh-x-icu", which every cluster has.
    """
    shutil.rmtree(place.data, ignore_errors=True)
    if place.data.exists():
        raise NotPossible(f"上次没有建完的 {place.data} 删不掉:请管理员删除它(里面没有数据),再启动。")
    command = [
        *as_user(place.os_user),
        programs.path("initdb"),
        f"--pgdata={place.data}",
        f"--username={ADMIN}",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth-local=peer",
        "--auth-host=scram-sha-256",
        "--data-checksums",
        *([] if place.durable else ["--no-sync"]),
    ]
    done = subprocess.run(
        command, env=bare_environment(place.folder), cwd=place.folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotPossible(
            f"数据库无法建立:{_last_line(done.stderr)}(文件夹 {place.folder});运行 huashan doctor 查看环境。"
        )
    with open_own(place.data / "postgresql.conf", "a+") as file:
        file.write("\ninclude 'huashan.conf'\ninclude_if_exists 'local.conf'\t# your own settings; they win\n")


def write_settings(place: ClusterPlace, settings: dict[str, str]) -> None:
    """Write what is set anew at each start: tuning, where it listens (nowhere but the socket), who may enter."""
    fixed = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{place.socket_folder}"',
        "unix_socket_permissions": "0700",
        "logging_collector": "on",
        "log_directory": str(place.log),
        "log_filename": "postgres-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_line_prefix": "%m [%p] %u ",
        "lc_messages": "C",
        "max_locks_per_transaction": "256",
    }
    lines = [f"{name} = '{value}'" for name, value in (fixed | settings).items()]
    _write(place, "huashan.conf", "# Written anew at each start; put your own into local.conf.\n" + "\n".join(lines))
    _write(
        place,
        "pg_hba.conf",
        "# The socket alone, for the users named in pg_ident.conf.\nlocal all all peer map=huashan",
    )
    _write(
        place, "pg_ident.conf", "\n".join(f'huashan "{u}" {r}' for u in _os_users(place) for r in (ADMIN, OWNER, APP))
    )


def first_statements() -> list[str]:
    """What turns a fresh cluster into ours: the extensions in the template, the roles, the database."""
    return [
        *(f"CREATE EXTENSION {name}" for name in _EXTENSIONS),
        f"CREATE ROLE {OWNER} LOGIN",
        f"CREATE ROLE {APP} LOGIN",
    ]


def database_statements(name: str, template: str = "template1") -> list[str]:
    """A database that the owner owns and nobody else but the application enters.

    Its files are copied as they are: writing each page to the log as well takes three times as long.
    """
    return [
        f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}" STRATEGY FILE_COPY',
        f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC',
        f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {APP}',
    ]


def finish(made: HalfMade, place: ClusterPlace) -> None:
    """Put the whole cluster in its place; the file FRESH says that no sample has been loaded yet."""
    (place.folder / FRESH).touch()
    made.data.rename(place.data)


def _os_users(place: ClusterPlace) -> list[str]:
    own = place.os_user or pwd.getpwuid(os.geteuid()).pw_name
    return [own] if own == "root" else [own, "root"]


def _write(place: ClusterPlace, name: str, text: str) -> None:
    with open_own(place.data / name, "w") as file:
        file.write(text + "\n")
        if place.os_user and os.geteuid() == 0:
            user = pwd.getpwnam(place.os_user)
            os.fchown(file.fileno(), user.pw_uid, user.pw_gid)


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "原因不明"
