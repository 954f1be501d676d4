"""Unpack a body as it arrives, never past a limit.

Only gzip and deflate, and only once: a few hundred bytes that are packed twice can become gigabytes.
"""

from __future__ import annotations

import zlib

_STEP = 64 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


class TooLargeError(Exception):
    """The body passes a limit, as it arrives or unpacked. What fits is kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class BadEncodingError(Exception):
    """The body is packed in a way that we did not ask for, or does not unpack."""


class CutShortError(Exception):
    """The packed body ends in the middle."""


class Body:
    """A body that is being received. ``content`` never holds more than ``limit`` bytes, however they were packed.

    ``wire_limit`` bounds the bytes as they arrive.
    """

    def __init__(self, encoding: str, limit: int, wire_limit: int) -> None:
        names = [name for part in encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
        if len(names) > 1:
            raise BadEncodingError("packed more than once")
        self._encoding = names[0].removeprefix("x-") if names else ""
        if self._encoding not in ("", "gzip", "deflate"):
            raise BadEncodingError("packed in a way that we did not ask for")
        self._limit = limit
        self._wire_limit = wire_limit
        self._received = 0
        self._start = b""
        self._started = False
        self._inflate: zlib._Decompress | None = None
        self.content = bytearray()

    def add(self, piece: bytes) -> None:
        """Take what arrived."""
        self._received += len(piece)
        if self._received > self._wire_limit:
            raise TooLargeError(self._wire_limit)
        if not self._started:
            # Two bytes tell how it is really packed: some servers label plain bytes gzip, or do not label gzip.
            self._start += piece
            if len(self._start) < 2:
                return
            piece, self._start = self._start, b""
            self._begin(piece)
        self._take(piece)

    def end(self) -> None:
        """Say that nothing more arrives."""
        if not self._started:
            self._keep(self._start)
        elif self._inflate is not None and not self._inflate.eof:
            raise CutShortError

    def _begin(self, first: bytes) -> None:
        self._started = True
        if first.startswith(_GZIP_MAGIC):
            self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif self._encoding == "deflate":
            zlib_head = first[0] & 0x0F == 8 and (first[0] << 8 | first[1]) % 31 == 0
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if zlib_head else -zlib.MAX_WBITS)

    def _take(self, piece: bytes) -> None:
        if self._inflate is None:
            self._keep(piece)
            return
        full = True
        while piece or full:  # a full step may leave some of its bytes inside the decompressor, all input used up
            try:
                unpacked = self._inflate.decompress(piece, _STEP)
            except zlib.error as error:
                raise BadEncodingError("packed, and does not unpack") from error
            self._keep(unpacked)
            full = len(unpacked) == _STEP
            piece = self._inflate.unconsumed_tail
            if self._inflate.eof:
                piece, full = self._next_member(self._inflate.unused_data), False

    def _next_member(self, rest: bytes) -> bytes:
        """A gzip body may hold several members; whatever else follows the last is padding."""
        if not rest.startswith(_GZIP_MAGIC):
            return b""
        self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return rest

    def _keep(self, piece: bytes) -> None:
        room = self._limit - len(self.content)
        self.content += piece[:room]
        if len(piece) > room:
            raise TooLargeError(self._limit)
