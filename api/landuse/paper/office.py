"""A document as PDF by LibreOffice, where it is installed: one at a time, in a folder of its own, ended in time.

Nothing of a user's own LibreOffice is read or written: profile, home and temporary files are in a folder that is gone
afterwards. The document is one of ours, so that what others' macros could do is no question here.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Semaphore

from layers.errors import NotPossible

__all__ = ["ABSENT", "converted", "program"]

ABSENT = "本机没有安装 LibreOffice,转不成 PDF:给出的是内容相同的 DOCX,可用 WPS 或 Word 打开后另存为 PDF。"
_BUSY = "LibreOffice 正忙,没有等到:给出的是内容相同的 DOCX,请稍后再要 PDF,或用 WPS、Word 另存为 PDF。"
_FAILED = "LibreOffice 没有转成 PDF({why}):给出的是内容相同的 DOCX,可用 WPS 或 Word 打开后另存为 PDF。"
_PROGRAMS = ("soffice", "libreoffice")
_LIMIT_S, _WAIT_S = 60.0, 20.0
_one_at_a_time = Semaphore()
"""It takes a core and 200 MB."""
_EXPORT = (
    'pdf:writer_pdf_Export:{"UseLosslessCompression":{"type":"boolean","value":"true"},'
    '"ReduceImageResolution":{"type":"boolean","value":"false"},"ExportBookmarks":{"type":"boolean","value":"true"}}'
)
"""Else it would take the map for a photograph and make it 300 dpi of JPEG."""
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <alias binding="same">
    <family>Times New Roman</family>
    <prefer>
      <family>Times New Roman</family><family>Liberation Serif</family><family>Tinos</family>
      <family>WenQuanYi Micro Hei</family><family>Noto Sans CJK SC</family>
    </prefer>
  </alias>
</fontconfig>
"""
"""Where the machine has no Times, figures come from the Chinese font: what it would choose itself is far wider."""


def program() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def converted(docx: bytes, office: str | None = None, limit_s: float = _LIMIT_S, wait_s: float = _WAIT_S) -> bytes:
    """The PDF of a document; raises NotPossible, saying what the reader gets instead, where there is none to be had.

    office: the program, else what the machine has.  limit_s: how long it may take; wait_s: how long for another one.
    """
    office = office or program()
    if office is None:
        raise NotPossible(ABSENT)
    if not _one_at_a_time.acquire(timeout=wait_s):
        raise NotPossible(_BUSY)
    try:
        with tempfile.TemporaryDirectory(prefix="huashan-office-", ignore_cleanup_errors=True) as folder:
            return _converted(docx, office, Path(folder), limit_s)
    finally:
        _one_at_a_time.release()


def _converted(docx: bytes, office: str, folder: Path, limit_s: float) -> bytes:
    written, made = folder / "check.docx", folder / "check.pdf"
    written.write_bytes(docx)
    (folder / "fonts.conf").write_text(_FONTS, "utf-8")
    asked = [
        office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--nologo",
        "--nolockcheck", "--nodefault", "--convert-to", _EXPORT, "--outdir", str(folder), str(written),
    ]  # fmt: skip
    failed = _run(asked, _environment(folder), limit_s)
    if failed or not made.is_file():
        raise NotPossible(_FAILED.format(why=failed or "没有写出文件"))
    return made.read_bytes()


def _environment(folder: Path) -> Mapping[str, str]:
    """No variable of the server's own but where programs are."""
    return {
        "PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(folder / "fonts.conf"), "SAL_USE_VCLPLUGIN": "svp",
    }  # fmt: skip


def _run(asked: list[str], environment: Mapping[str, str], limit_s: float) -> str | None:
    """Why it did not come to its end; None where it did. It and all that it started are gone afterwards."""
    try:
        running = subprocess.Popen(
            asked, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        return f"启动不了:{error.strerror}"
    try:
        left = running.wait(limit_s)
        return f"以 {left} 结束" if left else None
    except subprocess.TimeoutExpired:
        return f"超过 {limit_s:g} 秒"
    finally:
        _end(running)


def _end(running: "subprocess.Popen[bytes]") -> None:
    """End a program with its children: `soffice` is a script that starts the one which works."""
    with suppress(ProcessLookupError):  # all of it is gone already
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
