"""Tests that `destroy` and `rollback` apply exactly the plan that an earlier run has written, and record it."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from common.commands import OperationError
from common.exit_codes import EXIT_OK, FAILED, REFUSED
from ops import destruction, promote
from ops.__main__ import main
from ops.history import History
from ops.order import PromotionOrder
from ops.record_key import RecordKey
from ops.records import DeploymentRecord, ReviewRecord, read_record, write_record
from ops.terraform import Finished, Terraform
from terraform.stack import Stack, StateLocation
from tests.unit.ops.fake_kms import KEY, replace_kms
from tests.unit.ops.plans import change
from tests.unit.ops.test_promotion_checks import ORDER, deployment, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

DEV = replace(ORDER.steps["dev"], record_key_arn=KEY, require_record_key=True)
LOG_GROUP = "aws_cloudwatch_log_group.log"


@dataclass
class Project:
    """A deployed environment, and the runs of a command.

    Attributes:
        folder: with the stack, the provider lock file and the files of the plan.
        command: the command and its options besides those of the files.
        confirmation: the options that apply.
        state: serial and lineage.
        changes: the changes of the next plan.
        records: the history, oldest first.
        applied: the contents of the applied plans.
        planned: the number of plans.
    """

    folder: Path
    command: list[str] = field(default_factory=list)
    confirmation: list[str] = field(default_factory=list)
    state: tuple[int, str] = (4, "abc")
    changes: list[dict[str, Any]] = field(default_factory=list)
    records: list[DeploymentRecord] = field(default_factory=list)
    applied: list[bytes] = field(default_factory=list)
    planned: int = 0

    @property
    def plan(self) -> Path:
        return self.folder / "dev.tfplan"

    @property
    def record(self) -> Path:
        return self.folder / "dev.json"

    @property
    def stack(self) -> Stack:
        return Stack.find(self.folder / "stacks", "dev")

    def run(self, *, applies: bool, files: bool = True) -> int:
        """Run the command."""
        lock = ["--lock-file", str(self.folder / "terraform.lock.hcl")]
        named = ["--plan", str(self.plan), "--record", str(self.record)] if files else []
        return main([*self.command, *lock, *named, *(self.confirmation if applies else ())])

    def edit(self, **changes: object) -> None:
        """Change the record and authenticate it again."""
        write_record(RecordKey(DEV).sign(self._edited(changes)), self.record)

    def strip(self) -> None:
        """Remove the authentication of the record."""
        write_record(self._edited({}), self.record)

    def _edited(self, changes: dict[str, object]) -> ReviewRecord:
        return read_record(self.record, ReviewRecord).model_copy(update={**changes, "authentication": None})


class FakeTerraform:
    """Plans the changes of the project, and keeps the plans that it applies."""

    def __init__(self, project: Project, stack: Stack) -> None:
        self.project = project
        self.stack = stack

    def prepare(self, *, committed_lock: Path | None) -> None:
        assert committed_lock is not None

    def run(self, *_: str, what: str) -> Finished:
        assert what
        return Finished(0, LOG_GROUP, "")

    def plan(self, file: Path, *_: str) -> dict[str, Any]:
        self.project.planned += 1
        file.write_bytes(f"plan {self.project.planned}".encode())
        return self.show(file)

    def show(self, _: Path) -> dict[str, Any]:
        return {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": self.project.changes}

    def state_version(self) -> tuple[int, str]:
        return self.project.state

    def apply(self, file: Path) -> None:
        self.project.applied.append(file.read_bytes())
        self.project.state = (self.project.state[0] + 1, self.project.state[1])


class FakeHistory:
    """The history of the self.project."""

    location = StateLocation("state", "eu-west-1", "environments/dev/chat/terraform.tfstate", None)

    def __init__(self, project: Project) -> None:
        self.project = project

    def last(self) -> DeploymentRecord | None:
        return self.project.records[-1] if self.project.records else None

    def read(self, name: str) -> DeploymentRecord:
        return {"first": self.project.records[0], "second": self.project.records[1]}[name]

    def stack(self, _: DeploymentRecord, _folder: Path) -> Stack:
        return self.project.stack

    def keep(self, stack: Stack) -> None:
        assert stack.environment == "dev"

    def add(self, deployed: DeploymentRecord) -> str:
        self.project.records.append(deployed)
        return "the history"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    project = Project(tmp_path)
    folder = tmp_path / "stacks" / "chat-dev"
    folder.mkdir(parents=True)
    resources = {"aws_cloudwatch_log_group": {"log": {"name": "log"}}}
    state = {"bucket": "state", "region": "eu-west-1", "key": "environments/dev/chat/terraform.tfstate"}
    document = {"resource": resources, "terraform": {"backend": {"s3": state}}}
    (folder / "cdk.tf.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "terraform.lock.hcl").write_text("lock", encoding="utf-8")

    monkeypatch.setattr(Terraform, "open", lambda stack: FakeTerraform(project, stack))
    monkeypatch.setattr(History, "of", lambda _: FakeHistory(project))
    monkeypatch.setattr(PromotionOrder, "load", lambda: PromotionOrder({**ORDER.steps, "dev": DEV}))
    for module in (destruction, promote):
        monkeypatch.setattr(module, "caller", lambda: "arn")
    replace_kms(monkeypatch)
    stack_sha256 = project.stack.digest()
    project.records = [
        RecordKey(DEV).sign(deployment(stack_sha256=stack_sha256, release_sha256=digit * 64, commit=digit * 40))
        for digit in "34"
    ]
    return project


@pytest.fixture
def destroying(project: Project) -> Project:
    """Return a project whose command is `destroy`."""
    project.command = ["destroy", "--environment", "dev", "--stacks", str(project.folder / "stacks")]
    project.confirmation = ["--confirm", "dev"]
    project.changes = [change(LOG_GROUP, "delete", before={"name": "log"})]
    return project


@pytest.fixture
def rolling_back(project: Project) -> Project:
    """Return a project whose command is `rollback` to the first deployment."""
    settings = ["--settings", str(project.folder / "stacks")]
    project.command = ["rollback", "--environment", "dev", *settings, "--to", "first"]
    project.confirmation = ["--apply"]
    project.changes = [change(LOG_GROUP, "update", before={"name": "log"}, after={"name": "logs"})]
    return project


@pytest.fixture(params=["destroying", "rolling_back"])
def either(request: pytest.FixtureRequest) -> Project:
    """Return a project for each of the two commands."""
    project: Project = request.getfixturevalue(request.param)
    return project


def test_exactly_the_reviewed_plan_is_applied(either: Project) -> None:
    assert either.run(applies=False) == EXIT_OK
    assert (either.applied, len(either.records)) == ([], 2)
    reviewed = read_record(either.record, ReviewRecord)
    RecordKey(DEV).verify(reviewed, "dev.json")

    assert either.run(applies=True) == EXIT_OK

    assert (either.planned, either.applied) == (1, [b"plan 1"])
    assert either.records[-1].review == reviewed
    assert (either.records[-1].serial, either.records[-1].applied_by) == (5, "arn")


def test_without_files_it_is_planned_and_applied_in_one_run(either: Project) -> None:
    assert either.run(applies=True, files=False) == EXIT_OK

    assert either.applied == [b"plan 1"]
    assert len(either.records) == 3
    RecordKey(DEV).verify(either.records[-1], "the last record")


DEVIATIONS: dict[str, Callable[[Project], object]] = {
    "is not the reviewed plan": lambda project: project.plan.write_bytes(b"another plan"),
    "dev.tfplan does not exist": lambda project: project.plan.unlink(),
    "belongs to a plan for staging": lambda project: project.edit(environment="staging"),
    'workspace "default"': lambda project: project.edit(workspace="default"),
    "dev.json is not authenticated": lambda project: project.strip(),
    "The plan is stale": lambda project: setattr(project, "state", (5, "abc")),
    "not the provider lock file": lambda project: (project.folder / "terraform.lock.hcl").write_text("other"),
    "the SHA-256 of its JSON is": lambda project: project.changes.append(change("aws_iam_role.a", "delete", before={})),
}
"""By the text of the refusal: what has changed since the review."""


@pytest.mark.parametrize("says", DEVIATIONS)
def test_each_deviation_is_refused_before_the_apply(
    either: Project, capsys: pytest.CaptureFixture[str], says: str
) -> None:
    assert either.run(applies=False) == EXIT_OK
    DEVIATIONS[says](either)

    assert either.run(applies=True) == REFUSED
    assert says in " ".join(capsys.readouterr().err.split())
    assert (either.applied, len(either.records)) == ([], 2)


def test_a_plan_that_changes_after_its_check_is_not_applied(either: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert either.run(applies=False) == EXIT_OK
    show = FakeTerraform.show

    def swap(self: FakeTerraform, file: Path) -> dict[str, Any]:
        either.plan.write_bytes(b"another plan")
        return show(self, file)

    monkeypatch.setattr(FakeTerraform, "show", swap)

    assert either.run(applies=True) == EXIT_OK
    assert either.applied == [b"plan 1"]


@pytest.mark.parametrize(
    ("edited", "says"),
    [
        ({"destroys": False}, "does not destroy dev"),
        ({"stack_sha256": "0" * 64}, "is not the stack of the plan"),
    ],
)
def test_the_plan_of_another_command_or_stack_is_no_destruction(
    destroying: Project, capsys: pytest.CaptureFixture[str], edited: dict[str, object], says: str
) -> None:
    assert destroying.run(applies=False) == EXIT_OK
    destroying.edit(**edited)

    assert destroying.run(applies=True) == REFUSED
    assert says in " ".join(capsys.readouterr().err.split())
    assert destroying.applied == []


@pytest.mark.parametrize(
    ("edited", "says"),
    [
        ({"destroys": True}, "not that of a rollback from the last deployment"),
        ({"review_only": True}, "not that of a rollback from the last deployment"),
        ({"rollback_of": None}, "not that of a rollback from the last deployment"),
        ({"rollback_of": "5" * 64}, "not that of a rollback from the last deployment"),
        ({"stack_sha256": "0" * 64}, "but --to is a deployment of commit 333333333333"),
        ({"release_sha256": "4" * 64}, "but --to is a deployment of commit 333333333333"),
    ],
)
def test_another_plan_is_no_rollback_to_the_deployment(
    rolling_back: Project, capsys: pytest.CaptureFixture[str], edited: dict[str, object], says: str
) -> None:
    assert rolling_back.run(applies=False) == EXIT_OK
    rolling_back.edit(**edited)

    assert rolling_back.run(applies=True) == REFUSED
    assert says in " ".join(capsys.readouterr().err.split())
    assert rolling_back.applied == []


def test_a_destruction_is_recorded_and_is_no_drift(destroying: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert destroying.run(applies=True, files=False) == EXIT_OK
    recorded = destroying.records[-1]
    assert (recorded.review.destroys, recorded.counts) == (True, {"destroy": 1})
    assert recorded.review.release_sha256 == destroying.records[-2].review.release_sha256
    capsys.readouterr()

    comparing = ["drift", "--environment", "dev", "--settings", str(destroying.folder / "stacks")]
    assert main(comparing) == EXIT_OK
    assert "dev was destroyed at" in capsys.readouterr().out
    assert main([*comparing, "--format", "json"]) == EXIT_OK
    found = json.loads(capsys.readouterr().out)
    assert (found["clean"], found["differences"]) == (True, [])


COMPARING = ["drift", "--environment", "dev", "--settings"]


def forge(project: Project, **changes: object) -> None:
    """Replace the last record with one of a destruction, authenticated unless the changes say otherwise."""
    last = project.records[-1]
    review = last.review.model_copy(update={"destroys": True})
    signed = RecordKey(DEV).sign(last.model_copy(update={"review": review, "authentication": None}))
    project.records[-1] = signed.model_copy(update=changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"authentication": None}, "is not authenticated, but dev accepts only records that were signed with"),
        ({"serial": 77}, "was modified after signing"),
        ({"review": record(environment="staging", destroys=True)}, "belongs to staging, not to dev"),
    ],
)
@pytest.mark.parametrize("is_required", [True, False])
def test_a_forged_destruction_does_not_end_the_comparison(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, object],
    says: str,
    *,
    is_required: bool,
) -> None:
    step = replace(DEV, require_record_key=is_required)
    monkeypatch.setattr(PromotionOrder, "load", lambda: PromotionOrder({**ORDER.steps, "dev": step}))
    forge(project, **changes)

    assert main([*COMPARING, str(project.folder / "stacks")]) == FAILED
    printed = capsys.readouterr()
    assert says in " ".join(printed.err.split())
    assert "python -m ops drift --environment dev --stacks cdktf.out/stacks" in " ".join(printed.err.split())
    assert printed.out == ""


def test_a_forged_destruction_without_a_key_is_refused_if_a_key_is_required(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = replace(DEV, record_key_arn=None)
    monkeypatch.setattr(PromotionOrder, "load", lambda: PromotionOrder({**ORDER.steps, "dev": step}))
    forge(project, authentication=None)

    assert main([*COMPARING, str(project.folder / "stacks")]) == FAILED
    assert "dev requires authenticated records" in " ".join(capsys.readouterr().err.split())


def test_an_environment_without_a_key_is_not_compared_after_its_destruction(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(PromotionOrder, "load", lambda: ORDER)
    forge(project, authentication=None)

    assert main([*COMPARING, str(project.folder / "stacks")]) == EXIT_OK
    assert "dev was destroyed at" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "is_required", "says"),
    [
        ({"authentication": None}, True, "is not authenticated, but dev requires authenticated records"),
        ({"serial": 77}, False, "was modified after signing"),
    ],
)
def test_an_environment_is_not_compared_with_a_forged_deployment(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, object],
    says: str,
    *,
    is_required: bool,
) -> None:
    step = replace(DEV, require_record_key=is_required)
    monkeypatch.setattr(PromotionOrder, "load", lambda: PromotionOrder({**ORDER.steps, "dev": step}))
    project.records[-1] = project.records[-1].model_copy(update=changes)

    assert main([*COMPARING, str(project.folder / "stacks")]) == FAILED
    assert says in " ".join(capsys.readouterr().err.split())


def test_a_copy_of_an_old_record_is_not_the_last_deployment() -> None:
    old = deployment()
    location = FakeHistory.location
    s3 = cast("S3Client", FakeBucket({f"{location.folder}/deployments/{name}.json": old for name in ("2025", "9999")}))

    with pytest.raises(OperationError, match=rf"deployments/9999\.json has the content of {old.name}"):
        History(location, s3).last()


def test_the_newest_record_is_the_last_deployment() -> None:
    old, new = deployment(), deployment().model_copy(update={"applied_at": datetime(2026, 11, 23, tzinfo=UTC)})
    location = FakeHistory.location
    s3 = cast("S3Client", FakeBucket({f"{location.folder}/deployments/{each.name}.json": each for each in (new, old)}))

    assert History(location, s3).last() == new


@dataclass
class FakeBucket:
    """S3 with records."""

    records: dict[str, DeploymentRecord]

    def get_paginator(self, operation: str) -> FakeBucket:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{"Contents": [{"Key": key} for key in self.records]}]

    def get_object(self, Key: str, **_: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        return {"Body": io.BytesIO(self.records[Key].model_dump_json().encode())}


def test_a_destruction_is_not_a_deployment_to_return_to(
    rolling_back: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    review = rolling_back.records[0].review.model_copy(update={"destroys": True})
    rolling_back.records[0] = rolling_back.records[0].model_copy(update={"review": review})

    assert rolling_back.run(applies=True) == REFUSED
    assert "first is the destruction of dev, not a deployment" in capsys.readouterr().err


def test_a_destruction_without_history_has_no_record(destroying: Project, capsys: pytest.CaptureFixture[str]) -> None:
    destroying.records.clear()

    assert destroying.run(applies=False) == REFUSED
    assert "No deployment to dev is recorded" in capsys.readouterr().err
    assert destroying.run(applies=True, files=False) == EXIT_OK
    assert (destroying.applied, destroying.records) == ([b"plan 1"], [])


def test_a_refused_rollback_is_not_applied(rolling_back: Project) -> None:
    rolling_back.changes = [change("aws_dynamodb_table.rooms", "delete", before={"name": "rooms"})]

    assert rolling_back.run(applies=False) == REFUSED
    assert rolling_back.run(applies=True) == REFUSED
    assert rolling_back.run(applies=True, files=False) == REFUSED
    assert rolling_back.applied == []
