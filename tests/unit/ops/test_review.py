"""Tests of the findings and refusals of a review, and of the length of its comment."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from markdown_it import MarkdownIt

from common.commands import OperationError
from ops.__main__ import main
from ops.artifacts import file_digest
from ops.cost.change import cost_change
from ops.plans import SENSITIVE, Action, Plan
from ops.records import write_record
from ops.review import review
from ops.review.approvals import Approval, approve, examples, read_approvals
from ops.review.changed_values import values_of
from ops.review.folded import Fold, markdown
from ops.review.report import COMMENT_LIMIT, Review
from ops.review.rules import find
from ops.review.rules.finding import RefusedChange
from stacks.authorization import read_authorization
from stacks.bundle_header import bundle_header
from terraform.stack import Stack
from tests.unit.ops.plans import API, allow, change, plan, policy
from tests.unit.ops.test_promotion_checks import record

if TYPE_CHECKING:
    from markdown_it.token import Token

GRAPHQL = Path(__file__).parents[3] / "graphql"
TODAY = date(2026, 11, 22)
TABLE = "aws_dynamodb_table.messages"
REPLACED = change(
    TABLE, "delete", "create", before={"range_key": "id"}, after={"range_key": "seq"}, replace_paths=[["range_key"]]
)
SCHEMA = "type Query @aws_cognito_user_pools { me: User room(id: ID!): String } type User { name: String }"
ROLE = "aws_iam_role_policy.rooms"


def messages(of: Plan) -> list[str]:
    """Return the findings of a plan."""
    return [f"{finding.address} {finding.message}" for finding in find(of)]


def approval(**changes: object) -> Approval:
    given = {
        "address": TABLE,
        "changes": ("replace",),
        "reason": "No message is there yet, CHAT-1",
        "expires": TODAY,
        "environments": ("dev",),
    }
    return Approval.model_validate({**given, **changes})


# --- data -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["aws_dynamodb_table", "aws_cognito_user_pool", "aws_s3_bucket", "aws_kms_key"])
@pytest.mark.parametrize(
    "actions", [("delete",), ("delete", "create"), ("create", "delete"), ("create", "forget"), ("forget",)]
)
def test_the_destruction_of_data_is_refused(kind: str, actions: tuple[str, ...]) -> None:
    after = {"name": "x"} if "create" in actions else None

    found = find(plan(change(f"{kind}.it", *actions, before={"name": "x"}, after=after)))

    assert [(finding.kind, finding.blocks) for finding in found] == [("data loss", True)]


def test_a_refusal_names_the_resource_the_data_and_the_cause() -> None:
    assert messages(plan(REPLACED)) == [
        f"{TABLE} would be replaced, with the rows of the table, because of a change of `range_key`"
    ]


@pytest.mark.parametrize("actions", [("create",), ("update",)])
def test_new_and_changed_tables_are_not_refused(actions: tuple[str, ...]) -> None:
    before = None if actions == ("create",) else {"name": "x", "tags": {}}

    assert find(plan(change(TABLE, *actions, before=before, after={"name": "x", "tags": {"a": "b"}}))) == []


@pytest.mark.parametrize("actions", [("update", "delete"), ("open",), ()])
def test_a_plan_with_unknown_actions_is_refused(actions: tuple[str, ...]) -> None:
    document = plan(change(TABLE, *actions, before={"name": "x"}, after={"name": "y"})).json

    with pytest.raises(OperationError, match=rf"{re.escape(TABLE)}: the planned actions .* are not known"):
        Plan.parse(document, "plan.json")


def test_losing_the_deletion_protection_is_refused() -> None:
    of = plan(
        change(
            TABLE,
            "update",
            before={"deletion_protection_enabled": True},
            after={"deletion_protection_enabled": False},
        )
    )

    assert [finding.blocks for finding in find(of)] == [True]


def test_an_approval_lets_its_own_resource_go() -> None:
    found = approve(find(plan(REPLACED)), [approval()], environment="dev", today=TODAY)

    assert [(finding.blocks, finding.approval_reason) for finding in found] == [
        (False, "No message is there yet, CHAT-1")
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires": date(2026, 11, 21)},
        {"environments": ("staging",)},
        {"address": "aws_dynamodb_table.rooms"},
        {"changes": ("destroy", "forget", "point_in_time_recovery", "recovery_period_in_days", "deletion_protection")},
    ],
)
def test_an_approval_for_another_time_environment_resource_or_change_is_ignored(wrong: dict[str, Any]) -> None:
    found = approve(find(plan(REPLACED)), [approval(**wrong)], environment="dev", today=TODAY)

    assert [finding.blocks for finding in found] == [True]


def entry(*lines: str) -> str:
    return "\n".join(("[[approval]]", 'address = "x.y"', 'environments = ["dev"]', *lines))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (entry('changes = ["destroy"]', 'reason = "short"', "expires = 2026-12-01"), "reason"),
        (entry('changes = ["destroy"]', 'reason = "No message is there yet"'), "expires"),
        (entry('reason = "No message is there yet"', "expires = 2026-12-01"), "changes"),
        (entry("changes = []", 'reason = "No message is there yet"', "expires = 2026-12-01"), "changes"),
        (entry('changes = ["everything"]', 'reason = "No message is there yet"'), "'replace'"),
        ("[[approval]", "it is not TOML"),
        ('[[aproval]]\naddress = "x.y"', "aproval"),
    ],
)
def test_an_invalid_waiver_file_is_an_error_that_names_the_entry(tmp_path: Path, text: str, names: str) -> None:
    file = tmp_path / "approvals.toml"
    file.write_text(text)

    with pytest.raises(OperationError, match=names):
        read_approvals(file)


def write_approval(file: Path, reason: str, expires: date) -> Path:
    file.write_text(entry('changes = ["destroy"]', f'reason = "{reason}"', f"expires = {expires}"))
    return file


@pytest.mark.parametrize(
    "reason",
    [" " * 15, "." * 40, "a" * 40, "aaaa bbbb cccc dddd eeee", "okay okay okay okay", "CHAT-123 CHAT-124 12345"],
)
def test_a_reason_without_words_is_rejected(tmp_path: Path, reason: str) -> None:
    file = write_approval(tmp_path / "approvals.toml", reason, datetime.now(UTC).date())

    with pytest.raises(OperationError, match=r"approval\.0\.reason: .*at least (4 different words|15 characters)"):
        read_approvals(file)


@pytest.mark.parametrize("reason", ["Nobody has written there, CHAT-1", "このテーブルにはまだメッセージがありません"])
def test_a_reason_in_words_is_accepted(tmp_path: Path, reason: str) -> None:
    (read,) = read_approvals(write_approval(tmp_path / "approvals.toml", reason, datetime.now(UTC).date()))

    assert read.reason == reason


def test_the_last_day_of_an_approval_is_at_most_90_days_ahead(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    reason = "No message is there yet"

    assert read_approvals(write_approval(tmp_path / "near.toml", reason, today + timedelta(days=90)))
    with pytest.raises(OperationError, match="more than 90 days ahead"):
        read_approvals(write_approval(tmp_path / "far.toml", reason, today + timedelta(days=91)))


LOSSES = (
    change("aws_dynamodb_table.a", "delete", before={"name": "a"}),
    change("aws_dynamodb_table.b", "delete", "create", before={"name": "b"}, after={"name": "c"}),
    change("aws_dynamodb_table.c", "forget", before={"name": "c"}),
    change(
        "aws_dynamodb_table.d",
        "update",
        before={"deletion_protection_enabled": True, "point_in_time_recovery": [{"enabled": True}]},
        after={"deletion_protection_enabled": False, "point_in_time_recovery": [{"enabled": False}]},
    ),
    change(
        "aws_dynamodb_table.e",
        "update",
        before={"point_in_time_recovery": [{"enabled": True}]},
        after={"point_in_time_recovery": [{"enabled": True, "recovery_period_in_days": 7}]},
    ),
    change("aws_s3_bucket.f", "update", before={"force_destroy": False}, after={"force_destroy": True}),
)
"""Every kind of change that needs an approval."""


def test_the_examples_are_approvals_of_30_days_without_their_reasons(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    found = find(plan(*LOSSES))
    lines = "\n".join(examples(found, "dev", today))
    (tmp_path / "copied.toml").write_text(lines)
    (tmp_path / "filled.toml").write_text(lines.replace('reason = ""', 'reason = "No message is there yet"'))

    with pytest.raises(OperationError, match="reason"):
        read_approvals(tmp_path / "copied.toml")
    read = read_approvals(tmp_path / "filled.toml")
    assert {approval.expires for approval in read} == {today + timedelta(days=30)}
    kinds = [kind for approval in read for kind in approval.changes]
    assert sorted(kinds) == sorted(get_args(RefusedChange)), "every kind"
    assert len(read) == len(LOSSES)
    approved = approve(found, read, environment="dev", today=today)
    assert [finding.blocks for finding in approved] == [False] * len(get_args(RefusedChange))


# --- additions --------------------------------------------------------------------------------------

CLIENT = "aws_cognito_user_pool_client.other"
LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.attachments"
DEPLOYED = {"aws_s3_bucket.attachments": {"bucket": "attachments"}}


def expiry(days: int, **more: object) -> dict[str, Any]:
    """Return the arguments of a lifecycle configuration with one rule."""
    rule = {"id": "all", "status": "Enabled", "expiration": [{"days": days}], **more}
    return {"rule": [rule]}


ADDITIONS = (
    change(CLIENT, "create", after={"callback_urls": ["https://other.example.org/"]}),
    change(LIFECYCLE, "create", after=expiry(1)),
)


def test_additions_to_a_deployed_stack_are_findings() -> None:
    assert messages(plan(*ADDITIONS, prior=DEPLOYED)) == [
        f'{CLIENT} is a new client of the user pool: `callback_urls` `["https://other.example.org/"]`',
        f"{LIFECYCLE} rule `all` deletes objects after 1 day, also existing ones",
    ]


def test_additions_of_a_first_plan_are_no_findings() -> None:
    assert messages(plan(*ADDITIONS)) == []


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (
            "aws_s3_bucket_replication_configuration",
            {"role": "r", "rule": [{"destination": [{"account": "999999999999", "bucket": "arn:aws:s3:::other"}]}]},
            (
                "copies the objects of a bucket to another one: `role` `r`, "
                '`rule` `[{"destination": [{"account": "999999999999", "bucket": "arn:aws:s3:::other"}]}]`'
            ),
        ),
        (
            "aws_cloudwatch_log_subscription_filter",
            {"destination_arn": "arn:aws:logs:r:9:destination:d"},
            "copies logs to another service: `destination_arn` `arn:aws:logs:r:9:destination:d`",
        ),
        (
            "aws_dynamodb_kinesis_streaming_destination",
            {"stream_arn": "arn:aws:kinesis:r:9:stream/s", "table_name": "t"},
            (
                "copies the changes of a table to a Kinesis stream: "
                "`stream_arn` `arn:aws:kinesis:r:9:stream/s`, `table_name` `t`"
            ),
        ),
        (
            "aws_lambda_function_event_invoke_config",
            {"function_name": "f", "destination_config": [{"on_success": [{"destination": "q"}]}]},
            (
                "configures asynchronous invocations: `function_name` `f`, "
                '`destination_config` `[{"on_success": [{"destination": "q"}]}]`'
            ),
        ),
        (
            "aws_appsync_api_cache",
            {"api_caching_behavior": "FULL_REQUEST_CACHING", "ttl": 60},
            (
                "is a new cache: callers may get responses that were made before a change of data: "
                "`api_caching_behavior` `FULL_REQUEST_CACHING`, `ttl` `60`"
            ),
        ),
        (
            "aws_cognito_user_in_group",
            {"group_name": "ADMIN", "username": "someone"},
            "adds a user to a group: `group_name` `ADMIN`, `username` `someone`",
        ),
        ("aws_iam_access_key", {"user": "u", "secret": "s"}, "is a new access key: `user` `u`"),
        ("aws_iam_user", {"name": "u"}, "is a new IAM user: `name` `u`"),
    ],
)
def test_additions_that_copy_data_or_give_access_are_findings_in_each_plan(
    kind: str, values: dict[str, Any], message: str
) -> None:
    entry = change(f"{kind}.it", "create", after=values)

    assert messages(plan(entry, prior=DEPLOYED)) == [f"{kind}.it {message}"]
    assert messages(plan(entry)) == [f"{kind}.it {message}"]


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (
            "aws_lambda_event_source_mapping",
            {"event_source_arn": "table/stream", "function_name": "f"},
            (
                "passes the records of a stream or queue to a function: "
                "`event_source_arn` `table/stream`, `function_name` `f`"
            ),
        ),
        (
            "aws_cognito_user_pool_domain",
            {"domain": "other"},
            "is a new domain of the hosted sign-in pages: `domain` `other`",
        ),
    ],
)
def test_additions_of_usual_types_are_findings_after_the_first_plan(
    kind: str, values: dict[str, Any], message: str
) -> None:
    entry = change(f"{kind}.it", "create", after=values)

    assert messages(plan(entry, prior=DEPLOYED)) == [f"{kind}.it {message}"]
    assert messages(plan(entry)) == []


@pytest.mark.parametrize(
    ("kind", "before", "after", "message"),
    [
        ("aws_lambda_function", {"role": "a"}, {"role": "b"}, "`role` changes from `a` to `b`"),
        ("aws_lambda_function", {"layers": []}, {"layers": ["arn:other:1"]}, "`layers` adds `arn:other:1`"),
        (
            "aws_cognito_user_pool",
            {"sign_in_policy": [{"allowed_first_auth_factors": ["PASSWORD"]}]},
            {"sign_in_policy": [{"allowed_first_auth_factors": ["PASSWORD", "EMAIL_OTP"]}]},
            "`sign_in_policy.allowed_first_auth_factors` adds `EMAIL_OTP`",
        ),
        (
            "aws_cognito_user_pool_client",
            {"allowed_oauth_flows_user_pool_client": False},
            {"allowed_oauth_flows_user_pool_client": True},
            "`allowed_oauth_flows_user_pool_client` changes from `false` to `true`",
        ),
        ("aws_wafv2_web_acl_association", {"web_acl_arn": "a"}, {"web_acl_arn": "b"}, "`web_acl_arn` changes from"),
        (
            "aws_dynamodb_table",
            {"server_side_encryption": [{"enabled": True, "kms_key_arn": "k"}]},
            {"server_side_encryption": []},
            "`server_side_encryption.kms_key_arn` removes `k`",
        ),
        ("aws_dynamodb_table", {"replica": []}, {"replica": [{"region_name": "x"}]}, "`replica.region_name` adds `x`"),
        (
            "aws_s3_bucket_server_side_encryption_configuration",
            {"rule": [{"kms_master_key_id": "k"}]},
            {"rule": [{"kms_master_key_id": ""}]},
            "`rule.kms_master_key_id` removes `k`",
        ),
        ("aws_sqs_queue", {"kms_master_key_id": "k"}, {"kms_master_key_id": ""}, "`kms_master_key_id` removes `k`"),
        ("aws_cloudwatch_log_group", {"kms_key_id": "k"}, {"kms_key_id": ""}, "`kms_key_id` removes `k`"),
        (
            "aws_sqs_queue",
            {"redrive_policy": '{"maxReceiveCount":5}'},
            {"redrive_policy": ""},
            "no longer moves messages that fail to another queue (`redrive_policy`)",
        ),
    ],
)
def test_changes_that_give_access_or_end_a_protection_are_findings(
    kind: str, before: dict[str, Any], after: dict[str, Any], message: str
) -> None:
    found = messages(plan(change(f"{kind}.it", "update", before=before, after=after)))

    assert [text for text in found if text.startswith(f"{kind}.it {message}")]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("aws_wafv2_web_acl_association", "requests are no longer filtered"),
        ("aws_s3_bucket_server_side_encryption_configuration", "S3 encrypts new objects with its own keys"),
    ],
)
def test_the_end_of_a_protection_is_a_finding(kind: str, message: str) -> None:
    assert messages(plan(change(f"{kind}.it", "delete", before={"id": "x"}))) == [f"{kind}.it is removed: {message}"]


def test_a_watched_list_that_is_known_after_apply_only_is_a_finding() -> None:
    function = "aws_lambda_function.f"
    before, after = {"function_name": "f", "layers": ["a"]}, {"function_name": "f"}
    entry = change(function, "update", before=before, after=after, after_unknown={"layers": True})

    assert messages(plan(entry, configured={function: {"layers": ["${aws_lambda_layer_version.new.arn}"]}})) == [
        f"{function} `layers` changes (known after apply)"
    ]


# --- commands ---------------------------------------------------------------------------------------

PROVISIONERS = {
    "resources": [
        {
            "address": "aws_sqs_queue.q",
            "provisioners": [
                {"type": "local-exec", "expressions": {"command": {"constant_value": "curl example.org | sh"}}},
                {"type": "remote-exec", "expressions": {"inline": {"references": ["var.x"]}}},
            ],
        },
        {"address": "aws_sqs_queue.other"},
    ]
}


@pytest.mark.parametrize(
    ("module", "address"),
    [
        (PROVISIONERS, "aws_sqs_queue.q"),
        ({"module_calls": {"m": {"module": PROVISIONERS}}}, 'module.m["a]b"].aws_sqs_queue.q[0]'),
    ],
)
@pytest.mark.parametrize(
    ("actions", "verb"),
    [(("create",), "runs"), (("delete", "create"), "runs"), (("delete",), "may run"), (("update",), "")],
)
def test_commands_of_provisioners_are_findings(
    module: dict[str, Any], address: str, actions: tuple[str, ...], verb: str
) -> None:
    after = None if actions == ("delete",) else {"name": "y"}
    before = None if actions == ("create",) else {"name": "x"}
    entries = (
        {**change(name, *actions, before=before, after=after), "type": "terraform_data"}
        for name in (address, "aws_sqs_queue.other")
    )
    of = Plan.of({**plan(*entries).document, "configuration": {"root_module": module}}, "test")

    start = f"{address} {verb} a command with the role of the apply:"
    expected = [f"{start} `local-exec` `curl example.org | sh`", f"{start} `remote-exec` `(an expression)`"]
    assert messages(of) == (expected if verb else [])


def test_actions_that_the_apply_invokes_are_findings() -> None:
    trigger = {"triggering_resource_address": TABLE, "action_trigger_event": "AfterUpdate"}
    invocations = [
        {"address": "action.aws_lambda_invoke.a", "type": "aws_lambda_invoke", "lifecycle_action_trigger": trigger},
        {"address": "action.aws_lambda_invoke.b", "type": "aws_lambda_invoke", "invoke_action_trigger": {}},
    ]
    of = Plan.of({**plan().document, "action_invocations": invocations}, "test")

    text = "is an action that the apply invokes with its role"
    assert messages(of) == [
        f"action.aws_lambda_invoke.a {text}, by `{TABLE}` (`AfterUpdate`)",
        f"action.aws_lambda_invoke.b {text}",
    ]


# --- deletion ---------------------------------------------------------------------------------------


def lifecycle_messages(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the findings of a changed lifecycle configuration, without the address."""
    of = plan(change(LIFECYCLE, "update", before={"rule": [before]}, after={"rule": [after]}))
    return [finding.message for finding in find(of)]


