"""The real Terraform with the real AWS provider: every environment is validated; the local one is planned and applied.

A separate backend is deployed as by `make up`. Further plans and applies use a second folder with the same
configuration and state, like another operator's. The tests run in order: the last one destroys.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from common.deploy_mode import DeployMode
from local.embedded.environment import client_environment
from ops.__main__ import main
from stacks.synthesis import synthesize
from tests.helpers import inventory
from tests.helpers.accounts import UserPool
from tests.helpers.backend import ROOT, LocalBackend
from tests.helpers.chat import ChatUser
from tests.helpers.environments import frozen_settings
from tests.helpers.operator import ACCOUNT
from tests.helpers.shared_provider import shared_provider
from tests.helpers.system_messages import UNTOLD
from tests.helpers.terraform import COMMAND_SECONDS, TerraformError, TerraformStack, discover_or_skip
from tests.helpers.waiting import wait_until
from tests.provider_calls import record
from tests.provider_calls.authorization import bind
from tests.provider_calls.provider_log import read_calls
from tests.unit.stacks.all_features import production_with_all_features

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from tests.helpers.terraform import Engine
    from tests.provider_calls.authorization import Bound

pytestmark = pytest.mark.terraform

BUCKET = "chat-terraform-state-local"
STATE_KEY = "environments/local/chat/terraform.tfstate"
LOCK_KEY = f"{STATE_KEY}.tflock"
TOLERATED: dict[tuple[str, str], str] = {}
"""(address, attribute) -> reason: values that MiniStack loses, so that a second plan differs. Currently none."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Return Terraform and the location of its provider; skip the tests if one of them is missing."""
    return discover_or_skip()


