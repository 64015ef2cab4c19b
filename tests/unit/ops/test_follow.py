"""Tests that a request is traced through all log groups to its effects, and no further."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from common.commands import OperationError
from ops.__main__ import main
from ops.follow import Line, Logs, log_groups
from terraform.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

API, FUNCTION = "/aws/appsync/apis/abc", "/aws/lambda/chat-notifications-prod"
FIRST, SECOND = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"
WRITTEN = {
    API: [
        (1000, json.dumps({"logType": "RequestSummary", "requestId": FIRST, "statusCode": 200})),
        (1001, f"{FIRST} End Request"),
        (3000, json.dumps({"logType": "RequestSummary", "requestId": SECOND, "statusCode": 200})),
        (4000, json.dumps({"logType": "RequestSummary", "requestId": "another", "statusCode": 500})),
    ],
    FUNCTION: [
        (2000, json.dumps({"message": "Called the API", "correlation_id": FIRST, "api_request_id": SECOND})),
        (
            2001,
            json.dumps({"message": "A stream record failed", "correlation_id": FIRST, "exception_name": "KeyError"}),
        ),
    ],
}


class CannedLogs:
    """CloudWatch Logs with these log lines."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_paginator(self, operation: str) -> CannedLogs:
        assert operation == "filter_log_events"
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as boto3 takes it
        self.asked.append(request["filterPattern"])
        wanted = request["filterPattern"].strip('"')
        lines = WRITTEN[request["logGroupName"]]
        yield {"events": [{"timestamp": at, "message": text} for at, text in lines if wanted in text]}


def test_effects_of_a_request_are_found_in_order_of_time_with_one_query_per_request() -> None:
    client = CannedLogs()

    lines = Logs(client, [API, FUNCTION], 0).follow(FIRST)

    assert [line.timestamp for line in lines] == [1000, 1001, 2000, 2001, 3000]
    assert sorted(set(client.asked)) == [f'"{FIRST}"', f'"{SECOND}"']
    assert len(client.asked) == 4, "two groups, two requests"


def test_a_line_has_time_group_message_and_cause() -> None:
    texts = [str(Line(at, group, text)) for group, lines in WRITTEN.items() for at, text in lines]

    assert texts[0] == "1970-01-01T00:00:01.000+00:00  abc  RequestSummary  statusCode=200"
    assert texts[1] == f"1970-01-01T00:00:01.001+00:00  abc  {FIRST} End Request"
    assert texts[5].endswith("chat-notifications-prod  A stream record failed  exception_name=KeyError")


def test_the_log_groups_are_those_of_the_stack(tmp_path: Path) -> None:
    folder = tmp_path / "chat-prod"
    folder.mkdir()
    resources = {
        "aws_appsync_graphql_api": {"chat": {"name": "chat-api-prod"}},
        "aws_lambda_function": {"notifications": {"function_name": "chat-notifications-prod"}},
    }
    (folder / "cdk.tf.json").write_text(json.dumps({"resource": resources}))

    class Appsync:
        def __init__(self, *names: str) -> None:
            self._apis = [{"name": name, "apiId": "abc"} for name in names]

        def get_paginator(self, _operation: str) -> Appsync:
            return self

        def paginate(self) -> Iterator[dict[str, Any]]:
            yield {"graphqlApis": self._apis}

    stack = Stack.find(tmp_path, "prod")
    assert log_groups(stack, Appsync("chat-api-dev", "chat-api-prod")) == [API, FUNCTION]
    with pytest.raises(OperationError, match="is not deployed"):
        log_groups(stack, Appsync("chat-api-dev"))


def test_an_invalid_id_is_wrong_usage() -> None:
    assert main(["follow", 'x" | delete', "--environment", "prod"]) == 2
