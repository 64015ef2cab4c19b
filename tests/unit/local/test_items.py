"""Tests of DynamoDB's items in the journal: which writes are recorded, and compaction during writes."""

from __future__ import annotations

import asyncio
import errno
import json
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded import items
from local.embedded.journal import Journal

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

REGION = "us-east-1"


class Dynamodb:
    """Calls DynamoDB as the account's root user."""

    def __init__(self, embedded: Embedded) -> None:
        self._embedded = embedded

    async def __call__(self, action: str, *, region: str = REGION, **request: Any) -> dict[str, Any]:  # noqa: ANN401
        target = f"DynamoDB_20120810.{action}"
        return await self._embedded.emulator.call_json("dynamodb", target, request, region=region)

    async def table(self, name: str) -> None:
        await self(
            "CreateTable",
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )


@pytest.fixture(scope="module")
def dynamodb(embedded: Embedded) -> Dynamodb:
    return Dynamodb(embedded)


def _records(embedded: Embedded) -> list[Any]:
    return list(Journal(embedded.directory.state / "items").read())


async def test_a_transaction_is_one_record_and_a_read_is_not_recorded(embedded: Embedded, dynamodb: Dynamodb) -> None:
    await dynamodb.table("one-record")
    before = len(_records(embedded))
    puts = [{"Put": {"TableName": "one-record", "Item": {"id": {"S": str(n)}}}} for n in range(3)]
    await dynamodb("TransactWriteItems", TransactItems=puts, ClientRequestToken="token-1")
    await dynamodb("GetItem", TableName="one-record", Key={"id": {"S": "0"}})
    await dynamodb("Scan", TableName="one-record")
    (record,) = _records(embedded)[before:]
    assert [operation[0] for operation in record] == ["item", "item", "item", "token"]


async def test_a_refused_write_is_not_recorded(embedded: Embedded, dynamodb: Dynamodb) -> None:
    await dynamodb.table("refused")
    before = len(_records(embedded))
    with pytest.raises(Exception, match="conditional"):
        await dynamodb(
            "UpdateItem",
            TableName="refused",
            Key={"id": {"S": "1"}},
            UpdateExpression="SET a = :a",
            ConditionExpression="attribute_exists(id)",
            ExpressionAttributeValues={":a": {"S": "x"}},
        )
    assert len(_records(embedded)) == before


async def test_tables_are_saved_without_their_items_before_the_response(embedded: Embedded, dynamodb: Dynamodb) -> None:
    await dynamodb.table("settings")
    await dynamodb("PutItem", TableName="settings", Item={"id": {"S": "secret-item"}})
    ttl = {"Enabled": True, "AttributeName": "expiresAt"}
    await dynamodb("UpdateTimeToLive", TableName="settings", TimeToLiveSpecification=ttl)
    operations = [operation for record in _records(embedded) for operation in record]
    saved = json.dumps([operation for operation in operations if operation[0] == "tables"][-1])
    assert "settings" in saved
    assert "expiresAt" in saved
    assert "secret-item" not in saved


async def test_compaction_during_writes_loses_no_record(
    embedded: Embedded, dynamodb: Dynamodb, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dynamodb.table("short")
    monkeypatch.setattr(items, "COMPACT_BYTES", 20_000)
    monkeypatch.setattr(items, "_COMPACT_SHARE", 1_000_000)
    description = await dynamodb("DescribeTable", TableName="short")

    async def write(writer: int) -> None:
        for number in range(150):
            item = {"id": {"S": f"{writer}-{number}"}, "text": {"S": "x" * 100}}
            await dynamodb("PutItem", TableName="short", Item=item)
            if number % 3 == 0:
                await dynamodb("DeleteItem", TableName="short", Key={"id": item["id"]})
            await asyncio.sleep(0)

    await asyncio.gather(*(write(writer) for writer in range(4)))
    await embedded.tables.compacted()  # a reader sees only some of the files while they are replaced
    assert (embedded.directory.state / "items" / "snapshot.jsonl").exists()
    there: dict[str, Any] = {}
    for record in _records(embedded):
        for kind, *rest in record:
            if kind == "item" and rest[0] == description["Table"]["TableId"]:
                there[rest[1]] = rest[3]
            if kind == "items" and rest[0] == description["Table"]["TableId"]:
                there[rest[1]] = json.loads(rest[3])
    expected = {f"{writer}-{number}" for writer in range(4) for number in range(150) if number % 3}
    assert {key for key, item in there.items() if item} == expected


async def test_a_failed_compaction_loses_nothing_and_blocks_no_write(
    embedded: Embedded, dynamodb: Dynamodb, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await dynamodb.table("full-disk")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(items, "COMPACT_BYTES", 0)
        patch.setattr(items, "_COMPACT_SHARE", 1_000_000)
        patch.setattr(Journal, "write_snapshot", full)
        await dynamodb("PutItem", TableName="full-disk", Item={"id": {"S": "kept-on-a-full-disk"}})
        await embedded.tables.compacted()
    assert "no space" in caplog.text
    assert "kept-on-a-full-disk" in json.dumps(_records(embedded))


async def test_a_restored_table_is_recorded_completely(embedded: Embedded, dynamodb: Dynamodb) -> None:
    await dynamodb.table("original")
    await dynamodb("PutItem", TableName="original", Item={"id": {"S": "kept"}})
    backup = (await dynamodb("CreateBackup", TableName="original", BackupName="b"))["BackupDetails"]["BackupArn"]
    await dynamodb("RestoreTableFromBackup", TargetTableName="restored", BackupArn=backup)
    operations = [operation for record in _records(embedded) for operation in record]
    whole = [operation for operation in operations if operation[0] == "table"]
    assert any("kept" in json.dumps(operation) for operation in whole)


async def test_a_replica_has_its_items_after_a_restart(embedded: Embedded, dynamodb: Dynamodb) -> None:
    await dynamodb.table("replicated")
    await dynamodb("PutItem", TableName="replicated", Item={"id": {"S": "before"}})
    await dynamodb("UpdateTable", TableName="replicated", ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
    await dynamodb("PutItem", TableName="replicated", Item={"id": {"S": "after"}})
    embedded.tables._reload()  # noqa: SLF001 - as a start reads the journal
    for region in (REGION, "eu-west-1"):
        scan = await dynamodb("Scan", region=region, TableName="replicated")
        assert sorted(item["id"]["S"] for item in scan["Items"]) == ["after", "before"]
