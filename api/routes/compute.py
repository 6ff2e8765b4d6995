"""Coverage computed from what is sent along: nothing is stored."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.coverage.compute import compute
from api.coverage.sent import ToCompute
from api.sightings.targets import read_city
from api.tracks.bodies import plain
from layers.catalogue import ROLES


class Packed(APIRoute):
    """A route whose body may come as gzip: unpacked before anything reads it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given the request with its body unpacked."""
        handle = super().get_route_handler()

        async def unpacked(request: Request) -> Response:
            body, encoding = await request.body(), request.headers.get("content-encoding")
            request._body = await run_in_threadpool(plain, body, encoding)
            return await handle(request)

        return unpacked


router = APIRouter(tags=["巡查"], route_class=Packed)


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
    account of each track states; 0 is exact; gaps are never bridged. The unseen part of an area is drawn with
    straight edges, by a few ten-thousandths too large rather than too small: its figures are `area_m2` and `seen_m2`.
    Times are told in the deployment's zone with its offset, wherever on earth the tracks were.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
    return JSONResponse(compute(asked, metric_crs=city.metric_crs, bounds=city.bounds, zone=city.zone))
