"""The server's memory over 100,000 requests: at the end, compared with that after the first fifth.

    python -m benchmarks.memory [--requests 100000] [--seconds 300]

One request in five has a new document, half of which are invalid, so that caches fill and errors occur; subscribers
connect and disconnect. Memory is the resident size of the server and of its JavaScript process. Exits with 1 if it grew
by more than a tenth.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from benchmarks._api import ITEM_ID, DeployedBenchmark, deploy
from benchmarks._load import Target, ask, measure
from benchmarks._servers import local_server
from benchmarks._subscribers import subscribe
from common.commands import Parser, number, run, whole_number
from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory

LARGEST_GROWTH = 0.10
_ROUND = 2_000
_NEW_DOCUMENTS = 400
_SUBSCRIBERS = 20
_SETTLING_SECONDS = 2.0


def resident_mebibytes(process_id: int) -> float:
    """Return the resident memory of a process and its descendants."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True, timeout=10
    ).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    family = {process_id}
    while True:
        more = {pid for pid, parent, _ in rows if parent in family} - family
        if not more:
            return sum(kibibytes for pid, _, kibibytes in rows if pid in family) / 1024
        family |= more


def _request(api: DeployedBenchmark, query: str, expected: str) -> Target:
    headers = {"host": api.host, "content-type": "application/json", "authorization": api.token}
    return Target.post(api.port, api.path, headers, json.dumps({"query": query}).encode(), expected.encode())


async def _new_documents(api: DeployedBenchmark, round_number: int) -> None:
    """Return a new document; half of them select a field that does not exist."""
    reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
    try:
        for number in range(_NEW_DOCUMENTS):
            field, expected = ("id", ITEM_ID) if number % 2 else ("nothing", "FieldUndefined")
            query = f'query Q{round_number}x{number} {{ item(id: "{ITEM_ID}") {{ {field} }} }}'
            await ask(reader, writer, _request(api, query, expected))
    finally:
        writer.close()


async def ask_often(
    api: DeployedBenchmark, process_id: int, *, requests: int, seconds: float
) -> tuple[int, float, float]:
    """Send requests; return their number, and the memory in MiB after a fifth of them and after all."""
    usual = _request(api, f'{{ pipeline(id: "{ITEM_ID}") {{ id text count }} }}', ITEM_ID)
    deadline = time.monotonic() + seconds
    made, early = 0, 0.0
    while made < requests and time.monotonic() < deadline:
        subscribers = await subscribe(api, _SUBSCRIBERS)
        measured = await measure(usual, clients=8, requests=_ROUND - _NEW_DOCUMENTS, seconds=seconds)
        await _new_documents(api, made)
        for subscriber in subscribers:
            subscriber.close()
        made += len(measured.latencies) + _NEW_DOCUMENTS
        if not early and made >= requests // 5:
            await asyncio.sleep(_SETTLING_SECONDS)
            early = resident_mebibytes(process_id)
    await asyncio.sleep(_SETTLING_SECONDS)
    return made, early, resident_mebibytes(process_id)


def main(arguments: list[str] | None = None) -> int:
    """Print the measurements; return 1 if memory grew, or the time was too short for half of the requests."""
    parser = Parser(prog="python -m benchmarks memory", description=__doc__)
    parser.add_argument("--requests", type=whole_number(1), default=100_000, help="requests (100000)")
    parser.add_argument("--seconds", type=number(0.1), default=300.0, help="longest time (300)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, local_server(Path(folder)) as (port, process_id):
        api = deploy(port, read_credentials(DataDirectory(Path(folder))))
        made, early, late = uvloop.run(ask_often(api, process_id, requests=options.requests, seconds=options.seconds))
    if made < options.requests // 2 or not early:
        print(f"only {made} of {options.requests} requests in {options.seconds:.0f} s: this machine is too busy")
        return 1
    growth = late / early - 1
    print(f"after {options.requests // 5:8} requests: {early:7.1f} MiB")
    print(f"after {made:8} requests: {late:7.1f} MiB, {growth:+.1%}")
    met = growth <= LARGEST_GROWTH
    print(f"    {'PASS' if met else 'MISSED':8}at most {LARGEST_GROWTH:+.0%}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(run(main))
