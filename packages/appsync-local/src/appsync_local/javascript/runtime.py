"""Runs APPSYNC_JS code."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from appsync_local.fields import FieldError
from appsync_local.javascript.evaluation import Evaluation
from appsync_local.javascript.frames import Kind
from appsync_local.javascript.node_process import CallStoppedError, NodeEndedError, NodeProcess, stopped_type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

_MOST_CODES: Final = 4_000
"""Maximum number of codes before those of old deployments are dropped."""
_ATTEMPTS: Final = 2


def to_json(value: object) -> str:
    """Return JSON for the sandbox: one line in ASCII, so that lone surrogates from a client are preserved."""
    return json.dumps(value, separators=(",", ":"), default=str)


@dataclass(slots=True)
class Position:
    """The position of a resolver: its current step, its state, and the result of the step's data source.

    Step 0 is the resolver's own code; in a pipeline the others are its functions in order.
    """

    at: int = 0
    phase: Literal["request", "response"] = "request"
    stash: dict[str, Any] = field(default_factory=dict)
    prev: dict[str, Any] | None = None
    result: Any = None
    error: dict[str, Any] | None = None
    """``ctx.error``: ``{"message", "type"}``."""
    out_errors: list[dict[str, Any]] = field(default_factory=list)


class JavaScriptRuntime:
    """A Node process that is restarted when it dies. Tasks of one event loop can use it concurrently."""

    def __init__(self, *, threads: int = 2, timeout_milliseconds: int = 3_000, memory_megabytes: int = 128) -> None:
        """Store the settings. ``start`` starts Node.

        Args:
            threads: worker threads, each with its own sandbox.
            timeout_milliseconds: time limit of handlers between two data source calls.
            memory_megabytes: JavaScript heap of one thread.
        """
        self._settings = {
            "threads": threads,
            "timeout_milliseconds": timeout_milliseconds,
            "memory_megabytes": memory_megabytes,
        }
        self._names: dict[str, str] = {}
        self._last_name = 0
        self._node: NodeProcess | None = None
        self._starting = asyncio.Lock()
        self._suspects = asyncio.Lock()
        self._closed = False

    async def start(self) -> None:
        """Start Node.

        Raises:
            NodeMissingError: Node.js is not installed.
        """
        self._closed = False
        await self._running_node()

    async def close(self) -> None:
        """End Node. Calls in progress fail."""
        self._closed = True
        if self._node is not None:
            await self._node.close()
            self._node = None

    async def __aenter__(self) -> Self:
        """Start, as `start` does."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        await self.close()

    @property
    def process_id(self) -> int | None:
        """The id of the Node process while it runs."""
        return self._node.pid if self._node is not None and self._node.is_running else None

    async def evaluate(self, code: str, function_name: str, context: dict[str, Any]) -> Evaluation:
        """Run one handler, ``request`` or ``response``, with a whole ``ctx``, as AppSync's EvaluateCode does.

        ``context`` has AppSync's keys (``arguments``, ``source``, ``identity``, ``stash``, ``prev``, ``result``, ...).
        Errors of the code do not raise; they are in ``failure``.
        """
        name = self._name(code)
        control = {"code": name, "function": function_name, "outErrors": context.get("outErrors", [])}
        return await self._run(Kind.EVALUATE, {name: code}, f"{to_json(control)}\n{to_json(context)}")

    async def advance(
        self,
        steps: list[str | None],
        position: Position,
        context_text: str,
        *,
        is_pipeline: bool,
        none_sources: Sequence[bool] = (),
        return_type: str | None = None,
    ) -> Evaluation:
        """Run a resolver's handlers until a data source is needed or it is done.

        Args:
            steps: the code of the resolver, then of each function; None for direct Lambda resolvers.
            position: where to continue.
            context_text: JSON of the part of ``ctx`` that is the same for every handler.
            is_pipeline: whether step 0 is the code of a pipeline, without a data source.
            none_sources: whether the data source of each step is NONE, which the sandbox handles itself.
            return_type: the type that ``util.unauthorized`` names; None for the parent type in ``ctx.info``.
        """
        codes = {self._name(code): code for code in steps if code is not None}
        control = {
            "steps": [None if code is None else self._names[code] for code in steps],
            "pipeline": is_pipeline,
            "noneSources": list(none_sources),
            "returnType": return_type,
            "at": position.at,
            "phase": position.phase,
            "stash": position.stash,
            "prev": position.prev,
            "result": position.result,
            "error": position.error,
            "outErrors": position.out_errors,
        }
        return await self._run(Kind.ADVANCE, codes, f"{to_json(control)}\n{context_text}")

    async def check(self, code: str) -> list[dict[str, Any]]:
        """Return the problems for which AppSync would reject the code: ``[{"message", "line", "column"}]``."""
        problems: list[dict[str, Any]] = json.loads(await self._call(Kind.CHECK, {}, code))
        return problems

    async def _run(self, kind: Kind, codes: dict[str, str], text: str) -> Evaluation:
        try:
            answer = await self._call(kind, codes, f"{' '.join(codes)}\n{text}")
        except CallStoppedError as stopped:
            return Evaluation(failure=FieldError(str(stopped), type=stopped_type(stopped)))
        except NodeEndedError as ended:
            return Evaluation(failure=FieldError(str(ended), type="InternalFailure"))
        return Evaluation.from_answer(json.loads(answer))

    async def _call(self, kind: Kind, codes: dict[str, str], text: str) -> bytes:
        """Call, and retry once if Node died: handlers have no side effects, so repeating them is safe.

        Calls that were in progress when it died are retried one at a time, so that only the failing call dies again.
        """
        try:
            return await self._attempt(kind, codes, text)
        except NodeEndedError:
            if self._closed:
                raise
        async with self._suspects:
            return await self._attempt(kind, codes, text)

    async def _attempt(self, kind: Kind, codes: dict[str, str], text: str) -> bytes:
        node = self._node
        if node is None or not node.is_running:
            node = await self._running_node()
        for name, code in codes.items():
            if name not in node.defined:
                node.defined.add(name)
                node.tell(Kind.DEFINE, f"{name}\n{code}")
        return await node.call(kind, text)

    async def _running_node(self) -> NodeProcess:
        async with self._starting:
            if self._closed:
                raise NodeEndedError("The JavaScript runtime is closed.")
            if self._node is None or not self._node.is_running:
                self._node = await NodeProcess.start(**self._settings)
            return self._node

    def _name(self, code: str) -> str:
        """Return a short name for the code, constant while the code is cached."""
        name = self._names.get(code)
        if name is None:
            self._forget_old_codes()
            self._last_name += 1
            name = f"c{self._last_name}"
            self._names[code] = name
        return name

    def _forget_old_codes(self) -> None:
        if len(self._names) < _MOST_CODES or (self._node is not None and not self._node.is_idle):
            return
        self._names.clear()
        if self._node is not None:
            self._node.tell(Kind.FORGET, "")
            self._node.defined.clear()
