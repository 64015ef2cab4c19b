"""Alarms: what has to wake somebody up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ops.policy.rule import STACK, Problem, Resources, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator


def _watched(resources: Resources, metric: str) -> str:
    """Return the dimensions of all alarms on a metric, as text to look for references in."""
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
        is_last_resort = not queue.get("redrive_policy")
        if is_last_resort and f"{address}." not in watched and json.dumps(queue.get("name")) not in watched:
            yield address, "nobody hears of dead letters: no alarm on ApproximateNumberOfMessagesVisible"


def _somebody_hears(resources: Resources) -> Iterator[Problem]:
    alarms = resources.of("aws_cloudwatch_metric_alarm")
    silent = [address for address, alarm in alarms.items() if not alarm.get("alarm_actions")]
    if silent:
        yield STACK, f"{len(silent)} alarms tell nobody: monitoring.alarm_topic_arns is empty"


RULES = (
    Rule("CHAT_ALARM_1", "Server errors of the API raise an alarm", _api_errors),
    Rule("CHAT_ALARM_2", "Errors and throttles of functions raise an alarm", _function_errors),
    Rule("CHAT_ALARM_3", "Dead letters raise an alarm", _dead_letters),
    Rule("CHAT_ALARM_4", "Alarms reach somebody", _somebody_hears, production_only=True),
)
