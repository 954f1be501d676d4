"""Bodies are unpacked within bounds, in whatever pieces they arrive."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.inflate import BadEncodingError, Body, CutShortError, TooLargeError

PLENTY = 2**30


def unpack(encoding: str, pieces: list[bytes], limit: int = PLENTY, wire: int = PLENTY) -> bytes:
    body = Body(encoding, limit, wire)
    for piece in pieces:
        body.add(piece)
    body.end()
    return bytes(body.content)


def cut(wire: bytes, size: int) -> list[bytes]:
    return [wire[at : at + size] for at in range(0, len(wire), size)]


bodies = st.binary(max_size=400) | st.builds(
    lambda piece, times: piece * times, st.binary(max_size=9), st.integers(0, 99_999)
)


@given(bodies, st.integers(1, 5000))
def test_every_packing_in_any_pieces_gives_the_body_back(body: bytes, size: int) -> None:
    assert unpack("gzip", cut(gzip.compress(body), size)) == body
    assert unpack("deflate", cut(zlib.compress(body), size)) == body


def test_a_whole_number_of_steps_is_not_taken_for_a_cut() -> None:
    for extra in range(-300, 300, 7):
        body = b"a" * (2**16 * 3 + extra)
        assert unpack("gzip", [gzip.compress(body)]) == body
        assert unpack("deflate", [zlib.compress(body)[2:-4]]) == body


def test_members_are_joined_and_padding_is_ignored() -> None:
    wire = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0"
    assert unpack("gzip", [wire]) == b"one two"
    assert unpack("gzip", cut(wire, 1))[:4] == b"one "


@pytest.mark.parametrize("size", [0, 1])
def test_bodies_too_short_to_tell_are_plain(size: int) -> None:
    assert unpack("gzip", [b"x"] * size) == b"x" * size


def test_a_bomb_holds_no_more_than_the_limit() -> None:
    body = Body("gzip", 1000, PLENTY)
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError) as caught:
            body.add(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.limit == 1000
    assert len(body.content) == 1000
    assert peak < 1_000_000


def test_the_wire_has_a_limit_of_its_own() -> None:
    with pytest.raises(TooLargeError) as caught:
        unpack("", [b"x" * 60, b"x" * 60], wire=100)
    assert caught.value.limit == 100


def test_a_body_of_exactly_the_limit_fits() -> None:
    assert len(unpack("gzip", [gzip.compress(b"x" * 1000)], limit=1000)) == 1000


@pytest.mark.parametrize("encoding", ["gzip,gzip", "br", "GZIP, deflate", "compress", "gzip;q=1"])
def test_other_packings_are_refused_before_a_byte_is_read(encoding: str) -> None:
    with pytest.raises(BadEncodingError):
        Body(encoding, 10, 10)


@pytest.mark.parametrize("encoding", ["", "identity", " , identity", "GZIP", " x-gzip "])
def test_harmless_labels_are_understood(encoding: str) -> None:
    assert unpack(encoding, [gzip.compress(b"x")]) == b"x"


def test_a_cut_body_is_noticed_at_every_place() -> None:
    wire = gzip.compress(os.urandom(200))
    for end in range(3, len(wire)):
        with pytest.raises(CutShortError):
            unpack("gzip", [wire[:end]])


@given(st.binary(max_size=200))
def test_rubbish_is_refused_or_kept_but_nothing_else_happens(rubbish: bytes) -> None:
    for encoding in ("gzip", "deflate", ""):
        try:
            unpack(encoding, [rubbish], limit=10_000)
        except (BadEncodingError, CutShortError, TooLargeError):
            continue
