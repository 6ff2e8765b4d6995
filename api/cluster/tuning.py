"""Settings of PostgreSQL that fit the machine it stands on."""

import os
from pathlib import Path

_MB = 1024 * 1024
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def memory_mb() -> int:
    """Memory this process may use, MB: the machine's, or the container's where that is less."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limits = [int(f.read_text()) for f in _CGROUP_LIMITS if f.is_file() and f.read_text().strip().isdigit()]
    return min([pages, *limits]) // _MB


def settings(memory: int, cores: int, free_disk: int, shared_memory: int) -> dict[str, str]:
    """Settings for a machine with so much memory, free disk and /dev/shm (MB) and so many cores.

    The server's own processes want memory too, so PostgreSQL's cache takes a quarter. jit is off: on the short
    statements of tiles it costs more than it gives.

    >>> settings(4096, 2, 100_000, 2048)["shared_buffers"]
    '1024MB'
    """
    return {
        "shared_buffers": _mb(memory // 4, 32, 8192),
        "effective_cache_size": _mb(memory // 2, 64, 1 << 20),
        "work_mem": _mb(memory // 128, 4, 64),
        "maintenance_work_mem": _mb(memory // 16, 32, 1024),
        "max_wal_size": _mb(free_disk // 20, 256, 4096),
        "min_wal_size": "80MB",
        "wal_compression": "on",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "100",
        "jit": "off",
        "max_connections": "100",
        "max_worker_processes": str(max(8, cores)),
        "max_parallel_workers": str(cores),
        "max_parallel_workers_per_gather": str(min(4, cores // 2)),
        # A container's default /dev/shm of 64 MB is too small for parallel plans.
        "dynamic_shared_memory_type": "posix" if shared_memory >= 512 else "mmap",
    }


def for_this_machine(folder: Path) -> dict[str, str]:
    """Settings for this machine and the disk that holds the folder."""
    return settings(memory_mb(), os.cpu_count() or 1, _free_mb(folder), _free_mb(Path("/dev/shm")))


# A test cluster is thrown away: it need not survive a crash.
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "autovacuum_naptime": "10s",
}


def _mb(value: int, least: int, most: int) -> str:
    return f"{min(max(value, least), most)}MB"


def _free_mb(folder: Path) -> int:
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0
    return found.f_bavail * found.f_frsize // _MB
