"""The streams of MiniStack's tables: reading by position, wakeups for new records, and retention.

DynamoDB keeps records for 24 hours, and so does MiniStack, in memory: a mebibyte per minute under the load of
``benchmarks/load.py``. Records that every mapping has processed are deleted here, except for the newest, which
`ops.redrive` reads.

MiniStack uses the wall clock, and would delete all waiting records when it is set forward. Here, a record is deleted
for its age only if no enabled mapping still needs it; one of the newest records only if this process has also had it
for 24 hours (`sequence_numbers`). The last record is kept: a restart reads the last number from it.

Uses these internal names of MiniStack (pinned): ``services.dynamodb``'s ``_tables``, ``_stream_records``,
``_stream_trimmed``, ``_trim_stream_records`` and ``stream_live_records``.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.emulator import Emulator
    from local.embedded.items import DurableTables

Record = dict[str, Any]
"""A record in Lambda's format; ``record["dynamodb"]["SequenceNumber"]`` orders a table's records as text."""

SHARD_ID = "shardId-00000000000000000000-00000000"
"""The name of the only shard of MiniStack's streams."""
BEFORE_ALL = ""
"""The position before every record."""
RETENTION_SECONDS = 24 * 60 * 60
"""How long a stream keeps a record, which also limits Lambda's retries."""
KEPT_RECORDS = 1_000
"""The number of records per stream that are kept after every mapping has processed them."""
_ARN_PARTS = 6
_FORGOTTEN_AT_ONCE = 100

_Place = tuple[str, str, str]
"""Account, region, table name."""


@dataclass(frozen=True, slots=True)
class StreamSource:
    """The stream of an ARN, ``arn:aws:dynamodb:<region>:<account>:table/<table>/stream/<label>``."""

    arn: str
    region: str
    account_id: str
    table: str

    @classmethod
    def parse(cls, arn: str) -> StreamSource | None:
        """Return the source, or None if this is not the ARN of a DynamoDB stream."""
        parts = arn.split(":", _ARN_PARTS - 1)
        if len(parts) != _ARN_PARTS or parts[2] != "dynamodb":
            return None
        kind, _, rest = parts[5].partition("/")
        table, _, label = rest.partition("/stream/")
        if kind != "table" or not table or not label:
            return None
        return cls(arn, parts[3], parts[4], table)


def sequence_number(record: Record) -> str:
    """Return a record's position in its stream."""
    return str(record["dynamodb"]["SequenceNumber"])


def _replace_trimming(module: Any, trim: Callable[..., None]) -> None:  # noqa: ANN401 - MiniStack's own untyped module
    if not hasattr(module, "_trim_stream_records"):
        msg = "MiniStack's dynamodb module has no _trim_stream_records: it is not the pinned version"
        raise RuntimeError(msg)
    module._trim_stream_records = trim  # noqa: SLF001


def _is_old(record: Record) -> bool:
    """Return whether a record is old by the wall clock, which may be wrong; False for a record without a time."""
    created = record["dynamodb"].get("ApproximateCreationDateTime")
    return bool(created) and float(created) < time.time() - RETENTION_SECONDS


