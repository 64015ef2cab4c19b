"""Reviews of plans that the real Terraform makes from changes of a deployed stack: each finding, and golden reviews.

The deployed stack has the resources that the changes concern. The golden reviews are in tests/golden/reviews/.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory, client_environment
from local.process import Ports, start, stop
from ops.plans import Plan
from ops.review import review
from ops.review.report import COMMENT_LIMIT
from terraform.stack import Stack
from tests.helpers.operator import stack_of, synthesize
from tests.helpers.reduction import reduce
from tests.helpers.shared_provider import shared_provider
from tests.helpers.terraform import TerraformStack, discover_or_skip
from tests.unit.stacks.all_features import ALL_FEATURES
from tests.unit.stacks.conftest import ROOT, copy_checkout, edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.review.report import Review
    from ops.review.rules.finding import Finding

    Resources = dict[str, dict[str, Any]]

pytestmark = pytest.mark.terraform

GOLDEN = Path(__file__).parents[1] / "golden" / "reviews"
UPDATE = "CHAT_TEST_UPDATE_REVIEWS"
SECRET = "secret-of-the-identity-provider"
_NOT_LOCAL = ("CHAT_EDGE__", "CHAT_IDENTITY__EMAIL")
"""Settings with resources that the local AWS does not have, or of another account."""
SETTINGS = {
    **{name: value for name, value in ALL_FEATURES.items() if not name.startswith(_NOT_LOCAL)},
    "CHAT_ATTACHMENTS__ALLOWED_ORIGINS": '["https://chat.example.com"]',
    "CHAT_EDGE__ENABLE_WAF": "true",
    "CHAT_ENVIRONMENTS": "prod",
}
RESOLVERS = ("Mutation_archiveChatRoom", "Mutation_createMessage", "Query_getChatRoom", "Query_me")
ROOTS = (
    *(f"aws_appsync_resolver.{name}" for name in RESOLVERS),
    "aws_cloudwatch_log_group.privacy",
    "aws_cognito_identity_provider.oidc",
    "aws_cognito_user_pool_client.web",
    "aws_kms_key.data",
    "aws_lambda_function.privacy",
    "aws_lambda_function.room_events",
    "aws_s3_bucket_cors_configuration.attachments",
    "aws_s3_bucket_lifecycle_configuration.attachments",
    "aws_s3_bucket_policy.attachments",
    "aws_s3_bucket_public_access_block.attachments",
    "aws_sqs_queue.room_events",
    "aws_wafv2_web_acl.api",
    "terraform_data.workspace",
)
_OVERRIDE = "state_override.tf.json"
_VISIBLE_LINES = 150


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed stack; plans of its changes are made in its folder.

    Attributes:
        terraform: runs in the folder of the stack.
        document: the applied configuration.
    """

    terraform: TerraformStack
    document: dict[str, Any]

    @property
    def resources(self) -> Resources:
        """A copy of the applied resources, to be changed."""
        copied: Resources = json.loads(json.dumps(self.document["resource"]))
        return copied

    def review(self, resources: Resources) -> Review:
        """Plan other resources, and review the plan."""
        folder = self.terraform.folder
        (folder / "cdk.tf.json").write_text(json.dumps({**self.document, "resource": resources}), encoding="utf-8")
        return review_of(self.terraform, "-refresh=false")


def review_of(terraform: TerraformStack, *arguments: str) -> Review:
    """Plan the configuration in a folder, and review the plan."""
    document = terraform.plan(*arguments).document
    stack = Stack(terraform.folder, "prod")
    return review(Plan.of(document, "plan", stack.resources), (), "prod")


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Start a local AWS; return Terraform's environment variables. Skip if Terraform or its provider is missing."""
    discover_or_skip()
    directory = DataDirectory(tmp_path_factory.mktemp("aws"))
    server = start(directory, Ports(0, 0, 0), attached=False, say=print)
    own = client_environment(read_credentials(directory)) | {"CHECKPOINT_DISABLE": "1"}
    endpoints = {f"AWS_ENDPOINT_URL{name}": server.instance.url for name in ("", "_S3", "_STS", "_IAM")}
    yield own | endpoints | {"TF_VAR_oidc_client_secret": SECRET}
    stop(directory, say=print)


