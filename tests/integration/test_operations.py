"""The canonical documents in ``graphql/operations``: each of them runs unmodified."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from graphql import OperationDefinitionNode, OperationType, parse

from chat_client import document as canonical
from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

DOCUMENTS = [
    definition
    for file in sorted((ROOT / "graphql" / "operations").glob("*.graphql"))
    for definition in parse(file.read_text(encoding="utf-8")).definitions
]
OPERATIONS = {
    node.name.value: node for node in DOCUMENTS if isinstance(node, OperationDefinitionNode) and node.name is not None
}
VARIABLES: dict[str, Any] = {
    "Me": {},
    "GetChatRoom": {"id": "$room"},
    "ListChatRooms": {"limit": 5},
    "MyChatRooms": {"limit": 5},
    "MessagesByRoom": {"chatRoomId": "$room", "limit": 5},
    "CreateChatRoom": {"input": {"name": "Canonical"}},
    "JoinChatRoom": {"chatRoomId": "$room"},
    "CreateMessage": {"input": {"chatRoomId": "$room", "content": "canonical", "clientMessageId": "$key"}},
    "GetMessage": {"id": "$message"},
    "UpdateMessage": {"input": {"id": "$message", "content": "edited", "expectedVersion": 1}},
    "DeleteMessage": {"id": "$message", "reason": "canonical"},
    "RepliesByMessage": {"messageId": "$message", "limit": 5},
    "SeenBy": {"messageId": "$message"},
    "MarkRoomRead": {"chatRoomId": "$room", "seq": 1},
    "CreateReaction": {"input": {"messageId": "$message", "emoji": "👍"}},
    "DeleteReaction": {"input": {"messageId": "$message", "emoji": "👍"}},
    "ReactionsByMessage": {"messageId": "$message", "emoji": "👍", "limit": 5},
    "StartTyping": {"chatRoomId": "$room"},
    "StopTyping": {"chatRoomId": "$room"},
    "UpdatePresence": {"status": "ONLINE", "chatRoomId": "$room"},
    "GetUserPresence": {"id": "$member"},
    "PresenceByRoom": {"chatRoomId": "$room"},
    "OnReactionAdded": {"messageId": "$message"},
    "OnReactionRemoved": {"chatRoomId": "$room"},
    "OnTypingStarted": {"chatRoomId": "$room"},
    "OnTypingStopped": {"chatRoomId": "$room"},
    "OnUserPresenceChanged": {"chatRoomId": "$room"},
    "RequestAttachmentUpload": {
        "input": {"chatRoomId": "$room", "name": "a.png", "contentType": "image/png", "size": 3}
    },
    "AttachmentUrl": {"messageId": "$illustrated", "index": 0},
    "MyNotifications": {"limit": 5, "unreadOnly": True},
    "MarkNotificationRead": {"id": "$notification"},
    "MarkAllNotificationsRead": {},
    "UpdateNotificationPreference": {"input": {"chatRoomId": "$room", "level": "MENTIONS"}},
    "OnMessageCreated": {"chatRoomId": "$room"},
    "OnMessageUpdated": {"chatRoomId": "$room"},
    "OnMessageDeleted": {"chatRoomId": "$room"},
    "UpdateChatRoom": {"input": {"id": "$room", "slowModeSeconds": 0, "expectedVersion": 1}},
    "ArchiveChatRoom": {"id": "$room", "reason": "canonical"},
    "OpenDirectRoom": {"userId": "$stranger"},
    "LeaveChatRoom": {"chatRoomId": "$elsewhere"},
    "InviteToChatRoom": {"chatRoomId": "$room", "userId": "$stranger"},
    "SetMemberRole": {"chatRoomId": "$room", "userId": "$member", "role": "MODERATOR", "reason": "canonical"},
    "RemoveMember": {"chatRoomId": "$room", "userId": "$member", "reason": "canonical"},
    "BanMember": {"chatRoomId": "$room", "userId": "$member", "reason": "canonical"},
    "UnbanMember": {"chatRoomId": "$room", "userId": "$member", "reason": "canonical"},
    "MuteMember": {"chatRoomId": "$room", "userId": "$member", "seconds": 60, "reason": "canonical"},
    "UnmuteMember": {"chatRoomId": "$room", "userId": "$member", "reason": "canonical"},
    "RoomMembers": {"chatRoomId": "$room", "state": "ACTIVE", "limit": 5},
    "MyInvitations": {"limit": 5},
    "ReportMessage": {"messageId": "$message", "reason": "canonical"},
    "Reports": {"chatRoomId": "$room", "status": "OPEN", "limit": 5},
    "ResolveReport": {"chatRoomId": "$room", "reportId": "$report", "resolution": "DISMISSED", "reason": "canonical"},
    "ModerationLog": {"chatRoomId": "$room", "limit": 5},
    "OnMembershipChanged": {"chatRoomId": "$room"},
    "OnNotificationReceived": {},
    "MyPrivacyJobs": {},
    "ExportMyData": {},
    "DeleteMyAccount": {},
}
TRIGGERS = {
    "OnMessageCreated": "CreateMessage",
    "OnMessageUpdated": "UpdateMessage",
    "OnMessageDeleted": "DeleteMessage",
    "OnReactionAdded": "CreateReaction",
    "OnReactionRemoved": "DeleteReaction",
    "OnTypingStarted": "StartTyping",
    "OnTypingStopped": "StopTyping",
    "OnUserPresenceChanged": "UpdatePresence",
    "OnMembershipChanged": "MuteMember",
}
"""The operation that triggers an event of a subscription; notifications are not sent about own actions."""


def document(name: str) -> str:
    """Return an operation with its fragments."""
    return canonical(name[0].lower() + name[1:])


def filled(value: Any, known: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """Return variables with placeholders replaced by known values and a new key."""
    if isinstance(value, dict):
        return {key: filled(inner, known) for key, inner in value.items()}
    return {"$key": str(uuid4()), **known}.get(value, value) if isinstance(value, str) else value


@pytest.fixture
async def known(
    backend: LocalBackend, shared_room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser
) -> dict[str, str]:
    """Create the resources in the variables: a room of Bob with Alice, his message, her report of it, and others."""
    notification = {
        "userId": bob.id,
        "notificationId": "01HZZZZZZZ0123456789ABCDEF",
        "type": "MENTION",
        "roomId": shared_room["id"],
        "createdAt": "2030-01-01T00:00:00.000Z",
    }
    await asyncio.to_thread(backend.table("notifications").put_item, Item=notification)
    room = await bob.create_room()
    await alice.join(room)
    message = await bob.send(room)
    report = await alice.run("reportMessage", messageId=message["id"], reason="canonical")
    upload = await bob.run(
        "requestAttachmentUpload",
        input={"chatRoomId": room["id"], "name": "a.png", "contentType": "image/png", "size": 3},
    )
    file = {"key": upload["key"], "name": "a.png", "contentType": "image/png", "size": 3}
    illustrated = await bob.send(room, "", type="IMAGE", attachments=[file])
    return {
        "$room": room["id"],
        "$elsewhere": shared_room["id"],
        "$message": message["id"],
        "$report": report["id"],
        "$illustrated": illustrated["id"],
        "$notification": notification["notificationId"],
        "$member": alice.id,
        "$stranger": mallory.id,
    }


def test_every_canonical_operation_is_run_here() -> None:
    assert VARIABLES.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_canonical_operation_runs(name: str, bob: ChatUser, known: dict[str, str], new_user: NewUser) -> None:
    variables = filled(VARIABLES[name], known)

    if OPERATIONS[name].operation is OperationType.SUBSCRIPTION:
        async with bob.realtime() as connection:
            subscription = await connection.subscribe(document(name), variables)
            if name not in TRIGGERS:
                return
            done = await bob.graphql.execute(document(TRIGGERS[name]), filled(VARIABLES[TRIGGERS[name]], known))
            event = (await subscription.next()).payload["data"]
            (answer,) = done.values()
            # The subscription does not select the mutation's selectionComplete.
            answer.pop("selectionComplete", None)
            assert list(event.values()) == [answer]
    else:
        caller = await new_user("Brief") if name == "DeleteMyAccount" else bob
        data = await caller.graphql.execute(document(name), variables)
        assert all(value is not None for value in data.values())
