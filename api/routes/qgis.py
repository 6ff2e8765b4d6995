"""A QGIS project of what the reader may see."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from api.access.columns import columns_of
from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.addresses import base_address
from api.overview import extent_of
from api.qgis.project import Told, project
from layers import query
from layers.catalogue import ROLES
from layers.crs import Bounds

router = APIRouter(tags=["接入"])
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]


@router.get("/qgis/huashan.qgs", summary="QGIS 工程:可看的全部图层,样式与画面相同", response_class=Response)
def qgis_project(request: Request, reader: AnyReader) -> Response:
    """A project for QGIS 3.22 and later: every layer this reader may see, as tiles and as features.

    It holds no token. Who asks for it with one gets layers that take theirs from QGIS's own authentication store, under
    the ID `huashan`; the project's metadata says how to make that entry.
    """
    gate: Gate = request.app.state.gate
    visible = [layer for layer in gate.catalogue.values() if reader.may_read(layer)]
    with gate.database.transaction(reader) as connection:
        facts = query.rows(connection, "deployment/deployment_facts")[0]
        extent = extent_of(connection, visible) if visible else None
        columns = {layer.id: columns_of(connection, layer, reader).shown for layer in visible}
    told = Told(
        base=base_address(request, gate.public_url),
        name=gate.settings.name,
        metric_crs=facts["metric_crs"],
        extent=extent or Bounds(*facts["bounds"]),
        signed_in=reader.signed_in,
        columns=columns,
    )
    named = {"Content-Disposition": 'attachment; filename="huashan.qgs"', "Cache-Control": "private, no-store"}
    return Response(project(visible, told), media_type="application/x-qgis-project", headers=named)
