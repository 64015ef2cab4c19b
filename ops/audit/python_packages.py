"""Advisories for Python packages, by pip-audit in its own virtual environment."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from common.commands import OperationError
from ops.audit.advisory import Advisory, UnreachableError
from ops.lockfile import LOCK, requirements
from ops.order import ROOT

COMMAND = ROOT / ".tools" / "pip-audit" / "bin" / "python"
CATEGORIES = ("default", "develop", "terraform")
"""Categories of Pipfile.lock."""
TOOLS = ("ops/cdktn.txt", "ops/audit/pip-audit-requirements.txt", "ops/policy/checkov-requirements.txt")
"""Pinned requirements of tools with their own virtual environments."""
_SECONDS = 900
_NOTHING_FOUND, _SOMETHING_FOUND = 0, 1


def audit_lock() -> list[Advisory]:
    """Audit Pipfile.lock.

    Raises:
        UnreachableError: PyPI gave no advisories.
        OperationError: pip-audit is missing or failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text(requirements(list(CATEGORIES)), encoding="utf-8")
        return audit(file, LOCK.name)


def audit_tool(source: str) -> list[Advisory]:
    """Audit the pinned requirements of a tool.

    Args:
        source: one of ``TOOLS``.

    Raises:
        UnreachableError: PyPI gave no advisories.
        OperationError: pip-audit is missing or failed.
    """
    return audit(ROOT / source, source)


def audit(file: Path, source: str) -> list[Advisory]:
    """Audit a requirements file.

    Args:
        file: requirements with versions and hashes.
        source: the name of the file in findings.

    Raises:
        UnreachableError: PyPI gave no advisories.
        OperationError: pip-audit is missing or failed.
    """
    if not COMMAND.exists():
        raise OperationError(f"{COMMAND.relative_to(ROOT)} is missing. Install it with `make audit`.")
    options = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--desc", "off")
    command = [str(COMMAND), "-m", "pip_audit", "--requirement", str(file), *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreachableError(f"{source}: PyPI gave no advisories within {_SECONDS} s.") from error
    if done.returncode not in {_NOTHING_FOUND, _SOMETHING_FOUND} or not done.stdout.strip():
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise UnreachableError(f"{source}: PyPI gave no advisories: {last[:300]}")
    return read_report(done.stdout, source)


def read_report(text: str, source: str) -> list[Advisory]:
    """Return pip-audit's findings.

    pip-audit skips packages without advisories and succeeds even if it skips all of them.

    Raises:
        UnreachableError: packages were skipped.
        OperationError: the text is not a report.
    """
    try:
        dependencies: list[dict[str, Any]] = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError) as error:
        raise OperationError(f"{source}: pip-audit printed no report: {error!r}") from error
    skipped = [package for package in dependencies if "skip_reason" in package]
    if skipped or not dependencies:
        reason = skipped[0]["skip_reason"] if skipped else "it contains no packages"
        raise UnreachableError(
            f"{source}: no advisories for {len(skipped)} of {len(dependencies)} packages, for example: {reason}"
        )
    return [
        Advisory(
            source=source,
            package=package["name"],
            version=package["version"],
            id=vulnerability["id"],
            remedy=_remedy(vulnerability.get("fix_versions") or []),
            aliases=tuple(vulnerability.get("aliases") or ()),
        )
        for package in dependencies
        for vulnerability in package["vulns"]
    ]


def _remedy(versions: list[str]) -> str:
    return f"fixed in {', '.join(versions)}: `make relock`" if versions else "no fixed version yet"
