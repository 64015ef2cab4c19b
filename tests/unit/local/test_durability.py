"""Tests of a real server killed during writes: acknowledged writes exist exactly once and in order."""

# ruff: noqa: ANN401 - JSON values, and boto3 clients, whose types know literal names only

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILLS = 3
WRITERS = 4
TABLE = "kept"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """Return a server that compacts its journal continuously, so that it is killed during a compaction."""
    with ServerProcess(tmp_path / "data", compact_bytes=20_000) as server:
        yield server


def _create_table(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "p", "AttributeType": "S"},
            {"AttributeName": "s", "AttributeType": "N"},
            {"AttributeName": "g", "AttributeType": "B"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "byG",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )


class Writer(threading.Thread):
    """A writer that increments a counter, puts a row per count and moves two in a transaction until the server ends."""

    def __init__(self, dynamodb: Any, name: str, before: int) -> None:
        super().__init__()
        self._dynamodb = dynamodb
        self._name = name
        self.acknowledged = before
        self.begun = threading.Event()

    def run(self) -> None:
        with contextlib.suppress(ClientError, BotoCoreError):
            while True:
                self._step()
                self.acknowledged += 1
                self.begun.set()

    def _step(self) -> None:
        """Write one count; each request is sent once, because a counter is not idempotent."""
        wanted = self.acknowledged + 1
        self._dynamodb.transact_write_items(
            TransactItems=[
                {
                    "Update": {
                        "TableName": TABLE,
                        "Key": {"p": {"S": f"{self._name}-counter"}, "s": {"N": "0"}},
                        "UpdateExpression": "ADD n :one",
                        "ConditionExpression": "attribute_not_exists(n) OR n < :wanted",
                        "ExpressionAttributeValues": {":one": {"N": "1"}, ":wanted": {"N": str(wanted)}},
                    }
                },
                {
                    "Put": {
                        "TableName": TABLE,
                        "Item": {"p": {"S": self._name}, "s": {"N": str(wanted)}, "g": {"B": self._name.encode()}},
                    }
                },
            ]
        )


def _rows(dynamodb: Any, name: str) -> list[int]:
    pages = dynamodb.get_paginator("query").paginate(
        TableName=TABLE, KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": {"S": name}}
    )
    return [int(item["s"]["N"]) for page in pages for item in page["Items"]]


def _counter(dynamodb: Any, name: str) -> int:
    item = dynamodb.get_item(TableName=TABLE, Key={"p": {"S": f"{name}-counter"}, "s": {"N": "0"}}).get("Item")
    return int(item["n"]["N"]) if item else 0


def test_every_acknowledged_write_exists_exactly_once_after_sigkill(server: ServerProcess) -> None:
    _create_table(server.client("dynamodb"))
    done = {f"w{number}": 0 for number in range(WRITERS)}
    for _kill in range(KILLS):
        writers = {name: Writer(server.client("dynamodb"), name, before) for name, before in done.items()}
        for writer in writers.values():
            writer.start()
        for writer in writers.values():
            assert writer.begun.wait(60)
        server.end(signal.SIGKILL)
        for writer in writers.values():
            writer.join(timeout=60)
        server.start()
        dynamodb = server.client("dynamodb")
        for name, writer in writers.items():
            rows, counter = _rows(dynamodb, name), _counter(dynamodb, name)
            # The last write may have been stored without a response; it exists completely or not at all.
            assert writer.acknowledged <= counter <= writer.acknowledged + 1
            assert rows == list(range(1, counter + 1))
            found = dynamodb.query(
                TableName=TABLE,
                IndexName="byG",
                Select="COUNT",
                KeyConditionExpression="g = :g",
                ExpressionAttributeValues={":g": {"B": name.encode()}},
            )
            assert found["Count"] == counter
            done[name] = counter


def _stream(server: ServerProcess) -> list[str]:
    streams = server.client("dynamodbstreams")
    arn = server.client("dynamodb").describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
    return [f"{record['eventName']} {record['dynamodb']['Keys']['s']['N']}" for record in records]


def test_streams_tokens_deletions_and_settings_are_kept_after_sigkill(server: ServerProcess) -> None:
    dynamodb = server.client("dynamodb")
    _create_table(dynamodb)
    for number in (1, 2):
        dynamodb.put_item(TableName=TABLE, Item={"p": {"S": "a"}, "s": {"N": str(number)}})
    dynamodb.delete_item(TableName=TABLE, Key={"p": {"S": "a"}, "s": {"N": "1"}})
    dynamodb.update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiresAt"}
    )
    update = {
        "Update": {
            "TableName": TABLE,
            "Key": {"p": {"S": "a"}, "s": {"N": "2"}},
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    dynamodb.transact_write_items(TransactItems=[update], ClientRequestToken="same-request")
    server.client("iam").create_role(RoleName="kept", AssumeRolePolicyDocument="{}")
    server.client("logs").create_log_group(logGroupName="kept")
    server.client("s3").create_bucket(Bucket="kept-bucket")
    server.client("s3").put_object(Bucket="kept-bucket", Key="k", Body=b"v")
    expected = ["INSERT 1", "INSERT 2", "REMOVE 1", "MODIFY 2"]
    assert _stream(server) == expected

    server.end(signal.SIGKILL)
    server.start()
    dynamodb = server.client("dynamodb")
    assert _stream(server) == expected
    dynamodb.transact_write_items(TransactItems=[update], ClientRequestToken="same-request")
    items = dynamodb.scan(TableName=TABLE)["Items"]
    assert items == [{"p": {"S": "a"}, "s": {"N": "2"}, "n": {"N": "1"}}]
    assert dynamodb.describe_time_to_live(TableName=TABLE)["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    assert server.client("iam").get_role(RoleName="kept")["Role"]["RoleName"] == "kept"
    assert server.client("logs").describe_log_groups()["logGroups"][0]["logGroupName"] == "kept"
    assert server.client("s3").get_object(Bucket="kept-bucket", Key="k")["Body"].read() == b"v"

    assert server.end(signal.SIGTERM) == 0
    server.start()
    assert _stream(server) == expected
    dynamodb = server.client("dynamodb")
    dynamodb.delete_table(TableName=TABLE)
    _create_table(dynamodb)
    server.end(signal.SIGKILL)
    server.start()
    assert server.client("dynamodb").scan(TableName=TABLE)["Items"] == []
    assert _stream(server) == []
