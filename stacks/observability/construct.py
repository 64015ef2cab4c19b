"""Observability: alarms in every environment, and optional features that cost extra.

With ``enable_detailed_monitoring``: more alarms, metrics from logs, metrics per resolver (``stacks/api.py``) and the
dashboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import CloudwatchDashboard, CloudwatchMetricAlarm, Construct, DynamodbTable, Wafv2WebAcl, add
from stacks.names import metrics_namespace, physical_name
from stacks.observability.alarm import Alarm, Severity
from stacks.observability.api_alarms import api_alarms, detailed_api_alarms
from stacks.observability.budget import Budget
from stacks.observability.dashboard import DashboardSources, dashboard_body
from stacks.observability.data_alarms import sign_in_alarms, table_alarms, web_acl_alarm
from stacks.observability.function_alarms import (
    duration_alarm,
    function_alarms,
    iterator_age_alarm,
    queue_alarm,
    silence_alarm,
)
from stacks.observability.log_metrics import LogMetrics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stacks.api import Api
    from stacks.background.construct import BackgroundFunction
    from stacks.background.streams import FailureQueue
    from stacks.functions import Function
    from stacks.identity import Identity
    from stacks.settings import Settings

RUNBOOK = "docs/operations.md"
"""The runbook, with a section per alarm."""


class Observability(Construct):
    """Alarms, metrics from logs, and the dashboard."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        api: Api,
        functions: Sequence[Function],
        background: Sequence[BackgroundFunction],
        tables: Mapping[str, DynamodbTable],
        identity: Identity,
        web_acl: Wafv2WebAcl | None,
    ) -> None:
        """Add alarms, metrics and dashboard.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            api: The API.
            functions: Functions that are not background functions.
            background: The background functions.
            tables: The DynamoDB tables by key.
            identity: The user pool and its client.
            web_acl: The web ACL of the API, if there is one.
        """
        super().__init__(scope, id_)
        self._settings = settings
        api_id = api.graphql_api.id
        scheduled = [part.function for part in background if part.definition.schedule]
        streamed = [part.function for part in background if part.definition.streams]
        functions = [*functions, *scheduled, *streamed]
        failures = [part.failures for part in background if part.failures]
        alarms = [
            *api_alarms(api_id),
            *(alarm for function in functions for alarm in function_alarms(function)),
            *map(queue_alarm, failures),
            *([] if web_acl is None else [web_acl_alarm(web_acl.name, settings.region)]),
        ]
        self.dashboard: CloudwatchDashboard | None = None
        if settings.enable_detailed_monitoring:
            log_metrics = LogMetrics(self, "log_metrics", settings=settings, log_group=api.log_group)
            alarms += [
                *detailed_api_alarms(api_id),
                *log_metrics.alarms,
                *map(duration_alarm, functions),
                *map(iterator_age_alarm, streamed),
                *map(silence_alarm, scheduled),
                *table_alarms(tables),
                *sign_in_alarms(identity.pool.id, identity.client.id),
            ]
        self.alarms = [self._build_alarm(alarm) for alarm in alarms]
        Budget(self, "budget", settings=settings)
        if settings.enable_detailed_monitoring:
            self.dashboard = self._build_dashboard(api, identity, functions, failures, tables)

    def _build_alarm(self, alarm: Alarm) -> CloudwatchMetricAlarm:
        topics = self._topics(alarm.severity)
        return add(
            self,
            CloudwatchMetricAlarm,
            alarm.address,
            alarm_name=physical_name(self._settings, alarm.address.replace("_", "-"), "alarm"),
            alarm_description=f"{alarm.description}. {alarm.severity.value.capitalize()}: {self._runbook(alarm)}",
            namespace=alarm.namespace,
            metric_name=alarm.metric,
            dimensions=alarm.dimensions or None,
            statistic=alarm.statistic,
            extended_statistic=alarm.percentile,
            comparison_operator=alarm.comparison.value,
            threshold=alarm.threshold,
            period=60,
            evaluation_periods=alarm.minutes,
            datapoints_to_alarm=alarm.minutes_to_alarm,
            treat_missing_data=alarm.missing,
            alarm_actions=topics or None,
            ok_actions=topics or None,
        )

    def _topics(self, severity: Severity) -> list[str]:
        """Return the topics of an alarm: warnings may have separate ones."""
        monitoring = self._settings.monitoring
        if severity is Severity.WARNING and monitoring.warning_topic_arns:
            return list(monitoring.warning_topic_arns)
        return list(monitoring.alarm_topic_arns)

    def _runbook(self, alarm: Alarm) -> str:
        """Return the link to the runbook's section about an alarm: a URL if the GitHub repository is set."""
        github = self._settings.github
        place = f"{RUNBOOK}#{alarm.section}"
        if github.repository is None:
            return place
        return f"https://github.com/{github.repository}/blob/{github.default_branch}/{place}"

    def _build_dashboard(
        self,
        api: Api,
        identity: Identity,
        functions: Sequence[Function],
        failures: Sequence[FailureQueue],
        tables: Mapping[str, DynamodbTable],
    ) -> CloudwatchDashboard:
        sources = DashboardSources(
            region=self._settings.region,
            alarms=tuple(alarm.arn for alarm in self.alarms),
            api_id=api.graphql_api.id,
            log_groups=(api.log_group.name, *(function.log_group.name for function in functions)),
            namespace=metrics_namespace(self._settings),
            counting=tuple(function.name for function in functions),
            functions=tuple(function.resource.function_name for function in functions),
            queues=tuple(failure.queue.name for failure in failures),
            tables=tuple(table.name for table in tables.values()),
            user_pool=(identity.pool.id, identity.client.id),
        )
        return add(
            self,
            CloudwatchDashboard,
            "chat",
            dashboard_name=physical_name(self._settings, "health", "dashboard"),
            dashboard_body=dashboard_body(sources),
        )
