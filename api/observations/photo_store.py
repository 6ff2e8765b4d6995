"""Where photos are kept: files named by their content, in folders of two levels, each written whole or not at all.

photos/ab/cd/abcd….jpeg is the file as it came, the evidence; abcd….view.jpeg beside it is the copy for viewing. A
file is on the disk before the database names it, so that a crash leaves at most a file that nobody names.
"""

import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from api.cluster.place import MARKER, checkout
from api.observations.photo import Photo, examine
from layers.errors import NotFound, NotPossible

AT_ONCE = 2
"""So many photos are decoded at once: each may take some hundred megabytes."""


class PhotoStore:
    """The photos below one data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._room = threading.BoundedSemaphore(AT_ONCE)

    def examine(self, body: bytes, zone: ZoneInfo) -> Photo:
        """The photo in these bytes, as `photo.examine` does, in its turn."""
        with self._room:
            return examine(body, zone)

    def keep(self, photo: Photo, body: bytes) -> None:
        """Have the photo on disk, once; raises NotPossible where the data folder cannot be written."""
        try:
            self._prepare()
            for path, content in (
                (self._original(photo.sha256, photo.media_type), body),
                (self._view(photo.sha256), photo.view),
            ):
                if not (path.is_file() and path.stat().st_size == len(content)):
                    _write_whole(path, content)
        except OSError as error:
            where = error.filename or self._data
            raise NotPossible(
                f"照片存不下({where}:{error.strerror}):请管理员检查数据文件夹 {self._data} 的权限与磁盘空间,"
                "或用 HUASHAN_DATA 换一处;这张照片未被接收,请稍后重传。"
            ) from error

    def original(self, sha256: str, media_type: str) -> bytes:
        """The file as it came; raises NotFound where the disk has lost it."""
        return _read(self._original(sha256, media_type), sha256)

    def view(self, sha256: str, media_type: str, zone: ZoneInfo) -> bytes:
        """The copy for viewing, drawn again where only the original is left."""
        path = self._view(sha256)
        if path.is_file():
            return _read(path, sha256)
        return self.examine(self.original(sha256, media_type), zone).view

    def _prepare(self) -> None:
        """Make the data folder with its marker where it is not there, so that it is known for ours."""
        if not self._data.exists():
            self._data.mkdir(mode=0o700, parents=True)
            (self._data / MARKER).write_text(f"{checkout()}\n", "utf-8")

    def _original(self, sha256: str, media_type: str) -> Path:
        return self._folder(sha256) / f"{sha256}.{media_type}"

    def _view(self, sha256: str) -> Path:
        return self._folder(sha256) / f"{sha256}.view.jpeg"

    def _folder(self, sha256: str) -> Path:
        return self._data / "photos" / sha256[:2] / sha256[2:4]


def _write_whole(path: Path, content: bytes) -> None:
    made = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    for folder in {path.parent, *(one.parent for one in made)}:
        _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path, sha256: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"照片 {sha256[:12]}… 的文件不在数据文件夹里:请管理员从备份恢复 {path.parent}。") from None
    except OSError as error:
        raise NotPossible(f"读不出照片({path}:{error.strerror}):请管理员检查数据文件夹的权限。") from error
