"""System messages in tests: rooms that are told who comes and goes, and stream records delivered by hand."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.helpers.backend import LocalBackend

FUNCTION = "chat-room-events-local"
ALL = ("joined", "left", "renamed")
UNTOLD = {"CHAT_SYSTEM_MESSAGES__JOINED": "false", "CHAT_SYSTEM_MESSAGES__LEFT": "false"}
"""Settings of a backend whose rooms are not told who comes and goes: messages have the numbers that tests gave them."""


@contextmanager
def telling(backend: LocalBackend, topics: Sequence[str] = ALL) -> Iterator[None]:
    """Let the backend's rooms be told of these topics for as long as the block lasts, whatever its settings say.

    The settings reach the function as a variable (tests/unit/stacks/test_streams.py), which is changed here: that takes
    a moment, a backend of its own takes many seconds.
    """
    functions = backend.functions()
    before = functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    wanted = {**before, "SYSTEM_MESSAGES": json.dumps(topics)}
    functions.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": wanted})
    try:
        yield
    finally:
        # The server may have started again meanwhile, with other credentials.
        backend.functions().update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": before})


def deliver(backend: LocalBackend, *records: dict[str, Any]) -> list[str]:
    """Give stream records to the function, as Lambda does; returns the sequence numbers of those that failed."""
    answer = backend.functions().invoke(FunctionName=FUNCTION, Payload=json.dumps({"Records": records}).encode())
    outcome = json.loads(answer["Payload"].read())
    assert answer.get("FunctionError") is None, outcome
    return [failure["itemIdentifier"] for failure in outcome["batchItemFailures"]]
