"""DynamoDB that loses nothing when the process is killed; MiniStack by itself saves it on an orderly shutdown only.

Every call that changes items is written to a journal, as what the items are afterwards, before its answer leaves: one
record a call, so that a transaction is there wholly or not at all. The records of the tables' streams and the tokens of
transactions (both lost by MiniStack at every restart) travel in the same record. Tables themselves, their settings and
backups change rarely and are written whole, through MiniStack's own state file.

Of MiniStack's inner names (pinned) this file uses those of ``services.dynamodb`` in ``_Internals`` and
``core.persistence``'s ``save_state`` and ``load_state``. Can go when MiniStack saves as it answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from local.embedded.events.sequence_numbers import SequenceNumbers
from local.embedded.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.embedded.emulator import Answer, Emulator, Handler

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
_COMPACT_AT_START_BYTES = 16 * 1024 * 1024
_COMPACT_BYTES = 64 * 1024 * 1024
_TOKEN_SECONDS = 600
"""How long DynamoDB remembers a ClientRequestToken."""
_OPERATIONS_A_RECORD = 200

WhenStreamed = Callable[[str, str, str], None]
"""Called with account, region and table name; possibly from a thread."""

Operation = list[Any]
"""``["item", table id, partition, sort, item or None]``, ``["table", table id, items]``,
``["stream", account, region, table name, record]``, ``["position", account, region, table name, trimmed]``,
``["token", account, region, token, entry]``."""


class _Internals:
    """The inner names of MiniStack's DynamoDB that durability needs; each is checked to be there."""

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
            "_INDEX_MEMBERS",
            "get_state",
            "load_persisted_state",
        ):
            if not hasattr(module, name):
                msg = f"MiniStack's dynamodb module has no {name}: it is not the pinned version"
                raise RuntimeError(msg)


