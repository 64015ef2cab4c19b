"""Wait for something to become true instead of sleeping for as long as it might take."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""How long tests wait for what must come: long enough for a machine on which everything takes ten times as long."""


async def eventually(
    probe: Callable[[], Awaitable[T]],
    *,
    until: Callable[[T], object] = bool,
    within: float = PATIENCE_SECONDS,
    every: float = 0.05,
) -> T:
    """Await ``probe`` until its answer satisfies ``until``, and return that answer.

    Args:
        probe: an async function without arguments.
        until: what makes an answer good; by default any true value.
        within: seconds after which the wait is a failure.
        every: seconds between two calls.

    Raises:
        AssertionError: time is up; the last answer is in the message.
    """
    deadline = time.monotonic() + within
    while True:
        value = await probe()
        if until(value):
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"Not within {within:g} s: {describe(probe)} last gave {value!r}")
        await asyncio.sleep(every)


def wait_until(probe: Callable[[], object], *, within: float = PATIENCE_SECONDS, every: float = 0.05) -> None:
    """The same for code that is not async: return as soon as ``probe`` gives a true value.

    Raises:
        AssertionError: time is up.
    """
    deadline = time.monotonic() + within
    while not probe():
        if time.monotonic() >= deadline:
            raise AssertionError(f"Not within {within:g} s: {describe(probe)}")
        time.sleep(every)


def describe(probe: Callable[..., object]) -> str:
    """A probe's name, as far as it has one."""
    return getattr(probe, "__qualname__", repr(probe))
