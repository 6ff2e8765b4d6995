"""What the interface declares to meet: the classes of OGC API Common, Features, CQL2 and Tiles."""

from collections.abc import Iterator

from api.features.conformance import CONFORMANCE

__all__ = ["CLASSES", "standard_of"]

_SPEC = "http://www.opengis.net/spec"
_MET = {
    "ogcapi-common-1/1.0": ("core", "landing-page", "json", "html", "oas30"),
    "ogcapi-common-2/1.0": ("collections",),
    "ogcapi-features-1/1.0": ("html", "oas30"),
    "ogcapi-features-3/1.0": ("queryables",),
    "ogcapi-features-4/1.0": ("create-replace-delete", "update", "optimistic-locking-etags", "features"),
    "ogcapi-features-5/1.0": ("schemas", "core-roles-features", "returnables-and-receivables", "queryables"),
    "ogcapi-tiles-1/1.0": (
        "core",
        "tileset",
        "tilesets-list",
        "dataset-tilesets",
        "geodata-tilesets",
        "collections-selection",
        "mvt",
        "oas30",
    ),
}


def _uris() -> Iterator[str]:
    for standard, classes in _MET.items():
        yield from (f"{_SPEC}/{standard}/conf/{name}" for name in classes)


CLASSES: tuple[str, ...] = tuple(sorted({*_uris(), *CONFORMANCE}))
"""Those of the documents and of the tiles, and those that reading features meets."""
_NAMES = {
    "ogcapi-common-1": "OGC API Common 1",
    "ogcapi-common-2": "OGC API Common 2",
    "ogcapi-features-1": "OGC API Features 1: Core",
    "ogcapi-features-2": "OGC API Features 2: CRS",
    "ogcapi-features-3": "OGC API Features 3: Filtering",
    "ogcapi-features-4": "OGC API Features 4: Create, Replace, Update and Delete",
    "ogcapi-features-5": "OGC API Features 5: Schemas",
    "cql2": "CQL2",
    "ogcapi-tiles-1": "OGC API Tiles 1",
}


def standard_of(uri: str) -> str:
    """What the standard of a class is called.

    >>> standard_of(CLASSES[0])
    'CQL2'
    """
    identifier = uri.removeprefix(f"{_SPEC}/").partition("/")[0]
    return _NAMES.get(identifier, identifier)
