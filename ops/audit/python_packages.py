"""Advisories about Python packages: pip-audit, in an environment of its own, asks PyPI about every pinned version."""

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
"""Of Pipfile.lock."""
TOOLS = ("ops/cdktn.txt", "ops/audit/pip-audit-requirements.txt", "ops/policy/checkov-requirements.txt")
"""Pins of tools with environments of their own."""
_SECONDS = 900
_NOTHING_FOUND, _SOMETHING_FOUND = 0, 1


def audit_lock() -> list[Advisory]:
    """Ask about everything in Pipfile.lock.

    Raises:
        UnreachableError: there are no advisories to be had.
        OperationError: pip-audit is missing or failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text(requirements(list(CATEGORIES)), encoding="utf-8")
        return audit(file, LOCK.name)


def audit_tool(source: str) -> list[Advisory]:
    """Ask about the pins of a tool.

    Args:
        source: one of ``TOOLS``.

    Raises:
        UnreachableError: there are no advisories to be had.
        OperationError: pip-audit is missing or failed.
    """
    return audit(ROOT / source, source)


def audit(file: Path, source: str) -> list[Advisory]:
    """Ask about a file of requirements.

    Args:
        file: requirements, each with its version and its hashes.
        source: what it is called in what is found.

    Raises:
        UnreachableError: there are no advisories to be had.
        OperationError: pip-audit is missing or failed.
    """
    if not COMMAND.exists():
        raise OperationError(f"{COMMAND.relative_to(ROOT)} is missing: run `make audit`, which installs it.")
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
    """Return what pip-audit has found.

    Packages that it could not ask about it skips, and ends well even if those are all.

    Raises:
        UnreachableError: packages were skipped.
        OperationError: the text is no report.
    """
    try:
        dependencies: list[dict[str, Any]] = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError) as error:
        raise OperationError(f"{source}: pip-audit did not answer with its report: {error!r}") from error
    skipped = [one for one in dependencies if "skip_reason" in one]
    if skipped or not dependencies:
        reason = skipped[0]["skip_reason"] if skipped else "there is no package in it"
        raise UnreachableError(
            f"{source}: no advisories about {len(skipped)} of {len(dependencies)} packages, for example: {reason}"
        )
    return [
        Advisory(
            source=source,
            package=one["name"],
            version=one["version"],
            id=vulnerability["id"],
            remedy=_remedy(vulnerability.get("fix_versions") or []),
            aliases=tuple(vulnerability.get("aliases") or ()),
        )
        for one in dependencies
        for vulnerability in one["vulns"]
    ]


def _remedy(versions: list[str]) -> str:
    return f"mended in {', '.join(versions)}: `make relock`" if versions else "there is no mended version yet"
