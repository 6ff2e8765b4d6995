"""Playback: where patrols went and what grew as they went; the days on which any did; and one metre of a line."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import numpy as np
import shapely
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import check_read
from api.access.turns import Heavy
from api.answers.times import said
from api.coverage.anew import sightings_for
from api.coverage.asked import Asked, line_layer
from api.coverage.places import targets_of
from api.coverage.told import told_of
from api.duties.asked import Wish
from api.duties.term import refuse_far
from api.patrols.pseudonyms import make_names
from api.playback.columns import answer
from api.playback.grown import grown
from api.playback.legs import played
from api.playback.metre import Place, metre_told
from api.routes.coverage import AnyReader, LayerId, Wished, question
from api.routes.patrols import Watcher
from api.sightings.reaches import stored_reaches
from api.sightings.targets import City, read_city
from api.tracks.moments import instant, period, whole_days
from api.veil.listed import sees_persons
from api.veil.moments import refuse_instants, this_day, told_moment
from api.veil.whose import only_own
from geo.coverage.lines import Lines
from layers import query
from layers.crs import STORED, project
from layers.errors import BadInput

router = APIRouter(tags=["回放"])
From = Annotated[str | None, Query(alias="from", max_length=40, description="开始时间,含;日期或时间")]
To = Annotated[str | None, Query(alias="to", max_length=40, description="开始时间,不含;日期或时间")]


@router.get("/playback", summary="一段时间里各次巡查的轨迹,供回放")
def playback(
    request: Request,
    reader: Watcher,
    turn: Heavy,
    start: From = None,
    end: To = None,
    tolerance_m: Annotated[float, Query(ge=0.5, le=500, allow_inf_nan=False, description="抽稀的容差(米)")] = 5.0,
) -> Response:
    """The patrols that started in the period with all they walked, the earliest first, as columns.

    Of each leg `t` is milliseconds, `x` and `y` millionths of a degree of longitude and latitude: the first as it is,
    every other less the one before. Between two fixes of a leg go straight and evenly: at every instant that is within
    `tolerance_m` of where the fixes that were kept say; between legs nothing is known. `histogram` counts fixes before
    thinning, and patrols out, for every `bin_s` seconds from its `from` on. `pending`: fixes came that are not worked
    out yet; told to who sees persons. Patrols, names and legs are as `GET /patrols/{code}` tells them: an analyst's are
    clipped, whole days.
    `first_at` and `last_at` are of what is shown; a patrol that goes on after the period is shown to its end.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
    asked = period(start, end, city.zone)
    if not sees_persons(reader):
        asked = whole_days(asked, city.zone)
        make_names(gate.database, asked)
    with gate.database.transaction(reader) as connection:
        told = played(connection, reader, asked, city, tolerance_m)
    ends = {"from": said(asked[0], city.zone), "to": said(asked[1], city.zone)}
    return answer(request, ends | told, said(datetime.now(UTC), city.zone))


@router.get("/playback/days", summary="有巡查的日子,及各有几次")
def days(request: Request, reader: Watcher) -> JSONResponse:
    """The local days on which patrols started, in order, and how many; a patroller's own."""
    gate: Gate = request.app.state.gate
    own = only_own(reader)
    whose = {"person": reader.name if own else None, "post": reader.post if own else None}
    with gate.database.transaction(reader) as connection:
        rows = query.rows(connection, "patrol/playback_days", None, **whose)
    return JSONResponse({"days": [{"day": row["day"].isoformat(), "patrols": row["patrols"]} for row in rows]})


@router.get("/playback/growth/{layer}", summary="覆盖怎样随巡查增长")
def growth_of(
    layer: LayerId,
    request: Request,
    reader: AnyReader,
    turn: Heavy,
    wish: Wished,
    code: Annotated[str | None, Query(max_length=200, description="只要这个目标")] = None,
    shapes: Annotated[bool, Query(description="是否给出各线的位置与各顶点的桩号")] = False,
) -> Response:
    """Every place of a layer's lines that was nominally seen in the period, once, with when it was seen first.

    Pieces are `from_cm` to `to_cm`, apart, in order of time; `t` is milliseconds, the first as it is, every other less
    the one before, and `patrol` the place in `patrols`. A piece counts from when the sighting of it was complete, which
    is at most 60 s after. Lengths of pieces up to any time add up to what had been seen by then; all of them to the
    `seen_m` of `GET /coverage/{layer}` for the same question, whose share is of `known_m`. `whole` is false where the
    reader is told of less: a patroller of the own patrols, an analyst of what was seen on duty, others of no pieces.
    With `shapes`, `x` and `y` are ten-millionths of a degree and `m` centimetres, written like `t`; of banks `reaches`
    tells which ranges belong to which reach.
    """
    gate: Gate = request.app.state.gate
    asked_layer = line_layer(gate.catalogue, layer)
    check_read(reader, asked_layer)
    with gate.database.transaction(reader, write=wish.anew) as connection:
        asked = question(connection, gate, (reader, asked_layer), wish, code)
        told = grown(connection, reader, asked, sightings=sightings_for(connection, asked), shapes=shapes)
        tell = partial(told_moment, reader, zone=read_city(connection).zone)
    whole = told_of(asked, "target", tell)
    known_at = whole.pop("known_at")
    return answer(request, whole | told, known_at)


