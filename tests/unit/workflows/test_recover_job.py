"""Tests of the step that looks for a lock: another error of the command ends the job and is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.exit_codes import EXIT_OK, FAILED, LOCKED, REFUSED, USAGE
from tests.helpers.workflow.repository import Repository, make_repository
from tests.unit.workflows.test_workflows import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository."""
    return make_repository(tmp_path)


def look(repository: Repository, code: int, tainted: str = "") -> tuple[int, str]:
    """Run the step with a command that ends with an exit code; return the step's exit code and outputs."""
    (step,) = [step for step in load("recover")["jobs"]["look"]["steps"] if step.get("id") == "look"]
    python = repository.checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nprintf '{tainted}'\necho the reason >&2\nexit {code}\n", encoding="utf-8")
    python.chmod(0o755)
    done = repository.bash("-e", "-c", step["run"], variables={"ENVIRONMENT": "qa"})
    assert "the reason" in done.stdout
    assert "the reason" in (repository.github.folder / "summary").read_text(encoding="utf-8")
    output = repository.github.folder / "output"
    return done.returncode, output.read_text(encoding="utf-8") if output.exists() else ""


@pytest.mark.parametrize(
    ("code", "tainted", "outputs"),
    [
        (EXIT_OK, "", ""),
        (EXIT_OK, "aws_dynamodb_table.rooms\\n", "tainted=true\n"),
        (LOCKED, "", "locked=true\n"),
    ],
)
def test_what_was_found_is_an_output(repository: Repository, code: int, tainted: str, outputs: str) -> None:
    assert look(repository, code, tainted) == (0, outputs)


@pytest.mark.parametrize("code", [REFUSED, USAGE, FAILED])
def test_an_error_is_not_taken_for_a_lock(repository: Repository, code: int) -> None:
    assert look(repository, code) == (code, "")
