"""Saves the state of the other services before a changing call returns; MiniStack saves at shutdown only.

Calls that finish during a save share the next one (group commit). If a change cannot be written, the service's memory
is reloaded from its file, and all callers that have changed it since get an internal error. Logs, metric data and the
state of Lambda invocations are saved every few seconds, outside of the event loop: if the process is killed, only these
may be lost.

Uses these internal names of MiniStack (pinned): ``services.s3``'s ``_buckets``, and the naming of a service's state
parts after its variables.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from local.embedded.durable_files import DamagedFileError, NotWrittenError

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall, Wrapper
    from local.embedded.state_files import StateFiles

logger = logging.getLogger(__name__)

_READS = ("Get", "List", "Describe", "BatchGet", "Lookup", "Search", "Simulate", "Filter", "Generate", "Verify", "Test")
_STATELESS = frozenset({"sts", "dynamodb", "dynamodbstreams", "imds", "ecs-metadata", "tagging", "rds-data"})
_LAZY_ACTIONS = frozenset({"PutLogEvents", "CreateLogStream", "DeleteLogStream", "PutMetricData"})
_LAZY_SECONDS = 5.0
_INVOCATIONS = frozenset({"invocations", "response-streaming-invocations", "invoke-async"})
_COPIES = 20
"""The maximum number of attempts to copy a state that changes meanwhile; MiniStack's own threads write to some."""
_FORM = "application/x-www-form-urlencoded"
_ERROR_CODES = {"cognito-idp": "InternalErrorException", "s3": "InternalError", "lambda": "ServiceException"}
_ERROR_CODE = "InternalFailure"
"""The error code of the other services (AWS, "Common Errors")."""


class StateSaver:
    """Wraps every service's handler except DynamoDB's, which `items.py` handles."""

    def __init__(self, emulator: Emulator, files: StateFiles) -> None:
        self._emulator = emulator
        self._files = files
        self._keys = {module: key for key, module in emulator.state_sources().items()}
        self._commits: dict[str, asyncio.Task[None]] = {}
        self._undone: Counter[str] = Counter()
        """The number of reloads from the file, by module."""
        self._stale: set[str] = set()
        self._sweeper: asyncio.Task[None] | None = None
        for service in emulator.services:
            if service not in _STATELESS:
                emulator.wrap(service, self._saving(service, emulator))

    def start(self) -> None:
        """Start periodic saves of state that changes without calls."""
        self._sweeper = asyncio.create_task(self._sweep())

    async def close(self) -> None:
        """Stop; MiniStack's own shutdown saves unsaved state."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        await asyncio.gather(*self._commits.values(), return_exceptions=True)

    def _saving(self, service: str, emulator: Emulator) -> Wrapper:
        module_name = emulator.module_name(service)

        async def handle(call: ServiceCall, forward: Handler) -> Response:
            undone = self._undone[module_name]
            try:
                answer = await forward(call)
                is_invocation = service == "lambda" and call.path.rstrip("/").rsplit("/", 1)[-1] in _INVOCATIONS
                if is_invocation or _action(call) in _LAZY_ACTIONS:
                    self._stale.update({"cloudwatch_logs", module_name})
                elif changes_state(call):
                    await self._commit(module_name, undone)
            except NotWrittenError as error:
                answer = _refusal(service, str(error), call.headers)
            return answer

        return handle

    async def _commit(self, module_name: str, undone: int) -> None:
        """Wait until a save that began after this call has been written.

        Args:
            module_name: the module of the changed state.
            undone: the module's number of reloads when the call began.

        Raises:
            NotWrittenError: the save failed, and the change was undone.
        """
        running = self._commits.get(module_name)
        if running is not None:
            await asyncio.wait([running])  # it may have begun before this change
            following = self._commits.get(module_name)
            if following is not None and following is not running:
                await asyncio.wait([following])  # begun by another waiting call; it includes this change
                self._check(module_name, undone, following)
                return
        self._check(module_name, undone, running)
        task = asyncio.create_task(self._save(module_name))
        self._commits[module_name] = task
        task.add_done_callback(lambda done: self._forget_commit(module_name, done))  # waiting calls may be cancelled
        await asyncio.wait([task])
        self._check(module_name, undone, task)

    def _forget_commit(self, module_name: str, commit: asyncio.Task[None]) -> None:
        if self._commits.get(module_name) is commit:
            del self._commits[module_name]
        if not commit.cancelled():
            commit.exception()  # waiting calls read it, but there may be none

    def _check(self, module_name: str, undone: int, commit: asyncio.Task[None] | None) -> None:
        """Raise if a change was undone since its call began."""
        failure = commit.exception() if commit is not None and commit.done() and not commit.cancelled() else None
        if failure is not None and (not isinstance(failure, NotWrittenError) or self._undone[module_name] != undone):
            raise failure
        if self._undone[module_name] != undone:
            path = self._files.path(self._keys[module_name])
            raise NotWrittenError(path, OSError("an earlier change could not be written"))

    async def _save(self, module_name: str) -> None:
        try:
            state = self._state(module_name)
            if state is not None:
                await asyncio.to_thread(self._files.save, self._keys[module_name], state)
        except OSError as error:
            path = self._files.path(self._keys[module_name])
            logger.error("%s could not be written: %s", path, error)  # noqa: TRY400 - it is no defect of the code
            self._undo(module_name)
            raise NotWrittenError(path, error) from error

    def _undo(self, module_name: str) -> None:
        """Reload a service's memory from its file."""
        self._undone[module_name] += 1
        module: Any = self._emulator.module_named(module_name)
        try:
            state = self._files.load(self._keys[module_name])
            parts = list(state or module.get_state())
        except (DamagedFileError, OSError) as error:
            logger.error("The state of %s cannot be restored: %s", module_name, error)  # noqa: TRY400
            return
        if module_name == "s3":
            _drop_buckets(module, state or {})
        for name in parts:
            # MiniStack names the parts of a state after its variables; a part with another name keeps its additions.
            kept = getattr(module, f"_{name}", None)
            contents = getattr(kept, "_data", kept)
            if isinstance(contents, dict | set):
                contents.clear()
        if state:
            module.load_persisted_state(state)

    def _state(self, module_name: str) -> dict[str, Any] | None:
        module = sys.modules.get(f"ministack.services.{module_name}")
        if module is None or module_name not in self._keys or not hasattr(module, "get_state"):
            return None
        return _copied(module)

    def _save_from_thread(self, module_name: str) -> None:
        if module_name not in self._keys:
            return
        service = self._keys[module_name]
        with self._files.exclusively(service):  # otherwise, an older state might be written after a newer one
            state = self._state(module_name)
            if state is not None:
                self._files.save(service, state)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_LAZY_SECONDS)
            stale, self._stale = self._stale, set()
            for module_name in stale:
                try:
                    await asyncio.to_thread(self._save_from_thread, module_name)
                except OSError as error:
                    self._stale.add(module_name)
                    logger.error("The state of %s could not be written: %s", module_name, error)  # noqa: TRY400


