"""The cost section of a review: changed fixed costs, changed costs by usage, and unknown costs."""

from __future__ import annotations

from typing import Any

import pytest

from ops.cost.change import cost_change, cost_lines
from ops.plans import Plan
from ops.review.report import COMMENT_LIMIT, Review
from ops.review.rules import find
from tests.unit.ops.plans import API, change, plan

ALARM = {"period": 60, "metric_name": "Errors"}
RESOLVERS = {f"aws_appsync_resolver.r{number}": {"type": "Query"} for number in range(3)}
SOURCES = {"aws_appsync_datasource.rooms": {"name": "rooms"}}


def text_of(of: Plan) -> str:
    """Return the section of a plan."""
    return "\n".join(cost_lines(cost_change(of)))


def in_region(of: Plan, region: str | None) -> Plan:
    """Return the plan with its provider's region."""
    expressions = {} if region is None else {"region": {"constant_value": region}}
    return Plan.of({**of.document, "configuration": {"provider_config": {"aws": {"expressions": expressions}}}}, "test")


def one(kind: str, *actions: str, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> Plan:
    """Return a plan for one resource."""
    return plan(change(f"{kind}.it", *actions, before=before, after=after))


@pytest.mark.parametrize(
    ("kind", "arguments", "dollars"),
    [
        ("aws_cloudwatch_metric_alarm", ALARM, 0.10),
        ("aws_cloudwatch_metric_alarm", {"period": 10}, 0.30),
        (
            "aws_cloudwatch_metric_alarm",
            {"metric_query": [{"metric": [{"period": 60}]}, {"metric": [], "id": "e"}]},
            0.10,
        ),
        ("aws_cloudwatch_metric_alarm", {"metric_query": [{"metric": [{"period": 60}]}] * 3}, 0.30),
        ("aws_cloudwatch_composite_alarm", {}, 0.50),
        ("aws_cloudwatch_dashboard", {}, 3.00),
        ("aws_cloudwatch_log_metric_filter", {}, 0.30),
        ("aws_kms_key", {}, 1.00),
        ("aws_wafv2_web_acl", {"rule": [{}, {}, {}]}, 8.00),
        ("aws_dynamodb_table", {"billing_mode": "PROVISIONED", "read_capacity": 10, "write_capacity": 10}, 5.694),
    ],
)
def test_fixed_costs_by_resource_type(kind: str, arguments: dict[str, Any], dollars: float) -> None:
    assert cost_change(one(kind, "create", after=arguments)).dollars == pytest.approx(dollars)
    assert cost_change(one(kind, "delete", before=arguments)).dollars == pytest.approx(-dollars)
    assert cost_change(one(kind, "create", "delete", before=arguments, after=arguments)).is_empty
    assert cost_change(one(kind, "forget", before=arguments)).dollars == 0, "forgotten resources are still charged"


def test_a_change_in_place_costs_the_difference() -> None:
    of = one("aws_wafv2_web_acl", "update", before={"rule": [{}]}, after={"rule": [{}] * 4})

    (row,) = cost_change(of).fixed
    assert (row.address, row.because) == ("aws_wafv2_web_acl.it", "rules and rule groups: 1 -> 4")
    assert row.dollars == pytest.approx(3)


def test_metrics_of_resolvers_are_counted_over_the_whole_api() -> None:
    """3 for each of 3 resolvers and 1 data source, 2 for each of 3 operations: 18 metrics."""
    off: dict[str, Any] = {"enhanced_metrics_config": []}
    on: dict[str, Any] = {"enhanced_metrics_config": [{"operation_level_metrics_config": "ENABLED"}]}
    prior = {API: off, **RESOLVERS, **SOURCES}
    switched = plan(change(API, "update", before=off, after=on), prior=prior)
    grown = plan(change("aws_appsync_resolver.new", "create", after={"type": "Mutation"}), prior={**prior, API: on})

    assert cost_change(switched).dollars == pytest.approx(18 * 0.30)
    assert cost_change(grown).dollars == pytest.approx(5 * 0.30)
    assert cost_change(grown).fixed[0].address == API


def test_a_renamed_resource_costs_the_same() -> None:
    prior: dict[str, dict[str, Any]] = {"aws_kms_key.old": {}}
    of = plan(change("aws_kms_key.new", "no-op", before={}, after={}, previous_address="aws_kms_key.old"), prior=prior)

    assert cost_change(of).fixed == ()


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        (
            "aws_cloudwatch_log_group",
            {"retention_in_days": 30},
            {"retention_in_days": 365},
            "days: 30 -> 365; $0.03",
        ),
        ("aws_lambda_function", {"memory_size": 256}, {"memory_size": 512}, "256 -> 512; $0.0000133334 / GB-second"),
        (
            "aws_dynamodb_table",
            {"billing_mode": "PAY_PER_REQUEST", "point_in_time_recovery": [{"enabled": False}]},
            {"billing_mode": "PAY_PER_REQUEST", "point_in_time_recovery": [{"enabled": True}]},
            "point-in-time recovery: off -> on; $0.20 / GB-month",
        ),
        ("aws_appsync_graphql_api", {"xray_enabled": False}, {"xray_enabled": True}, "off -> on; $5.00 / M trace"),
        (
            "aws_appsync_graphql_api",
            {"log_config": [{"field_log_level": "ERROR", "exclude_verbose_content": True}]},
            {"log_config": [{"field_log_level": "ALL", "exclude_verbose_content": False}]},
            "log of every request: ERROR -> ALL, verbose; $0.50 / GB",
        ),
    ],
)
def test_changed_costs_by_usage_name_the_price(
    kind: str, before: dict[str, Any], after: dict[str, Any], expected: str
) -> None:
    found = cost_change(one(kind, "update", before=before, after=after))

    assert found.fixed == ()
    assert len(found.by_use) == 1
    assert expected in found.by_use[0]


