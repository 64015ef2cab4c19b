"""Delivers the records of one mapping to its function, in order, one batch at a time, until completed or discarded.

Rules: Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB" and its pages on batching, partial batch
responses and discarded records. A stream has one shard here and a batch ends before the next begins, so the order of
the whole stream is kept; ``ParallelizationFactor``, with which AWS keeps the order per item only, has no effect.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from appsync_local.backend import AwsError
from appsync_local.datasources.dynamodb.item_size import item_size
from local.embedded.events.answers import Verdict, judge
from local.embedded.events.discarding import RETRIES_EXHAUSTED, TOO_OLD, Discarded
from local.embedded.events.streams import BEFORE_ALL, sequence_number

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from appsync_local.backend import FunctionResult
    from local.embedded.events.filters import Patterns
    from local.embedded.events.mapping import EventSourceMapping
    from local.embedded.events.positions import Positions
    from local.embedded.events.streams import Record, TableStreams

logger = logging.getLogger(__name__)

_PAYLOAD_BYTES = 6 * 1024 * 1024
"""The maximum payload of a synchronous invocation."""
_ENVELOPE_BYTES = 64
_READ_AT_ONCE = 1000
_FIRST_DELAY_SECONDS = 0.1
_LONGEST_DELAY_SECONDS = 30.0
NOTHING_YET, GOOD, FAILED = "No records processed", "OK", "PROBLEM: Function call failed"


def _delays() -> Iterator[float]:
    """Yield an unlimited sequence of pauses, each twice as long as the previous one."""
    delay = _FIRST_DELAY_SECONDS
    while True:
        yield delay
        delay = min(delay * 2, _LONGEST_DELAY_SECONDS)


@dataclass(slots=True)
class _Batch:
    records: list[Record]
    failures: int = 0
    """The number of failed invocations; all but the first were retries."""
    pauses: Iterator[float] = field(default_factory=_delays)
    """The pauses before the next retries."""


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """The services that all deliveries share."""

    streams: TableStreams
    positions: Positions
    patterns: Patterns
    invoke: Callable[[str, bytes], Awaitable[FunctionResult]]
    """Invokes a function ARN with a payload; raises AwsError if the function could not be reached."""
    discard: Callable[[EventSourceMapping, Discarded], Awaitable[None]]
    report: Callable[[EventSourceMapping, str], None]
    """Receives the ``LastProcessingResult``."""
    age: Callable[[str], float]
    """Returns the age of a sequence number in seconds, regardless of the wall clock."""
    moved: Callable[[EventSourceMapping], None]
    """Called when ``done_to`` of the mapping's delivery may have moved."""


