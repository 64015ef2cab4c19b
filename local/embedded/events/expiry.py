"""Time to live: deletes expired items with a stream record that identifies the deletion, as in AWS.

MiniStack 1.5.33 deletes expired items without a record. Its reaper is switched off, and items are scanned here instead,
every ``CHAT_LOCAL_EXPIRY_SECONDS`` (60; AWS promises a few days).

The time is that of the wall clock, but limited by the monotonic time since the start: AWS's clock never jumps forward
by days, and setting the clock back would not restore the deleted items (such as the idempotency records of sent
messages).

Rules: DynamoDB Developer Guide, "Using time to live (TTL)" and "Working with expired items and time to live". Uses
these internal names of MiniStack (pinned): ``services.dynamodb``'s ``_tables``, ``_ttl_settings``, ``_remove_item``,
``_emit_stream_event`` and ``stream_live_records``. Can be removed when its reaper emits records.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
import time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall
    from local.embedded.events.streams import Record
    from local.embedded.items import DurableTables

logger = logging.getLogger(__name__)

PERIOD_VARIABLE = "CHAT_LOCAL_EXPIRY_SECONDS"
_PERIOD_SECONDS = 60.0
_OWN_REAPER = "dynamodb-ttl-reaper"
_OLDEST_SECONDS = 5 * 365 * 24 * 3600
"""Items that expired longer ago are considered mistakes and are kept, as in AWS."""
_REMOVALS_A_RECORD = 25
USER_IDENTITY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
"""The identity that deleted an expired item, in Lambda's format."""

_Place = tuple[str, str, str]
"""Account, region, table name."""


class Expiry:
    """Deletes expired items of every table with a time to live."""

    def __init__(self, emulator: Emulator, tables: DurableTables) -> None:
        from ministack.core import responses  # noqa: PLC0415 - see emulator.Emulator

        self._dynamodb: Any = emulator.module_of("dynamodb")
        self._responses: Any = responses
        self._tables = tables
        self._period = _period(os.environ.get(PERIOD_VARIABLE))
        self._task: asyncio.Task[None] | None = None
        self._difference = time.time() - _gone_by()
        _switch_off_own_reaper(self._dynamodb)
        emulator.wrap("dynamodbstreams", _naming_who)

    def start(self) -> None:
        """Start the periodic scan."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop the scan."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._period)
            try:
                await self.sweep()
            except Exception:
                logger.exception("Expired items could not be removed")

    async def sweep(self) -> int:
        """Delete expired items and return their number."""
        removed = 0
        for (account_id, region, name), setting in list(self._dynamodb._ttl_settings.all_items()):  # noqa: SLF001
            table = self._dynamodb._tables.get_scoped(account_id, region, name)  # noqa: SLF001
            attribute = setting.get("AttributeName")
            if table is not None and attribute and setting.get("TimeToLiveStatus") == "ENABLED":
                removed += await self._sweep_table((account_id, region, name), table, str(attribute))
        return removed

    async def _sweep_table(self, place: _Place, table: dict[str, Any], attribute: str) -> int:
        keys = await asyncio.to_thread(_expired, table, attribute, self._now())
        removed = 0
        for first in range(0, len(keys), _REMOVALS_A_RECORD):
            with self._responses.request_scope(*place[:2]), self._tables.recording():
                for partition, sort in keys[first : first + _REMOVALS_A_RECORD]:
                    removed += self._remove(place, table, attribute, (partition, sort))
            await asyncio.sleep(0)
        return removed

    def _remove(self, place: _Place, table: dict[str, Any], attribute: str, key: tuple[str, str]) -> bool:
        """Delete an item if it is still expired: it may have been written since it was found."""
        if self._dynamodb._tables.get_scoped(*place) is not table:  # noqa: SLF001
            return False  # deleted meanwhile, or reloaded from the disk
        partition, sort = key
        item = table["items"].get(partition, {}).get(sort)
        if item is None or not _has_expired(item, attribute, self._now()):
            return False
        self._dynamodb._remove_item(table, partition, sort)  # noqa: SLF001
        before = self._newest(place)
        self._dynamodb._emit_stream_event(place[2], "REMOVE", item, None)  # noqa: SLF001
        record = self._newest(place)
        if record is not None and record is not before:
            record["userIdentity"] = dict(USER_IDENTITY)
        return True

    def _now(self) -> float:
        return min(time.time(), self._difference + _gone_by())

    def _newest(self, place: _Place) -> Record | None:
        account_id, region, name = place
        records: list[Record] = self._dynamodb.stream_live_records(name, account_id=account_id, region=region)
        return records[-1] if records else None


def _gone_by() -> float:
    """Return a monotonic time in seconds that includes the machine's sleep."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))  # which includes sleep on macOS


def _period(setting: str | None) -> float:
    """Return the seconds between two scans.

    Raises:
        ValueError: the setting is not a number above zero.
    """
    if not setting:
        return _PERIOD_SECONDS
    try:
        seconds = float(setting)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        message = f"{PERIOD_VARIABLE} must be a number of seconds above 0, not {setting!r}"
        raise ValueError(message)
    return seconds


def _expired(table: dict[str, Any], attribute: str, now: float) -> list[tuple[str, str]]:
    return [
        (partition, sort)
        for partition, sorts in list(table["items"].items())
        for sort, item in list(sorts.items())
        if _has_expired(item, attribute, now)
    ]


def _has_expired(item: dict[str, Any], attribute: str, now: float) -> bool:
    """Return whether an item's time, in seconds since 1970, has passed; False for values of other types."""
    try:
        moment = float(Decimal(item[attribute]["N"]))
    except (KeyError, TypeError, InvalidOperation):
        return False
    return now - _OLDEST_SECONDS < moment <= now


def _switch_off_own_reaper(module: Any) -> None:  # noqa: ANN401 - MiniStack's own untyped module
    """Disable MiniStack's reaper, a thread that no call ends."""
    remove = module._remove_item  # noqa: SLF001 - pinned version

    def remove_unless_reaping(table: dict[str, Any], partition: str, sort: str) -> Any:  # noqa: ANN401
        if threading.current_thread().name == _OWN_REAPER:
            return None
        return remove(table, partition, sort)

    module._remove_item = remove_unless_reaping  # noqa: SLF001


async def _naming_who(call: ServiceCall, forward: Handler) -> Response:
    """Rename the members of the identity in GetRecords responses to those of the streams API; Lambda's differ."""
    status, answered, content = await forward(call)
    text = content if isinstance(content, bytes) else content.encode()
    if not call.headers.get("x-amz-target", "").endswith(".GetRecords") or b"userIdentity" not in text:
        return status, answered, content
    answer = json.loads(text)
    for record in answer.get("Records", ()):
        if "userIdentity" in record:
            who = record["userIdentity"]
            record["userIdentity"] = {"Type": who["type"], "PrincipalId": who["principalId"]}
    return status, answered, json.dumps(answer).encode()
