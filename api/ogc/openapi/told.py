"""What the parts of the definition are made from, and the few forms that all of them use."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from api.access.columns import Column
from api.ogc.links import HTML
from api.ogc.negotiate import Asked
from api.ogc.schema import Rules
from api.ogc.words import text
from layers.catalogue import Layer

__all__ = ["Editing", "Paths", "Told", "operation", "parameter", "reference", "succeeded"]

Paths = dict[str, dict[str, Any]]
"""By path below /ogc the operations on it."""


class Editing(NamedTuple):
    """Which layers somebody may edit, with the rules of each, and a place in the city for examples, in degrees."""

    layers: Sequence[Layer] = ()
    rules: Mapping[str, Rules] = {}
    place: tuple[float, float] = (0.0, 0.0)


class Told(NamedTuple):
    """Who asks how, which layers that lets them see and edit, with which columns, and the systems of features."""

    asked: Asked
    layers: Sequence[Layer]
    columns: Mapping[str, Mapping[str, Column]]
    crs: Sequence[str]
    editing: Editing = Editing()

    def say(self, key: str, **values: object) -> str:
        """A text in the language asked for."""
        return text(self.asked.language, key, **values)


def reference(kind: str, name: str) -> dict[str, str]:
    """A reference to one of the components.

    >>> reference("parameters", "limit")
    {'$ref': '#/components/parameters/limit'}
    """
    return {"$ref": f"#/components/{kind}/{name}"}


def parameter(told: Told, name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A query parameter. more: what differs, such as `in` or `style`."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": told.say(f"parameters.{name}"),
        "schema": schema,
    } | more


def succeeded(told: Told, content: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An answer of success by media types with their schemas. more: `headers`."""
    return {
        "description": told.say("answers.ok"),
        "content": {kind: {"schema": schema} for kind, schema in content.items()},
    } | more


def operation(
    told: Told, name: str, tag: str, /, *, parameters: Sequence[Any], answer: dict[str, Any], summary: str = ""
) -> dict[str, Any]:
    """What one may GET: name: of the operation, unique; tag: of its group."""
    return {
        "get": {
            "operationId": name,
            "tags": [told.say(f"tags.{tag}")],
            "summary": summary or told.say(f"operations.{name}"),
            "parameters": list(parameters),
            "responses": {"200": answer, "default": reference("responses", "problem")},
        }
    }


def document(told: Told, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The success of a document that is a page, too."""
    return succeeded(told, {media_type: schema, HTML: {"type": "string"}})
