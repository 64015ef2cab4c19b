"""Tests that the promote command makes all checks before any change: each single deviation is refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from common.exit_codes import EXIT_OK, FAILED, REFUSED
from ops import promote
from ops.__main__ import main
from ops.artifacts import content_digest, file_digest, release_digest
from ops.history import History
from ops.order import PromotionOrder
from ops.plans import Plan
from ops.record_key import RecordKey
from ops.records import DeploymentRecord, ReviewRecord, read_record, write_record
from ops.terraform import Terraform
from terraform.stack import Stack, StateLocation
from tests.unit.ops.fake_kms import KEY, FakeKms, error, replace_kms
from tests.unit.ops.plans import change
from tests.unit.ops.test_promotion_checks import ORDER, deployment, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOG_GROUP = change("aws_cloudwatch_log_group.log", "create", after={"name": "log"})
TABLE = change("aws_dynamodb_table.messages", "delete", before={"name": "messages"})


@dataclass
class Project:
    """The inputs of a promotion to staging, all as reviewed, and its results."""

    folder: Path
    state: tuple[int, str] = (4, "abc")
    changes: list[dict[str, Any]] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    last: DeploymentRecord | None = None
    done: list[str] = field(default_factory=list)

    @property
    def plan(self) -> Path:
        return self.folder / "staging.tfplan"

    @property
    def lock(self) -> Path:
        return self.folder / "terraform.lock.hcl"

    @property
    def document(self) -> dict[str, Any]:
        """The content of the plan."""
        return {"format_version": "1.2", "resource_changes": self.changes}

    def stack(self, environment: str) -> Path:
        return self.folder / "stacks" / f"chat-{environment}" / "cdk.tf.json"

    def review(self, **changes: object) -> None:
        """Write the record of the current files."""
        stacks = self.folder / "stacks"
        digests = {
            "plan_sha256": file_digest(self.plan),
            "json_sha256": content_digest(Plan(self.document).json),
            "stack_sha256": Stack.find(stacks, "staging").digest(),
            "release_sha256": release_digest(stacks, ORDER.environments),
            "lock_sha256": file_digest(self.lock),
        }
        reviewed = record(**digests | changes)
        write_record(reviewed, self.folder / "record.json")
        self.last = deployment(release_sha256=reviewed.release_sha256)

    def plan_changes(self, *changes: dict[str, Any]) -> None:
        """Plan other changes, and write the record of that plan."""
        self.changes = [*changes]
        self.review()

    def promote(self) -> int:
        """Run the command."""
        options = {
            "--from": "dev",
            "--to": "staging",
            "--plan": str(self.plan),
            "--record": str(self.folder / "record.json"),
            "--stacks": str(self.folder / "stacks"),
            "--lock-file": str(self.lock),
            **self.options,
        }
        return main(["promote", *(word for option in options.items() if option[1] for word in option)])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    project = Project(tmp_path)
    for environment in ORDER.environments:
        project.stack(environment).parent.mkdir(parents=True)
        project.stack(environment).write_text('{"resource": {}}')
    project.plan.write_bytes(b"plan")
    project.lock.write_text("lock")
    project.review()

    class FakeTerraform:
        """Records the call and does nothing."""

        def prepare(self, *, committed_lock: Path | None) -> None:
            project.done.append(f"prepare {committed_lock and committed_lock.name}")

        def state_version(self) -> tuple[int, str]:
            return project.state

        def show(self, _: Path) -> dict[str, Any]:
            return project.document

        def apply(self, plan: Path) -> None:
            project.done.append(f"apply {plan.name}")
            project.state = (project.state[0] + 1, project.state[1])

    class FakeHistory:
        """Returns the last deployment of the previous environment."""

        location = StateLocation("state", "eu-west-1", "environments/dev/chat/terraform.tfstate", None)

        def last(self) -> DeploymentRecord | None:
            return project.last

        def keep(self, stack: Stack) -> None:
            project.done.append(f"keep {stack.environment}")

        def add(self, deployed: DeploymentRecord) -> str:
            project.done.append(f"add {deployed.serial}")
            return "the history"

    monkeypatch.setattr(Terraform, "open", lambda _: FakeTerraform())
    monkeypatch.setattr(History, "of", lambda _: FakeHistory())
    monkeypatch.setattr(promote, "caller", lambda: "arn")
    monkeypatch.setattr(PromotionOrder, "load", lambda: ORDER)
    return project


def test_a_reviewed_plan_is_applied_and_recorded(project: Project) -> None:
    project.options["--deployment"] = str(project.folder / "deployment.json")
    assert project.promote() == EXIT_OK
    assert project.done == ["prepare terraform.lock.hcl", "keep staging", "apply staging.tfplan", "add 5"]
    deployed = read_record(project.folder / "deployment.json", DeploymentRecord)
    assert deployed.review == read_record(project.folder / "record.json", ReviewRecord)
    assert (deployed.serial, deployed.applied_by) == (5, "arn")


def test_all_approved_changes_of_a_resource_are_recorded(project: Project) -> None:
    recovery = {"enabled": True, "recovery_period_in_days": 35}
    before = {"name": "m", "deletion_protection_enabled": True, "point_in_time_recovery": [recovery]}
    after = {"name": "m", "deletion_protection_enabled": False, "point_in_time_recovery": [{"enabled": False}]}
    project.plan_changes(change("aws_dynamodb_table.messages", "update", before=before, after=after))
    last_day = datetime.now(UTC).date() + timedelta(days=9)
    reasons = {
        "deletion_protection": "The environment is a rehearsal and is destroyed tomorrow",
        "point_in_time_recovery": "No message of this table is needed after the rehearsal",
    }
    approvals = project.folder / "approvals.toml"
    approvals.write_text(
        "".join(
            f'[[approval]]\naddress = "aws_dynamodb_table.messages"\nchanges = ["{kind}"]\nreason = "{reason}"\n'
            f'expires = {last_day}\nenvironments = ["staging"]\n'
            for kind, reason in reasons.items()
        ),
        encoding="utf-8",
    )
    project.options |= {"--approvals": str(approvals), "--deployment": str(project.folder / "deployment.json")}

    assert project.promote() == EXIT_OK
    deployed = read_record(project.folder / "deployment.json", DeploymentRecord)
    assert deployed.approved_changes == {"aws_dynamodb_table.messages": reasons}
    assert deployed.approvals == {"aws_dynamodb_table.messages": "; ".join(reasons.values())}


def test_a_failed_promotion_leaves_no_earlier_deployment_record(project: Project) -> None:
    file = project.folder / "deployment.json"
    file.write_text("of an earlier deployment")
    project.options["--deployment"] = str(file)
    project.plan.write_bytes(b"another plan")

    assert project.promote() == REFUSED
    assert not file.exists()


def test_an_input_is_not_overwritten(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    source_record(project)
    project.options["--deployment"] = project.options["--source-record"]

    assert project.promote() == FAILED
    assert "source.json is named twice" in capsys.readouterr().err
    assert read_record(project.folder / "source.json", DeploymentRecord)


def source_record(project: Project, **changes: object) -> None:
    given = deployment(release_sha256=release_digest(project.folder / "stacks", ORDER.environments))
    file = project.folder / "source.json"
    write_record(given.model_copy(update={"review": given.review.model_copy(update=changes)}), file)
    project.options["--source-record"] = str(file)
    project.last = None


def test_the_previous_release_may_be_read_from_a_file(project: Project) -> None:
    source_record(project)
    assert project.promote() == EXIT_OK


DEVIATIONS: dict[str, Callable[[Project], object]] = {
    "plan for staging": lambda project: project.options.update({"--to": "prod", "--from": "staging"}),
    'workspace "default"': lambda project: project.review(workspace="default"),
    "the order is": lambda project: project.options.update({"--from": ""}),
    "not the reviewed plan": lambda project: project.plan.write_bytes(b"another plan"),
    "does not exist": lambda project: project.plan.unlink(),
    "not the stack of the plan": lambda project: project.stack("staging").write_text("{}"),
    "chat-staging is not the stack": lambda project: (
        project.stack("staging").with_name("more.tf").write_text("# resources in HCL")
    ),
    "not the reviewed release": lambda project: project.stack("prod").write_text("{}"),
    "not the provider lock file": lambda project: project.lock.write_text("another lock"),
    "the record has none": lambda project: project.review(lock_sha256=None),
    "The plan is stale": lambda project: setattr(project, "state", (5, "abc")),
    "not the state of the plan": lambda project: setattr(project, "state", (4, "xyz")),
    "dev has no release yet": lambda project: setattr(project, "last", None),
    "cannot be promoted yet": lambda project: setattr(project, "last", deployment(release_sha256="9" * 64)),
    "deployment record of prod": lambda project: source_record(project, environment="prod"),
    "for a review only": lambda project: project.review(review_only=True),
    "changes need an approval": lambda project: project.plan_changes(TABLE),
    "the SHA-256 of its JSON is": lambda project: project.changes.append(LOG_GROUP),
    "an earlier version of these commands": lambda project: project.review(json_sha256=None),
}
"""By the text of the refusal: the single deviation from the review."""


@pytest.mark.parametrize("says", DEVIATIONS)
def test_each_deviation_is_refused_before_the_apply(
    project: Project, capsys: pytest.CaptureFixture[str], says: str
) -> None:
    DEVIATIONS[says](project)
    assert project.promote() == REFUSED
    assert says in " ".join(capsys.readouterr().err.split())
    assert [done for done in project.done if not done.startswith("prepare")] == []


def test_an_older_commit_is_refused_before_the_apply(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ops.promotion_checks.is_older", lambda *_: True)

    assert project.promote() == REFUSED

    assert "which is newer than commit" in capsys.readouterr().err
    assert project.done == []


def test_promote_refuses_a_missing_lock_if_it_is_required(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.lock.unlink()
    reviewed = read_record(project.folder / "record.json", ReviewRecord)
    of_prod = reviewed.model_copy(update={"environment": "prod", "workspace": "prod", "lock_sha256": None})
    digests = {"stack_sha256": Stack.find(project.folder / "stacks", "prod").digest()}
    write_record(of_prod.model_copy(update=digests), project.folder / "record.json")
    project.options.update({"--to": "prod", "--from": "staging"})
    last = deployment(release_sha256=reviewed.release_sha256)
    project.last = last.model_copy(update={"review": last.review.model_copy(update={"environment": "staging"})})
    assert project.promote() == REFUSED
    assert "is missing" in capsys.readouterr().err
    assert project.done == []


def test_a_plan_that_changes_after_the_first_check_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def swap(_: Path | None) -> tuple[()]:
        project.plan.write_bytes(b"another plan")
        return ()

    monkeypatch.setattr("ops.review.approvals.read_approvals", swap)
    assert project.promote() == REFUSED
    assert "not the reviewed plan" in capsys.readouterr().err
    assert project.done == []


def test_a_plan_that_changes_during_the_promotion_is_not_applied(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = []

    def swap(_terraform: object, plan: Path, _reviewed: Plan) -> None:
        project.plan.write_bytes(b"another plan")
        applied.append(plan.read_bytes())

    monkeypatch.setattr(promote, "apply_reviewed", swap)
    assert project.promote() == EXIT_OK
    assert applied == [b"plan"]


def test_a_stack_that_changes_after_the_first_check_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def swap(_: Path | None) -> tuple[()]:
        project.stack("staging").write_text('{"resource": {"aws_sqs_queue": {}}}')
        return ()

    monkeypatch.setattr("ops.review.approvals.read_approvals", swap)
    assert project.promote() == REFUSED
    assert "not the stack of the plan" in capsys.readouterr().err
    assert [done for done in project.done if not done.startswith("prepare")] == []


# --- authenticated records -----------------------------------------------------------------------


@pytest.fixture
def kms(project: Project, monkeypatch: pytest.MonkeyPatch) -> FakeKms:
    """Authenticate the records of every environment, and replace KMS."""
    keyed = PromotionOrder({name: replace(step, record_key_arn=KEY) for name, step in ORDER.steps.items()})
    monkeypatch.setattr(PromotionOrder, "load", lambda: keyed)
    fake = replace_kms(monkeypatch)
    sign_all(project)
    return fake


def sign_all(project: Project) -> None:
    """Authenticate the record of the plan and that of the previous environment."""
    key = RecordKey(replace(ORDER.steps["staging"], record_key_arn=KEY))
    file = project.folder / "record.json"
    write_record(key.sign(read_record(file, ReviewRecord)), file)
    assert project.last is not None
    project.last = key.sign(project.last)


def test_authenticated_records_are_accepted_and_made(project: Project, kms: FakeKms) -> None:
    project.options["--deployment"] = str(project.folder / "deployment.json")

    assert project.promote() == EXIT_OK

    deployed = read_record(project.folder / "deployment.json", DeploymentRecord)
    assert deployed.authentication is not None
    RecordKey(replace(ORDER.steps["staging"], record_key_arn=KEY)).verify(deployed, "deployment.json")
    assert kms.calls[-4:] == [("verify", False), ("generate", True), ("generate", False), ("verify", False)]


def edit(project: Project, **changes: object) -> None:
    """Change the record of the plan without its authentication code."""
    file = project.folder / "record.json"
    write_record(read_record(file, ReviewRecord).model_copy(update=changes), file)


def change_source(project: Project, **changes: object) -> None:
    """Change the deployment record of the previous environment without its authentication code."""
    assert project.last is not None
    project.last = project.last.model_copy(update=changes)


def give_source(project: Project, **changes: object) -> None:
    """Name a file with the changed deployment record of the previous environment."""
    change_source(project, **changes)
    assert project.last is not None
    file = project.folder / "source.json"
    write_record(project.last, file)
    project.options["--source-record"] = str(file)
    project.last = None


FORGERIES: dict[str, Callable[[Project], object]] = {
    "record.json was modified after signing": lambda project: edit(project, commit="d" * 40),
    "record.json is not authenticated": lambda project: project.review(),
    "last record next to s3://state/environments/dev/chat/terraform.tfstate was modified": lambda project: (
        change_source(project, applied_by="arn:aws:iam::222222222222:user/another")
    ),
    "last record next to s3://state/environments/dev/chat/terraform.tfstate is not auth": lambda project: change_source(
        project, authentication=None
    ),
    "source.json was modified after signing": lambda project: give_source(project, serial=7),
    "source.json is not authenticated": lambda project: give_source(project, authentication=None),
}
"""By the text of the refusal: the record that was not signed with the key, or was modified."""


@pytest.mark.usefixtures("kms")
@pytest.mark.parametrize("says", FORGERIES)
def test_records_that_were_not_signed_with_the_key_are_refused(
    project: Project, capsys: pytest.CaptureFixture[str], says: str
) -> None:
    FORGERIES[says](project)

    assert project.promote() == REFUSED
    assert says in " ".join(capsys.readouterr().err.split())
    assert project.done == []


@pytest.mark.usefixtures("kms")
@pytest.mark.parametrize("is_file", [False, True], ids=["stored", "file"])
def test_a_required_key_applies_to_the_record_of_the_previous_environment(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, is_file: bool
) -> None:
    staging = replace(ORDER.steps["staging"], record_key_arn=KEY, require_record_key=True)
    monkeypatch.setattr(PromotionOrder, "load", lambda: PromotionOrder({**ORDER.steps, "staging": staging}))
    (give_source if is_file else change_source)(project, authentication=None)

    assert project.promote() == REFUSED

    told = " ".join(capsys.readouterr().err.split())
    assert "is not authenticated, because dev has no promotion.record_key_arn, but staging requires" in told
    assert "(promotion.require_record_key in staging.toml). Set promotion.record_key_arn in dev.toml" in told
    assert project.done == []


def test_nothing_is_applied_if_the_deployment_could_not_be_recorded(
    project: Project, kms: FakeKms, capsys: pytest.CaptureFixture[str]
) -> None:
    kms.generate_mac = lambda **_: (_ for _ in ()).throw(error("AccessDeniedException"))  # type: ignore[method-assign] # a role that verifies only

    assert project.promote() == FAILED
    assert KEY in capsys.readouterr().err
    assert [done for done in project.done if not done.startswith("prepare")] == []


def test_a_deployment_whose_authentication_fails_is_recorded(
    project: Project, monkeypatch: pytest.MonkeyPatch, kms: FakeKms, capsys: pytest.CaptureFixture[str]
) -> None:
    def disable(*_: object) -> None:
        kms.refusal = error("DisabledException")

    monkeypatch.setattr(promote, "apply_reviewed", disable)

    assert project.promote() == FAILED
    assert "DisabledException" in capsys.readouterr().err
    assert project.done[-1] == "add 4"
