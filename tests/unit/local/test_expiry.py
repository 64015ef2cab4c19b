"""Tests that expired items are deleted with a stream record whose identity is DynamoDB."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.events.expiry import PERIOD_VARIABLE, Expiry
from local.embedded.journal import Journal
from tests.helpers.waiting import eventually
from tests.unit.local.functions import READ_STREAM, REGION, Cloud
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.local.conftest import Embedded

YEAR = 365 * 24 * 3600


@pytest.fixture
def cloud(embedded: Embedded, tmp_path: Path) -> Cloud:
    return Cloud(embedded.emulator, tmp_path)


async def _expiring_table(cloud: Cloud, name: str) -> str:
    stream = await cloud.table(name)
    setting = {"Enabled": True, "AttributeName": "expiresAt"}
    await cloud.dynamodb("UpdateTimeToLive", TableName=name, TimeToLiveSpecification=setting)
    return stream


async def _put(cloud: Cloud, table: str, name: str, expires_at: dict[str, Any] | None) -> None:
    item = {"id": {"S": name}, **({"expiresAt": expires_at} if expires_at else {})}
    await cloud.dynamodb("PutItem", TableName=table, Item=item)


async def _ids(cloud: Cloud, table: str) -> set[str]:
    return {item["id"]["S"] for item in (await cloud.dynamodb("Scan", TableName=table))["Items"]}


async def _records(embedded: Embedded, stream: str) -> list[dict[str, Any]]:
    async def call(action: str, request: dict[str, Any]) -> dict[str, Any]:
        target = f"DynamoDBStreams_20120810.{action}"
        return await embedded.emulator.call_json("dynamodbstreams", target, request, region=REGION)

    described = await call("DescribeStream", {"StreamArn": stream})
    shard = described["StreamDescription"]["Shards"][0]["ShardId"]
    place = {"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    iterator = await call("GetShardIterator", place)
    records: list[dict[str, Any]] = (await call("GetRecords", iterator))["Records"]
    return records


async def test_a_step_of_the_clock_expires_no_item_early(
    cloud: Cloud, embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _expiring_table(cloud, "stepped")
    real = time.time
    for name, seconds in (("in an hour", 3600), ("in a day", 24 * 3600)):
        await _put(cloud, "stepped", name, {"N": str(int(real()) + seconds)})
    for step in (2 * 24 * 3600, -3600, 0):
        monkeypatch.setattr(time, "time", lambda step=step: real() + step)
        await embedded.expiry.sweep()
        assert await _ids(cloud, "stepped") == {"in an hour", "in a day"}

    gone_by = time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda clock: gone_by(clock) + 2 * 3600)
    await embedded.expiry.sweep()
    assert await _ids(cloud, "stepped") == {"in an hour", "in a day"}, "the wall clock decides, too"
    monkeypatch.setattr(time, "time", lambda: real() + 2 * 3600)
    await embedded.expiry.sweep()
    assert await _ids(cloud, "stepped") == {"in a day"}


async def test_deletes_expired_items_only(cloud: Cloud, embedded: Embedded) -> None:
    await _expiring_table(cloud, "sessions")
    now = time.time()
    moments = {
        "past": {"N": str(int(now) - 1)},
        "future": {"N": str(int(now) + 100)},
        "milliseconds": {"N": str(int(now * 1000))},
        "text": {"S": str(int(now) - 1)},
        "six years ago": {"N": str(int(now) - 6 * YEAR)},
        "none": None,
    }
    for name, moment in moments.items():
        await _put(cloud, "sessions", name, moment)
    await embedded.expiry.sweep()
    assert await _ids(cloud, "sessions") == set(moments) - {"past"}


async def test_a_function_can_distinguish_expiry_from_deletion(cloud: Cloud, embedded: Embedded) -> None:
    stream = await _expiring_table(cloud, "told_apart")
    function = await cloud.function("told_apart", READ_STREAM)
    by_dynamodb = {"userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]}}
    await cloud.mapping(function, stream, FilterCriteria={"Filters": [{"Pattern": json.dumps(by_dynamodb)}]})
    past = {"N": str(int(time.time()) - 1)}
    await _put(cloud, "told_apart", "deleted", past)
    await cloud.dynamodb("DeleteItem", TableName="told_apart", Key={"id": {"S": "deleted"}})
    await _put(cloud, "told_apart", "expired", past)
    await embedded.expiry.sweep()
    await eventually(lambda: bool(function.invocations()))
    (record,) = function.invocations()[0]["event"]["Records"]
    assert record["eventName"] == "REMOVE"
    assert record["dynamodb"]["OldImage"] == {"id": {"S": "expired"}, "expiresAt": past}
    assert record["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


async def test_the_streams_api_returns_the_identity_in_its_format(cloud: Cloud, embedded: Embedded) -> None:
    stream = await _expiring_table(cloud, "by_hand")
    await _put(cloud, "by_hand", "expired", {"N": str(int(time.time()) - 1)})
    await embedded.expiry.sweep()
    inserted, removed = await _records(embedded, stream)
    assert "userIdentity" not in inserted
    assert removed["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}


async def test_expired_items_are_deleted_from_the_journal_with_their_record(cloud: Cloud, embedded: Embedded) -> None:
    await _expiring_table(cloud, "journaled")
    await _put(cloud, "journaled", "expired", {"N": str(int(time.time()) - 1)})
    await embedded.expiry.sweep()
    *_, last = Journal(embedded.directory.state / "items").read()
    kinds = [(operation[0], operation[-1]) for operation in last]
    assert [kind for kind, _ in kinds] == ["item", "stream"]
    assert kinds[0][1] is None
    assert kinds[1][1]["userIdentity"]["type"] == "Service"


async def test_ministacks_reaper_deletes_nothing(cloud: Cloud, embedded: Embedded) -> None:
    import threading  # noqa: PLC0415

    await _expiring_table(cloud, "kept")
    await _put(cloud, "kept", "expired", {"N": str(int(time.time()) - 1)})
    dynamodb: Any = embedded.emulator.module_of("dynamodb")
    (table,) = (table for table in dynamodb._tables.all_values() if table["TableName"] == "kept")  # noqa: SLF001
    (partition,) = table["items"]
    (sort,) = table["items"][partition]
    arguments = (table, partition, sort)
    reaper = threading.Thread(target=dynamodb._remove_item, args=arguments, name="dynamodb-ttl-reaper")  # noqa: SLF001
    reaper.start()
    reaper.join()
    assert await _ids(cloud, "kept") == {"expired"}


@pytest.mark.parametrize("setting", ["0", "-1", "soon", "nan", "inf"])
def test_refuses_an_invalid_period(embedded: Embedded, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv(PERIOD_VARIABLE, setting)
    with pytest.raises(ValueError, match=PERIOD_VARIABLE):
        Expiry(embedded.emulator, embedded.tables)


def test_the_server_sweeps_by_itself_and_keeps_its_state_after_sigkill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PERIOD_VARIABLE, "0.2")
    with ServerProcess(tmp_path) as server:
        dynamodb = server.client("dynamodb")
        dynamodb.create_table(
            TableName="ttl",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        setting = {"Enabled": True, "AttributeName": "expiresAt"}
        dynamodb.update_time_to_live(TableName="ttl", TimeToLiveSpecification=setting)
        dynamodb.put_item(TableName="ttl", Item={"id": {"S": "1"}, "expiresAt": {"N": str(int(time.time()) - 1)}})
        deadline = time.monotonic() + 60
        while dynamodb.scan(TableName="ttl")["Count"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        server.end(signal.SIGKILL)
        monkeypatch.setenv(PERIOD_VARIABLE, "3600")
        server.start()
        assert server.client("dynamodb").scan(TableName="ttl")["Count"] == 0


async def test_no_item_is_deleted_from_a_table_that_was_restored_meanwhile(cloud: Cloud, embedded: Embedded) -> None:
    await _expiring_table(cloud, "read_back")
    await _put(cloud, "read_back", "expired", {"N": str(int(time.time()) - 1)})
    place = ("000000000000", REGION, "read_back")
    module: Any = embedded.emulator.module_of("dynamodb")
    former = module._tables.get_scoped(*place)  # noqa: SLF001
    embedded.tables._reload()  # noqa: SLF001
    assert module._tables.get_scoped(*place) is not former  # noqa: SLF001
    assert not await embedded.expiry._sweep_table(place, former, "expiresAt")  # noqa: SLF001
    assert await embedded.expiry.sweep() >= 1
