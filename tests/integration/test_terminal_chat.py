"""``python -m local chat``: both users on one screen of 80 columns, on the running backend."""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from chat_client import RealtimeClient
from common.exit_codes import INTERRUPTED
from local.demo.chat.application import THUMB
from local.demo.chat.command import application_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import pytest
    from textual.pilot import Pilot

    from local.demo.chat.application import Pane, TerminalChat
    from tests.helpers.backend import LocalBackend, Outputs

SECONDS = 60


async def until(pilot: Pilot[None], reached: Callable[[], object]) -> None:
    """Run the screen until a condition is true."""
    end = time.monotonic() + SECONDS
    while not reached():
        assert time.monotonic() < end
        await pilot.pause(0.02)


def shown(pane: Pane) -> str:
    """Return the messages that a side shows, as text without layout."""
    return "\n".join(str(widget.render()) for widget in pane.query("Static"))


def said(pane: Pane) -> list[str | None]:
    """Return the contents of user messages on one side."""
    return [message["content"] for message in pane.session.timeline.messages]


@asynccontextmanager
async def opened_chat(outputs: Outputs) -> AsyncIterator[tuple[TerminalChat, Pilot[None]]]:
    application = await application_for(outputs.values)
    async with application.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: not any(pane.session.trouble for pane in application.panes))
        yield application, pilot


async def test_ctrl_c_copies_the_selection_or_ends_the_chat(outputs: Outputs) -> None:
    async with opened_chat(outputs) as (application, pilot):
        line = application.panes[0].line
        await pilot.press(*"hello")
        line.select_all()
        await pilot.press("ctrl+c")
        assert application.clipboard == "hello"
        assert application.is_running

        line.clear()
        await pilot.press("ctrl+c")
        await until(pilot, lambda: application.return_code == INTERRUPTED)


async def test_two_users_write_type_react_and_read(outputs: Outputs) -> None:
    text, answer = uuid.uuid4().hex[:8], uuid.uuid4().hex[:3]
    async with opened_chat(outputs) as (application, pilot):
        alice, bob = application.panes
        assert alice.is_looked_at
        assert alice.region.width == bob.region.width == 40

        await pilot.press(*text)
        await until(pilot, lambda: "Alice is writing ..." in shown(bob))
        await pilot.press("enter")
        await until(pilot, lambda: text in shown(bob) and text in shown(alice))
        assert "unread" in shown(bob)
        assert "is writing" not in shown(bob)
        assert alice.line.value == ""

        await pilot.press("tab")
        await until(pilot, lambda: bob.is_looked_at and "unread" not in shown(bob))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: f"{THUMB} 1" in shown(alice).partition(text)[2])
        await pilot.press(*answer, "enter")
        await until(pilot, lambda: answer in said(alice))
        await until(pilot, lambda: "1 unread" in shown(alice))
        await pilot.press("tab")
        await until(pilot, lambda: alice.is_looked_at and "unread" not in shown(alice))


async def test_lost_connection_is_restored_with_missed_messages(
    outputs: Outputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = uuid.uuid4().hex[:8]
    connections: list[RealtimeClient] = []
    is_mended = asyncio.Event()
    is_mended.set()

    class Watched(RealtimeClient):
        async def connect(self) -> None:
            await is_mended.wait()
            await super().connect()
            connections.append(self)

    monkeypatch.setattr("chat_client.client.RealtimeClient", Watched)
    async with opened_chat(outputs) as (application, pilot):
        alice, bob = application.panes
        first = list(connections)
        is_mended.clear()
        await asyncio.gather(*(connection.close() for connection in first))  # as if the network failed
        await until(pilot, lambda: alice.session.trouble and bob.session.trouble)
        await alice.session.send(text)
        is_mended.set()
        await until(pilot, lambda: text in said(bob) and not bob.session.trouble)
        await until(pilot, lambda: len(connections) == len(first) + 2)
        assert said(bob).count(text) == 1


async def test_refused_message_is_reported_and_not_retried(outputs: Outputs) -> None:
    async with opened_chat(outputs) as (application, pilot):
        alice = application.panes[0]
        await alice.session.send("x" * 4_001)
        assert "ValidationError" in (alice.session.trouble or "")
        assert alice.session.timeline.unsent == {}
        await until(pilot, lambda: "ValidationError" in shown(alice))


def test_missing_terminal_is_reported(backend: LocalBackend) -> None:
    done = backend.command("chat")
    assert done.returncode == 1
    assert done.stderr.startswith("`chat` requires a terminal.")
