"""What a shapefile's attribute table says of itself: whether it is whole, and in which encoding its text is."""

import codecs
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from layers.errors import BadFile

_CODE_PAGES = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "ansi 936": "gb18030", "65001": "utf-8"}


class Table(NamedTuple):
    """A .dbf file: number of records, bytes of the header and of each record, and where its text fields lie."""

    records: int
    header_bytes: int
    record_bytes: int
    names: list[bytes]
    texts: list[tuple[int, int]]


def read_table(file: Path) -> Table:
    """The header of a .dbf; raises BadFile when it is broken or the file is shorter than it says."""
    with file.open("rb") as source:
        head = source.read(32)
        if len(head) < 32:
            raise BadFile(f"属性表 {file.name} 不完整(只有 {len(head)} 字节):请重新获取。")
        records, header_bytes, record_bytes = struct.unpack("<IHH", head[4:12])
        described = source.read(max(0, header_bytes - 33))
    needed = header_bytes + records * record_bytes
    if file.stat().st_size < needed:
        raise BadFile(f"属性表 {file.name} 被截断:应有 {needed:,} 字节,只有 {file.stat().st_size:,}。请重新获取。")
    names, texts, offset = [], [], 1
    for start in range(0, len(described) - 31, 32):
        names.append(described[start : start + 11].split(b"\0")[0])
        kind, width = chr(described[start + 11]), described[start + 16]
        width += described[start + 17] * 256 if kind == "C" else 0
        texts += [(offset, offset + width)] if kind == "C" else []
        offset += width
    return Table(records, header_bytes, record_bytes, names, texts)


def text_encoding(file: Path, declared: str | None = None) -> str:
    """The encoding of a .dbf's text: as declared where that fits, else UTF-8 if all of it is, else GB18030.

    declared: what the .cpg file says, or None. A text cut in the middle of its last character still counts.
    Raises BadFile when none fits.
    """
    table = read_table(file)
    for encoding in _candidates(declared):
        decoder = codecs.getincrementaldecoder(encoding)
        try:
            for text in _texts(file, table):
                decoder("strict").decode(text, final=False)
        except UnicodeDecodeError:
            continue
        return encoding
    raise BadFile(f"属性表 {file.name} 的文字既不是 UTF-8 也不是 GBK:请用 --encoding 指明编码。")


def _candidates(declared: str | None) -> list[str]:
    known = _python_name(declared) if declared else None
    if known is None:
        return ["utf-8", "gb18030"]
    fits_anything = known in ("iso8859-1", "cp1252", "ascii")  # what some programs write without having looked
    return ["utf-8", "gb18030", known] if fits_anything else [known, "utf-8", "gb18030"]


def _python_name(declared: str) -> str | None:
    name = declared.strip().lower()
    try:
        return codecs.lookup(_CODE_PAGES.get(name, name)).name
    except LookupError:
        return None


def _texts(file: Path, table: Table) -> Iterator[bytes]:
    yield from table.names
    with file.open("rb") as source:
        source.seek(table.header_bytes)
        for _ in range(table.records):
            record = source.read(table.record_bytes)
            if not record.isascii():
                yield from (record[start:stop].rstrip(b" \0") for start, stop in table.texts)
