"""geo/README.md is true: its examples run as they stand, its figure is what the functions answer, its files exist."""

import doctest
import re
from pathlib import Path

import pytest
import shapely

from tests.geo import figure

GEO = Path(__file__).parents[1] / "geo"
README = (GEO / "README.md").read_text("utf-8")


def test_its_examples_run_one_after_another_as_they_stand():
    told = "\n".join(re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S))
    examples = doctest.DocTestParser().get_doctest(told, {}, "geo/README.md", "geo/README.md", 0)
    assert len(examples.examples) > 60
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples, out=said.append)
    assert said == [], "".join(said)


def test_every_file_that_it_names_exists():
    rooms = "tracks|coverage|lines|duties|banks|network|pieces|course|plan|trial|landuse|local_crs|tests"
    named = re.findall(rf"`((?:{rooms})/[\w./]*)`", README)
    assert len(named) > 15
    assert [name for name in named if not ((GEO / name).exists() or (GEO.parent / name).exists())] == []


def test_its_figure_is_drawn_from_what_the_functions_answer():
    text = figure.FILE.read_text("utf-8")
    assert text == figure.drawn(), "python -m tests.geo.figure writes it anew"
    assert len(text.encode()) < 30_000


@pytest.mark.parametrize("bound", ["sure", "nominal", "possible"])
def test_the_ranges_of_its_figure_are_those_within_the_drawn_capsules(bound):
    (reach_m,) = figure.reach_within(figure.REACH_M, figure.np.array([figure.ACCURACY_M]), bound)
    legs = [shapely.LineString(leg) if len(leg) > 1 else shapely.Point(leg[0]) for leg in figure._legs()]
    inside = figure.BANK.intersection(shapely.union_all(shapely.buffer(legs, reach_m, quad_segs=256)))
    assert sum(to_m - from_m for from_m, to_m in figure.seen_m()[bound]) == pytest.approx(inside.length, abs=0.05)
