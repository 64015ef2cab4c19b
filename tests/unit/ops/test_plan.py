"""Tests that the files of a plan belong together: an interrupted plan leaves no file of an earlier plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from common.commands import OperationError
from common.exit_codes import EXIT_OK, FAILED, REFUSED
from ops import commit
from ops.__main__ import main
from ops.artifacts import file_digest
from ops.order import PromotionOrder
from ops.record_key import RecordKey
from ops.records import ReviewRecord, read_record
from ops.terraform import Terraform
from tests.unit.ops.fake_kms import KEY, FakeKms, error, replace_kms
from tests.unit.ops.test_promotion_checks import ORDER

if TYPE_CHECKING:
    from pathlib import Path

BACKEND = {"s3": {"bucket": "state", "region": "eu-west-1", "key": "chat"}}
DOCUMENT: dict[str, Any] = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": []}


@dataclass
class Planning:
    """A checkout in which plans can be made.

    Attributes:
        folder: the folder of the stacks and of the plan's files.
        failure: what Terraform raises after it has written the plan; None if it succeeds.
        document: the plan as JSON.
    """

    folder: Path
    failure: BaseException | None = None
    document: dict[str, Any] = field(default_factory=lambda: DOCUMENT)

    @property
    def files(self) -> dict[str, Path]:
        """The files of the plan, by option."""
        return {"--out": self.folder / "p", "--record": self.folder / "r.json", "--json": self.folder / "p.json"}

    @property
    def stack(self) -> Path:
        return self.folder / "stacks" / "chat-dev"

    def plan(self, *more: str) -> int:
        """Run the command."""
        files = [word for option, file in self.files.items() for word in (option, str(file))]
        lock = ("--lock-file", str(self.folder / "terraform.lock.hcl"))
        arguments = ["plan", "--environment", "dev", *files, "--stacks", str(self.folder / "stacks"), *lock]
        return main([*arguments, *more])


@pytest.fixture
def planning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planning:
    planning = Planning(tmp_path)
    for environment in ORDER.environments:
        stack = tmp_path / "stacks" / f"chat-{environment}"
        stack.mkdir(parents=True)
        (stack / "cdk.tf.json").write_text(
            json.dumps({"terraform": {"backend": BACKEND}, "provider": {"aws": [{"region": "eu-west-1"}]}})
        )

    class FakeTerraform:
        """Writes a plan, or fails."""

        def prepare(self, *, committed_lock: Path | None) -> None:
            assert committed_lock is None

        def plan(self, file: Path) -> dict[str, Any]:
            file.write_bytes(b"plan")
            if planning.failure is not None:
                raise planning.failure
            return planning.document

        def state_version(self) -> tuple[int, str]:
            return 4, "abc"

    monkeypatch.setattr(Terraform, "open", lambda _: FakeTerraform())
    monkeypatch.setattr(PromotionOrder, "load", lambda: ORDER)
    monkeypatch.setattr("ops.make_plan.current_commit", lambda _: commit.Commit("c" * 40, dirty=False))
    return planning


def test_the_record_has_the_digests_of_the_plan_and_of_its_json(planning: Planning) -> None:
    assert planning.plan() == EXIT_OK

    record = read_record(planning.files["--record"], ReviewRecord)
    assert record.plan_sha256 == file_digest(planning.files["--out"])
    assert record.json_sha256 == file_digest(planning.files["--json"])
    assert json.loads(planning.files["--json"].read_bytes()) == DOCUMENT


def test_the_quotas_are_printed_until_something_is_deployed(
    planning: Planning, capsys: pytest.CaptureFixture[str]
) -> None:
    assert planning.plan() == EXIT_OK
    assert "Quotas of a new account" in capsys.readouterr().err

    table = {"address": "aws_dynamodb_table.rooms", "mode": "managed", "values": {}}
    planning.document = {**DOCUMENT, "prior_state": {"values": {"root_module": {"resources": [table]}}}}
    assert planning.plan() == EXIT_OK
    assert "Quotas" not in capsys.readouterr().err


@pytest.mark.parametrize("failure", [OperationError("Terraform failed"), KeyboardInterrupt()], ids=["failed", "killed"])
def test_a_failed_plan_leaves_no_json_and_no_record(planning: Planning, failure: BaseException) -> None:
    for file in planning.files.values():
        file.write_text("of an earlier plan")
    planning.failure = failure

    assert planning.plan() != EXIT_OK

    assert not planning.files["--json"].exists()
    assert not planning.files["--record"].exists()


def test_an_environment_without_a_stack_leaves_no_files(planning: Planning) -> None:
    for file in planning.files.values():
        file.write_text("of an earlier plan")
    (planning.stack / "cdk.tf.json").unlink()

    assert planning.plan() == FAILED

    assert not [file for file in planning.files.values() if file.exists()]


def test_files_are_kept_if_one_of_them_cannot_be_written(planning: Planning) -> None:
    planning.files["--out"].write_text("of an earlier plan")
    planning.files["--json"].mkdir()

    assert planning.plan() == FAILED

    assert planning.files["--out"].read_text() == "of an earlier plan"


def test_a_file_behind_a_link_is_emptied(planning: Planning) -> None:
    target = planning.folder / "elsewhere.json"
    target.write_text("of an earlier plan")
    planning.files["--json"].symlink_to(target)
    planning.failure = OperationError("Terraform failed")

    assert planning.plan() == FAILED

    assert target.read_bytes() == b""


def test_imports_of_a_recovery_contain_nothing_else(planning: Planning, capsys: pytest.CaptureFixture[str]) -> None:
    file = planning.stack / "adopted.tf.json"
    file.write_text('{"import": [{"to": "aws_sqs_queue.q", "id": "q"}]}')
    assert planning.plan() == EXIT_OK
    file.write_text('{"import": [], "resource": {"aws_sqs_queue": {"q": {}}}}')

    assert planning.plan() == FAILED

    told = capsys.readouterr().err
    assert f"{file} cannot be used: it has resource besides imports" in told
    assert "python -m ops recover --environment dev" in told


# --- authenticated records -----------------------------------------------------------------------


@pytest.fixture
def kms(planning: Planning, monkeypatch: pytest.MonkeyPatch) -> FakeKms:
    """Authenticate the records of dev, and replace KMS."""
    assert planning
    keyed = PromotionOrder({name: replace(step, record_key_arn=KEY) for name, step in ORDER.steps.items()})
    monkeypatch.setattr(PromotionOrder, "load", lambda: keyed)
    return replace_kms(monkeypatch)


@pytest.mark.usefixtures("kms")
def test_the_record_is_authenticated(planning: Planning) -> None:
    assert planning.plan() == EXIT_OK

    record = read_record(planning.files["--record"], ReviewRecord)
    RecordKey(replace(ORDER.steps["dev"], record_key_arn=KEY)).verify(record, "the record")
    assert not record.review_only


def test_a_role_without_the_permission_plans_for_a_review_only(
    planning: Planning, kms: FakeKms, capsys: pytest.CaptureFixture[str]
) -> None:
    kms.refusal = error("AccessDeniedException")

    assert planning.plan() == FAILED
    told = capsys.readouterr().err
    assert KEY in told
    assert "--review-only" in told
    assert not planning.files["--out"].exists()  # refused before the plan
    assert planning.plan("--review-only") == EXIT_OK

    record = read_record(planning.files["--record"], ReviewRecord)
    assert record.review_only
    assert record.authentication is None


def test_an_environment_that_requires_a_key_is_not_planned_without_one(
    planning: Planning, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    required = {name: replace(step, require_record_key=True) for name, step in ORDER.steps.items()}
    monkeypatch.setattr(PromotionOrder, "load", lambda: PromotionOrder(required))

    assert planning.plan() == REFUSED
    assert "dev requires authenticated records (promotion.require_record_key in dev.toml)" in capsys.readouterr().err
    assert not planning.files["--out"].exists()
