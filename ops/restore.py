"""Restores the tables of an environment to a point in time, next to the tables in use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from common.commands import RefusedError, log
from common.exit_codes import EXIT_OK
from terraform.stack import STACKS

if TYPE_CHECKING:
    from ops.restored_tables import Recovery


def show_window(recovery: Recovery) -> int:
    """Print the earliest and latest time that each table can be restored to."""
    for table in recovery.tables:
        earliest, latest = recovery.window(table)
        print(f"{table.source}: {_iso8601(earliest)} to {_iso8601(latest)}")
    return EXIT_OK


def restore(recovery: Recovery, moment: datetime | None, *, count: bool) -> int:
    """Restore the tables, compare them and print the result.

    Raises:
        RefusedError: a table cannot be restored to this time; no restore was started.
        OperationError: a restored table differs.
    """
    chosen = _possible(recovery, moment)
    for table in recovery.tables:
        begun = recovery.begin(table, chosen)
        log(f"{table.target}: {f'to {_iso8601(chosen)}' if begun else 'exists from an earlier run'}")
    recovery.wait()
    for table in recovery.tables:
        recovery.compare(table)
        rows = f"{recovery.count(table.target)} rows, {recovery.count(table.source)} in " if count else "next to "
        print(f"{table.target}: {rows}{table.source}")
    return EXIT_OK


def _possible(recovery: Recovery, moment: datetime | None) -> datetime:
    """Return the time, or the latest time that all tables can be restored to.

    Raises:
        RefusedError: a table cannot be restored to the time.
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
    """Return the instructions for using the restored tables."""
    addresses = " ".join(f"aws_dynamodb_table.{table.key}" for table in recovery.tables)
    folder = STACKS / f"chat-{environment}"
    return f"""
To use them (docs/operations.md, "Back to a point in time"):

  1. environments/{environment}.toml, under [storage]:  generation = "{generation}"
     make synth
  2. terraform -chdir={folder} init && terraform -chdir={folder} workspace select {environment}
     terraform -chdir={folder} state rm {addresses}
  3. terraform -chdir={folder} plan -out restored.tfplan
     It must import {len(recovery.tables)} resources, and destroy no table.
  4. terraform -chdir={folder} apply restored.tfplan

The previous tables stay in AWS, with all later writes, but are no longer in the state."""


def _iso8601(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