def _copied(module: Any) -> dict[str, Any]:  # noqa: ANN401 - MiniStack's own untyped module
    for _attempt in range(_COPIES):
        with suppress(RuntimeError):  # the state changed during the copy
            state: dict[str, Any] = module.get_state()
            return state
    return dict(module.get_state())


def _drop_buckets(s3: Any, state: dict[str, Any]) -> None:  # noqa: ANN401 - MiniStack's own untyped module
    """Remove buckets that a state does not contain; the others keep their objects, which are not part of it."""
    kept = getattr(state.get("buckets_meta"), "_data", {})
    for bucket in s3._buckets._data.keys() - kept.keys():  # noqa: SLF001 - pinned version
        del s3._buckets._data[bucket]  # noqa: SLF001


def changes_state(call: ServiceCall) -> bool:
    """Return whether a call may have changed its service's state, according to AWS's naming of actions."""
    action = _action(call)
    if action:
        return not action.removeprefix("Admin").startswith(_READS)
    return call.method not in {"GET", "HEAD", "OPTIONS"}


def _action(call: ServiceCall) -> str:
    """Return the action of AWS's JSON and Query protocols; empty for its REST protocols."""
    if call.action:
        return call.action
    parameters = call.query
    if call.headers.get("content-type", "").startswith(_FORM):
        parameters = {**parse_qs(call.body.decode("utf-8", "replace")), **parameters}
    found = parameters.get("Action")
    return str(found[0] if isinstance(found, list) and found else found or "")


def _refusal(service: str, message: str, headers: dict[str, str]) -> Response:
    """Return an internal error in the format of the service's protocol."""
    code = _ERROR_CODES.get(service, _ERROR_CODE)
    if service == "s3" or headers.get("content-type", "").startswith(_FORM):
        error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
        text = (
            f"<Error>{error}</Error>" if service == "s3" else f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"
        )
        return 500, {"Content-Type": "application/xml"}, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'
    body = json.dumps({"__type": code, "message": message})
    return 500, {"Content-Type": "application/json", "x-amzn-errortype": code}, body
