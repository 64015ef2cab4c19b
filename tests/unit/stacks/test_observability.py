"""Tests of alarms with severity and runbook, of the dashboard and of the log queries."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast, get_args

import pytest

from appsync_local.request_log import RequestRecord, log_lines
from lambdas.common.observability import MetricName
from stacks.function_metrics import FUNCTION_METRICS
from stacks.names import service_name
from stacks.observability.alarm import Severity
from stacks.observability.log_metrics import FAILURES
from stacks.observability.log_queries import LOG_QUERIES, REQUEST_ID

if TYPE_CHECKING:
    from pathlib import Path

    from appsync_local.api import GraphqlApi
    from tests.unit.stacks.synthesized import Synthesized

LINK = re.compile(r"\. (Critical|Warning): (?:https://\S+/)?docs/operations\.md#([a-z-]+)$")


def alarms(stack: Synthesized) -> dict[str, dict[str, Any]]:
    """Return the alarms of a stack."""
    return stack.all("aws_cloudwatch_metric_alarm")


def page(root: Path) -> str:
    """Return the runbook."""
    return (root / "docs" / "operations.md").read_text(encoding="utf-8")


def anchor(heading: str) -> str:
    """Return GitHub's anchor of a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def test_every_function_has_alarms(stack: Synthesized) -> None:
    watched = {
        alarm["dimensions"]["FunctionName"] for alarm in alarms(stack).values() if alarm["metric_name"] == "Errors"
    }

    assert watched == {f"${{aws_lambda_function.{name}.function_name}}" for name in stack.all("aws_lambda_function")}


def test_every_alarm_has_a_severity_and_a_link_to_the_runbook(stack: Synthesized) -> None:
    for address, alarm in alarms(stack).items():
        assert LINK.search(alarm["alarm_description"]), address
        assert len(alarm["alarm_description"]) <= 1024


def test_every_alarm_has_a_section_and_every_section_an_alarm(hardened: Synthesized, root: Path) -> None:
    text = page(root)
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    headings = [
        line for part in parts if part.startswith("Alarms: ") for line in re.findall(r"^### (.+)$", part, re.MULTILINE)
    ]
    linked = {
        match.group(2) for alarm in alarms(hardened).values() if (match := LINK.search(alarm["alarm_description"]))
    }

    assert sorted(linked) == sorted(map(anchor, headings))


def test_a_section_names_its_alarms_and_their_severity(hardened: Synthesized, root: Path) -> None:
    owners = {
        "<function>": hardened.all("aws_lambda_function"),
        "<table>": hardened.all("aws_dynamodb_table"),
    }
    for address, alarm in alarms(hardened).items():
        severity, section = LINK.search(alarm["alarm_description"]).groups()  # type: ignore[union-attr]
        names = {f"`{address}`"}
        for placeholder, named in owners.items():
            names |= {f"`{address.replace(name, placeholder, 1)}`" for name in named if address.startswith(f"{name}_")}
        assert any(name in sections(root)[section] for name in names), f"{section} does not name {address}"
        assert severity.lower() in sections(root)[section].split(".")[0], f"{section}: {severity}"


def sections(root: Path) -> dict[str, str]:
    """Return the sections of the runbook by anchor."""
    return {anchor(part.split("\n", 1)[0]): part for part in re.split(r"^### ", page(root), flags=re.MULTILINE)[1:]}


def section_of(alarm: dict[str, Any]) -> str:
    """Return the anchor that an alarm's description links to."""
    found = LINK.search(alarm["alarm_description"])
    assert found is not None
    return found[2]


def condition(alarm: dict[str, Any]) -> str:
    """Return the condition of an alarm, for example ``Sum > 0``."""
    comparison = {"GreaterThanThreshold": ">", "LessThanThreshold": "<"}[alarm["comparison_operator"]]
    return f"{alarm.get('statistic') or alarm['extended_statistic']} {comparison} {alarm['threshold']}"


