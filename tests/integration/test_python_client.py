"""The Python client's example in docs/clients.md as documented, and behavior that needs a running backend."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from chat_client import ChatClient, LiveRoomView, OperationError, SubscriptionEndedError
from chat_client.cognito import CognitoSession, Tokens, claims, cognito_client
from tests.helpers.backend import ROOT
from tests.helpers.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend, Outputs
    from tests.helpers.chat import ChatUser, Row

PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def chat_of(user: ChatUser, outputs: Outputs) -> ChatClient:
    return ChatClient(outputs["GraphQLURL"], user.headers, realtime=outputs["RealtimeURL"])


async def watch(view: LiveRoomView) -> None:
    """Collect every change until the view ends."""
    async for _ in view.updates():
        pass


def test_documented_program_prints_the_other_users_message(backend: LocalBackend) -> None:
    (program,) = PROGRAM.findall((ROOT / "docs" / "clients.md").read_text(encoding="utf-8"))

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, "CHAT_OUTPUTS": str(backend.directory / "outputs.json")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "Alice: Who waters the tomatoes?\n", "")


async def test_session_renews_its_tokens(outputs: Outputs, alice: ChatUser) -> None:
    """An expired access token is renewed with the refresh token before the request is sent."""
    cognito = cognito_client(outputs.region, outputs.endpoint)
    expired = "head.eyJleHAiOiAxfQ.signature"
    session = CognitoSession(cognito, outputs.client_id, Tokens("", expired, alice.tokens.refresh_token))

    me = await ChatClient(outputs["GraphQLURL"], session).run("me")

    assert me["id"] == alice.id
    assert claims(session.tokens.access_token)["exp"] > 1


async def test_room_stays_open_until_the_user_has_left(
    shared_room: Row, outputs: Outputs, alice: ChatUser, bob: ChatUser
) -> None:
    chat = chat_of(bob, outputs)
    async with chat.open_room(shared_room["id"]) as view:
        sent = await chat_of(alice, outputs).send_message(shared_room["id"], "hello")
        async for rows in view.updates():
            if sent in rows:
                break
        await bob.run("leaveChatRoom", chatRoomId=shared_room["id"])
        with pytest.raises((SubscriptionEndedError, OperationError)):
            await asyncio.wait_for(watch(view), PATIENCE_SECONDS)


async def test_room_of_others_is_not_opened(shared_room: Row, outputs: Outputs, mallory: ChatUser) -> None:
    with pytest.raises(OperationError) as refused:
        async with chat_of(mallory, outputs).open_room(shared_room["id"]):
            pytest.fail("it was opened")
    assert refused.value.types in (["Forbidden"], ["NotFound"])
