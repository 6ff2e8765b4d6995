"""`huashan up`: cluster, migrations, sample, server; from one command, until Ctrl-C or SIGTERM, and cleanly."""

import os
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from layers.errors import Conflict, NotPossible

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.cluster.cluster import Cluster
    from api.cluster.place import ClusterPlace
    from api.settings import Settings

_ENDINGS = (signal.SIGINT, signal.SIGTERM)
_ROOM_MB = 200


class Ended(BaseException):
    """Raised in the main thread by Ctrl-C, SIGTERM or a closed terminal."""


def command(
    sample: Annotated[
        bool, typer.Option(help="新建的数据库里是否装入示例 · load the sample into a new database")
    ] = True,
) -> None:
    """启动平台,按 Ctrl-C 停止 · start the platform."""
    from api.cluster.place import cluster_place, prepare
    from api.cluster.sharing import try_lock

    settings = _settings(os.environ.get("HUASHAN_DATABASE_URL") or "postgresql:///huashan")
    place = cluster_place(settings.data)
    prepare(place)
    with ending_by_signals(), ExitStack() as stack:
        lock = try_lock(place.folder / "up.lock")
        if lock is None:
            running = (place.folder / "up.lock").read_text("utf-8").strip()
            raise Conflict(
                f"平台已在运行({running or place.folder}):请直接使用它,或先停止它;另起一套请换 HUASHAN_DATA 与 PORT。"
            )
        stack.enter_context(lock)
        listener = stack.enter_context(_listener(settings))
        if place.os_user:
            from api.cli.handover import hand_over

            hand_over(place, listener)
        _check_room(place)
        lock.truncate(0)
        lock.write(f"进程 {os.getpid()},{address(listener)}\n")
        lock.flush()
        _serve(place, listener, sample)


def address(listener: socket.socket) -> str:
    """Where a browser on this machine finds the server."""
    host, port = listener.getsockname()[:2]
    scheme = "https" if os.environ.get("HUASHAN_TLS_CERT") else "http"
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{scheme}://{shown}:{port}"


@contextmanager
def ending_by_signals() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal end the block in order, with exit status 0; further ones change nothing."""

    def end(number: int, frame: FrameType | None) -> None:
        for kind in _ENDINGS:
            signal.signal(kind, signal.SIG_IGN)
        raise Ended

    before = {kind: signal.signal(kind, end) for kind in _ENDINGS}
    # The server has handlers of its own for SIGTERM while it runs, and none for a closed terminal.
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        yield
    except Ended:
        _say("已停止。 stopped")
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def _serve(place: "ClusterPlace", listener: socket.socket, sample: bool) -> None:
    from api.cli.database import URL, bring_up_to_date, named, owner_engine
    from api.cluster.creation import FRESH
    from api.unexpected import log_to

    log_to(place.log)
    fresh = place.folder / FRESH
    with ExitStack() as stack:
        own = not os.environ.get(URL)
        if own:
            stack.enter_context(named(stack.enter_context(_cluster(place))))
        settings = _settings(os.environ[URL])
        with owner_engine(settings) as engine:
            bring_up_to_date(engine, settings)
            if own and fresh.exists():
                if sample:
                    _load_sample(engine, settings)
                fresh.unlink()
        _run(settings, listener)


def _say(text: str) -> None:
    with suppress(OSError):  # a closed terminal must not keep server and cluster from ending in order
        print(text, flush=True)


@contextmanager
def _cluster(place: "ClusterPlace") -> Iterator["Cluster"]:
    from api.cluster.cluster import Cluster
    from api.cluster.sharing import served

    cluster = Cluster(place)
    if cluster.running():
        _say("接管上次留下的、仍在运行的数据库。 adopting the database left running")
    elif not cluster.exists:
        _say(f"建立数据库 {place.folder}… making the database")
    with served(cluster):
        yield cluster


def _settings(database_url: str) -> "Settings":
    from api.settings import read_settings

    settings = read_settings({**os.environ, "HUASHAN_DATABASE_URL": database_url})
    for file in (settings.tls_cert, settings.tls_key):
        if file and not os.access(file, os.R_OK):
            raise NotPossible(f"读不了证书文件 {file}:请让运行平台的用户(进程 uid {os.geteuid()})可读它。")
    if settings.tls_cert:
        _check_certificate(settings)
    return settings


def _check_certificate(settings: "Settings") -> None:
    """Raise NotPossible now, before anything is begun, where no server could use it."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(str(settings.tls_cert), settings.tls_key, _no_password)
    except (ssl.SSLError, ValueError) as error:
        raise NotPossible(
            f"证书 {settings.tls_cert} 或私钥 {settings.tls_key} 用不了({error}):请换成配对、无口令的 PEM 文件。"
        ) from None


def _no_password() -> str:
    raise ValueError("the key has a password")


def _load_sample(engine: "Engine", settings: "Settings") -> None:
    from api.sample import load_sample

    _say("装入示例数据(约一分钟)… loading the sample")
    load_sample(engine, reaches_m=settings.reaches_m)


def _run(settings: "Settings", listener: socket.socket) -> None:
    from api.cli.serving import Told, serve

    told = Told(lambda: _announce(settings, listener), lambda: _say("\n正在停止… stopping"))
    if not serve(settings, listener, told):
        raise NotPossible(f"服务没有启动成功:原因在 {settings.data / 'log'};运行 huashan doctor 查看环境。")


def _announce(settings: "Settings", listener: socket.socket) -> None:
    from api.access.tokens import first_token
    from api.cli.database import owner_engine

    # Made only now that nothing stands in the way any more: a start that failed after it would have lost it.
    with owner_engine(settings) as engine:
        token = first_token(engine)
    if token:
        _say(f"\n管理员令牌(只显示这一次,请保存) admin token, shown once:\n    {token}")
    _say(f"\n平台已启动: {settings.public_url or address(listener)}\n按 Ctrl-C 停止 · press Ctrl-C to stop\n")


@contextmanager
def _listener(settings: "Settings") -> Iterator[socket.socket]:
    """The listening address, taken before anything else is begun; handed over by root it is only picked up."""
    handed = os.environ.pop("HUASHAN_SOCKET_FD", None)
    with socket.socket(fileno=int(handed)) if handed else _bind(settings.host, settings.port) as listener:
        yield listener


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise NotPossible(f"HOST={host} 不是本机的地址:请用 127.0.0.1(只本机)或 0.0.0.0(所有网卡)。") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(place)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise NotPossible(_why_not_bound(host, port, error)) from None
    return listener


def _why_not_bound(host: str, port: int, error: OSError) -> str:
    import errno

    if error.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被别的程序占用:请换一个,例如 PORT={port + 1 if port < 65535 else 8001} make run。"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"没有权限使用端口 {port}:1024 以下的端口需要 root;请换一个,例如 PORT=8000 make run。"
    return f"不能在 {host}:{port} 上监听({error.strerror}):请检查 HOST 与 PORT。"


def _check_room(place: "ClusterPlace") -> None:
    from api.cluster.creation import check_room

    check_room(place, _ROOM_MB)
