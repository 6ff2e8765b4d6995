"""The definition of the interface: its parts put together, for the layers that a reader may see."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.access.columns import Column
from api.features.systems import systems
from api.ogc.negotiate import Asked
from api.ogc.openapi import answers, core, edit, items, tiles
from api.ogc.openapi.media import MEDIA_TYPE, VERSION
from api.ogc.openapi.told import Editing, Paths, Told
from api.ogc.words import text
from layers.catalogue import Layer

__all__ = ["MEDIA_TYPE", "PARTS", "described"]

PARTS = (core, items, edit, tiles)
"""Each has `paths` and `parameters`. Parts that come later may add operations to paths of those before."""
_SECURITY: dict[str, Any] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


def described(
    asked: Asked,
    name: str,
    metric_crs: str,
    layers: Sequence[Layer],
    *,
    columns: Mapping[str, Mapping[str, Column]],
    editing: Editing = Editing(),  # noqa: B008 - frozen, as all that it holds
) -> dict[str, Any]:
    """The definition in OpenAPI 3.0, as plain values.

    name, metric_crs: of the deployment.  columns: by layer, those that the reader may see.  editing: what of it they
    may change.
    """
    told = Told(asked, layers, columns, [one.uri for one in systems(metric_crs).offered], editing)
    return {
        "openapi": VERSION,
        "info": {
            "title": text(asked.language, "api.title", name=name),
            "description": text(asked.language, "api.about"),
            "version": "1.0.0",
        },
        "servers": [{"url": asked.base}],
        "security": [{}, *({scheme: []} for scheme in _SECURITY)],
        "tags": [{"name": told.say(f"tags.{tag}")} for tag in ("core", "features", "tiles")],
        "paths": _merged([part.paths(told) for part in PARTS]),
        "components": {
            "parameters": {key: value for part in PARTS for key, value in part.parameters(told).items()},
            "schemas": answers.schemas(),
            "responses": answers.responses(told),
            "headers": answers.headers(told),
            "securitySchemes": _SECURITY,
        },
    }


def _merged(parts: Sequence[Paths]) -> Paths:
    """The operations of all parts, path by path."""
    paths: Paths = {}
    for part in parts:
        for path, operations in part.items():
            paths[path] = paths.get(path, {}) | operations
    return paths
