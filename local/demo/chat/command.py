"""``python -m local chat``: a chat between the demo users in one terminal."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from local.console import say
from local.conversation import meet
from local.demo.chat.application import TerminalChat
from local.demo.chat.session import RoomSession
from local.demo.person import explained, outputs_of_running, sign_in
from local.errors import LocalAwsError

if TYPE_CHECKING:
    from local.embedded.environment import DataDirectory

_NAMES = ("alice", "bob")


def chat(directory: DataDirectory) -> int:
    """Run the chat; return 0 when the user has quit, and 130 after Ctrl-C.

    Raises:
        LocalAwsError: there is no terminal, the backend does not run, or it refused an operation.
    """
    outputs = outputs_of_running(directory)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = "`chat` requires a terminal. Without one: python -m local graphql '<operation>' --as alice"
        raise LocalAwsError(message)
    say("Alice and Bob are signing in ...")
    return asyncio.run(_run(outputs))


async def _run(outputs: dict[str, Any]) -> int:
    application = await application_for(outputs)
    await application.run_async()
    return application.return_code or 0


async def application_for(outputs: dict[str, Any]) -> TerminalChat:
    """Sign both users in, bring them into one room, and return the application; it loads messages when it runs.

    Raises:
        LocalAwsError: the backend refused an operation.
    """
    alice, bob = await asyncio.gather(*(asyncio.to_thread(sign_in, outputs, name) for name in _NAMES))
    room = await meet(alice, bob, say=lambda _: None)
    screens: list[TerminalChat] = []

    def changed() -> None:
        for screen in screens:
            screen.refresh_panes()

    first, second = (
        RoomSession(person, room["id"], sign_in_again=partial(sign_in, outputs, person.name), changed=changed)
        for person in (alice, bob)
    )
    with explained("the demo user"):
        await asyncio.gather(first.open(), second.open())
    screens.append(TerminalChat((first, second), room["name"]))
    return screens[0]
