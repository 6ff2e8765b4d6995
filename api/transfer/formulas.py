"""Text that a spreadsheet would run as a formula, kept from running by an apostrophe, as spreadsheets themselves do."""

import re

_RUNS = re.compile(r"'*(\s*[=+@＝＋＠－-]|[\t\r\n])")


def inert(text: str) -> str:
    """The text as a spreadsheet shows it and never runs it; a number stays as it is.

    >>> inert("=1+1"), inert(" ＝1"), inert("-3.5"), inert("花山大道")  # noqa: RUF002
    ("'=1+1", "' ＝1", '-3.5', '花山大道')
    """
    return f"'{text}" if _RUNS.match(text) and not _is_number(text) else text


def as_meant(text: str) -> str:
    """What `inert` was given.

    >>> as_meant("'=1+1"), as_meant("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9.]+([eE][+-]?[0-9]+)?", text) is not None