@pytest.fixture(scope="module")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the synthesized stack, with all resources."""
    return stack_of(synthesize(ROOT, tmp_path_factory.mktemp("synthesized"), **SETTINGS), "prod")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the sources; tests edit it and undo their edits."""
    return copy_checkout(tmp_path_factory.mktemp("sources") / "checkout")


@pytest.fixture(scope="module")
def deployed(
    variables: Mapping[str, str], synthesized: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """Apply a part of the stack."""
    folder = Path(shutil.copytree(synthesized, tmp_path_factory.mktemp("deployed") / "stack"))
    with shared_provider(folder, variables) as connection:
        terraform = prepare(folder, {**variables, **connection})
        reduce(folder / "cdk.tf.json", [*ROOTS, *tables(folder)])
        terraform.run("apply", "-input=false", "-no-color", "-auto-approve")
        yield Deployed(terraform, json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8")))


def prepare(folder: Path, variables: Mapping[str, str]) -> TerraformStack:
    """Initialize a folder with a local state."""
    local = {"terraform": {"backend": {"local": {"path": "test.tfstate"}}}}
    (folder / _OVERRIDE).write_text(json.dumps(local), encoding="utf-8")
    terraform = TerraformStack(folder, discover_or_skip(), variables)
    terraform.run("init", "-input=false", "-no-color", "-reconfigure", *terraform.engine.init)
    terraform.select_workspace("prod")
    return terraform


def tables(folder: Path) -> list[str]:
    """Return the addresses of all tables of a stack."""
    resources = json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8"))["resource"]
    return [f"aws_dynamodb_table.{name}" for name in resources["aws_dynamodb_table"]]


@contextmanager
def edited(checkout: Path, *edits: tuple[str, str, str]) -> Iterator[None]:
    """Replace texts in files, given as (file, old, new), and undo it at the end."""
    before = {name: (checkout / name).read_bytes() for name, _, _ in edits}
    try:
        for name, old, new in edits:
            edit(checkout / name, old, new)
        yield
    finally:
        for name, content in before.items():
            (checkout / name).write_bytes(content)


def synthesize_again(folder: Path, checkout: Path = ROOT, **settings: str) -> Resources:
    """Synthesize changed settings or sources; return the same part of the resources."""
    file = stack_of(synthesize(checkout, folder, **{**SETTINGS, **settings}), "prod") / "cdk.tf.json"
    reduce(file, [*ROOTS, *tables(file.parent)])
    resources: Resources = json.loads(file.read_text(encoding="utf-8"))["resource"]
    return resources


# --- changes of a configuration ---------------------------------------------------------------------


def change_sign_in(resources: Resources) -> None:
    """Change who may sign in, for how long, from where, and what a request may do."""
    client = resources["aws_cognito_user_pool_client"]["web"]
    client["access_token_validity"] = 1440
    client["token_validity_units"][0]["refresh_token"] = "hours"
    client["callback_urls"].append("https://other.example.org/")
    client["explicit_auth_flows"].append("ALLOW_USER_PASSWORD_AUTH")
    resources["aws_cognito_user_pool"]["pool"]["mfa_configuration"] = "OPTIONAL"
    provider = resources["aws_cognito_identity_provider"]["oidc"]["provider_details"]
    provider["authorize_scopes"] = "openid"
    cors = resources["aws_s3_bucket_cors_configuration"]["attachments"]["cors_rule"]
    cors[0]["allowed_origins"] = ["*"]
    block = resources["aws_s3_bucket_public_access_block"]["attachments"]
    block["block_public_policy"] = False
    api = resources["aws_appsync_graphql_api"]["chat"]
    api["query_depth_limit"] = 75
    api["additional_authentication_provider"].append({"authentication_type": "API_KEY"})
    resources["aws_wafv2_web_acl"]["api"]["default_action"] = {"block": {}}
    resources["aws_cognito_user_pool_client"]["another"] = {**client, "name": "another"}


def change_policies(resources: Resources) -> None:
    """Widen the policies of a key, a bucket and a role, and allow everybody to call a function."""
    for kind, name, principal, action in (
        ("aws_kms_key", "data", {"AWS": "*"}, "kms:Decrypt"),
        ("aws_s3_bucket_policy", "attachments", "*", "s3:GetObject"),
    ):
        document = json.loads(resources[kind][name]["policy"])
        added = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
        document["Statement"] = [*(one for one in document["Statement"] if one["Effect"] != "Deny"), added]
        resources[kind][name]["policy"] = json.dumps(document)
    role = resources["aws_iam_role_policy"]["privacy"]
    document = json.loads(role["policy"])
    document["Statement"].append({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"})
    role["policy"] = json.dumps(document)
    resources["aws_lambda_permission"] = {
        "everybody": {
            "action": "lambda:InvokeFunction",
            "function_name": "${aws_lambda_function.privacy.function_name}",
            "principal": "*",
        }
    }
    resources["aws_iam_role_policy_attachment"] = {
        "administrator": {
            "role": "${aws_iam_role.privacy.name}",
            "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess",
        }
    }


def change_indexes(resources: Resources) -> None:
    """Drop an index, rebuild another, and add a third."""
    table = resources["aws_dynamodb_table"]
    del table["memberships"]["global_secondary_index"]
    table["notifications"]["global_secondary_index"][0]["projection_type"] = "ALL"
    table["reports"]["attribute"].append({"name": "reporterId", "type": "S"})
    table["reports"]["global_secondary_index"] = [
        {"name": "byReporter", "hash_key": "reporterId", "projection_type": "KEYS_ONLY"}
    ]


def change_protection(resources: Resources) -> None:
    """Take protections of data away."""
    table = resources["aws_dynamodb_table"]
    table["audit"]["point_in_time_recovery"]["enabled"] = False
    table["rooms"]["point_in_time_recovery"]["recovery_period_in_days"] = 7
    table["deduplication"]["deletion_protection_enabled"] = False
    resources["aws_cognito_user_pool"]["pool"]["deletion_protection"] = "INACTIVE"
    resources["aws_s3_bucket"]["attachments"]["force_destroy"] = True


def change_deletion(resources: Resources) -> None:
    """Delete data later, earlier or never."""
    table = resources["aws_dynamodb_table"]
    table["messages"]["ttl"]["enabled"] = False
    table["presence"]["ttl"]["attribute_name"] = "lastSeenAt"
    table["reactions"]["ttl"]["enabled"] = True
    resources["aws_cloudwatch_log_group"]["privacy"]["retention_in_days"] = 7
    resources["aws_sqs_queue"]["room_events"]["message_retention_seconds"] = 86_400
    resources["aws_kms_key"]["data"]["deletion_window_in_days"] = 7
    rules = resources["aws_s3_bucket_lifecycle_configuration"]["attachments"]["rule"]
    rules[1]["expiration"][0]["days"] = 1
    rules.append({"id": "all", "status": "Enabled", "filter": [{"prefix": "rooms/"}], "expiration": [{"days": 30}]})
    variables = resources["aws_lambda_function"]["privacy"]["environment"]["variables"]
    variables |= {"DELETED_MESSAGES": "erase", "EXPORT_DAYS": "1"}
    resolver = resources["aws_appsync_resolver"]["Mutation_createMessage"]
    resolver["code"] = resolver["code"].replace("deduplicationHours: 24", "deduplicationHours: 1")


CHANGES = (change_sign_in, change_policies, change_indexes, change_protection, change_deletion)


@pytest.fixture(scope="module")
def findings(deployed: Deployed) -> dict[str, list[Finding]]:
    """Return the findings of all changes of the configuration, by address; Terraform makes one plan of all of them."""
    resources = deployed.resources
    for change in CHANGES:
        change(resources)
    found: dict[str, list[Finding]] = {}
    for finding in deployed.review(resources).findings:
        found.setdefault(finding.address, []).append(finding)
    return found


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("aws_cognito_user_pool_client.web", "`access_token_validity` changes from `15` to `1440`"),
        ("aws_cognito_user_pool_client.web", "`token_validity_units.refresh_token` changes from `days` to `hours`"),
        ("aws_cognito_user_pool_client.web", "`callback_urls` adds `https://other.example.org/`"),
        ("aws_cognito_user_pool_client.web", "`explicit_auth_flows` adds `ALLOW_USER_PASSWORD_AUTH`"),
        ("aws_cognito_user_pool_client.another", "is a new client of the user pool: `access_token_validity` `1440`"),
        ("aws_cognito_user_pool.pool", "`mfa_configuration` changes from `ON` to `OPTIONAL`"),
        ("aws_cognito_identity_provider.oidc", "`provider_details.authorize_scopes` changes from"),
        ("aws_s3_bucket_cors_configuration.attachments", "`cors_rule.allowed_origins` adds `*`"),
        ("aws_s3_bucket_public_access_block.attachments", "`block_public_policy` changes from `true` to `false`"),
        ("aws_appsync_graphql_api.chat", "`query_depth_limit` changes from `10` to `75`"),
        ("aws_appsync_graphql_api.chat", "`additional_authentication_provider` adds"),
        ("aws_wafv2_web_acl.api", "`default_action.block` adds"),
    ],
)
def test_changes_of_sign_in_origins_and_limits_are_reported(
    findings: dict[str, list[Finding]], address: str, message: str
) -> None:
    assert [finding.blocks for finding in findings[address] if finding.message.startswith(message)] == [False]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("aws_kms_key.data", "public: `AWS *` may `kms:Decrypt`"),
        ("aws_s3_bucket_policy.attachments", "public, wildcard, on `*`: `*` may `s3:GetObject`"),
        ("aws_s3_bucket_policy.attachments", "on `arn:aws:s3:::"),
        ("aws_iam_role_policy.privacy", "wildcard, on `*`: may `iam:PassRole`"),
        ("aws_lambda_permission.everybody", "public: `*` may `lambda:InvokeFunction`, for any source"),
        ("aws_iam_role_policy_attachment.administrator", "attaches `arn:aws:iam::aws:policy/AdministratorAccess`"),
    ],
)
def test_wider_policies_are_reported(findings: dict[str, list[Finding]], address: str, message: str) -> None:
    found = [finding for finding in findings[address] if finding.message.startswith(message)]

    assert {finding.kind for finding in found} == {"permissions"}
    if address.startswith("aws_iam_role_policy"):
        assert {finding.owner for finding in found} == {"aws_iam_role.privacy"}


