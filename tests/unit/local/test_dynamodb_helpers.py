"""Tests of the helpers of @aws-appsync/utils/dynamodb on MiniStack's DynamoDB."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.backend import AwsError
from appsync_local.fields import Meter
from appsync_local.javascript.runtime import JavaScriptRuntime
from appsync_local.resolver import resolve_field
from appsync_local_tests.resolvers.scripted_backend import ScriptedBackend, api_with, field_request, unit
from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from appsync_local.fields import FieldOutcome

    Run = Callable[..., Awaitable[FieldOutcome]]

KEYS = [{"AttributeName": "room", "KeyType": "HASH"}, {"AttributeName": "seq", "KeyType": "RANGE"}]


class MiniStackDynamoDb(ScriptedBackend):
    """A backend that uses MiniStack's DynamoDB in another process. Its Lambda is scripted."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__()
        self._process = process

    async def dynamodb(self, action: str, request: dict[str, Any], **_: str) -> dict[str, Any]:
        return self.call(action, request)

    def call(self, action: str, request: dict[str, Any]) -> dict[str, Any]:
        """Call MiniStack.

        Raises:
            AwsError: MiniStack rejected the call.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([action, request]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "refused" in answer:
            raise AwsError(*answer["refused"])
        answered: dict[str, Any] = answer["answer"]
        return answered


def started(directory: Path) -> Iterator[MiniStackDynamoDb]:
    """Run the process while the caller iterates."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.unit.local.dynamodb_process", str(directory)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield MiniStackDynamoDb(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


@pytest.fixture(scope="module")
async def runtime() -> AsyncIterator[JavaScriptRuntime]:
    async with JavaScriptRuntime() as started_runtime:
        yield started_runtime


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniStackDynamoDb]:
    yield from started(tmp_path_factory.mktemp("ministack"))


