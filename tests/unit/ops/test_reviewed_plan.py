"""Tests that a review and a policy check refuse the JSON of another plan, and other files that do not belong to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from common.exit_codes import EXIT_OK, FAILED, REFUSED, USAGE
from ops.__main__ import main
from ops.artifacts import content_digest
from ops.plans import Plan
from ops.records import write_record
from terraform.stack import Stack
from tests.unit.ops.plans import change
from tests.unit.ops.test_promotion_checks import deployment, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUEUE = change("aws_sqs_queue.q", "create", after={"name": "q"})
TABLE = change("aws_dynamodb_table.messages", "delete", before={"name": "messages"})


@dataclass(frozen=True)
class Files:
    """The files of a plan for staging."""

    folder: Path

    @property
    def json(self) -> Path:
        return self.folder / "staging.plan.json"

    @property
    def record(self) -> Path:
        return self.folder / "staging.json"

    @property
    def stack(self) -> Path:
        return self.folder / "stacks" / "chat-staging" / "cdk.tf.json"

    @property
    def output(self) -> Path:
        return self.folder / "review.md"

    def plan(self, entry: dict[str, object]) -> bytes:
        """Return the JSON of a plan with one change."""
        return Plan({"format_version": "1.2", "resource_changes": [entry]}).json

    def write_record(self, **changes: object) -> None:
        """Write the record of the current files."""
        digests = {
            "json_sha256": content_digest(self.json.read_bytes()),
            "stack_sha256": Stack(self.stack.parent, "staging").digest(),
        }
        write_record(record(**digests | changes), self.record)

    def review(self, *more: str) -> int:
        """Run the command."""
        files = ("--plan-json", str(self.json), "--record", str(self.record), "--output", str(self.output))
        return main(["review", *files, "--stacks", str(self.folder / "stacks"), *more])


@pytest.fixture
def files(tmp_path: Path) -> Files:
    files = Files(tmp_path)
    files.stack.parent.mkdir(parents=True)
    files.stack.write_text('{"resource": {}}')
    files.json.write_bytes(files.plan(QUEUE))
    files.write_record()
    return files


def test_a_plan_is_reviewed_as_one_of_the_environment_in_its_record(files: Files) -> None:
    assert files.review("--format", "json") == EXIT_OK

    review = json.loads(files.output.read_text())
    assert review["environment"] == "staging"
    assert [one["address"] for one in review["changes"]] == ["aws_sqs_queue.q"]


DEVIATIONS: dict[str, Callable[[Files], object]] = {
    "staging.plan.json is not the plan of the record": lambda files: files.json.write_bytes(files.plan(TABLE)),
    "the SHA-256 of its JSON is": lambda files: files.json.write_bytes(files.json.read_bytes() + b"\n"),
    "made by an earlier version": lambda files: files.write_record(json_sha256=None),
    "chat-staging is not the stack of the plan": lambda files: files.stack.write_text("{}"),
    "its SHA-256 is": lambda files: files.stack.with_name("more.tf").write_text("# resources in HCL"),
}
"""By the text of the refusal: the file that belongs to another plan."""


@pytest.mark.parametrize("says", DEVIATIONS)
def test_files_of_another_plan_are_refused(files: Files, capsys: pytest.CaptureFixture[str], says: str) -> None:
    files.output.write_text("an earlier review")
    DEVIATIONS[says](files)

    assert files.review() == REFUSED

    told = " ".join(capsys.readouterr().err.split())
    assert says in told
    assert "python -m ops plan --environment staging" in told
    assert not files.output.exists()


def test_the_record_of_another_environment_is_refused(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    assert files.review("--environment", "prod") == REFUSED
    assert "staging.json is the record of a plan for staging, not for prod" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["json", "record", "stack"])
def test_a_missing_file_is_named_with_its_remedy(
    files: Files, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    file: Path = getattr(files, missing)
    file.unlink()

    assert files.review() == FAILED

    told = capsys.readouterr().err
    assert str(file) in told
    assert "make synth" in told if missing == "stack" else "`python -m ops plan` writes the file and its record" in told


def test_a_deployment_record_is_not_a_review_record(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    write_record(deployment(), files.record)

    assert files.review() == FAILED
    assert "is not a ReviewRecord" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cannot be used"),
        (b"[]", "not the JSON of a plan"),
        (b"{}", "not the JSON of a plan"),
        (b'{"format_version": "9.0"}', "in format 1.x"),
        (b'{"format_version": "1.2", "errored": true}', "planning failed"),
        (b'{"format_version": "1.2", "resource_changes": [{"mode": "managed"}]}', "not the JSON of a complete plan"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_record_does_not_make_a_plan_of_other_content(
    files: Files, capsys: pytest.CaptureFixture[str], content: bytes, says: str
) -> None:
    files.json.write_bytes(content)
    files.write_record()

    assert files.review() == FAILED
    assert says in capsys.readouterr().err


def policy(files: Files, *more: str) -> int:
    """Run the policy command for the plan."""
    return main(["policy", "--plan-json", str(files.json), "--environment", "staging", *more])


def test_the_policy_refuses_the_json_of_another_plan(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    files.json.write_bytes(files.plan(TABLE))

    assert policy(files, "--record", str(files.record)) == REFUSED
    assert "staging.plan.json is not the plan of the record" in capsys.readouterr().err


def test_the_policy_refuses_the_record_of_another_environment(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    files.write_record(environment="prod", workspace="prod")

    assert policy(files, "--record", str(files.record)) == REFUSED
    assert "is the record of a plan for prod, not for staging" in capsys.readouterr().err


def test_the_policy_needs_the_record(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    assert policy(files) == USAGE
    assert "--record" in capsys.readouterr().err
