"""Coverage computed from what is sent along: nothing is stored."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.coverage.compute import compute
from api.coverage.sent import ToCompute
from api.patrols.targets import read_city
from layers.catalogue import ROLES

router = APIRouter(tags=["巡查"])


@router.post("/coverage/compute", summary="按所给目标与轨迹计算覆盖,不存储")
def compute_coverage(
    asked: ToCompute,
    request: Request,
    reader: Annotated[Reader, require(*ROLES, open=Open.SAMPLE)],
) -> JSONResponse:
    """What these tracks saw of these lines, polygons and points, within `reach_m`: sure, nominal and possible.

    The metric system is the deployment's where the targets lie inside its bounds, else a transverse Mercator centred
    on them, which may then span 300 km at most; `metric_crs` names it. Chainage runs along each line as it is given,
    from its first vertex, the parts one after another. A null accuracy takes the mode's default error, which the
    account of each track states; gaps are never bridged.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
    return JSONResponse(compute(asked, metric_crs=city.metric_crs, bounds=city.bounds, zone=city.zone))
