"""A DXF's tags, read line by line before GDAL draws it: its version and encoding, what is in it, and how large it gets.

GDAL inserts blocks within blocks as often as they say, without end; and it takes texts of 2007 and later, which are
UTF-8, for those of the code page that the header still names. So blocks are counted, and GDAL is given no code page: it
then hands every byte on as it is.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from layers.errors import BadFile, TooLarge

__all__ = ["LARGEST", "Drawing", "plain_copy"]

LARGEST = 200_000_000
"""By so many bytes a drawing is at most read."""
MOST = 1_000_000
"""By so many entities, with every block as often as it is inserted."""
_BINARY = b"AutoCAD Binary DXF"
_LONGEST_LINE = 1 << 20
_UNICODE_SINCE = "AC1021"
_DRAWN = (b"ENTITIES", b"BLOCKS")
_FARTHEST = 1e12
_CURVED = {b"ARC", b"CIRCLE", b"ELLIPSE", b"SPLINE"}
_ESCAPED = re.compile(r"\\U\+([0-9A-Fa-f]{4})")


@dataclass
class _Group:
    """A block, or the drawing itself: how many entities, and how often it inserts which blocks."""

    own: int = 0
    inserts: Counter[bytes] = field(default_factory=Counter)


@dataclass
class Drawing:
    """What the tags tell. counts: entities of the drawing by kind. curves: of arcs, in blocks too. units: $INSUNITS."""

    version: str = ""
    page: str = ""
    units: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    curves: int = 0

    def text(self, given: str) -> str:
        """A text as GDAL hands it on, each byte as one sign, as it was meant.

        >>> Drawing("AC1015", "ANSI_936").text("花山".encode("gbk").decode("latin-1"))
        '花山'
        """
        raw = given.encode("latin-1", "replace")
        usual = ("utf-8", "gb18030") if self.version >= _UNICODE_SINCE else ("gb18030", "utf-8")
        if self.page.upper() in ("UTF-8", "UTF8"):
            usual = ("utf-8", "gb18030")
        for encoding in usual:
            try:
                told = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        else:
            told = given
        return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), told)


def plain_copy(path: Path, copy: Path) -> Drawing:
    """Write a drawing anew without its code page, and tell what is in it.

    Raises BadFile for a binary or broken one, TooLarge for one too large or with blocks in blocks without end.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise TooLarge(f"{path.name} 有 {size:,} 字节,DXF 的上限为 {LARGEST:,}:请只留下范围线后另存。")
    with path.open("rb") as source, copy.open("wb") as target:
        head = source.read(64)
        if head.startswith(_BINARY):
            raise BadFile(f"{path.name} 是二进制 DXF:请在 CAD 里另存为 DXF 时选择 ASCII(文本)格式。")
        source.seek(3 if head.startswith(b"\xef\xbb\xbf") else 0)
        drawing, groups = _scanned(source, target, path.name)
    _check_size(groups, path.name)
    return drawing


def _scanned(source: BinaryIO, target: BinaryIO, name: str) -> tuple[Drawing, dict[bytes, _Group]]:
    drawing, groups = Drawing(), {b"": _Group()}
    section, variable, kind, group = b"", b"", b"", groups[b""]
    insert: dict[int, bytes] = {}
    ended = False
    for row, code, value in _pairs(source, name):
        if variable == b"$DWGCODEPAGE" and code == 3:
            drawing.page, value = value.decode("latin-1"), b"-"
        target.write(b"%d\n%s\n" % (code, value))
        if (10 <= code < 60 or 210 <= code < 240) and section in _DRAWN:
            _check_number(value, row, name)
        if code == 0:
            _count(group, insert)
            insert = {}
            kind = value
            ended = ended or value == b"EOF"
            if section == b"ENTITIES" and value not in (b"ENDSEC", b"SECTION", b"EOF", b"VERTEX", b"SEQEND", b"ATTRIB"):
                drawing.counts[value.decode("latin-1")] += 1
            if section in _DRAWN:
                group.own += 1
                drawing.curves += value in _CURVED
            insert = {0: value} if value == b"INSERT" else {}
            group = groups[b""] if value == b"ENDBLK" else group
        elif code == 2 and kind == b"SECTION":
            section = value
        elif code == 2 and kind == b"BLOCK" and section == b"BLOCKS":
            group = groups.setdefault(value.lower() or b"-", _Group())
        elif insert and code in (2, 70, 71):
            insert[code] = value
        elif code == 42 and kind in (b"LWPOLYLINE", b"VERTEX") and value.strip(b"0.+-eE "):
            drawing.curves += 1
        elif section == b"HEADER":
            variable = value if code == 9 else variable
            drawing.version = value.decode("latin-1") if (variable, code) == (b"$ACADVER", 1) else drawing.version
            drawing.units = _whole(value) if (variable, code) == (b"$INSUNITS", 70) else drawing.units
    if not ended:
        raise BadFile(f"{name} 被截断(没有结束标记 EOF):请重新获取或在 CAD 里另存。")
    return drawing, groups


def _pairs(source: BinaryIO, name: str) -> Iterator[tuple[int, int, bytes]]:
    """The row of each value, its code, and it, two lines each; raises BadFile where a code should be and is none."""
    row, lines = 0, iter(lambda: source.readline(_LONGEST_LINE), b"")
    for line in lines:
        row += 1
        try:
            code = int(line)
        except ValueError:
            if not line.strip() and not source.read(1):
                return
            raise BadFile(
                f"{name} 第 {row:,} 行 {line[:20].strip().decode('latin-1')!r} 应是组码:不是 DXF 或已损坏,"
                "请在 CAD 里另存为 DXF。"
            ) from None
        value = next(lines, None)
        row += 1
        if value is None:
            raise BadFile(f"{name} 第 {row:,} 行之后被截断:请重新获取或在 CAD 里另存。")
        yield row, code, value.strip(b"\r\n \t")


def _check_number(value: bytes, row: int, name: str) -> None:
    """Raise BadFile for a number that is none: GDAL would read 33x as 33."""
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not abs(number) < _FARTHEST:
        raise BadFile(
            f"{name} 第 {row:,} 行的数 {value[:20].decode('latin-1')!r} 不对:文件已损坏,请重新获取或在 CAD 里另存。"
        )


def _count(group: _Group, insert: dict[int, bytes]) -> None:
    if insert:
        times = max(_whole(insert.get(70, b"1")), 1) * max(_whole(insert.get(71, b"1")), 1)
        group.inserts[insert.get(2, b"").lower() or b"-"] += times


def _whole(value: bytes) -> int:
    try:
        return min(abs(int(value)), MOST)
    except ValueError:
        return 0


def _check_size(groups: dict[bytes, _Group], name: str) -> None:
    """Raise TooLarge for a drawing with too many entities once each block is drawn as often as it is inserted."""
    totals: dict[bytes, int] = {}
    waiting = [(b"", False)]
    while waiting:
        block, counted = waiting.pop()
        group = groups.get(block)
        if group is None or (block in totals and not counted):
            continue
        if not counted:
            totals[block] = 0  # a block that inserts itself counts as nothing there, as GDAL leaves it out
            waiting += [(block, True), *((inner, False) for inner in group.inserts)]
            continue
        totals[block] = min(
            group.own + sum(times * totals.get(inner, 0) for inner, times in group.inserts.items()), 10 * MOST
        )
    if totals[b""] > MOST:
        raise TooLarge(f"{name} 展开图块后的图元超过 {MOST:,} 个:请只留下范围线,炸开图块后另存。")
