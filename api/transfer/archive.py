"""Opening zipped files safely: nothing is unpacked before its names, kinds and sizes have been looked at."""

import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.errors import BadFile, TooLarge

_MEGABYTE = 1_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How much an archive may unpack to: entries, bytes in all, and times its packed size (beyond a first part).

    tags: of a workbook in all; each becomes an object, however few bytes it takes.
    """

    entries: int = 10_000
    total_bytes: int = 8_000 * _MEGABYTE
    ratio: int = 200
    free_bytes: int = 10 * _MEGABYTE
    tags: int = 400_000_000


@contextmanager
def unpacked(archive: Path, limits: Limits | None = None) -> Iterator[Path]:
    """A temporary folder with the archive's files, gone afterwards.

    Raises BadFile for a broken, encrypted or hostile archive, TooLarge for one over the limits.
    """
    with tempfile.TemporaryDirectory(prefix="huashan-zip-") as folder:
        with _opened(archive) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            check_entries(entries, limits or Limits())
            _check_room(sum(entry.file_size for entry in entries), folder)
            for entry in entries:
                _extract(packed, entry, Path(folder) / true_name(entry))
        yield Path(folder)


def check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Raise BadFile or TooLarge unless every entry is a plain file inside the folder, and all are under the limits."""
    for entry in entries:
        _check_entry(entry)
    if len(entries) > limits.entries:
        raise TooLarge(f"压缩包里有 {len(entries)} 个文件,上限 {limits.entries}:请只打包要导入的数据。")
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > limits.total_bytes:
        raise TooLarge(f"压缩包解开后有 {_size(total)},上限 {_size(limits.total_bytes)}:请拆成几个文件分别导入。")
    if total > limits.free_bytes + limits.ratio * packed:
        raise TooLarge(
            f"压缩包像是压缩炸弹({_size(packed)} 解开成 {_size(total)},超过 {limits.ratio} 倍):"
            "请确认来源,或自行解压后导入。"
        )


def true_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name as whoever packed it wrote it: old Chinese archivers write GBK without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _check_entry(entry: zipfile.ZipInfo) -> None:
    for name in {entry.filename, entry.orig_filename, true_name(entry)}:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name:
            raise BadFile(f"压缩包里的路径 {name[:120]!r} 会跑到包外:拒绝解压,请重新打包。")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise BadFile(f"压缩包里的 {entry.filename[:120]!r} 是链接或特殊文件:拒绝解压,请打包真实文件。")
    if entry.flag_bits & 0x1:
        raise BadFile(f"压缩包里的 {entry.filename[:120]!r} 有密码:请解密后再导入。")


def _check_room(total: int, folder: str) -> None:
    room = shutil.disk_usage(folder).free
    if total > room:
        raise TooLarge(f"压缩包解开要 {_size(total)},临时目录只剩 {_size(room)}:请腾出空间或设置 TMPDIR。")


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as packed:
            yield packed
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise BadFile(f"压缩包 {archive.name} 不完整或已损坏({error}):请重新获取。") from error


def _extract(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with packed.open(entry) as source, target.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > entry.file_size:  # the header lied about the size
                raise zipfile.BadZipFile(f"{entry.filename[:80]} 的大小与目录不符")
            sink.write(chunk)


def _size(count: int) -> str:
    return f"{count / _MEGABYTE:,.1f} MB"
