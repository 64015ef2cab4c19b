"""Tests of event source mappings from DynamoDB streams, with real functions and tables."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.events import mappings, streams
from local.embedded.events.positions import Positions
from tests.helpers.waiting import eventually
from tests.unit.local.functions import ACCOUNT, READ_STREAM, REGION, Cloud, Written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.local.conftest import Embedded


@pytest.fixture
def cloud(embedded: Embedded, tmp_path: Path) -> Cloud:
    return Cloud(embedded.emulator, tmp_path)


async def _prepared(cloud: Cloud, name: str, *statements: dict[str, Any]) -> tuple[Written, str]:
    """Return a function that may read streams, and the stream of a table with the same name."""
    return await cloud.function(name, READ_STREAM, *statements), await cloud.table(name)


def _was_invoked(function: Written, count: int) -> bool:
    return len(function.invocations()) == count


def _sending(queue: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}


async def test_sends_complete_records_in_order(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "ordered")
    await cloud.put("ordered", "one", "two")
    await cloud.mapping(function, stream, BatchSize=2)
    await cloud.put("ordered", "three")
    await eventually(lambda: len(function.batches()) == 2)
    assert function.batches() == [["one", "two"], ["three"]]
    record = function.invocations()[0]["event"]["Records"][0]
    assert record["eventName"] == "INSERT"
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventSourceARN"] == stream
    assert record["dynamodb"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert record["dynamodb"]["NewImage"]["text"] == {"S": "one"}
    assert record["dynamodb"]["SizeBytes"] > len("one")
    assert "userIdentity" not in record


async def test_the_handler_starts_within_a_tenth_of_a_second(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "prompt")
    await cloud.mapping(function, stream)
    await cloud.put("prompt", "warm up")
    await eventually(lambda: len(function.invocations()) == 1)
    latencies, direct = [], []
    for count in range(2, 22, 2):
        await asyncio.sleep(0.1)  # the previous invocation has ended, including the wait for its log lines
        before = time.time()
        await cloud.put("prompt", str(count))
        await eventually(partial(_was_invoked, function, count))
        latencies.append(function.invocations()[-1]["at"] - before)
        await asyncio.sleep(0.1)
        before = time.time()
        await cloud.invoke("prompt", {"Records": []})
        direct.append(function.invocations()[-1]["at"] - before)
    # On a busy machine, a direct invocation does not start in time either.
    assert statistics.median(latencies) < 0.1 + 5 * statistics.median(direct), (latencies, direct)


async def test_latest_starts_with_later_records(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "latest")
    await cloud.put("latest", "before")
    await cloud.mapping(function, stream, StartingPosition="LATEST")
    await cloud.put("latest", "after")
    await eventually(lambda: bool(function.batches()))
    assert function.batches() == [["after"]]


async def test_filters_accept_records_that_match_one_pattern(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "filtered")
    texts = {"text": {"S": [{"prefix": "yes"}]}}
    patterns = [{"eventName": ["INSERT"], "dynamodb": {"NewImage": texts}}, {"eventName": ["REMOVE"]}]
    filters = {"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]}
    await cloud.mapping(function, stream, FilterCriteria=filters, BatchSize=1)
    await cloud.put("filtered", "no", "yes 1")
    await cloud.dynamodb("PutItem", TableName="filtered", Item={"id": {"S": "x"}})
    await cloud.dynamodb("DeleteItem", TableName="filtered", Key={"id": {"S": "x"}})
    await cloud.put("filtered", "no", "yes 2")
    await eventually(lambda: len(function.batches()) == 3)
    assert function.batches() == [["yes 1"], [""], ["yes 2"]]
    assert function.invocations()[1]["event"]["Records"][0]["eventName"] == "REMOVE"


async def test_a_batching_window_collects_the_records_within_it(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "window")
    await cloud.mapping(function, stream, MaximumBatchingWindowInSeconds=300, BatchSize=2)
    await cloud.put("window", "one")
    await asyncio.sleep(0.2)
    await cloud.put("window", "two")
    await eventually(lambda: bool(function.batches()))
    assert function.batches() == [["one", "two"]]


async def test_a_batching_window_ends_by_itself(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "ending")
    await cloud.mapping(function, stream, MaximumBatchingWindowInSeconds=1)
    before = time.time()
    await cloud.put("ending", "one")
    await eventually(lambda: bool(function.batches()))
    assert function.invocations()[0]["at"] - before >= 1


async def test_records_from_the_lowest_reported_failure_on_are_sent_again(cloud: Cloud) -> None:
    queue = await cloud.queue("reported")
    function, stream = await _prepared(cloud, "reported", _sending(queue))
    await cloud.put("reported", "one", "two", "report three", "four")
    await cloud.mapping(
        function,
        stream,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=2,
        DestinationConfig={"OnFailure": {"Destination": queue}},
    )
    await cloud.put("reported", "five")
    await eventually(lambda: ["five"] in function.batches())
    retried = [["report three", "four"]] * 2
    assert function.batches() == [["one", "two", "report three", "four"], *retried, ["five"]]
    (message,) = await cloud.messages(queue)
    assert message["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert message["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert message["DDBStreamBatchInfo"]["batchSize"] == 2


async def test_without_reported_failures_the_response_is_ignored(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "unread")
    await cloud.put("unread", "report one")
    await cloud.mapping(function, stream)
    await cloud.put("unread", "two")
    await eventually(lambda: sum(map(len, function.batches())) == 2)
    await asyncio.sleep(0.5)
    assert sum(map(len, function.batches())) == 2


async def test_bisecting_isolates_and_gives_up_the_failing_record(cloud: Cloud) -> None:
    queue = await cloud.queue("bisected")
    function, stream = await _prepared(cloud, "bisected", _sending(queue))
    await cloud.put("bisected", "one", "two", "raise three", "four")
    await cloud.mapping(
        function,
        stream,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": queue}},
    )
    await eventually(lambda: ["four"] in function.batches())
    assert function.batches() == [
        ["one", "two", "raise three", "four"],
        ["one", "two"],
        ["raise three", "four"],
        ["raise three"],
        ["raise three"],  # the only retry; splitting does not count
        ["four"],
    ]
    (message,) = await cloud.messages(queue)
    poison = function.invocations()[3]["event"]["Records"][0]["dynamodb"]["SequenceNumber"]
    assert message["requestContext"]["functionArn"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:bisected"
    assert message["requestContext"]["approximateInvokeCount"] == 2
    assert message["responseContext"]["functionError"] == "Unhandled"
    info = message["DDBStreamBatchInfo"]
    assert (info["startSequenceNumber"], info["endSequenceNumber"], info["batchSize"]) == (poison, poison, 1)
    assert info["streamArn"] == stream
    assert "raise" not in json.dumps(message)  # the position of the records, not their content


async def test_a_topic_receives_a_message_about_given_up_records(cloud: Cloud) -> None:
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:told"
    from_topic = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": f"arn:aws:sqs:{REGION}:{ACCOUNT}:told",
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    queue = await cloud.queue("told", Policy=json.dumps({"Version": "2012-10-17", "Statement": [from_topic]}))
    await cloud.form("sns", Action="CreateTopic", Name="told")
    await cloud.form("sns", Action="Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue)
    publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}
    function, stream = await _prepared(cloud, "told", publish)
    await cloud.put("told", "raise")
    destination = {"OnFailure": {"Destination": topic}}
    await cloud.mapping(function, stream, MaximumRetryAttempts=0, DestinationConfig=destination)
    message = (await eventually(lambda: cloud.messages(queue)))[0]
    told = json.loads(message["Message"])
    assert told["DDBStreamBatchInfo"]["streamArn"] == stream


async def test_a_failing_batch_blocks_the_following_ones_until_it_succeeds(cloud: Cloud, tmp_path: Path) -> None:
    gate = tmp_path / "open"
    code = """
