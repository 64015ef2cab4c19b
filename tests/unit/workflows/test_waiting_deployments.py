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
    """Return a repository in which all deployments have ended."""
    made = make_repository(tmp_path)
    for run in (made.first, made.second):
        run["status"] = "completed"
    return made


def summary(repository: Repository) -> str:
    """Run the step and return the summary."""
    job = load("rollback")["jobs"]["waiting"]
    assert job["needs"] == "apply"
    (step,) = job["steps"]
    done = repository.bash("-e", "-c", step["run"])
    assert done.returncode == 0, done.stderr
    file = repository.github.folder / "summary"
    return file.read_text(encoding="utf-8") if file.exists() else ""


@pytest.mark.parametrize("status", ["waiting", "pending", "queued", "requested", "in_progress"])
@pytest.mark.parametrize("environment", ["first", "second"])
def test_deployments_that_have_not_ended_are_listed(repository: Repository, environment: str, status: str) -> None:
    runs = {"first": repository.first, "second": repository.second}
    run = runs.pop(environment)
    (ended,) = runs.values()
    run["status"] = status

    text = summary(repository)

    assert "Cancel or reject those of the release that was rolled back:" in text
    assert f"{run['html_url']} ({status}) {run['display_title']}\n" in text
    assert ended["html_url"] not in text


def test_deployments_of_all_states_are_listed(repository: Repository) -> None:
    repository.first["status"], repository.second["status"] = "in_progress", "pending"

    text = summary(repository)

    assert text.count("https://") == 2


def test_without_other_deployments_there_is_no_notice(repository: Repository) -> None:
    assert summary(repository) == ""