class DurableTables:
    """Wraps DynamoDB's handler and the functions beneath it through which every item passes."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        from ministack.core import persistence, responses  # noqa: PLC0415 - see emulator.Emulator

        self._emulator = emulator
        self._persistence: Any = persistence
        self._responses: Any = responses
        self._dynamodb: Any = _Internals(emulator.module_of(_SERVICE)).module
        self._journal = Journal(folder)
        self.sequence_numbers = SequenceNumbers()
        self._call: contextvars.ContextVar[list[Operation] | None] = contextvars.ContextVar("call", default=None)
        self._compaction: asyncio.Task[None] | None = None
        self._listeners: list[WhenStreamed] = []

    def when_streamed(self, listener: WhenStreamed) -> None:
        """Call a listener whenever a table's stream has grown, after the new records are on disk."""
        self._listeners.append(listener)

    def restore(self) -> None:
        """Load tables, then their items; from here on every change is journaled. Before MiniStack's own start."""
        self._emulator.forget_state_source(_SERVICE)
        state = self._persistence.load_state(_SERVICE)
        if state:
            self._dynamodb.load_persisted_state(state)
        self.sequence_numbers.install(self._dynamodb)
        self._replay()
        self._journal.open()
        self._hook()
        self._emulator.wrap(_SERVICE, self._wrapped)
        if self._journal.size > _COMPACT_AT_START_BYTES:
            self._journal.write_snapshot(self._snapshot)()

    async def close(self) -> None:
        """Write what is not journaled (tables that background work changed) and end."""
        await self.compacted()
        self._save_tables()
        self._journal.close()

    # --- reading back ---------------------------------------------------------------------------

    def _replay(self) -> None:
        tables = {table["TableId"]: table for table in self._dynamodb._tables.all_values()}  # noqa: SLF001
        for table in tables.values():
            table["items"] = defaultdict(dict)
        restorers: dict[str, Callable[..., None]] = {
            "item": lambda table_id, *rest: _restore_item(tables.get(table_id), *rest),
            "table": lambda table_id, items: _restore_items(tables.get(table_id), items),
            "stream": self._restore_stream_record,
            "position": self._restore_position,
            "token": self._restore_token,
        }
        for record in self._journal.read():
            for kind, *arguments in record:
                restorers[kind](*arguments)
        for table in tables.values():
            self._dynamodb._items_replaced(table)  # noqa: SLF001

    def _restore_stream_record(self, account_id: str, region: str, name: str, record: dict[str, Any]) -> None:
        self.sequence_numbers.note(str(record["dynamodb"]["SequenceNumber"]))
        table = self._dynamodb._tables.get_scoped(account_id, region, name)  # noqa: SLF001
        if table is None or table.get("LatestStreamArn") != record.get("eventSourceARN"):
            return
        store = self._dynamodb._stream_records  # noqa: SLF001
        records = store.get_scoped(account_id, region, name)
        if records is None:
            records = []
            store.set_scoped(account_id, region, name, records)
        if not records or records[-1]["dynamodb"]["SequenceNumber"] < record["dynamodb"]["SequenceNumber"]:
            records.append(record)

    def _restore_position(self, account_id: str, region: str, name: str, trimmed: int) -> None:
        self._dynamodb._stream_trimmed.set_scoped(account_id, region, name, trimmed)  # noqa: SLF001

    def _restore_token(self, account_id: str, region: str, token: str, entry: dict[str, Any]) -> None:
        if time.time() - entry["completed_at"] < _TOKEN_SECONDS:
            self._dynamodb._txn_idempotency.set_scoped(account_id, region, token, entry)  # noqa: SLF001

    # --- writing down ---------------------------------------------------------------------------

    def _hook(self) -> None:
        """Put our own functions around those of the module that every change goes through."""
        module = self._dynamodb
        set_item, remove_item, replaced = module._set_item, module._remove_item, module._items_replaced  # noqa: SLF001
        emit, store_token = module._emit_stream_event, module._txn_token_store  # noqa: SLF001

        def set_and_note(table: dict[str, Any], partition: str, sort: str, item: dict[str, Any]) -> Any:  # noqa: ANN401
            result = set_item(table, partition, sort, item)
            self._note(["item", table["TableId"], partition, sort, item])
            return result

        def remove_and_note(table: dict[str, Any], partition: str, sort: str) -> Any:  # noqa: ANN401
            result = remove_item(table, partition, sort)
            if result is not None:
                self._note(["item", table["TableId"], partition, sort, None])
            return result

        def replace_and_note(table: dict[str, Any]) -> None:
            replaced(table)
            self._note(["table", table["TableId"], table["items"]])

        def emit_and_note(name: str, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
            before = self._last_stream_record(name)
            emit(name, *arguments, **options)
            after = self._last_stream_record(name)
            if after is not None and after is not before:
                self._note(["stream", *self._place(), name, after])

        def store_token_and_note(token: str, entry: dict[str, Any]) -> None:
            store_token(token, entry)
            self._note(["token", *self._place(), token, entry])

        module._set_item, module._remove_item = set_and_note, remove_and_note  # noqa: SLF001
        module._items_replaced, module._emit_stream_event = replace_and_note, emit_and_note  # noqa: SLF001
        module._txn_token_store = store_token_and_note  # noqa: SLF001

    def _last_stream_record(self, name: str) -> dict[str, Any] | None:
        records: list[dict[str, Any]] | None = self._dynamodb._stream_records.get(name)  # noqa: SLF001
        return records[-1] if records else None

    def _place(self) -> tuple[str, str]:
        return self._responses.get_account_id(), self._responses.get_region()

    def _note(self, operation: Operation) -> None:
        """Add an operation to its call's record; outside of a call it is a record of its own."""
        call = self._call.get()
        if call is None:
            self._write([operation])
        else:
            call.append(operation)

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Write down all that changes inside as one record: it is there wholly after a kill, or not at all."""
        operations: list[Operation] = []
        token = self._call.set(operations)
        try:
            yield
        finally:
            self._call.reset(token)
            if operations:
                self._write(operations)
                self._compact_if_long()

    def _write(self, operations: list[Operation]) -> None:
        self._journal.append(operations)
        for account_id, region, name in {tuple(place) for kind, *place, _ in operations if kind == "stream"}:
            for listener in self._listeners:
                listener(account_id, region, name)

    def _wrapped(self, handler: Handler) -> Handler:
        async def handle(
            method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
        ) -> Answer:
            action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
            if action.startswith(_READ_PREFIXES):
                return await handler(method, path, headers, body, query_params)
            try:
                with self.recording():
                    return await handler(method, path, headers, body, query_params)
            finally:
                if action not in _ITEM_ACTIONS:
                    self._save_tables()

        return handle

    def _save_tables(self) -> None:
        """Write the tables without their items, and everything else that DynamoDB keeps."""
        module = self._dynamodb
        kept = {"items", module._INDEX_MEMBERS}  # noqa: SLF001
        tables = self._responses.AccountRegionScopedDict()
        for (account_id, region, name), table in module._tables.all_items():  # noqa: SLF001
            bare = {key: value for key, value in table.items() if key not in kept}
            tables.set_scoped(account_id, region, name, {**bare, "items": {}})
        state = {
            "tables": tables,
            "tags": module._tags,  # noqa: SLF001
            "ttl_settings": module._ttl_settings,  # noqa: SLF001
            "pitr_settings": module._pitr_settings,  # noqa: SLF001
            "kinesis_destinations": module._kinesis_destinations,  # noqa: SLF001
            "contributor_insights": module._contributor_insights,  # noqa: SLF001
            "backups": module._backups,  # noqa: SLF001
            "resource_policies": module._resource_policies,  # noqa: SLF001
            "exports": module._exports,  # noqa: SLF001
            "imports": module._imports,  # noqa: SLF001
        }
        self._persistence.save_state(_SERVICE, state)

    # --- keeping it short -----------------------------------------------------------------------

    def _compact_if_long(self) -> None:
        if self._journal.size < _COMPACT_BYTES or (self._compaction is not None and not self._compaction.done()):
            return
        self._compaction = asyncio.create_task(self._compact())

    async def compacted(self) -> None:
        """Wait for the compaction that is under way, if one is."""
        if self._compaction is not None:
            await self._compaction

    async def _compact(self) -> None:
        """Replace the journal by a snapshot; one that fails leaves the journal as it is, only longer."""
        try:
            put_in_place = await asyncio.to_thread(self._journal.write_snapshot, self._snapshot)
            # Here, between two calls: MiniStack answers a call without giving the loop away, so that whatever of a call
            # the snapshot has seen is in the journal by now.
            put_in_place()
        except Exception:
            logger.exception("The journal of DynamoDB's items could not be compacted; it stays as it is")

    def _snapshot(self) -> Iterator[list[Operation]]:
        """Yield all there is as records; copies each dictionary at once, so that calls may go on meanwhile."""
        batch: list[Operation] = []
        for operation in self._everything():
            batch.append(operation)
            if len(batch) == _OPERATIONS_A_RECORD:
                yield batch
                batch = []
        if batch:
            yield batch

    def _everything(self) -> Iterator[Operation]:
        module = self._dynamodb
        for (account_id, region, name), trimmed in list(module._stream_trimmed.all_items()):  # noqa: SLF001
            yield ["position", account_id, region, name, trimmed]
        for (account_id, region, name), records in list(module._stream_records.all_items()):  # noqa: SLF001
            for record in list(records):
                yield ["stream", account_id, region, name, record]
        for (account_id, region, token), entry in list(module._txn_idempotency.all_items()):  # noqa: SLF001
            yield ["token", account_id, region, token, entry]
        for table in list(module._tables.all_values()):  # noqa: SLF001
            for partition, sorts in list(table["items"].items()):
                for sort, item in list(sorts.items()):
                    yield ["item", table["TableId"], partition, sort, item]


def _restore_item(table: dict[str, Any] | None, partition: str, sort: str, item: dict[str, Any] | None) -> None:
    if table is None:  # deleted since
        return
    items = table["items"]
    if item is not None:
        items[partition][sort] = item
    elif partition in items:
        items[partition].pop(sort, None)
        if not items[partition]:
            del items[partition]


def _restore_items(table: dict[str, Any] | None, items: dict[str, dict[str, Any]]) -> None:
    if table is not None:
        table["items"] = defaultdict(dict, items)
