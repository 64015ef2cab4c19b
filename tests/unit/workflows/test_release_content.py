"""Tests of the step that reads a release, which must have the commit of the run that built it."""

from __future__ import annotations

import hashlib
import json
import tarfile
from typing import TYPE_CHECKING

import pytest

from tests.helpers.workflow.repository import Repository, make_repository
from tests.unit.workflows.test_workflows import load

if TYPE_CHECKING:
    from pathlib import Path

ORDER = [
    {"name": "first", "after": None, "workflows": True},
    {"name": "second", "after": "first", "workflows": True},
    {"name": "by-hand", "after": "first", "workflows": False},
]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository."""
    return make_repository(tmp_path)


def read(repository: Repository, environment: str, commit: str) -> tuple[int, dict[str, str]]:
    """Run the step with a release of a commit; return its exit code and outputs."""
    (step,) = [step for step in load("deploy-environment")["jobs"]["release"]["steps"] if step.get("id") == "release"]
    assert step["env"] == {"COMMIT": "${{ steps.origin.outputs.commit }}"}
    with tarfile.open(repository.checkout / "release.tar", "w") as archive:
        for name, content in (("commit.txt", f"{commit}\n"), ("environments.json", json.dumps(ORDER))):
            (repository.checkout / name).write_text(content, encoding="utf-8")
            archive.add(repository.checkout / name, name)
            (repository.checkout / name).unlink()
    variables = {"ENVIRONMENT": environment, "COMMIT": repository.built["head_sha"]}
    done = repository.bash("-e", "-c", step["run"], variables=variables)
    output = repository.github.folder / "output"
    lines = output.read_text(encoding="utf-8").splitlines() if output.exists() else []
    return done.returncode, dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize(
    ("environment", "source", "following"), [("first", "", '["second"]'), ("second", "first", "[]")]
)
def test_the_order_in_the_release_decides_what_is_deployed_next(
    repository: Repository, environment: str, source: str, following: str
) -> None:
    code, outputs = read(repository, environment, repository.built["head_sha"])

    digest = hashlib.sha256((repository.checkout / "release.tar").read_bytes()).hexdigest()
    assert (code, outputs) == (0, {"digest": digest, "source": source, "next": following})


def test_a_release_of_another_commit_is_refused(repository: Repository) -> None:
    newer = repository.add_release()

    assert read(repository, "first", newer["head_sha"]) == (1, {})


@pytest.mark.parametrize("environment", ["by-hand", "unknown"])
def test_an_environment_that_receives_no_releases_is_refused(repository: Repository, environment: str) -> None:
    assert read(repository, environment, repository.built["head_sha"]) == (1, {})