def rule(**arguments: object) -> dict[str, Any]:
    return {"id": "all", "status": "Enabled", **arguments}


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            {"expiration": [{"days": 365}], "noncurrent_version_expiration": [{"noncurrent_days": 30}]},
            {"expiration": [{"days": 1}], "noncurrent_version_expiration": [{"noncurrent_days": 30}]},
            "rule `all` deletes objects after 1 day instead of 365 days, also existing ones",
        ),
        (
            {"expiration": [{"days": 7}], "filter": [{"prefix": "exports/"}]},
            {"expiration": [{"days": 7}], "filter": [{"prefix": ""}]},
            (
                "rule `all` deletes objects after 7 days, and applies to every object instead of `exports/`, "
                "also existing ones"
            ),
        ),
        (
            {"expiration": [{"days": 7}], "filter": [{"and": [{"prefix": "a/", "tags": {"k": "v"}}]}]},
            {"expiration": [{"days": 7}], "filter": [{"prefix": "a/"}]},
            (
                "rule `all` deletes objects after 7 days, and applies to `a/` instead of "
                '`{"prefix": "a/", "tags": {"k": "v"}}`, also existing ones'
            ),
        ),
        (
            {"expiration": [{"days": 7}]},
            {"expiration": [{"date": "2027-01-01T00:00:00Z"}]},
            "rule `all` deletes objects on 2027-01-01T00:00:00Z instead of 7 days, also existing ones",
        ),
        (
            {"noncurrent_version_expiration": [{"noncurrent_days": 7, "newer_noncurrent_versions": 3}]},
            {"noncurrent_version_expiration": [{"noncurrent_days": 7, "newer_noncurrent_versions": 1}]},
            (
                "rule `all` deletes replaced versions after 7 days, except the newest 1 instead of 7 days, "
                "except the newest 3, also existing ones"
            ),
        ),
        (
            {"expiration": [{"days": 7}], "noncurrent_version_expiration": [{"noncurrent_days": 7}]},
            {"expiration": [{"days": 7}]},
            "no longer has the rule `all`: these replaced versions do not expire",
        ),
    ],
)
def test_rules_that_delete_more_are_reported(before: dict[str, Any], after: dict[str, Any], message: str) -> None:
    assert lifecycle_messages(rule(**before), rule(**after)) == [message]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"expiration": [{"days": 7}]}, {"expiration": [{"days": 30}]}),
        ({"expiration": [{"days": 7}]}, {"expiration": [{"days": 7}], "filter": [{"prefix": "a/"}]}),
        (
            {"expiration": [{"days": 7}], "filter": [{"prefix": "a/"}]},
            {"expiration": [{"days": 7}], "filter": [{"prefix": "a/b/"}]},
        ),
    ],
)
def test_rules_that_delete_less_are_not_reported(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert lifecycle_messages(rule(**before), rule(**after)) == []


@pytest.mark.parametrize(
    ("after", "unknown", "message"),
    [
        ({}, {"rule": True}, "has rules that are known after apply only: check the code"),
        (
            {"rule": [{"id": "all", "status": "Enabled", "expiration": [{}]}]},
            {"rule": [{"expiration": [{"days": True}]}]},
            "changes its rules, of which a part is known after apply only: check `all` in the code",
        ),
        (
            {"rule": [{"id": "other", "status": "Enabled", "filter": [{}]}]},
            {"rule": [{"filter": [{"prefix": True}]}]},
            "no longer has the rule `all`: these objects do not expire",
        ),
    ],
)
def test_rules_that_are_known_after_apply_only_are_not_reported_as_gone(
    after: dict[str, Any], unknown: dict[str, Any], message: str
) -> None:
    of = plan(change(LIFECYCLE, "update", before=expiry(7), after=after, after_unknown=unknown))

    assert messages(of) == [f"{LIFECYCLE} {message}"]


@pytest.mark.parametrize("actions", [("delete",), ("delete", "create")])
@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        ("aws_cloudwatch_log_group", "AWS deletes its logs"),
        ("aws_cognito_user_group", "its members lose the membership"),
        ("aws_sqs_queue", "AWS deletes its messages"),
    ],
)
def test_the_end_of_a_resource_with_other_data_is_reported(kind: str, lost: str, actions: tuple[str, ...]) -> None:
    after = {"name": "y"} if "create" in actions else None
    verb = "replaced" if after else "destroyed"

    assert messages(plan(change(f"{kind}.it", *actions, before={"name": "x"}, after=after))) == [
        f"{kind}.it is {verb}: {lost}"
    ]


