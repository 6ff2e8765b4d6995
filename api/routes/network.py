"""The network that plans go along: what it came to, what stays apart, what is closed or unknown."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.access.turns import Heavy
from api.answers.forms import in_forms
from api.answers.times import said
from api.network.held import Networks
from api.sightings.targets import read_city
from api.tracks.moments import instant
from api.veil.whose import sees_all

router = APIRouter(tags=["巡查方案"])
GEOJSON = "application/geo+json"


@router.get("/network", summary="路网:里程、孤岛、接合、封闭与未验证的岸线", responses=in_forms(GEOJSON))
def network_of_city(
    request: Request,
    reader: Annotated[Reader, require("analyst", "patroller", "dispatcher", open=Open.SAMPLE)],
    turn: Heavy,
    at: Annotated[str | None, Query(max_length=40, description="何时的路网;日期或时间,缺为现在")] = None,
    format: Annotated[
        Literal["json", "geojson"], Query(description="json,或 geojson:孤岛、接合处、封闭与未验证的一段段")
    ] = "json",
) -> JSONResponse:
    """The network of roads, paths and banks that plans go along, as it was put together, and what to mend of it.

    Ways meet where they cross on one level, or where one ends within 2 m of another; ends that were drawn to what they
    nearly met are `snapped`. `islands` are pieces that nobody gets to on foot from the largest. A bank may be walked
    where a path lies within 15 m, where a walk has followed it, or where someone reported 可以通行; the rest is
    `unverified`. What is reported 无法通行 closes 10 m to either side of the place on the way nearest to it, if that is
    within 30 m, until it is settled. Walks of a year make ways where none was known, `walked_m`: who may not see
    persons is told a network without them (`walks` false). Nothing is told of who walked, nor when. Lists are of the
    longest 200.
    """
    from api.network.told import Told, features_of, told_of

    gate: Gate = request.app.state.gate
    networks: Networks = request.app.state.networks
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
        moment = instant(at, "at", city.zone)
        walks = sees_all(reader)
        network = networks.read(connection, moment, legs=walks)
        known_at = connection.exec_driver_sql("SELECT now()").scalar()
    told = Told(network, city.metric_crs)
    ground: dict[str, Any] = {"at": said(moment or known_at, city.zone), "walks": walks}
    if format == "json":
        return JSONResponse(ground | told_of(told))
    body = {"type": "FeatureCollection", **ground, "features": features_of(told)}
    return JSONResponse(body, media_type=GEOJSON)
