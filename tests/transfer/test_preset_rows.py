"""What a preset makes of columns depends on what they say: not on their order, case, or how a share is written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.transfer.edition import Edition
from api.transfer.faults import none_yet
from api.transfer.preset import looks_like, preset_named, read_presets
from api.transfer.preset_rows import taken
from api.transfer.source import Source
from layers.catalogue import read_catalogue
from layers.errors import BadInput

CATALOGUE = read_catalogue()
DLTB = preset_named(CATALOGUE["landuse"], "dltb")
villages = st.sampled_from(["420111081205", "420111081206"])
plots = st.lists(st.tuples(villages, st.integers(1, 9999), st.integers(1, 9999)), min_size=1, max_size=8)


def survey(rows, *, named=str.upper, order=lambda names: names, digits=19, **columns):
    """A file of plots given as (village, number, number of the handover)."""
    filled = {
        "BSM": [f"4201110000{serial:08}" for *_, serial in rows],
        "TBBH": [f"{number:04}" for _, number, _ in rows],
        "ZLDWDM": [village.ljust(digits, "0") for village, *_ in rows],
        "DLBM": ["0103"] * len(rows),
        "TBMJ": [500.0] * len(rows),
        "SJNF": [2025] * len(rows),
        **columns,
    }
    fields = {named(name): np.array([*filled[name], None], dtype=object)[:-1] for name in order(list(filled))}
    nothing = none_yet(len(rows))
    return Source("DLTB.shp", "0" * 64, np.arange(1, len(rows) + 1), fields, nothing, nothing, None)


def told(source, field):
    """The values of a field as the preset takes them."""
    found = taken(DLTB, source, Edition(), {})
    column = next(column for column, name in found.columns.items() if name == field)
    return list(found.source.fields[column])


@given(plots, st.permutations(range(6)), st.sampled_from([str.lower, str.title]))
def test_neither_the_order_nor_the_case_of_columns_matters(rows, places, named):
    other = survey(rows, named=named, order=lambda names: [names[place] for place in places])
    for field in ("code", "class_code"):
        assert told(other, field) == told(survey(rows), field)


@given(plots, st.sampled_from([12, 15, 19]), st.integers(0, 9999))
def test_a_plot_keeps_its_code_when_the_handover_is_numbered_anew(rows, digits, shift):
    anew = [(village, number, serial + shift) for village, number, serial in rows]
    assert told(survey(anew, digits=digits), "code") == told(survey(rows), "code")


@given(st.lists(st.one_of(st.none(), st.just(0), st.integers(100, 9999)), min_size=1, max_size=6))
def test_a_share_in_percent_is_the_same_share(hundredths):
    rows = [("420111081205", number, number) for number in range(1, len(hundredths) + 1)]
    share = [None if one is None else one / 10_000 for one in hundredths]
    percent = [None if one is None else one / 100 for one in hundredths]
    if all(one is None for one in hundredths):
        return
    as_share, as_percent = (told(survey(rows, KCXS=values), "deduct_ratio") for values in (share, percent))
    assert [one is None for one in as_share] == [one is None for one in as_percent]
    assert np.allclose([one or 0 for one in as_share], [one or 0 for one in as_percent])


def test_an_unknown_preset_names_those_there_are_and_one_of_another_layer_its_command():
    with pytest.raises(
        BadInput, match=r"没有预设 '二调'.*dltb\(国土变更调查地类图斑\).*eco_redline\(生态保护红线\)属于 zone"
    ):
        preset_named(CATALOGUE["landuse"], "二调")
    with pytest.raises(BadInput, match=r"属于图层 zone:请用 huashan import zone 文件 --preset eco_redline"):
        preset_named(CATALOGUE["landuse"], "生态红线")


def test_a_file_looks_like_one_preset_by_its_columns():
    assert looks_like(CATALOGUE["landuse"], ["TBBH", "DLBM"]) is None
    assert looks_like(CATALOGUE["landuse"], ["dlbm", "ZLDWDM", "TBMJ"]).id == "dltb"
    assert looks_like(CATALOGUE["zone"], ["YJJBNTTBBH", "DLBM"]).id == "permanent_farmland"


def test_no_name_is_of_two_presets():
    names = [{name.casefold() for name in (one.id, one.title, *one.names)} for one in read_presets()]
    assert sum(map(len, names)) == len(set.union(*names))
