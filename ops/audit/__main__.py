"""Compare every pinned dependency with the known vulnerabilities of its registry.

    python -m ops.audit                        # what `make audit` runs in CI
    python -m ops.audit --warn-unreachable     # ... and elsewhere: without advisories it says so, and ends well

Asks PyPI about Pipfile.lock and the tools' own pins, and npm's registry about both of its lock files. What was reviewed
stands in ``ops/audit/exceptions.toml``. A registry that gives no advisories, as mirrors do, leaves its packages
unaudited: that is said, and never taken for "nothing found". Exit codes: 0 fine, 1 advisories outside the table (or the
table is out of date), 2 wrong usage, 3 something could not be audited.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from common.commands import Parser, run, say
from common.exit_codes import FAILED, FINE, REFUSED
from ops.audit import node_packages, python_packages
from ops.audit.advisory import UnreachableError
from ops.audit.exceptions import FILE, read_exceptions, unmatched, unreviewed
from ops.waivers import expired

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ops.audit.advisory import Advisory

    Audits = Mapping[str, Callable[[], list[Advisory]]]

AUDITS: Audits = {
    "Pipfile.lock": python_packages.audit_lock,
    **{source: partial(python_packages.audit_tool, source) for source in python_packages.TOOLS},
    **{source: partial(node_packages.audit, source, folder) for source, folder in node_packages.LOCKS.items()},
}
"""File with pins -> who asks about it."""


def main(arguments: list[str] | None = None) -> int:
    """Audit everything and print what is known."""
    parser = Parser(prog="python -m ops.audit", description=__doc__)
    parser.add_argument(
        "--warn-unreachable", action="store_true", help="where a registry gives no advisories, say so and end well"
    )
    options = parser.parse_args(arguments)
    return run(partial(audit, AUDITS, warn_unreachable=options.warn_unreachable))


def audit(audits: Audits, *, warn_unreachable: bool) -> int:
    """Run the audits, print what is to be done, and return the exit code.

    Raises:
        OperationError: the table of exceptions or a tool cannot be used.
    """
    table, today = read_exceptions(), datetime.now(UTC).date()
    found: list[Advisory] = []
    unknown: list[str] = []
    for source, ask in audits.items():
        say(f"Asking about {source} ...")
        try:
            found += ask()
        except UnreachableError as error:
            unknown.append(str(error))
    left = unreviewed(found, table, today)
    stale = expired(table, today, FILE) + ([] if unknown else unmatched(table, found))
    for line in [*map(str, left), *stale, *(f"NOT AUDITED: {reason}" for reason in unknown)]:
        print(line)
    audited = len(audits) - len(unknown)
    say(
        f"{audited} of {len(audits)} files audited: {len(found)} advisories, {len(found) - len(left)} of them reviewed."
    )
    if left or stale:
        return REFUSED
    return FAILED if unknown and not warn_unreachable else FINE


if __name__ == "__main__":
    sys.exit(main())
