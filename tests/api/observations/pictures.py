"""Photos as phones make them, and as nobody should."""

import io
import struct
import zlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from PIL import Image

from layers.crs import LonLat

ZONE = ZoneInfo("Asia/Shanghai")
PLACE = LonLat(114.5, 30.55)
FOUND_AT = datetime(2026, 6, 30, tzinfo=UTC)
OWNER = "Owner Wang Wu"


def picture(kind="JPEG", size=(60, 40), *, at=PLACE, taken="2026:06:30 08:05:00", turn=1, **saving):
    """A photo as a phone makes it: left half red, right half blue, with the owner's name in its words."""
    pixels = np.zeros((size[1], size[0], 3), dtype=np.uint8)
    pixels[:, : size[0] // 2, 0] = pixels[:, size[0] // 2 :, 2] = 220
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = turn, OWNER
    inner = exif.get_ifd(0x8769)
    if taken:
        inner[0x9003] = taken
    if at:
        gps = exif.get_ifd(0x8825)
        for place, value, sides in ((3, at.lon, "EW"), (1, at.lat, "NS")):
            seconds = round(abs(value) * 3600, 4)
            gps[place] = sides[value < 0]
            gps[place + 1] = (seconds // 3600, seconds % 3600 // 60, seconds % 60)
    made = io.BytesIO()
    extra = {"comment": OWNER.encode()} if kind == "JPEG" else {}
    Image.fromarray(pixels).save(made, kind, exif=exif, **extra, **saving)
    return made.getvalue()


def bomb(width, height):
    """A PNG that promises that many pixels and holds none."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )
