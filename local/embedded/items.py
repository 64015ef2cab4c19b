"""Durable DynamoDB: no acknowledged write is lost if the process is killed; MiniStack saves at shutdown only.

Every call that changes anything is written to a journal before its response is sent: the new items, the stream records
and the transaction tokens (MiniStack loses both at every restart), and changed tables with their settings and backups.
Each call is one journal record, so that transactions are atomic. If a record cannot be written, the change is undone in
memory, and the caller gets an internal error.

Uses these internal names of MiniStack (pinned): those of ``services.dynamodb`` in ``_Internals`` and
``core.persistence``'s ``load_state``, ``_json_default`` and ``_json_object_hook``. Can be removed when MiniStack saves
before it responds.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from local.embedded.durable_files import DamagedFileError, NotWrittenError
from local.embedded.events.sequence_numbers import SequenceNumbers
from local.embedded.journal import Journal
from local.embedded.partitions import Partitions, Waiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall
    from local.embedded.partitions import Sorts

logger = logging.getLogger(__name__)

_SERVICE = "dynamodb"
_ITEM_ACTIONS = frozenset(
    {
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "BatchWriteItem",
        "TransactWriteItems",
        "ExecuteStatement",
        "BatchExecuteStatement",
        "ExecuteTransaction",
    }
)
_READ_PREFIXES = ("Get", "Query", "Scan", "BatchGet", "TransactGet", "Describe", "List", "Search")
COMPACT_BYTES = 8 * 1024 * 1024
_COMPACT_SHARE = 6
"""The journal is compacted when it exceeds a sixth of the snapshot; more often would cost more than it saves."""
_FLUSH_SECONDS = 1.0
"""The maximum data loss after a power failure."""
_TOKEN_SECONDS = 600
"""How long DynamoDB remembers a ClientRequestToken."""
_OPERATIONS_A_RECORD = 200
_BYTES_AN_ITEM = 200
"""MiniStack's estimate for a table's size."""

WhenStreamed = Callable[[str, str, str], None]
"""Called with account, region and table name; possibly from a thread."""

Operation = list[Any]
"""``["item", table id, partition, sort, item or None]``,
``["items", table id, partition, number of items, JSON of {sort: item}]``, ``["table", table id, items]``,
``["tables", state, version]``, ``["stream", account, region, table name, record]``,
``["position", account, region, table name, trimmed]``, ``["token", account, region, token, entry]``."""

_Place = tuple[str, str, str]
"""Account, region, table name."""


_SETTINGS = (
    "tags",
    "ttl_settings",
    "pitr_settings",
    "kinesis_destinations",
    "contributor_insights",
    "backups",
    "resource_policies",
    "exports",
    "imports",
)
"""DynamoDB's data other than tables: the names in MiniStack's state, and with an underscore in memory."""


@dataclass(slots=True)
class _Call:
    """The changes of a call so far."""

    operations: list[Operation] = field(default_factory=list)
    undo: list[Callable[[], object]] = field(default_factory=list)
    """Functions that undo the operations, in the order of the operations."""


@dataclass(slots=True)
class _Contents:
    """The content of a journal."""

    tables: dict[str, Any] | None = None
    version: int = 0
    """The version of the tables, which increases with each change."""
    items: dict[str, Partitions] = field(default_factory=lambda: defaultdict(Partitions))
    """Items by table id, including those of deleted tables."""
    streams: dict[_Place, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    positions: dict[_Place, int] = field(default_factory=dict)
    tokens: dict[_Place, Any] = field(default_factory=dict)

    def take(self, operation: Operation) -> None:
        """Apply one operation."""
        kind = operation[0]
        if kind == "item":
            self.items[operation[1]].change(*operation[2:])
        elif kind == "items":
            self.items[operation[1]].add_text(*operation[2:])
        elif kind == "table":
            self.items[operation[1]] = Partitions()
            self.items[operation[1]].update(operation[2])
        elif kind == "tables":
            if operation[2] >= self.version:
                _, self.tables, self.version = operation
        else:
            self._take_beside_items(kind, (operation[1], operation[2], operation[3]), operation[4])

    def _take_beside_items(self, kind: str, place: _Place, value: Any) -> None:  # noqa: ANN401 - JSON
        if kind == "stream":
            records = self.streams[place]
            if not records or records[-1]["dynamodb"]["SequenceNumber"] < value["dynamodb"]["SequenceNumber"]:
                records.append(value)
        elif kind == "position":
            self.positions[place] = value
        else:
            self.tokens[place] = value


class _Internals:
    """The required internal names of MiniStack's DynamoDB; their existence is checked."""

    def __init__(self, module: Any) -> None:  # noqa: ANN401 - MiniStack's own untyped module
        self.module = module
        for name in (
            "_tables",
            "_stream_records",
            "_stream_trimmed",
            "_txn_idempotency",
            "_set_item",
            "_remove_item",
            "_items_replaced",
            "_emit_stream_event",
            "_txn_token_store",
            "_create_replica",
            "_INDEX_MEMBERS",
            *(f"_{name}" for name in _SETTINGS),
            "load_persisted_state",
        ):
            if not hasattr(module, name):
                msg = f"MiniStack's dynamodb module has no {name}: it is not the pinned version"
                raise RuntimeError(msg)


