"""The other services' state, saved before the answer of a call that changes it; MiniStack saves at shutdown only.

Calls that finish while a save is being written share the next one (group commit). Log lines and metric data, and what a
Lambda invocation leaves behind, are saved every few seconds, off the event loop: killed, the local AWS may forget its
last log lines and nothing else. Of MiniStack's inner names (pinned) this file uses ``core.persistence.save_state``.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from local.embedded.emulator import Answer, Emulator, Handler

_READS = ("Get", "List", "Describe", "BatchGet", "Lookup", "Search", "Simulate", "Filter", "Generate", "Verify", "Test")
_STATELESS = frozenset({"sts", "dynamodb", "dynamodbstreams", "imds", "ecs-metadata", "tagging", "rds-data"})
_LAZY_ACTIONS = frozenset({"PutLogEvents", "CreateLogStream", "DeleteLogStream", "PutMetricData"})
_LAZY_SECONDS = 5.0


class StateSaver:
    """Wraps every service's handler except DynamoDB's, which `items.py` keeps."""

    def __init__(self, emulator: Emulator) -> None:
        from ministack.core import persistence  # noqa: PLC0415 - see emulator.Emulator

        self._persistence: Any = persistence
        self._keys = {module: key for key, module in emulator.state_sources().items()}
        self._commits: dict[str, asyncio.Task[None]] = {}
        self._stale: set[str] = set()
        self._sweeper: asyncio.Task[None] | None = None
        for service in emulator.services:
            if service not in _STATELESS:
                emulator.wrap(service, self._wrapper(service, emulator))

    def start(self) -> None:
        """Begin to save now and then what changes by itself."""
        self._sweeper = asyncio.create_task(self._sweep())

    async def close(self) -> None:
        """End; what is unsaved is saved by MiniStack's own shutdown."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for commit in list(self._commits.values()):
            await commit

    def _wrapper(self, service: str, emulator: Emulator) -> Any:  # noqa: ANN401 - a wrapper of handlers
        module_name = emulator.module_name(service)

        def wrap(handler: Handler) -> Handler:
            async def handle(
                method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
            ) -> Answer:
                answer = await handler(method, path, headers, body, query_params)
                if "/invocations" in path or _action(headers, body, query_params) in _LAZY_ACTIONS:
                    self._stale.update({"cloudwatch_logs", module_name})
                elif changes_state(method, headers, body, query_params):
                    await self._commit(module_name)
                return answer

            return handle

        return wrap

    async def _commit(self, module_name: str) -> None:
        """Return when a save that began after this call has been written."""
        running = self._commits.get(module_name)
        if running is not None:
            await running  # it may have begun before our change
            following = self._commits.get(module_name)
            if following is not None and following is not running:
                await following  # somebody who waited as we did began it; it sees our change
                return
        task = asyncio.create_task(self._save(module_name))
        self._commits[module_name] = task
        try:
            await task
        finally:
            if self._commits.get(module_name) is task:
                del self._commits[module_name]

    async def _save(self, module_name: str) -> None:
        state = self._state(module_name)
        if state is not None:
            await asyncio.to_thread(self._persistence.save_state, self._keys[module_name], state)

    def _state(self, module_name: str) -> dict[str, Any] | None:
        module = sys.modules.get(f"ministack.services.{module_name}")
        if module is None or module_name not in self._keys or not hasattr(module, "get_state"):
            return None
        state: dict[str, Any] | None = module.get_state()
        return state

    def _save_from_thread(self, module_name: str) -> None:
        state = self._state(module_name)
        if state is not None:
            self._persistence.save_state(self._keys[module_name], state)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_LAZY_SECONDS)
            stale, self._stale = self._stale, set()
            for module_name in stale:
                try:
                    await asyncio.to_thread(self._save_from_thread, module_name)
                except RuntimeError:  # the state changed while it was being copied
                    self._stale.add(module_name)


def changes_state(method: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]) -> bool:
    """Tell whether a call may have changed its service's state, by AWS's own naming of actions."""
    action = _action(headers, body, query_params)
    if action:
        return not action.removeprefix("Admin").startswith(_READS)
    return method not in {"GET", "HEAD", "OPTIONS"}


def _action(headers: dict[str, str], body: bytes, query_params: dict[str, Any]) -> str:
    """Return the action of AWS's JSON and Query protocols; empty for its REST protocols."""
    target = headers.get("x-amz-target", "")
    if target:
        return target.rsplit(".", 1)[-1]
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        query_params = {**parse_qs(body.decode("utf-8", "replace")), **query_params}
    found = query_params.get("Action")
    return str(found[0] if isinstance(found, list) and found else found or "")