def test_a_disabled_key_is_reported() -> None:
    of = plan(change("aws_kms_key.data", "update", before={"is_enabled": True}, after={"is_enabled": False}))

    assert messages(of) == ["aws_kms_key.data is disabled: everything encrypted with it can no longer be read"]


def test_skipped_records_of_a_stream_are_reported() -> None:
    mapping = "aws_lambda_event_source_mapping.messages"
    queue = [{"on_failure": [{"destination_arn": "q"}]}]
    before = {"maximum_record_age_in_seconds": -1, "maximum_retry_attempts": 10, "destination_config": queue}
    after = {"maximum_record_age_in_seconds": 60, "maximum_retry_attempts": 2, "destination_config": []}

    assert messages(plan(change(mapping, "update", before=before, after=after))) == [
        f"{mapping} no longer keeps records that it skips (`destination_config`)",
        f"{mapping} skips records that fail after 2 retries instead of after 10 (`maximum_retry_attempts`)",
        f"{mapping} skips records that fail after 60 seconds instead of never (`maximum_record_age_in_seconds`)",
    ]
    assert messages(plan(change(mapping, "delete", before=before))) == []


# --- permissions ------------------------------------------------------------------------------------


def policy_change(before: str, after: str) -> Plan:
    return plan(change(ROLE, "update", before={"policy": before}, after={"policy": after}))


