"""Tests of functions on streams: filters, failure handling and permissions."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.background.functions import MESSAGE_EVENTS, NOTIFICATIONS, ROOM_EVENTS
from stacks.settings.chat import SystemMessageSettings
from stacks.synthesis import FUNCTIONS

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tests.unit.stacks.synthesized import Synthesized


def test_failed_records_are_isolated_retried_and_sent_to_the_queue(stack: Synthesized) -> None:
    for name, mapping in stack.all("aws_lambda_event_source_mapping").items():
        assert mapping["function_response_types"] == ["ReportBatchItemFailures"]
        assert mapping["bisect_batch_on_function_error"] is True
        assert 1 <= mapping["maximum_retry_attempts"] <= 5
        assert 60 <= mapping["maximum_record_age_in_seconds"] <= 86400, "a stream keeps records for a day"
        (queue,) = {
            address for address in stack.references(f"aws_lambda_event_source_mapping.{name}") if "sqs" in address
        }
        details = stack.all("aws_sqs_queue")[queue.split(".")[1]]
        assert details["sqs_managed_sse_enabled"] is True
        assert details["message_retention_seconds"] == 14 * 24 * 3600


def test_filters_are_valid_patterns_of_lambda(stack: Synthesized) -> None:
    for mapping in stack.all("aws_lambda_event_source_mapping").values():
        filters = mapping["filter_criteria"]["filter"]
        assert 1 <= len(filters) <= 5
        for entry in filters:
            assert set(json.loads(entry["pattern"])) <= {"dynamodb", "eventName"}


def test_only_streamed_tables_are_mapped(stack: Synthesized) -> None:
    tables = stack.all("aws_dynamodb_table")
    for mapping in stack.all("aws_lambda_event_source_mapping").values():
        table = tables[mapping["event_source_arn"].split(".")[1]]
        assert table["stream_view_type"] == "NEW_AND_OLD_IMAGES"


def test_a_stream_has_at_most_two_readers(stack: Synthesized) -> None:
    """DynamoDB throttles more readers (developer guide, "DynamoDB Streams and AWS Lambda triggers")."""
    sources = [mapping["event_source_arn"] for mapping in stack.all("aws_lambda_event_source_mapping").values()]
    assert max(sources.count(source) for source in sources) <= 2


def test_functions_may_publish_their_own_mutations_only(stack: Synthesized) -> None:
    allowed = {
        (policy, resource)
        for policy, statements in stack.statements.items()
        for statement in statements
        if statement["Action"] == ["appsync:GraphQL"]
        for resource in statement["Resource"]
    }
    api = "${aws_appsync_graphql_api.chat.arn}/types/Mutation/fields"
    assert allowed == {
        *(
            ("message_events", f"{api}/{name}")
            for name in (
                "publishMessageCreated",
                "publishMessageDeleted",
                "publishMessageUpdated",
                "publishReactionAdded",
                "publishReactionRemoved",
            )
        ),
        ("notifications", f"{api}/publishNotification"),
        ("presence_sweep", f"{api}/publishPresence"),
        ("privacy", f"{api}/publishMemberDeleted"),
        ("privacy", f"{api}/publishMessageDeleted"),
        ("privacy", f"{api}/publishMessageUpdated"),
        *(
            ("room_events", f"{api}/{name}")
            for name in (
                "publishAccessEnded",
                "publishMembershipChanged",
                "publishMessage",
                "publishPresence",
                "publishTypingStarted",
                "publishTypingStopped",
            )
        ),
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_get_the_environment_variables_of_their_settings(
    function: str, stacks: dict[str, Synthesized], hardened: Synthesized
) -> None:
    settings: type[BaseModel] = importlib.import_module(f"lambdas.{function}.handler").Settings
    wanted = {field.alias for field in settings.model_fields.values() if field.is_required()}
    made = [stack.all("aws_lambda_function").get(function) for stack in (*stacks.values(), hardened)]

    assert made[-1] is not None
    assert all(wanted <= set(one["environment"]["variables"]) for one in made if one is not None)


def test_every_failure_queue_has_an_alarm(stack: Synthesized) -> None:
    watched = {
        alarm["dimensions"]["QueueName"]
        for alarm in stack.all("aws_cloudwatch_metric_alarm").values()
        if alarm["namespace"] == "AWS/SQS"
    }
    assert watched == {f"${{aws_sqs_queue.{name}.name}}" for name in stack.all("aws_sqs_queue")}


def matches(pattern: Any, value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Match as Lambda does, with the operators that these patterns use: names, exact values, existence."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(matches(inner, value.get(name)) for name, inner in pattern.items())
    return any(value is not None if rule == {"exists": True} else value == rule for rule in pattern)


@pytest.mark.parametrize(
    ("found", "event", "image"),
    [
        (True, "INSERT", {"type": {"S": "TEXT"}}),
        (False, "INSERT", {"type": {"S": "SYSTEM"}}),
        (False, "INSERT", {"type": {"S": "VOID"}}),
        (False, "MODIFY", {"type": {"S": "TEXT"}, "reactions": {"SS": ["x"]}}),
        (True, "MODIFY", {"type": {"S": "TEXT"}, "editedAt": {"S": "2030"}}),
        (True, "MODIFY", {"type": {"S": "TEXT"}, "deletedBy": {"S": "bob"}}),
        (False, "REMOVE", None),
    ],
)
def test_filters_of_messages_for_notifications(found: bool, event: str, image: dict[str, Any] | None) -> None:
    record = {"eventName": event, "dynamodb": {"NewImage": image}}
    assert any(matches(json.loads(each), record) for each in NOTIFICATIONS.streams["messages"]) == found


@pytest.mark.parametrize(
    ("found", "event", "old", "new"),
    [
        (True, "INSERT", None, {"state": {"S": "ACTIVE"}, "role": {"S": "MEMBER"}}),
        (False, "INSERT", None, {"state": {"S": "ACTIVE"}, "role": {"S": "OWNER"}}),
        (False, "INSERT", None, {"state": {"S": "INVITED"}, "role": {"S": "MEMBER"}}),
        (True, "MODIFY", {"state": {"S": "INVITED"}}, {"state": {"S": "ACTIVE"}}),
        (True, "MODIFY", {"state": {"S": "LEFT"}}, {"state": {"S": "ACTIVE"}}),
        (True, "MODIFY", {"state": {"S": "ACTIVE"}}, {"state": {"S": "LEFT"}}),
        (False, "MODIFY", {"state": {"S": "ACTIVE"}}, {"state": {"S": "ACTIVE"}}),
        (False, "MODIFY", {"state": {"S": "LEFT"}}, {"state": {"S": "BANNED"}}),
        (True, "REMOVE", {"state": {"S": "ACTIVE"}}, None),
    ],
)
def test_filters_of_memberships_for_room_events(
    found: bool, event: str, old: dict[str, Any] | None, new: dict[str, Any] | None
) -> None:
    record = {"eventName": event, "dynamodb": {"OldImage": old, "NewImage": new}}
    assert any(matches(json.loads(each), record) for each in ROOM_EVENTS.streams["memberships"]) == found


@pytest.mark.parametrize(
    ("found", "event", "old", "new"),
    [
        (True, "INSERT", None, {"type": {"S": "FILE"}}),
        (False, "INSERT", None, {"type": {"S": "TEXT"}}),
        (True, "MODIFY", {"type": {"S": "TEXT"}}, {"type": {"S": "TEXT"}, "deletedAt": {"S": "2030"}}),
        (False, "MODIFY", {"type": {"S": "TEXT"}}, {"type": {"S": "TEXT"}, "editedAt": {"S": "2030"}}),
        (True, "REMOVE", {"type": {"S": "IMAGE"}}, None),
        (True, "REMOVE", {"type": {"S": "TEXT"}, "overflowTotal": {"N": "1"}}, None),
        (False, "REMOVE", {"type": {"S": "TEXT"}}, None),
    ],
)
def test_filters_of_messages_for_message_events(
    found: bool, event: str, old: dict[str, Any] | None, new: dict[str, Any] | None
) -> None:
    record = {"eventName": event, "dynamodb": {"OldImage": old, "NewImage": new}}
    assert any(matches(json.loads(each), record) for each in MESSAGE_EVENTS.streams["messages"]) == found


def test_settings_enable_system_messages(stacks: dict[str, Synthesized]) -> None:
    function = stacks["local"].all("aws_lambda_function")["room_events"]
    assert json.loads(function["environment"]["variables"]["SYSTEM_MESSAGES"]) == ["joined", "left", "renamed"]
    assert SystemMessageSettings(joined=False).topics == ("left", "renamed")
