"""Tests of the step that lists the deployments that a rollback does not stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.workflow.repository import Repository, make_repository
from tests.unit.workflows.test_workflows import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository in which no deployment waits."""
    return make_repository(tmp_path)


def summary(repository: Repository) -> str:
    """Run the step and return the summary."""
    job = load("rollback")["jobs"]["waiting"]
    assert job["needs"] == "apply"
    (step,) = job["steps"]
    done = repository.bash("-e", "-c", step["run"])
    assert done.returncode == 0, done.stderr
    file = repository.github.folder / "summary"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_deployments_that_wait_for_an_approval_are_listed(repository: Repository) -> None:
    repository.second["status"] = "waiting"

    text = summary(repository)

    assert "Reject those of the release that was rolled back:" in text
    assert f"{repository.second['html_url']} {repository.second['display_title']}\n" in text
    assert repository.first["html_url"] not in text


def test_without_waiting_deployments_there_is_no_notice(repository: Repository) -> None:
    assert summary(repository) == ""