def test_each_new_permission_is_reported_once() -> None:
    of = policy_change(
        policy(allow(["dynamodb:GetItem"], ["table/a"])),
        policy(allow(["dynamodb:GetItem", "dynamodb:PutItem"], ["table/a"]), allow("dynamodb:GetItem", "table/b")),
    )

    assert messages(of) == [
        f"{ROLE} on `table/a`: may `dynamodb:PutItem`",
        f"{ROLE} on `table/b`: may `dynamodb:GetItem`",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (allow("dynamodb:*", "*"), allow("dynamodb:GetItem", "table/a")),
        (allow("s3:Get*", "b/*"), allow("s3:GetObject", "b/key")),
        (allow(["a:B", "a:C"], "*"), allow(["a:C"], "*")),
        (allow("a:B", "*"), allow("a:B", "*", Condition={"Bool": {"x": "true"}})),
    ],
)
def test_fewer_permissions_are_not_a_finding(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert messages(policy_change(policy(before), policy(after))) == []


def test_a_removed_condition_and_a_removed_denial_are_findings() -> None:
    condition = allow("a:B", "r", Condition={"Bool": {"aws:SecureTransport": "true"}})
    denial = {"Effect": "Deny", "Action": "a:C", "Resource": "r"}

    assert messages(policy_change(policy(condition, denial), policy(allow("a:B", "r")))) == [
        f"{ROLE} on `r`: is no longer denied `a:C`",
        f"{ROLE} on `r`: may `a:B`",
    ]


def test_a_narrowed_denial_is_reported_by_its_lost_parts() -> None:
    denial, narrowed, same = (
        {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "r"}
        for action in ("s3:*", ["s3:Delete*", "s3:PutObject"], ["s3:*"])
    )

    assert messages(policy_change(policy(denial), policy(narrowed))) == [
        f"{ROLE} on `r`: `*` is no longer denied `s3:*`"
    ]
    assert messages(policy_change(policy(denial), policy(same))) == []


def test_wildcards_and_public_access_are_marked() -> None:
    of = plan(
        change(
            "aws_iam_role.it",
            "update",
            before={"assume_role_policy": policy()},
            after={"assume_role_policy": policy(allow("sts:AssumeRole", Principal={"AWS": "*"}))},
        )
    )

    assert messages(of) == ["aws_iam_role.it public: `AWS *` may `sts:AssumeRole`"]
    assert messages(policy_change(policy(), policy(allow("s3:*", "b")))) == [f"{ROLE} wildcard, on `b`: may `s3:*`"]


def test_an_unknown_policy_is_read_from_the_configuration() -> None:
    configured = {ROLE: {"policy": policy(allow(["dynamodb:GetItem", "dynamodb:Scan"], "${aws_dynamodb_table.a.arn}"))}}
    entry = change(
        ROLE,
        "update",
        before={"policy": policy(allow("dynamodb:GetItem", "table/a"))},
        after={},
        after_unknown={"policy": True},
    )

    state = {"aws_dynamodb_table.a": {"arn": "table/a"}}

    assert messages(plan(entry, configured=configured, prior=state)) == [f"{ROLE} on `table/a`: may `dynamodb:Scan`"]
    assert "known after apply only" in messages(plan(entry))[0]
    assert "known after apply only" in messages(plan(entry, configured={ROLE: {"policy": "${data.aws_x.y.json}"}}))[0]


def test_an_attached_policy_that_is_known_after_apply_is_read_from_the_configuration() -> None:
    attachment = "aws_iam_role_policy_attachment.a"
    arn = "${aws_iam_policy.new.arn}"
    of = plan(
        change(attachment, "create", after={"role": "one"}, after_unknown={"policy_arn": True}),
        configured={attachment: {"policy_arn": arn}},
    )

    assert messages(of) == [f"{attachment} attaches `{arn}`"]


def test_a_removed_policy_shows_its_denials() -> None:
    denial = {"Effect": "Deny", "Action": "s3:*", "Resource": "r"}

    assert messages(plan(change(ROLE, "delete", before={"policy": policy(denial, allow("a:B", "r"))}))) == [
        f"{ROLE} on `r`: is no longer denied `s3:*`"
    ]


def test_an_unknown_policy_shows_another_table_and_a_lost_denial() -> None:
    denial = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    tables = ["${aws_dynamodb_table.a.arn}", "${aws_dynamodb_table.new.arn}"]
    entry = change(
        ROLE,
        "update",
        before={"policy": policy(allow("dynamodb:GetItem", "table/a"), denial)},
        after={},
        after_unknown={"policy": True},
    )
    of = plan(
        entry,
        configured={ROLE: {"policy": policy(allow("dynamodb:GetItem", tables))}},
        prior={"aws_dynamodb_table.a": {"arn": "table/a"}},
    )

    assert messages(of) == [
        f"{ROLE} on `${{aws_dynamodb_table.new.arn}}`: may `dynamodb:GetItem`",
        f"{ROLE} on `*`: is no longer denied `s3:*`",
    ]


@pytest.mark.parametrize("expression", ["${data.aws_caller_identity.current.account_id}", "${var.account}"])
def test_an_expression_in_an_unknown_policy_may_have_the_value_of_the_state(expression: str) -> None:
    def document(account: str, table: str) -> str:
        denial = {"Effect": "Deny", "Action": "s3:*", "Resource": f"arn:aws:s3:::chat-{account}"}
        return policy(allow("dynamodb:GetItem", f"arn:aws:dynamodb:x:{account}:{table}"), denial)

    entry = change(
        ROLE, "update", before={"policy": document("1", "table/a")}, after={}, after_unknown={"policy": True}
    )

    assert messages(plan(entry, configured={ROLE: {"policy": document(expression, "table/a")}})) == []
    assert messages(plan(entry, configured={ROLE: {"policy": document(expression, "table/b")}})) == [
        f"{ROLE} on `arn:aws:dynamodb:x:{expression}:table/b`: may `dynamodb:GetItem`"
    ]


@pytest.mark.parametrize(
    "expression",
    ['${join("",[aws_s3_bucket.new.arn,"/*"])}', "${data.external.x.result}", "${local.bucket}", "${module.m.arn}"],
)
def test_an_unknown_expression_is_not_the_value_of_the_state(expression: str) -> None:
    before, configured = (policy(allow("s3:GetObject", resource)) for resource in ("arn:aws:s3:::a/one", expression))
    entry = change(ROLE, "update", before={"policy": before}, after={}, after_unknown={"policy": True})

    (found,) = messages(plan(entry, configured={ROLE: {"policy": configured}}))

    assert found.endswith(f"on `{expression}`: may `s3:GetObject`")


@pytest.mark.parametrize(
    ("kind", "owner"),
    [
        ("aws_iam_role_policy", "role"),
        ("aws_s3_bucket_policy", "bucket"),
        ("aws_sqs_queue_policy", "queue_url"),
        ("aws_sns_topic_policy", "arn"),
    ],
)
def test_a_policy_that_moves_to_another_owner_is_new_there_and_gone_at_the_old_one(kind: str, owner: str) -> None:
    document = policy(allow("s3:GetObject", "r"), {"Effect": "Deny", "Action": "s3:Put*", "Resource": "r"})

    def replaced(name: str, value: str | None, *paths: list[str]) -> list[str]:
        before, after = ({"policy": document, name: side} for side in ("one", value))
        entry = change(f"{kind}.it", "delete", "create", before=before, after=after, replace_paths=list(paths))
        return messages(plan(entry))

    moved = [f"{kind}.it on `r`: is no longer denied `s3:Put*`", f"{kind}.it on `r`: may `s3:GetObject`"]
    assert replaced(owner, "two") == moved
    assert replaced(owner, None, [owner]) == moved, "known after apply only"
    assert replaced("name", "two", ["name"]) == []


@pytest.mark.parametrize(
    ("kind", "attribute"),
    [("aws_s3_access_point", "policy"), ("aws_cloudwatch_log_account_policy", "policy_document"), ("aws_x", "other")],
)
def test_policy_documents_of_other_types_are_read(kind: str, attribute: str) -> None:
    wide = policy(allow("s3:*", "r", Principal="*"))
    denial = policy({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "r"})
    added = change(f"{kind}.it", "create", after={attribute: wide})
    unknown = change(f"{kind}.it", "create", after={}, after_unknown={attribute: True})
    expected = f"{kind}.it public, wildcard, on `r`: `*` may `s3:*`"

    assert expected in messages(plan(added, prior=DEPLOYED))
    assert expected in messages(plan(unknown, prior=DEPLOYED, configured={f"{kind}.it": {attribute: wide}}))
    assert messages(plan(change(f"{kind}.it", "delete", before={attribute: denial}))) == [
        f"{kind}.it on `r`: `*` is no longer denied `s3:*`"
    ]


def test_a_policy_of_another_type_that_nothing_shows_is_reported() -> None:
    point = "aws_s3_access_point.it"
    entry = change(point, "create", after={}, after_unknown={"policy": True})

    found = messages(plan(entry, prior=DEPLOYED, configured={point: {"policy": "${data.aws_x.y.json}"}}))

    assert f"{point} `policy` is known after apply only: check the code" in found


# --- authorization ----------------------------------------------------------------------------------


def schema_change(before: str, after: str) -> Plan:
    return plan(change(API, "update", before={"schema": before}, after={"schema": after}))


def test_a_field_with_weaker_authorization_is_reported() -> None:
    opened = SCHEMA.replace("me: User", "me: User @aws_api_key")

    assert messages(schema_change(SCHEMA, opened)) == [f"{API} `Query.me` changes from `the default` to `@aws_api_key`"]


def test_new_fields_and_types_with_directives_of_their_own_are_reported() -> None:
    added = " extend type Query { open: String @aws_api_key  same: String @aws_cognito_user_pools  plain: String }"
    opened = SCHEMA + added + " type Open @aws_api_key @aws_iam { a: String  b: String @aws_iam }"

    assert messages(schema_change(SCHEMA, opened)) == [
        f"{API} `Open.b` is new, with `@aws_iam`",
        f"{API} `Open` is new, with `@aws_api_key @aws_iam`",
        f"{API} `Query.open` is new, with `@aws_api_key`",
    ]


@pytest.mark.parametrize(
    ("required", "text"), [("MODERATOR", "requires `MODERATOR`"), ("", "without a required role (`@requires`)")]
)
def test_the_required_role_of_a_new_resolver_is_reported(required: str, text: str) -> None:
    code = bundle(("resolvers/Mutation.closeRoom.js", "close();"), requires=required)
    resolver = "aws_appsync_resolver.Mutation_closeRoom"
    added = change(resolver, "create", after={"type": "Mutation", "field": "closeRoom", **code})

    assert messages(plan(added, prior=DEPLOYED)) == [f"{resolver} is new and runs `Mutation.closeRoom`, {text}"]
    assert messages(plan(added)) == []


def test_a_changed_group_is_reported() -> None:
    def group(name: str) -> str:
        return f'@aws_cognito_user_pools(cognito_groups: ["{name}"])'

    before, after = (SCHEMA.replace("me: User", f"me: User {group(name)}") for name in ("Admins", "Users"))

    assert messages(schema_change(before, after)) == [
        f"{API} `Query.me` changes from `{group('Admins')}` to `{group('Users')}`"
    ]


def test_a_changed_authentication_type_is_reported() -> None:
    of = plan(
        change(API, "update", before={"authentication_type": "AWS_IAM"}, after={"authentication_type": "API_KEY"})
    )

    assert messages(of) == [f"{API} `authentication_type` changes from `AWS_IAM` to `API_KEY`"]


def bundle(*sections: tuple[str, str], authorizes: str = "", requires: str = "") -> dict[str, Any]:
    """Return the code of a resolver or function as it is bundled."""
    header = (f"// @requires {requires}\n" if requires else "") + (
        f"// @authorizes {authorizes}\n" if authorizes else ""
    )
    return {"code": header + "".join(f"// {file}\n{code}\n\n" for file, code in sections)}


def code_change(before: dict[str, Any], after: dict[str, Any], *names: str) -> Plan:
    return plan(
        *(change(f"aws_appsync_function.{name}", "update", before=before, after=after) for name in names or ("a",))
    )


def test_a_changed_authorization_file_is_reported_once_for_all_its_bundles() -> None:
    def code(check: str) -> dict[str, Any]:
        parts = (("functions/it.js", "import x;"), ("shared/rules.js", check), ("functions/it.js", "send();"))
        return bundle(*parts, authorizes="functions/other.js shared/rules.js")

    assert messages(code_change(code("check()"), code("pass()"), "a", "b")) == [
        "aws_appsync_function.a `graphql/shared/rules.js` changes (authorization code), here and in 1 more resources"
    ]


def test_other_changed_code_is_not_reported() -> None:
    before, after = (
        bundle(("functions/a.js", text), ("shared/rules.js", "check();"), authorizes="shared/rules.js")
        for text in ("one();", "two();")
    )

    assert messages(code_change(before, after)) == []


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_changed_file_is_reported_if_only_one_side_has_its_tag(side: str) -> None:
    before = bundle(("shared/rules.js", "check();"), authorizes="shared/rules.js" if side == "before" else "")
    after = bundle(("shared/rules.js", "pass();"), authorizes="shared/rules.js" if side == "after" else "")

    assert messages(code_change(before, after)) == [
        "aws_appsync_function.a `graphql/shared/rules.js` changes (authorization code)"
    ]


def test_a_removed_tag_and_a_removed_file_are_reported() -> None:
    before = bundle(("shared/a.js", "check();"), ("shared/b.js", "check();"), authorizes="shared/a.js shared/b.js")
    after = bundle(("shared/a.js", "check();"))

    assert messages(code_change(before, after)) == [
        "aws_appsync_function.a `graphql/shared/a.js` loses its tag @authorizes",
        "aws_appsync_function.a `graphql/shared/b.js` is removed (authorization code)",
    ]


def test_a_changed_required_role_is_reported() -> None:
    of = plan(
        change(
            "aws_appsync_resolver.Mutation_banMember",
            "update",
            before=bundle(("resolvers/Mutation.banMember.js", "ban();"), requires="MODERATOR"),
            after=bundle(("resolvers/Mutation.banMember.js", "ban();"), requires="MEMBER"),
        )
    )

    assert messages(of) == [
        "aws_appsync_resolver.Mutation_banMember the required role changes from `MODERATOR` to `MEMBER`"
    ]


def test_changed_code_without_tags_is_reported_by_the_tags_of_the_new_code() -> None:
    before = bundle(("resolvers/Query.me.js", "check();"))
    after = bundle(("resolvers/Query.me.js", "pass();"), requires="SELF", authorizes="resolvers/Query.me.js")

    assert messages(code_change(before, after)) == [
        "aws_appsync_function.a `graphql/resolvers/Query.me.js` changes (authorization code)"
    ]


def test_a_resolver_that_no_longer_checks_membership_is_reported() -> None:
    checking = bundle(("functions/requireMembership.js", "check();"), authorizes="functions/requireMembership.js")
    reading = bundle(("functions/readIt.js", "read();"), ("shared/rules.js", "check();"), authorizes="shared/rules.js")
    of = plan(
        change(
            "aws_appsync_resolver.Query_x",
            "update",
            before={"pipeline_config": [{"functions": ["f1", "f2"]}]},
            after={"pipeline_config": [{"functions": []}]},
        ),
        prior={
            "aws_appsync_function.requireMembership": {"function_id": "f1", "name": "requireMembership", **checking},
            "aws_appsync_function.readIt": {"function_id": "f2", "name": "readIt", **reading},
        },
    )

    assert messages(of) == ["aws_appsync_resolver.Query_x no longer runs `requireMembership` (authorization code)"]


CHECK = bundle(("functions/check.js", "check();"), authorizes="functions/check.js")
FUNCTIONS = {
    f"aws_appsync_function.{name}": {"function_id": f"id-{name}", "name": name, **code}
    for name, code in (("check", CHECK), ("put", {}), ("log", {}))
}


def pipeline_messages(before: str, after: str) -> list[str]:
    """Return the findings of a resolver that runs other functions, without the address."""
    sides = ({"pipeline_config": [{"functions": [f"id-{name}" for name in side.split()]}]} for side in (before, after))
    old, new = sides
    of = plan(change("aws_appsync_resolver.Query_x", "update", before=old, after=new), prior=FUNCTIONS)
    return [finding.message for finding in find(of)]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("check put", "put check", "now runs `put` before `check` (authorization code)"),
        ("check", "put log check", "now runs `put`, `log` before `check` (authorization code)"),
        ("log check", "log other check", "now runs `id-other` before `check` (authorization code)"),
    ],
)
def test_functions_that_newly_run_before_an_authorizing_function_are_reported(
    before: str, after: str, message: str
) -> None:
    assert pipeline_messages(before, after) == [message]


