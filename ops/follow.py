"""Follow one request of the API through the logs of AppSync and of functions.

The id is in the response header ``x-amzn-requestid``, and in ``requestId`` of the row of a message. A request that a
function sends in turn is followed too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from common.commands import OperationError, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from terraform.stack import Stack

_SHOWN = ("exception_name", "event_id", "fields", "action", "path", "errors", "statusCode", "api_request_id")
"""Fields of JSON lines that are shown after the message."""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A line of a log.

    Attributes:
        timestamp: Unix time in milliseconds.
        group: the log group.
        text: the text of the line.
    """

    timestamp: int
    group: str
    text: str

    @property
    def content(self) -> dict[str, Any]:
        """The JSON content of the line; empty for other text."""
        try:
            content = json.loads(self.text)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    @property
    def moment(self) -> str:
        """The time of the line in ISO 8601."""
        return datetime.fromtimestamp(self.timestamp / 1000, UTC).isoformat(timespec="milliseconds")

    def __str__(self) -> str:
        """Return time, log group, message and some fields."""
        content = self.content
        words = content.get("message") or content.get("logType") or self.text.strip()
        more = [f"{name}={content[name]}" for name in _SHOWN if content.get(name)]
        return "  ".join([self.moment, self.group.rsplit("/", 1)[1], words, *more])


class Logs:
    """The log groups of an environment.

    Args:
        client: boto3's client of CloudWatch Logs.
        groups: the names of the log groups.
        begin: the earliest time of lines, Unix time in milliseconds.
    """

    def __init__(self, client: Any, groups: list[str], begin: int) -> None:  # noqa: ANN401 - boto3's client
        self._client = client
        self._groups = groups
        self._begin = begin

    def follow(self, request_id: str) -> list[Line]:
        """Return the lines of a request and of the requests that it caused, in order of time."""
        waiting, known, found = [request_id], {request_id}, set[Line]()
        progress = Progress(f"reading {len(self._groups)} log groups")
        while waiting:
            for line in self._about(waiting.pop(), progress):
                found.add(line)
                caused = line.content.get("api_request_id")
                if caused and caused not in known:
                    known.add(caused)
                    waiting.append(caused)
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
    """Return the names of the log groups of the API and the functions.

    Raises:
        OperationError: the API does not exist.
    """
    name = stack.argument("aws_appsync_graphql_api.chat", "name")
    pages = appsync.get_paginator("list_graphql_apis").paginate()
    ids = [api["apiId"] for page in pages for api in page["graphqlApis"] if api["name"] == name]
    if not ids:
        raise OperationError(f"There is no API {name}: {stack.environment} is not deployed in this account and region.")
    functions = [
        arguments["function_name"]
        for address, arguments in stack.resources.items()
        if address.startswith("aws_lambda_function.")
    ]
    return [f"/aws/appsync/apis/{ids[0]}", *sorted(f"/aws/lambda/{name}" for name in functions)]


def print_lines(lines: list[Line], style: str) -> None:
    """Print lines as text or as JSON.

    Args:
        lines: in order of time.
        style: ``text`` or ``json``.
    """
    if style == "json":
        print(
            json.dumps([{"at": line.moment, "group": line.group, "line": line.content or line.text} for line in lines])
        )
        return
    for line in lines:
        print(line)
