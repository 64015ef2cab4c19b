"""AWS Amplify's JavaScript client in Node.js: it signs in, sends, receives, and reports refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chat_client import document
from tests.helpers.node import NEEDS_NODE, run_node

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

MESSAGES = 7

pytestmark = NEEDS_NODE


def credentials(user: ChatUser) -> dict[str, str]:
    """Return the credentials for sign-in."""
    return {"username": user.account.username, "password": user.account.password}


@pytest.mark.conforms("execution.clients")
async def test_amplify_signs_in_sends_receives_and_is_rejected(
    shared_room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser, backend: LocalBackend
) -> None:
    result = await run_node(
        "amplify_chat.mjs",
        {
            "outputs": backend.outputs.values,
            "listener": credentials(bob),
            "sender": credentials(alice),
            "stranger": credentials(mallory),
            "chatRoomId": shared_room["id"],
            "count": MESSAGES,
        },
        backend.outputs,
    )

    people = {"listener": bob, "sender": alice, "stranger": mallory}
    for role, user in people.items():
        assert result["people"][role] == {"isSignedIn": True, "userId": user.id, "groups": ["Users"]}
    assert result["trouble"] is None, "the member's subscription was refused"
    assert len(result["sent"]) == MESSAGES
    assert result["received"] == result["sent"]
    assert result["history"] == result["sent"][::-1]
    assert {message["authorId"] for message in result["sent"]} == {alice.id}
    # The median is checked by the benchmark, on a machine without other load.
    assert min(result["delays"]) < 200, f"milliseconds: {result['delays']}"
    for refusal in ("query", "mutation"):
        assert [error["errorType"] for error in result["refusals"][refusal]] == ["Forbidden"]
    assert "Forbidden" in str(result["refusals"]["subscription"])


@pytest.mark.conforms("execution.clients")
async def test_a_rejected_subscription_does_not_affect_other_rooms_of_amplify(
    room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    """Amplify closes the connection of all subscriptions if the type of a refusal is that of an invalid token."""
    closed = await bob.create_room(visibility="PRIVATE")

    result = await run_node(
        "amplify_refused.mjs",
        {
            "outputs": backend.outputs.values,
            "person": credentials(alice),
            "chatRoomId": room["id"],
            "closedRoomId": closed["id"],
            "count": 20,
            "createMessage": document("createMessage"),
            "onMessageCreated": document("onMessageCreated"),
        },
        backend.outputs,
    )

    (refusal,) = result["refusals"]
    assert '"errorType":"Forbidden"' in refusal
    assert (len(result["sent"]), result["lost"], result["troubles"]) == (20, [], [])
    assert result["sockets"] == {"opened": 1, "closed": 0}
    assert "ConnectionDisrupted" not in result["states"]
