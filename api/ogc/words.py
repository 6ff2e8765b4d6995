"""The words of the documents and pages in both languages: one file each, read once."""

import tomllib
from functools import cache
from pathlib import Path

__all__ = ["text"]

_FOLDER = Path(__file__).parent


def text(language: str, key: str, **values: object) -> str:
    """The text of a key, such as 'items.next', with {names} filled in.

    >>> text("zh", "items.next")
    '下一页'
    """
    return _texts(language)[key].format(**values)


@cache
def _texts(language: str) -> dict[str, str]:
    """Every text of a language by its table's name and its own, joined by a dot."""
    tables = tomllib.loads((_FOLDER / f"words.{language}.toml").read_text("utf-8"))
    return {f"{table}.{name}": said for table, texts in tables.items() for name, said in texts.items()}
