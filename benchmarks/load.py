"""A load test with the workload of Mattermost's, which checks the results for consistency.

    python -m benchmarks load [--users 30] [--minutes 2] [--outputs FILE [--accounts FILE]] [--json FILE]

Without --outputs, it starts a separate backend on this machine; otherwise it uses the deployment of the file:
.local/outputs.json, the output of `terraform output -json`, or amplify_outputs.json. Users perform the actions in
benchmarks/_simulation/workload.py, --idle seconds apart, each with a WebSocket connection and ten subscriptions. Exits
with 1 if a guarantee is violated: an acknowledged message is missing, duplicated or in another order for some; a view
differs from that of a new client; a former member receives an event; a count is wrong.
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

from benchmarks._simulation import workload
from benchmarks._simulation.checks import Checks
from benchmarks._simulation.environment import Environment
from benchmarks._simulation.expected_state import ExpectedState
from benchmarks._simulation.load_run import LoadRun, tell
from benchmarks._simulation.metrics import Metrics
from benchmarks._simulation.process import WorkerConfig
from benchmarks._simulation.report import Report, print_report, report
from benchmarks._simulation.target import (
    LoadError,
    local_backend,
    read_accounts,
    read_target,
    sign_everybody_in,
    sign_everybody_up,
)
from chat_client import OperationError, TransportError
from common.commands import Parser, number, run, whole_number
from ops.files import check_writable
from tests.helpers.backend import LocalBackend

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from tests.helpers.backend import Outputs


def load(options: argparse.Namespace, outputs: Outputs, backend: LocalBackend | None) -> Report:
    """Sign users in, create rooms, run the workload, and check the results.

    Args:
        options: of the command line.
        outputs: the outputs of the deployment.
        backend: the local AWS, if it is one: new accounts are created in it, and its memory is measured.

    Raises:
        LoadError: the load test cannot run.
    """
    begun = time.monotonic()
    try:
        environment = asyncio.run(_build(options, outputs, backend))
    except (OperationError, TransportError, BotoCoreError, ClientError) as error:
        raise LoadError(
            f"{outputs['GraphQLURL']} is not ready for a load test: {error}. Is it running, in this version?"
        ) from error
    set_up = {"rooms": len(environment.rooms), "seconds": round(time.monotonic() - begun, 1)}
    load_run = LoadRun(
        _workers(options, environment), backend.pid if backend else None, tell, expected=environment.expected
    )
    tell(f"  {options.users} users sign in one after the other; all stop after {options.minutes:g} minutes")
    load_run.run()
    tell("  checking the results ...")
    asyncio.run(_check(environment, load_run, archive=options.outputs is not None))
    return report(load_run, _settings(options), set_up)


async def _build(options: argparse.Namespace, outputs: Outputs, backend: LocalBackend | None) -> Environment:
    """Sign users in, and create rooms with a history."""
    if backend is not None and options.accounts is None:
        tell(f"  creating {options.users} users ...")
        accounts = await sign_everybody_up(backend, options.users)
    else:
        accounts = read_accounts(options.accounts, options.users)
    tell(f"  signing in {options.users} users ...")
    signed_in = await sign_everybody_in(outputs, accounts)
    random = Random(options.seed)  # noqa: S311 - a simulation, repeatable by its seed
    plans = workload.plan_rooms(options.users, random)
    tell(f"  creating {len(plans)} rooms ...")
    run = f"load-{secrets.token_hex(3)}"
    environment = Environment(signed_in, outputs, run, metrics=Metrics(), expected=ExpectedState())
    await environment.build(plans, random, history=options.history)
    return environment


def _workers(options: argparse.Namespace, environment: Environment) -> list[WorkerConfig]:
    """Return the configuration of each process: of n processes, every n-th user."""
    return [
        WorkerConfig(
            accounts=tuple(environment.accounts[first :: options.processes]),
            rooms=tuple(environment.rooms),
            everybody=tuple(credentials.user_id for credentials in environment.accounts),
            outputs=environment.outputs,
            run=environment.run,
            users=options.users,
            ramp=min(options.ramp, options.minutes * 30),
            seconds=options.minutes * 60,
            idle=options.idle,
            seed=options.seed,
        )
        for first in range(min(options.processes, options.users))
    ]


async def _check(environment: Environment, load_run: LoadRun, *, archive: bool) -> None:
    """Compare all rooms with the expected state; archive them if others use the deployment."""
    rooms = {room["id"]: room for room in [*environment.rooms, *load_run.expected.rooms.values()]}
    await Checks({user.id: user for user in environment.people}, load_run.expected).run(list(rooms.values()))
    if archive:
        await environment.archive()


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
    described.add_argument("--users", type=whole_number(2), default=30, help="virtual users (30)")
    described.add_argument(
        "--minutes", type=number(0.01), default=2.0, help="from the first one's coming to the end (2)"
    )
    described.add_argument(
        "--idle", type=number(0.01), default=workload.IDLE_SECONDS, help="seconds between two actions (20)"
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
    """Print the results; return 1 if a check failed, 3 if the load could not be generated."""
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
