"""The AWS_LAMBDA data source: ``Invoke``, ``BatchInvoke`` and direct Lambda resolvers.

Source: AWS AppSync developer guide, "JavaScript resolver function reference for Lambda" and "Direct Lambda resolvers".
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from appsync_local.backend import AwsError
from appsync_local.batching import Send
from appsync_local.datasources.result import RequestProblemError, SourceError, SourceResult, field_of, optional_field_of

if TYPE_CHECKING:
    from appsync_local.api import DataSource
    from appsync_local.backend import Backend
    from appsync_local.fields import Meter


Gather = Callable[[Any, Send], Awaitable[SourceResult]]
"""Sends a payload in a batch by means of the given function, and returns the payload's result."""


async def invoke(
    source: DataSource, request: dict[str, Any], *, backend: Backend, meter: Meter, gather: Gather | None = None
) -> SourceResult:
    """Run a request ``{"operation": "Invoke" | "BatchInvoke", "payload", "invocationType"}``.

    Payloads of BatchInvoke are sent with ``gather``. An ``Event`` invocation returns null at once. A failed function
    results in ``ctx.error`` of type ``Lambda:Unhandled``.

    Raises:
        RequestProblemError: the operation or the invocation type is unknown.
    """
    operation = field_of(request, "operation", str)
    invocation = optional_field_of(request, "invocationType", str) or "RequestResponse"
    if invocation not in {"RequestResponse", "Event"}:
        raise RequestProblemError(f"Value for field '$[invocationType]' is not valid: {invocation}.")
    if operation == "Invoke":
        return await _call(source, request.get("payload"), event=invocation == "Event", backend=backend, meter=meter)
    if operation == "BatchInvoke" and invocation == "Event":  # no result is needed, so it is not batched
        return await _call(source, [request.get("payload")], event=True, backend=backend, meter=meter)
    if operation == "BatchInvoke":
        return await _batched(source, request.get("payload"), backend=backend, meter=meter, gather=gather)
    raise RequestProblemError(f"Unsupported operation '{operation}'.")


async def invoke_direct(
    source: DataSource,
    context: dict[str, Any],
    *,
    is_batch: bool,
    backend: Backend,
    meter: Meter,
    gather: Gather | None = None,
) -> SourceResult:
    """Run a direct Lambda resolver: the function receives the whole context, or a list of contexts."""
    if is_batch:
        return await _batched(source, context, backend=backend, meter=meter, gather=gather)
    return await _call(source, context, event=False, backend=backend, meter=meter)


async def _batched(
    source: DataSource, payload: object, *, backend: Backend, meter: Meter, gather: Gather | None
) -> SourceResult:
    async def send(payloads: list[Any]) -> list[SourceResult]:
        return await invoke_batch(source, payloads, backend=backend, meter=meter)

    return (await send([payload]))[0] if gather is None else await gather(payload, send)


async def invoke_batch(
    source: DataSource, payloads: list[Any], *, backend: Backend, meter: Meter
) -> list[SourceResult]:
    """Invoke the function once for several payloads. It returns a list of the same size and order.

    Each element is a plain value, or ``{"data", "errorMessage", "errorType"}``.
    """
    whole = await _call(source, payloads, event=False, backend=backend, meter=meter)
    if whole.error is not None:
        return [whole] * len(payloads)
    if not isinstance(whole.result, list) or len(whole.result) != len(payloads):
        error = SourceError(
            f"The function must answer a list of {len(payloads)} results, one for each payload.",
            "Lambda:IllegalArgument",
        )
        return [SourceResult(error=error)] * len(payloads)
    return [_batch_member(member) for member in whole.result]


def _batch_member(member: Any) -> SourceResult:  # noqa: ANN401 - any JSON
    if not isinstance(member, dict) or member.get("errorMessage") is None:
        is_wrapped = (
            isinstance(member, dict) and "data" in member and set(member) <= {"data", "errorMessage", "errorType"}
        )
        return SourceResult(member["data"] if is_wrapped else member)
    kind = member.get("errorType") or "Lambda:Unhandled"
    return SourceResult(member.get("data"), SourceError(str(member["errorMessage"]), str(kind)))


async def _call(source: DataSource, payload: object, *, event: bool, backend: Backend, meter: Meter) -> SourceResult:
    meter.function_invocations += 1
    meter.round_trips += 1
    try:
        answer = await backend.invoke_function(
            source.config["lambdaFunctionArn"],
            json.dumps(payload).encode(),
            role_arn=source.role_arn or "",
            event=event,
        )
    except AwsError as refused:
        return SourceResult(error=SourceError(refused.message, f"Lambda:{refused.code}"))
    if event:
        return SourceResult()
    if answer.function_error is not None:
        return SourceResult(error=SourceError(_failure_message(answer.payload), f"Lambda:{answer.function_error}"))
    return _parsed(answer.payload)


def _parsed(payload: bytes) -> SourceResult:
    if not payload:
        return SourceResult()
    try:
        return SourceResult(json.loads(payload))
    except ValueError:
        return SourceResult(error=SourceError("The function's answer is not JSON.", "Lambda:Unhandled"))


def _failure_message(payload: bytes) -> str:
    try:
        failure = json.loads(payload or b"null")
    except ValueError:
        return payload.decode(errors="replace")
    message = failure.get("errorMessage") if isinstance(failure, dict) else failure
    return "The function failed without a message." if message is None else str(message)
