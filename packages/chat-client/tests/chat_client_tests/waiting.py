"""Waits until a condition is true, instead of sleeping for a fixed time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 60.0
"""Timeout of tests, sufficient for a slow machine."""


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as the condition is true.

    Raises:
        TimeoutError: it is still false after `PATIENCE_SECONDS`.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.05)
