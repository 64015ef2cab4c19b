"""Tests of the API's log group in CloudWatch Logs, written with the role of its log settings."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.backend import AwsError, LogLine
from tests.unit.local.functions import ACCOUNT, REGION, Cloud

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.local.conftest import Embedded

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "appsync.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


async def _role(cloud: Cloud, name: str, *actions: str, group: str) -> str:
    await cloud.form("iam", Action="CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    resource = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*"
    statement = {"Effect": "Allow", "Action": [f"logs:{action}" for action in actions], "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    await cloud.form("iam", Action="PutRolePolicy", RoleName=name, PolicyName="own", PolicyDocument=document)
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


async def _logs(embedded: Embedded, action: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return await embedded.emulator.call_json("logs", f"Logs_20140328.{action}", request, region=REGION)


def _line(text: str) -> LogLine:
    return LogLine(time.time_ns() // 1_000_000, text)


async def _texts(embedded: Embedded, group: str) -> list[str]:
    found = await _logs(embedded, "FilterLogEvents", logGroupName=group)
    return [event["message"] for event in found["events"]]


@pytest.mark.conforms("operations.log-group")
async def test_lines_are_written_to_the_log_group_of_the_stack(embedded: Embedded, tmp_path: Path) -> None:
    group = "/aws/appsync/apis/made"
    await _logs(embedded, "CreateLogGroup", logGroupName=group)
    role = await _role(Cloud(embedded.emulator, tmp_path), "logs", "CreateLogStream", "PutLogEvents", group=group)
    for text in ("first", "second"):
        await embedded.backend.put_log_events(group, [_line(text)], role_arn=role, region=REGION)
    assert await _texts(embedded, group) == ["first", "second"]


async def test_a_missing_log_group_is_created(embedded: Embedded, tmp_path: Path) -> None:
    group = "/aws/appsync/apis/missing"
    actions = ("CreateLogGroup", "CreateLogStream", "PutLogEvents")
    role = await _role(Cloud(embedded.emulator, tmp_path), "logs-all", *actions, group=group)
    await embedded.backend.put_log_events(group, [_line("first")], role_arn=role, region=REGION)
    assert await _texts(embedded, group) == ["first"]


@pytest.mark.conforms("operations.log-group")
async def test_a_role_without_permission_is_refused(embedded: Embedded, tmp_path: Path) -> None:
    group = "/aws/appsync/apis/refused"
    role = await _role(Cloud(embedded.emulator, tmp_path), "logs-none", "DescribeLogStreams", group=group)
    with pytest.raises(AwsError, match="logs:PutLogEvents"):
        await embedded.backend.put_log_events(group, [_line("first")], role_arn=role, region=REGION)


async def test_the_size_of_the_log_is_limited(embedded: Embedded, tmp_path: Path) -> None:
    group = "/aws/appsync/apis/busy"
    actions = ("CreateLogGroup", "CreateLogStream", "PutLogEvents")
    role = await _role(Cloud(embedded.emulator, tmp_path), "logs-busy", *actions, group=group)
    for number in range(25):
        lines = [_line(f"{number}.{line}") for line in range(500)]
        await embedded.backend.put_log_events(group, lines, role_arn=role, region=REGION)
    streams = (await _logs(embedded, "DescribeLogStreams", logGroupName=group))["logStreams"]
    assert len(streams) == 2
    newest = max(streams, key=lambda stream: int(stream["lastEventTimestamp"]))
    found = await _logs(embedded, "GetLogEvents", logGroupName=group, logStreamName=newest["logStreamName"])
    assert found["events"][-1]["message"] == "24.499"