def test_a_section_has_the_conditions_of_its_alarms_only(hardened: Synthesized, root: Path) -> None:
    conditions: dict[str, set[str]] = {}
    for address, alarm in alarms(hardened).items():
        if alarm["metric_name"] == "Duration":
            alarm = {**alarm, "threshold": "80 % of the timeout"}  # noqa: PLW2901 - differs between functions
        minutes = f"{alarm['datapoints_to_alarm']} of {alarm['evaluation_periods']} minutes"
        text = f"`{alarm['metric_name']}` {condition(alarm)} in {minutes}"
        conditions.setdefault(section_of(alarm), set()).add(text)
        assert alarm["period"] == 60, address
    written = {
        name: set(found[1].split("; "))
        for name, text in sections(root).items()
        if (found := re.search(r"^Condition: ([^.]+)\.$", text, re.MULTILINE))
    }

    assert written == conditions


def test_detailed_alarms_are_those_of_environments_with_detailed_monitoring(
    hardened: Synthesized, stacks: dict[str, Synthesized], root: Path
) -> None:
    basic = {alarm["metric_name"] for alarm in alarms(stacks["dev"]).values()}
    assert not stacks["dev"].settings.enable_detailed_monitoring
    for address, alarm in alarms(hardened).items():
        if alarm["metric_name"] == "BlockedRequests":
            continue  # of the web ACL, which has a separate setting
        is_detailed = ", detailed" in sections(root)[section_of(alarm)].split(".")[0]
        assert is_detailed is (alarm["metric_name"] not in basic), address


def test_missing_data_is_breaching_for_schedules_only(hardened: Synthesized) -> None:
    for address, alarm in alarms(hardened).items():
        if alarm["metric_name"] != "Invocations":
            assert (alarm["evaluation_periods"], alarm["treat_missing_data"]) == (5, "notBreaching"), address


def test_a_function_near_its_timeout_raises_an_alarm(hardened: Synthesized) -> None:
    watched = {name: alarm for name, alarm in alarms(hardened).items() if alarm["metric_name"] == "Duration"}
    functions = hardened.all("aws_lambda_function")
    assert watched.keys() == {f"{name}_duration" for name in functions}
    for name, function in functions.items():
        alarm = watched[f"{name}_duration"]
        # 80 % of its timeout, in milliseconds.
        assert condition(alarm) == f"Maximum > {function['timeout'] * 800}"
        assert alarm["datapoints_to_alarm"] == 2


def test_only_schedules_have_alarms_on_missing_invocations(hardened: Synthesized) -> None:
    """A function without invocations has no data, which is a failure for schedules only."""
    silent = {name for name, alarm in alarms(hardened).items() if alarm["treat_missing_data"] == "breaching"}
    assert silent == {f"{name}_silent" for name in hardened.all("aws_scheduler_schedule")}
    for name in silent:
        alarm = alarms(hardened)[name]
        assert (alarm["metric_name"], condition(alarm)) == ("Invocations", "Sum < 1")
        assert (alarm["evaluation_periods"], alarm["datapoints_to_alarm"]) == (10, 10)


def test_links_of_the_runbook_have_targets(root: Path) -> None:
    text = page(root)
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}

    assert set(re.findall(r"\]\(#([a-z-]+)\)", text)) <= anchors
    for file in re.findall(r"\]\(([a-z-]+\.md)\)", text):
        assert (root / "docs" / file).is_file()


def test_warnings_have_separate_topics(hardened: Synthesized) -> None:
    topic = "arn:aws:sns:us-east-1:333333333333:"
    for alarm in alarms(hardened).values():
        is_warning = "Warning: " in alarm["alarm_description"]
        assert alarm["alarm_actions"] == alarm["ok_actions"] == [f"{topic}{'office' if is_warning else 'oncall'}"]
        assert "https://github.com/acme/chat/blob/main/docs/operations.md#" in alarm["alarm_description"]


def test_a_web_acl_is_monitored_by_its_own_name(hardened: Synthesized) -> None:
    acl = hardened.only("aws_wafv2_web_acl")
    alarm = alarms(hardened)["web_acl_blocks"]

    assert acl["visibility_config"]["metric_name"] == acl["name"]
    assert alarm["dimensions"] == {"WebACL": "${aws_wafv2_web_acl.api.name}", "Region": "us-east-1", "Rule": "ALL"}


