"""Frames on the pipe to the Node process. ``node/frames.mjs`` is the other end and documents the format."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADER = struct.Struct(">IIB")
_COUNTED_AFTER = 4
"""The length does not include its own four bytes."""


class Kind(IntEnum):
    """The kind of a frame to Node."""

    DEFINE = 1
    ADVANCE = 2
    EVALUATE = 3
    CHECK = 4
    FORGET = 5


class Status(IntEnum):
    """The status of Node's response."""

    ANSWER = 0
    TIMEOUT = 1
    MEMORY = 2
    BROKEN = 3


def encode_frame(call_id: int, kind: int, text: str) -> bytes:
    """Encode one frame."""
    payload = text.encode(errors="replace")
    return _HEADER.pack(_HEADER.size - _COUNTED_AFTER + len(payload), call_id, kind) + payload


class FrameReader:
    """Splits a byte stream into frames and passes each to ``receive(call id, kind, payload)``."""

    def __init__(self, receive: Callable[[int, int, bytes], None]) -> None:
        self._receive = receive
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Process received bytes."""
        data = self._rest + data
        start = 0
        while len(data) - start >= _HEADER.size:
            length, call_id, kind = _HEADER.unpack_from(data, start)
            end = start + _COUNTED_AFTER + length
            if end > len(data):
                break
            self._receive(call_id, kind, data[start + _HEADER.size : end])
            start = end
        self._rest = data[start:]
