"""The canonical documents in ``graphql/operations``: each runs as it is, and none is forgotten here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, OperationType, parse, print_ast

from tests.helpers.backend import ROOT

if TYPE_CHECKING:
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
    "OnMessageCreated": {"chatRoomId": "$room"},
    "OnMessageUpdated": {"chatRoomId": "$room"},
    "OnMessageDeleted": {"chatRoomId": "$room"},
}
TRIGGERS = {
    "OnMessageCreated": "CreateMessage",
    "OnMessageUpdated": "UpdateMessage",
    "OnMessageDeleted": "DeleteMessage",
}
"""What to run for a subscription to deliver something."""


def document(name: str) -> str:
    """An operation with the fragments that it uses, directly or through another."""
    text = print_ast(OPERATIONS[name])
    known = {node.name.value: print_ast(node) for node in DOCUMENTS if isinstance(node, FragmentDefinitionNode)}
    wanted: dict[str, str] = {}
    while missing := {key for key in known if f"...{key}" in text + "".join(wanted.values())} - wanted.keys():
        wanted |= {key: known[key] for key in missing}
    return "\n".join([text, *wanted.values()])


def filled(value: Any, known: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """Variables with what is known, and a new key, in place."""
    if isinstance(value, dict):
        return {key: filled(inner, known) for key, inner in value.items()}
    return {"$key": str(uuid4()), **known}.get(value, value) if isinstance(value, str) else value


def test_every_canonical_operation_is_run_here() -> None:
    assert VARIABLES.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_a_canonical_operation_runs(name: str, shared_room: Row, bob: ChatUser) -> None:
    known = {"$room": shared_room["id"], "$message": (await bob.send(shared_room))["id"]}
    variables = filled(VARIABLES[name], known)

    if OPERATIONS[name].operation is OperationType.SUBSCRIPTION:
        async with bob.realtime() as connection:
            subscription = await connection.subscribe(document(name), variables)
            done = await bob.graphql.execute(document(TRIGGERS[name]), filled(VARIABLES[TRIGGERS[name]], known))
            event = (await subscription.next()).payload["data"]
            assert list(event.values()) == list(done.values())
    else:
        data = await bob.graphql.execute(document(name), variables)
        assert all(value is not None for value in data.values())
