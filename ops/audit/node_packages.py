"""Advisories for npm packages, by ``npm audit`` on each lock file."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from ops.audit.advisory import Advisory, UnreachableError
from ops.lockfile import NODE_LOCKS
from ops.order import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LOCKS = {file.relative_to(ROOT).as_posix(): file.parent for file in NODE_LOCKS}
"""The folder of each lock file."""
_SECONDS = 300


def audit(source: str, folder: Path) -> list[Advisory]:
    """Audit a lock file.

    Args:
        source: the name of the lock file in findings.
        folder: the folder with the lock file.

    Raises:
        UnreachableError: the registry gave no advisories.
        OperationError: npm is missing or failed.
    """
    command = ["npm", "audit", "--package-lock-only", "--json"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreachableError(f"{source}: npm's registry gave no advisories within {_SECONDS} s.") from error
    except OSError as error:
        raise OperationError(f"{source}: npm cannot be run: {error}") from error
    return read_report(done.stdout, source)


def read_report(text: str, source: str) -> list[Advisory]:
    """Return npm's findings; packages that are affected only through a dependency are left out.

    Raises:
        UnreachableError: the registry gave no advisories.
        OperationError: the text is not a report.
    """
    try:
        report: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise OperationError(f"{source}: npm printed no report: {error}") from error
    if "vulnerabilities" not in report:
        reason = report.get("message") or (report.get("error") or {}).get("summary") or "no report"
        raise UnreachableError(f"{source}: npm's registry gave no advisories: {reason}")
    found = {
        Advisory(
            source=source,
            package=cause["name"],
            version=cause.get("range") or package["range"],
            id=cause["url"].rsplit("/", 1)[-1],
            remedy=f"{cause['severity']}; {_remedy(package.get('fixAvailable'))}",
        )
        for package in report["vulnerabilities"].values()
        for cause in package["via"]
        if isinstance(cause, dict)
    }
    return sorted(found)


def _remedy(fix: object) -> str:
    if isinstance(fix, dict):
        return f"fixed by {fix['name']} {fix['version']}"
    return "fixed within the ranges of package.json: `make relock`" if fix else "no fixed version yet"
