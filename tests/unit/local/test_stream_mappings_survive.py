"""Tests of a real server killed while functions run: every record is delivered at least once and in order."""

# ruff: noqa: ANN401 - boto3 clients, whose types know literal names only

from __future__ import annotations

import io
import json
import signal
import time
import zipfile
from typing import TYPE_CHECKING, Any

from tests.unit.local.functions import READ_STREAM, TRUST, WRITES_DOWN
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = 12


def _deploy(server: ServerProcess, calls: Path) -> None:
    iam, dynamodb, functions = (server.client(service) for service in ("iam", "dynamodb", "lambda"))
    role = iam.create_role(RoleName="slow", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [READ_STREAM]}
    iam.put_role_policy(RoleName="slow", PolicyName="own", PolicyDocument=json.dumps(policy))
    table = dynamodb.create_table(
        TableName="slow",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("slow.py", WRITES_DOWN.replace("    texts =", "    time.sleep(0.1)\n    texts ="))
    functions.create_function(
        FunctionName="slow",
        Runtime="python3.13",
        Handler="slow.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"CALLS": str(calls)}},
    )
    functions.create_event_source_mapping(
        FunctionName="slow",
        EventSourceArn=table["TableDescription"]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
        BatchSize=1,
    )


def _seen(calls: Path) -> list[int]:
    lines = calls.read_text().splitlines() if calls.exists() else []
    records = [record for line in lines for record in json.loads(line)["event"]["Records"]]
    return [int(record["dynamodb"]["Keys"]["id"]["S"]) for record in records]


def _wait(calls: Path, count: int) -> list[int]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        seen = _seen(calls)
        if len(set(seen)) >= count:
            return seen
        time.sleep(0.02)
    message = f"only {_seen(calls)} were delivered"
    raise AssertionError(message)


def _write(dynamodb: Any) -> None:
    for number in range(RECORDS):
        dynamodb.put_item(TableName="slow", Item={"id": {"S": str(number)}})


def test_no_record_is_lost_after_sigkill_and_few_are_repeated(tmp_path: Path) -> None:
    calls = tmp_path / "calls.jsonl"
    with ServerProcess(tmp_path / "data") as server:
        _deploy(server, calls)
        _write(server.client("dynamodb"))
        for already in (3, 6):
            _wait(calls, already)
            server.end(signal.SIGKILL)
            server.start()
        seen = _wait(calls, RECORDS)
        assert list(dict.fromkeys(seen)) == list(range(RECORDS))
        assert len(seen) <= RECORDS + 2  # records in flight at each kill

        assert server.end(signal.SIGTERM) == 0
        server.start()
        time.sleep(0.5)
        assert _seen(calls) == seen  # a regular end repeats nothing
