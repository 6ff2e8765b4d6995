"""A text as it is typed in Chinese, made plain: full-width signs, odd spaces, and degrees with minutes and seconds."""

import re
import unicodedata

from layers.errors import BadFile, TooLarge

LARGEST = 50_000_000
"""By so many bytes a text is at most read."""
LONGEST = 200_000
"""By so many signs a line is at most read: what is longer is no list of corners."""
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SIGNS = str.maketrans({"º": "°", "˚": "°", "−": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "”": '"', "“": '"'})
_PRIMES = str.maketrans({"′": "'", "″": '"', "‵": "'", "〃": '"', "´": "'"})
_SIDE = "[NSEWnsew]|东经|西经|北纬|南纬"
_MEASURE = (
    r"(?P<degrees>\d{1,3}(?:\.\d+)?)\s*(?:°|度(?!带|分带))"
    r"(?:\s*(?P<minutes>\d{1,2}(?:\.\d+)?)\s*(?:'(?!')|分)"
    r"(?:\s*(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:\"|''|秒)?)?)?"
)
_SIDE_FIRST = re.compile(rf"(?P<side>{_SIDE})?\s*{_MEASURE}")
_SIDE_LAST = re.compile(rf"{_MEASURE}\s*(?P<side>(?:{_SIDE})(?![A-Za-z]))?")
_NAMES = {
    "东经": "经度",
    "西经": "西经",
    "北纬": "纬度",
    "南纬": "南纬",
    "E": "经度",
    "W": "西经",
    "N": "纬度",
    "S": "南纬",
}


def decoded(raw: bytes, name: str, encoding: str | None = None) -> str:
    """The text in a file's bytes: by its byte order mark, else UTF-8, UTF-16 without a mark, or GB18030; else BadFile.

    >>> decoded("花山".encode("gbk"), "a.txt")
    '花山'
    """
    if len(raw) > LARGEST:
        raise TooLarge(f"{name} 有 {len(raw):,} 字节,坐标文本的上限为 {LARGEST:,}:请拆成几个文件。")
    for one in (encoding,) if encoding else _likely(raw):
        try:
            return raw.decode(one)
        except (UnicodeDecodeError, LookupError):
            continue
    raise BadFile(f"{name} 的文字既不是 UTF-8 也不是 GBK:请用 --encoding 指明编码,或另存为 UTF-8。")


def begun(head: bytes, encoding: str | None = None) -> str:
    """The first part of a text whose last character may be cut: in the first encoding that all but that allows."""
    for one in (encoding,) if encoding else _likely(head):
        for cut in range(4):
            try:
                return head[: len(head) - cut].decode(one)
            except (UnicodeDecodeError, LookupError):
                continue
    return ""


def _likely(raw: bytes) -> tuple[str, ...]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    head = raw[:4096]
    if head[1::2].count(0) > len(head) // 4:
        return ("utf-16-le",)
    if head[::2].count(0) > len(head) // 4:
        return ("utf-16-be",)
    return ("utf-8-sig", "gb18030")


def plain(text: str) -> list[str]:
    """The lines of a text with narrow digits, letters and commas; an angle becomes its degrees after what it measures.

    Raises TooLarge where a line is no line.

    >>> plain("J1,1,3382099.123、547834.456")
    ['J1,1,3382099.123,547834.456']
    >>> plain("北纬30°33′29.5″,东经114°29′54.96″")
    [' 纬度=30.558194444444 , 经度=114.4986 ']
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST:
            raise TooLarge(
                f"第 {number:,} 行有 {len(line):,} 个字,上限 {LONGEST:,}:坐标文本应一行一点,请检查是否丢了换行。"
            )
    return [_plain(line) for line in lines]


def _plain(line: str) -> str:
    if line.isascii():
        return line
    narrow = unicodedata.normalize("NFKC", line.translate(_SIGNS)).translate(_SIGNS).translate(_PRIMES)
    narrow = _UNSEEN.sub("", narrow).replace("、", ",")
    if "°" not in narrow and "度" not in narrow:
        return narrow
    first = _SIDE_FIRST.search(narrow)
    return (_SIDE_FIRST if first and first["side"] else _SIDE_LAST).sub(_degrees, narrow)


def _degrees(angle: re.Match[str]) -> str:
    """Degrees as a decimal, named 经度 or 纬度 where the angle says which; minutes of 60 and more stay as they are."""
    parts = [float(angle[name] or 0) for name in ("degrees", "minutes", "seconds")]
    if parts[1] >= 60 or parts[2] >= 60:
        return angle[0]
    named = f"{_NAMES[angle['side'].upper()]}=" if angle["side"] else ""
    decimal = f"{parts[0] + parts[1] / 60 + parts[2] / 3600:.12f}".rstrip("0")
    return f" {named}{decimal}{'0' * decimal.endswith('.')} "
