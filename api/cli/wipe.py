"""`huashan wipe`: says what it would delete, asks, and deletes this checkout's data folder and nothing else."""

import os
import shutil
from pathlib import Path

from layers.errors import Conflict, NotPossible

WORD = "wipe"


def command() -> None:
    """删除本机数据:先列出,再询问 · delete this checkout's data after asking."""
    from api.cluster.place import check_usable, data_folder

    folder = data_folder()
    check_usable(folder)
    if os.environ.get("HUASHAN_DATABASE_URL"):
        print("HUASHAN_DATABASE_URL 所指的数据库不会被删除。 the database given by URL is never touched")
    if not folder.exists():
        print(f"没有数据可删:{folder} 不存在。")
        return
    refuse(folder)
    entries = sorted(folder.iterdir())
    print(f"将删除 {folder} 里的全部内容 · everything in it would be deleted:")
    for entry in entries:
        print(f"  {size_mb(entry):>10,.1f} MB  {entry.name}")
    print(f"  {sum(map(size_mb, entries)):>10,.1f} MB  合计;无法恢复,真实数据请先 huashan export 或备份。")
    if not _confirmed():
        print("没有删除任何东西。 nothing was deleted")
        return
    refuse(folder)  # it may have been started while the question stood
    delete(folder)
    print(f"已删除 {folder} 里的数据。 deleted")


def refuse(folder: Path) -> None:
    """Raise where this is no data folder of ours, or where it is in use."""
    from api.cluster.cluster import Cluster
    from api.cluster.place import LOCKS, MARKER, cluster_place
    from api.cluster.sharing import is_locked

    if not (folder / MARKER).is_file():
        raise NotPossible(f"{folder} 里没有标记 {MARKER},不是平台建的数据文件夹,不删除:请核对 HUASHAN_DATA。")
    busy = any(is_locked(folder / name) for name in LOCKS)
    if busy or Cluster(cluster_place(folder)).running():
        raise Conflict(f"平台或某个命令正在使用 {folder}:请先停止它(Ctrl-C),再运行 huashan wipe。")


def delete(folder: Path) -> None:
    """Empty the folder, its marker last, so that an interrupted deletion can be taken up again; then remove it."""
    from api.cluster.place import MARKER, socket_folder_for

    socket_folder = socket_folder_for(folder)
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name == MARKER):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    if socket_folder.is_dir():
        shutil.rmtree(socket_folder)
    if not folder.is_mount():
        folder.rmdir()


def size_mb(path: Path) -> float:
    """What a file or a folder with all in it takes on the disk, MB; links are not followed."""
    files = path.rglob("*") if path.is_dir() and not path.is_symlink() else [path]
    return sum(file.lstat().st_blocks * 512 for file in files) / 1e6


def _confirmed() -> bool:
    try:
        return input(f"确定删除请输入 {WORD} · type {WORD} to go on: ").strip() == WORD
    except EOFError:
        print()
        return False