@pytest.mark.parametrize(
    ("before", "after"),
    [("put log check", "log put check"), ("put check log", "check put log"), ("check", "check put")],
)
def test_another_order_with_nothing_new_before_an_authorizing_function_is_not_reported(before: str, after: str) -> None:
    assert pipeline_messages(before, after) == []


@pytest.mark.parametrize(
    "file", ["functions/confirmErasure.js", "shared/historyVisibility.js", "resolvers/Query.me.js"]
)
def test_changed_authorization_code_of_this_project_is_reported(file: str) -> None:
    """None of these files is recognizable by its name."""
    sources = read_authorization(GRAPHQL)
    code = {text: f"// {file}\n{text};\n" for text in ("one", "two")}
    entry = file if not file.startswith("shared/") else "resolvers/Query.messagesByRoom.js"
    before, after = ({"code": bundle_header(entry, text, sources) + text} for text in code.values())

    assert messages(code_change(before, after)) == [
        f"aws_appsync_function.a `graphql/{file}` changes (authorization code)"
    ]


def sections(code: Plan) -> list[str]:
    """Return the changed values of a plan, as a review lists them."""
    return [f"{found.path}: {found.before} -> {found.after}" for found in values_of(code, code.changes[0])]


RULES = (
    ("shared/a.js", "function check(ctx) {\n  fail();\n}"),
    ("shared/b.js", "function check2(ctx) {\n  pass();\n}"),
)


