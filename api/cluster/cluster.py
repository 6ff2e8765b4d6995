"""One PostgreSQL cluster of our own: made, started, asked and stopped."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from api.cluster import creation, tuning
from api.cluster.creation import ADMIN, APP, DATABASE, OWNER
from api.cluster.place import ClusterPlace, open_own, prepare
from api.cluster.programs import Programs, as_user, bare_environment, newest, of_version
from layers.errors import NotPossible, NotReady

if TYPE_CHECKING:
    import psycopg2.extensions
    from sqlalchemy import URL

__all__ = ["ADMIN", "APP", "DATABASE", "OWNER", "Cluster"]
_PORT = 5432
_START_S, _STOP_S, _ORPHANS_S = 120.0, 60.0, 15.0


@dataclass
class Cluster:
    """A cluster at a place; nothing is touched before `create` or `start`."""

    place: ClusterPlace
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def exists(self) -> bool:
        """Whether a whole cluster is there (a half-made one does not count)."""
        return (self.place.data / "PG_VERSION").is_file()

    @property
    def programs(self) -> Programs:
        """The PostgreSQL that made this cluster, or the one that would make it."""
        if not self.exists:
            return newest()
        return of_version(int((self.place.data / "PG_VERSION").read_text().split(".")[0]))

    def create(self) -> None:
        """Make the cluster with roles, extensions and the database; stopped afterwards. What was half made goes."""
        prepare(self.place)
        creation.check_free(self.place)
        creation.check_room(self.place)
        made = creation.half_made(self.place)
        creation.initdb(made, newest())
        builder = Cluster(made)
        builder.start(tied=True)
        try:
            builder.run(creation.first_statements(), "template1")
            builder.create_database(DATABASE)
        finally:
            builder.stop()
        creation.finish(made, self.place)

    def start(self, *, tied: bool) -> None:
        """Start it and wait until it answers; one that runs already is adopted.

        tied: it stops by itself when this process dies, however it dies.
        """
        if self.running():
            self._wait_ready()
            return
        prepare(self.place)
        chosen = self.programs
        self._clear_after_crash()
        extra = {} if self.place.durable else tuning.NOT_DURABLE
        creation.write_settings(self.place, tuning.for_this_machine(self.place.folder) | extra)
        self._child = self._spawn(chosen, tied)
        try:
            self._wait_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop it: open sessions are ended, nothing committed is lost. Stopped already: nothing happens."""
        pid = self._child.pid if self._child and self._child.poll() is None else self.running()
        for kind, patience_s in ((signal.SIGINT, _STOP_S), (signal.SIGQUIT, 10.0)):
            if pid is None or not self._signal(pid, kind):
                break
            if self._gone(pid, patience_s):
                break
        else:
            raise NotReady(f"数据库(进程 {pid})没有停下:请查看 {self.place.log},必要时 kill -QUIT {pid}。")
        self._child = None

    def running(self) -> int | None:
        """The process that serves this very folder, or None; a stale or recycled number in its file does not count."""
        try:
            pid = int((self.place.data / "postmaster.pid").read_text().split("\n")[0])
            at_home = os.path.samefile(f"/proc/{pid}/cwd", self.place.data)
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (OSError, ValueError):
            return None
        return pid if at_home and name.startswith("postgres") else None

    def url(self, database: str = DATABASE, role: str = APP) -> "URL":
        """Where SQLAlchemy reaches a database of it in a role."""
        from sqlalchemy import URL

        query = {"host": str(self.place.socket_folder)}
        return URL.create("postgresql+psycopg2", username=role, port=_PORT, database=database, query=query)

    def create_database(self, name: str, template: str = "template1") -> None:
        """Make one more database, with PostGIS; as a copy of the template, which nobody may be using meanwhile."""
        self.run(creation.database_statements(name, template))

    def drop_database(self, name: str) -> None:
        """Drop a database, ending the sessions in it; one that is missing is no error."""
        self.run([f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'])

    def run(self, statements: Iterable[str], database: str = "postgres") -> None:
        """Run statements as administrator, each on its own."""
        connection = self._connect(database)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        import psycopg2

        host = str(self.place.socket_folder)
        return psycopg2.connect(host=host, port=_PORT, user=ADMIN, dbname=database, connect_timeout=10)

    def _spawn(self, chosen: Programs, tied: bool) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C in the terminal reaches the server first, and the server stops the cluster.
        ties = ["setpriv", "--pdeathsig", "INT"] if tied else []
        who = as_user(self.place.os_user)
        command = [*(who + ties[1:] if who else ties), chosen.path("postgres"), "-D", str(self.place.data)]
        with open_own(self.place.log / "start.log", "w") as log:
            return subprocess.Popen(
                command,
                env=bare_environment(self.place.folder),
                cwd=self.place.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_ready(self) -> None:
        import psycopg2

        deadline = time.monotonic() + _START_S
        while True:
            try:
                return self._connect("postgres").close()
            except psycopg2.OperationalError as error:
                if self._child and self._child.poll() is not None:
                    raise NotPossible(f"数据库没有启动成功:{self._why()};日志在 {self.place.log}。") from None
                if time.monotonic() > deadline:
                    raise NotReady(
                        f"数据库 {_START_S:.0f} 秒内没有就绪({str(error).strip()});日志在 {self.place.log}。"
                    ) from None
            time.sleep(0.05)

    def _clear_after_crash(self) -> None:
        """Remove the locks of a cluster that is gone: the process number in them may be someone else's by now.

        PostgreSQL would refuse to start for it. Sessions that outlive their killed parent are waited for: a second
        cluster beside them would ruin the data.
        """
        deadline = time.monotonic() + _ORPHANS_S
        while left := _processes_in(self.place.data):
            if time.monotonic() > deadline:
                raise NotReady(f"上次崩溃的数据库还有进程没有退出({left}):请稍候再启动,或 kill -QUIT 它们。")
            time.sleep(0.1)
        for file in (self.place.data / "postmaster.pid", *self.place.socket_folder.glob(".s.PGSQL.*")):
            file.unlink(missing_ok=True)

    def _why(self) -> str:
        """The last two complaints in the logs of this start, without their times."""
        logs = sorted(self.place.log.glob("*.log"), key=lambda file: file.stat().st_mtime)
        lines = [line for file in logs for line in file.read_text("utf-8", "replace").splitlines()]
        told = [line.partition(":  ")[2] or line for line in lines if re.search("FATAL|invalid|could not", line)]
        return ";".join(told[-2:]) or "原因不明"

    @staticmethod
    def _signal(pid: int, kind: signal.Signals) -> bool:
        try:
            os.kill(pid, kind)
        except ProcessLookupError:
            return False
        return True

    def _gone(self, pid: int, patience_s: float) -> bool:
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            gone = self._child.poll() is not None if self._child else self.running() != pid
            if gone:
                return True
            time.sleep(0.05)
        return False


def _processes_in(folder: Path) -> list[int]:
    """The processes whose working directory is the folder, as that of every process of a cluster is."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.path.samefile(process / "cwd", folder):
                found.append(int(process.name))
        except OSError:  # gone meanwhile, or another user's
            continue
    return found