def test_a_budget_notifies_the_first_topic(hardened: Synthesized, stack: Synthesized) -> None:
    budget = hardened.only("aws_budgets_budget")

    assert (budget["limit_amount"], budget["time_unit"]) == ("3500", "MONTHLY")
    assert budget["cost_filter"] == [{"name": "TagKeyValue", "values": ["user:Application$chat"]}]
    assert [(one["notification_type"], one["threshold"]) for one in budget["notification"]] == [
        ("ACTUAL", 80),
        ("FORECASTED", 100),
    ]
    for one in budget["notification"]:
        assert one["subscriber_sns_topic_arns"] == ["arn:aws:sns:us-east-1:333333333333:oncall"]
    assert stack.all("aws_budgets_budget") == {}, "no budget where none is given"


# --- metrics from logs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "message", "metric"),
    [
        ("RateLimited", "Too many requests at once for this room. Wait one second.", "ResolverThrottled"),
        ("Lambda:TooManyRequestsException", "Rate exceeded", "ResolverThrottled"),
        ("InternalFailure", "An internal failure occurred while resolving this field.", "ResolverBroken"),
        ("MappingTemplate", "Runtime Error", "ResolverBroken"),
        ("DynamoDB:AccessDeniedException", "User is not authorized to perform: dynamodb:GetItem", "ResolverDenied"),
        ("Forbidden", "You are not a member of this room.", "CallersRefused"),
        ("Unauthorized", "Not Authorized to access publishMessage on type Mutation", "CallersRefused"),
        ("NotFound", "The room does not exist. Check the id.", None),
        ("ValidationError", "input.content is empty.", None),
        ("Conflict", "The same item was changed by another request at the same time.", None),
    ],
)
def test_failures_are_counted_by_type_in_appsyncs_logs(kind: str, message: str, metric: str | None) -> None:
    api = SimpleNamespace(id="a" * 26, log_config={"fieldLogLevel": "ERROR", "excludeVerboseContent": True})
    errors = [{"path": ["createMessage"], "errorType": kind, "message": message}]
    lines = [line.message for line in log_lines(RequestRecord(cast("GraphqlApi", api), "0" * 36, 0, 200, 1, errors))]

    counted = {failure.metric for failure in FAILURES if any(word in line for word in failure.words for line in lines)}

    assert counted == ({metric} if metric else set())


def test_the_throttling_filter_matches_the_message_of_the_resolvers(root: Path) -> None:
    (throttled,) = (failure for failure in FAILURES if failure.metric == "ResolverThrottled")

    assert throttled.words[0] in (root / "graphql" / "shared" / "errors.js").read_text(encoding="utf-8")


def test_metric_filters_and_alarms_use_the_same_metrics(stacks: dict[str, Synthesized]) -> None:
    prod = stacks["prod"]
    filters = prod.all("aws_cloudwatch_log_metric_filter")
    assert filters.keys() == {failure.address for failure in FAILURES}
    for failure in FAILURES:
        transformation = filters[failure.address]["metric_transformation"]
        alarm = alarms(prod)[failure.address]
        assert (alarm["namespace"], alarm["metric_name"]) == (transformation["namespace"], transformation["name"])
        assert "aws_cloudwatch_log_group.api." in filters[failure.address]["log_group_name"]
        assert filters[failure.address]["pattern"].count('"') == 2 * len(failure.words)
    for name in ("local", "dev"):
        assert stacks[name].all("aws_cloudwatch_log_metric_filter") == {}


# --- dashboard and queries ----------------------------------------------------------------------


def dashboard(stacks: dict[str, Synthesized]) -> list[dict[str, Any]]:
    """Return the widgets of prod's dashboard."""
    widgets: list[dict[str, Any]] = json.loads(stacks["prod"].only("aws_cloudwatch_dashboard")["dashboard_body"])[
        "widgets"
    ]
    return widgets


