"""Tests of failed writes: the caller gets an error, memory matches the disk, and a written retry counts."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.backend import AwsError
from local.embedded.durable_files import FAULTS, WriteFault
from local.embedded.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

    from tests.unit.local.conftest import Embedded

REGION = "us-east-1"
TABLE = "failing"


@pytest.fixture(autouse=True)
def no_fault_is_left() -> Iterator[None]:
    yield
    FAULTS.arm([])


async def _dynamodb(embedded: Embedded, action: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return await embedded.emulator.call_json("dynamodb", f"DynamoDB_20120810.{action}", request, region=REGION)


async def _cognito(embedded: Embedded, action: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    target = f"AWSCognitoIdentityProviderService.{action}"
    return await embedded.emulator.call_json("cognito-idp", target, request, region=REGION)


async def _refused(call: Awaitable[object]) -> AwsError | None:
    try:
        await call
    except AwsError as error:
        return error
    return None


@pytest.fixture
async def table(embedded: Embedded) -> str:
    """Return a table with a stream and an index, and three items."""
    with contextlib.suppress(AwsError):
        await _dynamodb(embedded, "DeleteTable", TableName=TABLE)
    await _dynamodb(
        embedded,
        "CreateTable",
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "kind", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "byKind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    for name in ("a", "b", "c"):
        await _dynamodb(embedded, "PutItem", TableName=TABLE, Item=_item(name, "old"))
    return TABLE


def _item(name: str, kind: str) -> dict[str, Any]:
    return {"id": {"S": name}, "kind": {"S": kind}}


async def _memory(embedded: Embedded) -> dict[str, Any]:
    """Return what callers can read: items, both indexes, the count, the stream."""
    module: Any = embedded.emulator.module_of("dynamodb")
    description = await _dynamodb(embedded, "DescribeTable", TableName=TABLE)
    kinds = {}
    for kind in ("old", "new"):
        answer = await _dynamodb(
            embedded,
            "Query",
            TableName=TABLE,
            IndexName="byKind",
            KeyConditionExpression="kind = :k",
            ExpressionAttributeValues={":k": {"S": kind}},
        )
        kinds[kind] = sorted(item["id"]["S"] for item in answer["Items"])
    items = (await _dynamodb(embedded, "Scan", TableName=TABLE))["Items"]
    return {
        "items": sorted(items, key=lambda item: item["id"]["S"]),
        "kinds": kinds,
        "count": description["Table"]["ItemCount"],
        "stream": [json.dumps(record) for record in module._stream_records._data[_place()]],  # noqa: SLF001
        "tags": (await _dynamodb(embedded, "ListTagsOfResource", ResourceArn=description["Table"]["TableArn"]))["Tags"],
    }


def _place() -> tuple[str, str, str]:
    return "000000000000", REGION, TABLE


def _on_disk(embedded: Embedded) -> list[str]:
    return [json.dumps(record) for record in Journal(embedded.directory.state / "items").read()]


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "a new item": ("PutItem", {"TableName": TABLE, "Item": _item("d", "new")}),
    "another item": ("PutItem", {"TableName": TABLE, "Item": _item("a", "new")}),
    "an update": (
        "UpdateItem",
        {
            "TableName": TABLE,
            "Key": {"id": {"S": "b"}},
            "UpdateExpression": "SET kind = :k",
            "ExpressionAttributeValues": {":k": {"S": "new"}},
        },
    ),
    "a deletion": ("DeleteItem", {"TableName": TABLE, "Key": {"id": {"S": "c"}}}),
    "a batch": (
        "BatchWriteItem",
        {
            "RequestItems": {
                TABLE: [{"PutRequest": {"Item": _item("e", "new")}}, {"DeleteRequest": {"Key": {"id": {"S": "a"}}}}]
            }
        },
    ),
    "a transaction": (
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": TABLE, "Item": _item("f", "new")}},
                {"Put": {"TableName": TABLE, "Item": _item("a", "new")}},
                {"Delete": {"TableName": TABLE, "Key": {"id": {"S": "b"}}}},
            ],
        },
    ),
    "a statement": (
        "ExecuteStatement",
        {"Statement": f"INSERT INTO \"{TABLE}\" VALUE {{'id': 'g', 'kind': 'new'}}"},
    ),
    "a setting": (
        "TagResource",
        {
            "ResourceArn": f"arn:aws:dynamodb:{REGION}:000000000000:table/{TABLE}",
            "Tags": [{"Key": "k", "Value": "v"}],
        },
    ),
}


@pytest.mark.parametrize("is_half_written", [False, True])
@pytest.mark.parametrize("call", CALLS)
async def test_a_change_of_items_that_cannot_be_written_is_undone(
    embedded: Embedded, table: str, call: str, *, is_half_written: bool
) -> None:
    action, request = CALLS[call]
    before, disk = await _memory(embedded), _on_disk(embedded)
    for skip in range(2):  # the record, and the line that commits it
        FAULTS.arm([WriteFault("state/items/journal-", errno.ENOSPC, skip=skip, half=is_half_written)])
        with pytest.raises(AwsError, match=r"No space left on device\. Nothing was changed") as raised:
            await _dynamodb(embedded, action, **request)
        assert raised.value.code == "InternalServerError"
        assert await _memory(embedded) == before
        assert _on_disk(embedded) == disk
    await _dynamodb(embedded, action, **request)
    assert await _memory(embedded) != before
    assert len(_on_disk(embedded)) == len(disk) + 1
    assert table


async def test_the_token_of_an_undone_transaction_is_not_stored(embedded: Embedded, table: str) -> None:
    action, request = CALLS["a transaction"]
    request = {**request, "ClientRequestToken": "not-remembered"}
    FAULTS.arm([WriteFault("state/items", errno.EIO)])
    with pytest.raises(AwsError, match="Input/output error"):
        await _dynamodb(embedded, action, **request)
    await _dynamodb(embedded, action, **request)
    assert (await _dynamodb(embedded, "GetItem", TableName=table, Key={"id": {"S": "f"}}))["Item"]


async def test_a_snapshot_that_contains_an_undone_change_is_discarded(embedded: Embedded, table: str) -> None:
    """A snapshot that is written concurrently must not restore the undone change."""
    tables: Any = embedded.tables
    journal = tables._journal  # noqa: SLF001
    write = journal.write_snapshot
    loop_calls: list[Any] = []

    def write_and_fail_meanwhile(records: Any, **options: Any) -> Any:  # noqa: ANN401
        put_in_place = write(records, **options)
        loop_calls.append(put_in_place)
        tables._undone += 1  # noqa: SLF001 - as a change does that is undone while the snapshot is written
        return lambda: loop_calls.append("in place")

    journal.write_snapshot = write_and_fail_meanwhile
    try:
        await tables._compact()  # noqa: SLF001
    finally:
        del journal.write_snapshot
    assert loop_calls
    assert "in place" not in loop_calls
    assert (await _dynamodb(embedded, "GetItem", TableName=table, Key={"id": {"S": "a"}}))["Item"]
    assert _on_disk(embedded)


async def test_after_a_failed_flush_a_snapshot_is_written_and_writes_continue(embedded: Embedded, table: str) -> None:
    tables: Any = embedded.tables
    FAULTS.arm([WriteFault("state/items/journal-", errno.EIO)])
    with pytest.raises(OSError, match="Input/output"):
        tables._journal.flush()  # noqa: SLF001
    with pytest.raises(AwsError, match=r"Input/output error\. Nothing was changed"):
        await _dynamodb(embedded, "PutItem", TableName=table, Item=_item("d", "new"))
    await tables.compacted()
    await _dynamodb(embedded, "PutItem", TableName=table, Item=_item("d", "new"))
    assert any('"d"' in record for record in _on_disk(embedded))


async def test_a_pool_or_a_user_that_cannot_be_written_is_undone(embedded: Embedded) -> None:
    pool = (await _cognito(embedded, "CreateUserPool", PoolName="failing"))["UserPool"]["Id"]
    request = {"UserPoolId": pool, "Username": "someone", "TemporaryPassword": "Passw0rd-1"}
    file = embedded.directory.state / "cognito.json"
    failures = 0
    while True:
        disk = file.read_bytes()
        FAULTS.arm([fault := WriteFault("state/cognito.json", errno.ENOSPC, skip=failures)])
        error = await _refused(_cognito(embedded, "AdminCreateUser", **request))
        if error is None:
            break
        failures += 1
        assert error.code == "InternalErrorException"
        assert "cognito.json: No space left on device. Nothing was changed" in error.message
        assert file.read_bytes() == disk
        with pytest.raises(AwsError, match="does not exist"):
            await _cognito(embedded, "AdminGetUser", UserPoolId=pool, Username="someone")
    assert fault.count == 1  # the armed step does not exist
    assert failures > 2
    FAULTS.arm([])
    assert (await _cognito(embedded, "AdminGetUser", UserPoolId=pool, Username="someone"))["Username"]
    assert b"someone" in file.read_bytes()


async def test_concurrent_changes_of_the_same_service_get_the_error_too(embedded: Embedded) -> None:
    pool = (await _cognito(embedded, "CreateUserPool", PoolName="together"))["UserPool"]["Id"]

    async def create(number: int) -> bool:
        await asyncio.sleep(number / 1000)  # some change it during the write for others
        call = _cognito(embedded, "AdminCreateUser", UserPoolId=pool, Username=f"user-{number}")
        return await _refused(call) is None

    FAULTS.arm([fault := WriteFault("state/cognito.json", errno.EIO, skip=4)])
    acknowledged = await asyncio.gather(*(create(number) for number in range(40)))
    assert not fault.count
    assert any(acknowledged)
    assert not all(acknowledged)
    users = (await _cognito(embedded, "ListUsers", UserPoolId=pool))["Users"]
    names = {user["Username"] for user in users}
    assert names >= {f"user-{number}" for number, is_there in enumerate(acknowledged) if is_there}
    file = (embedded.directory.state / "cognito.json").read_text()
    assert names == {name for name in (f"user-{number}" for number in range(40)) if f'"{name}"' in file}


@pytest.mark.parametrize(
    ("service", "method", "path", "headers", "body"),
    [
        (
            "sqs",
            "POST",
            "/",
            {"content-type": "application/x-www-form-urlencoded"},
            b"Action=CreateQueue&QueueName=failing&Version=2012-11-05",
        ),
        ("sqs", "POST", "/", {"x-amz-target": "AmazonSQS.CreateQueue"}, b'{"QueueName":"failing-json"}'),
        ("s3", "PUT", "/failing-bucket", {}, b""),
        (
            "appsync",
            "POST",
            "/v1/apis",
            {"content-type": "application/json"},
            b'{"name":"n","authenticationType":"AWS_IAM"}',
        ),
    ],
)
async def test_each_protocol_has_its_own_internal_error(
    embedded: Embedded, service: str, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    FAULTS.arm([WriteFault("state/", errno.ENOSPC)])
    answer = await embedded.emulator.call(service, method, path, headers=headers, body=body, region=REGION)
    assert answer.status == 500
    assert b"No space left on device" in answer.body
    if "xml" in answer.headers["content-type"]:
        assert b"<Code>Internal" in answer.body
    else:
        assert answer.headers["x-amzn-errortype"] == "InternalFailure"
    again = await embedded.emulator.call(service, method, path, headers=headers, body=body, region=REGION)
    assert again.status < 300


async def test_after_a_cancelled_call_the_next_one_waits_for_its_commit(embedded: Embedded) -> None:
    """Two concurrent saves of one service would write the same file."""
    saver: Any = embedded.saver
    running, most = 0, 0
    save = saver._files.save  # noqa: SLF001

    def slow(service: str, state: dict[str, Any]) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.05)
        save(service, state)
        running -= 1

    saver._files.save = slow  # noqa: SLF001
    try:
        calls = [asyncio.create_task(_cognito(embedded, "CreateUserPool", PoolName=f"p{n}")) for n in range(3)]
        await asyncio.sleep(0.02)
        calls[0].cancel()
        calls += [asyncio.create_task(_cognito(embedded, "CreateUserPool", PoolName=f"q{n}")) for n in range(3)]
        await asyncio.gather(*calls, return_exceptions=True)
    finally:
        del saver._files.save  # noqa: SLF001
    assert most == 1
    file = (embedded.directory.state / "cognito.json").read_text()
    assert all(f'"{name}{number}"' in file for name, number in (("p", 1), ("p", 2), ("q", 0), ("q", 2)))


async def test_an_older_state_never_replaces_a_newer_one(embedded: Embedded) -> None:
    """Periodic saves read from memory while no other save writes the file."""
    saver: Any = embedded.saver
    pool = (await _cognito(embedded, "CreateUserPool", PoolName="newest"))["UserPool"]["Id"]
    for number in range(20):
        sweep = asyncio.create_task(asyncio.to_thread(saver._save_from_thread, "cognito"))  # noqa: SLF001
        await _cognito(embedded, "AdminCreateUser", UserPoolId=pool, Username=f"newest-{number}")
        await sweep
        assert f'"newest-{number}"' in (embedded.directory.state / "cognito.json").read_text()
