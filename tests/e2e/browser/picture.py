"""A picture to upload: hills under a morning sky, generated so that no image file is needed."""

from __future__ import annotations

import math
import struct
import zlib

SKY_TOP, SKY_BOTTOM = (96, 156, 196), (250, 222, 180)
HILLS = ((0.58, 0.10, 1.1, (122, 160, 132)), (0.70, 0.08, 1.9, (79, 128, 96)), (0.84, 0.05, 2.7, (45, 92, 66)))
"""Position, height, frequency and color of the hills, from far to near."""


def landscape(width: int, height: int) -> bytes:
    """Return the picture as PNG."""
    rows = b"".join(b"\x00" + _row(y / height, width) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _row(down: float, width: int) -> bytes:
    sky = bytes(round(top + (bottom - top) * down) for top, bottom in zip(SKY_TOP, SKY_BOTTOM, strict=True))
    row = bytearray(sky * width)
    for at, high, often, colour in HILLS:
        for x in range(width):
            if down > at + high * math.sin(often * math.tau * x / width + 7 * at):
                row[3 * x : 3 * x + 3] = bytes(colour)
    return bytes(row)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
