"""Delivers request logs asynchronously.

A request only queues its record. Formatting the lines and writing them to the log file and CloudWatch Logs happen
later; AppSync's own logs also arrive after some seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from typing import TYPE_CHECKING, Final

from appsync_local.backend import AwsError
from appsync_local.request_log import log_lines, summary_lines

if TYPE_CHECKING:
    from appsync_local.api import GraphqlApi
    from appsync_local.backend import Backend, LogLine
    from appsync_local.request_log import RequestRecord

_EVERY_SECONDS: Final = 0.5
_MOST_WAITING: Final = 2_000
_RECORDS_AT_ONCE: Final = 50
_LINES_IN_ONE_CALL: Final = 500
"""CloudWatch Logs accepts 10,000 (PutLogEvents in its API reference); fewer do not block the event loop."""

_logger: Final = logging.getLogger("appsync")


class LogDelivery:
    """Queues records and writes them."""

    def __init__(self, backend: Backend, *, every_seconds: float = _EVERY_SECONDS) -> None:
        self._backend = backend
        self._every_seconds = every_seconds
        self._waiting: deque[RequestRecord] = deque()
        self._dropped = 0
        self._refused: set[str] = set()
        """Errors that have already been logged."""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the delivery."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Deliver the queued records and stop."""
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._task = None
        await self._deliver()

    def take(self, record: RequestRecord) -> None:
        """Queue a record without waiting. If 2,000 records are queued, new ones are counted and dropped."""
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(record)
        else:
            self._dropped += 1

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_seconds)
            try:
                await self._deliver()
            except Exception:  # a log that cannot be written must not stop the server
                _logger.exception("Logs of requests could not be delivered")

    async def _deliver(self) -> None:
        while self._waiting:
            count = min(len(self._waiting), _RECORDS_AT_ONCE)
            records = [self._waiting.popleft() for _ in range(count)]
            if _logger.isEnabledFor(logging.INFO):
                _logger.info("%s", "\n".join(line for record in records for line in summary_lines(record)))
            await self._to_cloudwatch(records)
            await asyncio.sleep(0)
        if self._dropped:
            _logger.warning("The logs of %s requests were dropped: more came than could be written", self._dropped)
            self._dropped = 0

    async def _to_cloudwatch(self, records: list[RequestRecord]) -> None:
        lines: dict[str, list[LogLine]] = {}
        apis: dict[str, GraphqlApi] = {}
        for record in records:
            if record.api.log_config.get("cloudWatchLogsRoleArn"):
                apis[record.api.id] = record.api
                lines.setdefault(record.api.id, []).extend(log_lines(record))
        for api_id, api in apis.items():
            for start in range(0, len(lines[api_id]), _LINES_IN_ONE_CALL):
                await self._put(api, lines[api_id][start : start + _LINES_IN_ONE_CALL])

    async def _put(self, api: GraphqlApi, lines: list[LogLine]) -> None:
        role_arn = str(api.log_config["cloudWatchLogsRoleArn"])
        try:
            await self._backend.put_log_events(
                f"/aws/appsync/apis/{api.id}", lines, role_arn=role_arn, region=api.region
            )
        except AwsError as error:
            complaint = f"{api.id}: {error}"
            if complaint not in self._refused:
                self._refused.add(complaint)
                _logger.warning("The API %s cannot write to CloudWatch Logs: %s", api.id, error)
