"""Compares the AppSync data plane, MiniStack's own AppSync execution and raw DynamoDB; measures fan-out.

    python -m benchmarks.appsync [--rounds 3] [--requests 2000] [--seconds 3]

The same API is deployed to both servers; servers and clients are separate processes. This project authorizes every
request (the token's signature, issuer, expiry and revocation, the directives, the data source's role); unmodified
MiniStack verifies nothing. All take turns in every round, so that a busy machine affects all of them. Exits with 1 if a
target is missed: 15 times MiniStack's own execution at 8 clients, 99 of 100 responses within 60 ms there, and 1,000
subscribers reached within 250 ms of the mutation.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from benchmarks._api import ITEM_ID, TABLE, DeployedBenchmark, deploy
from benchmarks._load import Measured, Target, ask, measure
from benchmarks._servers import PUBLIC_CREDENTIALS, local_server, ministack_server
from benchmarks._subscribers import all_delivered, subscribe
from common.commands import Parser, number, run, whole_number
from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory

if TYPE_CHECKING:
    import argparse

    from local.embedded.credentials import RunCredentials

CLIENTS = (1, 8)
SUBSCRIBERS = (1, 100, 1_000)
LEAST_RATIO = 15.0
MOST_MILLISECONDS = 60.0
MOST_FAN_OUT_MILLISECONDS = 250.0
_WARM_UP = 100
_MUTATIONS = 7
_OWN, _MINISTACK, _RAW = "this data plane", "MiniStack's AppSync", "raw DynamoDB on MiniStack"
_RAW_ROW = ("getItem", _RAW)

Row = tuple[str, str, int]
"""A measured combination of request, server and number of clients."""


def graphql(api: DeployedBenchmark, query: str, expected: str) -> Target:
    """Return a GraphQL request."""
    headers = {"host": api.host, "content-type": "application/json", "authorization": api.token}
    body = json.dumps({"query": query, "variables": {}}).encode()
    return Target.post(api.port, api.path, headers, body, expected.encode())


def raw_get_item(port: int) -> Target:
    """Return DynamoDB's GetItem; unmodified MiniStack verifies no signature."""
    credential = "Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
    headers = {
        "host": f"127.0.0.1:{port}",
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.GetItem",
        "authorization": f"AWS4-HMAC-SHA256 {credential}",
    }
    body = json.dumps({"TableName": TABLE, "Key": {"id": {"S": ITEM_ID}}}).encode()
    return Target.post(port, "/", headers, body, ITEM_ID.encode())


def targets(own: DeployedBenchmark, ministack: DeployedBenchmark) -> dict[tuple[str, str], Target]:
    """Return all compared combinations."""
    found: dict[tuple[str, str], Target] = {}
    for kind, field in (("getItem", "item"), ("3-function pipeline", "pipeline")):
        query = f'{{ {field}(id: "{ITEM_ID}") {{ id text count }} }}'
        for name, api in ((_OWN, own), (_MINISTACK, ministack)):
            found[kind, name] = graphql(api, query, f'"{ITEM_ID}"')
    found[_RAW_ROW] = raw_get_item(ministack.port)
    return found


async def compare(
    compared: dict[tuple[str, str], Target], *, rounds: int, requests: int, seconds: float
) -> dict[Row, Measured]:
    """Measure all combinations in turn."""
    results = {(*key, clients): Measured() for key in compared for clients in CLIENTS}
    for target in compared.values():
        await measure(target, clients=8, requests=_WARM_UP, seconds=seconds)
    for _ in range(rounds):
        for (kind, name, clients), total in results.items():
            target = compared[kind, name]
            total.add(await measure(target, clients=clients, requests=requests, seconds=seconds))
    return results


