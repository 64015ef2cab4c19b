"""Check every pinned dependency for known vulnerabilities.

Uses the advisories of PyPI for Pipfile.lock and the pins of tools, and those of npm's registry for package-lock.json.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from common.commands import counted, log
from common.exit_codes import EXIT_OK, FAILED, REFUSED
from ops.audit import node_packages, python_packages
from ops.audit.advisory import UnreachableError
from ops.audit.waivers import FILE, read_advisory_waivers, unused, unwaived
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
"""The audit of each file with pinned versions."""


def audit(audits: Audits, *, warn_unreachable: bool) -> int:
    """Run the audits, print the findings, and return the exit code.

    Raises:
        OperationError: the waivers are not valid, or a tool failed.
    """
    waivers, today = read_advisory_waivers(), datetime.now(UTC).date()
    found: list[Advisory] = []
    unknown: list[str] = []
    for source, ask in audits.items():
        log(f"Auditing {source} ...")
        try:
            found += ask()
        except UnreachableError as error:
            unknown.append(str(error))
    left = unwaived(found, waivers, today)
    stale = expired(waivers, today, FILE) + ([] if unknown else unused(waivers, found))
    for line in [*map(str, left), *stale, *(f"NOT AUDITED: {reason}" for reason in unknown)]:
        print(line)
    audited = len(audits) - len(unknown)
    log(
        f"{audited} of {counted(len(audits), 'file')} audited: {counted(len(found), 'advisory', 'advisories')}, "
        f"{len(found) - len(left)} of them waived."
    )
    if left or stale:
        return REFUSED
    return FAILED if unknown and not warn_unreachable else EXIT_OK
