"""Tests of asynchronous work: limited retries and age, failure queues, alarms, and consistent timeouts."""

from __future__ import annotations

import importlib
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambdas.common import graphql
from lambdas.common.clients import BACKGROUND, INTERACTIVE, CallTimeouts
from ops import redrive
from stacks.function_metrics import FUNCTION_METRICS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.synthesized import Synthesized

APPSYNC_SECONDS = 30
"""AppSync's limit for a request (AppSync quotas)."""
COGNITO_SECONDS = 5
"""Cognito's limit for a trigger (Cognito developer guide, Lambda triggers)."""
STREAM_HOURS = 24
WITHOUT_QUEUE = {
    "presence_sweep": "it runs again the next minute, and an alarm tells when it does not",
}
"""Asynchronous functions without a failure queue, with the reason."""
LONG_TURNS = {
    "privacy": 120,  # 20 seconds of pages, then one that may be an archive of 256 MiB
}
"""Asynchronous functions that may run longer than a request, with their maximum seconds; no caller waits for them."""


def function_of(reference: str) -> str:
    """Return the address of the function that an expression refers to."""
    match = re.search(r"aws_lambda_function\.(\w+)\.", reference)
    assert match, reference
    return match.group(1)


def watched_queues(stack: Synthesized) -> set[str]:
    """Return the queues with an alarm on their number of messages."""
    return {
        queue
        for alarm in stack.all("aws_cloudwatch_metric_alarm").values()
        if alarm["metric_name"] == "ApproximateNumberOfMessagesVisible"
        for queue in re.findall(r"aws_sqs_queue\.(\w+)\.", alarm["dimensions"]["QueueName"])
    }


def asynchronous(stack: Synthesized) -> dict[str, list[dict[str, Any]]]:
    """Return the streams and schedules that invoke each function."""
    found: dict[str, list[dict[str, Any]]] = {}
    for mapping in stack.all("aws_lambda_event_source_mapping").values():
        found.setdefault(function_of(mapping["function_name"]), []).append(mapping)
    for schedule in stack.all("aws_scheduler_schedule").values():
        found.setdefault(function_of(schedule["target"]["arn"]), []).append(schedule)
    return found


def test_every_function_has_a_known_trigger(stack: Synthesized) -> None:
    waited_for = {
        function_of(reference)
        for reference in (
            *(
                source["lambda_config"]["function_arn"]
                for source in stack.all("aws_appsync_datasource").values()
                if "lambda_config" in source
            ),
            *(permission["function_name"] for permission in stack.all("aws_lambda_permission").values()),
        )
    }

    assert waited_for | asynchronous(stack).keys() == stack.all("aws_lambda_function").keys()


def test_streams_limit_retries_and_have_a_failure_queue_with_an_alarm(stack: Synthesized) -> None:
    for address, mapping in stack.all("aws_lambda_event_source_mapping").items():
        assert 1 <= mapping["maximum_retry_attempts"] <= 10, address
        assert 60 <= mapping["maximum_record_age_in_seconds"] < STREAM_HOURS * 3600, address
        assert mapping["bisect_batch_on_function_error"] is True, "a poisoned record blocks the others"
        assert mapping["function_response_types"] == ["ReportBatchItemFailures"]
        destination = mapping["destination_config"]["on_failure"]["destination_arn"]
        (queue,) = re.findall(r"aws_sqs_queue\.(\w+)\.", destination)
        assert queue == function_of(mapping["function_name"]), "python -m ops redrive knows a queue by its function"
        assert queue in watched_queues(stack)


def test_every_function_without_a_failure_queue_has_a_reason(stack: Synthesized) -> None:
    queues = stack.all("aws_sqs_queue").keys()

    assert asynchronous(stack).keys() - queues == WITHOUT_QUEUE.keys()
    for schedule in stack.all("aws_scheduler_schedule").values():
        assert schedule["target"]["retry_policy"]["maximum_retry_attempts"] == 0


def test_failure_queues_retain_messages_long_enough(stack: Synthesized) -> None:
    for queue in stack.all("aws_sqs_queue").values():
        assert queue["message_retention_seconds"] == 14 * 24 * 3600
        assert "redrive_policy" not in queue, "nothing reads it but python -m ops redrive, which bounds itself"