import json, os
def handler(event, context):
    texts = [record["dynamodb"]["NewImage"]["text"]["S"] for record in event["Records"]]
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps({"event": event}) + "\\n")
    if texts == ["one"] and not os.path.exists(os.environ["GATE"]):
        raise ValueError("not yet")
"""
    function = await cloud.function("held", READ_STREAM, code=code, environment={"GATE": str(gate)})
    stream = await cloud.table("held")
    await cloud.put("held", "one", "two")
    await cloud.mapping(function, stream, BatchSize=1)
    await eventually(lambda: len(function.batches()) >= 3)
    assert set(map(tuple, function.batches())) == {("one",)}
    gate.touch()
    await eventually(lambda: ["two"] in function.batches())
    assert function.batches()[-2:] == [["one"], ["two"]]


async def test_a_disabled_mapping_continues_at_its_position_when_enabled(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "paused")
    mapping = await cloud.mapping(function, stream)
    await cloud.put("paused", "one")
    await eventually(lambda: len(function.batches()) == 1)
    await cloud.function_api("PUT", f"event-source-mappings/{mapping}", {"Enabled": False})
    await cloud.put("paused", "two")
    await asyncio.sleep(0.3)
    assert function.batches() == [["one"]]
    await cloud.function_api("PUT", f"event-source-mappings/{mapping}", {"Enabled": True})
    await eventually(lambda: len(function.batches()) == 2)
    assert function.batches() == [["one"], ["two"]]


async def test_a_deleted_mapping_sends_no_more_records(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "deleted")
    mapping = await cloud.mapping(function, stream)
    answer = await cloud.function_api("DELETE", f"event-source-mappings/{mapping}")
    assert answer.status == 202
    await cloud.put("deleted", "one")
    await asyncio.sleep(0.3)
    assert function.batches() == []


async def test_changed_settings_apply_from_the_next_batch_on(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "changed")
    mapping = await cloud.mapping(function, stream)
    pattern = json.dumps({"dynamodb": {"NewImage": {"text": {"S": ["wanted"]}}}})
    await cloud.function_api(
        "PUT", f"event-source-mappings/{mapping}", {"FilterCriteria": {"Filters": [{"Pattern": pattern}]}}
    )
    await cloud.put("changed", "unwanted", "wanted")
    await eventually(lambda: bool(function.batches()))
    assert function.batches() == [["wanted"]]


async def test_two_mappings_of_a_stream_are_independent(cloud: Cloud) -> None:
    failing, stream = await _prepared(cloud, "failing")
    other = await cloud.function("unaffected", READ_STREAM)
    await cloud.mapping(failing, stream)
    await cloud.mapping(other, stream)
    await cloud.put("failing", "raise")
    await cloud.put("failing", "next")
    await eventually(lambda: sum(map(len, other.batches())) == 2)
    assert ["next"] not in failing.batches()


async def test_a_new_mapping_has_lambdas_defaults(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "defaults")
    mapping = await cloud.mapping(function, stream)
    described = json.loads((await cloud.function_api("GET", f"event-source-mappings/{mapping}")).body)
    assert described["BatchSize"] == 100
    assert described["MaximumRetryAttempts"] == -1
    assert described["MaximumRecordAgeInSeconds"] == -1
    assert described["BisectBatchOnFunctionError"] is False
    assert described["StartingPosition"] == "TRIM_HORIZON"


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"StartingPosition": None}, "StartingPosition"),
        ({"BatchSize": 10_001}, "BatchSize"),
        ({"MaximumRetryAttempts": 10_001}, "MaximumRetryAttempts"),
        ({"MaximumRecordAgeInSeconds": 30}, "MaximumRecordAgeInSeconds"),
        ({"MaximumBatchingWindowInSeconds": 301}, "MaximumBatchingWindowInSeconds"),
        ({"FunctionResponseTypes": ["Everything"]}, "FunctionResponseTypes"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{"}]}}, "Invalid filter pattern"),
        ({"FilterCriteria": {"Filters": [{"Pattern": '{"eventName": "INSERT"}'}]}}, "Invalid filter pattern"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}] * 6}}, "5 filters"),
        ({"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:0:q"}}}, "sqs:SendMessage"),
    ],
)
async def test_refuses_requests_that_lambda_refuses(cloud: Cloud, settings: dict[str, Any], part: str) -> None:
    name = f"refused-{abs(hash(json.dumps(settings)))}"
    function, stream = await _prepared(cloud, name)
    request = {"FunctionName": name, "EventSourceArn": stream, "StartingPosition": "LATEST", **settings}
    answer = await cloud.function_api("POST", "event-source-mappings/", request)
    assert answer.status == 400
    assert part in json.loads(answer.body)["message"]
    assert function.batches() == []


async def test_refuses_a_role_that_may_not_read_the_stream(cloud: Cloud) -> None:
    await cloud.function("blind")
    request = {
        "FunctionName": "blind",
        "EventSourceArn": await cloud.table("blind"),
        "StartingPosition": "LATEST",
    }
    answer = await cloud.function_api("POST", "event-source-mappings/", request)
    assert answer.status == 400
    assert answer.headers["x-amzn-errortype"] == "InvalidParameterValueException"
    assert b"Please ensure the role can perform the GetRecords" in answer.body


async def test_refuses_a_second_mapping_of_the_same_function_and_stream(cloud: Cloud) -> None:
    function, stream = await _prepared(cloud, "twice")
    mapping = await cloud.mapping(function, stream)
    request = {"FunctionName": "twice", "EventSourceArn": stream, "StartingPosition": "LATEST"}
    answer = await cloud.function_api("POST", "event-source-mappings/", request)
    assert answer.status == 409
    assert mapping in json.loads(answer.body)["message"]


async def test_refuses_a_missing_stream(cloud: Cloud) -> None:
    await cloud.function("nowhere", READ_STREAM)
    stream = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/absent/stream/2026-01-01T00:00:00.000"
    request = {"FunctionName": "nowhere", "EventSourceArn": stream, "StartingPosition": "LATEST"}
    answer = await cloud.function_api("POST", "event-source-mappings/", request)
    assert answer.status == 404


async def test_queues_are_handled_by_ministack(cloud: Cloud, embedded: Embedded) -> None:
    queue = await cloud.queue("work")
    receive = {
        "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        "Resource": queue,
    }
    code = """
