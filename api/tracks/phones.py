"""Positions as free apps send them, each in a form of its own; one fix in a request, or all that an app has buffered.

OsmAnd, Traccar Client before 9: query string or form: `id` or `deviceid`, `lat`, `lon` (or `location=lat,lon`),
    `timestamp` in seconds, milliseconds or ISO 8601, `accuracy`, `hdop`, `altitude`, `speed`, `bearing`, `batt`.
    https://www.traccar.org/osmand/
Traccar Client from 9 on: JSON, {"location": {"timestamp", "coords": {"latitude", "longitude", "accuracy"}},
    "device_id"}; the SDK beneath it sends what it buffered as an array in "location", and wants 2xx to forget it.
    https://www.traccar.org/osmand/ and https://pub.dev/documentation/flutter_background_geolocation/latest/
Traccar server, position forwarding with forward.type=json: {"position": {"fixTime", "latitude", …}, "device"}.
    https://www.traccar.org/forward/
GPSLogger, custom URL: the query string or body that its user writes, with %LAT, %LON, %TIMESTAMP or %TIME, %ACC.
    https://gpslogger.app/ ("Custom URL")
OwnTracks, HTTP: JSON, {"_type": "location", "tst", "lat", "lon", "acc"}; other types are no positions, encrypted ones
    cannot be read and are refused, a body may be empty, and the answer is an array.
    https://owntracks.org/booklet/tech/http/ and https://owntracks.org/booklet/tech/json/

The device is that of the token, whatever the request calls it. Speed is not used, so it does not matter that OsmAnd
means metres a second and Traccar knots. `hdop` says how the satellites stand, not how many metres a position is wrong:
it is left aside, and the device's or the mode's error is assumed. For OsmAnd's own accuracy write `accuracy={3}`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import numpy as np

from api.tracks.fixes import parsed
from api.tracks.moments import FORM, unix_s
from api.tracks.track import RawTrack
from layers.errors import BadInput, TooLarge

MAX_PHONE_FIXES = 50_000
_LAT = ("lat", "latitude")
_LON = ("lon", "lng", "long", "longitude")
_TIME = ("timestamp", "tst", "time", "fixTime", "deviceTime")
_ACCURACY = ("accuracy", "acc")
_NO = {"false", "0", "no"}
_Given = Mapping[str, Any]


@dataclass(frozen=True)
class Sent:
    """What a phone sent: positions without a device; how many messages were none; whether it wants an array back.

    no_accuracy: of how many positions the accuracy was given and is none (text, negative): they are taken as if it had
    not been given, for a phone would send one that is refused for ever.
    """

    track: RawTrack
    ignored: int
    wants_array: bool
    no_accuracy: int = 0


def sent(query: str, body: bytes, zone: ZoneInfo, now_s: float) -> Sent:
    """The positions in a request. now_s: the time of a position that has none. Raises BadInput for what is no position.

    query: the query string, undecoded. zone: of times without an offset.
    """
    text = body.strip()
    if text[:1] in (b"{", b"["):
        return _of_messages(list(_messages(parsed(text))), zone, now_s)
    pairs = _pairs(text.decode("utf-8", "replace")) | _pairs(query)
    if not pairs and text:
        raise BadInput(
            f"请求正文 {text.decode('utf-8', 'replace')[:40]!r} 里没有位置:应为 JSON,或 lat=…&lon=… 这样的参数。"
        )
    if not pairs:
        return Sent(_track([]), 0, True)  # an OwnTracks message whose content was deleted
    if str(pairs.get("valid", "")).lower() in _NO:
        return Sent(_track([]), 1, False)
    return Sent(_track([_fix(pairs, zone, now_s)]), 0, False, _unusable([pairs]))


def _of_messages(messages: list[tuple[_Given, bool]], zone: ZoneInfo, now_s: float) -> Sent:
    if len(messages) > MAX_PHONE_FIXES:
        raise TooLarge(f"一次有 {len(messages):,} 个定位点,上限为 {MAX_PHONE_FIXES:,}:请分成几次发送。")
    positions = [given for given, _ in messages if given]
    owntracks = any(wants for _, wants in messages) or not messages
    track = _track([_fix(given, zone, now_s) for given in positions])
    return Sent(track, len(messages) - len(positions), owntracks, _unusable(positions))


def _messages(value: object) -> Iterator[tuple[_Given, bool]]:
    """Each message as the names and values of one position, empty where it is none; and whether it is OwnTracks'."""
    if isinstance(value, list):
        for one in value:
            yield from _message(one)
    else:
        yield from _message(value)


