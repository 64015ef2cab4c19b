"""Rules for Lambda functions, their event sources, queues and policies."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ops.policy.rule import Problem, Resources, Rule, block

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUNCTION = "aws_lambda_function"
_QUEUE = "aws_sqs_queue"
_ASYNCHRONOUS_SECONDS = 900
_APPSYNC_SECONDS = 30  # AppSync developer guide, "Request execution time for mutations, queries, and subscriptions"
_DEFAULT_TIMEOUT = 3  # seconds, of the provider
_DEFAULT_VISIBILITY = 30  # seconds, of SQS
_VISIBILITY_FACTOR = 6  # Lambda developer guide, "Using Lambda with Amazon SQS"
_REFERENCE = re.compile(r"\$\{(\w+\.\w+)\.\w+\}")
_WITHOUT_RESOURCES = frozenset(
    {"xray:PutTelemetryRecords", "xray:PutTraceSegments", "cloudwatch:PutMetricData", "ec2:DescribeNetworkInterfaces"}
)
"""Actions that support no resources (AWS service authorization reference)."""


def _log_groups(resources: Resources) -> Iterator[Problem]:
    groups = resources.of("aws_cloudwatch_log_group")
    for address, function in resources.of(_FUNCTION).items():
        match = _REFERENCE.fullmatch(str(block(function, "logging_config").get("log_group", "")))
        if match is None or match[1] not in groups:
            yield address, "has no log group in the stack: Lambda would create one without expiry"


def _architecture(resources: Resources) -> Iterator[Problem]:
    for address, function in resources.of(_FUNCTION).items():
        if function.get("architectures") != ["arm64"]:
            yield address, "does not run on arm64, which costs 20 % less"


def _json_logs(resources: Resources) -> Iterator[Problem]:
    for address, function in resources.of(_FUNCTION).items():
        if block(function, "logging_config").get("log_format") != "JSON":
            yield address, "does not log JSON"


def _timeouts(resources: Resources) -> Iterator[Problem]:
    behind_appsync = {
        match[1]
        for source in resources.of("aws_appsync_datasource").values()
        if (match := _REFERENCE.fullmatch(str(block(source, "lambda_config").get("function_arn", ""))))
    }
    for address, function in resources.of(_FUNCTION).items():
        longest = _APPSYNC_SECONDS - 1 if address in behind_appsync else _ASYNCHRONOUS_SECONDS
        if not 0 < (function.get("timeout") or 0) <= longest:
            yield address, f"timeout is not set, or is longer than {longest} s"


def _no_wildcards(resources: Resources) -> Iterator[Problem]:
    for address, policy in resources.of("aws_iam_role_policy").items():
        for statement in json.loads(policy["policy"])["Statement"]:
            actions, targets = (_list(statement.get(name)) for name in ("Action", "Resource"))
            if statement["Effect"] == "Allow" and "*" in targets and not set(actions) <= _WITHOUT_RESOURCES:
                yield address, f"allows {', '.join(actions)} on all resources"
            if any("*" in action for action in actions):
                yield address, f"allows {', '.join(actions)}: name the actions"


def _redrive(resources: Resources) -> Iterator[Problem]:
    queues = resources.of(_QUEUE)
    dead_letters = {
        match[1] for queue in queues.values() for match in _REFERENCE.finditer(str(queue.get("redrive_policy", "")))
    }
    for address, queue in queues.items():
        fed = any(f"{address}." in str(mapping.get("event_source_arn")) for mapping in _mappings(resources))
        if fed and not queue.get("redrive_policy") and address not in dead_letters:
            yield address, "redrive_policy is not set: failing messages are retried forever"


def _visibility(resources: Resources) -> Iterator[Problem]:
    functions = resources.of(_FUNCTION)
    for mapping in _mappings(resources):
        queue = _REFERENCE.fullmatch(str(mapping.get("event_source_arn", "")))
        consumer = _REFERENCE.fullmatch(str(mapping.get("function_name", "")))
        if queue is None or consumer is None or queue[1] not in resources.of(_QUEUE):
            continue
        visible = resources.of(_QUEUE)[queue[1]].get("visibility_timeout_seconds")
        visible = _DEFAULT_VISIBILITY if visible is None else visible  # null in JSON is a missing argument
        if visible < _VISIBILITY_FACTOR * (functions[consumer[1]].get("timeout") or _DEFAULT_TIMEOUT):
            yield (
                queue[1],
                f"a message is visible again after {visible} s, while {consumer[1]} may still process it",
            )


def _stream_failures(resources: Resources) -> Iterator[Problem]:
    for address, mapping in resources.of("aws_lambda_event_source_mapping").items():
        if ".stream_arn}" not in str(mapping.get("event_source_arn")):
            continue
        if mapping.get("maximum_retry_attempts") is None or not mapping.get("bisect_batch_on_function_error"):
            yield address, "one failing record blocks its shard for a day: limit the retries and bisect"
        if not block(block(mapping, "destination_config"), "on_failure"):
            yield address, "destination_config.on_failure is not set: failed records are lost"


def _mappings(resources: Resources) -> list[dict[str, object]]:
    return list(resources.of("aws_lambda_event_source_mapping").values())


def _list(value: object) -> list[str]:
    return list(map(str, value)) if isinstance(value, list) else [str(value)]


RULES = (
    Rule("CHAT_LAMBDA_1", "Every function logs to a log group of the stack", _log_groups),
    Rule("CHAT_LAMBDA_2", "Functions run on arm64", _architecture),
    Rule("CHAT_LAMBDA_3", "Functions log JSON", _json_logs),
    Rule("CHAT_LAMBDA_4", "Functions time out before their callers", _timeouts),
    Rule("CHAT_LAMBDA_5", "Policies name actions and resources", _no_wildcards),
    Rule("CHAT_LAMBDA_6", "Stream consumers limit their retries and keep failed records", _stream_failures),
    Rule("CHAT_SQS_1", "Queues with consumers have a dead-letter queue", _redrive),
    Rule("CHAT_SQS_2", "The visibility timeout is six times the consumer's timeout", _visibility),
)
