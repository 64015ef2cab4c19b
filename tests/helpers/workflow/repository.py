"""A repository with runs of workflows, for tests of single scripts: no job runs, and there is no AWS."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.helpers.workflow.github import GitHub

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CHECKED = "check / ci"
"""The job of `deploy` that succeeds after all checks."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a commit, a run of `deploy`, and deployments to two environments, one after the other.

    Attributes:
        github: GitHub.
        checkout: a checkout of the default branch.
        built: the run that built the release.
        first: the deployment to the environment ``first``.
        second: the deployment to the environment ``second``.
    """

    github: GitHub
    checkout: Path
    built: dict[str, Any]
    first: dict[str, Any]
    second: dict[str, Any]

    def bash(self, *arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run bash in the checkout as a step of a job that may read runs."""
        self.github.write_runs()
        own = {
            "PATH": f"{self.github.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_REPOSITORY": "acme/chat",
            "GITHUB_REF_NAME": "main",
            "GITHUB_IN_FILES": str(self.github.folder),
            "GITHUB_OUTPUT": str(self.github.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.github.folder / "summary"),
            "GH_TOKEN": "a-token",
            "JOB_PERMISSIONS": '{"actions": "read"}',
        }
        return subprocess.run(
            ["bash", *arguments],
            cwd=self.checkout,
            env={**os.environ, **own, **(variables or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def add_release(self, checks: str = "success") -> dict[str, Any]:
        """Add a commit to the default branch, and return the run of `deploy` that built its release."""
        self.github.commit("Another release")
        run = self.github.add_run("deploy.yml", "push", "Another release")
        self.github.add_job(run["id"], CHECKED, checks)
        self.fetch()
        return run

    def add_deployment(self, environment: str, run: int) -> dict[str, Any]:
        """Add a deployment of the release of a run, and return it."""
        title = f"Deploy {environment} with the release of run {run}"
        return self.github.add_run("deploy-environment.yml", "workflow_dispatch", title)

    def commit_elsewhere(self) -> str:
        """Return a new commit that is on another branch only."""
        self.github.git("checkout", "--quiet", "-b", "elsewhere")
        commit = self.github.commit("Not reviewed")
        self.github.git("checkout", "--quiet", "main")
        self.fetch()
        return commit

    def fetch(self) -> None:
        """Fetch all branches to the checkout."""
        subprocess.run(["git", "fetch", "--quiet", "origin"], cwd=self.checkout, check=True)


def make_repository(folder: Path) -> Repository:
    """Return a repository whose release is accepted, and was deployed to both environments."""
    origin = folder / "origin"
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", str(origin)], check=True)
    github = GitHub(
        folder / "github",
        origin=origin,
        machine={},
        credentials={},
        connection=lambda _: {},
        variables={},
        secrets={},
        environments={},
    )
    github.commit("First release")
    checkout = folder / "checkout"
    subprocess.run(["git", "clone", "--quiet", origin.as_uri(), str(checkout)], check=True)
    built = github.add_run("deploy.yml", "push", "First release")
    github.add_job(built["id"], "release / synthesize", "success")
    github.add_job(built["id"], CHECKED, "success")
    first = github.add_run(
        "deploy-environment.yml", "workflow_dispatch", f"Deploy first with the release of run {built['id']}"
    )
    repository = Repository(github, checkout, built, first, {})
    second = repository.add_deployment("second", first["id"])
    github.commit("Second release")
    repository.fetch()
    return Repository(github, checkout, built, first, second)
