"""The streams of MiniStack's tables, read by position, with an event that is set when a table has new records.

DynamoDB keeps records for 24 hours, and so does MiniStack, in memory: a mebibyte a minute under the load of
``benchmarks/load.py``. What every mapping is done with is let go here, but for the newest, for `ops.redrive`.

MiniStack goes by the wall clock, and would let go of everything that waits when that is set forward. Here a record is
let go for its age only when no enabled mapping still has to be given it; one of the newest only when this process has
had it for 24 hours, too (`sequence_numbers`). The very newest stays: a restart reads the last number from it.

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
"""One record as Lambda sends it; ``record["dynamodb"]["SequenceNumber"]`` orders a table's records as text."""

SHARD_ID = "shardId-00000000000000000000-00000000"
"""MiniStack's streams have one shard, of this name."""
BEFORE_ALL = ""
"""The position before every record."""
RETENTION_SECONDS = 24 * 60 * 60
"""How long a stream keeps a record; no setting makes Lambda retry longer."""
KEPT_RECORDS = 1_000
"""Of a stream, of those that every mapping is done with."""
_ARN_PARTS = 6
_FORGOTTEN_AT_ONCE = 100

_Place = tuple[str, str, str]
"""Account, region, table name."""


@dataclass(frozen=True, slots=True)
class StreamSource:
    """The stream that an ARN names: ``arn:aws:dynamodb:<region>:<account>:table/<table>/stream/<label>``."""

    arn: str
    region: str
    account_id: str
    table: str

    @classmethod
    def parse(cls, arn: str) -> StreamSource | None:
        """Return the source, or None if this is no DynamoDB stream's ARN."""
        parts = arn.split(":", _ARN_PARTS - 1)
        if len(parts) != _ARN_PARTS or parts[2] != "dynamodb":
            return None
        kind, _, rest = parts[5].partition("/")
        table, _, label = rest.partition("/stream/")
        if kind != "table" or not table or not label:
            return None
        return cls(arn, parts[3], parts[4], table)


def sequence_number(record: Record) -> str:
    """Return a record's place in its stream."""
    return str(record["dynamodb"]["SequenceNumber"])


def _replace_trimming(module: Any, trim: Callable[..., None]) -> None:  # noqa: ANN401 - MiniStack's own untyped module
    if not hasattr(module, "_trim_stream_records"):
        msg = "MiniStack's dynamodb module has no _trim_stream_records: it is not the pinned version"
        raise RuntimeError(msg)
    module._trim_stream_records = trim  # noqa: SLF001


def _is_old(record: Record) -> bool:
    """Return whether a record is old by the wall clock, whatever that is worth; one without a time never is."""
    created = record["dynamodb"].get("ApproximateCreationDateTime")
    return bool(created) and float(created) < time.time() - RETENTION_SECONDS


class TableStreams:
    """All streams of this process.

    Args:
        emulator: whose streams they are.
        tables: tells when a stream has grown.
        passed: the position up to which every enabled mapping of a stream, by its ARN, is done; None without any.
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
        """Bind to the running event loop, in which waiting deliveries are woken."""
        self._loop = asyncio.get_running_loop()

    def exists(self, source: StreamSource) -> bool:
        """Return whether the table is there and this is its present stream."""
        table = self._dynamodb._tables.get_scoped(source.account_id, source.region, source.table)  # noqa: SLF001
        return table is not None and table.get("LatestStreamArn") == source.arn

    def records_after(self, source: StreamSource, position: str, limit: int) -> list[Record]:
        """Return the oldest records behind a position; none where the stream is gone."""
        if not self.exists(source):
            return []
        records = self._records(source)
        first = bisect_right(records, position, key=sequence_number)
        return records[first : first + limit]

    def newest(self, source: StreamSource) -> str:
        """Return the position behind every record that there is."""
        records = self._records(source) if self.exists(source) else []
        return sequence_number(records[-1]) if records else BEFORE_ALL

    def has_surplus(self, source: StreamSource) -> bool:
        """Return whether there are so many records that it is worth to let some go."""
        return self.exists(source) and len(self._records(source)) >= KEPT_RECORDS + _FORGOTTEN_AT_ONCE

    def forget_before(self, source: StreamSource, position: str) -> None:
        """Let go of records up to a position that nobody will ask for, but for the newest ``KEPT_RECORDS``."""
        records = self._records(source)
        count = min(len(records) - KEPT_RECORDS, bisect_right(records, position, key=sequence_number))
        if count < _FORGOTTEN_AT_ONCE:
            return
        self._let_go((source.account_id, source.region, source.table), records, count)

    def _trim(self, table: str, *, account_id: str | None = None, region: str | None = None) -> None:
        """Let go of what has outlived its time; in the place of MiniStack's own function."""
        place = (account_id or self._responses.get_account_id(), region or self._responses.get_region(), table)
        records: list[Record] | None = self._dynamodb._stream_records.get_scoped(*place)  # noqa: SLF001
        if not records or self._loop is None or not _is_old(records[0]):  # the mappings are not known before the start
            return
        count = self._outlived(place, records)
        if count:
            self._let_go(place, records, count)

    def _outlived(self, place: _Place, records: list[Record]) -> int:
        """Return how many of a stream's records, from the oldest, nobody can ask for any more."""
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
        """End that."""
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
