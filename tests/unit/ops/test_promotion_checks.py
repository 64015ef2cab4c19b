"""Tests of each reason to refuse a reviewed plan, and that its message has a remedy."""

from __future__ import annotations

import hashlib
import json
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from common.commands import OperationError, RefusedError
from ops import promotion_checks as checks
from ops.artifacts import file_digest, pack, release_digest, unpack
from ops.order import Environment, PromotionOrder
from ops.records import DeploymentRecord, ReviewRecord, parse_record, read_record, write_record
from terraform.stack import Stack

if TYPE_CHECKING:
    from pathlib import Path

ORDER = PromotionOrder.of(
    [
        Environment("dev", "dev.toml"),
        Environment("staging", "staging.toml", "dev"),
        Environment("prod", "prod.toml", "staging", require_lock_file=True),
    ]
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def record(**changes: object) -> ReviewRecord:
    given = {
        "environment": "staging",
        "workspace": "staging",
        "commit": "c" * 40,
        "dirty": False,
        "made_at": NOW,
        "terraform_version": "1.11.4",
        "plan_sha256": "1" * 64,
        "stack_sha256": "2" * 64,
        "release_sha256": "3" * 64,
        "lock_sha256": None,
        "state": {"url": "s3://bucket/key", "serial": 4, "lineage": "abc"},
    }
    return ReviewRecord.model_validate({**given, **changes})


def deployment(**changes: object) -> DeploymentRecord:
    review = record(environment="dev", workspace="dev", **changes)
    return DeploymentRecord(review=review, applied_at=NOW, applied_by="arn", serial=5, counts={"add": 1})


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    for environment in ORDER.environments:
        folder = tmp_path / "stacks" / f"chat-{environment}"
        (folder / "assets").mkdir(parents=True)
        (folder / "cdk.tf.json").write_text(f'{{"environment": "{environment}"}}')
        (folder / "assets" / "code.zip").write_bytes(b"code")
    return tmp_path / "stacks"


@pytest.mark.parametrize(
    ("environment", "source", "says"),
    [
        ("prod", "staging", "plan for staging"),
        ("staging", "prod", "--from dev --to staging"),
        ("staging", None, "--from dev --to staging"),
    ],
)
def test_another_environment_or_order_is_refused(environment: str, source: str | None, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        checks.check_environment(record(), environment, source, ORDER)


def test_the_first_environment_has_no_predecessor() -> None:
    of_dev = record(environment="dev", workspace="dev")

    checks.check_environment(of_dev, "dev", None, ORDER)
    with pytest.raises(RefusedError, match="without --from"):
        checks.check_environment(of_dev, "dev", "staging", ORDER)


def test_the_workspace_of_another_environment_is_refused() -> None:
    with pytest.raises(RefusedError, match='workspace "default"'):
        checks.check_environment(record(workspace="default"), "staging", "dev", ORDER)


def test_an_altered_or_missing_plan_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "it.tfplan"
    with pytest.raises(RefusedError, match="does not exist"):
        checks.check_plan(record(), plan)
    plan.write_bytes(b"plan")
    reviewed = record(plan_sha256=file_digest(plan))
    checks.check_plan(reviewed, plan)
    plan.write_bytes(b"plan.")

    with pytest.raises(RefusedError, match="not the reviewed plan"):
        checks.check_plan(reviewed, plan)


@pytest.mark.parametrize("file", ["cdk.tf.json", "assets/code.zip"])
def test_an_altered_artifact_is_refused(stacks: Path, file: str) -> None:
    stack = Stack.find(stacks, "staging")
    release = release_digest(stacks, ORDER.environments)
    reviewed = record(stack_sha256=stack.digest(), release_sha256=release)
    checks.check_artifact(reviewed, stack, release)
    (stack.folder / file).write_bytes(b"{}")

    with pytest.raises(RefusedError, match="not the stack of the plan"):
        checks.check_artifact(reviewed, Stack.find(stacks, "staging"), release)


def test_a_stack_of_another_synthesis_is_refused(stacks: Path) -> None:
    stack = Stack.find(stacks, "staging")
    reviewed = record(stack_sha256=stack.digest(), release_sha256=release_digest(stacks, ORDER.environments))
    (stacks / "chat-prod" / "cdk.tf.json").write_text("{}")

    with pytest.raises(RefusedError, match="not the reviewed release"):
        checks.check_artifact(reviewed, stack, release_digest(stacks, ORDER.environments))


def test_terraforms_own_files_are_not_part_of_the_artifact(stacks: Path) -> None:
    stack = Stack.find(stacks, "dev")
    before = stack.digest()
    (stack.folder / ".terraform.lock.hcl").write_text("lock")
    (stack.folder / "dev.tfplan").write_text("plan")
    (stack.folder / ".terraform" / "modules").mkdir(parents=True)
    (stack.folder / ".terraform" / "modules" / "main.tf").write_text("of a module")

    assert Stack.find(stacks, "dev").digest() == before


@pytest.mark.parametrize(
    "file", ["more.tf", "more_override.tf.json", "x.auto.tfvars", "terraform.tfvars.json", "a/b.tf"]
)
def test_further_configuration_is_part_of_the_artifact(stacks: Path, file: str, tmp_path: Path) -> None:
    stack = Stack.find(stacks, "dev")
    before = stack.digest()
    (stack.folder / file).parent.mkdir(exist_ok=True)
    (stack.folder / file).write_text("more")

    assert stack.digest() != before
    assert unpack(pack(stack), tmp_path / "again", "dev").digest() == stack.digest()


def test_imports_of_a_recovery_are_not_part_of_the_artifact(stacks: Path) -> None:
    stack = Stack.find(stacks, "dev")
    before = stack.digest()
    (stack.folder / "adopted.tf.json").write_text('{"import": []}')

    assert stack.digest() == before


def test_a_missing_lock_is_refused_if_it_is_required(tmp_path: Path) -> None:
    missing = tmp_path / "terraform.lock.hcl"

    assert checks.check_lock(record(), missing, ORDER) is None
    with pytest.raises(RefusedError, match=r"python -m ops provider-lock"):
        checks.check_lock(record(environment="prod", workspace="prod"), missing, ORDER)


def test_a_lock_that_differs_from_the_reviewed_one_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "terraform.lock.hcl"
    lock.write_text("one")
    reviewed = record(lock_sha256=file_digest(lock))
    assert checks.check_lock(reviewed, lock, ORDER) == lock
    lock.write_text("two")

    with pytest.raises(RefusedError, match="not the provider lock file"):
        checks.check_lock(reviewed, lock, ORDER)


@pytest.mark.parametrize(
    ("state", "says"), [((5, "abc"), "from serial 4 to 5"), ((4, "xyz"), "not the state"), (None, "not the state")]
)
def test_a_stale_plan_is_refused(state: tuple[int, str] | None, says: str) -> None:
    checks.check_state(record(), (4, "abc"))

    with pytest.raises(RefusedError, match=says):
        checks.check_state(record(), state)


def test_an_environment_out_of_order_is_refused() -> None:
    checks.check_source(record(), "dev", deployment())

    with pytest.raises(RefusedError, match="dev has no release yet"):
        checks.check_source(record(), "dev", None)
    with pytest.raises(RefusedError, match=f"dev has release {'9' * 12}"):
        checks.check_source(record(), "dev", deployment(release_sha256="9" * 64))


@pytest.fixture
def commits(tmp_path: Path) -> tuple[str, str]:
    """Return two commits, the older one first, of a repository in the temporary folder."""

    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet")
    for _ in range(2):
        git("commit", "--quiet", "--allow-empty", "--message", "A change")
    return git("rev-parse", "HEAD~1"), git("rev-parse", "HEAD")


def test_an_older_commit_does_not_replace_a_newer_one(commits: tuple[str, str], tmp_path: Path) -> None:
    older, newer = commits

    with pytest.raises(RefusedError, match=rf"has commit {newer[:12]}.*newer than commit {older[:12]}"):
        checks.check_commit(record(commit=older), deployment(commit=newer), tmp_path)


def test_every_other_commit_is_accepted(commits: tuple[str, str], tmp_path: Path) -> None:
    older, newer = commits

    checks.check_commit(record(commit=newer), deployment(commit=older), tmp_path)
    checks.check_commit(record(commit=older), deployment(commit=older), tmp_path)
    checks.check_commit(record(commit=older), None, tmp_path)
    checks.check_commit(record(commit=older), deployment(commit="d" * 40), tmp_path)
    checks.check_commit(record(commit=older), deployment(commit=newer, rollback_of="4" * 64), tmp_path)
    checks.check_commit(record(commit=older), deployment(commit=newer, destroys=True), tmp_path)


def test_records_are_unchanged_after_writing_and_reading(tmp_path: Path) -> None:
    write_record(deployment(), tmp_path / "a" / "record.json")

    assert read_record(tmp_path / "a" / "record.json", DeploymentRecord) == deployment()
    with pytest.raises(OperationError, match="not a ReviewRecord"):
        read_record(tmp_path / "a" / "record.json", ReviewRecord)


def test_a_deployment_record_without_kinds_of_changes_remains_readable_and_authentic() -> None:
    document = deployment().model_dump(mode="json")
    del document["approved_changes"]
    document["approvals"] = {"aws_dynamodb_table.messages": "No message is needed any more"}

    old = parse_record(json.dumps(document).encode(), DeploymentRecord, "old.json")

    assert old.approved_changes == {}
    signed = {name: value for name, value in document.items() if name not in {"kind", "version", "authentication"}}
    signed["review"] = old.review.model_dump(mode="json", exclude_defaults=True)
    digest = hashlib.sha256(json.dumps(signed, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    assert old.message() == f"deployment record\n{digest}".encode()


def test_an_archived_stack_is_unchanged(stacks: Path, tmp_path: Path) -> None:
    stack = Stack.find(stacks, "dev")

    again = unpack(pack(stack), tmp_path / "again", "dev")

    assert again.digest() == stack.digest()
    assert pack(again) == pack(stack)


def test_a_plan_that_destroys_is_not_promoted() -> None:
    with pytest.raises(RefusedError, match="python -m ops destroy --environment staging --confirm staging"):
        checks.check_purpose(record(destroys=True))


def test_a_destroyed_environment_has_no_release() -> None:
    with pytest.raises(RefusedError, match="dev was destroyed, and it precedes staging"):
        checks.check_source(record(), "dev", deployment(release_sha256="3" * 64, destroys=True))