@pytest.mark.parametrize(
    ("address", "message", "is_built"),
    [
        ("aws_dynamodb_table.memberships", "drops the index `byUser` (`userId, roomId; ALL`)", False),
        (
            "aws_dynamodb_table.notifications",
            "drops the index `byActor` and builds it again, from `actorId, notificationId; KEYS_ONLY` to `actorId",
            True,
        ),
        ("aws_dynamodb_table.reports", "builds the new index `byReporter` (`reporterId; KEYS_ONLY`)", True),
    ],
)
def test_changes_of_indexes_are_reported_with_duration_and_cost(
    findings: dict[str, list[Finding]], address: str, message: str, *, is_built: bool
) -> None:
    (found,) = findings[address]

    assert found.message.startswith(message)
    assert (re.search(r"about \d+ minutes and costs about \$\d+\.\d\d", found.message) is not None) is is_built


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("aws_dynamodb_table.audit", "loses its point-in-time recovery (`point_in_time_recovery`): AWS deletes"),
        ("aws_dynamodb_table.rooms", "can be restored to the last 7 days only, instead of 35 days"),
        ("aws_dynamodb_table.deduplication", "loses its deletion protection (`deletion_protection_enabled`)"),
        ("aws_cognito_user_pool.pool", "loses its deletion protection (`deletion_protection`)"),
        ("aws_s3_bucket.attachments", "can be deleted together with its objects (`force_destroy`)"),
    ],
)
def test_lost_protection_is_refused(findings: dict[str, list[Finding]], address: str, message: str) -> None:
    (found,) = [finding for finding in findings[address] if finding.kind == "data loss"]

    assert found.message.startswith(message)
    assert found.blocks


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("aws_dynamodb_table.messages", "no longer expires rows: those whose `expiresAt` has passed stay"),
        ("aws_dynamodb_table.presence", "expires rows by `lastSeenAt` instead of `expiresAt`"),
        ("aws_dynamodb_table.reactions", "expires rows: DynamoDB deletes each row after the time in `expiresAt`"),
        ("aws_cloudwatch_log_group.privacy", "keeps logs for 7 days instead of 365 days"),
        ("aws_sqs_queue.room_events", "keeps undelivered messages for 1 day instead of 14 days"),
        ("aws_kms_key.data", "can be restored for 7 days after its deletion instead of 30 days"),
        (
            "aws_s3_bucket_lifecycle_configuration.attachments",
            "rule `exports` deletes objects after 1 day instead of 7 days",
        ),
        ("aws_s3_bucket_lifecycle_configuration.attachments", "rule `all` deletes objects after 30 days"),
        ("aws_lambda_function.privacy", "erases the messages of every account that is deleted from now on"),
        ("aws_lambda_function.privacy", "deletes export archives after 1 day instead of 7 days"),
        ("aws_appsync_resolver.Mutation_createMessage", "forgets sent messages after 1 instead of 24 hours"),
    ],
)
def test_changes_of_deletion_are_reported(findings: dict[str, list[Finding]], address: str, message: str) -> None:
    found = [finding for finding in findings[address] if finding.message.startswith(message)]

    assert [finding.kind for finding in found] == ["deletion"]


