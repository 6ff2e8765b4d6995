"""拼音 typed on a keyboard, as a regular expression over Chinese characters: nothing is stored, nothing goes stale.

A character that is read in several ways is found by each of them: 重 by c (chóng) and by z (zhòng). What is typed may
be initials (`yxh`), whole syllables of which the last may be begun (`yanxih`), Latin letters and digits as they stand.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import NamedTuple

__all__ = ["Readings", "holding", "pattern_of", "readings"]

MOST_LETTERS = 40
"""Of what is read as 拼音; what is longer is no name's initials."""
MOST_WAYS, MOST_TRIED = 12, 400
"""In which the same letters are cut into syllables: xian is xian, and xi an. Those of the fewest syllables count."""
_TYPED = re.compile(rf"[a-z0-9]{{1,{MOST_LETTERS}}}")
_BETWEEN = r"[-\s_·.,;:/#'\"()《》“”‘’、,。;:()]*"
"""What stands between the characters of a name and is not read."""
_PLANE = 0x10000
_TO_WIDE = 0xFEE0
"""From a sign of ASCII to its full-width form."""
_MEANT = frozenset("\\]^[-")
"""What means something between brackets."""


class Readings(NamedTuple):
    """Which characters are read how. initials: by the first letter; syllables: by a whole one, without its tone."""

    initials: Mapping[str, str]
    syllables: Mapping[str, str]


@cache
def readings() -> Readings:
    """Every reading of every character of the basic plane: made once in a process, when it is first asked for."""
    from pypinyin.pinyin_dict import pinyin_dict  # a second's work, which no start of the server waits for

    initials: dict[str, set[str]] = defaultdict(set)
    syllables: dict[str, set[str]] = defaultdict(set)
    for number, told in pinyin_dict.items():
        if number >= _PLANE:
            continue
        for syllable in {_plain(one) for one in told.split(",")}:
            # 嗯 and its kind, read without a vowel, would cut every ling into lin and g.
            if re.fullmatch("[a-z]*[aeiouv][a-z]*", syllable):
                initials[syllable[0]].add(chr(number))
                syllables[syllable].add(chr(number))
    return Readings(*({key: "".join(sorted(found)) for key, found in one.items()} for one in (initials, syllables)))


def pattern_of(typed: str) -> str | None:
    """The expression, in PostgreSQL's own way, that a name meets which is read like this; None for no 拼音.

    >>> import re
    >>> [bool(re.search(pattern_of(text), "严西湖")) for text in ("yxh", "xh", "yanxi", "yanxih", "yxhh")]
    [True, True, True, True, False]
    >>> pattern_of("严西") is None
    True
    """
    letters = re.sub(r"[\s']+", "", typed.lower())
    if not _TYPED.fullmatch(letters) or letters.isdigit():
        return None
    known = readings()
    ways = ["".join(f"{_either(one, known.initials.get(one, ''))}{_BETWEEN}" for one in letters)]
    ways += [_read_aloud(way, known) for way in _ways(letters, known)]
    return "|".join(ways)


def holding(typed: str) -> str:
    """The expression, in PostgreSQL's own way, that a text meets which holds this one, whatever the case and width.

    >>> import re
    >>> [bool(re.search(holding("a区(3"), text)) for text in ("A区(3)", "A区(3)", "a区3")]
    [True, True, False]
    """
    return "".join(_either(one) for one in typed)


def _either(sign: str, others: str = "") -> str:
    """A sign as it may stand in a name, small, large, narrow or wide; or one of the others."""
    wide = chr(ord(sign) + _TO_WIDE) if "!" <= sign <= "~" else sign
    kinds = sorted({one for form in (sign, wide) for one in (form, form.lower(), form.upper()) if len(one) == 1})
    return "[" + "".join(f"\\{one}" if one in _MEANT else one for one in kinds) + others + "]"


def _ways(letters: str, known: Readings) -> list[list[str]]:
    """The letters cut into syllables, the last perhaps only begun."""
    tried = islice(_cut(letters, known.syllables), MOST_TRIED)
    return sorted(tried, key=len)[:MOST_WAYS]


def _cut(letters: str, syllables: Mapping[str, str]) -> Iterator[list[str]]:
    """Every way, without ever going on where the rest cannot be cut."""
    ends = {len(letters)}
    for start in range(len(letters) - 1, -1, -1):
        if _steps(letters, start, syllables, ends):
            ends.add(start)

    def onward(start: int) -> Iterator[list[str]]:
        if start == len(letters):
            yield []
            return
        for end in _steps(letters, start, syllables, ends):
            for rest in onward(end):
                yield [letters[start:end], *rest]

    yield from onward(0)


def _steps(letters: str, start: int, syllables: Mapping[str, str], ends: set[int]) -> list[int]:
    longest = min(start + 6, len(letters))
    whole = [end for end in range(longest, start, -1) if end in ends and letters[start:end] in syllables]
    begun = letters[start:]
    if not whole and start and len(begun) <= 6 and any(one.startswith(begun) for one in syllables):
        return [len(letters)]
    return whole


def _read_aloud(way: list[str], known: Readings) -> str:
    *whole, last = way
    pieces = [*(known.syllables[one] for one in whole), _begun(last, known)]
    return "".join(f"[{piece}]{_BETWEEN}" for piece in pieces)


def _begun(piece: str, known: Readings) -> str:
    """The characters of all syllables that begin so, itself among them."""
    return "".join(sorted(set().union(*(found for name, found in known.syllables.items() if name.startswith(piece)))))


def _plain(syllable: str) -> str:
    """Without its tone, as one types it: lǜ is lv."""
    bare = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(one for one in bare if not unicodedata.combining(one))