def test_a_caller_waits_longer_than_its_callee_may_run(stack: Synthesized) -> None:
    seconds = {name: function["timeout"] for name, function in stack.all("aws_lambda_function").items()}
    for source in stack.all("aws_appsync_datasource").values():
        if "lambda_config" in source:
            assert seconds[function_of(source["lambda_config"]["function_arn"])] < APPSYNC_SECONDS
    for permission in stack.all("aws_lambda_permission").values():
        if permission["principal"] == "cognito-idp.amazonaws.com":
            assert seconds[function_of(permission["function_name"])] <= COGNITO_SECONDS
    for function in asynchronous(stack):
        longest = LONG_TURNS.get(function, APPSYNC_SECONDS)
        assert graphql._SECONDS < seconds[function] <= longest  # noqa: SLF001 - the bound of its own calls


class Recorded:
    """The clients that a function creates, without credentials or connections.

    Args:
        monkeypatch: replaces the functions of boto3.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.configs: dict[str, Any] = {}
        self.http_seconds: list[float] = []
        monkeypatch.setattr(boto3, "client", self._client)
        monkeypatch.setattr(graphql, "URLLib3Session", self._http)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            monkeypatch.setenv(name, "us-east-1")

    def _client(self, service: str, config: Any = None) -> SimpleNamespace:  # noqa: ANN401 - botocore's
        self.configs[service] = config
        return SimpleNamespace()

    def _http(self, *, timeout: float) -> SimpleNamespace:
        self.http_seconds.append(timeout)
        return SimpleNamespace()


SIGNS_ONLY = {"attachments"}
"""Functions whose client sends no requests, and so never waits."""


@pytest.mark.parametrize("name", sorted(FUNCTION_METRICS))
def test_the_timeout_of_a_function_exceeds_those_of_its_calls(
    name: str, hardened: Synthesized, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = hardened.all("aws_lambda_function")[name]
    for variable, value in function["environment"]["variables"].items():
        is_reference = value.startswith("${")
        monkeypatch.setenv(variable, "https://api.example.com/graphql" if "GRAPHQL" in variable else value)
        if is_reference and "GRAPHQL" not in variable:
            monkeypatch.setenv(variable, "chat-something")
    recorded = Recorded(monkeypatch)
    entry = importlib.import_module(f"lambdas.{name}.handler")
    for builder in [made for made in vars(entry).values() if hasattr(made, "cache_clear")]:
        builder.cache_clear()
        builder()
        builder.cache_clear()

    assert recorded.configs or name == "pre_sign_up", "it calls something"
    for service, config in recorded.configs.items():
        if name not in SIGNS_ONLY:
            attempts = config.retries["total_max_attempts"]
            longest = CallTimeouts(config.connect_timeout, config.read_timeout, attempts).longest
            assert longest < function["timeout"], f"{name} is cut off while it waits for {service}"
    for seconds in recorded.http_seconds:
        assert 2 * seconds < function["timeout"], "to connect, and to be answered"
    assert bool(recorded.http_seconds) is ("GRAPHQL_URL" in function["environment"]["variables"])


def test_the_visibility_timeout_is_six_times_the_timeout_of_the_function(stack: Synthesized) -> None:
    longest = max(function["timeout"] for function in stack.all("aws_lambda_function").values())

    assert redrive._VISIBILITY_FACTOR >= 6  # noqa: SLF001 - the bound that AWS asks for
    assert redrive._VISIBILITY_FACTOR * longest <= 12 * 3600  # noqa: SLF001 - SQS hides no longer


def test_the_runbook_has_the_timeouts(stack: Synthesized, root: Path) -> None:
    text = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    seconds = {name: function["timeout"] for name, function in stack.all("aws_lambda_function").items()}

    assert f"(`attachments`) | {seconds['attachments']} |" in text
    assert f"`post_confirmation` | {seconds['post_confirmation']} |" in text
    published = f"{seconds['notifications']}, `privacy` {seconds['privacy']}"
    assert f"| a function that publishes | {published} |" in text
    assert f"by its own client | {graphql._SECONDS} |" in text  # noqa: SLF001 - as above
    for attempts, bounds in (("two attempts, each", BACKGROUND), ("one attempt,", INTERACTIVE)):
        bound = f"{attempts} {bounds.connect} to connect and {bounds.read} to be answered | {bounds.longest} |"
        assert bound in text
