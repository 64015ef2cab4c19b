"""Tests of fault injection: armed faults, their steps, and that it is disabled unless requested."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from appsync_local.backend import AwsError
from local.embedded.fault_injection import PATH, VARIABLE
from local.embedded.faults import Fault, FaultError, Faults, Mode, suffer
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

SEND = "Mutation.createMessage"


def test_a_fault_affects_its_step_once() -> None:
    faults = Faults()
    faults.arm([Fault(SEND, Mode.DROP, step=2, containing="room-1")])

    other, first, second = (faults.run(SEND, f'{{"room": "room-{number}"}}') for number in (2, 1, 1))
    assert [other.begin(), other.next_fault("a"), other.next_fault("b")] == [None, None, None]
    assert first.begin() is None
    assert first.next_fault("GetItem") is None
    assert first.next_fault("PutItem") is not None
    assert second.next_fault("GetItem") is None
    assert second.next_fault("PutItem") is None
    (state,) = faults.state()
    assert state["struck"] is True


def test_a_watcher_records_the_steps() -> None:
    faults = Faults()
    faults.arm([Fault(SEND, Mode.WATCH)])
    run = faults.run(SEND, "{}")
    assert [run.begin(), run.next_fault("GetItem rooms"), run.next_fault("PutItem rooms")] == [None, None, None]
    assert faults.state()[0]["calls"] == ["GetItem rooms", "PutItem rooms"]


@pytest.mark.parametrize(
    ("mode", "made", "error"),
    [
        (Mode.DROP, 0, "InternalServerError"),
        (Mode.THROTTLE, 0, "ProvisionedThroughputExceededException"),
        (Mode.REFUSE, 0, "ValidationException"),
        (Mode.LOSE, 1, "InternalServerError"),
        (Mode.TWICE, 2, None),
        (Mode.DELAY, 1, None),
        (Mode.DELAY_ANSWER, 1, None),
    ],
)
async def test_a_call_is_made_or_not_and_returned_or_not(mode: Mode, made: int, error: str | None) -> None:
    calls: list[int] = []
    heard: str | None = None

    async def call() -> int:
        calls.append(len(calls) + 1)
        return len(calls)

    try:
        assert await suffer(Fault(SEND, mode), call) == made
    except AwsError as refused:
        heard = refused.code
    assert (len(calls), heard) == (made, error)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "operation and mode"),
        ({"operation": SEND}, "operation and mode"),
        ({"operation": SEND, "mode": "drop", "stage": 1}, "operation and mode"),
        ({"operation": SEND, "mode": "drop", "step": "1"}, "step is '1'"),
        ({"operation": SEND, "mode": "explode"}, "Give one of drop, throttle"),
    ],
)
def test_an_invalid_fault_is_refused_with_a_message(value: object, words: str) -> None:
    with pytest.raises(FaultError, match=words):
        Fault.parse(value)


def ask(server: ServerProcess, method: str, faults: object = None) -> tuple[int, Any]:
    """Request the faults of a server."""
    answer = urllib3.request(method, f"{server.url}{PATH}", body=json.dumps(faults), retries=False)
    return answer.status, json.loads(answer.data) if answer.status in {200, 400} and answer.data[:1] == b"{" else None


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Start a server with this environment."""
    with ServerProcess(tmp_path_factory.mktemp("faults") / "data") as server:
        yield server


def test_fault_injection_is_disabled_by_default(server: ServerProcess) -> None:
    assert "faults" not in (ask(server, "PUT", [{"operation": SEND, "mode": "kill"}])[1] or {})
    assert "faults" not in (ask(server, "GET")[1] or {})


def test_a_server_with_fault_injection_lists_armed_faults(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv(VARIABLE, "on")
    with ServerProcess(tmp_path_factory.mktemp("faults") / "data") as server:
        assert ask(server, "PUT", [{"operation": SEND, "mode": "kill_after", "step": 3}]) == (200, {"faults": []})
        status, answer = ask(server, "GET")
        assert (status, answer["faults"][0]["mode"], answer["faults"][0]["struck"]) == (200, "kill_after", False)
        status, answer = ask(server, "PUT", {"operation": SEND})
        assert (status, answer) == (400, {"message": "Send a list of faults, which may be empty."})