def calling(name: str) -> dict[str, Any]:
    """Return a bundle of which two sources have the same name, which a third calls."""
    return bundle(*RULES, ("functions/it.js", f"{name}(ctx);"), authorizes="functions/it.js shared/a.js")


def test_the_use_of_another_source_s_name_is_reported() -> None:
    of = code_change(calling("check"), calling("check2"))

    assert messages(of) == ["aws_appsync_function.a `graphql/functions/it.js` changes (authorization code)"]
    assert sections(of) == ["code, functions/it.js: check(ctx); -> check2(ctx);"]


def test_other_numbers_of_the_same_names_are_one_line() -> None:
    imports = 'import { util } from "@aws-appsync/utils";'
    new = ("shared/0.js", f"{imports}\nfunction check(ctx) {{\n  new();\n}}\nexport {{ request }};")
    before = bundle(("shared/a.js", f"{imports}\n{RULES[0][1]}\nutil.time(ctx.util, ...check(ctx));"), RULES[1])
    renumbered = (
        (
            "shared/a.js",
            (
                'import { util as util2 } from "@aws-appsync/utils";\n'
                "function check2(ctx) {\n  fail();\n}\nutil2.time(ctx.util, ...check2(ctx));"
            ),
        ),
        ("shared/b.js", "function check3(ctx) {\n  pass();\n}"),
    )

    assert sections(code_change(before, bundle(new, *renumbered))) == [f"code, shared/0.js: (none) -> {new[1]}"]
    assert sections(code_change(bundle(*renumbered), before)) == [
        "code: (names of several sources) -> (the same names with other numbers)"
    ]


def test_other_code_before_the_sources_is_reported() -> None:
    def code(role: str) -> dict[str, Any]:
        start = f'// @requires MODERATOR\n// @authorizes resolvers/x.js\nconst REQUIRED_ROLE = "{role}";\n'
        return {"code": f"{start}// resolvers/x.js\ncheck(REQUIRED_ROLE);\n"}

    of = code_change(code("MODERATOR"), code("MEMBER"))

    was, then = (f'const REQUIRED_ROLE = "{role}";' for role in ("MODERATOR", "MEMBER"))
    assert messages(of) == [
        f"aws_appsync_function.a the role in its code changes from `{was}` to `{then}`, without a change of its tags"
    ]
    assert sections(of) == [f"code, header: {was} -> {then}"]


def tagged(tags: tuple[str, ...], *lines: str) -> dict[str, Any]:
    """Return a bundle with tags and lines before its source."""
    header = "".join(f"{line}\n" for line in (*(f"// @requires {tag}" for tag in tags), *lines))
    return {"code": f"{header}// resolvers/x.js\ncheck(REQUIRED_ROLE);\n"}


REQUIRES_MEMBER = 'const REQUIRED_ROLE = "MEMBER";'
REQUIRES_OWNER = 'const REQUIRED_ROLE = "OWNER";'


@pytest.mark.parametrize(
    ("tags", "lines", "is_reported"),
    [
        (("OWNER",), (REQUIRES_OWNER,), False),
        (("OWNER", "MEMBER if x"), (REQUIRES_OWNER, 'const CONDITIONAL_ROLE = "MEMBER";'), False),
        (("OWNER",), (REQUIRES_MEMBER,), True),
        (("OWNER", "MEMBER if x"), (REQUIRES_MEMBER,), True),
        (("OWNER",), (REQUIRES_OWNER, "open();"), True),
    ],
)
def test_code_before_the_sources_that_does_not_follow_new_tags_is_reported(
    tags: tuple[str, ...], lines: tuple[str, ...], *, is_reported: bool
) -> None:
    before = tagged(("MODERATOR",), 'const REQUIRED_ROLE = "MODERATOR";')

    of_tags, *of_code = sorted(messages(code_change(before, tagged(tags, *lines))))

    assert "the required role changes from `MODERATOR`" in of_tags
    assert [message.rpartition(", ")[2] for message in of_code] == ["unlike its tags"] * is_reported


def test_code_beside_the_settings_is_reported() -> None:
    literal = "var define_SETTINGS_default = { shed: [], retentionDays: 0 };"
    before, after = (bundle(("<define:SETTINGS>", text)) for text in (literal, f"{literal}\nopen();"))

    assert sections(code_change(before, after)) == [f"code, <define:SETTINGS>: {literal} -> {literal}\nopen();"]


def test_another_order_of_the_sources_is_shown() -> None:
    of = code_change(bundle(*RULES), bundle(*reversed(RULES)))

    assert [found.path for found in values_of(of, of.changes[0])] == ["code"]


# --- schema -----------------------------------------------------------------------------------------


def test_breaking_and_dangerous_schema_changes_are_distinguished() -> None:
    before = "enum Kind { A } type Query { a: String b: Kind }"
    after = "enum Kind { A B } type Query { b: Kind c: String }"

    assert messages(schema_change(before, after)) == [
        f"{API} breaks clients: Query.a was removed.",
        f"{API} may break clients: B was added to enum type Kind.",
    ]


def test_an_added_field_is_not_a_breaking_change() -> None:
    assert messages(schema_change(SCHEMA, SCHEMA.replace("me: User", "me: User you: AWSDateTime"))) == []


# --- the report -------------------------------------------------------------------------------------


def test_a_long_report_is_truncated_with_a_notice_at_its_beginning_and_keeps_refusals() -> None:
    additions = [change(f"aws_dynamodb_table.t{number:05}", "create", after={}) for number in range(8_000)]
    of = plan(REPLACED, *additions)

    reviewed = Review("dev", of, find(of), cost_change(of))
    text = reviewed.markdown()

    assert len(text) <= COMMENT_LIMIT
    assert f"`{TABLE}` would be replaced" in text
    assert "[[approval]]" in text
    notice = "> **This review is incomplete:** 1 block of details (8000 x aws_dynamodb_table) does not fit. "
    assert text.splitlines()[2].startswith(notice)
    assert "t07999" not in text
    assert "t07999" in reviewed.text()
    assert "t07999" in reviewed.summary()


