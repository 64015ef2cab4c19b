"""Fault injection in the running local AWS, for tests and demonstrations.

Off unless the server was started with ``CHAT_LOCAL_FAULTS=on``. ``/_local/faults`` then accepts a list of faults (PUT,
JSON; see `faults.Fault`) and returns their state (GET; PUT returns that of the previous ones)::

    curl -X PUT http://127.0.0.1:4566/_local/faults -d \
        '[{"operation": "Mutation.createMessage", "step": 3, "mode": "kill_after"}]'

``/_local/faults/refused-result`` accepts the mode of `appsync_local.datasources.dynamodb.refusals` (PUT, plain text)
and returns the active mode, which applies until the process ends::

    curl -X PUT http://127.0.0.1:4566/_local/faults/refused-result -d absent

``/_local/faults/writes`` accepts write faults (PUT, JSON; see `durable_files.WriteFault`) and returns the number of
failed writes (GET and PUT)::

    curl -X PUT http://127.0.0.1:4566/_local/faults/writes -d '[{"part": "state/items", "error": "ENOSPC", "count": 5}]'

``/_local/faults/conflicts`` accepts the share of refused changes of AppSync APIs, or the seconds that a change takes
(PUT, JSON; see `conflicts.Conflicts`), and returns the numbers of changes and refusals until then (GET and PUT)::

    curl -X PUT http://127.0.0.1:4566/_local/faults/conflicts -d '{"share": 0.1}'

Faults apply to each call of a resolver to DynamoDB or Lambda, below AppSync's own error handling; to each invocation of
a function by any caller; and to each call of a function to DynamoDB, below its client's own retries.
"""

from __future__ import annotations

import errno
import json
import os
import uuid
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from appsync_local.backend import AwsError
from appsync_local.bodies import read
from appsync_local.datasources.dynamodb import refusals
from appsync_local.fields import FieldError, FieldOutcome
from local.embedded import items
from local.embedded.backend import MiniStackBackend
from local.embedded.conflicts import Conflicts
from local.embedded.durable_files import FAULTS, WriteFault
from local.embedded.environment import ACCOUNT_ID
from local.embedded.faults import Fault, FaultError, Faults, Mode, Run, suffer

if TYPE_CHECKING:
    from collections.abc import Callable

    from appsync_local.api import GraphqlApi, Resolver
    from appsync_local.backend import FunctionResult
    from appsync_local.fields import FieldRequest, Meter
    from appsync_local.operation import FieldResolver
    from local.embedded.emulator import Emulator, Handler, Receive, Response, Scope, Send, ServiceCall

VARIABLE = "CHAT_LOCAL_FAULTS"
JOURNAL_VARIABLE = "CHAT_LOCAL_JOURNAL_BYTES"
"""The length at which the journal of DynamoDB's items is compacted; tests use a small one."""
PATH = "/_local/faults"
REFUSED_RESULT_PATH = f"{PATH}/refused-result"
WRITES_PATH = f"{PATH}/writes"
CONFLICTS_PATH = f"{PATH}/conflicts"
PATHS = frozenset({PATH, REFUSED_RESULT_PATH, WRITES_PATH, CONFLICTS_PATH})
_STATUS = {"InternalServerError": 500, "ProvisionedThroughputExceededException": 400, "ValidationException": 400}
_LAMBDA_ERRORS = {"InternalServerError": (500, "ServiceException"), "ValidationException": (400, "InvalidRequest")}
_run: ContextVar[Run | None] = ContextVar("run", default=None)
"""The run of the current resolver."""


def is_on() -> bool:
    """Return whether fault injection is enabled in this process."""
    return os.environ.get(VARIABLE) == "on"


