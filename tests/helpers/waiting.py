"""Waits until a condition is true, instead of sleeping for a fixed time."""

from __future__ import annotations

import asyncio
import time
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""Default timeout of tests, sufficient for a machine that is ten times slower."""


@overload
async def eventually(
    probe: Callable[[], Awaitable[T]], *, until: Callable[[T], object] = ..., within: float = ..., every: float = ...
) -> T: ...
@overload
async def eventually(
    probe: Callable[[], T], *, until: Callable[[T], object] = ..., within: float = ..., every: float = ...
) -> T: ...
async def eventually(
    probe: Callable[[], object],
    *,
    until: Callable[[Any], object] = bool,
    within: float = PATIENCE_SECONDS,
    every: float = 0.05,
) -> object:
    """Call ``probe`` until its result satisfies ``until``, and return that result.

    Args:
        probe: a function without arguments; the result of an async one is awaited.
        until: condition for the result; by default any true value.
        within: timeout in seconds.
        every: seconds between two calls.

    Raises:
        AssertionError: the timeout has passed; the message contains the last result.
    """
    deadline = time.monotonic() + within
    while True:
        value = probe()
        if isawaitable(value):
            value = await value
        if until(value):
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"Not within {within:g} s: {describe(probe)} last gave {value!r}")
        await asyncio.sleep(every)


def wait_until(probe: Callable[[], object], *, within: float = PATIENCE_SECONDS, every: float = 0.05) -> None:
    """Return as soon as ``probe``, which is not async, returns a true value.

    Raises:
        AssertionError: the timeout has passed.
    """
    deadline = time.monotonic() + within
    while not probe():
        if time.monotonic() >= deadline:
            raise AssertionError(f"Not within {within:g} s: {describe(probe)}")
        time.sleep(every)


def describe(probe: Callable[..., object]) -> str:
    """Return a probe's name, if it has one."""
    return getattr(probe, "__qualname__", repr(probe))