def test_resources_without_a_price_are_listed_as_unknown() -> None:
    of = plan(
        change("aws_nat_gateway.a", "create", after={}),
        change("aws_nat_gateway.b", "create", after={}),
        change("aws_iam_role.free", "create", after={}),
        change("aws_sqs_queue.by_use", "create", after={}),
        change("aws_cloudwatch_metric_alarm.later", "create", after={}, after_unknown={"period": True}),
    )

    assert cost_change(of).unknown == (
        "2 x aws_nat_gateway",
        "aws_cloudwatch_metric_alarm.later: period known after apply",
    )
    assert "- Unknown: 2 x aws_nat_gateway" in text_of(of)


def test_a_plan_without_cost_changes_has_no_section() -> None:
    of = one("aws_iam_role", "update", before={"name": "a"}, after={"name": "b"})

    assert cost_change(of).is_empty
    assert text_of(of) == ""


def test_the_section_names_the_difference_and_its_cause() -> None:
    of = in_region(
        plan(
            change("aws_kms_key.data", "create", after={}),
            change("aws_cloudwatch_metric_alarm.old", "delete", before=ALARM),
        ),
        "eu-west-1",
    )

    assert text_of(of).splitlines() == [
        "",
        "### Cost: $0.90 more per month, independent of usage",
        "",
        "| resource | per month | reason |",
        "| --- | --- | --- |",
        "| `aws_kms_key.data` | +$1.00 | keys: 0 -> 1 |",
        "| `aws_cloudwatch_metric_alarm.old` | -$0.10 | alarms: 1 -> 0 |",
        "",
        "- List prices of eu-west-1, without the free tier. Estimate the cost of usage with `python -m ops cost`.",
    ]


@pytest.mark.parametrize("region", [None, "eu-north-9"])
def test_the_section_names_the_region_of_its_prices(region: str | None) -> None:
    of = in_region(one("aws_kms_key", "create", after={}), region)

    assert "List prices of us-east-1, because the plan's region has no prices" in text_of(of)


def test_the_section_is_short_for_any_plan() -> None:
    alarms = [change(f"aws_cloudwatch_metric_alarm.a{number:04}", "create", after=ALARM) for number in range(2_000)]
    groups = [
        change(
            f"aws_cloudwatch_log_group.g{number:04}",
            "update",
            before={"retention_in_days": 30},
            after={"retention_in_days": 60},
        )
        for number in range(500)
    ]
    unknown = [change(f"aws_thing{number:04}.x", "create", after={}) for number in range(500)]
    of = plan(*alarms, *groups, *unknown)

    text = text_of(of)

    assert len(text) < 5_000
    assert "$200.00 more per month" in text
    assert "| 1985 more | +$198.50 | smaller differences |" in text
    assert "- By usage: 490 more changes." in text
    assert "and 490 more. `ops/cost/prices.toml` has no price" in text


def test_the_section_comes_before_the_new_resources() -> None:
    of = plan(*(change(f"aws_kms_key.k{number:05}", "create", after={}) for number in range(3_000)))
    review = Review("dev", of, find(of), cost_change(of))

    text = review.markdown()

    assert len(text) <= COMMENT_LIMIT
    assert text.index("### Cost: $3,000.00 more per month") < text.index("### New resources")
    assert review.document()["cost"]["dollars"] == pytest.approx(3_000)


def test_markup_in_a_plan_is_escaped_in_the_section() -> None:
    of = one(
        "aws_scheduler_schedule",
        "update",
        before={"schedule_expression": "rate(1 minute)"},
        after={"schedule_expression": "<b>@someone|"},
    )

    assert "<b>" not in text_of(of)
    assert "@someone" not in text_of(of)
