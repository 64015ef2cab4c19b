"""Tests of stream records' sequence numbers: they never decrease, and clock steps do not expire pending records."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.embedded.events.sequence_numbers import DIGITS, SequenceNumbers
from local.embedded.events.streams import KEPT_RECORDS
from tests.helpers.waiting import eventually
from tests.unit.local.functions import READ_STREAM, REGION, Cloud

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.local.conftest import Embedded

DAY = 24 * 60 * 60


class Clock:
    """A clock that is set manually."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.sampled_from([0, 0.001, -5, 5, -3600, 2 * DAY, -1e9]), st.booleans()), max_size=40))
def test_numbers_increase_after_clock_steps_and_restarts(steps: list[tuple[float, bool]]) -> None:
    clock = Clock()
    numbers = SequenceNumbers(wall=clock)
    given = [numbers.next()]
    for step, restarts in steps:
        clock.now += step
        if restarts:
            numbers = SequenceNumbers(wall=clock)
            for number in reversed(given):
                numbers.note(number)
        given.append(numbers.next())
    assert given == sorted(set(given))
    assert {len(number) for number in given} == {DIGITS}


def test_a_number_follows_the_time_of_day_unless_that_was_set_back() -> None:
    numbers = SequenceNumbers(wall=Clock(1_800_000_000.123))
    assert numbers.next() == "00000001800000000123" + "0000000000"
    assert numbers.next() == "00000001800000000123" + "0000000001"


def test_an_age_is_measured_by_the_monotonic_clock() -> None:
    wall, monotonic = Clock(), Clock(100)
    numbers = SequenceNumbers(wall=wall, monotonic=monotonic)
    numbers.note("7".zfill(DIGITS))
    monotonic.now += 20
    first = numbers.next()
    wall.now += 2 * DAY
    monotonic.now += 30
    second = numbers.next()
    wall.now -= 4 * DAY
    monotonic.now += 40
    third = numbers.next()
    ages = [numbers.age(number) for number in ("7".zfill(DIGITS), first, second, third)]
    assert ages == [90, 70, 40, 0]
    monotonic.now += 3 * DAY
    numbers.next()
    assert numbers.age(first) >= 3 * DAY


def test_another_version_of_ministack_is_refused() -> None:
    with pytest.raises(RuntimeError, match="_next_stream_seq"):
        SequenceNumbers().install(object())


def _records(embedded: Embedded, table: str) -> list[dict[str, Any]]:
    module: Any = embedded.emulator.module_of("dynamodb")
    records: list[dict[str, Any]] = module.stream_live_records(table, account_id="000000000000", region=REGION)
    return records


def _age(embedded: Embedded, table: str) -> None:
    """Set the clock forward, so that all records of a table's stream are two days old by the time of day."""
    for record in list(_records(embedded, table)):
        record["dynamodb"]["ApproximateCreationDateTime"] = time.time() - 2 * DAY


async def test_undelivered_records_are_kept_after_a_step_of_the_clock(embedded: Embedded, tmp_path: Path) -> None:
    cloud = Cloud(embedded.emulator, tmp_path)
    stream = await cloud.table("waiting_records")
    function = await cloud.function("waiting_records", READ_STREAM)
    mapping = await cloud.mapping(function, stream, BatchSize=1, Enabled=True)
    await cloud.put("waiting_records", "raise: the first fails and holds up the rest")
    await eventually(lambda: bool(function.invocations()))
    texts = [f"text {number}" for number in range(KEPT_RECORDS + 10)]
    for first in range(0, len(texts), 100):
        await cloud.put("waiting_records", *texts[first : first + 100])
    _age(embedded, "waiting_records")
    assert len(_records(embedded, "waiting_records")) == len(texts) + 1, "they wait for the function"

    await cloud.function_api("PUT", f"event-source-mappings/{mapping}", {"Enabled": False})
    assert len(_records(embedded, "waiting_records")) == KEPT_RECORDS, "nothing waits, but the newest are no older"


async def test_unmapped_streams_keep_their_newest_records_after_a_step_of_the_clock_for_a_day(
    embedded: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = Cloud(embedded.emulator, tmp_path)
    await cloud.table("old_records")
    await cloud.put("old_records", *"abc")
    before = [record["dynamodb"]["SequenceNumber"] for record in _records(embedded, "old_records")]
    _age(embedded, "old_records")
    assert len(_records(embedded, "old_records")) == 3

    monkeypatch.setattr(embedded.tables.sequence_numbers, "_monotonic", lambda: time.monotonic() + DAY + 60)
    kept = [record["dynamodb"]["SequenceNumber"] for record in _records(embedded, "old_records")]
    assert kept == before[-1:], "a restart reads the last number from it"
