"""Tests of the script that finds the run that built a release: each case violates one condition of an accepted run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.backend import ROOT
from tests.helpers.workflow.repository import CHECKED, Repository, make_repository

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

SCRIPT = ROOT / ".github" / "scripts" / "release-run.sh"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository whose release is accepted."""
    return make_repository(tmp_path)


def find(repository: Repository, run: object) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return repository.bash(str(SCRIPT), str(run))


def test_release_is_found_through_the_deployments_to_earlier_environments(repository: Repository) -> None:
    for run in (repository.built, repository.first, repository.second):
        done = find(repository, run["id"])
        assert done.stdout.split() == [str(repository.built["id"]), repository.built["head_sha"]], done.stderr


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"head_branch": "elsewhere"}, "not a run of the default branch of this repository"),
        ({"head_repository": {"full_name": "octocat/chat"}}, "not a run of the default branch of this repository"),
        ({"event": "workflow_dispatch"}, "neither a run of deploy nor a deployment"),
        ({"event": "pull_request"}, "neither a run of deploy nor a deployment"),
        ({"path": ".github/workflows/ci.yml"}, "neither a run of deploy nor a deployment"),
        ({"path": ".github/workflows/other/deploy.yml"}, "neither a run of deploy nor a deployment"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_run_that_violates_one_condition_is_refused(
    repository: Repository, changed: dict[str, Any], message: str
) -> None:
    repository.built.update(changed)

    for run in (repository.built, repository.second):
        done = find(repository, run["id"])
        assert (done.returncode, done.stdout) == (1, "")
        assert message in done.stderr


@pytest.mark.parametrize("name", ["built", "first", "second"])
def test_run_on_a_tag_that_has_the_name_of_the_branch_is_refused(repository: Repository, name: str) -> None:
    commit = repository.commit_elsewhere()
    getattr(repository, name)["head_sha"] = commit

    done = find(repository, repository.second["id"])

    assert (done.returncode, done.stdout) == (1, "")
    assert f"commit {commit}, which is not on the default branch" in done.stderr


def test_deployment_that_was_started_by_another_event_is_refused(repository: Repository) -> None:
    repository.first["event"] = "push"

    assert "neither a run of deploy nor a deployment" in find(repository, repository.second["id"]).stderr


@pytest.mark.parametrize(
    "title", ["Deploy first", "Deploy first with the release of run {later}", "Deploy first with the release of run x"]
)
def test_deployment_whose_title_names_no_earlier_run_is_refused(repository: Repository, title: str) -> None:
    repository.first["display_title"] = title.format(later=repository.second["id"])

    done = find(repository, repository.second["id"])

    assert (done.returncode, done.stdout) == (1, "")
    assert "does not name the run of its release" in done.stderr


@pytest.mark.parametrize("conclusion", [None, "failure", "cancelled", "skipped"])
def test_release_whose_checks_have_not_succeeded_is_refused(repository: Repository, conclusion: str | None) -> None:
    repository.github.jobs[repository.built["id"]][1]["conclusion"] = conclusion

    done = find(repository, repository.second["id"])

    assert (done.returncode, done.stdout) == (1, "")
    assert f"The checks of run {repository.built['id']} have not succeeded" in done.stderr


def test_checks_of_an_earlier_attempt_are_sufficient(repository: Repository) -> None:
    repository.github.add_job(repository.built["id"], CHECKED, "cancelled")

    assert find(repository, repository.second["id"]).returncode == 0


@pytest.mark.parametrize("run", ["", "main", "1; id", "../workflows"])
def test_text_that_is_no_id_is_refused(repository: Repository, run: str) -> None:
    done = find(repository, run)

    assert (done.returncode, done.stdout) == (1, "")
    assert f'"{run}" is not the id of a run.' in done.stderr
