"""One process of the load: its share of the users, and the pipe by which it tells and is told."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvloop

from benchmarks._simulation.figures import Figures
from benchmarks._simulation.ledger import Ledger
from benchmarks._simulation.person import Person

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from benchmarks._simulation.target import Seat
    from tests.helpers.backend import Outputs
    from tests.helpers.chat import Row

_TELLING_SECONDS = 2.0
_SETTLING_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Share:
    """What one process is given."""

    seats: tuple[Seat, ...]
    rooms: tuple[Row, ...]
    everybody: tuple[str, ...]
    outputs: Outputs
    run: str
    users: int
    """Of all processes."""
    ramp: float
    """Seconds over which users come in."""
    seconds: float
    """From the first user's coming in to the last action."""
    idle: float
    seed: int


def work(pipe: Connection, share: Share) -> None:
    """Simulate the users of a share: tell figures while it goes on, and the ledger at the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which closes the pipe
    uvloop.run(_work(pipe, share))


async def _work(pipe: Connection, share: Share) -> None:
    figures, ledger = Figures(), Ledger()
    people = [
        Person(
            seat,
            [room for room in share.rooms if seat.user_id in room["members"]],
            share.everybody,
            share.outputs,
            run=share.run,
            idle=share.idle,
            seed=share.seed,
            figures=figures,
            ledger=ledger,
        )
        for seat in share.seats
    ]
    telling = asyncio.create_task(_tell(pipe, figures))
    begun = time.monotonic()
    await asyncio.gather(*(_come_in(person, share, begun) for person in people))
    telling.cancel()
    pipe.send(figures.taken())
    pipe.send("quiet")
    await asyncio.to_thread(pipe.recv)
    gate = asyncio.Semaphore(_SETTLING_AT_ONCE)

    async def settle(person: Person) -> None:
        async with gate:
            await person.settle()

    await asyncio.gather(*(settle(person) for person in people))
    pipe.send(Figures(errors=figures.taken().errors))
    pipe.send(ledger)


async def _come_in(person: Person, share: Share, begun: float) -> None:
    """Users come one after the other, evenly over the ramp, whatever process they are in."""
    await asyncio.sleep(share.ramp * person.number / share.users)
    await person.live(begun + share.seconds)


async def _tell(pipe: Connection, figures: Figures) -> None:
    while True:
        await asyncio.sleep(_TELLING_SECONDS)
        pipe.send(figures.taken())
