"""Follow one request of the API through the logs: what AppSync says of it, and what functions did because of it.

    python -m ops.follow 164e4202-0f4d-4110-8d57-fdb92518ff14 --environment prod
    python -m ops.follow 164e4202-0f4d-4110-8d57-fdb92518ff14 --environment prod --hours 24 --format json

The id is that of the response header ``x-amzn-requestid``, or ``requestId`` in the row of a message. What a function
published in turn is a request of its own, and is followed too. For a wide span of time the same question to CloudWatch
Logs Insights is quicker (docs/operations.md, "Trace a request"). Exit codes: 0 something was
found, 1 nothing was, 2 wrong usage, 3 error.
"""

from __future__ import annotations

import json
import re
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from common.commands import OperationError, Parser, Progress, log, number, run
from common.exit_codes import EXIT_OK, REFUSED
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

HOURS = 1.0
_MOST_HOURS = 24.0 * 3_660
"""The longest time that CloudWatch Logs keeps a line."""
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_SHOWN = ("exception_name", "event_id", "fields", "action", "path", "errors", "statusCode", "api_request_id")
"""Of a line that is JSON, what is worth a place beside its message."""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One line of a log.

    Attributes:
        timestamp: Unix millisecond.
        group: the log group.
        text: as it was written.
    """

    timestamp: int
    group: str
    text: str

    @property
    def content(self) -> dict[str, Any]:
        """The line as JSON; empty where it is text."""
        try:
            content = json.loads(self.text)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    @property
    def moment(self) -> str:
        """When it was written, ISO 8601."""
        return datetime.fromtimestamp(self.timestamp / 1000, UTC).isoformat(timespec="milliseconds")

    def __str__(self) -> str:
        """Return it as it is shown: when, where, what."""
        content = self.content
        words = content.get("message") or content.get("logType") or self.text.strip()
        more = [f"{name}={content[name]}" for name in _SHOWN if content.get(name)]
        return "  ".join([self.moment, self.group.rsplit("/", 1)[1], words, *more])


class Logs:
    """The log groups of one environment.

    Args:
        client: boto3's client of CloudWatch Logs.
        groups: their names.
        begin: Unix millisecond from which lines are read.
    """

    def __init__(self, client: Any, groups: list[str], begin: int) -> None:  # noqa: ANN401 - boto3's client
        self._client = client
        self._groups = groups
        self._begin = begin

    def follow(self, request_id: str) -> list[Line]:
        """Return the lines of a request and of the requests that it led to, in order of time."""
        waiting, known, found = [request_id], {request_id}, set[Line]()
        progress = Progress(f"reading {len(self._groups)} log groups")
        while waiting:
            for line in self._about(waiting.pop(), progress):
                found.add(line)
                onward = line.content.get("api_request_id")
                if onward and onward not in known:
                    known.add(onward)
                    waiting.append(onward)
        return sorted(found)

    def _about(self, request_id: str, progress: Progress) -> Iterator[Line]:
        for group in self._groups:
            pages = self._client.get_paginator("filter_log_events").paginate(
                logGroupName=group, startTime=self._begin, filterPattern=f'"{request_id}"'
            )
            for page in pages:
                progress.tell(group)
                for event in page["events"]:
                    if request_id in event["message"]:
                        yield Line(event["timestamp"], group, event["message"])


def log_groups(stack: Stack, appsync: Any) -> list[str]:  # noqa: ANN401 - boto3's client
    """Return the names of the groups of the API and of the functions.

    Raises:
        OperationError: the API is not there.
    """
    name = stack.argument("aws_appsync_graphql_api.chat", "name")
    pages = appsync.get_paginator("list_graphql_apis").paginate()
    ids = [api["apiId"] for page in pages for api in page["graphqlApis"] if api["name"] == name]
    if not ids:
        raise OperationError(f"There is no API {name}: {stack.environment} is not deployed in this account and region.")
    functions = (one for address, one in stack.resources.items() if address.startswith("aws_lambda_function."))
    return [f"/aws/appsync/apis/{ids[0]}", *sorted(f"/aws/lambda/{one['function_name']}" for one in functions)]


def main(arguments: list[str] | None = None) -> int:
    """Print what the logs have about a request."""
    parser = Parser(prog="python -m ops.follow", description=__doc__)
    parser.add_argument("request_id", help="of the response header x-amzn-requestid, or of a row")
    parser.add_argument("--environment", required=True)
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument(
        "--hours", type=number(0, _MOST_HOURS), default=HOURS, help=f"how far back to look (default: {HOURS:g})"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args(arguments)
    if not _ID.fullmatch(options.request_id):
        parser.error(f"{options.request_id!r} is not a request id: 8 to 64 letters, digits and hyphens")

    def command() -> int:
        stack = Stack.find(options.stacks, options.environment)
        groups = log_groups(stack, boto3.client("appsync", region_name=stack.region))
        begin = max(int((time.time() - options.hours * 3600) * 1000), 0)
        lines = Logs(boto3.client("logs", region_name=stack.region), groups, begin).follow(options.request_id)
        _print(lines, options.format)
        if not lines:
            log(f"No line of the last {options.hours:g} hours has {options.request_id}. Logs arrive within a minute.")
        return EXIT_OK if lines else REFUSED

    return run(command)


def _print(lines: list[Line], style: str) -> None:
    if style == "json":
        print(json.dumps([{"at": one.moment, "group": one.group, "line": one.content or one.text} for one in lines]))
        return
    for line in lines:
        print(line)


if __name__ == "__main__":
    sys.exit(main())