class Delivery:
    """The running delivery of one mapping."""

    def __init__(self, mapping: EventSourceMapping, context: DeliveryContext) -> None:
        self.mapping = mapping
        self._context = context
        self._wakeup = asyncio.Event()
        self._ending = asyncio.Event()
        self._read_to = context.positions.get(mapping.id) or BEFORE_ALL
        self._is_holding = False
        """Whether there are records that have been read but not completed."""
        self._task: asyncio.Task[None] | None = None

    @property
    def done_to(self) -> str:
        """The position up to which every record is completed or filtered out."""
        written = self._context.positions.get(self.mapping.id) or BEFORE_ALL
        return written if self._is_holding else max(written, self._read_to)

    def start(self) -> None:
        """Start at the stored position."""
        self._context.streams.add_wakeup(self.mapping.source, self._wakeup)
        self._task = asyncio.create_task(self._run())

    def change(self, mapping: EventSourceMapping) -> None:
        """Apply new settings from the next batch on."""
        self.mapping = mapping
        self._wakeup.set()

    def end(self) -> None:
        """Start no further invocation; a running one still completes."""
        self._ending.set()
        self._wakeup.set()
        self._context.streams.remove_wakeup(self.mapping.source, self._wakeup)

    def cancel(self) -> None:
        """Stop immediately; the running invocation is not recorded."""
        self.end()
        if self._task is not None:
            self._task.cancel()

    async def wait(self) -> None:
        """Wait until the delivery has stopped."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while not self._ending.is_set():
            try:
                batch = await self._next_batch()
                await self._deliver(batch)
                self._is_holding = self._ending.is_set()  # leaves a batch as it is
            except Exception:
                logger.exception("The event source mapping %s stumbled and tries again", self.mapping.id)
                self._read_to = self._context.positions.get(self.mapping.id) or BEFORE_ALL
                await self._pause(_LONGEST_DELAY_SECONDS)

    # --- gathering ------------------------------------------------------------------------------

    async def _next_batch(self) -> list[Record]:
        """Wait for records that pass the filters: until the batch is full, or its window has passed."""
        batch: list[Record] = []
        size = _ENVELOPE_BYTES
        deadline: float | None = None
        while not self._ending.is_set():
            self._wakeup.clear()
            size, is_full = self._fill(batch, size)
            self._context.moved(self.mapping)
            if batch and deadline is None:
                deadline = time.monotonic() + self.mapping.window_seconds
            remaining = None if deadline is None else deadline - time.monotonic()
            if is_full or (remaining is not None and remaining <= 0):
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wakeup.wait(), remaining)
        return batch

    def _fill(self, batch: list[Record], size: int) -> tuple[int, bool]:
        """Add available records; return the payload's size in bytes and whether the batch is full."""
        mapping, context = self.mapping, self._context
        while records := context.streams.records_after(mapping.source, self._read_to, _READ_AT_ONCE):
            for record in records:
                if context.patterns.match(mapping.patterns, record):
                    size += len(_encoded(record)) + 1
                    if batch and size > _PAYLOAD_BYTES:
                        return size, True
                    self._is_holding = True
                    batch.append(record)
                self._read_to = sequence_number(record)
                if len(batch) >= mapping.batch_size:
                    return size, True
        return size, False

    # --- delivering -----------------------------------------------------------------------------

    async def _deliver(self, records: list[Record]) -> None:
        """Send records to the function until each is completed or discarded, and move the position."""
        batches = deque([_Batch(records)] if records else [])
        while batches and not self._ending.is_set():
            await self._discard_old(batches)
            if not batches:
                return
            batch = batches[0]
            try:
                result = await self._context.invoke(self.mapping.function_arn, _payload(batch.records))
            except AwsError as error:  # throttled, or the function does not exist: not a failure of the function
                self._context.report(self.mapping, f"PROBLEM: {error.message}")
                await self._pause(_delay(batch))
                continue
            verdict = judge(result, batch.records, reports_failures=self.mapping.reports_failures)
            self._context.report(self.mapping, GOOD if verdict.done == len(batch.records) else FAILED)
            await self._go_on(batches, verdict)

    async def _go_on(self, batches: deque[_Batch], verdict: Verdict) -> None:
        """Move past completed records; split, retry or discard the rest."""
        batch = batches[0]
        if verdict.done:
            await self._move_to(batch.records[verdict.done - 1])
            batches.popleft()
            if verdict.done == len(batch.records):
                return
            batch = _Batch(batch.records[verdict.done :])  # this one begins at the failed record
            batches.appendleft(batch)
        elif self.mapping.bisects and verdict.function_error is not None and len(batch.records) > 1:
            middle = len(batch.records) // 2  # splitting does not count as a retry
            batches.popleft()
            batches.extendleft([_Batch(batch.records[middle:]), _Batch(batch.records[:middle])])
            await self._pause(_delay(batches[0]))
            return
        batch.failures += 1
        limit = self.mapping.most_retries
        if limit is not None and batch.failures > limit and not self._ending.is_set():
            batches.popleft()
            await self._give_up(batch, RETRIES_EXHAUSTED, verdict.function_error)
            return
        await self._pause(_delay(batch))

    async def _discard_old(self, batches: deque[_Batch]) -> None:
        """Discard the records that are older than the mapping allows."""
        while batches:
            batch = batches[0]
            most = self.mapping.most_age_seconds
            old = [record for record in batch.records if self._context.age(sequence_number(record)) > most]
            if not old:
                return
            # The oldest come first, because sequence numbers follow time.
            batches.popleft()
            if len(old) < len(batch.records):
                batches.appendleft(_Batch(batch.records[len(old) :], batch.failures))
            await self._give_up(_Batch(old, batch.failures), TOO_OLD, None)

    async def _give_up(self, batch: _Batch, condition: str, function_error: str | None) -> None:
        logger.warning("The mapping %s gives %d records up: %s", self.mapping.id, len(batch.records), condition)
        await self._context.discard(self.mapping, Discarded(batch.records, condition, batch.failures, function_error))
        await self._move_to(batch.records[-1])

    async def _move_to(self, record: Record) -> None:
        """Store the position, retrying until it succeeds: a full disk must not cause a repeated invocation."""
        for delay in _delays():
            try:
                self._context.positions.set(self.mapping.id, sequence_number(record))
            except OSError as error:
                logger.warning(
                    "How far the mapping %s has come could not be written, which is tried again: %s",
                    self.mapping.id,
                    error,
                )
                await self._pause(delay)
                if self._ending.is_set():  # records after the last stored position are delivered again
                    return
            else:
                return

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)


def _delay(batch: _Batch) -> float:
    """Return the next pause before a batch is retried."""
    return next(batch.pauses)


def _payload(records: list[Record]) -> bytes:
    return b'{"Records":[' + b",".join(map(_encoded, records)) + b"]}"


def _encoded(record: Record) -> bytes:
    change = record["dynamodb"]
    images = (change.get(part) or {} for part in ("Keys", "NewImage", "OldImage"))
    sized = {**change, "SizeBytes": sum(map(item_size, images))}
    return json.dumps({**record, "dynamodb": sized}, separators=(",", ":")).encode()
