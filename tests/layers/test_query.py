"""Statements from files: what is bound is a value wherever its name stands, and never a part of the statement."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import query
from layers.catalogue import LAYERS_FOLDER

FILES = sorted(f"{file.parts[-3]}/{file.stem}" for file in LAYERS_FOLDER.glob("*/queries/*.sql"))


def test_no_comment_names_a_value():
    assert len(FILES) > 100
    assert [name for name in FILES if re.search(r"--.*%\(", query.text(name))] == []


@given(code=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
@pytest.mark.parametrize("form", ["{}", "x\n; SELECT 1 / 0 --{}", "x'\n; SELECT 1 / 0 --{}", "x\r; SELECT 1 / 0 --{}"])
def test_a_value_of_several_lines_is_one_value(connection, form, code):
    assert query.rows(connection, "observation/page", code=form.format(code)) == []
