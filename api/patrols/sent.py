"""What a request holds of an outing: an object with fixes, lines of fixes, or the bytes of a file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from api.patrols.accept import Outing
from api.patrols.handed import HandedOuting
from api.tracks.fixes import ORDER, fixes_track, lines, parsed
from api.tracks.read import Pace, parse_tracks
from api.tracks.track import RawTrack
from layers.errors import BadInput

NDJSON = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"})
Model = TypeVar("Model", bound=BaseModel)
BY_PARAMETERS = "请用参数 start 与 speed_mps 给出开始时间和速度"
IN_THE_BATCH = "请在文件里给出各点的时间,或用 POST /patrols 的 start 与 speed_mps 另交一次巡查"
"""What can be done about a track without times: a batch belongs to a patrol, whose times are the device's."""
FILES = ("application/gpx+xml", "application/geo+json", "text/csv")


@dataclass(frozen=True)
class SentBody:
    """A request's body, unpacked, and the media type that it was sent under."""

    content: bytes
    kind: str

    @property
    def is_json(self) -> bool:
        """Whether it is JSON of ours: GeoJSON is a file, also under the plain name, as many programs send it.

        Told by the content where the media type says nothing of it: text/plain, or what curl writes by itself.
        """
        body = self.content
        if self.kind in FILES or not (self.kind in ("application/json", "") or body.lstrip()[:1] in (b"{", b"[")):
            return False
        return b'"fixes"' in body or not (b'"coordinates"' in body or b'"FeatureCollection"' in body)

    @property
    def is_lines(self) -> bool:
        """Whether it is one JSON value on each line: by its media type, or where that says nothing, by its lines."""
        if self.kind in NDJSON:
            return True
        first, _, rest = self.content.strip().partition(b"\n")
        return self.kind != "application/json" and self.is_json and bool(rest) and _is_value(first)


class SentOuting(NamedTuple):
    """An outing, its track, None where it has none yet, and how many tracks the file holds that it came in."""

    track: RawTrack | None
    outing: Outing
    tracks: int


def outing_sent(
    body: SentBody, told: Outing, zone: ZoneInfo, pace: Pace | None, wanted: int | None = None
) -> SentOuting:
    """The outing that a body opens, and its track. told: what is said beside a file, or beside lines of fixes.

    wanted: which track of a file, from 1. Raises BadInput where it is no such thing, or holds several tracks and
    nobody said which.
    """
    sha256 = hashlib.sha256(body.content).hexdigest()
    if body.is_lines:
        return SentOuting(fixes_track(lines(body.content), told.device, zone), replace(told, sha256=sha256), 1)
    if not body.is_json:
        tracks = parse_tracks(body.content, "请求正文", zone, pace, untimed=BY_PARAMETERS).tracks
        return SentOuting(_wanted(tracks, wanted), replace(told, sha256=sha256), len(tracks))
    given = _object(body.content)
    fixes = given.pop("fixes", None)
    outing = checked(HandedOuting, given).outing()
    if fixes is None:
        return SentOuting(None, outing, 0)
    if not isinstance(fixes, list) or not fixes:
        raise BadInput("fixes 应为至少含一个定位点的数组;只登记巡查、稍后再传,请不要给 fixes。")
    return SentOuting(fixes_track(fixes, outing.device, zone), replace(outing, sha256=sha256), 1)


def batch_sent(body: SentBody, zone: ZoneInfo) -> RawTrack:
    """The fixes of a batch: {"fixes": […]}, a bare array, a line for each, or a file of one track."""
    if body.is_lines:
        return fixes_track(lines(body.content), None, zone)
    if not body.is_json:
        return _one_track(body.content, zone, None, IN_THE_BATCH)
    given = parsed(body.content)
    if isinstance(given, list):
        return fixes_track(given, None, zone)
    if not isinstance(given, dict) or set(given) - {"fixes", "device"} or not isinstance(given.get("fixes"), list):
        raise BadInput(f'请求正文看不懂:应为 {{"fixes": [{ORDER}, …]}},或这样的数组,或每行一个。')
    device = given.get("device")
    if device is not None and not isinstance(device, str):
        raise BadInput(f"device 的值 {str(device)[:40]!r} 不对:应为文字。")
    return fixes_track(given["fixes"], device, zone)


def checked(model: type[Model], given: object) -> Model:
    """The value as the model has it; its faults are named as FastAPI names those of any other body."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors(include_url=False)]
        raise RequestValidationError(faults) from None


def _is_value(content: bytes) -> bool:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return True


def _object(content: bytes) -> dict[str, Any]:
    given = parsed(content)
    if not isinstance(given, dict):
        raise BadInput("请求正文应为 JSON 对象:一次巡查,可含 fixes。")
    return given


def _one_track(content: bytes, zone: ZoneInfo, pace: Pace | None, untimed: str) -> RawTrack:
    return _wanted(parse_tracks(content, "请求正文", zone, pace, untimed=untimed).tracks, None)


def _wanted(tracks: Sequence[RawTrack], wanted: int | None) -> RawTrack:
    if wanted is None and len(tracks) > 1:
        raise BadInput(
            f"请求正文里有 {len(tracks)} 条轨迹:请每次提交一条(登记时可用参数 track 说明第几条),"
            "或用 huashan patrols import 导入整个文件。"
        )
    if wanted is not None and wanted > len(tracks):
        raise BadInput(f"请求正文里只有 {len(tracks)} 条轨迹,没有第 {wanted} 条:请改小 track。")
    return tracks[(wanted or 1) - 1]
