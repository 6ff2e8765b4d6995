"""The examples of api/base/README.md are ones that the platform takes."""

import re
import tomllib
from pathlib import Path

import pytest

import api.base
from api.base.definition import Written, read_toml

README = (Path(api.base.__file__).parent / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n# base/([\w.]+):.*\n((?:.|\n)*?)```", README)


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_an_example_is_understood(tmp_path, name, text):
    (tmp_path / name).write_text(text, "utf-8")
    if (file := tomllib.loads(text).get("file")) is not None:
        (tmp_path / file).touch()
    assert read_toml(tmp_path / name, "x").problem is None


def test_everything_that_can_be_written_is_told():
    told = set(re.findall(r"`(\w+)(?: = [^`]*)?`", README)) | {"title", "kind"}
    assert set(Written.model_fields) - told == set()
    assert len(EXAMPLES) == 3