class DurableTables:
    """Wraps DynamoDB's handler and the internal functions that every item passes through."""

    def __init__(self, emulator: Emulator, folder: Path, *, is_expected: bool = False) -> None:
        from ministack.core import persistence, responses  # noqa: PLC0415 - see emulator.Emulator

        self._emulator = emulator
        self._persistence: Any = persistence
        self._responses: Any = responses
        self._dynamodb: Any = _Internals(emulator.module_of(_SERVICE)).module
        self._folder = folder
        self._journal = Journal(folder, is_expected=is_expected)
        self.sequence_numbers = SequenceNumbers()
        self._call: contextvars.ContextVar[_Call | None] = contextvars.ContextVar("call", default=None)
        self._compaction: asyncio.Task[None] | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._is_unflushed = False
        self._listeners: list[WhenStreamed] = []
        self._saved_tables = ""
        self._written_tables: Operation = ["tables", None, 0]
        """The last written record of the tables."""
        self._undone = 0
        self._unusable: DamagedFileError | None = None

    def when_streamed(self, listener: WhenStreamed) -> None:
        """Call a listener whenever a table's stream has grown, after the new records are on disk."""
        self._listeners.append(listener)

    def restore(self) -> None:
        """Load tables and items, and journal every later change. Call it before MiniStack's own start.

        Raises:
            DamagedFileError: a file is damaged; nothing was changed.
            OSError: the journal could not be opened for writing.
        """
        self._emulator.forget_state_source(_SERVICE)
        self.sequence_numbers.install(self._dynamodb)
        self._load()
        self._journal.open()
        self._hook()
        self._emulator.wrap(_SERVICE, self._handle)
        self._saved_tables = ""  # each segment contains the tables, so that it can be read without the others
        with self.recording():
            self._note_tables()
        if self._legacy_tables.exists():
            self._journal.flush()
            self._legacy_tables.unlink()

    @property
    def _legacy_tables(self) -> Path:
        """The file in which the first release kept the tables."""
        return self._folder.parent / f"{_SERVICE}.json"

    async def close(self) -> None:
        """Write tables that background work has changed since the last record, and close the journal."""
        await self.compacted()
        if self._flushing is not None:
            self._flushing.cancel()
        try:
            with self.recording():
                self._note_tables()
            self._journal.flush()
        except (NotWrittenError, OSError):
            logger.exception("The end of the journal of DynamoDB's items could not be written")
        self._journal.close()

    # --- reading back ---------------------------------------------------------------------------

    def _load(self) -> None:
        """Replace the memory by the content of the journal."""
        gc.disable()  # it would scan all items repeatedly, which takes longer than loading them
        try:
            contents = _Contents()
            for record in self._journal.read():
                for operation in record:
                    contents.take(operation)
            self._put_into_memory(contents)
        finally:
            gc.enable()
            gc.freeze()

    def _put_into_memory(self, contents: _Contents) -> None:
        module = self._dynamodb
        stores = [module._tables, module._stream_records, module._stream_trimmed, module._txn_idempotency]  # noqa: SLF001
        for store in (*stores, *(getattr(module, f"_{name}") for name in _SETTINGS)):
            store._data.clear()  # noqa: SLF001 - of all accounts and regions
        if contents.tables is None:  # the first release kept them in a separate file
            state = self._persistence.load_state(_SERVICE)
            if state is None and contents.items:
                raise DamagedFileError(self._legacy_tables, "is missing")
        else:
            self._written_tables = ["tables", contents.tables, contents.version]
            state = json.loads(json.dumps(contents.tables), object_hook=self._persistence._json_object_hook)  # noqa: SLF001
        if state:
            module.load_persisted_state(state)
        for table in module._tables.all_values():  # noqa: SLF001
            table["items"] = contents.items[table["TableId"]]
            table.pop(module._INDEX_MEMBERS, None)  # noqa: SLF001
            table["ItemCount"] = table["items"].count()
            table["TableSizeBytes"] = table["ItemCount"] * _BYTES_AN_ITEM
        for place, records in contents.streams.items():
            self._restore_stream(place, records)
        for place, trimmed in contents.positions.items():
            module._stream_trimmed.set_scoped(*place, trimmed)  # noqa: SLF001
        for place, entry in contents.tokens.items():
            if time.time() - entry["completed_at"] < _TOKEN_SECONDS:
                module._txn_idempotency.set_scoped(*place, entry)  # noqa: SLF001

    def _restore_stream(self, place: _Place, records: list[dict[str, Any]]) -> None:
        """Restore the records of a table's current stream."""
        self.sequence_numbers.note(records[-1]["dynamodb"]["SequenceNumber"])
        table = self._dynamodb._tables.get_scoped(*place)  # noqa: SLF001
        arn = table.get("LatestStreamArn") if table is not None else None
        kept = [record for record in records if record.get("eventSourceARN") == arn]
        if kept:
            self._dynamodb._stream_records.set_scoped(*place, kept)  # noqa: SLF001

    # --- writing --------------------------------------------------------------------------------

    def _hook(self) -> None:
        """Wrap the functions of the module that every change passes through."""
        module = self._dynamodb
        set_item, remove_item, replaced = module._set_item, module._remove_item, module._items_replaced  # noqa: SLF001
        emit, store_token = module._emit_stream_event, module._txn_token_store  # noqa: SLF001

        def take_back(table: dict[str, Any], partition: str, sort: str, item: dict[str, Any] | None) -> None:
            if item is None:
                remove_item(table, partition, sort)
            else:
                set_item(table, partition, sort, item)

        def set_and_note(table: dict[str, Any], partition: str, sort: str, item: dict[str, Any]) -> Any:  # noqa: ANN401
            before = set_item(table, partition, sort, item)
            operation = ["item", table["TableId"], partition, sort, item]
            self._note(operation, lambda: take_back(table, partition, sort, before))
            return before

        def remove_and_note(table: dict[str, Any], partition: str, sort: str) -> Any:  # noqa: ANN401
            before = remove_item(table, partition, sort)
            if before is not None:
                operation = ["item", table["TableId"], partition, sort, None]
                self._note(operation, lambda: take_back(table, partition, sort, before))
            return before

        def replace_and_note(table: dict[str, Any]) -> None:
            replaced(table)
            self._note(["table", table["TableId"], table["items"]], self._reload)

        def emit_and_note(name: str, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
            before = self._last_stream_record(name)
            emit(name, *arguments, **options)
            after = self._last_stream_record(name)
            if after is not None and after is not before:
                records = module._stream_records[name]  # noqa: SLF001
                self._note(["stream", *self._place(), name, after], lambda: records.remove(after))

        def store_token_and_note(token: str, entry: dict[str, Any]) -> None:
            store_token(token, entry)
            place = self._place()
            tokens = module._txn_idempotency  # noqa: SLF001
            self._note(["token", *place, token, entry], lambda: tokens.pop_scoped(*place, token, None))

        module._set_item, module._remove_item = set_and_note, remove_and_note  # noqa: SLF001
        module._items_replaced, module._emit_stream_event = replace_and_note, emit_and_note  # noqa: SLF001
        module._txn_token_store = store_token_and_note  # noqa: SLF001
        module._create_replica = partial(self._create_replica_and_note, module._create_replica)  # noqa: SLF001

    def _create_replica_and_note(self, create: Callable[..., None], name: str, table: object, region: str) -> None:
        create(name, table, region)
        account_id, _ = self._place()
        replica = self._dynamodb._tables.get_scoped(account_id, region, name)  # noqa: SLF001
        self._note(["table", replica["TableId"], replica["items"]], self._reload)

    def _last_stream_record(self, name: str) -> dict[str, Any] | None:
        records: list[dict[str, Any]] | None = self._dynamodb._stream_records.get(name)  # noqa: SLF001
        return records[-1] if records else None

    def _place(self) -> tuple[str, str]:
        return self._responses.get_account_id(), self._responses.get_region()

    def _note(self, operation: Operation, undo: Callable[[], object]) -> None:
        """Add an operation to the record of the current call; outside of a call, write it as a separate record."""
        call = self._call.get()
        if call is None:
            self._write(_Call([operation], [undo]))
        else:
            call.operations.append(operation)
            call.undo.append(undo)

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Write all changes in the block as one record, atomically.

        Raises:
            NotWrittenError: it could not be written, and nothing has changed.
        """
        if self._journal.unflushed is not None:  # before a change that would have to be undone
            self._keep_short_and_flushed()
            raise NotWrittenError(self._folder, self._journal.unflushed)
        call = _Call()
        token = self._call.set(call)
        try:
            yield
        finally:
            self._call.reset(token)
            if call.operations:
                self._write(call)
                self._keep_short_and_flushed()

    def _write(self, call: _Call) -> None:
        try:
            self._journal.append(call.operations)
        except OSError as error:
            logger.error("The journal of DynamoDB's items could not be written: %s", error)  # noqa: TRY400
            self._undone += 1
            for undo in reversed(call.undo):
                undo()
            raise NotWrittenError(self._folder, error) from error
        for operation in call.operations:
            if operation[0] == "tables":
                self._written_tables = operation
        for account_id, region, name in {tuple(place) for kind, *place, _ in call.operations if kind == "stream"}:
            for listener in self._listeners:
                listener(account_id, region, name)

    def _reload(self) -> None:
        """Undo a change by reloading everything, if too much was replaced to undo it individually."""
        try:
            self._load()
        except DamagedFileError as error:
            self._unusable = error
            logger.critical("DynamoDB's items cannot be restored: %s", error)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        action = call.action
        if self._unusable is not None:
            return _internal_error(str(self._unusable))
        if action.startswith(_READ_PREFIXES):
            return await forward(call)
        try:
            with self.recording():
                answer = await forward(call)
                if action not in _ITEM_ACTIONS:
                    self._note_tables()
        except NotWrittenError as error:
            self._keep_short_and_flushed()
            answer = _internal_error(str(error))
        return answer

    def _note_tables(self) -> None:
        """Record the tables without their items, and DynamoDB's other data, if they have changed."""
        state = json.loads(json.dumps(self._tables(), default=self._persistence._json_default))  # noqa: SLF001
        text = json.dumps(state, sort_keys=True)
        if text == self._saved_tables:
            return
        before, self._saved_tables = self._saved_tables, text

        def undo() -> None:
            self._reload()
            self._saved_tables = before

        self._note(["tables", state, self._written_tables[2] + 1], undo)

    def _tables(self) -> dict[str, Any]:
        module = self._dynamodb
        kept = {"items", module._INDEX_MEMBERS, "ItemCount", "TableSizeBytes"}  # noqa: SLF001
        tables = self._responses.AccountRegionScopedDict()
        for (account_id, region, name), table in module._tables.all_items():  # noqa: SLF001
            bare = {key: value for key, value in table.items() if key not in kept}
            tables.set_scoped(account_id, region, name, {**bare, "items": {}})
        return {"tables": tables, **{name: getattr(module, f"_{name}") for name in _SETTINGS}}

    # --- compaction and flushing ----------------------------------------------------------------

    def _keep_short_and_flushed(self) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # called by a thread; the next write in the event loop does it
            return
        self._is_unflushed = True
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        if self._compaction is not None and not self._compaction.done():
            return
        if self._journal.size >= longest_journal(self._journal.snapshot_size) or self._journal.needs_snapshot:
            self._compaction = asyncio.create_task(self._compact())

    async def _flush(self) -> None:
        try:
            while self._is_unflushed:
                await asyncio.sleep(_FLUSH_SECONDS)
                self._is_unflushed = False  # writes during the flush are covered by the next one
                await asyncio.to_thread(self._journal.flush)
        except OSError:
            logger.exception("The journal of DynamoDB's items could not be flushed; a snapshot is written instead")
            self._keep_short_and_flushed()

    async def compacted(self) -> None:
        """Wait for a running compaction."""
        if self._compaction is not None:
            await self._compaction

    async def _compact(self) -> None:
        """Replace the journal by a snapshot; if this fails, keep the journal."""
        undone = self._undone
        try:
            write = partial(self._journal.write_snapshot, self._snapshot, first=lambda: [self._written_tables])
            put_in_place = await asyncio.to_thread(write)
            # No call is in progress here, because MiniStack does not yield to the event loop within a call. Every
            # change that the snapshot contains is therefore in the journal, unless it could not be written and was
            # undone.
            if undone == self._undone:
                put_in_place()
        except Exception:
            logger.exception("The journal of DynamoDB's items could not be compacted; it is unchanged")

    def _snapshot(self) -> Iterator[list[Operation]]:
        """Yield all data as records; copy each dictionary at once, so that calls can continue meanwhile."""
        batch: list[Operation] = []
        for operation in self._everything():
            batch.append(operation)
            if len(batch) == _OPERATIONS_A_RECORD or operation[0] == "items":
                yield batch
                batch = []
        if batch:
            yield batch

    def _everything(self) -> Iterator[Operation]:
        module = self._dynamodb
        yield self._written_tables
        for (account_id, region, name), trimmed in list(module._stream_trimmed.all_items()):  # noqa: SLF001
            yield ["position", account_id, region, name, trimmed]
        for (account_id, region, name), records in list(module._stream_records.all_items()):  # noqa: SLF001
            for record in list(records):
                yield ["stream", account_id, region, name, record]
        for (account_id, region, token), entry in list(module._txn_idempotency.all_items()):  # noqa: SLF001
            yield ["token", account_id, region, token, entry]
        for table in list(module._tables.all_values()):  # noqa: SLF001
            for partition, there in _raw(table["items"]):
                yield from _operations(table["TableId"], partition, there)


def _raw(items: dict[str, Sorts]) -> Iterator[tuple[str, Sorts | Waiting]]:
    return items.raw() if isinstance(items, Partitions) else iter(list(items.items()))


def _operations(table_id: str, partition: str, there: Sorts | Waiting) -> Iterator[Operation]:
    """Yield a partition's operations for a snapshot; the text of an unparsed partition is copied."""
    if isinstance(there, Waiting):
        for number, text in list(there.texts):
            yield ["items", table_id, partition, number, text]
        for sort, item in list(there.changed.items()):
            yield ["item", table_id, partition, sort, item]
        return
    items = list(there.items())
    for first in range(0, len(items), _OPERATIONS_A_RECORD):
        some = dict(items[first : first + _OPERATIONS_A_RECORD])
        yield ["items", table_id, partition, len(some), json.dumps(some, separators=(",", ":"))]


def longest_journal(snapshot_bytes: int) -> int:
    """Return the size at which a journal is replaced by a snapshot, given the size of the last snapshot."""
    return max(COMPACT_BYTES, snapshot_bytes // _COMPACT_SHARE)


def _internal_error(message: str) -> Response:
    body = json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": message})
    return 500, {"Content-Type": "application/x-amz-json-1.0"}, body
