"""Restore the tables of an environment as of one second, beside those in use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from common.commands import RefusedError, log
from common.exit_codes import EXIT_OK
from terraform.stack import STACKS

if TYPE_CHECKING:
    from ops.restored_tables import Recovery


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


def _iso8601(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