class FaultInjection:
    """Injects faults into resolvers and functions."""

    def __init__(self, emulator: Emulator) -> None:
        from ministack.core import iam_evaluator, router  # noqa: PLC0415 - see emulator.Emulator

        self._evaluator: Any = iam_evaluator
        self._router: Any = router
        self.faults = Faults()
        self._conflicts = Conflicts(emulator)
        if os.environ.get(JOURNAL_VARIABLE, "").isdecimal():
            items.COMPACT_BYTES = int(os.environ[JOURNAL_VARIABLE])
        self._answers: dict[str, Callable[[bytes | None], dict[str, Any]]] = {
            PATH: self._armed,
            REFUSED_RESULT_PATH: self._refused_result,
            WRITES_PATH: self._failing_writes,
            CONFLICTS_PATH: self._conflicting,
        }
        emulator.wrap("lambda", self._around_lambda)
        emulator.wrap("dynamodb", self._around_dynamodb)

    def around_resolvers(self, resolve: FieldResolver) -> FieldResolver:
        """Apply the armed faults to each run of a resolver."""

        async def resolve_or_suffer(
            api: GraphqlApi, resolver: Resolver, request: FieldRequest, meter: Meter
        ) -> FieldOutcome:
            if self.faults.is_quiet:
                return await resolve(api, resolver, request, meter)
            given = json.dumps([request.arguments, request.identity], default=str)
            run = self.faults.run(f"{resolver.type_name}.{resolver.field_name}", given)
            token = _run.set(run)
            try:
                return await suffer(run.begin(), lambda: resolve(api, resolver, request, meter))
            except AwsError as error:
                failure = FieldError(error.message, type="InternalFailure")
                return FieldOutcome(errors=[failure], failed=True)
            finally:
                _run.reset(token)

        return resolve_or_suffer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request to one of `PATHS`."""
        status = 200
        given = None
        if scope["method"] == "PUT":
            body = await read(receive)
            if body is None:
                return
            given = body.content
        try:
            answer = self._answers[scope["path"]](given)
        except FaultError as error:
            status, answer = 400, {"message": str(error)}
        content = json.dumps(answer).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _armed(self, given: bytes | None) -> dict[str, Any]:
        """Arm the given faults; return the previous ones."""
        before = self.faults.state()
        if given is not None:
            self.faults.arm(_parsed(given))
        return {"faults": before}

    def _refused_result(self, given: bytes | None) -> dict[str, Any]:
        """Set the given mode; return the active one."""
        if given is not None:
            try:
                os.environ[refusals.VARIABLE] = refusals.RefusedResult(given.decode("utf-8", "replace").strip())
            except ValueError:
                raise FaultError(f"Give one of {', '.join(refusals.RefusedResult)}.") from None
        return {"mode": refusals.refused_result()}

    def _failing_writes(self, given: bytes | None) -> dict[str, Any]:
        """Arm the given write faults; return the number of failed writes."""
        if given is not None:
            FAULTS.arm([_write_fault(value) for value in _list_of(given)])
        return {"suffered": FAULTS.suffered}

    def _conflicting(self, given: bytes | None) -> dict[str, Any]:
        """Arm the given conflicts; return the numbers of changes and refusals until then."""
        before = {"changes": self._conflicts.changes, "refused": self._conflicts.refused}
        if given is not None:
            try:
                wanted = json.loads(given)
                self._conflicts.arm(float(wanted.get("share", 0)), float(wanted.get("seconds", 0)))
            except (ValueError, TypeError, AttributeError):
                raise FaultError('Give an object with "share" or "seconds".') from None
        return before

    async def _around_lambda(self, call: ServiceCall, forward: Handler) -> Response:
        if self.faults.is_quiet or not call.path.endswith("/invocations"):
            return await forward(call)
        name = unquote(call.path.split("/")[-2]).split(":function:")[-1].split(":")[0]
        run = self.faults.run(name, call.body.decode("utf-8", "replace"))
        try:
            return await suffer(run.begin(), lambda: forward(call))
        except AwsError as error:
            status, code = _LAMBDA_ERRORS.get(error.code, (429, "TooManyRequestsException"))
            return _refusal(status, code, error.message)

    async def _around_dynamodb(self, call: ServiceCall, forward: Handler) -> Response:
        fault = None
        caller = None if self.faults.is_quiet else self._function_name(call.headers, call.query)
        if caller:
            action = call.action
            text = call.body.decode("utf-8", "replace")
            fault = self.faults.next_fault(caller, _described(action, json.loads(text or "{}")), text)
        try:
            return await suffer(fault, lambda: forward(call))
        except AwsError as error:
            return _refusal(_STATUS[error.code], error.code, error.message)

    def _function_name(self, headers: dict[str, str], query_params: dict[str, Any]) -> str | None:
        """Return the name of the calling function, which is its session name; None for other callers."""
        key = self._router.extract_access_key_id(headers, query_params)
        if not key or not key.startswith("ASIA"):
            return None
        credential = self._evaluator.resolve_credential(key, ACCOUNT_ID)
        arn = str(getattr(credential, "principal_arn", ""))
        return arn.rsplit("/", 1)[-1] if ":assumed-role/" in arn else None


class FaultyBackend(MiniStackBackend):
    """The backend of the data plane, with faults in the calls of resolvers."""

    async def dynamodb(self, action: str, request: dict[str, Any], *, role_arn: str, region: str) -> dict[str, Any]:
        """Call DynamoDB as the role, with the armed fault."""
        fault = _met(_described(action, request))
        if fault is not None and fault.mode is Mode.TWICE and action == "TransactWriteItems":
            request = {**request, "ClientRequestToken": str(uuid.uuid4())}  # as AWS clients do
        call = super().dynamodb
        return await suffer(fault, lambda: call(action, request, role_arn=role_arn, region=region))

    async def invoke_function(
        self, function_arn: str, payload: bytes, *, role_arn: str, event: bool, source_arn: str = ""
    ) -> FunctionResult:
        """Invoke a function as the role, with the armed fault."""
        call = super().invoke_function
        return await suffer(
            _met("Invoke"),
            lambda: call(function_arn, payload, role_arn=role_arn, event=event, source_arn=source_arn),
        )


def _described(action: str, request: dict[str, Any]) -> str:
    """Return a readable description of a DynamoDB call: its action and tables."""
    writes = [next(iter(part.values())) for part in request.get("TransactItems") or ()]
    tables = [part.get("TableName") for part in [request, *writes] if part.get("TableName")]
    return " ".join([action, *(tables or sorted(request.get("RequestItems") or ()))])


def _met(call: str) -> Fault | None:
    run = _run.get()
    return None if run is None else run.next_fault(call)


def _parsed(body: bytes) -> list[Fault]:
    return [Fault.parse(value) for value in _list_of(body)]


def _write_fault(value: Any) -> WriteFault:  # noqa: ANN401 - JSON
    try:
        return WriteFault(**{**value, "error": getattr(errno, value["error"])})
    except (TypeError, KeyError, AttributeError):
        message = f"{value!r} is not a write fault: it needs part and error (ENOSPC); optional: skip, count, half."
        raise FaultError(message) from None


def _list_of(body: bytes) -> list[Any]:
    try:
        values = json.loads(body or b"[]")
    except ValueError as error:
        raise FaultError(f"The list of faults is not JSON: {error}") from None
    if not isinstance(values, list):
        raise FaultError("Send a list of faults, which may be empty.")
    return values


def _refusal(status: int, code: str, message: str) -> Response:
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": code}
    return status, headers, json.dumps({"__type": code, "message": message}).encode()
