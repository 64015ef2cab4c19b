"""Tests of the step that skips a deployment if a newer one is queued."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.backend import ROOT
from tests.helpers.workflow.repository import Repository, make_repository
from tests.unit.workflows.test_workflows import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository whose checkout has the scripts of the workflows."""
    made = make_repository(tmp_path)
    shutil.copytree(ROOT / ".github" / "scripts", made.checkout / ".github" / "scripts")
    return made


def message(
    repository: Repository, environment: str = "first", source: str = "", release: dict[str, Any] | None = None
) -> str:
    """Return the message if a deployment, by default of the first release, is skipped; otherwise an empty text."""
    (step,) = [
        step
        for step in load("deploy-environment")["jobs"]["release"]["steps"]
        if step.get("name") == "Skip if a newer deployment is queued"
    ]
    assert step["if"] == "${{ !inputs.recover }}"
    variables = {"ENVIRONMENT": environment, "SOURCE": source, "COMMIT": (release or repository.built)["head_sha"]}
    assert variables.keys() | {"GH_TOKEN"} == step["env"].keys() | {"ENVIRONMENT"}
    done = repository.bash("-e", "-c", step["run"], variables=variables)
    assert done.returncode == 0, done.stderr
    output, summary = (repository.github.folder / name for name in ("output", "summary"))
    skipped = output.exists() and output.read_text(encoding="utf-8") == "superseded=true\n"
    assert skipped is summary.exists()
    return summary.read_text(encoding="utf-8") if skipped else ""


def test_deployment_is_skipped_if_one_of_a_newer_commit_is_queued(repository: Repository) -> None:
    newer = repository.add_release()
    queued = repository.add_deployment("first", newer["id"])
    queued["status"] = "pending"

    assert message(repository) == (
        f"Not deployed: a deployment of the newer commit {newer['head_sha']}, which includes this one, is queued: "
        f"{queued['html_url']}\n"
    )


@pytest.mark.parametrize(
    ("environment", "status"), [("second", "pending"), ("first-b", "pending"), ("first", "waiting")]
)
def test_deployment_to_another_environment_or_that_waits_for_approval_is_not_queued(
    repository: Repository, environment: str, status: str
) -> None:
    repository.add_deployment(environment, repository.add_release()["id"])["status"] = status

    assert message(repository) == ""


def test_deployment_of_the_same_release_does_not_replace_it(repository: Repository) -> None:
    repository.add_deployment("first", repository.built["id"])["status"] = "pending"

    assert message(repository) == ""


def test_deployment_of_an_older_release_does_not_replace_it(repository: Repository) -> None:
    repository.add_deployment("first", repository.built["id"])["status"] = "pending"

    assert message(repository, release=repository.add_release()) == ""


@pytest.mark.parametrize("checks", ["failure", "cancelled"])
def test_deployment_that_will_be_refused_does_not_replace_it(repository: Repository, checks: str) -> None:
    repository.add_deployment("first", repository.add_release(checks)["id"])["status"] = "pending"

    assert message(repository) == ""


def test_deployment_by_a_changed_workflow_does_not_replace_it(repository: Repository) -> None:
    queued = repository.add_deployment("first", repository.add_release()["id"])
    queued |= {"status": "pending", "head_sha": repository.commit_elsewhere()}

    assert message(repository) == ""


@pytest.mark.parametrize("is_deployed", [True, False])
def test_release_that_the_previous_environment_does_not_have_does_not_replace_it(
    repository: Repository, *, is_deployed: bool
) -> None:
    deployed = repository.add_deployment("first", repository.add_release()["id"])
    repository.add_deployment("second", deployed["id"])["status"] = "pending"
    if is_deployed:
        repository.github.artifact(deployed["id"], "deployment-first").mkdir(parents=True)

    assert bool(message(repository, "second", "first")) is is_deployed
