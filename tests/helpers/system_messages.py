"""System messages in tests: settings that enable them, and stream records delivered manually."""

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
"""Settings of a backend without system messages: messages have the numbers that tests expect."""


@contextmanager
def telling(backend: LocalBackend, topics: Sequence[str] = ALL) -> Iterator[None]:
    """Enable system messages about these topics for the duration of the block, regardless of the settings.

    This changes the function's environment variable (tests/unit/stacks/test_streams.py), which takes
    a moment; another backend would take many seconds.
    """
    functions = backend.functions()
    before = functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    wanted = {**before, "SYSTEM_MESSAGES": json.dumps(topics)}
    functions.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": wanted})
    try:
        yield
    finally:
        # The server may have been restarted meanwhile, with other credentials.
        backend.functions().update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": before})


def deliver(backend: LocalBackend, *records: dict[str, Any]) -> list[str]:
    """Invoke the function with stream records, as Lambda does; return the sequence numbers of those that failed."""
    answer = backend.functions().invoke(FunctionName=FUNCTION, Payload=json.dumps({"Records": records}).encode())
    outcome = json.loads(answer["Payload"].read())
    assert answer.get("FunctionError") is None, outcome
    return [failure["itemIdentifier"] for failure in outcome["batchItemFailures"]]
