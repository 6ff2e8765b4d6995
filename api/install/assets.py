"""Fetch files of npm packages pinned by version and checksum. Run by the install script.

assets.json: the libraries that the platform serves to browsers; checks.json: what only the tests look through.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TypedDict

PINS = Path(__file__).with_name("assets.json")
STAMP = "stamp"
# The maps are ten times the size of the code and are left out; a reference to them would only raise a 404.
_SOURCE_MAP = re.compile(rb"\n?(//[#@] ?sourceMappingURL=[^\n]*|/\*# ?sourceMappingURL=.*?\*/)\s*$")


class Pin(TypedDict):
    """One npm package: its version, the checksum of its tarball, and which files of it become which assets."""

    version: str
    integrity: str
    files: dict[str, str]


class WrongAsset(Exception):
    """Raised when a package is not the pinned one or cannot be fetched; the text is one sentence."""


def pins(file: Path = PINS) -> dict[str, Pin]:
    """The pinned packages by name."""
    found: dict[str, Pin] = json.loads(file.read_text("utf-8"))
    return found


def up_to_date(folder: Path, file: Path = PINS) -> bool:
    """Whether the folder holds just what is pinned."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text("utf-8") == _digest(file)


def fetch(folder: Path, file: Path = PINS) -> None:
    """Put every pinned file into the folder, all or none of them."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        made = Path(work) / "assets"
        made.mkdir()
        for name, pin in pins(file).items():
            unpack(_pack(name, pin, Path(work)), pin, made)
        (made / STAMP).write_text(_digest(file), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        made.chmod(0o755)
        made.rename(folder)


def unpack(tarball: Path, pin: Pin, folder: Path) -> None:
    """Take the wanted files out of a tarball whose checksum fits, by name: no path in it is followed."""
    kind, _, wanted = pin["integrity"].partition("-")
    found = base64.b64encode(hashlib.new(kind, tarball.read_bytes()).digest()).decode()
    if found != wanted:
        raise WrongAsset(
            f"{tarball.name} 的校验和不符(应为 {wanted[:12]}…,得到 {found[:12]}…):没有使用它,请检查 npm 源。"
        )
    with tarfile.open(tarball) as archive:
        for inside, name in pin["files"].items():
            file = archive.extractfile(f"package/{inside}")
            if file is None:
                raise WrongAsset(f"{tarball.name} 里没有 {inside}:请核对 {PINS.name} 里的版本。")
            (folder / name).write_bytes(_SOURCE_MAP.sub(b"\n", file.read()))


def _pack(name: str, pin: Pin, work: Path) -> Path:
    command = ["npm", "pack", f"{name}@{pin['version']}", "--silent", "--ignore-scripts", f"--pack-destination={work}"]
    try:
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=300, check=False)
    except FileNotFoundError:
        raise WrongAsset("没有 npm:请运行 make run,由安装脚本补上。") from None
    except subprocess.TimeoutExpired:
        raise WrongAsset(f"从 npm 取 {name} 超过 5 分钟:请检查网络或 npm 的 registry 设置。") from None
    tarball = work / f"{name.removeprefix('@').replace('/', '-')}-{pin['version']}.tgz"
    if done.returncode or not tarball.is_file():
        last = (done.stderr.strip().splitlines() or ["原因不明"])[-1]
        raise WrongAsset(f"从 npm 取 {name}@{pin['version']} 没有成功({last}):请检查网络或 npm 的 registry 设置。")
    return tarball


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    wanted = (Path(sys.argv[1]), PINS.with_name(sys.argv[2] if len(sys.argv) > 2 else PINS.name))
    try:
        if not up_to_date(*wanted):
            fetch(*wanted)
    except WrongAsset as error:
        sys.exit(str(error))
