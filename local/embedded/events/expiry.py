"""Time to live: expired items leave with a stream record that says so, as in AWS.

MiniStack 1.5.33 removes expired items without a record. Its reaper is switched off, and the items are looked through
here instead, every ``CHAT_LOCAL_EXPIRY_SECONDS`` (60; AWS promises a few days).

The time is that of the wall clock, but no later than the time that has gone by since the start allows: AWS's clock is
never set forward by days, and what that would remove here (the markers by which a message that was sent already is
known, for one) no step back brings again.

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
"""What expired longer ago is taken for a mistake, and stays."""
_REMOVALS_A_RECORD = 25
USER_IDENTITY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
"""Who removed an expired item, as Lambda tells it."""

_Place = tuple[str, str, str]
"""Account, region, table name."""


class Expiry:
    """Removes expired items of every table that has a time to live."""

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
        """Look through the tables now and then."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End."""
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
        """Remove what has expired; return how many items."""
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
        """Remove an item if it is still expired: it may have been written since it was found."""
        if self._dynamodb._tables.get_scoped(*place) is not table:  # noqa: SLF001
            return False  # deleted meanwhile, or read back from the disk
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
    """Return seconds that no setting of a clock changes, and in which a machine that sleeps is counted."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))  # macOS counts sleep in the latter


def _period(setting: str | None) -> float:
    """Return how many seconds lie between two looks.

    Raises:
        ValueError: the setting is no number above zero.
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
    """Return whether an item's time, a number of seconds since 1970, has passed; other types of value never do."""
    try:
        moment = float(Decimal(item[attribute]["N"]))
    except (KeyError, TypeError, InvalidOperation):
        return False
    return now - _OLDEST_SECONDS < moment <= now


def _switch_off_own_reaper(module: Any) -> None:  # noqa: ANN401 - MiniStack's own untyped module
    """Let MiniStack's reaper, a thread that no call ends, remove nothing."""
    remove = module._remove_item  # noqa: SLF001 - pinned version

    def remove_unless_reaping(table: dict[str, Any], partition: str, sort: str) -> Any:  # noqa: ANN401
        if threading.current_thread().name == _OWN_REAPER:
            return None
        return remove(table, partition, sort)

    module._remove_item = remove_unless_reaping  # noqa: SLF001


async def _naming_who(call: ServiceCall, forward: Handler) -> Response:
    """Write the identity in GetRecords' answers as the streams API names its members; Lambda names them otherwise."""
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