def _message(value: object) -> Iterator[tuple[_Given, bool]]:
    if not isinstance(value, dict):
        raise BadInput(f"位置消息 {str(value)[:40]!r} 看不懂:应为 JSON 对象。")
    if value.get("_type") == "encrypted":
        raise BadInput("OwnTracks 的消息已加密,平台读不了其中的位置:请在应用里清空加密密钥后重发。")
    if "_type" in value:
        yield (value if value["_type"] == "location" else {}), True
    elif isinstance(value.get("location"), (dict, list)):
        located = value["location"]
        for one in located if isinstance(located, list) else [located]:
            yield _located(one), False
    elif isinstance(value.get("position"), dict):
        yield _forwarded(value["position"]), False
    elif "coords" in value:
        yield _located(value), False
    elif any(name in value for name in _LAT):
        yield value, False
    else:
        yield {}, False


def _located(value: object) -> _Given:
    """A location of Traccar Client's SDK."""
    coords = value.get("coords") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(coords, dict):
        raise BadInput(f"location {str(value)[:40]!r} 里没有 coords:应含 latitude、longitude。")
    return {**coords, "timestamp": value.get("timestamp")}


def _forwarded(position: _Given) -> _Given:
    """A position that a Traccar server passes on; it writes 0 for an accuracy that it was not told."""
    if position.get("valid") is False:
        return {}
    return {**position, "accuracy": position.get("accuracy") or None}


def _pairs(text: str) -> dict[str, Any]:
    try:
        found = dict(parse_qsl(text, keep_blank_values=False, max_num_fields=100))
    except ValueError:
        raise BadInput("参数太多:一次请求只说一个位置,至多 100 个参数。") from None
    place = found.pop("location", "")
    if "," in place:
        found["lat"], found["lon"] = place.split(",")[:2]
    return found


def _fix(given: _Given, zone: ZoneInfo, now_s: float) -> tuple[float, float, float, float]:
    """Longitude, latitude, time and accuracy of one position."""
    lon, lat = _number(given, _LON, "经度 lon"), _number(given, _LAT, "纬度 lat")
    written = _first(given, _TIME)
    accuracy = _first(given, _ACCURACY)
    return lon, lat, _time(written, zone) if written is not None else now_s, _metres(accuracy)


def _first(given: _Given, names: tuple[str, ...]) -> Any:
    return next((given[name] for name in names if given.get(name) not in (None, "")), None)


def _number(given: _Given, names: tuple[str, ...], what: str) -> float:
    value = _first(given, names)
    if value is None:
        raise BadInput(f"位置里没有{what}:应给出 lat 与 lon(度)。")
    try:
        return float("x" if isinstance(value, bool) else value)
    except (ValueError, TypeError, OverflowError):
        raise BadInput(f"{what} 的值 {str(value)[:40]!r} 不是数字:请检查应用里的网址或模板。") from None


def _time(value: object, zone: ZoneInfo) -> float:
    # The plus of an offset comes out of a query string as a space.
    text = value.strip().replace(" ", "+") if isinstance(value, str) and "T" in value else value
    try:
        return unix_s(text, zone)
    except (ValueError, OverflowError, OSError):
        raise BadInput(f"时间 {str(value)[:40]!r} 看不懂:应为 {FORM}。") from None


def _metres(value: object) -> float:
    """An accuracy, or NaN where it is none."""
    try:
        found = float("nan" if value is None or isinstance(value, bool) else value)  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        return float("nan")
    return found if found >= 0 else float("nan")


def _unusable(given: Sequence[_Given]) -> int:
    """Of how many positions the accuracy was given, and is none."""
    said = [_first(one, _ACCURACY) for one in given]
    return sum(value is not None and math.isnan(_metres(value)) for value in said)


def _track(fixes: list[tuple[float, float, float, float]]) -> RawTrack:
    lon, lat, time_s, accuracy_m = np.array(fixes, dtype=np.float64).reshape(-1, 4).T
    return RawTrack(1, None, lon, lat, time_s, accuracy_m)
