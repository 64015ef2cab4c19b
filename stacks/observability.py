"""Alarms, and with ``enable_detailed_monitoring`` what costs extra: more alarms, per-resolver metrics, a dashboard.

AppSync's metrics are those of its developer guide, "CloudWatch metrics"; there is no metric called "Errors".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.bindings import CloudwatchDashboard, CloudwatchMetricAlarm, Construct, DynamodbTable, add
from stacks.dashboard import API_NAMESPACE, FUNCTION_NAMESPACE, TABLE_NAMESPACE, dashboard_body
from stacks.names import physical_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stacks.api import Api
    from stacks.functions import Function
    from stacks.settings import Settings
    from stacks.streams import FailureQueue


_HOT_TABLES = ("memberships", "messages", "rooms")
"""What every message reads or writes; the other tables follow the number of people, not of messages."""


@dataclass(frozen=True, slots=True)
class _Alarm:
    """Alarm when a metric is above the threshold in three of five minutes; no data is no alarm."""

    address: str
    description: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    threshold: float = 0
    statistic: str | None = "Sum"
    percentile: str | None = None
    minutes: int = 5
    minutes_to_alarm: int = 3


class Observability(Construct):
    """The alarms on failing requests and failing functions, and the detailed part where it is wanted."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        api: Api,
        functions: Sequence[Function],
        failures: Sequence[FailureQueue],
        tables: Mapping[str, DynamodbTable],
    ) -> None:
        """Add alarms and dashboard.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            settings: The environment.
            api: The API to watch.
            functions: The functions to watch.
            failures: The queues that should be empty.
            tables: The DynamoDB tables by key.
        """
        super().__init__(scope, id_)
        self._settings = settings
        alarms = [
            _api_failures(api),
            *(alarm for function in functions for alarm in _function_failures(function)),
            *(_failed_records(queue) for queue in failures),
        ]
        self.dashboard: CloudwatchDashboard | None = None
        if settings.enable_detailed_monitoring:
            throttles = (alarm for key in _HOT_TABLES for alarm in _throttles(key, tables[key]))
            alarms += [_api_latency(api), _dropped_messages(api), *throttles]
            self.dashboard = self._build_dashboard(api, functions, tables)
        self.alarms = [self._build_alarm(alarm) for alarm in alarms]

    def _build_alarm(self, alarm: _Alarm) -> CloudwatchMetricAlarm:
        topics = list(self._settings.monitoring.alarm_topic_arns)
        return add(
            self,
            CloudwatchMetricAlarm,
            alarm.address,
            alarm_name=physical_name(self._settings, alarm.address.replace("_", "-"), "alarm"),
            alarm_description=alarm.description,
            namespace=alarm.namespace,
            metric_name=alarm.metric,
            dimensions=alarm.dimensions,
            statistic=alarm.statistic,
            extended_statistic=alarm.percentile,
            comparison_operator="GreaterThanThreshold",
            threshold=alarm.threshold,
            period=60,
            evaluation_periods=alarm.minutes,
            datapoints_to_alarm=alarm.minutes_to_alarm,
            treat_missing_data="notBreaching",
            alarm_actions=topics or None,
            ok_actions=topics or None,
        )

    def _build_dashboard(
        self, api: Api, functions: Sequence[Function], tables: Mapping[str, DynamodbTable]
    ) -> CloudwatchDashboard:
        return add(
            self,
            CloudwatchDashboard,
            "chat",
            dashboard_name=physical_name(self._settings, "health", "dashboard"),
            dashboard_body=dashboard_body(
                self._settings.region,
                api_id=api.graphql_api.id,
                functions=[function.resource.function_name for function in functions],
                tables=[table.name for table in tables.values()],
            ),
        )


def _api_dimensions(api: Api) -> dict[str, str]:
    return {"GraphQLAPIId": api.graphql_api.id}


def _api_failures(api: Api) -> _Alarm:
    return _Alarm(
        address="api_5xx",
        description="The API answers requests with server errors",
        namespace=API_NAMESPACE,
        metric="5XXError",
        dimensions=_api_dimensions(api),
    )


def _function_failures(function: Function) -> list[_Alarm]:
    dimensions = {"FunctionName": function.resource.function_name}
    return [
        _Alarm(
            address=f"{function.name}_errors",
            description=f"The function {function.name} fails",
            namespace=FUNCTION_NAMESPACE,
            metric="Errors",
            dimensions=dimensions,
            minutes_to_alarm=1,
        ),
        _Alarm(
            address=f"{function.name}_throttles",
            description=f"The function {function.name} is called more often than the account's concurrency allows",
            namespace=FUNCTION_NAMESPACE,
            metric="Throttles",
            dimensions=dimensions,
            minutes_to_alarm=1,
        ),
    ]


def _failed_records(failures: FailureQueue) -> _Alarm:
    return _Alarm(
        address=f"{failures.function}_failed_records",
        description=f"The function {failures.function} has given up on something, which is in {failures.queue.name}",
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": failures.queue.name},
        statistic="Maximum",
        minutes_to_alarm=1,
    )


def _api_latency(api: Api) -> _Alarm:
    return _Alarm(
        address="api_latency",
        description="One request in a hundred takes longer than a second",
        namespace=API_NAMESPACE,
        metric="Latency",
        dimensions=_api_dimensions(api),
        statistic=None,
        percentile="p99",
        threshold=1000,
    )


def _dropped_messages(api: Api) -> _Alarm:
    return _Alarm(
        address="api_dropped_messages",
        description="AppSync drops events before they reach subscribers: the quota of inbound messages is used up",
        namespace=API_NAMESPACE,
        metric="InboundMessageDropped",
        dimensions=_api_dimensions(api),
        minutes_to_alarm=1,
    )


def _throttles(key: str, table: DynamodbTable) -> list[_Alarm]:
    return [
        _Alarm(
            address=f"{key}_{kind.lower()}_throttles",
            description=f"The table {key} refuses to {kind.lower()}: one key is hotter than a partition can be",
            namespace=TABLE_NAMESPACE,
            metric=f"{kind}ThrottleEvents",
            dimensions={"TableName": table.name},
        )
        for kind in ("Read", "Write")
    ]