def test_an_unchanged_configuration_has_no_finding(deployed: Deployed) -> None:
    unchanged = deployed.review(deployed.resources)

    assert (unchanged.findings, unchanged.plan.is_empty) == ([], True)


# --- changes of sources -----------------------------------------------------------------------------


def test_changed_tags_and_sources_that_authorize_are_reported(
    deployed: Deployed, checkout: Path, tmp_path: Path
) -> None:
    edits = [
        ("graphql/resolvers/Mutation.archiveChatRoom.js", "@requires OWNER", "@requires MODERATOR"),
        ("graphql/functions/requireMembership.js", "admit(ctx, ctx.result);", "admit(ctx, ctx.result ?? null);"),
        ("graphql/functions/archiveRoom.js", "{ version: 1 },", "{ version: 2 },"),
    ]
    with edited(checkout, *edits):
        found = deployed.review(synthesize_again(tmp_path, checkout)).findings

    operations = "`Mutation.archiveChatRoom`, `Query.getChatRoom`"
    assert [(finding.kind, finding.address, finding.message) for finding in found] == [
        (
            "authorization",
            "aws_appsync_function.requireMembership",
            f"`graphql/functions/requireMembership.js` changes (authorization code), in 2 operations: {operations}",
        ),
        (
            "authorization",
            "aws_appsync_resolver.Mutation_archiveChatRoom",
            "the required role changes from `OWNER` to `MODERATOR`",
        ),
    ]


