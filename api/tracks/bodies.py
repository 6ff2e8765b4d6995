"""The body of a request as it was meant: unpacked, within bounds."""

import zlib

from api.limits import MAX_BODY_BYTES
from layers.errors import BadFile, BadInput, TooLarge

_GZIP_WINDOW = 31


def plain(body: bytes, encoding: str | None) -> bytes:
    """The body without its Content-Encoding, which may be gzip.

    Raises BadFile where it is torn, TooLarge where it unpacks to more than a plain body may have, BadInput for another
    encoding.

    >>> import gzip
    >>> plain(gzip.compress(b"[]"), "gzip")
    b'[]'
    """
    name = (encoding or "identity").strip().lower()
    if name == "identity":
        return body
    if name not in ("gzip", "x-gzip"):
        raise BadInput(f"不认识请求头 Content-Encoding 的值 {name[:40]!r}:可用 gzip,或不压缩。")
    return unpacked(body, MAX_BODY_BYTES)


def unpacked(body: bytes, limit: int) -> bytes:
    """The contents of gzip members one after another; no more than the limit is ever unpacked."""
    found, rest = bytearray(), body
    while rest:
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            found += member.decompress(rest, limit + 1 - len(found))
        except zlib.error:
            raise BadFile("压缩的请求正文已损坏:请重新压缩(gzip)后再发。") from None
        if len(found) > limit:
            raise TooLarge(f"请求正文解开后超过上限 {limit} 字节:请分成几次发送。")
        if not member.eof:
            raise BadFile("压缩的请求正文不完整:请整个重发。")
        rest = member.unused_data
    return bytes(found)