@pytest.fixture(scope="module")
def applied(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    """Start a backend to which Terraform has applied the stack."""
    assert engine
    backend = LocalBackend(tmp_path_factory.mktemp("applied"), deploy=DeployMode.TERRAFORM, settings=UNTOLD)
    backend.up()
    yield backend
    backend.down()


@pytest.fixture(scope="module")
def provider_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file with the log of the colleague's provider."""
    return tmp_path_factory.mktemp("log") / "provider.log"


@pytest.fixture(scope="module")
def colleague(
    applied: LocalBackend, engine: Engine, provider_log: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TerraformStack]:
    """Return another working folder with the same state."""
    folder = Path(shutil.copytree(applied.directory / "stack", tmp_path_factory.mktemp("colleague") / "stack"))
    variables = environment(applied)
    with shared_provider(folder, variables, log=provider_log) as connection:
        stack = TerraformStack(folder, engine, variables | connection)
        stack.init()
        stack.select_workspace("local")
        yield stack


def environment(backend: LocalBackend | None) -> dict[str, str]:
    """Return Terraform's environment variables, with the local AWS if there is one."""
    own = client_environment() if backend is None else backend.environment()
    variables = own | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    if backend is not None:
        for service in ("", "_S3", "_STS", "_IAM"):
            variables[f"AWS_ENDPOINT_URL{service}"] = backend.outputs.endpoint
    return variables


def shape(call: Bound) -> tuple[str, ...]:
    """Return a call with the kinds of its resources, without their names."""
    places = [arn.split(":", 5)[5] for arn in call.arns if call.service != "s3"]
    return (call.name, *sorted({re.split(r"[:/]", place)[0] for place in places if re.search(r"^[\w-]+[:/]", place)}))


def state_bucket(backend: LocalBackend) -> S3Client:
    """Return a client of the S3 that contains the state."""
    client: S3Client = backend.client("s3")
    return client


def is_locked(s3: S3Client) -> bool:
    """Return whether the state has a lock file."""
    return s3.list_objects_v2(Bucket=BUCKET, Prefix=LOCK_KEY)["KeyCount"] > 0


def configuration(stack: TerraformStack) -> dict[str, Any]:
    """Return the synthesized JSON in the stack's folder."""
    document: dict[str, Any] = json.loads((stack.folder / "cdk.tf.json").read_text(encoding="utf-8"))
    return document


def test_production_with_all_features_is_valid(
    engine: Engine, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _, synthesized = production_with_all_features(tmp_path_factory)
    stack = TerraformStack(Path(shutil.copytree(synthesized, tmp_path / "stack")), engine, environment(None))

    stack.init(backend=False)

    assert stack.validate() == []


def test_terraform_applies_every_resource_of_the_configuration(
    applied: LocalBackend, colleague: TerraformStack
) -> None:
    resources = configuration(colleague)["resource"]
    expected = sorted(f"{kind}.{name}" for kind, named in resources.items() for name in named)

    assert colleague.addresses() == expected
    outputs = colleague.outputs()
    assert {name: applied.outputs.values[name] for name in outputs} == outputs


def test_state_is_encrypted_under_the_name_of_its_workspace(applied: LocalBackend) -> None:
    head = state_bucket(applied).head_object(Bucket=BUCKET, Key=STATE_KEY)

    assert head["ServerSideEncryption"] == "AES256"


async def test_backend_applied_by_terraform_works(applied: LocalBackend) -> None:
    pool = UserPool(applied)
    account = await pool.sign_up("Grace")
    grace = ChatUser.of(account, await pool.sign_in(account), applied.outputs)
    room = await grace.create_room()

    async with grace.listening(room) as subscription:
        sent = await grace.send(room, "Hello, Terraform")

        assert (await subscription.next()).data == {"onMessageCreated": sent}


def test_second_plan_is_empty(colleague: TerraformStack) -> None:
    plan = colleague.plan()

    differences = {(change.address, name) for change in plan.changes for name in change.attributes}
    assert differences <= TOLERATED.keys(), [(change.address, change.actions) for change in plan.changes]
    assert plan.output_changes == {}


def test_a_table_that_loses_its_expiry_is_planned_as_a_change(colleague: TerraformStack, tmp_path: Path) -> None:
    """The provider ignores a missing block: cloudposse/terraform-aws-dynamodb#111."""
    stack = replace(colleague, folder=Path(shutil.copytree(colleague.folder, tmp_path / "stack")))
    document = configuration(stack)
    document["resource"]["aws_dynamodb_table"]["users"]["ttl"] = document["resource"]["aws_dynamodb_table"]["rooms"][
        "ttl"
    ]
    (stack.folder / "cdk.tf.json").write_text(json.dumps(document), encoding="utf-8")

    plan = stack.plan("-refresh=false", "-target=aws_dynamodb_table.users", "-target=aws_dynamodb_table.rooms")

    assert [(change.address, change.attributes) for change in plan.changes] == [("aws_dynamodb_table.users", {"ttl"})]


def test_both_ways_to_deploy_create_the_same_resources(applied: LocalBackend, backend: LocalBackend) -> None:
    by_terraform, directly = inventory.take(applied), inventory.take(backend)

    assert list(inventory.differences(by_terraform, directly)) == []
    assert len(by_terraform) > 50


def test_change_outside_of_terraform_is_found_and_repaired(applied: LocalBackend, colleague: TerraformStack) -> None:
    logs = applied.client("logs")
    group = "/aws/lambda/chat-post-confirmation-local"
    logs.put_retention_policy(logGroupName=group, retentionInDays=30)

    plan = colleague.plan()
    colleague.apply(plan)

    assert [(change.address, change.actions, change.attributes) for change in plan.changes] == [
        ("aws_cloudwatch_log_group.post_confirmation", ("update",), {"retention_in_days"})
    ]
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"] == 1


def test_the_workspace_of_another_environment_is_refused(
    applied: LocalBackend, colleague: TerraformStack, tmp_path: Path
) -> None:
    stack = replace(colleague, folder=Path(shutil.copytree(colleague.folder, tmp_path / "stack")))
    stack.select_workspace("staging")
    before = inventory.take(applied)

    with pytest.raises(TerraformError) as refused:
        stack.plan()

    assert "staging" in refused.value.output
    assert "local" in refused.value.output
    assert inventory.take(applied) == before


def test_second_of_two_concurrent_applies_reports_the_lock_holder(
    applied: LocalBackend, colleague: TerraformStack, tmp_path: Path
) -> None:
    other = replace(colleague, folder=Path(shutil.copytree(colleague.folder, tmp_path / "stack")))
    s3 = state_bucket(applied)
    apply = ("apply", "-input=false", "-no-color", "-auto-approve", "-replace=aws_cognito_user_group.Moderators")

    first = colleague.start(*apply, "-parallelism=1")  # slow, so that the second one starts meanwhile
    wait_until(lambda: is_locked(s3))
    holder = json.loads(s3.get_object(Bucket=BUCKET, Key=LOCK_KEY)["Body"].read())
    second = other.start(*apply).communicate_within(COMMAND_SECONDS)
    first_done = first.communicate_within(COMMAND_SECONDS)

    assert second.returncode == 1
    assert "Error acquiring the state lock" in second.output
    assert holder["Who"] in second.output
    assert holder["ID"] in second.output
    assert first_done.returncode == 0, first_done.output
    assert "1 added, 0 changed, 1 destroyed" in first_done.output
    assert not is_locked(s3)


async def test_restored_tables_are_imported_with_their_content(
    applied: LocalBackend, colleague: TerraformStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs all commands of docs/operations.md, "Back to a point in time"."""
    pool = UserPool(applied)
    account = await pool.sign_up("Heidi")
    heidi = ChatUser.of(account, await pool.sign_in(account), applied.outputs)
    room = await heidi.create_room()
    before = await heidi.send(room, "Before it happened")
    folder = tmp_path / "chat-local"
    folder.symlink_to(colleague.folder)
    for name, value in colleague.environment.items():
        monkeypatch.setenv(name, value)
    dynamodb = applied.dynamodb()
    in_use = dynamodb.list_tables()["TableNames"]
    for name in in_use:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    arguments = ["--environment", "local", "--stacks", str(tmp_path), "--generation", "again", "--latest"]
    assert main(["restore", "run", *arguments]) == 0
    after = await heidi.send(room, "After it happened")

    given = {"CHAT_ENVIRONMENTS": "local", "CHAT_STORAGE__GENERATION": "again", **UNTOLD}
    stack, *_ = synthesize(frozen_settings(**given), ROOT, output=tmp_path / "out")
    shutil.copytree(stack, colleague.folder, dirs_exist_ok=True)
    tables = [f"aws_dynamodb_table.{name}" for name in configuration(colleague)["resource"]["aws_dynamodb_table"]]
    colleague.run("state", "rm", *tables)
    plan = colleague.plan("-refresh=false")  # imported tables are read anyway, and the rest has just been applied
    taken = [entry["address"] for entry in plan.document["resource_changes"] if "importing" in entry["change"]]
    assert sorted(taken) == sorted(tables)
    assert {change.actions for change in plan.changes if change.address in tables} <= {("update",)}
    colleague.apply(plan)

    seen = [message["content"] for message in await heidi.history(room)]
    assert (before["content"] in seen, after["content"] in seen) == (True, False)
    assert (await heidi.send(room, "It goes on"))["seq"] == before["seq"] + 1
    assert colleague.plan("-refresh=false").changes == []
    assert {after["seq"], before["seq"]} <= {int(row["seq"]["N"]) for row in _scanned(applied, "chat-messages-local")}
    for name in in_use:
        dynamodb.delete_table(TableName=name)


def _scanned(backend: LocalBackend, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table that is no longer in use."""
    return list(backend.dynamodb().scan(TableName=table)["Items"])


def test_destroy_removes_all_resources_of_the_stack(applied: LocalBackend, colleague: TerraformStack) -> None:
    colleague.destroy()

    assert inventory.take(applied) == {}
    assert colleague.addresses() == []


def test_every_call_of_the_provider_is_in_the_record(provider_log: Path) -> None:
    """Otherwise test_deploy_roles.py does not evaluate it: ``python -m tests.provider_calls``."""
    calls = [bind(call, "us-east-1", ACCOUNT) for call in read_calls(provider_log)]
    recorded = {shape(one.call) for file in (record.RECORD, record.BY_HAND) for one in record.read(file)}

    assert {shape(call) for call in calls} - recorded == set()
    assert len({call.name for call in calls}) > 60
