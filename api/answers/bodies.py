"""What the bodies of requests have in common."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from api.answers.wording import validation_sentence
from layers.errors import BadInput

__all__ = ["Body", "leaves", "meant"]


class Body(BaseModel):
    """The JSON of a request; what it does not know it refuses.

    True and false are no numbers, as they are to Python, and numbers are no days, as they are to pydantic.

    >>> class Rank(Body):
    ...     rank: int
    >>> Rank(rank=0).rank
    0
    >>> Rank(rank=False)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ValidationError: 1 validation error for Rank
    """

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_another_kind(cls, value: Any, info: ValidationInfo) -> Any:
        given = value if isinstance(value, list) else [value]
        if any(isinstance(one, (int, float)) for one in given):
            types = leaves(cls.model_fields[str(info.field_name)].annotation)
            if date in types:
                raise PydanticKnownError("date_type")
            if bool not in types and types & {int, float} and any(isinstance(one, bool) for one in given):
                raise PydanticKnownError("int_type" if int in types else "float_type")
        return value


Meant = TypeVar("Meant", bound=Body)


def meant(body: type[Meant], said: Mapping[str, Any]) -> Meant:
    """A body of what was said elsewhere than in a request; raises BadInput with one sentence for the first fault."""
    try:
        return body.model_validate(dict(said))
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise BadInput(validation_sentence(faults)) from None


def leaves(annotation: Any) -> set[Any]:
    """The types that an annotation is put together from."""
    parts = get_args(annotation)
    return {leaf for part in parts for leaf in leaves(part)} if parts else {annotation}
