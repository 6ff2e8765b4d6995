"""A photo examined: whether it is one, how large, what it says of its time and place; and a copy for viewing.

The copy is drawn anew: upright, at most VIEW_PX wide and high, without a word of what the file said of the phone, the
person or the place. Formats are what Pillow decodes wholly here: JPEG, PNG, WebP. HEIC is refused with the remedy.
"""

import hashlib
import io
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image

from layers.crs import LonLat
from layers.errors import BadFile, TooLarge

MOST_BYTES = 20 * 2**20
MOST_PIXELS = 64_000_000
"""What a phone's camera makes at the most in its usual modes; as RGB, 192 MB."""
VIEW_PX = 2048
_QUALITY = 85
_FORMATS = {"JPEG": "jpeg", "MPO": "jpeg", "PNG": "png", "WEBP": "webp"}
_ASKED = ("JPEG", "PNG", "WEBP")
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED = {5, 6, 7, 8}


@dataclass(frozen=True)
class Photo:
    """One photo: its digest and size, its format, pixels held upright, what it says of itself, and its viewing copy.

    at: as the file says, WGS84 by the EXIF standard, though some programs write a shifted datum; None where it says
    nothing that can be.
    """

    sha256: str
    size_bytes: int
    media_type: str
    width: int
    height: int
    taken_at: datetime | None
    at: LonLat | None
    view: bytes


def examine(body: bytes, zone: ZoneInfo) -> Photo:
    """The photo in these bytes; raises BadFile for what is none that we read, TooLarge over a limit.

    zone: in which a time without an offset was meant. Every pixel is decoded, so that a truncated file is found now.
    """
    if len(body) > MOST_BYTES:
        raise TooLarge(f"照片有 {len(body) / 2**20:.1f} MB,上限 {MOST_BYTES // 2**20} MB:请缩小后再传。")
    try:
        with Image.open(io.BytesIO(body), formats=_ASKED) as image:
            return _examined(image, body, zone)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (BadFile, TooLarge):
        raise
    except Exception as error:  # a decoder meets hostile bytes, and raises whatever it happens to stumble over
        raise BadFile(_no_photo(body)) from error


def _examined(image: Image.Image, body: bytes, zone: ZoneInfo) -> Photo:
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    media_type, size = _FORMATS[image.format or ""], image.size
    told = _exif(image)
    turn = told.get("orientation")
    image.draft("RGB", (VIEW_PX, VIEW_PX))
    image.load()
    width, height = size[::-1] if turn in _TURNED else size
    return Photo(
        hashlib.sha256(body).hexdigest(),
        len(body),
        media_type,
        width,
        height,
        _taken_at(told, zone),
        _position(told.get("gps", {})),
        _view(image, turn),
    )


def _too_many_pixels() -> TooLarge:
    return TooLarge(f"照片的像素超过上限 {MOST_PIXELS // 1_000_000} 百万:请缩小后再传。")


def _no_photo(body: bytes) -> str:
    if body[4:8] == b"ftyp" and body[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"):
        return "不支持 HEIC 与 AVIF 照片:请把手机相机的格式设为“兼容性最佳”(JPEG),或转成 JPEG 再传。"
    return "看不懂这张照片:应为完整的 JPEG、PNG 或 WebP 文件,请重新拍摄或重新导出。"


def _exif(image: Image.Image) -> dict[str, Any]:
    """What the file says of itself; nothing where that is broken, for a photo with broken words is still a photo."""
    told: dict[str, Any] = {}
    with suppress(Exception):
        exif = image.getexif()
        told["orientation"] = exif.get(ExifTags.Base.Orientation)
        told["changed"] = exif.get(ExifTags.Base.DateTime)
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        told["taken"] = inner.get(ExifTags.Base.DateTimeOriginal)
        told["offset"] = inner.get(ExifTags.Base.OffsetTimeOriginal)
        told["gps"] = exif.get_ifd(ExifTags.IFD.GPSInfo)
    return told


def _taken_at(told: Mapping[str, Any], zone: ZoneInfo) -> datetime | None:
    with suppress(ValueError, TypeError, OverflowError):
        text = str(told.get("taken") or told["changed"]).strip("\0 ")
        found = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S")
        offset = str(told.get("offset") or "").strip("\0 ")
        with suppress(ValueError):
            found = datetime.fromisoformat(f"{found.isoformat()}{offset}")
        moment = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        return moment if moment.year >= 1990 else None
    return None


def _position(gps: Mapping[int, Any]) -> LonLat | None:
    with suppress(ValueError, TypeError, OverflowError, ZeroDivisionError, KeyError, IndexError):
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        possible = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
        # 0, 0 is what receivers write that know nothing yet.
        return LonLat(lon, lat) if possible and (lon, lat) != (0.0, 0.0) else None
    return None


def _degrees(parts: Any, side: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    text = side.decode("ascii", "replace") if isinstance(side, bytes) else str(side)
    return (-1 if text.upper().startswith(negative) else 1) * (degrees + minutes / 60 + seconds / 3600)


def _view(image: Image.Image, turn: Any) -> bytes:
    """The copy for viewing, a JPEG with nothing in it but pixels; what is transparent becomes white."""
    plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
    plain.thumbnail((VIEW_PX, VIEW_PX))
    if turn in _UPRIGHT:
        plain = plain.transpose(_UPRIGHT[turn])
    # On a fresh sheet, because Pillow writes an image's comments along with it.
    sheet = Image.new("RGB", plain.size, "white")
    sheet.paste(plain, mask=plain.getchannel("A") if plain.mode == "RGBA" else None)
    made = io.BytesIO()
    sheet.save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()