def test_a_long_notice_of_a_cut_fits_in_the_limit() -> None:
    folds = [Fold(f"{'x' * 38}{number:02}", ("y" * 5_000,)) for number in range(12)]
    lines: list[str | Fold] = [*(f"- line {number:04}" for number in range(500)), *folds]
    remedy = "Complete review: the summary of the workflow run, or a command with several options and file names."

    for limit in (1_000, 2_000, 3_333):
        text = markdown("## Plan", lines, limit, len, remedy)
        assert limit - 100 < len(text) <= limit
        assert f"12 blocks of details ({'x' * 38}00; " in text
        assert "and 7 more" in text
        assert "lines at the end" in text


def test_visible_lines_that_do_not_fit_are_counted_in_the_notice() -> None:
    of = plan(*(change(f"a.b{number:03}", "update", before={"x": number}, after={"x": -1}) for number in range(60)))
    reviewed = Review("dev", of, find(of), cost_change(of))

    text = reviewed.markdown(limit=1_500)

    assert len(text) <= 1_500 < len(reviewed.markdown())
    assert text.startswith("## Plan for dev: may be applied\n\n> **This review is incomplete:** ")
    assert "lines at the end do not fit. " in text
    assert "b000" in text
    assert "b059" not in text


def test_a_report_shows_actions_attributes_and_renames() -> None:
    of = plan(
        change("a.changed", "update", before={"x": 1, "y": 1}, after={"x": 2, "y": 1}),
        change("a.renamed", "no-op", before={"x": 1}, after={"x": 1}, previous_address="a.old"),
        change("a.taken", "no-op", before={"x": 1}, after={"x": 1}, importing={"id": "1"}),
        change("a.same", "no-op", before={"x": 1}, after={"x": 1}),
    )

    assert {one.address: one.action for one in of.changes} == {
        "a.changed": Action.CHANGE,
        "a.renamed": Action.MOVE,
        "a.taken": Action.IMPORT,
    }
    text = Review("dev", of, [], cost_change(of)).markdown()
    assert "- `a.renamed` is renamed, was `a.old`" in text
    assert "- `a.taken` is imported" in text
    assert "- `a.changed` changes:\n  - `x`: `1` → `2`\n" in text
    assert "`y`" not in text


def test_sensitive_values_are_not_in_a_review() -> None:
    of = plan(
        change(
            "a.b",
            "update",
            before={"key": "old"},
            after={"key": "new"},
            before_sensitive={"key": True},
            after_sensitive={"key": True},
        )
    )

    assert of.changes[0].after == {"key": SENSITIVE}


def test_a_sensitive_text_is_masked_in_other_values_too() -> None:
    secret = {"client_secret": "the-secret-value"}
    of = plan(
        change(
            "aws_cognito_identity_provider.oidc",
            "update",
            before={"provider_details": {"oidc_issuer": "https://a.example"}},
            after={"provider_details": {"oidc_issuer": "https://b.example/?the-secret-value", **secret}},
        ),
        change("a.b", "update", before={"json": "{}"}, after={"json": json.dumps({"x": "the-secret-value"})}),
    )

    reviewed = review(of, (), "dev")

    for text in (reviewed.markdown(), reviewed.text(), json.dumps(reviewed.document())):
        assert "the-secret-value" not in text
        assert "https://b.example/?(sensitive)" in text


def test_equal_changes_of_several_resources_are_listed_once() -> None:
    of = plan(*(change(f"a.b{number}", "update", before={"x": 1}, after={"x": 2, "y": number}) for number in range(5)))

    text = review(of, (), "dev").markdown()

    assert "- `a.b0`, `a.b1`, `a.b2` and 2 more resources change:\n  - `x`: `1` → `2`\n" in text
    assert "- `a.b4` changes:\n  - `y`: adds `4`\n" in text
    assert text.count("`x`") == 1


OUTPUTS = {
    "api_id": {"actions": ["update"], "before": "a", "after": None, "after_unknown": True},
    "bucket": {"actions": ["create"], "before": None, "after": "chat-files"},
    "key": {
        "actions": ["update"],
        "before": "old-secret",
        "after": "new-secret",
        "before_sensitive": True,
        "after_sensitive": True,
    },
    "link": {"actions": ["update"], "before": "https://a.example", "after": "https://b.example/?new-secret"},
    "region": {"actions": ["no-op"], "before": "x", "after": "x"},
    "unused": {"actions": ["delete"], "before": ["x"], "after": None},
}


def test_changed_outputs_are_shown_with_their_values_unless_they_are_sensitive() -> None:
    of = Plan.of({**plan().document, "output_changes": OUTPUTS}, "test")

    reviewed = review(of, (), "dev")

    text = reviewed.markdown()
    assert visible(text).endswith(
        "### Outputs\n\n"
        "- `api_id`: `a` → `(known after apply)`\n"
        "- `key`: `(sensitive)` → `(another sensitive value)`\n"
        "- `link`: `https://a.example` → `https://b.example/?(sensitive)`\n"
        '- `unused`: removes `["x"]`\n'
    )
    assert "<summary>1 new output</summary>\n\n- `bucket`: `chat-files`\n" in text
    for shown in (text, json.dumps(reviewed.document())):
        assert "new-secret" not in shown
        assert "old-secret" not in shown


def test_another_order_of_named_blocks_is_shown() -> None:
    blocks = [{"name": "a", "priority": 1}, {"name": "b", "priority": 2}]
    of = plan(change("x.y", "update", before={"block": blocks}, after={"block": blocks[::-1]}))

    assert sections(of) == ["order of block: a, b -> b, a"]


def test_long_values_are_diffs_and_json_is_formatted() -> None:
    before, after = (policy(allow("a:B", "r", Sid="x" * 200), allow(action, "r")) for action in ("a:C", "a:D"))
    of = plan(change(ROLE, "update", before={"policy": before}, after={"policy": after}))

    text = review(of, (), "dev").markdown()

    assert "`policy`: 1 line removed, 1 line added, see the diff below" in text
    assert '\n-      "Action": "a:C",\n+      "Action": "a:D",\n' in text


def test_permissions_are_listed_by_role_and_new_roles_by_service() -> None:
    trust = policy(allow("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"}))
    write = policy(allow(["s3:PutObject", "s3:GetObject", "sqs:SendMessage"], "r"), allow("xray:PutSegments", "*"))
    names = ("one", "two")
    roles = (
        change(f"aws_iam_role.{name}", "create", after={"name": name, "assume_role_policy": trust}) for name in names
    )
    policies = (
        change(f"aws_iam_role_policy.{name}", "create", after={"role": name, "policy": write}) for name in names
    )

    text = review(plan(*roles, *policies), (), "dev").markdown()

    both = "- `aws_iam_role.one`, `aws_iam_role.two`"
    assert f"{both} (new, for `lambda.amazonaws.com`) may call s3 (2), sqs (1).\n" in text
    assert f"{both} wildcard, on `*`: may `xray:PutSegments`.\n" in text
    assert text.count("`s3:PutObject`") == 2, "in the folded details of each role"


def visible(text: str) -> str:
    """Return a review without its folded details."""
    return re.sub(r"\n<details>.*?</details>\n", "", text, flags=re.DOTALL)


NEW_ROLE = "aws_iam_role.one"
ACCOUNT = {"AWS": "arn:aws:iam::999999999999:root"}
LAMBDA = {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        (allow("*", "arn:aws:s3:::b"), "wildcard, on `arn:aws:s3:::b`: may `*`"),
        (allow("s3:Get*", "arn:aws:s3:::b/rooms/*"), "wildcard, on `arn:aws:s3:::b/rooms/*`: may `s3:Get*`"),
        (allow("DynamoDB:PutItem", "*"), "wildcard, on `*`: may `DynamoDB:PutItem`"),
        (
            allow("dynamodb:PutItem", "arn:aws:dynamodb:r:1:table/*"),
            "wildcard, on `arn:aws:dynamodb:r:1:table/*`: may `dynamodb:PutItem`",
        ),
        (allow("s3:GetObject", "arn:aws:s3:::*"), "wildcard, on `arn:aws:s3:::*`: may `s3:GetObject`"),
        (allow("iam:PassRole", "arn:aws:iam::1:role/x"), "on `arn:aws:iam::1:role/x`: may `iam:PassRole`"),
        (allow("STS:AssumeRole", "arn:aws:iam::9:role/x"), "on `arn:aws:iam::9:role/x`: may `STS:AssumeRole`"),
        (
            allow("organizations:MoveAccount", "arn:aws:organizations::1:account/o/9"),
            "on `arn:aws:organizations::1:account/o/9`: may `organizations:MoveAccount`",
        ),
        (
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "r"},
            'wildcard, on `r`: may `all actions except "iam:*"`',
        ),
        (
            {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "r"},
            'wildcard, on `all resources except "r"`: may `s3:GetObject`',
        ),
    ],
)
def test_wide_permissions_of_a_new_role_are_visible(statement: dict[str, Any], shown: str) -> None:
    trust = policy(allow("sts:AssumeRole", Principal=LAMBDA))
    usual = allow(
        "SQS:SendMessage", ["${aws_sqs_queue.q.arn}", "${aws_sqs_queue.r.arn}:*", "arn:aws:sqs:r:1:queue/it/*"]
    )
    of = plan(
        change(NEW_ROLE, "create", after={"name": "one", "assume_role_policy": trust}),
        change("aws_iam_role_policy.one", "create", after={"role": "one", "policy": policy(usual, statement)}),
    )

    text = visible(review(of, (), "dev").markdown())

    assert f"- `{NEW_ROLE}` {shown}.\n" in text
    assert f"- `{NEW_ROLE}` (new, for `lambda.amazonaws.com`) may call sqs (3).\n" in text


@pytest.mark.parametrize(
    ("principal", "shown"),
    [
        (ACCOUNT, "`AWS arn:aws:iam::999999999999:root` may `sts:AssumeRole`"),
        ({"Federated": "accounts.example.com"}, "`Federated accounts.example.com` may `sts:AssumeRole`"),
        ("*", "public: `*` may `sts:AssumeRole`"),
        ({"Service": "*"}, "public: `Service *` may `sts:AssumeRole`"),
    ],
)
def test_other_principals_and_attached_policies_of_a_new_role_are_visible(principal: object, shown: str) -> None:
    trust = policy(allow("sts:AssumeRole", Principal=LAMBDA), allow("sts:AssumeRole", Principal=principal))
    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    inline = [{"name": "x", "policy": policy(allow("kms:*", "*"))}]
    role = {"name": "one", "assume_role_policy": trust, "managed_policy_arns": ["arn:other"], "inline_policy": inline}
    of = plan(
        change(NEW_ROLE, "create", after=role),
        change("aws_iam_role_policy_attachment.a", "create", after={"role": "one", "policy_arn": administrator}),
    )

    text = visible(review(of, (), "dev").markdown())

    for message in (shown, f"attaches `{administrator}`", "attaches `arn:other`", "wildcard, on `*`: may `kms:*`"):
        assert f"- `{NEW_ROLE}` {message}.\n" in text


def test_a_long_list_of_actions_keeps_its_resource_and_warning_and_is_complete_below() -> None:
    actions = [f"s3:ActionWithAnExtremelyLongName{number:02}" for number in range(25)]
    bucket = "aws_s3_bucket_policy.attachments"
    wide = policy(allow(actions, "arn:aws:s3:::attachments/*", Principal="*"))
    of = plan(change(bucket, "create", after={"policy": wide}), prior=DEPLOYED)

    reviewed = review(of, (), "dev")

    line = (
        f"- `{bucket}` public, wildcard, on `arn:aws:s3:::attachments/*`: `*` may `s3:ActionWithAnExtremelyLongName00`"
    )
    assert line in visible(reviewed.markdown())
    assert "(complete below)" in visible(reviewed.markdown())
    assert "`s3:ActionWithAnExtremelyLongName24`.\n" in reviewed.markdown()
    assert "`s3:ActionWithAnExtremelyLongName24`.\n" in reviewed.text()


def test_a_long_value_of_a_new_client_is_complete_below() -> None:
    urls = [f"https://{number:02}.example.org/a-rather-long-path-of-a-web-client" for number in range(20)]
    of = plan(change(CLIENT, "create", after={"callback_urls": urls}), prior=DEPLOYED)

    text = review(of, (), "dev").markdown()

    assert urls[-1] not in visible(text)
    assert urls[-1] in text


def test_markup_in_a_plan_is_escaped_in_a_review() -> None:
    hostile = "` `` <img src=x> @someone | [a](https://example.com) \u202e\n# title"
    values = {"visibility": hostile, "xray_enabled": hostile.partition("\n")[0]}
    of = plan(change(API, "update", before={"visibility": "<b>", "xray_enabled": "x"}, after=values))
    approved = approve(
        find(plan(REPLACED)), [approval(reason=f"four different words {hostile}")], environment="dev", today=TODAY
    )

    text = Review("dev", of, [*find(of), *approved], cost_change(of)).markdown()

    outside = [token for token in inline_tokens(text) if token.type not in {"code_inline", "softbreak"}]
    assert {token.type for token in outside} <= {"text", "strong_open", "strong_close"}
    assert "@someone" not in "".join(token.content for token in outside)
    assert "\u202e" not in text


def test_line_breaks_in_a_name_begin_no_markdown() -> None:
    hostile = "x\n\n</summary>\n\n# Nothing to see @team\n"
    rules = [rule(id=name, expiration=[{"days": days}]) for name, days in ((hostile, 1), ("b", 2))]
    before = {"rule": [{**one, "filter": [{"prefix": "y" * 200}]} for one in rules]}
    of = plan(change(LIFECYCLE, "update", before=before, after={"rule": rules}))

    reviewed = review(of, (), "dev")

    summaries = [line for line in reviewed.markdown().splitlines() if line.startswith("<summary>")]
    assert any("# Nothing to see" in line for line in summaries)
    assert all(line.endswith("</summary>") for line in summaries)
    for text in (reviewed.markdown(), reviewed.markdown(limit=1_200), reviewed.text()):
        assert not [line for line in text.splitlines() if line.startswith(("# ", "</summary>"))]


def test_a_long_line_is_complete_once() -> None:
    urls = [f"https://{number:02}.example.org/a-rather-long-path-of-a-web-client" for number in range(20)]
    of = plan(change(CLIENT, "create", after={"callback_urls": urls}), prior=DEPLOYED)

    complete = review(of, (), "dev").text().partition("--- Complete text of long lines")[2].partition("###")[0]

    assert complete.count(urls[-1]) == 1


def inline_tokens(text: str) -> list[Token]:
    """Return the parts of texts in Markdown: words, code spans, links, HTML."""
    return [child for token in MarkdownIt().parse(text) for child in token.children or () if token.type == "inline"]


@pytest.mark.parametrize(("entry", "code"), [(REPLACED, 1), (change(TABLE, "create", after={}), 0)])
def test_the_command_exits_with_1_if_it_refuses(tmp_path: Path, entry: dict[str, Any], code: int) -> None:
    file, output = tmp_path / "plan.json", tmp_path / "review.json"
    file.write_bytes(plan(entry).json)
    stack = tmp_path / "chat-staging" / "cdk.tf.json"
    stack.parent.mkdir()
    stack.write_text("{}")
    digests = {"json_sha256": file_digest(file), "stack_sha256": Stack(stack.parent, "staging").digest()}
    write_record(record(**digests), tmp_path / "record.json")
    arguments = ["--plan-json", str(file), "--record", str(tmp_path / "record.json"), "--stacks", str(tmp_path)]

    assert main(["review", *arguments, "--format", "json", "--output", str(output)]) == code
    assert json.loads(output.read_text())["refused"] is bool(code)


@pytest.mark.parametrize(("before", "refused"), [(False, True), (None, False)])
def test_a_bucket_that_can_be_deleted_with_its_objects_is_refused_unless_it_is_imported(
    before: bool | None,
    refused: bool,
) -> None:
    bucket = "aws_s3_bucket.attachments"
    of = plan(change(bucket, "update", before={"force_destroy": before}, after={"force_destroy": True}))

    assert [finding.address for finding in find(of) if finding.refused] == [bucket] * refused
