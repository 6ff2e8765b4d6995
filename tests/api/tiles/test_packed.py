"""A tile on the wire: the same bytes in every encoding, each with a name of its own."""

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.tiles.packed import Packed, accepted

DECODED = {"gzip": gzip.decompress, "br": brotli.decompress, "identity": bytes}


@given(st.binary(min_size=1, max_size=2000))
def test_every_encoding_holds_the_same(data):
    tile = Packed(data)
    assert {encoding: decode(tile.encoded(encoding)) for encoding, decode in DECODED.items()} == dict.fromkeys(
        DECODED, data
    )
    assert len({tile.etag(encoding) for encoding in DECODED}) == 3


def test_the_same_tile_packed_twice_is_the_same_to_the_byte():
    assert Packed(b"tile" * 50).encoded("gzip") == Packed(b"tile" * 50).encoded("gzip")


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("gzip, deflate, br", ("br", "gzip", "identity")),
        ("gzip, deflate, br, zstd", ("br", "gzip", "identity")),
        ("gzip", ("gzip", "identity")),
        ("GZIP;Q=0.5", ("gzip", "identity")),
        ("br;q=0.0,gzip", ("gzip", "identity")),
        ("*", ("br", "gzip", "identity")),
        ("*;q=0", ("identity",)),
        ("identity", ("identity",)),
        ("deflate", ("identity",)),
        ("gzip;q=oops", ("identity",)),
        ("", ("identity",)),
    ],
)
def test_what_a_caller_takes_is_read_as_the_standard_says(asked, taken):
    assert accepted(asked) == taken


def test_whoever_holds_it_in_any_encoding_holds_it():
    tile, other = Packed(b"one"), Packed(b"two")
    for encoding in DECODED:
        assert tile.matches(tile.etag(encoding)) == tile.etag(encoding)
        assert tile.matches(f"W/{tile.etag(encoding)}") == tile.etag(encoding)
        assert tile.matches(f'"x", {tile.etag(encoding)} ,"y"') == tile.etag(encoding)
        assert tile.matches(other.etag(encoding)) is None
    assert tile.matches("*")
    assert tile.matches(tile.digest) is None
