"""The Chinese font of a sheet: one that the machine has, embedded in part; and what to do where letters are missing."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from layers.errors import NotPossible

__all__ = ["Face", "Letters", "find_letters"]

_KNOWN = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
)
_WANTED = "巡查方案岸线米"
_MISSING = (
    "本机没有中文字体,打印不出中文:请管理员安装 fonts-wqy-microhei(apt install fonts-wqy-microhei)"
    "或 fonts-noto-cjk,或用环境变量 HUASHAN_FONT 指明一个含中文的 TTF、OTF 或 TTC 文件,再试一次。"
)


class Face(NamedTuple):
    """One face of a font's file; a TTC holds several, told apart by number."""

    file: str
    number: int


class Letters(NamedTuple):
    """A face, and the letters that it has."""

    face: Face
    known: frozenset[int]

    def shown(self, text: str) -> str:
        """The text with what the face lacks told by its number instead: a letter must not vanish from a name.

        >>> Letters(Face("", 0), frozenset(map(ord, "花山湖〔〕U+0123456789ABCDEF"))).shown("花𠮷湖")
        '花〔U+20BB7〕湖'
        """
        return "".join(letter if ord(letter) in self.known else f"〔U+{ord(letter):04X}〕" for letter in text)


def find_letters(named: Path | None = None) -> Letters:
    """The face to print with; raises NotPossible that says what to install.

    named: a file to take before all others, as HUASHAN_FONT says.
    """
    for file in dict.fromkeys(_candidates(named)):
        if Path(file).is_file() and (found := _read(file)):
            return found
    raise NotPossible(_MISSING)


def _candidates(named: Path | None) -> Iterator[str]:
    if named:
        yield str(named)
    yield from _KNOWN
    if shutil.which("fc-list"):
        asked = ["fc-list", "--format", "%{file}\n", ":lang=zh-cn"]
        yield from sorted(
            subprocess.run(asked, capture_output=True, text=True, check=False, timeout=20).stdout.split("\n")
        )


@cache
def _read(file: str) -> Letters | None:
    """The first face of a file that can write Chinese, one for the mainland before others; None where there is none.

    It takes 0.1 s.
    """
    try:
        found = (Letters(face, _letters(face)) for face in _faces(file))
        return next((one for one in found if one.known.issuperset(map(ord, _WANTED))), None)
    except (TTLibError, OSError, ValueError):
        return None


def _faces(file: str) -> list[Face]:
    """The faces of a file; of Noto's, which has one a region, first that which writes as the mainland does."""
    if not file.lower().endswith((".ttc", ".otc")):
        return [Face(file, 0)]
    with open(file, "rb") as opened, TTCollection(opened, lazy=True) as fonts:
        names = [str(font["name"].getDebugName(1)) for font in fonts.fonts]
    return sorted(
        (Face(file, number) for number in range(len(names))), key=lambda face: " SC" not in names[face.number]
    )


def _letters(face: Face) -> frozenset[int]:
    with open(face.file, "rb") as opened, TTFont(opened, fontNumber=face.number, lazy=True) as font:
        return frozenset(font.getBestCmap() or {})
