"""A worker process of the load test: its virtual users, and the pipe to the parent."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvloop

from benchmarks._simulation.expected_state import ExpectedState
from benchmarks._simulation.metrics import Metrics
from benchmarks._simulation.virtual_user import VirtualUser

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from benchmarks._simulation.target import Credentials
    from tests.helpers.backend import Outputs
    from tests.helpers.chat import Row

_PROGRESS_SECONDS = 2.0
_SETTLING_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """The configuration of one worker process."""

    accounts: tuple[Credentials, ...]
    rooms: tuple[Row, ...]
    everybody: tuple[str, ...]
    outputs: Outputs
    run: str
    users: int
    """Number of users of all processes."""
    ramp: float
    """Seconds over which users sign in."""
    seconds: float
    """Seconds from the first sign-in to the last action."""
    idle: float
    seed: int


def work(pipe: Connection, worker: WorkerConfig) -> None:
    """Simulate the users of a worker: send metrics during the run, and the expected state at the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which closes the pipe
    uvloop.run(_work(pipe, worker))


async def _work(pipe: Connection, worker: WorkerConfig) -> None:
    metrics, expected = Metrics(), ExpectedState()
    people = [
        VirtualUser(
            credentials,
            [room for room in worker.rooms if credentials.user_id in room["members"]],
            worker.everybody,
            worker.outputs,
            run=worker.run,
            idle=worker.idle,
            seed=worker.seed,
            metrics=metrics,
            expected=expected,
        )
        for credentials in worker.accounts
    ]
    telling = asyncio.create_task(_tell(pipe, metrics))
    begun = time.monotonic()
    await asyncio.gather(*(_come_in(person, worker, begun) for person in people))
    telling.cancel()
    pipe.send(metrics.taken())
    pipe.send("quiet")
    await asyncio.to_thread(pipe.recv)
    gate = asyncio.Semaphore(_SETTLING_AT_ONCE)

    async def finish(person: VirtualUser) -> None:
        async with gate:
            await person.finish()

    await asyncio.gather(*(finish(person) for person in people))
    pipe.send(Metrics(errors=metrics.taken().errors))
    pipe.send(expected)


async def _come_in(person: VirtualUser, worker: WorkerConfig, begun: float) -> None:
    """Start a user after its part of the ramp; users of all processes are distributed evenly."""
    await asyncio.sleep(worker.ramp * person.number / worker.users)
    await person.live(begun + worker.seconds)


async def _tell(pipe: Connection, metrics: Metrics) -> None:
    while True:
        await asyncio.sleep(_PROGRESS_SECONDS)
        pipe.send(metrics.taken())
