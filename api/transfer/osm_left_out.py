"""What of an extract stayed out of a layer, and why, counted with a few examples."""

from collections import Counter, defaultdict

_EXAMPLES = 3
_TAGS = 10
_LONGEST = 40


class LeftOut:
    """Reasons with how many stayed out for them and the first of these; and tags that the table does not know.

    >>> left_out = LeftOut()
    >>> left_out.note("没有闭合", "way/1")
    >>> left_out.note_tag("waterway", "weir")
    >>> left_out.told()
    ['未导入 1 个:没有闭合(如 way/1)', '未导入 1 个:对照表里没有相应类别(waterway=weir 1 个)']
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = defaultdict(list)
        self._tags: Counter[str] = Counter()

    def note(self, why: str, code: str) -> None:
        """Count one that stayed out."""
        self._counts[why] += 1
        if len(self._examples[why]) < _EXAMPLES:
            self._examples[why].append(code)

    def note_tag(self, key: str, value: str) -> None:
        """Count one whose tag the table does not know."""
        self._tags[f"{key}={value[:_LONGEST]}"] += 1

    def told(self) -> list[str]:
        """Each reason as a sentence, the most frequent first."""
        lines = [
            f"未导入 {count:,} 个:{why}(如 {'、'.join(self._examples[why])})"
            for why, count in self._counts.most_common()
        ]
        if self._tags:
            most = "、".join(f"{tag} {count:,} 个" for tag, count in self._tags.most_common(_TAGS))
            more = f" 等 {len(self._tags):,} 种" if len(self._tags) > _TAGS else ""
            lines.append(f"未导入 {self._tags.total():,} 个:对照表里没有相应类别({most}{more})")
        return lines
