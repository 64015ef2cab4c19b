"""CloudWatch log groups, metric filters, alarms and dashboards."""

from __future__ import annotations

from terraform.requests import request
from terraform.resources.resource import Arguments, Attributes, Kind, Target


def _find_log_group(target: Target, arguments: Arguments) -> Attributes | None:
    name = arguments["name"]
    groups = target.clients["logs"].describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    if name not in {group["logGroupName"] for group in groups}:
        return None
    return {**arguments, "id": name, "arn": f"arn:aws:logs:{target.region}:{target.account_id}:log-group:{name}"}


def _log_group(target: Target, arguments: Arguments) -> Attributes:
    logs = target.clients["logs"]
    name = arguments["name"]
    arn = f"arn:aws:logs:{target.region}:{target.account_id}:log-group:{name}"
    wanted = request(
        logs,
        "CreateLogGroup",
        arguments,
        renames={"name": "logGroupName"},
        without=["tags", "retention_in_days", "skip_destroy"],
    )
    try:
        logs.create_log_group(**wanted, tags=target.tagged(arguments))
    except logs.exceptions.ResourceAlreadyExistsException:
        logs.tag_resource(resourceArn=arn, tags=target.tagged(arguments))
    if arguments.get("retention_in_days"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=arguments["retention_in_days"])
    return {**arguments, "id": name, "arn": arn}


def _remove_log_group(target: Target, attributes: Attributes) -> None:
    target.clients["logs"].delete_log_group(logGroupName=attributes["name"])


def _find_metric_filter(target: Target, arguments: Arguments) -> Attributes | None:
    name, group = arguments["name"], arguments["log_group_name"]
    logs = target.clients["logs"]
    try:
        there = logs.describe_metric_filters(logGroupName=group, filterNamePrefix=name)["metricFilters"]
    except logs.exceptions.ResourceNotFoundException:
        return None
    return {**arguments, "id": name} if name in {each["filterName"] for each in there} else None


def _metric_filter(target: Target, arguments: Arguments) -> Attributes:
    blocks = arguments["metric_transformation"]
    transformation = dict(blocks[0] if isinstance(blocks, list) else blocks)
    target.clients["logs"].put_metric_filter(
        logGroupName=arguments["log_group_name"],
        filterName=arguments["name"],
        filterPattern=arguments["pattern"],
        metricTransformations=[
            {
                "metricName": transformation["name"],
                "metricNamespace": transformation["namespace"],
                "metricValue": transformation["value"],
            }
        ],
    )
    return {**arguments, "id": arguments["name"]}


def _remove_metric_filter(target: Target, attributes: Attributes) -> None:
    target.clients["logs"].delete_metric_filter(
        logGroupName=attributes["log_group_name"], filterName=attributes["name"]
    )


def _find_alarm(target: Target, arguments: Arguments) -> Attributes | None:
    name = arguments["alarm_name"]
    if not target.clients["cloudwatch"].describe_alarms(AlarmNames=[name])["MetricAlarms"]:
        return None
    return {**arguments, "id": name, "arn": f"arn:aws:cloudwatch:{target.region}:{target.account_id}:alarm:{name}"}


def _alarm(target: Target, arguments: Arguments) -> Attributes:
    cloudwatch = target.clients["cloudwatch"]
    dimensions = [{"Name": name, "Value": value} for name, value in (arguments.get("dimensions") or {}).items()]
    wanted = request(
        cloudwatch,
        "PutMetricAlarm",
        arguments,
        renames={
            "insufficient_data_actions": "InsufficientDataActions",
            "metric_query": "Metrics",
            "extended_statistic": "ExtendedStatistic",
        },
        without=["tags", "dimensions"],
    )
    cloudwatch.put_metric_alarm(
        **wanted, **({"Dimensions": dimensions} if dimensions else {}), Tags=target.tag_list(arguments)
    )
    name = arguments["alarm_name"]
    return {**arguments, "id": name, "arn": f"arn:aws:cloudwatch:{target.region}:{target.account_id}:alarm:{name}"}


def _remove_alarm(target: Target, attributes: Attributes) -> None:
    target.clients["cloudwatch"].delete_alarms(AlarmNames=[attributes["alarm_name"]])


def _find_dashboard(target: Target, arguments: Arguments) -> Attributes | None:
    name = arguments["dashboard_name"]
    entries = target.clients["cloudwatch"].list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    return {**arguments, "id": name} if name in {entry["DashboardName"] for entry in entries} else None


def _dashboard(target: Target, arguments: Arguments) -> Attributes:
    target.clients["cloudwatch"].put_dashboard(
        DashboardName=arguments["dashboard_name"], DashboardBody=arguments["dashboard_body"]
    )
    return {**arguments, "id": arguments["dashboard_name"]}


def _remove_dashboard(target: Target, attributes: Attributes) -> None:
    target.clients["cloudwatch"].delete_dashboards(DashboardNames=[attributes["dashboard_name"]])


KINDS = {
    "aws_cloudwatch_log_metric_filter": Kind(_find_metric_filter, _metric_filter, _remove_metric_filter, tagged=False),
    "aws_cloudwatch_log_group": Kind(_find_log_group, _log_group, _remove_log_group),
    "aws_cloudwatch_metric_alarm": Kind(_find_alarm, _alarm, _remove_alarm),
    "aws_cloudwatch_dashboard": Kind(_find_dashboard, _dashboard, _remove_dashboard, tagged=False),
}
