"""Questions on the terminal."""

import sys

import typer


def confirmed(question: str) -> bool:
    """The person's answer; no where nobody sits at a terminal."""
    return sys.stdin.isatty() and typer.confirm(question)
