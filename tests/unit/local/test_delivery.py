"""Tests of delivery with a scripted function: old records, throttling, large batches, all slow with a real one."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import pytest

from appsync_local.backend import AwsError, FunctionResult
from local.embedded.events.answers import judge
from local.embedded.events.delivery import Delivery, DeliveryContext
from local.embedded.events.mapping import EventSourceMapping
from local.embedded.events.positions import Positions
from local.embedded.events.streams import BEFORE_ALL
from local.embedded.journal import Journal
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from local.embedded.events.discarding import Discarded
    from local.embedded.events.filters import Patterns
    from local.embedded.events.streams import Record, TableStreams

STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000"


def record(number: int, *, age: float = 0, text: str = "", wall: float = 0) -> Record:
    """Return the record of an insert, ``age`` seconds old; by the wall clock it is ``wall`` seconds older."""
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "ApproximateCreationDateTime": time.time() - age - wall,
            "Keys": {"id": {"S": str(number)}},
            "NewImage": {"id": {"S": str(number)}, "text": {"S": text}},
            "SequenceNumber": f"{number:06d}",
        },
        "age": age,
    }


Invoke = Callable[[str, bytes], Awaitable[FunctionResult]]


class Stream:
    """A stream backed by a list."""

    def __init__(self, *records: Record) -> None:
        self.records = list(records)
        self._begun = time.monotonic()

    def age(self, number: str) -> float:
        (age,) = (one["age"] for one in self.records if one["dynamodb"]["SequenceNumber"] == number)
        return float(age) + time.monotonic() - self._begun

    def records_after(self, _source: object, position: str, limit: int) -> list[Record]:
        return [one for one in self.records if one["dynamodb"]["SequenceNumber"] > position][:limit]

    def add_wakeup(self, _source: object, _wakeup: asyncio.Event) -> None:
        """Return at once: no records are added after the start."""

    remove_wakeup = add_wakeup


class Everything:
    """Filters that accept every record."""

    def match(self, _patterns: tuple[str, ...], _record: Record) -> bool:
        return True


class Function:
    """A function with scripted responses, then success; records its events."""

    def __init__(self, *answers: FunctionResult | AwsError) -> None:
        self._answers = list(answers)
        self.batches: list[list[str]] = []
        self.sizes: list[int] = []

    async def __call__(self, _arn: str, payload: bytes) -> FunctionResult:
        records = json.loads(payload)["Records"]
        self.sizes.append(len(payload))
        self.batches.append([one["dynamodb"]["Keys"]["id"]["S"] for one in records])
        answer = self._answers.pop(0) if self._answers else FunctionResult(b"null")
        if isinstance(answer, AwsError):
            raise answer
        return answer


def _mapping(**settings: Any) -> EventSourceMapping:  # noqa: ANN401 - JSON values
    record = {"UUID": "m", "FunctionArn": "arn:aws:lambda:us-east-1:0:function:f", "EventSourceArn": STREAM, **settings}
    mapping = EventSourceMapping.from_record(record)
    assert mapping is not None
    return mapping


class Run:
    """A delivery with its context."""

    def __init__(self, folder: Path, function: Invoke, stream: Stream, **settings: Any) -> None:  # noqa: ANN401
        self.discarded: list[Discarded] = []
        self.positions = Positions(folder)
        self.reports: list[str] = []
        self.done: list[str] = []
        self.delivery = Delivery(
            _mapping(**settings),
            DeliveryContext(
                streams=cast("TableStreams", stream),
                positions=self.positions,
                patterns=cast("Patterns", Everything()),
                invoke=function,
                discard=self._discard,
                report=lambda _mapping, result: self.reports.append(result),
                age=stream.age,
                moved=lambda _mapping: self.done.append(self.delivery.done_to),
            ),
        )

    async def _discard(self, _mapping: EventSourceMapping, discarded: Discarded) -> None:
        self.discarded.append(discarded)

    async def until(self, position: str, seconds: float = 60) -> None:
        self.delivery.start()
        try:
            await eventually(lambda: self.positions.get("m") == position, within=seconds)
        finally:
            self.delivery.cancel()
            await self.delivery.wait()
            self.positions.close()


UNHANDLED = FunctionResult(b"{}", "Unhandled")


async def test_records_are_finished_only_after_their_delivery(tmp_path: Path) -> None:
    run = Run(tmp_path, Function(), Stream(record(1), record(2), record(3)), BatchSize=2)
    await run.until("000003")
    assert run.done == sorted(run.done)
    assert "000001" not in run.done, "a batch is done with as a whole"
    assert run.done[0] == BEFORE_ALL, "what was only read is not"
    assert run.delivery.done_to == "000003"


async def test_records_that_are_too_old_are_given_up_without_an_invocation(tmp_path: Path) -> None:
    function = Function()
    stream = Stream(record(1, age=100), record(2, age=90), record(3))
    run = Run(tmp_path, function, stream, MaximumRecordAgeInSeconds=60)
    await run.until("000003")
    assert function.batches == [["3"]]
    (discarded,) = run.discarded
    assert (discarded.condition, discarded.invocations, len(discarded.records)) == ("RecordAgeExceeded", 0, 2)


async def test_a_failing_batch_is_given_up_when_it_gets_too_old(tmp_path: Path) -> None:
    function = Function(*[UNHANDLED] * 50)
    run = Run(tmp_path, function, Stream(record(1, age=59)), MaximumRecordAgeInSeconds=60)
    await run.until("000001")
    assert len(function.batches) > 1
    (discarded,) = run.discarded
    assert discarded.condition == "RecordAgeExceeded"
    assert discarded.invocations == len(function.batches)


@pytest.mark.parametrize("wall", [-2 * 24 * 3600, 2 * 24 * 3600])
async def test_a_step_of_the_clock_does_not_age_records(tmp_path: Path, wall: float) -> None:
    function = Function(UNHANDLED)
    run = Run(tmp_path, function, Stream(record(1, wall=wall), record(2)), MaximumRecordAgeInSeconds=60)
    await run.until("000002")
    assert run.discarded == []
    assert function.batches == [["1", "2"], ["1", "2"]]


async def test_a_failed_write_of_a_position_is_retried_without_an_invocation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = Function()
    run = Run(tmp_path, function, Stream(record(1), record(2)), BatchSize=1)
    append, failures = Journal.append, [OSError(28, "No space left on device") for _ in range(3)]

    def full(journal: Journal, entry: object) -> None:
        if failures:
            assert run.positions.get("m") is None, "what is not on disk is not in memory"
            raise failures.pop()
        append(journal, entry)

    monkeypatch.setattr(Journal, "append", full)
    await run.until("000002")
    assert failures == []
    assert function.batches == [["1"], ["2"]]
    assert Positions(tmp_path).get("m") == "000002"


async def test_no_record_is_retried_after_a_day(tmp_path: Path) -> None:
    function = Function()
    run = Run(tmp_path, function, Stream(record(1, age=24 * 3600 + 1), record(2)))
    await run.until("000002")
    assert function.batches == [["2"]]


async def test_throttling_is_not_counted_as_a_failure(tmp_path: Path) -> None:
    throttled = AwsError("TooManyRequestsException", "Rate Exceeded.")
    function = Function(throttled, throttled, UNHANDLED)
    run = Run(tmp_path, function, Stream(record(1)), MaximumRetryAttempts=1)
    await run.until("000001")
    assert len(function.batches) == 4
    assert run.discarded == []
    assert run.reports[0] == "PROBLEM: Rate Exceeded."


async def test_a_retry_limit_of_zero_gives_up_at_once(tmp_path: Path) -> None:
    function = Function(UNHANDLED)
    run = Run(tmp_path, function, Stream(record(1), record(2)), MaximumRetryAttempts=0, BatchSize=1)
    await run.until("000002")
    assert function.batches == [["1"], ["2"]]
    assert [one.function_error for one in run.discarded] == ["Unhandled"]


async def test_a_batch_has_at_most_six_megabytes(tmp_path: Path) -> None:
    function = Function()
    stream = Stream(*(record(number, text="x" * 390_000) for number in range(1, 31)))
    run = Run(tmp_path, function, stream, BatchSize=1000)
    await run.until("000030")
    assert sum(map(len, function.batches)) == 30
    assert len(function.batches) == 2
    assert max(function.sizes) <= 6 * 1024 * 1024


async def test_delivery_continues_after_the_position_of_the_previous_run(tmp_path: Path) -> None:
    stream = Stream(record(1), record(2))
    await Run(tmp_path, Function(), stream).until("000002")
    stream.records.append(record(3))
    function = Function()
    await Run(tmp_path, function, stream).until("000003")
    assert function.batches == [["3"]]


async def test_partial_success_advances_the_position_before_the_retry(tmp_path: Path) -> None:
    report = FunctionResult(json.dumps({"batchItemFailures": [{"itemIdentifier": "000002"}]}).encode())
    function = Function(report)
    run = Run(
        tmp_path,
        function,
        Stream(record(1), record(2), record(3)),
        FunctionResponseTypes=["ReportBatchItemFailures"],
        BisectBatchOnFunctionError=True,
    )
    run.delivery.start()
    await eventually(lambda: run.positions.get("m") == "000001")
    assert function.batches == [["1", "2", "3"]]
    await eventually(lambda: run.positions.get("m") == "000003")
    assert function.batches[1:] == [["2", "3"]]
    run.delivery.cancel()
    await run.delivery.wait()
    run.positions.close()


WHOLE, NOTHING = 2, 0
ANSWERS = [
    (b"", WHOLE),
    (b"null", WHOLE),
    (b"{}", WHOLE),
    (b'"text"', WHOLE),
    (b'{"batchItemFailures": null}', WHOLE),
    (b'{"batchItemFailures": []}', WHOLE),
    (b'{"batchItemFailures": [{"itemIdentifier": "000002"}]}', 1),
    (b'{"batchItemFailures": [{"itemIdentifier": "000002"}, {"itemIdentifier": "000001"}]}', NOTHING),
    (b'{"batchItemFailures": [{"itemIdentifier": ""}]}', NOTHING),
    (b'{"batchItemFailures": [{"itemIdentifier": null}]}', NOTHING),
    (b'{"batchItemFailures": [{"wrongName": "000002"}]}', NOTHING),
    (b'{"batchItemFailures": [{"itemIdentifier": "999999"}]}', NOTHING),
    (b'{"batchItemFailures": ["000002"]}', NOTHING),
]


@pytest.mark.parametrize(("payload", "done"), ANSWERS)
def test_responses_are_interpreted_as_by_lambda(payload: bytes, done: int) -> None:
    records = [record(1), record(2)]
    assert judge(FunctionResult(payload), records, reports_failures=True).done == done
    assert judge(FunctionResult(payload), records, reports_failures=False).done == 2


def test_a_function_that_raised_has_processed_no_records() -> None:
    verdict = judge(UNHANDLED, [record(1)], reports_failures=True)
    assert (verdict.done, verdict.function_error) == (0, "Unhandled")


def test_positions_are_restored_after_a_restart_and_deleted_ones_are_not(tmp_path: Path) -> None:
    positions = Positions(tmp_path)
    positions.set("a", "1")
    positions.set("b", "1")
    positions.set("a", "2")
    positions.forget("b")
    again = Positions(tmp_path)  # the first was never closed, as after a kill
    assert (again.get("a"), again.get("b"), again.all()) == ("2", None, {"a"})
    for one in (positions, again):
        one.close()
