"""Parts handed out: to the workers of a Dask scheduler, to processes of this machine, or one by one to this process.

Dask distributes and nothing else. It runs whatever its clients send to it, so a scheduler is trusted as the shell is.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from api.batch.edition import code_edition
from api.batch.part import Done, Fault, refusal, work_part
from api.batch.plan import Part
from layers.errors import BadInput, CityError, NotPossible, NotReady

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

CONNECT_S, WORKERS_S = 10, 15
"""How long a scheduler may take to answer, and how long until its first worker is there."""
STOP_S = 120
"""How long parts under way may take to come to the end of the patrol in hand."""
ANSWER_S = 30
"""How long scheduler and workers may take to answer a question."""
ALONE_S = 60
"""How long a scheduler may be without any worker while parts are left; one that is started anew takes seconds."""
_LOOK_S, _GLANCE_S = 5.0, 0.05
RETRIES = 1
_MOST_CHARS = 300
HandOut = Callable[[Sequence[Part]], Iterator[Done]]
"""Works out parts and answers each as it is done, in whatever order."""


class Way(NamedTuple):
    """Who works: the workers of the scheduler at this address, or else so many processes of this machine."""

    scheduler: str | None = None
    processes: int = 1


def check_scheduler(address: str) -> str:
    """The address of a scheduler; raises BadInput where it cannot be one.

    >>> check_scheduler("tcp://10.0.0.7:8786")
    'tcp://10.0.0.7:8786'
    """
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("tcp", "tls") and bool(parts.hostname) and bool(parts.port) and not parts.path
    except ValueError:
        sound = False
    if not sound:
        raise BadInput(
            f"--scheduler 的值 {address[:60]!r} 不对:应形如 tcp://10.0.0.7:8786,加密的为 tls://10.0.0.7:8786。"
        )
    return address


@contextmanager
def hands(run_id: str, way: Way, stop: Callable[[], None]) -> Iterator[HandOut]:
    """Those who work on a run, for the length of the block. stop: has them stop before the next patrol.

    Raises NotReady where the scheduler or its workers are not there, NotPossible where one of these cannot take part.
    """
    if way.scheduler is None and way.processes <= 1:
        yield lambda parts: (work_part(run_id, part.part_id) for part in parts)
        return
    with _quiet(), _client(way) as client:
        _refuse_unfit(client, run_id)
        yield lambda parts: _spread(client, run_id, parts, stop)


@contextmanager
def _client(way: Way) -> "Iterator[Client]":
    with ExitStack() as stack:
        yield _reached(stack, way.scheduler or _own_cluster(stack, way.processes))


def _own_cluster(stack: ExitStack, processes: int) -> "LocalCluster":
    """A scheduler in this process and workers of one thread each beside it, ended with the stack."""
    import dask
    from distributed import LocalCluster

    scratch = stack.enter_context(TemporaryDirectory(prefix="huashan-dask-"))
    stack.enter_context(dask.config.set({"temporary-directory": scratch}))
    with _uninterrupted():
        made = LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )
    own: LocalCluster = stack.enter_context(made)
    return own


def _reached(stack: ExitStack, target: "LocalCluster | str") -> "Client":
    """A client of the scheduler, closed with the stack, once a worker is there."""
    from distributed import Client

    try:
        client: Client = stack.enter_context(Client(target, timeout=CONNECT_S))
    except (OSError, TimeoutError):
        raise NotReady(
            f"连不上 Dask 调度器 {target}:请检查地址与网络,并确认它已用 dask scheduler 启动,版本与这里相同。"
        ) from None
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError:
        raise NotReady(
            f"调度器 {target} 上还没有工作进程:请用 dask worker {target} 启动,环境里设好 HUASHAN_DATABASE_URL。"
        ) from None
    return client


def _refuse_unfit(client: "Client", run_id: str) -> None:
    """Ask scheduler and workers whether they can take part; raises NotPossible with what those say that cannot."""
    try:
        client.sync(client._run_on_scheduler, code_edition, callback_timeout=ANSWER_S)
    except Exception as error:
        raise NotPossible(f"调度器不能参与重算,没有改动任何巡查:{_why(error)}") from None
    try:
        answers = client.sync(client._run, refusal, run_id, on_error="return", callback_timeout=ANSWER_S)
    except TimeoutError:
        raise NotReady(
            f"有工作进程 {ANSWER_S} 秒没有回答,没有改动任何巡查:请查看各工作进程是否卡住,停止或重启它们,再运行。"
        ) from None
    unfit = {address: _why(answer) for address, answer in sorted(answers.items()) if answer is not None}
    if unfit:
        said = "".join(f"\n  {address}:{why}" for address, why in unfit.items())
        raise NotPossible(f"有 {len(unfit)} 个工作进程不能参与重算,没有改动任何巡查:{said}")


def _why(answer: object) -> str:
    """A sentence of ours as it is; of anything else, the first line. Dask answers some errors as text."""
    if isinstance(answer, BaseException) and not isinstance(answer, CityError):
        answer = f"{type(answer).__name__}: {answer}"
    line = (str(answer).strip().splitlines() or ["原因不明"])[0][:_MOST_CHARS]
    if any(name in line for name in ("ModuleNotFoundError", "ImportError", "AttributeError")):
        return f"那里没有安装本平台,或版本不同({line}):请装同一版本,用它的 .build/venv/bin/dask 重新启动。"
    return line


def _spread(client: "Client", run_id: str, parts: Sequence[Part], stop: Callable[[], None]) -> Iterator[Done]:
    futures = client.map(
        work_part, [run_id] * len(parts), [part.part_id for part in parts], pure=False, retries=RETRIES
    )
    waiting = dict(zip(futures, parts, strict=True))
    try:
        for future in _completed(client, futures):
            yield _done(future, waiting.pop(future))
    finally:
        if waiting:
            _call_off(client, list(waiting), stop)


def _completed(client: "Client", futures: "list[Future[Done]]") -> "Iterator[Future[Done]]":
    """Each future as it is done. Dask waits for ever for workers to come; raises NotReady where it is in vain."""
    from distributed import as_completed

    ready = as_completed(futures)
    looked_s = worked_s = time.monotonic()
    while not ready.is_empty():
        if ready.has_ready():
            yield from ready.next_batch(block=False)
        now_s = time.monotonic()
        if now_s - looked_s >= _LOOK_S:
            looked_s, worked_s = now_s, now_s if _manned(client) else worked_s
            if now_s - worked_s >= ALONE_S:
                raise NotReady(f"调度器上已 {ALONE_S} 秒没有工作进程:请用 dask worker 重新启动,再运行同一命令即继续。")
        time.sleep(_GLANCE_S)


def _manned(client: "Client") -> bool:
    """Whether the scheduler has a worker; raises NotReady where it does not say so in time."""
    if client.status != "running":
        # Reconnecting; where that fails, Dask calls the futures off.
        return False
    try:
        return bool(_asked(client, "ncores"))
    except TimeoutError:
        raise NotReady(
            f"调度器 {ANSWER_S} 秒没有回答:请查看它是否卡住,重新启动它与工作进程,再运行同一命令即继续。"
        ) from None
    except OSError:
        return False


def _asked(client: "Client", question: str, **more: object) -> dict[object, list[object]]:
    """What the scheduler answers about its workers; raises TimeoutError where it does not in time."""
    found: dict[object, list[object]] = client.sync(
        getattr(client.scheduler, question), callback_timeout=ANSWER_S, **more
    )
    return found


def _done(future: "Future[Done]", part: Part) -> Done:
    """What became of a part; one that failed as a whole, as one with a fault."""
    if future.status == "finished":
        done: Done = future.result()
        return done
    error = future.exception() if future.status == "error" else None
    return Done(part.part_id, (Fault(None, _told(error)),))


def _told(error: BaseException | None) -> str:
    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker):
        return "推算它的工作进程一再意外终止(可能内存不足):请查看工作进程的日志。"
    if error is None:
        return "与调度器的连接中断,或任务被取消。"
    return _why(error)


def _call_off(client: "Client", futures: "list[Future[Done]]", stop: Callable[[], None]) -> None:
    """Cancel what has not begun; wait until what has comes to the end of the patrol in hand."""
    from distributed import wait

    stop()
    try:
        processing = _asked(client, "processing", workers=None)
        begun = {str(key) for keys in processing.values() for key in keys}
        client.cancel([future for future in futures if str(future.key) not in begun])
        wait([future for future in futures if str(future.key) in begun], timeout=STOP_S)
    except (OSError, TimeoutError):
        # The scheduler is gone. Each patrol is a transaction, so nothing is left half done.
        return


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own log lines do not mix with what the command says."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "asyncio")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes started in the block do not hear Ctrl-C: it is this process that calls them off, in order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
