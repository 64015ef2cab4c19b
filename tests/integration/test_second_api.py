"""A second GraphQL API does not affect the clients of the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.chat import ME

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row


@pytest.mark.conforms("operations.addresses")
async def test_chat_is_available_with_and_without_another_api(
    shared_room: Row, backend: LocalBackend, alice: ChatUser, bob: ChatUser
) -> None:
    appsync = backend.client("appsync")
    other = appsync.create_graphql_api(name="other", authenticationType="API_KEY")["graphqlApi"]["apiId"]
    try:
        appsync.start_schema_creation(apiId=other, definition=b"type Query { other: String }")
        assert (await alice.graphql.execute(ME))["me"]["id"] == alice.id
        async with bob.listening(shared_room) as subscription:
            sent = await alice.send(shared_room, "beside another API")
            assert (await subscription.next()).data["onMessageCreated"]["id"] == sent["id"]
    finally:
        appsync.delete_graphql_api(apiId=other)
    assert (await alice.graphql.execute(ME))["me"]["id"] == alice.id
