"""CQL2 read by the cql2 library into the standard's own JSON encoding, once it is sure that reading comes to an end.

cql2 goes back and tries again at each open parenthesis of a text that is wrong, twice as often for each level, and its
stack ends with the process on thousands of signs in a row: so both are counted before.
"""

import re
from typing import Any, Literal

import cql2

from layers.errors import BadInput

__all__ = ["LANGUAGES", "Language", "parsed"]

Language = Literal["cql2-text", "cql2-json"]
LANGUAGES: tuple[Language, ...] = ("cql2-text", "cql2-json")
MOST_CHARS = 8192
MOST_OPEN = 10
_SIGNS = re.compile(r"(?:(?:\bnot\b|[-+])\s*){11}", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_ZONELESS = re.compile(
    r"""(?:\btimestamp\s*\(|\binterval\s*\([^)]*?|"timestamp"\s*:|"interval"\s*:\s*\[[^\]]*?)\s*"""
    r"""['"]([0-9]{4}-[0-9]{2}-[0-9]{2}[tT ][0-9:.]+)['"]""",
    re.IGNORECASE,
)
_AT = re.compile(r"--> 1:(\d+)")


def parsed(text: str, language: Language = "cql2-text") -> Any:
    """A filter as the standard's JSON: objects with `op` and `args`, properties, literals. Raises BadInput.

    >>> parsed("width_m > 5")
    {'op': '>', 'args': [{'property': 'width_m'}, 5.0]}
    """
    if len(text) > MOST_CHARS:
        raise BadInput(f"过滤条件有 {len(text)} 个字符,超过上限 {MOST_CHARS}:请简化条件或图形,或分几次查询。")
    if zoneless := _ZONELESS.search(text):
        raise BadInput(f"过滤条件中的时间 {zoneless[1]!r} 没有时区:请写明,如 2026-06-30T00:00:00Z 或 +08:00。")
    if language == "cql2-text":
        _refuse_endless(text)
    try:
        read = cql2.parse_text(text) if language == "cql2-text" else cql2.parse_json(text)
        return read.to_json()
    except cql2.ParseError as error:
        raise BadInput(f"过滤条件看不懂({_where(str(error), text)}):应为合法的 {language},见 OGC 21-065。") from None


def _refuse_endless(text: str) -> None:
    bare = _QUOTED.sub("0", text)
    if "'" in bare or '"' in bare:
        raise BadInput("过滤条件中的引号没有闭合:文字用 '…',其中的单引号写两次;列名用 \"…\"。")
    open_now = most_open = 0
    for sign in re.findall(r"[()]", bare):
        open_now = open_now + 1 if sign == "(" else max(0, open_now - 1)
        most_open = max(most_open, open_now)
    if most_open > MOST_OPEN:
        raise BadInput(f"过滤条件的括号套了 {most_open} 层,超过上限 {MOST_OPEN} 层:请去掉多余的括号,或分几次查询。")
    if _SIGNS.search(bare):
        raise BadInput("过滤条件里连着 11 个以上的 NOT 或正负号:请去掉成对的。")


def _where(said: str, text: str) -> str:
    at = _AT.search(said)
    return f"第 {at[1]} 个字符 {text[int(at[1]) - 1 :][:20]!r} 处" if at else said.splitlines()[0][:80]