def test_the_dashboard_has_its_sections_in_order(stacks: dict[str, Synthesized]) -> None:
    widgets = dashboard(stacks)
    titles = [widget["properties"]["markdown"] for widget in widgets if widget["type"] == "text"]

    assert widgets[0]["type"] == "alarm"
    assert len(widgets[0]["properties"]["alarms"]) == len(alarms(stacks["prod"])) <= 100
    assert titles == [
        "### API requests",
        "### Events",
        "### Functions",
        "### Function metrics",
        "### Tables",
        "### Sign-in and connections",
        "### Logs",
    ]
    taken = {
        (column, row)
        for widget in widgets
        for column in range(widget["x"], widget["x"] + widget["width"])
        for row in range(widget["y"], widget["y"] + widget["height"])
    }
    assert len(taken) == sum(widget["width"] * widget["height"] for widget in widgets), "widgets overlap"
    assert max(column for column, _ in taken) < 24


def test_the_dashboard_shows_the_metrics_of_the_alarms(stacks: dict[str, Synthesized]) -> None:
    shown = {metric[1] for widget in dashboard(stacks) for metric in widget["properties"].get("metrics", [])}
    from_logs = {failure.metric for failure in FAILURES}
    with_no_graph = {"Latency", "Invocations", "SystemErrors", "Duration"} - shown

    watched = {alarm["metric_name"] for alarm in alarms(stacks["prod"]).values()} - from_logs
    assert watched - shown <= with_no_graph | {"SubscribeServerError"}


def test_queries_are_on_the_dashboard_and_in_the_runbook(stacks: dict[str, Synthesized], root: Path) -> None:
    shown = {
        widget["properties"]["title"]: widget["properties"]["query"]
        for widget in dashboard(stacks)
        if widget["type"] == "log"
    }

    assert shown.keys() == {query.title for query in LOG_QUERIES}
    for query in LOG_QUERIES:
        assert shown[query.title].endswith(f" | {query.text}")
        assert f"**{query.title}**\n\n```text\n{query.text}\n```" in page(root)


def test_the_dashboard_has_an_input_field_for_the_request_id(stacks: dict[str, Synthesized]) -> None:
    body = json.loads(stacks["prod"].only("aws_cloudwatch_dashboard")["dashboard_body"])
    (variable,) = body["variables"]
    followed = [query for query in LOG_QUERIES if REQUEST_ID in query.text]

    assert (variable["type"], variable["inputType"], variable["pattern"]) == ("pattern", "input", REQUEST_ID)
    assert [(query.of_api, query.of_functions) for query in followed] == [(True, True)], (
        "it leads from one to the others"
    )


# --- metrics of functions -----------------------------------------------------------------------


def test_metrics_of_functions_are_on_the_dashboard_and_in_the_runbook(hardened: Synthesized, root: Path) -> None:
    body = json.loads(hardened.only("aws_cloudwatch_dashboard")["dashboard_body"])
    shown = {
        (metric[3], metric[1])
        for widget in body["widgets"]
        for metric in widget["properties"].get("metrics", [])
        if metric[0] == "chat-prod"
    }
    counted = {(service_name(function), name) for function, names in FUNCTION_METRICS.items() for name in names}

    assert FUNCTION_METRICS.keys() == hardened.all("aws_lambda_function").keys()
    assert {name for _, name in counted} == set(get_args(MetricName))
    assert shown == counted
    for name in get_args(MetricName):
        assert f"| `{name}` |" in page(root), name


def test_functions_emit_metrics_only_with_detailed_monitoring(stack: Synthesized) -> None:
    settings = stack.settings
    for function in stack.all("aws_lambda_function").values():
        variables = function["environment"]["variables"]
        assert variables["POWERTOOLS_METRICS_NAMESPACE"] == f"{settings.app_name}-{settings.environment}"
        assert variables["POWERTOOLS_METRICS_DISABLED"] == str(not settings.enable_detailed_monitoring).lower()


def test_every_severity_is_used(stacks: dict[str, Synthesized]) -> None:
    said = {LINK.search(alarm["alarm_description"]).group(1) for alarm in alarms(stacks["prod"]).values()}  # type: ignore[union-attr]

    assert said == {severity.value.capitalize() for severity in Severity}
