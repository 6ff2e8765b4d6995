"""The platform as a wheel, built from the running checkout by its own build backend: offline, the same bytes each time.

One distribution, client and server: its base dependencies are the client's, and with the extra `server` an analyst may
read a database directly. Two distributions would own the same packages and could not be installed side by side.
"""

import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from layers.errors import NotFound, NotReady

__all__ = ["CHECKOUT", "Wheel", "Wheels"]

CHECKOUT = Path(__file__).parents[2]
_LONGEST_S = 120


class Wheel(NamedTuple):
    """A built wheel: its file name, by which pip knows version and platform, and its bytes."""

    name: str
    content: bytes


@dataclass
class Wheels:
    """The wheel of one checkout, built when it is first asked for, and then kept."""

    checkout: Path = CHECKOUT
    _made: Wheel | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wheel(self) -> Wheel:
        """The wheel; raises NotFound where the platform runs from no checkout, NotReady where it cannot be built."""
        with self._lock:
            if self._made is None:
                self._made = _built(self.checkout)
            return self._made


def _built(checkout: Path) -> Wheel:
    if not (checkout / "pyproject.toml").is_file():
        raise NotFound("这个平台不是从源码文件夹运行的,无从打包客户端:请管理员用 pip download 提供 huashan。")
    with tempfile.TemporaryDirectory(prefix="huashan-wheel-") as folder:
        # A process of its own: the backend works in the current folder, which is the whole process's.
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=_LONGEST_S, check=False)
        made = sorted(Path(folder).glob("*.whl"))
        if done.returncode or len(made) != 1:
            said = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
            raise NotReady(f"Python 客户端没有打包成功({said}):请管理员检查源码文件夹是否完整。")
        return Wheel(made[0].name, made[0].read_bytes())
