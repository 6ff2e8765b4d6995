"""What every route's parameters have in common: no unknown ones, none twice; numbers of paths in one way of writing."""

import re
from typing import Annotated

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from api.answers.wording import shown
from layers.errors import BadInput

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)")


def _plain(given: object) -> object:
    if isinstance(given, str) and not _PLAIN.fullmatch(given):
        raise PydanticCustomError("int_parsing", "digits alone, without a sign or zeros before them")
    return given


Plain = Annotated[int, BeforeValidator(_plain)]
"""A whole number as one writes it: what is one thing has one address, so that 07 and +7 are none for 7."""


async def only_known(request: Request) -> None:
    """Raises BadInput for a query parameter that the route does not have, or has been given twice.

    A misspelt filter that is silently ignored answers another question than the one asked. A route may say with
    `x-any-query` that it reads the query string itself.
    """
    given = [name for name, _ in request.query_params.multi_items()]
    if not given or (request.scope["route"].openapi_extra or {}).get("x-any-query"):
        return
    names = parameter_names(request.scope["route"])
    for name in given:
        if name not in names:
            remedy = f"可用的有 {'、'.join(names)}" if names else "此地址没有参数"
            raise BadInput(f"不认识查询参数 {shown(name)}:{remedy}。")
        if given.count(name) > 1:
            raise BadInput(f"查询参数 {shown(name)} 给了多次:请只给一次。")


def parameter_names(route: APIRoute) -> list[str]:
    """The query parameters of a route, as callers write them."""
    fields = get_flat_params(route.dependant)
    return sorted(field.alias for field in fields if isinstance(field.field_info, Query))
