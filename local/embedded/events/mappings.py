"""Event source mappings of DynamoDB streams, created by Lambda's API and run here instead of by MiniStack's poller.

MiniStack 1.5.33 stores all settings of a mapping, but its poller ignores ``ReportBatchItemFailures``,
``BisectBatchOnFunctionError``, ``MaximumRetryAttempts`` and, mostly, ``DestinationConfig``. Mappings of queues are left
to MiniStack, which handles them as Lambda does. Uses these internal names of MiniStack (pinned):
``services.lambda_svc``'s ``_esms`` and ``_poll_dynamodb_streams``. Can be removed when MiniStack's poller supports
those settings.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from appsync_local.backend import AwsError
from local.embedded.backend import invoke
from local.embedded.emulator import ServiceCall, decoded
from local.embedded.events.delivery import Delivery, DeliveryContext
from local.embedded.events.discarding import envelope, send
from local.embedded.events.filters import Patterns
from local.embedded.events.mapping import EventSourceMapping
from local.embedded.events.mapping_checks import check, complete
from local.embedded.events.positions import Positions
from local.embedded.events.streams import BEFORE_ALL, StreamSource, TableStreams

if TYPE_CHECKING:
    from pathlib import Path

    from appsync_local.backend import FunctionResult
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall
    from local.embedded.events.discarding import Discarded
    from local.embedded.items import DurableTables
    from local.embedded.permissions import Permissions

logger = logging.getLogger(__name__)

_PATH = "/2015-03-31/event-source-mappings"
_READS = ("dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords")
_SENDS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}
_END_SECONDS = 2.0
_AGAIN_SECONDS = 5.0
"""The pause before a position that could not be stored is retried."""


class StreamMappings:
    """Wraps Lambda's handler, and runs one delivery for each enabled stream mapping."""

    def __init__(
        self,
        emulator: Emulator,
        tables: DurableTables,
        permissions: Permissions,
        *,
        positions_folder: Path,
        is_expected: bool = False,
    ) -> None:
        self._emulator = emulator
        self._permissions = permissions
        self._lambda: Any = emulator.module_of("lambda")
        self._streams = TableStreams(emulator, tables, passed=self._passed)
        self._positions = Positions(positions_folder, is_expected=is_expected)
        for position in self._positions.values():
            tables.sequence_numbers.note(position)
        self._patterns = Patterns(emulator)
        self._deliveries: dict[str, Delivery] = {}
        self._firsts: dict[str, str] = {}
        """Mapping id -> the start position of a new mapping, until it is stored."""
        self._again: asyncio.TimerHandle | None = None
        self._context = DeliveryContext(
            streams=self._streams,
            positions=self._positions,
            patterns=self._patterns,
            invoke=self._invoke,
            discard=self._discard,
            report=self._report,
            age=tables.sequence_numbers.age,
            moved=self._forget_records,
        )
        _switch_off_own_poller(self._lambda)
        emulator.wrap("lambda", self._handle)

    def start(self) -> None:
        """Start the existing mappings, which MiniStack has loaded."""
        self._streams.start()
        self._reconcile()

    async def close(self) -> None:
        """Wait briefly for running functions; unanswered batches are delivered again after the next start."""
        if self._again is not None:
            self._again.cancel()
        deliveries = list(self._deliveries.values())
        for delivery in deliveries:
            delivery.end()
        endings = [asyncio.ensure_future(delivery.wait()) for delivery in deliveries]
        if endings:
            _done, running = await asyncio.wait(endings, timeout=_END_SECONDS)
            for ending in running:
                ending.cancel()
        self._deliveries.clear()
        self._positions.close()

    # --- the control plane ----------------------------------------------------------------------

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        if call.method == "GET" or not call.path.startswith(_PATH):
            return await forward(call)
        try:
            call = await self._checked(call)
        except AwsError as error:
            return _refusal(error)
        answer = await forward(call)
        if answer[0] < 300:  # noqa: PLR2004 - HTTP's own border
            self._reconcile()
        return answer

    async def _checked(self, call: ServiceCall) -> ServiceCall:
        """Return the call, completed with defaults if it concerns a stream and Lambda would accept it."""
        request, method = call.json, call.method
        if request is None:
            return call
        before = self._record(call.path.rstrip("/").removeprefix(_PATH).strip("/")) if method == "PUT" else None
        source = StreamSource.parse(str((before or request).get("EventSourceArn") or ""))
        if source is None or method not in {"POST", "PUT"}:
            return call
        check(request, self._patterns, is_new=method == "POST")
        if method == "POST":
            request = complete(request)
            self._check_duplicate(request, source)
            if not self._streams.exists(source):
                raise AwsError("ResourceNotFoundException", f"Stream not found: {source.arn}")
        await self._check_role({**(before or {}), **request}, source)
        return replace(call, body=json.dumps(request).encode())

    def _check_duplicate(self, request: dict[str, Any], source: StreamSource) -> None:
        name = str(request.get("FunctionName") or "").rsplit(":function:", 1)[-1]
        for record in self._lambda._esms.all_values():  # noqa: SLF001 - pinned version
            known = str(record["FunctionArn"]).rsplit(":function:", 1)[-1]
            if record.get("EventSourceArn") == source.arn and known == name:
                raise AwsError(
                    "ResourceConflictException",
                    f'The event source arn (" {source.arn} ") and function (" {name} ") provided mapping already '
                    f"exists. Please update or delete the existing mapping with UUID {record['UUID']}",
                )

    async def _check_role(self, request: dict[str, Any], source: StreamSource) -> None:
        function = quote(str(request.get("FunctionName") or request.get("FunctionArn") or ""), safe=":")
        answer = await self._emulator.call(
            "lambda",
            "GET",
            f"/2015-03-31/functions/{function}/configuration",
            region=source.region,
            account_id=source.account_id,
        )
        configuration = decoded(answer)
        role, session = str(configuration.get("Role") or ""), str(configuration["FunctionName"])
        destination = str(((request.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or "")
        for action in _READS:
            if not self._permissions.role_allows(role, session, action, source.arn, region=source.region):
                raise AwsError(
                    "InvalidParameterValueException",
                    f"Cannot access stream {source.arn}. Please ensure the role can perform the GetRecords, "
                    "GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.",
                )
        if not destination:
            return
        action = _SENDS.get(destination.split(":")[2] if destination.count(":") > 1 else "", "")
        if not action or not self._permissions.role_allows(role, session, action, destination, region=source.region):
            raise AwsError(
                "InvalidParameterValueException",
                f"The provided destination config is invalid: {destination}. The function execution role does not have "
                f"permissions to call {action or 'it'}.",
            )

    # --- the deliveries -------------------------------------------------------------------------

    def _reconcile(self) -> None:
        """Start enabled mappings, stop others, and forget deleted ones."""
        self._again = None
        wanted: dict[str, EventSourceMapping] = {}
        known: set[str] = set()
        for record in list(self._lambda._esms.all_values()):  # noqa: SLF001 - pinned version
            mapping = EventSourceMapping.from_record(record)
            if mapping is None:
                continue
            known.add(mapping.id)
            if self._has_position(mapping, record) and record.get("Enabled", True):
                wanted[mapping.id] = mapping
        for mapping_id in self._deliveries.keys() - wanted.keys():
            delivery = self._deliveries.pop(mapping_id)
            if mapping_id in known:
                delivery.end()
            else:
                delivery.cancel()
        self._forget_positions(self._positions.all() - known)
        for mapping in wanted.values():
            self._run(mapping)

    def _has_position(self, mapping: EventSourceMapping, record: dict[str, Any]) -> bool:
        """Return whether a mapping has a position; store the first one of a new mapping, which waits if that fails."""
        if self._positions.get(mapping.id) is not None:
            return True
        if mapping.id not in self._firsts:
            is_new_only = record.get("StartingPosition") != "TRIM_HORIZON"
            self._firsts[mapping.id] = self._streams.newest(mapping.source) if is_new_only else BEFORE_ALL
        try:
            self._positions.set(mapping.id, self._firsts[mapping.id])
        except OSError as error:
            logger.warning("The mapping %s starts when its position can be written: %s", mapping.id, error)
            self._try_again()
            return False
        del self._firsts[mapping.id]
        return True

    def _forget_positions(self, mapping_ids: set[str]) -> None:
        try:
            for mapping_id in mapping_ids:
                self._positions.forget(mapping_id)
        except OSError as error:
            logger.warning("The positions of deleted mappings could not be deleted: %s", error)

    def _try_again(self) -> None:
        if self._again is None:
            self._again = asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self._reconcile)

    def _run(self, mapping: EventSourceMapping) -> None:
        running = self._deliveries.get(mapping.id)
        if running is None:
            self._deliveries[mapping.id] = Delivery(mapping, self._context)
            self._deliveries[mapping.id].start()
        elif running.mapping != mapping:
            running.change(mapping)

    def _record(self, mapping_id: str) -> dict[str, Any] | None:
        records = self._lambda._esms.all_values()  # noqa: SLF001 - pinned version
        return next((record for record in records if record["UUID"] == mapping_id), None)

    # --- callbacks of deliveries ----------------------------------------------------------------

    async def _invoke(self, function_arn: str, payload: bytes) -> FunctionResult:
        parts = function_arn.split(":")
        return await invoke(self._emulator, function_arn, payload, event=False, region=parts[3], account_id=parts[4])

    async def _discard(self, mapping: EventSourceMapping, discarded: Discarded) -> None:
        if mapping.failure_destination is None:
            return
        try:
            await send(self._emulator, mapping.failure_destination, envelope(mapping, discarded))
        except AwsError as error:  # as in AWS: counted (DestinationDeliveryFailures), not retried
            logger.warning("A failed batch of %s could not be sent to its destination: %s", mapping.id, error)

    def _forget_records(self, mapping: EventSourceMapping) -> None:
        """Delete the stream's records that all its mappings, including disabled ones, have processed."""
        if not self._streams.has_surplus(mapping.source):
            return
        records = self._mappings_of(mapping.source.arn)
        if records:
            self._streams.forget_before(mapping.source, min(self._done_to(record["UUID"]) for record in records))

    def _passed(self, stream_arn: str) -> str | None:
        """Return the position that every enabled mapping of a stream has reached; None if there are none."""
        enabled = [record for record in self._mappings_of(stream_arn) if record.get("Enabled", True)]
        return min((self._done_to(record["UUID"]) for record in enabled), default=None)

    def _mappings_of(self, stream_arn: str) -> list[dict[str, Any]]:
        records = list(self._lambda._esms.all_values())  # noqa: SLF001 - pinned version
        return [record for record in records if record.get("EventSourceArn") == stream_arn]

    def _done_to(self, mapping_id: str) -> str:
        running = self._deliveries.get(mapping_id)
        return running.done_to if running else self._positions.get(mapping_id) or BEFORE_ALL

    def _report(self, mapping: EventSourceMapping, result: str) -> None:
        record = self._record(mapping.id)
        if record is not None:
            record["LastProcessingResult"] = result


def _switch_off_own_poller(module: Any) -> None:  # noqa: ANN401 - MiniStack's own untyped module
    """Make MiniStack's polling loop find no streams; it continues for queues."""
    module._poll_dynamodb_streams = lambda: False  # noqa: SLF001 - pinned version


def _refusal(error: AwsError) -> Response:
    status = {"ResourceNotFoundException": 404, "ResourceConflictException": 409}.get(error.code, 400)
    body = {"Type": "User", "message": error.message}
    return status, {"Content-Type": "application/json", "x-amzn-errortype": error.code}, json.dumps(body).encode()
