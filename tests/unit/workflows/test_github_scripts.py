"""Tests of the scripts in workflows that write comments and issues, run by Node.js with GitHub replaced."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.backend import ROOT
from tests.unit.workflows.test_workflows import load

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")

CONTEXT = {
    "repo": {"owner": "acme", "repo": "chat"},
    "issue": {"number": 7},
    "serverUrl": "https://github.com",
    "runId": 42,
}
HARNESS = ROOT / "tests" / "helpers" / "workflow" / "github_script.mjs"


@dataclass
class Issues:
    """The issues and comments of a repository.

    Attributes:
        folder: the folder of the job, in which the script runs.
        stored: the issues and comments.
    """

    folder: Path
    stored: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"issues": [], "comments": []})

    def run(self, workflow: str, job: str, environments: list[str]) -> None:
        """Run the script of a job."""
        (script,) = [step for step in load(workflow)["jobs"][job]["steps"] if "github-script" in step["uses"]]
        file = self.folder / "issues.json"
        file.write_text(json.dumps(self.stored), encoding="utf-8")
        assert script["env"] == {"ENVIRONMENTS": "${{ needs.release.outputs.environments }}"}
        subprocess.run(
            ["node", str(HARNESS), script["with"]["script"], str(file), json.dumps(CONTEXT)],
            cwd=self.folder,
            env={**os.environ, "ENVIRONMENTS": json.dumps(environments)},
            check=True,
        )
        self.stored = json.loads(file.read_text(encoding="utf-8"))

    def bodies(self) -> list[str]:
        """Return the texts of all comments."""
        return [comment["body"] for comment in self.stored["comments"]]

    def drift(self, environment: str, *addresses: str) -> None:
        """Write the result of a check for drift."""
        self.differences(
            environment,
            [{"address": one, "attribute": "name", "message": "differs", "remedy": ""} for one in addresses],
        )

    def differences(self, environment: str, found: list[dict[str, str]]) -> None:
        """Write the result of a check for drift with these differences."""
        (self.folder / "drift").mkdir(exist_ok=True)
        result = {"clean": not found, "release": "release 1", "differences": found}
        (self.folder / "drift" / f"{environment}.json").write_text(json.dumps(result), encoding="utf-8")


@pytest.fixture
def issues(tmp_path: Path) -> Issues:
    """Return the issues of a repository without any."""
    return Issues(tmp_path)


def test_a_pull_request_has_one_comment_for_each_environment(issues: Issues) -> None:
    (issues.folder / "reviews").mkdir()
    (issues.folder / "reviews" / "dev.md").write_text("First plan", encoding="utf-8")
    issues.run("plan", "comment", ["dev", "qa"])
    (issues.folder / "reviews" / "dev.md").write_text("Second plan", encoding="utf-8")
    issues.run("plan", "comment", ["dev", "qa"])

    dev, further = issues.bodies()
    assert dev == "<!-- terraform plan: dev -->\nSecond plan"
    assert 'No plan was created: see the job "plan qa".' in further
    assert {comment["issue"] for comment in issues.stored["comments"]} == {7}


def test_an_issue_for_each_environment_with_drift_is_updated_and_closed(issues: Issues) -> None:
    issues.drift("dev")
    issues.drift("qa", "aws_lambda_function.a")
    issues.run("drift", "report", ["dev", "qa", "failed"])
    issues.drift("qa", "aws_lambda_function.b")
    issues.run("drift", "report", ["dev", "qa", "failed"])
    (issue,) = issues.stored["issues"]
    assert (issue["title"], issue["state"]) == ("Drift in qa", "open")
    assert "- ` aws_lambda_function.b ` ` name differs `\n" in issue["body"]
    assert "https://github.com/acme/chat/actions/runs/42" in issue["body"]

    issues.drift("qa")
    issues.run("drift", "report", ["dev", "qa", "failed"])

    (issue,) = issues.stored["issues"]
    assert issue["state"] == "closed"
    assert issues.bodies() == ["qa no longer differs from release 1: https://github.com/acme/chat/actions/runs/42"]


def test_an_issue_has_the_remedy_of_each_difference(issues: Issues) -> None:
    remedy = "aws iam detach-role-policy --role-name chat-qa --policy-arn arn:aws:iam::aws:policy/AdministratorAccess"
    attached = {"address": "aws_iam_role.a", "attribute": "policies", "message": "has another", "remedy": remedy}
    issues.differences("qa", [attached, {**attached, "attribute": "name", "message": "differs", "remedy": ""}])

    issues.run("drift", "report", ["qa"])

    (issue,) = issues.stored["issues"]
    assert f"- ` aws_iam_role.a ` ` policies has another `\n  - Remedy: ` {remedy} `\n" in issue["body"]
    assert issue["body"].count("Remedy:") == 1
    assert "A deployment reverts only differences without a remedy" in issue["body"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("group @acme/team <img> [x](y)", "` group @acme/team <img> [x](y) `"),
        ("a `b` and ``c``\n- @octocat", "``` a `b` and ``c`` - @octocat ```"),
    ],
)
def test_names_in_the_account_are_not_markdown(issues: Issues, text: str, shown: str) -> None:
    issues.differences("qa", [{"address": "aws_x.a", "attribute": "", "message": text, "remedy": text}])

    issues.run("drift", "report", ["qa"])

    (issue,) = issues.stored["issues"]
    assert f"- ` aws_x.a ` {shown}\n  - Remedy: {shown}\n" in issue["body"]


def test_an_issue_with_many_differences_is_shortened_with_a_notice(issues: Issues) -> None:
    issues.drift("qa", *(f"aws_x.{number:0900}" for number in range(500)))

    issues.run("drift", "report", ["qa"])

    (issue,) = issues.stored["issues"]
    listed = issue["body"].count("- ` aws_x.")
    assert 0 < listed < 500
    assert len(issue["body"]) <= 65_536
    assert f"- and {500 - listed} others: see the artifact of the run\n" in issue["body"]
