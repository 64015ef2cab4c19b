"""Tests that deployed settings are read back unchanged; otherwise each plan would change them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

REGION = "us-east-1"
METRICS = {
    "dataSourceLevelMetricsBehavior": "FULL_REQUEST_DATA_SOURCE_METRICS",
    "operationLevelMetricsConfig": "ENABLED",
    "resolverLevelMetricsBehavior": "FULL_REQUEST_RESOLVER_METRICS",
}
API = {"name": "read back", "authenticationType": "AWS_IAM"}


async def appsync(embedded: Embedded, method: str, path: str, request: dict[str, Any] | None = None) -> dict[str, Any]:
    """Call AppSync's control plane; return the API of the response."""
    body = b"" if request is None else json.dumps(request).encode()
    answer = await embedded.emulator.call("appsync", method, path, body=body, region=REGION)
    assert answer.status == 200
    api: dict[str, Any] = json.loads(answer.body)["graphqlApi"]
    return api


async def test_metrics_and_owner_of_an_api_are_read_back(embedded: Embedded) -> None:
    made = await appsync(embedded, "POST", "/v1/apis", {**API, "enhancedMetricsConfig": METRICS, "ownerContact": "us"})

    read = await appsync(embedded, "GET", f"/v1/apis/{made['apiId']}")

    assert (read["enhancedMetricsConfig"], read["ownerContact"]) == (METRICS, "us")
    assert made["enhancedMetricsConfig"] == METRICS


async def test_an_update_changes_an_apis_limits_and_removes_omitted_ones(embedded: Embedded) -> None:
    made = await appsync(embedded, "POST", "/v1/apis", {**API, "enhancedMetricsConfig": METRICS})
    path = f"/v1/apis/{made['apiId']}"

    await appsync(embedded, "POST", path, {**API, "queryDepthLimit": 3, "introspectionConfig": "DISABLED"})
    limited = await appsync(embedded, "GET", path)
    await appsync(embedded, "POST", path, API)
    open_again = await appsync(embedded, "GET", path)

    names = ("queryDepthLimit", "resolverCountLimit", "introspectionConfig")
    assert [limited[name] for name in names] == [3, 0, "DISABLED"]
    assert [open_again[name] for name in names] == [0, 0, "ENABLED"]
    assert "enhancedMetricsConfig" not in limited


async def test_an_alarm_on_a_percentile_has_no_other_statistic(embedded: Embedded) -> None:
    put = {
        "AlarmName": "slow",
        "Namespace": "AWS/AppSync",
        "MetricName": "Latency",
        "Period": 60,
        "EvaluationPeriods": 5,
        "ExtendedStatistic": "p95",
        "Threshold": 1000,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    cloudwatch = "GraniteServiceVersion20100801"
    await embedded.emulator.call_json("monitoring", f"{cloudwatch}.PutMetricAlarm", put, region=REGION)

    by_json = await embedded.emulator.call_json(
        "monitoring", f"{cloudwatch}.DescribeAlarms", {"AlarmNames": ["slow"]}, region=REGION
    )
    by_query = await embedded.emulator.call(
        "monitoring",
        "POST",
        "/",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode({"Action": "DescribeAlarms", "AlarmNames.member.1": "slow"}).encode(),
        region=REGION,
    )

    (alarm,) = by_json["MetricAlarms"]
    assert (alarm["ExtendedStatistic"], alarm.get("Statistic")) == ("p95", None)
    assert b"<ExtendedStatistic>p95</ExtendedStatistic>" in by_query.body
    assert b"<Statistic>" not in by_query.body
