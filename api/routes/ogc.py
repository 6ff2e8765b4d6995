"""The standard interface: its first page, what it meets, its definition, and the layers as collections."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.access.columns import columns_of
from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import PUBLIC, Open, check_read, require
from api.ogc.collection import City, collection, collections, facts_of, read_city
from api.ogc.conformance import CLASSES
from api.ogc.document_pages import (
    collection_page,
    collections_page,
    conformance_page,
    definition_page,
    landing_page,
    schema_page,
)
from api.ogc.frame import PAGE_FOLDER
from api.ogc.landing import landing
from api.ogc.links import SCHEMA
from api.ogc.negotiate import Asked, Document, answered
from api.ogc.openapi.document import MEDIA_TYPE, described
from api.ogc.openapi.edit import editing_of
from api.ogc.schema import queryables, rules_of, schema
from api.ogc.words import text
from api.routes.screen import FilePath, served
from layers.catalogue import ROLES, Layer

router = APIRouter(include_in_schema=False)
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]
Anyone = Annotated[Reader, require(*ROLES, open=Open.ALWAYS)]
LayerId = Annotated[str, Path(max_length=100, description="图层标识,如 grid")]


@router.get("/ogc")
@router.get("/ogc/")
def first_page(request: Request, reader: Anyone, asked: Document) -> Response:
    """Where everything is."""
    gate: Gate = request.app.state.gate
    document = landing(asked, gate.settings.name)
    if asked.format == "html":
        return landing_page(asked, request, document, visible(gate, reader))
    return answered(asked, document)


@router.get("/ogc/conformance", dependencies=[PUBLIC])
def conformance(request: Request, asked: Document) -> Response:
    """Which classes of requirements are met."""
    title = text(asked.language, "conformance.title")
    document = {"conformsTo": list(CLASSES), "links": asked.links("/conformance", title)}
    return conformance_page(asked, request, document) if asked.format == "html" else answered(asked, document)


@router.get("/ogc/api")
def definition(request: Request, reader: Anyone, asked: Document) -> Response:
    """The definition of the interface in OpenAPI 3.0, of the layers that this reader may see; or a page to try it."""
    gate: Gate = request.app.state.gate
    if asked.format == "html":
        return definition_page(asked, request)
    layers = visible(gate, reader)
    with gate.database.transaction(reader) as connection:
        columns = {layer.id: columns_of(connection, layer, reader).shown for layer in layers}
        city = read_city(connection)
        editing = editing_of(connection, reader, layers, city.bounds)
    name = gate.settings.name
    return answered(
        asked, described(asked, name, city.metric_crs, layers, columns=columns, editing=editing), MEDIA_TYPE
    )


@router.get("/ogc/collections")
def all_collections(request: Request, reader: AnyReader, asked: Document) -> Response:
    """Every layer that this reader may see."""
    gate: Gate = request.app.state.gate
    layers = visible(gate, reader)
    with gate.database.transaction(reader) as connection:
        document = collections(asked, read_city(connection), layers, facts_of(connection, layers))
    return collections_page(asked, request, document, layers) if asked.format == "html" else answered(asked, document)


@router.get("/ogc/collections/{layer}")
def one_collection(layer: LayerId, request: Request, reader: AnyReader, asked: Document) -> Response:
    """One layer: what it is, where and when it lies, and where all of it is."""
    gate: Gate = request.app.state.gate
    chosen = readable(gate, reader, layer)
    with gate.database.transaction(reader) as connection:
        city: City = read_city(connection)
        document = collection(asked, city, chosen, facts_of(connection, [chosen])[chosen.id])
        if asked.format != "html":
            return answered(asked, document)
        columns = schema(asked, chosen, columns_of(connection, chosen, reader).shown, rules_of(connection, chosen))
    return collection_page(asked, request, document, layer=chosen, columns=columns)


@router.get("/ogc/collections/{layer}/schema")
def its_schema(layer: LayerId, request: Request, reader: AnyReader, asked: Document) -> Response:
    """What a feature of the layer says, as JSON Schema."""
    gate: Gate = request.app.state.gate
    chosen = readable(gate, reader, layer)
    with gate.database.transaction(reader) as connection:
        columns = columns_of(connection, chosen, reader).shown
        document = schema(asked, chosen, columns, rules_of(connection, chosen))
    return _schema_answered(asked, request, document, layer=chosen, name="schema")


@router.get("/ogc/collections/{layer}/queryables")
def its_queryables(layer: LayerId, request: Request, reader: AnyReader, asked: Document) -> Response:
    """What the layer may be asked by, as JSON Schema."""
    gate: Gate = request.app.state.gate
    chosen = readable(gate, reader, layer)
    with gate.database.transaction(reader) as connection:
        document = queryables(asked, chosen, columns_of(connection, chosen, reader).shown)
    return _schema_answered(asked, request, document, layer=chosen, name="queryables")


@router.get("/ogc/page/{path:path}", dependencies=[PUBLIC])
async def page_file(path: FilePath, request: Request) -> Response:
    """One file that the pages load."""
    return await served(PAGE_FOLDER, path, request)


def visible(gate: Gate, reader: Reader) -> list[Layer]:
    """The layers that this reader may see, from the ground up; none for someone who has to sign in first."""
    if not (reader.signed_in or reader.only_sample or gate.open_read):
        return []
    return [layer for layer in gate.catalogue.values() if reader.may_read(layer)]


def readable(gate: Gate, reader: Reader, layer: str) -> Layer:
    """The layer of this name; raises NotFound, NotSignedIn or NotAllowed."""
    chosen = gate.catalogue[layer]
    check_read(reader, chosen)
    return chosen


def _schema_answered(
    asked: Asked, request: Request, document: dict[str, Any], /, *, layer: Layer, name: str
) -> Response:
    if asked.format == "html":
        return schema_page(asked, request, document, layer=layer, name=name)
    return answered(asked, document, SCHEMA)
