"""Pictures of tiles: whether bytes are one, one drawn from an array, several laid over one another."""

import io
import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layers.errors import BadFile

MOST_PIXELS = 2048
"""Along one side of a tile; a picture larger than this is none."""
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_QUALITY = 88

Pixels = NDArray[np.uint8]


class Picture(NamedTuple):
    """A tile's picture as it is sent."""

    body: bytes
    media_type: str


def picture_of(body: bytes) -> Picture:
    """The picture that these bytes are, decoded once to be sure; raises BadFile for anything else."""
    with _decoded(body) as image:
        return Picture(body, _TYPES[str(image.format)])


def kind_of(body: bytes) -> str:
    """What bytes are by their beginning: an image's media type, or what else stands where tiles should.

    >>> kind_of(bytes.fromhex("89504e470d0a1a0a")), kind_of(bytes.fromhex("1f8b08"))
    ('image/png', 'vector')
    """
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    # Vector tiles are gzipped, or begin with the tag of their first layer.
    return "vector" if body[:2] == b"\x1f\x8b" or body[:1] == b"\x1a" else "unknown"


def pixels_of(body: bytes) -> Pixels:
    """A picture as rows of red, green, blue and opacity."""
    with _decoded(body) as image:
        return np.asarray(image.convert("RGBA"))


def encoded(pixels: Pixels, *, exact: bool = False) -> Picture | None:
    """A picture of these pixels: JPEG where all is opaque, PNG where something is not, None where nothing is seen.

    exact: PNG at any rate, for colours that mean something.
    """
    opacity = pixels[..., 3]
    if not opacity.any():
        return None
    opaque = bool((opacity == 255).all()) and not exact
    out = io.BytesIO()
    if opaque:
        Image.fromarray(pixels[..., :3]).save(out, "JPEG", quality=_QUALITY)
    else:
        Image.fromarray(pixels).save(out, "PNG", compress_level=4)
    return Picture(out.getvalue(), "image/jpeg" if opaque else "image/png")


def laid_over(pictures: Sequence[Pixels]) -> Pixels:
    """Pictures over one another, the lowest first, in the size of the largest."""
    side = max(one.shape[0] for one in pictures)
    images = [Image.fromarray(one) for one in pictures]
    images = [one if one.size == (side, side) else one.resize((side, side)) for one in images]
    below = images[0]
    for above in images[1:]:
        below = Image.alpha_composite(below, above)
    return np.asarray(below)


def _decoded(body: bytes) -> Image.Image:
    """Raises BadFile for what is no picture, is cut off, or is larger than a tile can be."""
    if kind_of(body) not in _TYPES.values():
        raise BadFile("应答不是图片(PNG、JPEG、WebP)。")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(body), formats=list(_TYPES))
            if max(image.size) > MOST_PIXELS:
                raise BadFile(f"图片有 {image.size[0]}×{image.size[1]} 像素:瓦片的边长至多 {MOST_PIXELS}。")
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadFile("图片残缺或已损坏。") from None
    return image