@pytest.fixture
def dynamodb(ministack: MiniStackDynamoDb) -> Iterator[MiniStackDynamoDb]:
    """Create a table ``items`` with keys room and seq, and an index on author."""
    ministack.call(
        "CreateTable",
        {
            "TableName": "items",
            "KeySchema": KEYS,
            "AttributeDefinitions": [
                {"AttributeName": "room", "AttributeType": "S"},
                {"AttributeName": "seq", "AttributeType": "N"},
                {"AttributeName": "author", "AttributeType": "S"},
            ],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "byAuthor",
                    "KeySchema": [{"AttributeName": "author", "KeyType": "HASH"}, KEYS[1]],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )
    yield ministack
    ministack.call("DeleteTable", {"TableName": "items"})


@pytest.fixture
def run(runtime: JavaScriptRuntime, dynamodb: MiniStackDynamoDb) -> Run:
    """Run a request on the table and return ``[ctx.result, ctx.error type]``."""

    async def call(request: str, meter: Meter | None = None, **arguments: Any) -> FieldOutcome:  # noqa: ANN401
        code = (
            "import { util } from '@aws-appsync/utils';\nimport * as ddb from '@aws-appsync/utils/dynamodb';\n"
            f"export function request(ctx) {{ return {request}; }}\n"
            "export function response(ctx) { return [ctx.result, ctx.error?.type ?? null]; }\n"
        )
        request_of_field = field_request(arguments=arguments)
        outcome = await resolve_field(
            api_with(table="items"),
            unit("table", code),
            request_of_field,
            runtime=runtime,
            backend=dynamodb,
            meter=meter or Meter(),
        )
        assert not outcome.failed, outcome.errors
        return outcome

    return call


async def _put(run: Run, seq: int, **item: object) -> None:
    values = {"author": "alice", **item}
    outcome = await run("ddb.put({ key: { room: 'r', seq: ctx.args.seq }, item: ctx.args.item })", seq=seq, item=values)
    assert outcome.result == [{"room": "r", "seq": seq, **values}, None]


VALUES = {
    "text": "",
    "zero": 0,
    "big": 2**53,
    "tenth": 0.1,
    "yes": True,
    "nothing": None,
    "list": [1, "a"],
    "map": {"a": {}},
}


@pytest.mark.conforms("dynamodb.values")
async def test_values_round_trip(run: Run) -> None:
    await _put(run, 1, **VALUES)
    outcome = await run("ddb.get({ key: { room: 'r', seq: 1 }, consistentRead: true })")
    assert outcome.result == [{"room": "r", "seq": 1, "author": "alice", **VALUES}, None]


@pytest.mark.conforms("dynamodb.values")
async def test_sets_and_binary(run: Run) -> None:
    await run(
        "ddb.put({ key: { room: 'r', seq: 1 }, item: { s: ddb.toStringSet(['a', 'b']), n: ddb.toNumberSet([1, 2.5]), "
        "b: util.dynamodb.toBinary('Zm9v') } })"
    )
    item = (await run("ddb.get({ key: { room: 'r', seq: 1 } })")).result[0]
    assert (sorted(item["s"]), sorted(item["n"]), item["b"]) == (["a", "b"], [1, 2.5], "Zm9v")


@pytest.mark.conforms("dynamodb.conditions")
async def test_conditions(run: Run) -> None:
    meter = Meter()
    put = (
        "ddb.put({ key: { room: 'r', seq: 1 }, item: { v: ctx.args.v }, "
        "condition: { room: { attributeExists: false } } })"
    )
    assert (await run(put, meter, v=1)).result == [{"room": "r", "seq": 1, "v": 1}, None]
    refused = [{"room": "r", "seq": 1, "v": 1}, "DynamoDB:ConditionalCheckFailedException"]
    assert (await run(put, meter, v=2)).result == refused
    assert (await run(put, meter, v=1)).result == [{"room": "r", "seq": 1, "v": 1}, None]
    assert (meter.write_units, meter.read_units) == (3.0, 2.0)
    remove = "ddb.remove({ key: { room: 'r', seq: ctx.args.seq }, condition: { v: { eq: 9 } } })"
    assert (await run(remove, seq=1)).result == refused
    assert (await run(remove, seq=7)).result == [None, None]
    update = (
        "ddb.update({ key: { room: 'r', seq: 7 }, update: { v: 1 }, condition: { room: { attributeExists: true } } })"
    )
    assert (await run(update)).result == [None, "DynamoDB:ConditionalCheckFailedException"]


@pytest.mark.conforms("dynamodb.single")
async def test_updates(run: Run) -> None:
    await _put(run, 1, count=1, list=[1], map={"a": 1, "b": 2}, old="x")
    outcome = await run(
        "ddb.update({ key: { room: 'r', seq: 1 }, update: { count: ddb.operations.increment(2), "
        "list: ddb.operations.append([2]), map: { a: 5 }, old: ddb.operations.remove(), name: 'n' } })"
    )
    assert outcome.result[0] == {
        "room": "r", "seq": 1, "author": "alice", "count": 3, "list": [1, 2], "map": {"a": 5, "b": 2}, "name": "n",
    }  # fmt: skip
    missing = await run("ddb.update({ key: { room: 'r', seq: 2 }, update: { n: ddb.operations.increment() } })")
    assert missing.result == [None, "DynamoDB:DynamoDbException"]


@pytest.mark.conforms("dynamodb.query-scan")
async def test_pages_newest_first(run: Run) -> None:
    for seq in range(1, 6):
        await _put(run, seq)
    query = (
        "ddb.query({ query: { room: { eq: 'r' }, seq: { gt: 1 } }, scanIndexForward: false, limit: 3, "
        "nextToken: ctx.args.token })"
    )
    first = (await run(query, token=None)).result[0]
    assert ([item["seq"] for item in first["items"]], first["scannedCount"]) == ([5, 4, 3], 3)
    second = (await run(query, token=first["nextToken"])).result[0]
    assert ([item["seq"] for item in second["items"]], second["nextToken"]) == ([2], None)
    refused = await run(
        "ddb.query({ query: { author: { eq: 'alice' } }, index: 'byAuthor', nextToken: ctx.args.token })",
        token=first["nextToken"],
    )
    assert refused.result == [None, "DynamoDB:UserIllegalArgumentException"]


@pytest.mark.conforms("dynamodb.query-scan")
async def test_index_filter_and_projection(run: Run) -> None:
    for seq in range(1, 5):
        await _put(run, seq, author="bob" if seq % 2 else "alice", text="x" * 3000)
    meter = Meter()
    outcome = await run(
        "ddb.query({ query: { author: { eq: 'bob' } }, index: 'byAuthor', filter: { seq: { ge: 2 } }, "
        "projection: ['seq'] })",
        meter,
    )
    assert outcome.result[0]["items"] == [{"seq": 3}]
    assert outcome.result[0]["scannedCount"] == 2
    assert meter.read_units == 1.0


@pytest.mark.conforms("dynamodb.batches")
async def test_batches(run: Run) -> None:
    meter = Meter()
    written = await run("ddb.batchPut({ tables: { items: [1, 2].map((seq) => ({ room: 'r', seq })) } })", meter)
    assert written.result[0] == {
        "data": {"items": [{"room": "r", "seq": 1}, {"room": "r", "seq": 2}]},
        "unprocessedItems": {"items": []},
    }
    read = await run(
        "ddb.batchGet({ tables: { items: { keys: [3, 2, 1].map((seq) => ({ room: 'r', seq })) } } })", meter
    )
    assert read.result[0] == {
        "data": {"items": [None, {"room": "r", "seq": 2}, {"room": "r", "seq": 1}]},
        "unprocessedKeys": {"items": []},
    }
    assert (meter.write_units, meter.read_units) == (2.0, 1.5)
    await run("ddb.batchDelete({ tables: { items: [{ room: 'r', seq: 1 }] } })")
    scanned = (await run("ddb.scan({ limit: 5 })")).result[0]
    assert scanned["items"] == [{"room": "r", "seq": 2}]


@pytest.mark.conforms("dynamodb.transactions")
async def test_transactions(run: Run) -> None:
    meter = Meter()
    write = (
        "ddb.transactWrite({ items: [{ putItem: { table: 'items', key: { room: 'r', seq: 1 }, item: { v: 1 }, "
        "condition: { room: { attributeExists: false } } } }, "
        "{ updateItem: { table: 'items', key: { room: 'r', seq: 2 }, update: { v: 2 } } }] })"
    )
    keys = [{"room": "r", "seq": 1}, {"room": "r", "seq": 2}]
    assert (await run(write, meter)).result == [{"keys": keys, "cancellationReasons": None}, None]
    assert meter.write_units == 4.0
    result, error = (await run(write)).result
    assert error == "DynamoDB:TransactionCanceledException"
    assert [reason["type"] for reason in result["cancellationReasons"]] == ["ConditionalCheckFailed", "None"]
    assert result["cancellationReasons"][0]["item"] == {"room": "r", "seq": 1, "v": 1}
    read = await run(
        "ddb.transactGet({ items: [2, 9].map((seq) => ({ table: 'items', key: { room: 'r', seq } })) })", meter
    )
    assert read.result[0] == {"items": [{"room": "r", "seq": 2, "v": 2}, None], "cancellationReasons": None}
    assert meter.read_units == 4.0
