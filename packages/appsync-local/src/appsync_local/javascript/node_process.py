"""The Node process of the JavaScript runtime, with concurrent calls on one pipe."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
from pathlib import Path
from typing import Any, Final, cast

from appsync_local.javascript import node_packages
from appsync_local.javascript.frames import FrameReader, Kind, Status, encode_frame

_LOG = logging.getLogger(__name__)
_MAIN: Final = Path(__file__).parent / "node" / "main.mjs"
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_GRACE_SECONDS: Final = 2.0


class NodeMissingError(Exception):
    """Node.js is not installed."""


class NodeEndedError(Exception):
    """The Node process ended before it responded."""


class CallStoppedError(Exception):
    """A call was stopped: it ran too long, used too much memory or ended its thread.

    Attributes:
        status: the reason.
    """

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status


class NodeProcess(asyncio.SubprocessProtocol):
    """A running Node process. It ends when its input ends, so it cannot outlive this process."""

    def __init__(self) -> None:
        self._calls: dict[int, asyncio.Future[bytes]] = {}
        self._last_id = 0
        self._reader = FrameReader(self._receive)
        self._ended = asyncio.get_running_loop().create_future()
        self._transport: asyncio.SubprocessTransport | None = None
        self._input: asyncio.WriteTransport | None = None
        self.defined: set[str] = set()
        """Names of the codes sent to this process."""

    @classmethod
    async def start(cls, *, threads: int, timeout_milliseconds: int, memory_megabytes: int) -> NodeProcess:
        """Start Node.

        Raises:
            NodeMissingError: ``node`` is not on the path.
        """
        node = shutil.which("node")
        if node is None:
            raise NodeMissingError("Resolvers are JavaScript: install Node.js and put `node` on the PATH.")
        _transport, process = await asyncio.get_running_loop().subprocess_exec(
            cls,
            node,
            str(_MAIN),
            str(threads),
            str(timeout_milliseconds),
            str(memory_megabytes),
            env={"PATH": os.environ.get("PATH", ""), **node_packages.environment()},
        )
        return process

    @property
    def pid(self) -> int:
        """The process id."""
        return self._transport.get_pid() if self._transport is not None else -1

    @property
    def is_running(self) -> bool:
        """Whether calls can be sent."""
        return not self._ended.done()

    @property
    def is_idle(self) -> bool:
        """Whether no call is in progress."""
        return not self._calls

    def tell(self, kind: Kind, text: str) -> None:
        """Send a message that has no response."""
        if self._input is not None and self.is_running:
            self._input.write(encode_frame(0, kind, text))

    async def call(self, kind: Kind, text: str) -> bytes:
        """Send a call and wait for its response.

        Raises:
            NodeEndedError: the process died first.
            CallStoppedError: the code was stopped.
        """
        if self._input is None or not self.is_running:
            raise NodeEndedError("The Node process has ended.")
        self._last_id = (self._last_id + 1) & 0xFFFFFFFF
        call_id = self._last_id
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._calls[call_id] = future
        self._input.write(encode_frame(call_id, kind, text))
        try:
            return await future
        finally:
            self._calls.pop(call_id, None)

    async def close(self) -> None:
        """End the process by closing its input, and kill it if it does not end."""
        if self._transport is None:
            return
        if self._input is not None:
            self._input.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_SECONDS):
                await asyncio.shield(self._ended)
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                self._transport.kill()
            await self._ended
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport of the pipes."""
        self._transport = cast("asyncio.SubprocessTransport", transport)
        self._input = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(_STDIN))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Process responses from standard output, and Node's messages from standard error."""
        if fd == _STDOUT:
            self._reader.feed(data)
        elif fd == _STDERR:
            _LOG.warning("node: %s", data.decode(errors="replace").rstrip())

    def process_exited(self) -> None:
        """Fail every waiting call."""
        if not self._ended.done():
            self._ended.set_result(None)
        for future in self._calls.values():
            if not future.done():
                future.set_exception(NodeEndedError("The Node process ended while it ran this code."))

    def _receive(self, call_id: int, status: int, payload: bytes) -> None:
        future = self._calls.get(call_id)
        if future is None or future.done():
            return
        if status == Status.ANSWER:
            future.set_result(payload)
        else:
            future.set_exception(CallStoppedError(Status(status), payload.decode()))


def stopped_type(stopped: CallStoppedError) -> str:
    """Return the ``errorType`` of a field whose code was stopped."""
    names: dict[Any, str] = {Status.TIMEOUT: "ExecutionTimeout", Status.MEMORY: "MemoryLimitExceeded"}
    return names.get(stopped.status, "InternalFailure")
