"""Many people chatting at once, as in Mattermost's load test, and everything they were promised checked.

    python -m benchmarks load [--users 30] [--minutes 2] [--outputs FILE [--accounts FILE]] [--json FILE]

Without --outputs it brings up a backend of its own on this machine. With it, it goes to the deployment that the file
tells of: .local/outputs.json, what `terraform output -json` printed, or amplify_outputs.json. Users do what
benchmarks/_simulation/mix.py says, --idle seconds apart, each with a WebSocket connection and ten subscriptions.
It ends with 1 where a promise was broken: a message that was acknowledged and is not there once, in one order for all;
a view that is not what a fresh client shows; an event for somebody who is not in the room; a wrong count.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks._simulation import mix
from benchmarks._simulation.checks import Checks
from benchmarks._simulation.course import Course, tell
from benchmarks._simulation.figures import Figures
from benchmarks._simulation.ledger import Ledger
from benchmarks._simulation.process import Share
from benchmarks._simulation.report import Report, print_report, report
from benchmarks._simulation.target import (
    LoadError,
    local_backend,
    read_accounts,
    read_target,
    sign_everybody_in,
    sign_everybody_up,
)
from benchmarks._simulation.town import Town
from chat_client import OperationError, TransportError
from common.commands import Parser, number, run, whole_number
from ops.files import check_writable
from tests.helpers.backend import LocalBackend

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from tests.helpers.backend import Outputs


def load(options: argparse.Namespace, outputs: Outputs, backend: LocalBackend | None) -> Report:
    """Sign everybody in, make the rooms, let them chat, check everything.

    Args:
        options: of the command line.
        outputs: where the deployment is.
        backend: the same, where it is a local one: new accounts are made there, and its memory is looked at.

    Raises:
        LoadError: it cannot be done.
    """
    begun = time.monotonic()
    try:
        town = asyncio.run(_build(options, outputs, backend))
    except (OperationError, TransportError, BotoCoreError, ClientError) as error:
        raise LoadError(
            f"{outputs['GraphQLURL']} is not ready for a load: {error}. Is it up, and of this version?"
        ) from error
    set_up = {"rooms": len(town.rooms), "seconds": round(time.monotonic() - begun, 1)}
    course = Course(_shares(options, town), backend.pid if backend else None, tell, ledger=town.ledger)
    tell(f"  {options.users} people come in, one after the other; all stop after {options.minutes:g} minutes")
    course.run()
    tell("  reading all that was written ...")
    asyncio.run(_check(town, course, archive=options.outputs is not None))
    return report(course, _settings(options), set_up)


async def _build(options: argparse.Namespace, outputs: Outputs, backend: LocalBackend | None) -> Town:
    """Sign everybody in, and make the rooms with something in them."""
    if backend is not None and options.accounts is None:
        tell(f"  signing {options.users} people up ...")
        accounts = await sign_everybody_up(backend, options.users)
    else:
        accounts = read_accounts(options.accounts, options.users)
    tell(f"  signing {options.users} people in ...")
    seats = await sign_everybody_in(outputs, accounts)
    random = Random(options.seed)  # noqa: S311 - a simulation, repeatable by its seed
    plans = mix.plan_rooms(options.users, random)
    tell(f"  making {len(plans)} rooms ...")
    town = Town(seats, outputs, f"load-{secrets.token_hex(3)}", figures=Figures(), ledger=Ledger())
    await town.build(plans, random, history=options.history)
    return town


def _shares(options: argparse.Namespace, town: Town) -> list[Share]:
    """What each process is given: of n processes every n-th user."""
    return [
        Share(
            seats=tuple(town.seats[first :: options.processes]),
            rooms=tuple(town.rooms),
            everybody=tuple(seat.user_id for seat in town.seats),
            outputs=town.outputs,
            run=town.run,
            users=options.users,
            ramp=min(options.ramp, options.minutes * 30),
            seconds=options.minutes * 60,
            idle=options.idle,
            seed=options.seed,
        )
        for first in range(min(options.processes, options.users))
    ]


async def _check(town: Town, course: Course, *, archive: bool) -> None:
    """Hold all rooms against the ledger; where others use the deployment too, close the rooms then."""
    rooms = {room["id"]: room for room in [*town.rooms, *course.ledger.rooms.values()]}
    await Checks({user.id: user for user in town.people}, course.ledger).run(list(rooms.values()))
    if archive:
        await town.archive()


def _settings(options: argparse.Namespace) -> Report:
    names = ("users", "minutes", "idle", "ramp", "history", "processes", "seed")
    return {**{name: getattr(options, name) for name in names}, "target": "given" if options.outputs else "own, local"}


@contextmanager
def _target(options: argparse.Namespace) -> Iterator[tuple[Outputs, LocalBackend | None]]:
    if options.outputs is not None:
        outputs = read_target(options.outputs)
        yield outputs, local_backend(options.outputs, outputs)
        return
    with tempfile.TemporaryDirectory() as folder:
        backend = LocalBackend(Path(folder))
        tell("  bringing a backend up ...")
        outputs = backend.up()
        try:
            yield outputs, backend
        finally:
            backend.down()


def parser() -> Parser:
    """Return the parser of the command line."""
    described = Parser(prog="python -m benchmarks load", description=__doc__)
    described.add_argument("--users", type=whole_number(2), default=30, help="simulated people (30)")
    described.add_argument(
        "--minutes", type=number(0.01), default=2.0, help="from the first one's coming to the end (2)"
    )
    described.add_argument(
        "--idle", type=number(0.01), default=mix.IDLE_SECONDS, help="seconds between two actions (20)"
    )
    described.add_argument("--ramp", type=number(0), default=60.0, help="seconds over which they come in (60)")
    described.add_argument("--history", type=whole_number(0), default=20, help="messages in each room before (20)")
    described.add_argument("--processes", type=whole_number(1), default=2, help="processes that simulate them (2)")
    described.add_argument("--seed", type=int, default=1, help="of everything that is drawn (1)")
    described.add_argument("--outputs", type=Path, help="the deployment's outputs; a backend of its own when not given")
    described.add_argument("--accounts", type=Path, help="JSON list of accounts: username, password")
    described.add_argument("--json", type=Path, help="write the result there")
    return described


def main(arguments: list[str] | None = None) -> int:
    """Print what was measured; return 1 where a promise was broken, 3 where the load could not be made."""
    described = parser()
    options = described.parse_args(arguments)

    def command() -> int:
        if options.json is not None:
            check_writable(options.json)  # not after minutes of load
        with _target(options) as (outputs, backend):
            result = load(options, outputs, backend)
        print_report(result)
        if options.json is not None:
            options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        return 1 if result["invariants"]["violations"] else 0

    interruption = "Interrupted: nothing was checked, and rooms whose names begin with load- stay."
    return run(command, interruption=interruption)


if __name__ == "__main__":
    sys.exit(main())
