"""CPU time of AppSync's checks at deployment, for all code of the stack as it is deployed.

    python -m benchmarks code_checks

Measures three cases: one code after another, all at once, and all again with cached results. A comment makes the codes
new for the first two. Exits with 1 if a first deployment exceeds the limit.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from appsync_local.javascript.runtime import JavaScriptRuntime
from appsync_local.javascript.validation import check_code
from benchmarks.memory import resident_mebibytes
from common.commands import Parser
from stacks.authorization import read_authorization
from stacks.bundling import BundleRequest, bundle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROOT: Final = Path(__file__).parents[1]
MOST_SECONDS: Final = 15.0
"""Maximum CPU seconds of all checks, one after the other."""
_CLOCK_TICKS: Final = os.sysconf("SC_CLK_TCK")


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 1 if the limit is exceeded."""
    Parser(prog="python -m benchmarks code_checks", description=__doc__).parse_args(arguments)
    return asyncio.run(_measure())


def _codes() -> list[str]:
    files = [str(path.relative_to(ROOT / "graphql")) for path in sorted(ROOT.glob("graphql/[rf]*/*.js"))]
    request = BundleRequest({"rooms": "chat-rooms"}, {"deduplicationHours": 24})
    (bundles,) = bundle(ROOT, files, [request], read_authorization(ROOT / "graphql"))
    return list(bundles.values())


async def _measure() -> int:
    codes = _codes()
    stamp = f"\n// {time.time_ns()}"
    first, second = [code + stamp for code in codes], [f"{code}{stamp} again" for code in codes]
    sequential = await _timed("one after the other", lambda runtime: _one_by_one(first, runtime))
    await _timed("all at once", lambda runtime: _at_once(second, runtime))
    await _timed("known from before", lambda runtime: _at_once(second, runtime))
    return int(sequential > MOST_SECONDS)


async def _one_by_one(codes: list[str], runtime: JavaScriptRuntime) -> None:
    for code in codes:
        await check_code(code, runtime=runtime)


async def _at_once(codes: list[str], runtime: JavaScriptRuntime) -> None:
    await asyncio.gather(*(check_code(code, runtime=runtime) for code in codes))


async def _timed(way: str, run: Callable[[JavaScriptRuntime], Awaitable[None]]) -> float:
    async with JavaScriptRuntime(threads=1) as runtime:
        process_id = runtime.process_id or 0
        idle = resident_mebibytes(process_id)
        before, began = _processor_seconds(process_id), time.perf_counter()
        await run(runtime)
        used, passed = _processor_seconds(process_id) - before, time.perf_counter() - began
        memory = resident_mebibytes(process_id) - idle
        print(f"{way}: {used:.1f} s of processor, {passed:.1f} s, {memory:+.0f} MB while it checks")
        return used


def _processor_seconds(process_id: int) -> float:
    """Return user and system time of a process; 0 on systems other than Linux."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS
