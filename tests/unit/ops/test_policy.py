"""Tests that the synthesized stacks follow the rules, each rule detects violations, and the waivers are current."""

from __future__ import annotations

import copy
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from common.exit_codes import EXIT_OK
from ops.__main__ import main
from ops.order import PromotionOrder
from ops.policy.checkov import COMMAND, scan_modules, scan_plan
from ops.policy.rule import Rule, Violation
from ops.policy.rules import RULES, violations
from ops.policy.waivers import FILE, PolicyWaiver, read_policy_waivers, unused, unwaived
from ops.waivers import expired
from terraform.stack import Stack
from tests.helpers.once import synthesized_by_main

if TYPE_CHECKING:
    from collections.abc import Callable

    Document = dict[str, Any]

ORDER = PromotionOrder.load()
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output of `make synth`."""
    stacks = tmp_path_factory.mktemp("policy") / "stacks"
    without_local = shutil.ignore_patterns("chat-local")
    return Path(shutil.copytree(synthesized_by_main(tmp_path_factory) / "stacks", stacks, ignore=without_local))


@pytest.fixture(scope="module")
def prod(folder: Path) -> Document:
    """Return the stack with the strictest rules."""
    return Stack.find(folder, "prod").document


def found_in(document: Document, tmp_path: Path) -> set[str]:
    """Return the rules that a production stack violates."""
    return {violation.rule for violation in broken(document, tmp_path)}


def broken(
    document: Document, tmp_path: Path, environment: str = "prod", rules: tuple[Rule, ...] = RULES
) -> list[Violation]:
    """Return the violations of a stack; the rules for production apply to prod."""
    path = tmp_path / f"chat-{environment}"
    path.mkdir(exist_ok=True)
    (path / "cdk.tf.json").write_text(json.dumps(document))
    stack = Stack(path, environment)
    return [violation for rule in rules for violation in rule.violations(stack, production=environment == "prod")]


def own_violations(folder: Path) -> list[Violation]:
    """Return the violations of this project's rules in all stacks that receive releases."""
    return [
        violation
        for name in ORDER.environments
        for violation in violations(Stack.find(folder, name), production=name in ORDER.production)
    ]


def first(document: Document, kind: str) -> Document:
    """Return the arguments of the first resource of a type."""
    named: dict[str, Document] = document["resource"][kind]
    return named[min(named)]


# --- synthesized stacks -----------------------------------------------------------------------------


def test_the_synthesized_stacks_have_no_violations_without_waiver(folder: Path) -> None:
    assert unwaived(own_violations(folder), read_policy_waivers(), TODAY, ORDER.production) == []


def test_checkov_has_no_findings_without_waiver(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not COMMAND.exists():
        pytest.skip("Checkov is not installed; `make policy` installs it and checks the same")

    code = main(["policy", "--stacks", str(folder)])

    printed = capsys.readouterr()
    assert printed.out == ""
    assert code == 0


def test_checkov_finds_problems_in_modules(tmp_path: Path) -> None:
    if not COMMAND.exists():
        pytest.skip("Checkov is not installed; `make policy` installs it")
    (tmp_path / "queue").mkdir()
    (tmp_path / "queue" / "main.tf").write_text(
        'resource "aws_sqs_queue" "q" {\n  sqs_managed_sse_enabled = false\n}\n'
        'resource "aws_sqs_queue" "r" {\n  sqs_managed_sse_enabled = true\n}\n'
    )

    found = {(one.environment, one.rule, one.address) for one in scan_modules(tmp_path)}

    assert ("modules", "CKV_AWS_27", "module.queue.aws_sqs_queue.q") in found
    assert ("modules", "CKV_AWS_27", "module.queue.aws_sqs_queue.r") not in found


def test_checkov_finds_problems_in_plans(tmp_path: Path) -> None:
    if not COMMAND.exists():
        pytest.skip("Checkov is not installed; `make policy` installs it")
    values = {"name": "q", "sqs_managed_sse_enabled": False}
    resource = {"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "values": values}
    change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": [resource]}},
        "resource_changes": [{**resource, "change": change}],
        "configuration": {"root_module": {"resources": []}},
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document))

    assert ("CKV_AWS_27", "aws_sqs_queue.q") in {(one.rule, one.address) for one in scan_plan(file, "dev")}


# --- violations of every rule -----------------------------------------------------------------------


def break_statement(document: Document) -> None:
    policy = first(document, "aws_iam_role_policy")
    policy["policy"] = json.dumps({"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]})


def without_alarms(metric: str) -> Callable[[Document], object]:
    def remove(document: Document) -> None:
        alarms = document["resource"]["aws_cloudwatch_metric_alarm"]
        for name in [name for name, alarm in alarms.items() if metric in json.dumps(alarm)]:
            del alarms[name]

    return remove


def put(kind: str, name: str, value: object) -> Callable[[Document], object]:
    return lambda document: first(document, kind).__setitem__(name, value)


POOL, CLIENT, API = "aws_cognito_user_pool", "aws_cognito_user_pool_client", "aws_appsync_graphql_api"
BREAKS: dict[str, Callable[[Document], object]] = {
    "CHAT_COGNITO_1": put(POOL, "lifecycle", {}),
    "CHAT_COGNITO_2": put(POOL, "password_policy", {"minimum_length": 11}),
    "CHAT_COGNITO_3": put(POOL, "username_configuration", {"case_sensitive": True}),
    "CHAT_COGNITO_4": put(POOL, "mfa_configuration", "OFF"),
    "CHAT_COGNITO_5": put(POOL, "user_pool_add_ons", {"advanced_security_mode": "OFF"}),
    "CHAT_COGNITO_6": put(CLIENT, "prevent_user_existence_errors", "LEGACY"),
    "CHAT_COGNITO_7": put(CLIENT, "generate_secret", value=True),
    "CHAT_COGNITO_8": put(CLIENT, "access_token_validity", 1441),
    "CHAT_APPSYNC_1": put(API, "authentication_type", "API_KEY"),
    "CHAT_APPSYNC_2": lambda document: document["resource"].update(aws_appsync_api_key={"chat": {}}),
    "CHAT_APPSYNC_3": put(API, "introspection_config", "ENABLED"),
    "CHAT_APPSYNC_4": put(API, "query_depth_limit", 0),
    "CHAT_APPSYNC_5": put(API, "xray_enabled", value=False),
    "CHAT_APPSYNC_6": put(API, "log_config", {"exclude_verbose_content": False}),
    "CHAT_APPSYNC_7": lambda document: document["resource"]["aws_appsync_resolver"].pop("Query_me"),
    "CHAT_APPSYNC_8": lambda document: document["resource"]["aws_appsync_resolver"][
        "Subscription_onMessageCreated"
    ].update(pipeline_config={"functions": []}, code="export function request() { return {}; }"),
    "CHAT_DYNAMODB_1": put("aws_dynamodb_table", "deletion_protection_enabled", value=False),
    "CHAT_DYNAMODB_2": lambda document: document["resource"]["aws_dynamodb_table"]["messages"].pop("ttl"),
    "CHAT_DYNAMODB_3": lambda document: [
        table.update(stream_view_type="KEYS_ONLY") for table in document["resource"]["aws_dynamodb_table"].values()
    ],
    "CHAT_LAMBDA_1": put("aws_lambda_function", "logging_config", {"log_format": "JSON"}),
    "CHAT_LAMBDA_2": put("aws_lambda_function", "architectures", ["x86_64"]),
    "CHAT_LAMBDA_3": put("aws_lambda_function", "logging_config", {"log_format": "Text"}),
    "CHAT_LAMBDA_4": put("aws_lambda_function", "timeout", 901),
    "CHAT_LAMBDA_5": break_statement,
    "CHAT_LAMBDA_6": put("aws_lambda_event_source_mapping", "maximum_retry_attempts", None),
    "CHAT_SQS_1": lambda document: document["resource"].update(
        aws_sqs_queue={"fed": {}},
        aws_lambda_event_source_mapping={
            "it": {"event_source_arn": "${aws_sqs_queue.fed.arn}", "function_name": "${aws_lambda_function.x.arn}"}
        },
        aws_lambda_function={"x": {"timeout": 1, "function_name": "x"}},
    ),
    "CHAT_SQS_2": lambda document: document["resource"].update(
        aws_sqs_queue={"fed": {"visibility_timeout_seconds": 59}},
        aws_lambda_event_source_mapping={
            "it": {"event_source_arn": "${aws_sqs_queue.fed.arn}", "function_name": "${aws_lambda_function.x.arn}"}
        },
        aws_lambda_function={"x": {"timeout": 10, "function_name": "x"}},
    ),
    "CHAT_ALARM_1": without_alarms("5XXError"),
    "CHAT_ALARM_2": without_alarms("Throttles"),
    "CHAT_ALARM_3": without_alarms("ApproximateNumberOfMessagesVisible"),
    "CHAT_ALARM_4": put("aws_cloudwatch_metric_alarm", "alarm_actions", []),
    "CHAT_TERRAFORM_1": lambda document: document["terraform"]["backend"]["s3"].pop("use_lockfile"),
    "CHAT_TERRAFORM_2": lambda document: document["terraform"].update(required_version=">= 1.11"),
    "CHAT_TERRAFORM_3": lambda document: document["provider"]["aws"][0].pop("allowed_account_ids"),
    "CHAT_TERRAFORM_4": lambda document: document["provider"]["aws"][0].pop("default_tags"),
    "CHAT_TERRAFORM_5": lambda document: document["resource"]["terraform_data"].pop("workspace"),
}


@pytest.fixture(scope="module")
def corrected(prod: Document) -> Document:
    """Return the production stack without the resources that have waivers."""
    document = copy.deepcopy(prod)
    for alarm in document["resource"]["aws_cloudwatch_metric_alarm"].values():
        alarm["alarm_actions"] = ["arn:aws:sns:us-east-1:333333333333:oncall"]
    first(document, POOL).update(mfa_configuration="OPTIONAL", user_pool_add_ons={"advanced_security_mode": "ENFORCED"})
    return document


def test_the_corrected_stack_has_no_violations(corrected: Document, tmp_path: Path) -> None:
    assert found_in(corrected, tmp_path) == set()


def test_every_rule_has_a_violating_case() -> None:
    assert sorted(BREAKS) == sorted(rule.id for rule in RULES)


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_violations_are_found(rule: str, corrected: Document, tmp_path: Path) -> None:
    document = copy.deepcopy(corrected)
    BREAKS[rule](document)

    assert rule in found_in(document, tmp_path)


QUEUE = {"it": {"event_source_arn": "${aws_sqs_queue.fed.arn}", "function_name": "${aws_lambda_function.x.arn}"}}


def allow(action: str, resource: str) -> Callable[[Document], object]:
    statement = {"Effect": "Allow", "Action": [action], "Resource": resource}
    return put("aws_iam_role_policy", "policy", json.dumps({"Statement": [statement]}))


def provider(name: str) -> Callable[[Document], object]:
    return lambda document: document["terraform"]["required_providers"][name].update(version=">= 5.100")


def fed_by(visible: int | None, timeout: int | None, **queue: object) -> Callable[[Document], object]:
    """Return a queue that feeds a function."""
    return lambda document: document["resource"].update(
        aws_sqs_queue={"fed": {"visibility_timeout_seconds": visible, "name": "fed", **queue}},
        aws_lambda_event_source_mapping=QUEUE,
        aws_lambda_function={"x": {"timeout": timeout, "function_name": "x"}},
    )


VALIDITY = {"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"}
MAPPING = "aws_lambda_event_source_mapping"
PROBLEMS: list[tuple[str, str, Callable[[Document], object]]] = [
    ("CHAT_COGNITO_1", "prevent_destroy", put(POOL, "lifecycle", {})),
    ("CHAT_COGNITO_1", "deletion_protection", put(POOL, "deletion_protection", "INACTIVE")),
    ("CHAT_COGNITO_2", "of 11 characters", put(POOL, "password_policy", {"minimum_length": 11})),
    ("CHAT_COGNITO_2", "of 0 characters", put(POOL, "password_policy", {})),
    ("CHAT_COGNITO_3", "case-sensitive", put(POOL, "username_configuration", {})),
    ("CHAT_COGNITO_7", "has a secret", put(CLIENT, "generate_secret", value=True)),
    ("CHAT_COGNITO_7", "the implicit flow", put(CLIENT, "allowed_oauth_flows", ["code", "implicit"])),
    ("CHAT_COGNITO_7", "use SRP", put(CLIENT, "explicit_auth_flows", ["ALLOW_USER_PASSWORD_AUTH"])),
    ("CHAT_COGNITO_8", "cannot be revoked", put(CLIENT, "enable_token_revocation", value=False)),
    ("CHAT_COGNITO_8", "access_token_validity", put(CLIENT, "access_token_validity", 1441)),
    ("CHAT_COGNITO_8", "id_token_validity", put(CLIENT, "id_token_validity", 1441)),
    ("CHAT_COGNITO_8", "refresh_token_validity", put(CLIENT, "refresh_token_validity", 91)),
    ("CHAT_COGNITO_8", "access_token_validity", put(CLIENT, "access_token_validity", None)),
    (
        "CHAT_COGNITO_8",
        "access_token_validity",
        put(CLIENT, "token_validity_units", {**VALIDITY, "access_token": "days"}),
    ),
    ("CHAT_APPSYNC_4", "query_depth_limit", put(API, "query_depth_limit", 0)),
    ("CHAT_APPSYNC_4", "resolver_count_limit", put(API, "resolver_count_limit", 0)),
    ("CHAT_DYNAMODB_1", "deletion_protection_enabled", put("aws_dynamodb_table", "deletion_protection_enabled", None)),
    ("CHAT_DYNAMODB_1", "lifecycle.prevent_destroy", put("aws_dynamodb_table", "lifecycle", {})),
    *(
        (
            "CHAT_DYNAMODB_2",
            "rows never expire",
            lambda document, table=table, ttl=ttl: document["resource"]["aws_dynamodb_table"][table].update(ttl=ttl),
        )
        for table in ("deduplication", "messages", "notifications")
        for ttl in (None, {"enabled": False, "attribute_name": "expiresAt"}, {"enabled": True})
    ),
    ("CHAT_LAMBDA_4", "longer than 29 s", put("aws_lambda_function", "timeout", 0)),
    ("CHAT_LAMBDA_4", "timeout is not set", put("aws_lambda_function", "timeout", None)),
    (
        "CHAT_LAMBDA_4",
        "longer than 900 s",
        lambda document: document["resource"]["aws_lambda_function"]["privacy"].update(timeout=901),
    ),
    (
        "CHAT_LAMBDA_4",
        "longer than 29 s",
        lambda document: document["resource"]["aws_lambda_function"]["attachments"].update(timeout=30),
    ),
    ("CHAT_LAMBDA_5", "on all resources", allow("s3:GetObject", "*")),
    ("CHAT_LAMBDA_5", "name the actions", allow("s3:*", "arn:aws:s3:::bucket")),
    ("CHAT_LAMBDA_6", "limit the retries", put(MAPPING, "maximum_retry_attempts", None)),
    ("CHAT_LAMBDA_6", "limit the retries", put(MAPPING, "bisect_batch_on_function_error", value=False)),
    ("CHAT_LAMBDA_6", "lost", put(MAPPING, "destination_config", {})),
    ("CHAT_SQS_1", "retried forever", fed_by(60, 10)),
    ("CHAT_SQS_2", "visible again", fed_by(59, 10, redrive_policy="{}")),
    ("CHAT_ALARM_2", "no alarm on Errors", without_alarms('"Errors"')),
    ("CHAT_ALARM_2", "no alarm on Throttles", without_alarms('"Throttles"')),
    ("CHAT_TERRAFORM_1", "not in S3", lambda document: document["terraform"]["backend"].pop("s3")),
    *(
        (
            "CHAT_TERRAFORM_1",
            f"backend.s3.{name}",
            lambda document, name=name: document["terraform"]["backend"]["s3"].pop(name),
        )
        for name in ("use_lockfile", "encrypt", "allowed_account_ids")
    ),
    ("CHAT_TERRAFORM_2", "required_version", lambda document: document["terraform"].update(required_version="< 2")),
    ("CHAT_TERRAFORM_2", "aws needs a lower and an upper limit", provider("aws")),
    *(
        ("CHAT_TERRAFORM_4", tag, lambda document, tag=tag: default_tags(document).pop(tag))
        for tag in ("Application", "Environment", "ManagedBy")
    ),
    (
        "CHAT_TERRAFORM_5",
        "workspace",
        put("terraform_data", "lifecycle", {}),
    ),
]
"""Rules with several kinds of violations: the rule, part of its message, and the change that violates it."""


def default_tags(document: Document) -> Document:
    tags = document["provider"]["aws"][0]["default_tags"]
    found: Document = (tags[0] if isinstance(tags, list) else tags)["tags"]
    return found


@pytest.fixture(scope="module")
def small(corrected: Document) -> str:
    """Return the corrected stack as JSON, without its resolvers and functions, which are most of it."""
    resources = {kind: named for kind, named in corrected["resource"].items() if kind not in RESOLVERS}
    return json.dumps({**corrected, "resource": resources})


RESOLVERS = {"aws_appsync_resolver", "aws_appsync_function"}


def messages_of(rule: str, document: Document, tmp_path: Path) -> list[str]:
    """Return the messages of a rule for a production stack."""
    (found,) = (each for each in RULES if each.id == rule)
    return [violation.message for violation in broken(document, tmp_path, rules=(found,))]


@pytest.mark.parametrize(
    ("rule", "expected", "break_it"), PROBLEMS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_violation_is_found_alone(
    rule: str, expected: str, break_it: Callable[[Document], object], small: str, tmp_path: Path
) -> None:
    document = json.loads(small)
    break_it(document)
    messages = messages_of(rule, document, tmp_path)
    assert messages
    assert all(expected in message for message in messages), messages


@pytest.mark.parametrize(
    ("rule", "keep_it"),
    [
        ("CHAT_COGNITO_2", put(POOL, "password_policy", {"minimum_length": 12})),
        ("CHAT_COGNITO_8", put(CLIENT, "access_token_validity", 1440)),
        ("CHAT_COGNITO_8", put(CLIENT, "refresh_token_validity", 90)),
        ("CHAT_LAMBDA_4", put("aws_lambda_function", "timeout", 29)),
        ("CHAT_LAMBDA_5", allow("xray:PutTraceSegments", "*")),
        ("CHAT_SQS_1", fed_by(60, 10, redrive_policy="{}")),
        ("CHAT_SQS_2", fed_by(60, 10)),
        ("CHAT_SQS_2", fed_by(None, None)),
    ],
)
def test_limits_are_inclusive(rule: str, keep_it: Callable[[Document], object], small: str, tmp_path: Path) -> None:
    document = json.loads(small)
    keep_it(document)
    assert messages_of(rule, document, tmp_path) == []


def test_production_rules_apply_to_production_only(corrected: Document, tmp_path: Path) -> None:
    document = copy.deepcopy(corrected)
    for rule in sorted(BREAKS):
        if not rule.startswith("CHAT_SQS"):
            BREAKS[rule](document)
    everywhere = {rule.id for rule in RULES if not rule.production_only}
    assert {violation.rule for violation in broken(document, tmp_path, "staging")} <= everywhere


# --- waivers --------------------------------------------------------------------------------------


def waiver(**changes: object) -> PolicyWaiver:
    given = {
        "rule": "CKV_AWS_1",
        "address": "a.*",
        "environments": ("dev",),
        "reason": "A reason that is long enough to be one",
        "expires": date(2026, 12, 1),
    }
    return PolicyWaiver.model_validate({**given, **changes})


FINDING = Violation("dev", "CKV_AWS_1", "a.b", "is wrong")


def test_no_waiver_has_expired() -> None:
    assert expired(read_policy_waivers(), TODAY, FILE) == []


def test_every_waiver_matches_a_finding(folder: Path) -> None:
    assert unused(read_policy_waivers(), own_violations(folder), ("CHAT_",), ORDER.production) == []


def test_a_waiver_covers_its_rule_address_and_environment_until_its_last_day() -> None:
    assert unwaived([FINDING], [waiver()], date(2026, 12, 1), ()) == []
    for wrong in ({"rule": "CKV_AWS_2"}, {"address": "b.*"}, {"environments": ("prod",)}):
        assert unwaived([FINDING], [waiver(**wrong)], date(2026, 12, 1), ()) == [FINDING]
    assert unwaived([FINDING], [waiver()], date(2026, 12, 2), ()) == [FINDING]


def test_a_waiver_covers_all_environments_by_default() -> None:
    everywhere = PolicyWaiver.model_validate(
        {name: value for name, value in waiver().model_dump().items() if name != "environments"}
    )

    assert unwaived([FINDING], [everywhere], date(2026, 12, 1), ()) == []


@pytest.mark.parametrize(("pattern", "is_covered"), [("d*", True), ("*", True), ("q*", False)])
def test_a_waiver_can_name_environments_by_a_pattern(pattern: str, *, is_covered: bool) -> None:
    left = unwaived([FINDING], [waiver(environments=(pattern,))], date(2026, 12, 1), ())

    assert (left == []) is is_covered


def test_a_waiver_can_be_limited_to_production_or_to_the_rest() -> None:
    for production, wanted in ((True, ("dev",)), (False, ())):
        assert unwaived([FINDING], [waiver(production=production)], date(2026, 12, 1), wanted) == []
        other = waiver(production=not production)
        assert unwaived([FINDING], [other], date(2026, 12, 1), wanted) == [FINDING]
        assert unused([other], [FINDING], ("CKV",), wanted) == []


def test_expired_and_unused_waivers_are_reported() -> None:
    assert "The waiver of CKV_AWS_1 for a.* expired on 2026-12-01" in expired([waiver()], date(2026, 12, 2), FILE)[0]
    assert unused([waiver()], [FINDING], ("CKV",), ()) == []
    assert "matches nothing in dev" in unused([waiver(address="c.*")], [FINDING], ("CKV",), ())[0]
    assert unused([waiver(address="c.*")], [FINDING], ("CHAT_",), ()) == []


def test_an_unused_waiver_is_reported_without_failing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = waiver(rule="CHAT_COGNITO_1", environments=("*",), expires=date(9999, 1, 1))
    monkeypatch.setattr("ops.policy.report.read_policy_waivers", lambda: (*read_policy_waivers(), extra))

    assert main(["policy", "--stacks", str(folder), "--without-checkov"]) == EXIT_OK

    assert "The waiver of CHAT_COGNITO_1 for a.* matches nothing in " in capsys.readouterr().err