import json, os
def handler(event, context):
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps({"bodies": [record["body"] for record in event["Records"]]}) + "\\n")
"""
    function = await cloud.function("worker", receive, code=code)
    request = {"FunctionName": "worker", "EventSourceArn": queue}
    assert (await cloud.function_api("POST", "event-source-mappings/", request)).status == 202
    url = await embedded.emulator.call_json("sqs", "AmazonSQS.GetQueueUrl", {"QueueName": "work"}, region=REGION)
    message = {"QueueUrl": url["QueueUrl"], "MessageBody": "hello"}
    await embedded.emulator.call_json("sqs", "AmazonSQS.SendMessage", message, region=REGION)
    await eventually(lambda: function.invocations() == [{"bodies": ["hello"]}])


async def test_processed_records_are_deleted_except_the_newest(
    cloud: Cloud, embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "KEPT_RECORDS", 5)
    monkeypatch.setattr(streams, "_FORGOTTEN_AT_ONCE", 2)
    module = embedded.emulator.module_of("dynamodb")
    place = {"account_id": ACCOUNT, "region": REGION}
    first, stream = await _prepared(cloud, "let-go")
    slow = await cloud.function("let-go-later", READ_STREAM)
    await cloud.mapping(first, stream)
    later = await cloud.mapping(slow, stream, Enabled=False)

    await cloud.put("let-go", *map(str, range(12)))
    await eventually(lambda: sum(map(len, first.batches())) == 12)
    await cloud.put("let-go", "one more")
    await eventually(lambda: sum(map(len, first.batches())) == 13)
    assert len(module.stream_live_records("let-go", **place)) == 13, "one mapping has handled none of them yet"

    await cloud.function_api("PUT", f"event-source-mappings/{later}", {"Enabled": True})
    await eventually(lambda: len(module.stream_live_records("let-go", **place)) == 5)
    assert sum(map(len, slow.batches())) == 13
    assert module.stream_end_position("let-go", **place) == 13, "readers by position find what they would have found"
    assert len(module.stream_records_since("let-go", 10, 100, **place)) == 3


async def test_a_new_mapping_whose_first_position_cannot_be_written_starts_there_later(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mappings, "_AGAIN_SECONDS", 0.1)
    stream = await cloud.table("unwritten")
    function = await cloud.function("unwritten", READ_STREAM)
    await cloud.put("unwritten", "before")
    set_position, is_full = Positions.set, True

    def full(positions: Positions, mapping_id: str, position: str) -> None:
        if is_full:
            raise OSError(28, "No space left on device")
        set_position(positions, mapping_id, position)

    monkeypatch.setattr(Positions, "set", full)
    await cloud.mapping(function, stream, StartingPosition="LATEST")
    await cloud.put("unwritten", "after")
    await asyncio.sleep(0.3)
    assert function.invocations() == []
    is_full = False
    await eventually(lambda: function.batches() == [["after"]])
