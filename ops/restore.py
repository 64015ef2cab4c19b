"""Restore the tables of an environment as they were at some second, beside those that are in use.

    python -m ops.restore window --environment prod
    python -m ops.restore run --environment prod --generation 20300102 --to 2030-01-02T03:04:05Z
    python -m ops.restore run --environment prod --generation 20300102 --latest --count

Nothing that is in use is touched. All tables are restored to the same moment, because they belong together. ``run``
waits until they can be read, compares keys and indexes, counts rows where ``--count`` asks for it (which reads
everything once), and ends with what is to be done for them to be used. Repeating it goes on where it was. Exit codes: 0
fine, 1 refused, 2 wrong usage, 3 error.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import boto3

from common.commands import Parser, RefusedError, log, run
from common.exit_codes import EXIT_OK
from ops.restored_tables import Recovery, restored_tables
from terraform.stack import STACKS, Stack

_GENERATION = re.compile(r"[a-z0-9]{1,16}")
"""As the setting takes it (``stacks/settings/data.py``)."""
_WINDOW = "window"


def show_window(recovery: Recovery) -> int:
    """Print from when until when each table can be restored."""
    for table in recovery.tables:
        earliest, latest = recovery.window(table)
        print(f"{table.source}: {_iso8601(earliest)} to {_iso8601(latest)}")
    return EXIT_OK


def restore(recovery: Recovery, moment: datetime | None, *, count: bool) -> int:
    """Restore, compare and print; see the module.

    Raises:
        RefusedError: a table cannot be restored to that moment; none has been begun then.
        OperationError: a restored table differs.
    """
    chosen = _possible(recovery, moment)
    for table in recovery.tables:
        begun = recovery.begin(table, chosen)
        log(f"{table.target}: {f'to {_iso8601(chosen)}' if begun else 'is there already, from an earlier run'}")
    recovery.wait()
    for table in recovery.tables:
        recovery.compare(table)
        rows = f"{recovery.count(table.target)} rows, {recovery.count(table.source)} in " if count else "beside "
        print(f"{table.target}: {rows}{table.source}")
    return EXIT_OK


def _possible(recovery: Recovery, moment: datetime | None) -> datetime:
    """Return the moment, or the latest to which all tables can be restored.

    Raises:
        RefusedError: a table cannot be restored to the moment.
    """
    windows = {table.source: recovery.window(table) for table in recovery.tables}
    if moment is None:
        return min(latest for _, latest in windows.values())
    for name, (earliest, latest) in windows.items():
        if not earliest <= moment <= latest:
            raise RefusedError(
                f"{name} can be restored from {_iso8601(earliest)} to {_iso8601(latest)}, not to {_iso8601(moment)}."
            )
    return moment


def adoption(recovery: Recovery, environment: str, generation: str) -> str:
    """Return what is to be done for the restored tables to be used."""
    addresses = " ".join(f"aws_dynamodb_table.{table.key}" for table in recovery.tables)
    folder = STACKS / f"chat-{environment}"
    return f"""
To use them (docs/operations.md, "Back to a point in time"):

  1. environments/{environment}.toml, under [storage]:  generation = "{generation}"
     make synth
  2. terraform -chdir={folder} init && terraform -chdir={folder} workspace select {environment}
     terraform -chdir={folder} state rm {addresses}
  3. terraform -chdir={folder} plan -out restored.tfplan
     It has to say {len(recovery.tables)} to import, and destroy no table.
  4. terraform -chdir={folder} apply restored.tfplan

The tables in use until then stay in AWS, with everything that was written since; no state knows them any more."""


def main(arguments: list[str] | None = None) -> int:
    """Run one action."""
    parser = _parser()
    options = parser.parse_args(arguments)
    _check(parser, options)

    def command() -> int:
        stack = Stack.find(options.stacks, options.environment)
        dynamodb = boto3.client("dynamodb", region_name=stack.region)
        recovery = Recovery(dynamodb, restored_tables(stack, options.generation or "0"))
        if options.action == _WINDOW:
            return show_window(recovery)
        code = restore(recovery, options.to, count=options.count)
        print(adoption(recovery, options.environment, options.generation))
        return code

    return run(command)


def _parser() -> Parser:
    parser = Parser(prog="python -m ops.restore", description=__doc__)
    parser.add_argument("action", choices=(_WINDOW, "run"))
    parser.add_argument("--environment", required=True)
    parser.add_argument("--generation", help="part of the restored tables' names: 1-16 of a-z and 0-9")
    parser.add_argument("--to", type=_moment, help="ISO 8601 with a time zone, for example 2030-01-02T03:04:05Z")
    parser.add_argument("--latest", action="store_true", help="the latest moment there is, about five minutes ago")
    parser.add_argument("--count", action="store_true", help="count the rows of both, by reading all of them")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    return parser


def _check(parser: Parser, options: argparse.Namespace) -> None:
    """End with wrong usage where ``run`` lacks something."""
    if options.action == _WINDOW:
        return
    if not _GENERATION.fullmatch(options.generation or ""):
        parser.error("run needs a --generation: 1-16 of a-z and 0-9, for example the day")
    if (options.to is None) is not options.latest:
        parser.error("run needs either --to a moment or --latest")


def _moment(text: str) -> datetime:
    """Take an argument as a moment in UTC."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        problem = "has no time zone"
    except (ValueError, OverflowError):
        problem = "is not a moment"
    message = f"{text!r} {problem}: write it in ISO 8601, for example 2030-01-02T03:04:05Z"
    raise argparse.ArgumentTypeError(message)


def _iso8601(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


if __name__ == "__main__":
    sys.exit(main())