# --- golden reviews ---------------------------------------------------------------------------------


def compare(name: str, reviewed: Review) -> str:
    """Compare a review with its golden file, or write the file; return the review."""
    text = reviewed.markdown()
    file = GOLDEN / f"{name}.md"
    if os.environ.get(UPDATE):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, f"set {UPDATE}=1 if the change is intended"
    return text


def test_golden_review_of_a_first_plan(variables: Mapping[str, str], synthesized: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(synthesized, tmp_path / "stack"))
    with shared_provider(folder, variables) as connection:
        text = compare("first-plan", review_of(prepare(folder, {**variables, **connection})))

    assert len(text) < COMMENT_LIMIT
    assert "**This review is incomplete:**" not in text
    visible = re.sub(r"\n<details>.*?</details>\n", "", text, flags=re.DOTALL)
    assert len(visible.splitlines()) <= _VISIBLE_LINES
    assert SECRET not in text


def test_golden_review_of_another_issuer(deployed: Deployed, tmp_path: Path) -> None:
    company = {**json.loads(SETTINGS["CHAT_IDENTITY__OIDC"]), "issuer": "https://login.example.org/tenant"}

    compare("oidc-issuer", deployed.review(synthesize_again(tmp_path, CHAT_IDENTITY__OIDC=json.dumps(company))))


def test_golden_review_of_a_retention(deployed: Deployed, tmp_path: Path) -> None:
    compare("retention", deployed.review(synthesize_again(tmp_path, CHAT_PRIVACY__RETENTION_DAYS="30")))


def test_golden_review_of_a_line_of_a_resolver(deployed: Deployed, checkout: Path, tmp_path: Path) -> None:
    old, new = "createdAt: profile?.createdAt,", "createdAt: profile?.createdAt ?? util.time.nowISO8601(),"
    with edited(checkout, ("graphql/resolvers/Query.me.js", old, new)):
        compare("resolver-line", deployed.review(synthesize_again(tmp_path, checkout)))


def test_golden_review_of_an_index(deployed: Deployed, checkout: Path, tmp_path: Path) -> None:
    old = '"createdAt": "S" }, "projection": "KEYS_ONLY"'
    with edited(checkout, ("contract/tables.json", old, old.replace("KEYS_ONLY", "ALL"))):
        compare("index", deployed.review(synthesize_again(tmp_path, checkout)))
