"""Checkov on synthesized JSON, HCL modules and plans, in its own virtual environment because its pins conflict.

`make policy` installs it from ``checkov-requirements.txt`` (every package pinned with its checksums).
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from ops.order import ROOT
from ops.policy.rule import Violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from terraform.stack import Stack

MODULES = "modules"
"""The environment in findings of the HCL modules."""
COMMAND = ROOT / ".tools" / "checkov" / "bin" / "checkov"
_SECONDS = 900
_NOTHING_FAILED, _SOMETHING_FAILED = 0, 1


def scan_stacks(stacks: Sequence[Stack]) -> list[Violation]:
    """Return Checkov's findings in synthesized stacks, checked in one run.

    Raises:
        OperationError: Checkov is missing or failed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        addresses: dict[str, dict[int, str]] = {}
        for stack in stacks:
            file = folder / stack.environment / "cdk.tf.json"
            file.parent.mkdir()
            text = _readable(stack.document)
            file.write_text(text, encoding="utf-8")
            addresses[stack.environment] = _lines(text)
        found = _run("--directory", str(folder), "--framework", "terraform_json")
    violations: set[Violation] = set()
    for check in found:
        environment = check["file_path"].strip("/").split("/")[0]
        line = check["file_line_range"][0]
        # Checkov reports resources of this framework without their type; the line number identifies them.
        address = addresses[environment].get(line) or addresses[environment].get(line - 1) or check["resource"]
        violations.add(Violation(environment, check["check_id"], address, check["check_name"]))
    return sorted(violations)


def scan_modules(folder: Path = ROOT / "modules") -> list[Violation]:
    """Return Checkov's findings in the HCL modules; addresses begin with ``module.<folder>``.

    Raises:
        OperationError: Checkov is missing or failed.
    """
    found = _run("--directory", str(folder), "--framework", "terraform")
    return sorted(
        {
            Violation(
                MODULES,
                check["check_id"],
                f"module.{check['file_path'].strip('/').split('/')[0]}.{check['resource']}",
                check["check_name"],
            )
            for check in found
        }
    )


def scan_plan(file: Path, environment: str) -> list[Violation]:
    """Return Checkov's findings in the JSON of a plan.

    Raises:
        OperationError: Checkov is missing or failed.
    """
    found = _run("--file", str(file), "--framework", "terraform_plan")
    return sorted(
        {Violation(environment, check["check_id"], check["resource"], check["check_name"]) for check in found}
    )


def _readable(document: dict[str, Any]) -> str:
    """Return the JSON without blocks that are not objects, such as ``moved``: Checkov's parser fails on them."""
    blocks = _objects(document)
    return json.dumps({**blocks, "terraform": _objects(blocks.get("terraform", {}))}, indent=1)


def _objects(entries: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if isinstance(value, dict)}


def _lines(text: str) -> dict[int, str]:
    """Return the address of each resource by its first line, for JSON with an indent of one space."""
    found: dict[int, str] = {}
    section = kind = ""
    for number, line in enumerate(text.splitlines(), start=1):
        indent, name = len(line) - len(line.lstrip(" ")), line.strip().split('"')[1:2]
        if not name or not line.rstrip().endswith("{"):
            continue
        if indent == 1:
            section = name[0]
        elif indent == 2:  # noqa: PLR2004 - section, type, name
            kind = name[0]
        elif indent == 3 and section == "resource":  # noqa: PLR2004 - section, type, name
            found[number] = f"{kind}.{name[0]}"
    return found


def _run(*arguments: str) -> list[dict[str, Any]]:
    """Return the failed checks."""
    if not COMMAND.exists():
        raise OperationError(f"{COMMAND.relative_to(ROOT)} is missing. Install it with `make policy`.")
    command = [str(COMMAND), *arguments, "--quiet", "--compact", "--skip-download", "--output", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
        reports = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise OperationError(f"Checkov did not end within {_SECONDS // 60} minutes. Run the command again.") from error
    except ValueError as error:
        raise OperationError(f"Checkov printed no JSON: {error}") from error
    if done.returncode not in {_NOTHING_FAILED, _SOMETHING_FAILED}:
        raise OperationError(f"Checkov ended with {done.returncode}: {done.stderr[-2000:]}")
    failed: list[dict[str, Any]] = []
    for report in reports if isinstance(reports, list) else [reports]:
        results = report.get("results")
        if results is None or report["summary"]["parsing_errors"] or not report["summary"]["passed"]:
            raise OperationError(f"Checkov could not parse its input: {json.dumps(report.get('summary', report))}")
        failed += results["failed_checks"]
    return failed
