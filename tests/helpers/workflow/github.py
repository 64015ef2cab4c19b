"""GitHub without GitHub: a repository, its variables and secrets, and the artifacts and runs of workflows."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.helpers.shared_provider import Connection

HERE = Path(__file__).resolve().parent
BRANCH = "main"
REPOSITORY = "acme/chat"


@dataclass
class GitHub:
    """A repository on GitHub, with AWS behind it.

    Attributes:
        folder: the files of GitHub.
        origin: the Git repository.
        machine: the environment variables of a runner.
        credentials: the environment variables that a role gives to a job.
        connection: returns the variables with which Terraform in a folder shares a provider.
        variables: variables of the repository.
        secrets: secrets of the repository.
        environments: variables of each GitHub environment.
        left_out: names of steps that are not run, because this machine lacks their tool.
        failing: targets of the Makefile that fail.
        runs: the runs of workflows, as GitHub's API returns them.
        jobs: the jobs of each run, as GitHub's API returns them.
    """

    folder: Path
    origin: Path
    machine: Mapping[str, str]
    credentials: Mapping[str, str]
    connection: Connection
    variables: Mapping[str, str]
    secrets: dict[str, str]
    environments: Mapping[str, Mapping[str, str]]
    left_out: frozenset[str] = frozenset()
    failing: frozenset[str] = frozenset()
    runs: list[dict[str, Any]] = field(default_factory=list)
    jobs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Install the commands that replace those of a runner."""
        (self.folder / "bin").mkdir(parents=True)
        (self.folder / "synthesized").mkdir()
        for name in ("gh", "make"):
            command = self.folder / "bin" / name
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / name}_command.py" "$@"\n')
            command.chmod(0o755)

    def commit(self, message: str) -> str:
        """Commit all files of the repository on the default branch and return the commit."""
        identity = ("-c", "user.name=Octocat", "-c", "user.email=octocat@example.com")
        self.git("add", "--all")
        self.git(*identity, "commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        """Return the output of a Git command in the repository."""
        command = ["git", *arguments]
        return subprocess.run(command, cwd=self.origin, check=True, capture_output=True, text=True).stdout.strip()

    def add_run(self, file: str, event: str, title: str) -> dict[str, Any]:
        """Add a run of a workflow on the default branch, which runs after the others, and return it."""
        number = 1000 + len(self.runs)
        run = {
            "id": number,
            "path": f".github/workflows/{file}",
            "event": event,
            "status": "in_progress",
            "conclusion": None,
            "display_title": title,
            "head_branch": BRANCH,
            "head_sha": self.git("rev-parse", "HEAD"),
            "head_repository": {"full_name": REPOSITORY},
            "html_url": f"https://github.com/{REPOSITORY}/actions/runs/{number}",
        }
        self.runs.append(run)
        self.jobs[number] = []
        self.write_runs()
        return run

    def add_job(self, run: int, name: str, conclusion: str) -> None:
        """Add a job that has ended to a run; ``name`` is ``caller / job`` in a called workflow."""
        self.jobs[run].append({"run_id": run, "name": name, "status": "completed", "conclusion": conclusion})
        self.write_runs()

    def write_runs(self) -> None:
        """Write the runs and their jobs to the files that the command ``gh`` reads."""
        (self.folder / "runs.json").write_text(json.dumps(self.runs), encoding="utf-8")
        (self.folder / "jobs.json").write_text(json.dumps(self.jobs), encoding="utf-8")

    def dispatched(self) -> list[dict[str, Any]]:
        """Return the workflows that jobs have started since the last call, with their inputs."""
        file = self.folder / "dispatched.jsonl"
        if not file.exists():
            return []
        lines = file.read_text(encoding="utf-8").splitlines()
        file.unlink()
        return [json.loads(line) for line in lines]

    def upload(self, run: int, name: str, path: Path) -> None:
        """Store a file as an artifact of a run; it replaces one of the same name."""
        target = self.artifact(run, name)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        shutil.copy(path, target)

    def artifact(self, run: int, name: str) -> Path:
        """Return the folder of an artifact."""
        return self.folder / "artifacts" / str(run) / name