async def fan_out(api: DeployedBenchmark, count: int) -> list[float]:
    """Return sorted milliseconds from the sending of a mutation to its arrival at the last of this many subscribers."""
    subscribers = await subscribe(api, count)
    reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
    target = graphql(api, 'mutation { publish(id: "1", text: "Hello") { id text count } }', '"Hello"')
    taken = []
    try:
        for number in range(_MUTATIONS):
            sent = time.perf_counter()
            await ask(reader, writer, target)
            taken.append((await all_delivered(subscribers, number + 1) - sent) * 1000)
    finally:
        writer.close()
        for subscriber in subscribers:
            subscriber.close()
    return sorted(taken[1:])  # the first one is a warm-up


def report_comparison(results: dict[Row, Measured]) -> bool:
    """Print the table; return whether the targets were met."""
    print(f"{'':22}{'':28}{'clients':>8}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}")
    for (kind, name, clients), result in results.items():
        numbers = f"{result.rate:12.0f}{result.percentile(50):9.1f}{result.percentile(99):9.1f}"
        print(f"{kind:22}{name:28}{clients:8}{numbers}")
    judged = [_judge(kind, results) for kind in dict.fromkeys(kind for kind, _, _ in results)]
    return all(judged)


def _judge(kind: str, results: dict[Row, Measured]) -> bool:
    clients = max(CLIENTS)
    own, theirs, raw = (results[asked, name, clients] for asked, name in ((kind, _OWN), (kind, _MINISTACK), _RAW_ROW))
    ratio, slowest = own.rate / theirs.rate, own.percentile(99)
    compared = f"{ratio:.1f} times MiniStack's AppSync, {own.rate / raw.rate:.2f} times raw GetItem"
    print(f"{kind}, {clients} clients: {compared}; p99 {slowest:.1f} ms")
    faster = verdict(f"at least {LEAST_RATIO:.0f} times MiniStack's AppSync", met=ratio >= LEAST_RATIO)
    return verdict(f"p99 at most {MOST_MILLISECONDS:.0f} ms", met=slowest <= MOST_MILLISECONDS) and faster


def verdict(target: str, *, met: bool) -> bool:
    """Print and return whether a target was met."""
    print(f"    {'PASS' if met else 'MISSED':8}{target}")
    return met


def report_fan_out(taken: dict[int, list[float]]) -> bool:
    """Print the table; return whether the target was met."""
    print(f"{'one mutation to':>22}{'median ms':>12}{'slowest ms':>12}   until the last subscriber has it")
    for count, milliseconds in taken.items():
        print(f"{count:22}{statistics.median(milliseconds):12.1f}{milliseconds[-1]:12.1f}")
    most = max(SUBSCRIBERS)
    return verdict(
        f"{most} subscribers within {MOST_FAN_OUT_MILLISECONDS:.0f} ms",
        met=statistics.median(taken[most]) <= MOST_FAN_OUT_MILLISECONDS,
    )


async def _measure_all(
    own_port: int, credentials: RunCredentials, ministack_port: int, options: argparse.Namespace
) -> bool:
    own, ministack = await asyncio.gather(
        asyncio.to_thread(deploy, own_port, credentials), asyncio.to_thread(deploy, ministack_port, PUBLIC_CREDENTIALS)
    )
    compared = targets(own, ministack)
    results = await compare(compared, rounds=options.rounds, requests=options.requests, seconds=options.seconds)
    faster = report_comparison(results)
    taken = {count: await fan_out(own, count) for count in SUBSCRIBERS}
    return report_fan_out(taken) and faster


def main(arguments: list[str] | None = None) -> int:
    """Print the comparison; return 1 if a target was missed."""
    parser = Parser(prog="python -m benchmarks appsync", description=__doc__)
    parser.add_argument("--rounds", type=whole_number(1), default=3, help="turns of everything (3)")
    parser.add_argument("--requests", type=whole_number(1), default=2_000, help="most requests in one turn (2000)")
    parser.add_argument("--seconds", type=number(0.1), default=3.0, help="longest turn in seconds (3)")
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        own_port, _ = stack.enter_context(local_server(folder / "own"))
        ministack_port = stack.enter_context(ministack_server(folder / "ministack"))
        credentials = read_credentials(DataDirectory(folder / "own"))
        met = uvloop.run(_measure_all(own_port, credentials, ministack_port, options))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(run(main))