@router.get("/coverage/{layer}/{code}/at", summary="一米岸线或道路:谁看过、何时、有多确定、何时到期")
def metre(
    layer: LayerId,
    code: Annotated[str, Path(max_length=200, description="目标编码")],
    request: Request,
    reader: AnyReader,
    turn: Heavy,
    chainage_m: Annotated[float | None, Query(ge=0, allow_inf_nan=False, description="桩号(米)")] = None,
    lon: Annotated[float | None, Query(ge=-180, le=180, description="或:离此点最近的一处;经度")] = None,
    lat: Annotated[float | None, Query(ge=-90, le=90, description="纬度")] = None,
    at: Annotated[str | None, Query(max_length=40, description="截至何时,缺为现在;日期或时间")] = None,
    reach_m: Annotated[float | None, Query(gt=0, le=10_000, allow_inf_nan=False, description="可视距离(米)")] = None,
) -> JSONResponse:
    """One metre: the patrols that saw it, how surely and when; its reach, the duties that cover it, when it is due.

    `seen` is the newest first, at most 20: of each patrol when it last had the place in view for sure, nominally and
    possibly, and the surest of these (`how`); `last` is the same of all. Of a duty, `last_counted` is when it was last
    seen by what counts for it, `due_at` when it falls due, null where that is in no 800 days; `never_seen` and
    `unknown` are as in /debt. `nobody`: neither a reach's post nor a duty answers for the place (无责任主体).

    Who may not see persons asks by whole days and reads days and modes of what was seen on duty; an analyst with the
    names that /patrols has, a patroller the own patrols in full.
    """
    gate: Gate = request.app.state.gate
    asked_layer = line_layer(gate.catalogue, layer)
    check_read(reader, asked_layer)
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
        when = _until(reader, at, city)
        asked = question(connection, gate, (reader, asked_layer), Wish(None, None, reach_m), code)
        _refuse_not_stored(connection, asked)
        place = _place(connection, asked, (chainage_m, lon, lat), city)
        told = metre_told(connection, gate.catalogue, reader, asked, place, at=when, city=city)
    return JSONResponse({"layer": layer, "at": said(when, city.zone), **told})


def _until(reader: Reader, at: str | None, city: City) -> datetime:
    given = instant(at, "at", city.zone)
    refuse_far({"at": given})
    refuse_instants(reader, {"at": given}, city.zone)
    now = datetime.now(UTC).astimezone(city.zone)
    if given is not None and given > now:
        raise BadInput(f"参数 at 的值 {said(given, city.zone)} 还没有到:请给不晚于现在的时间。")
    return given or this_day(reader, now)


def _refuse_not_stored(connection: Connection, asked: Asked) -> None:
    stored = stored_reaches(connection)
    if stored and asked.reach_m not in stored:
        names = "、".join(f"{one:g}" for one in stored)
        raise BadInput(f"可视距离 {asked.reach_m:g} 米没有存储的所见:请用 {names} 米。")


def _place(
    connection: Connection, asked: Asked, given: tuple[float | None, float | None, float | None], city: City
) -> Place:
    chainage_m, lon, lat = given
    (row, *_), (shape, *_) = targets_of(connection, asked)
    whole_cm = int(Lines([shape]).length_cm[0])
    if chainage_m is None:
        if lon is None or lat is None:
            raise BadInput("请给出桩号 chainage_m,或者经度 lon 与纬度 lat。")
        if not city.bounds.west <= lon <= city.bounds.east or not city.bounds.south <= lat <= city.bounds.north:
            raise BadInput(f"点 {lon:g},{lat:g} 不在平台的范围内:请检查是否经纬度颠倒。")
        spot = project(np.array([shapely.Point(lon, lat)], dtype=object), STORED, city.metric_crs)[0]
        chainage_m = float(shapely.line_locate_point(shape, spot))
    elif lon is not None or lat is not None:
        raise BadInput("桩号 chainage_m 与经纬度只能给一种:请去掉一种。")
    elif chainage_m * 100 > whole_cm:
        raise BadInput(f"桩号 {chainage_m:g} 米超出 {row['code']} 的长度 {whole_cm / 100:g} 米:请改小。")
    return Place(row["code"], row["name"], shape, min(int(chainage_m * 100), whole_cm - 1))
