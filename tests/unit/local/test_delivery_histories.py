"""Property tests of delivery: with any failures, each record is delivered or given up, once and in order."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from appsync_local.backend import AwsError, FunctionResult
from local.embedded.events import delivery
from tests.unit.local.test_delivery import Run, Stream, record

if TYPE_CHECKING:
    from local.embedded.events.discarding import Discarded

FAILED = FunctionResult(b'{"errorMessage": "poison"}', "Unhandled")


@dataclass
class Flaky:
    """A function that fails a number of times per record, and is throttled sometimes."""

    failures: dict[str, int]
    throttled: set[int]
    reports: bool
    calls: int = 0
    batches: list[list[str]] = field(default_factory=list)
    succeeded: set[str] = field(default_factory=set)

    async def __call__(self, _arn: str, payload: bytes) -> FunctionResult:
        self.calls += 1
        if self.calls in self.throttled:
            raise AwsError("TooManyRequestsException", "Rate Exceeded.")
        numbers = [record["dynamodb"]["SequenceNumber"] for record in json.loads(payload)["Records"]]
        self.batches.append(numbers)
        failed = [number for number in numbers if self.failures[number] > 0]
        for number in failed:
            self.failures[number] -= 1
        if failed and not self.reports:
            return FAILED
        self.succeeded.update(numbers[: numbers.index(failed[0])] if failed else numbers)
        items = [{"itemIdentifier": number} for number in failed]
        return FunctionResult(json.dumps({"batchItemFailures": items}).encode())


HISTORIES = st.fixed_dictionaries(
    {
        "failures": st.lists(st.integers(0, 6), min_size=1, max_size=12),
        "throttled": st.sets(st.integers(1, 20), max_size=4),
        "reports": st.booleans(),
        "bisects": st.booleans(),
        "retries": st.integers(0, 3),
        "batch_size": st.integers(1, 12),
    }
)


@settings(max_examples=150, deadline=None)
@given(history=HISTORIES)
def test_every_record_is_delivered_or_given_up_once_and_in_order(history: dict[str, Any]) -> None:
    numbers = [f"{count:06d}" for count in range(1, len(history["failures"]) + 1)]
    function = Flaky(
        defaultdict(int, zip(numbers, history["failures"], strict=True)), history["throttled"], history["reports"]
    )
    with tempfile.TemporaryDirectory() as folder, patch.object(delivery, "_FIRST_DELAY_SECONDS", 0):
        discarded, positions = _run(Path(folder), function, history, len(numbers))

    given_up = [record["dynamodb"]["SequenceNumber"] for one in discarded for record in one.records]
    assert positions == sorted(set(positions))
    assert given_up == sorted(set(given_up))
    assert set(given_up) | function.succeeded == set(numbers)
    for batch in function.batches:
        first = numbers.index(batch[0])
        assert batch == numbers[first : first + len(batch)]
        assert len(batch) <= history["batch_size"]
    if history["bisects"] and not history["reports"]:
        assert all(history["failures"][numbers.index(number)] > 0 for number in given_up)
    assert all(one.invocations == history["retries"] + 1 for one in discarded)


def _run(folder: Path, function: Flaky, history: dict[str, Any], count: int) -> tuple[list[Discarded], list[str]]:
    positions: list[str] = []

    async def run() -> list[Discarded]:
        one = Run(
            folder,
            function,
            Stream(*(record(number) for number in range(1, count + 1))),
            BatchSize=history["batch_size"],
            MaximumRetryAttempts=history["retries"],
            BisectBatchOnFunctionError=history["bisects"],
            FunctionResponseTypes=["ReportBatchItemFailures"] if history["reports"] else [],
        )
        write = one.positions.set

        def note(mapping_id: str, position: str) -> None:
            positions.append(position)
            write(mapping_id, position)

        with patch.object(one.positions, "set", note):
            await one.until(f"{count:06d}")
        return one.discarded

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(run()), positions
    finally:
        loop.close()
