"""The GPX of a plan: for each crew one file, which its phone loads beforehand.

A track with times is what navigation apps draw and follow; a route and way points name the stops, for apps that know
only one of the two. All in WGS84, as GPX demands, which 两步路, 六只脚 and OsmAnd read without asking; an app whose map
is drawn in GCJ-02 shifts them by itself. gpxpy, which already reads the tracks that come in, writes them.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from gpxpy.gpx import GPX, GPXRoute, GPXRoutePoint, GPXTrack, GPXTrackPoint, GPXTrackSegment, GPXWaypoint

from api.sheets import words
from api.sheets.routes import Json, Stop, crews_of, routes_of, stops_of

__all__ = ["file_name", "gpx_of", "gpx_zip"]

_DATUM = "坐标系 WGS84(经纬度未加偏)。"
_MOST_BYTES = 200
"""Of a file's name: file systems take 255, its mark and suffix included."""
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""Of a zip's members: the same plan gives the same bytes whenever it is asked for."""


def gpx_of(plan: Json, routes: Sequence[str] | str) -> bytes:
    """GPX 1.1 of one route, or of several of one crew, as UTF-8; raises NotFound for a route that the plan lacks."""
    chosen = routes_of(plan, [routes] if isinstance(routes, str) else routes)
    gpx = GPX()
    gpx.creator = "huashan"
    gpx.name = words.plain(f"{chosen[0]['name']} {'、'.join(str(route['day']) for route in chosen)}")
    gpx.description = f"{words.PLANNED}。{_DATUM}方案 {plan['code']} 第 {plan['revision']} 版。"
    gpx.time = datetime.fromisoformat(plan["made_at"]).astimezone(UTC).replace(microsecond=0)
    for route in chosen:
        stops = stops_of(route)
        gpx.waypoints += [GPXWaypoint(**_point(stop, route)) for stop in stops]
        gpx.routes.append(_route(route, stops))
        gpx.tracks.append(_track(route))
    return str(gpx.to_xml(version="1.1")).encode()


def gpx_zip(plan: Json) -> bytes:
    """A zip with one GPX for each crew that has a route."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for crew, routes in crews_of(plan).items():
            member = zipfile.ZipInfo(file_name(plan, routes[0]["name"], crew, "gpx"), _EARLIEST)
            archive.writestr(member, gpx_of(plan, [route["route"] for route in routes]), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def file_name(plan: Json, name: str, crew: str, suffix: str) -> str:
    """What a crew's file is called: readable, one a crew, and nothing that a file's name may not hold.

    A crew whose own letters cannot stand in a name has a mark of its own, as long names are cut: no two crews of a plan
    share a file.

    >>> file_name({"code": "P1"}, "甲/组", "XC-01", "gpx")
    'P1 甲_组 XC-01.gpx'
    >>> file_name({"code": "P1"}, "甲/组", "甲/组", "gpx"), file_name({"code": "P1"}, "甲:组", "甲:组", "gpx")
    ('P1 甲_组 722a28.gpx', 'P1 甲_组 7d2522.gpx')
    """
    said = _sayable(f"{plan['code']} {name}" + (f" {crew}" if crew != name else ""))
    short = said.encode()[:_MOST_BYTES].decode(errors="ignore").rstrip()
    if short != said or crew != _sayable(crew):
        short += f" {hashlib.sha256(crew.encode()).hexdigest()[:6]}"
    return f"{short}.{suffix}"


def _sayable(name: str) -> str:
    return "".join("_" if letter in '/\\:*?"<>|' or not letter.isprintable() else letter for letter in name)


def _route(route: Json, stops: Sequence[Stop]) -> GPXRoute:
    made = GPXRoute(name=words.plain(f"{route['name']} {route['day']} 停靠点"), description=words.PLANNED)
    made.points = [GPXRoutePoint(**_point(stop, route)) for stop in stops]
    return made


def _track(route: Json) -> GPXTrack:
    made = GPXTrack(name=words.plain(f"{route['name']} {route['day']}"), description=f"{words.PLANNED}:{_about(route)}")
    points = zip(route["line"]["coordinates"], route["times"], strict=True)
    made.segments = [
        GPXTrackSegment(
            [GPXTrackPoint(lat, lon, time=datetime.fromtimestamp(time, UTC)) for (lon, lat, *_), time in points]
        )
    ]
    return made


def _about(route: Json) -> str:
    going = f"{words.mode(route['mode'])} {words.metres(route['length_m'])}"
    return f"{going},{words.clock(route['from_at'], route['day'])}–{words.clock(route['to_at'], route['day'])}"


def _point(stop: Stop, route: Json) -> dict[str, Any]:
    lon, lat = stop.place
    told = stop.told
    marked = "" if stop.mark in ("起", "终") else f"{stop.mark} "
    said = [
        f"{words.kind(told)} {words.times(told, route['day'])}",
        words.metres(told["length_m"]),
        "未验证可通行" if told["unverified"] else "",
        *(words.duty_line(duty) for duty in told["duties"]),
    ]
    return {
        "latitude": lat,
        "longitude": lon,
        "time": datetime.fromisoformat(told["arrive_at"]).astimezone(UTC),
        "name": words.plain(f"{marked}{words.title(told)}"),
        "description": words.plain(";".join(filter(None, said))),
        "symbol": "Flag, Blue",
        "type": told["kind"],
    }