class TableStreams:
    """All streams of this process.

    Args:
        emulator: the running MiniStack.
        tables: reports when a stream has grown.
        passed: returns the position that every enabled mapping of a stream ARN has reached; None if there are none.
    """

    def __init__(self, emulator: Emulator, tables: DurableTables, *, passed: Callable[[str], str | None]) -> None:
        from ministack.core import responses  # noqa: PLC0415 - see emulator.Emulator

        self._dynamodb: Any = emulator.module_of("dynamodb")
        self._responses: Any = responses
        self._passed = passed
        self._age = tables.sequence_numbers.age
        self._wakeups: dict[tuple[str, str, str], set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        tables.when_streamed(self._wake)
        _replace_trimming(self._dynamodb, self._trim)

    def start(self) -> None:
        """Bind to the running event loop, which wakes waiting deliveries."""
        self._loop = asyncio.get_running_loop()

    def exists(self, source: StreamSource) -> bool:
        """Return whether the table exists and this is its current stream."""
        table = self._dynamodb._tables.get_scoped(source.account_id, source.region, source.table)  # noqa: SLF001
        return table is not None and table.get("LatestStreamArn") == source.arn

    def records_after(self, source: StreamSource, position: str, limit: int) -> list[Record]:
        """Return the oldest records after a position; none if the stream no longer exists."""
        if not self.exists(source):
            return []
        records = self._records(source)
        first = bisect_right(records, position, key=sequence_number)
        return records[first : first + limit]

    def newest(self, source: StreamSource) -> str:
        """Return the position after all existing records."""
        records = self._records(source) if self.exists(source) else []
        return sequence_number(records[-1]) if records else BEFORE_ALL

    def has_surplus(self, source: StreamSource) -> bool:
        """Return whether there are enough surplus records to delete some."""
        return self.exists(source) and len(self._records(source)) >= KEPT_RECORDS + _FORGOTTEN_AT_ONCE

    def forget_before(self, source: StreamSource, position: str) -> None:
        """Delete records up to a position, except for the newest ``KEPT_RECORDS``."""
        records = self._records(source)
        count = min(len(records) - KEPT_RECORDS, bisect_right(records, position, key=sequence_number))
        if count < _FORGOTTEN_AT_ONCE:
            return
        self._let_go((source.account_id, source.region, source.table), records, count)

    def _trim(self, table: str, *, account_id: str | None = None, region: str | None = None) -> None:
        """Delete expired records; replaces MiniStack's own function."""
        place = (account_id or self._responses.get_account_id(), region or self._responses.get_region(), table)
        records: list[Record] | None = self._dynamodb._stream_records.get_scoped(*place)  # noqa: SLF001
        if not records or self._loop is None or not _is_old(records[0]):  # before the start, the mappings are unknown
            return
        count = self._outlived(place, records)
        if count:
            self._let_go(place, records, count)

    def _outlived(self, place: _Place, records: list[Record]) -> int:
        """Return how many of a stream's records, from the oldest, are no longer needed."""
        passed = self._passed(str((self._dynamodb._tables.get_scoped(*place) or {}).get("LatestStreamArn")))  # noqa: SLF001
        most = len(records) - 1
        if passed is not None:
            most = min(most, bisect_right(records, passed, key=sequence_number))
        spare = len(records) - KEPT_RECORDS
        count = 0
        while (
            count < most
            and _is_old(records[count])
            and (count < spare or self._age(sequence_number(records[count])) > RETENTION_SECONDS)
        ):
            count += 1
        return count

    def _let_go(self, place: _Place, records: list[Record], count: int) -> None:
        del records[:count]
        trimmed = self._dynamodb._stream_trimmed  # noqa: SLF001
        trimmed.set_scoped(*place, trimmed.get_scoped(*place, 0) + count)

    def add_wakeup(self, source: StreamSource, wakeup: asyncio.Event) -> None:
        """Set an event whenever the table's stream has grown and the records are on disk."""
        self._wakeups[source.account_id, source.region, source.table].add(wakeup)

    def remove_wakeup(self, source: StreamSource, wakeup: asyncio.Event) -> None:
        """Stop setting an event."""
        self._wakeups[source.account_id, source.region, source.table].discard(wakeup)

    def _records(self, source: StreamSource) -> list[Record]:
        records: list[Record] = self._dynamodb.stream_live_records(
            source.table, account_id=source.account_id, region=source.region
        )
        return records

    def _wake(self, account_id: str, region: str, table: str) -> None:
        wakeups = self._wakeups.get((account_id, region, table))
        if wakeups and self._loop is not None:
            for wakeup in tuple(wakeups):
                self._loop.call_soon_threadsafe(wakeup.set)  # a write may come from a thread
