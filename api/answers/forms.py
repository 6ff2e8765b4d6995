"""What a route's description says of answers beside its usual one: other forms of it, and other kinds of success."""

from typing import Any

__all__ = ["ADDED", "KNOWN", "in_forms"]

Answers = dict[int | str, dict[str, Any]]

KNOWN: Answers = {200: {"description": "先前已收到,没有再存", "content": {"application/json": {}}}}
"""Of what is taken in once, however often it is sent."""
ADDED: Answers = {201: {"description": "原先没有,已新增", "content": {"application/json": {}}}}
"""Of what is made where it is missing, else changed."""


def in_forms(*media: str) -> Answers:
    """The answer in these forms, too, as the reader asks.

    >>> in_forms("text/csv")
    {200: {'content': {'text/csv': {}}}}
    """
    return {200: {"content": {one: {} for one in media}}}
