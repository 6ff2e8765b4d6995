"""Stored patrols recomputed: by day and community, with the same result in whatever order and wherever."""

import pytest
from typer.testing import CliRunner

from api.cli.app import app
from tests.batch.conftest import damage, differing, standing

JUNE = ("--from", "2026-05-01", "--to", "2026-07-01")


@pytest.fixture
def huashan(city, monkeypatch):
    """A function that runs the command in this process: how it ended, and what it said."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        found = CliRunner().invoke(app, ["recompute", *map(str, arguments)])
        return found.exit_code, found.output if found.exception is None else f"{found.output}{found.exception}"

    return run


def test_what_stands_is_not_changed_and_what_was_damaged_is_made_good(huashan, city):
    before = standing(city)
    code, said = huashan(*JUNE, "--workers", "0")
    assert (code, "没有改动" in said, differing(before, standing(city))) == (0, True, set()), said
    damage(city)
    assert differing(before, standing(city)) == set(before)
    code, said = huashan(*JUNE, "--workers", "1")
    assert (code, differing(before, standing(city))) == (0, set()), said
    # E1 is worked out on the day before E2, and once more after E2 turned out to lie elsewhere.
    assert "完成 6 部分" in said, said
