"""What the bodies of requests say is of the kind that it is asked for: true is no number, a number no day."""

import importlib
import pkgutil
from datetime import date

import pytest
from pydantic import BaseModel, ValidationError

import api.routes
from api.answers.bodies import Body, leaves
from api.answers.wording import validation_sentence
from api.tracks.geojson import _places
from layers.errors import BadInput


def models(kind=BaseModel):
    for found in pkgutil.iter_modules(api.routes.__path__):
        importlib.import_module(f"api.routes.{found.name}")
    own = {kind} | {one for each in kind.__subclasses__() for one in models(each)}
    return {one for one in own if one.__module__.startswith("api.")}


def fields(*wanted):
    """(model, field, whether it is a list) of every body that a route reads, whose values are of these types."""
    for model in sorted(models(), key=lambda one: (one.__module__, one.__name__)):
        for name, field in model.model_fields.items():
            types = leaves(field.annotation)
            if types & set(wanted) and bool not in types:
                yield pytest.param(model, name, "list" in str(field.annotation), id=f"{model.__name__}.{name}")


def refused(model, name, value):
    """The types of faults that a body with this one value has in it; the others may lack."""
    with pytest.raises(ValidationError) as raised:
        model.model_validate({name: value})
    return [error for error in raised.value.errors() if error["loc"][:1] == (name,)]


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize(("model", "name", "is_list"), list(fields(int, float)))
def test_true_and_false_are_no_numbers(model, name, is_list, value):
    errors = refused(model, name, [1, value] if is_list else value)
    assert [error["type"] for error in errors] in (["int_type"], ["float_type"])
    assert str(value) in validation_sentence([{**errors[0], "loc": ("body", name)}])


@pytest.mark.parametrize("value", [0, 86_400, False, 1.5])
@pytest.mark.parametrize(("model", "name", "is_list"), list(fields(date)))
def test_a_number_is_no_day(model, name, is_list, value):
    errors = refused(model, name, value)
    assert [error["type"] for error in errors] == ["date_type"]
    assert "应为日期" in validation_sentence([{**errors[0], "loc": ("body", name)}])


def test_what_is_of_its_kind_is_taken():
    class Sent(Body):
        whole: int
        real: float | None
        flag: bool
        days: list[int]
        since: date

    sent = {"whole": 0, "real": 1, "flag": True, "days": [1, 2], "since": "2026-06-30"}
    assert Sent.model_validate(sent).model_dump() == sent | {"since": date(2026, 6, 30)}


@pytest.mark.parametrize("said", [{"rank": False}, {"due_hours": True}])
def test_the_rank_of_a_family_is_a_number(desk, said):
    answer = desk.client.put(
        "/observation-kinds/new", json={"zh": "新", "en": "New", **said}, headers=desk.person("admin")
    )
    assert answer.status_code == 400
    assert "应为整数" in answer.json()["detail"]
    assert all(one["code"] != "new" for one in desk.client.get("/observation-kinds").json()["families"])


def test_a_track_of_truths_is_nowhere():
    with pytest.raises(BadInput, match="看不懂"):
        _places([[True, 30.5]], "track")
