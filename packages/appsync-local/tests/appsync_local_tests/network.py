"""Serves a data plane with a real server on a loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from appsync_local.server import AppSyncDataPlane

_SECONDS = 60


@dataclass(frozen=True)
class Served:
    """A running server and its address."""

    server: uvicorn.Server
    port: int

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"127.0.0.1:{self.port}"

    async def all_gone(self) -> None:
        """Wait until the server has no connections.

        Raises:
            TimeoutError: some connections are still open a minute later.
        """
        await _until(lambda: not self.server.server_state.connections)


@contextlib.asynccontextmanager
async def served(plane: AppSyncDataPlane) -> AsyncIterator[Served]:
    """Serve as the local AWS does."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(plane, ws="websockets-sansio", lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await _until(lambda: server.started)
    yield Served(server, listener.getsockname()[1])
    server.should_exit = True
    await serving


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(_SECONDS):
        while not reached():  # noqa: ASYNC110 - uvicorn offers no event to wait for
            await asyncio.sleep(0.01)
