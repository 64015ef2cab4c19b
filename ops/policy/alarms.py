"""Rules for alarms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ops.policy.rule import STACK, Problem, Resources, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator


def _watched(resources: Resources, metric: str) -> str:
    """Return all alarms on a metric as JSON text, to search it for references."""
    alarms = resources.of("aws_cloudwatch_metric_alarm").values()
    return "\n".join(json.dumps(alarm) for alarm in alarms if metric in json.dumps(alarm))


def _api_errors(resources: Resources) -> Iterator[Problem]:
    watched = _watched(resources, "5XXError")
    for address in resources.of("aws_appsync_graphql_api"):
        if f"{address}." not in watched:
            yield address, "no alarm on 5XXError"


def _function_errors(resources: Resources) -> Iterator[Problem]:
    for metric in ("Errors", "Throttles"):
        watched = _watched(resources, metric)
        for address, function in resources.of("aws_lambda_function").items():
            if f"{address}." not in watched and json.dumps(function["function_name"]) not in watched:
                yield address, f"no alarm on {metric}"


def _dead_letters(resources: Resources) -> Iterator[Problem]:
    watched = _watched(resources, "ApproximateNumberOfMessagesVisible")
    for address, queue in resources.of("aws_sqs_queue").items():
        is_dead_letter_queue = not queue.get("redrive_policy")
        if is_dead_letter_queue and f"{address}." not in watched and json.dumps(queue.get("name")) not in watched:
            yield address, "no alarm on ApproximateNumberOfMessagesVisible, so failed messages are not noticed"


def _alarm_actions(resources: Resources) -> Iterator[Problem]:
    alarms = resources.of("aws_cloudwatch_metric_alarm")
    silent = [address for address, alarm in alarms.items() if not alarm.get("alarm_actions")]
    if silent:
        yield STACK, f"{len(silent)} alarms have no action: set monitoring.alarm_topic_arns"


RULES = (
    Rule("CHAT_ALARM_1", "Server errors of the API raise an alarm", _api_errors),
    Rule("CHAT_ALARM_2", "Errors and throttles of functions raise an alarm", _function_errors),
    Rule("CHAT_ALARM_3", "Messages in dead-letter queues raise an alarm", _dead_letters),
    Rule("CHAT_ALARM_4", "Alarms notify an SNS topic", _alarm_actions, production_only=True),
)
