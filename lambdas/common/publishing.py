"""Publishing to subscribers: the mutations that only the backend may call, which store nothing.

AppSync delivers only fields that the mutation selected, so that every document selects all fields of its type, without
aliases and fragments. A test compares them with the schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contract.fields import ENTITIES
from lambdas.common.graphql import GraphqlError
from lambdas.common.observability import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdas.common.graphql import GraphqlClient
    from lambdas.common.items import Row
    from lambdas.common.streams import Change

_UNPUBLISHED = "unpublished"
_GONE = ("NotFound",)


def _all_of(type_name: str) -> str:
    return ENTITIES[type_name].selection(completeness=True)


PUBLISH_MESSAGE = f"""
mutation PublishMessage($input: PublishMessageInput!) {{
  publishMessage(input: $input) {{ {_all_of("Message")} }}
}}
"""

PUBLISH_MESSAGE_UPDATED = f"""
mutation PublishMessageUpdated($id: ID!) {{
  publishMessageUpdated(id: $id) {{ {_all_of("Message")} }}
}}
"""

PUBLISH_MESSAGE_DELETED = f"""
mutation PublishMessageDeleted($id: ID!) {{
  publishMessageDeleted(id: $id) {{ {_all_of("Message")} }}
}}
"""

PUBLISH_NOTIFICATION = f"""
mutation PublishNotification($input: PublishNotificationInput!) {{
  publishNotification(input: $input) {{ {_all_of("Notification")} }}
}}
"""

PUBLISH_PRESENCE = f"""
mutation PublishPresence($input: PublishPresenceInput!) {{
  publishPresence(input: $input) {{ {_all_of("UserPresence")} }}
}}
"""

PUBLISH_TYPING_STARTED = f"""
mutation PublishTypingStarted($input: PublishTypingInput!) {{
  publishTypingStarted(input: $input) {{ {_all_of("TypingIndicator")} }}
}}
"""

PUBLISH_TYPING_STOPPED = f"""
mutation PublishTypingStopped($input: PublishTypingInput!) {{
  publishTypingStopped(input: $input) {{ {_all_of("TypingIndicator")} }}
}}
"""

PUBLISH_ACCESS_ENDED = """
mutation PublishAccessEnded($chatRoomId: ID!, $userId: ID!) {
  publishAccessEnded(chatRoomId: $chatRoomId, userId: $userId) {
    chatRoomId userId
  }
}
"""

PUBLISH_MEMBER_DELETED = f"""
mutation PublishMemberDeleted($chatRoomId: ID!, $userId: ID!) {{
  publishMemberDeleted(chatRoomId: $chatRoomId, userId: $userId) {{ {_all_of("Membership")} }}
}}
"""

PUBLISH_MESSAGE_CREATED = f"""
mutation PublishMessageCreated($id: ID!, $threadRootId: ID) {{
  publishMessageCreated(id: $id, threadRootId: $threadRootId) {{ {_all_of("Message")} }}
}}
"""

PUBLISH_REACTION_ADDED = f"""
mutation PublishReactionAdded($input: PublishReactionInput!) {{
  publishReactionAdded(input: $input) {{ {_all_of("Reaction")} }}
}}
"""

PUBLISH_REACTION_REMOVED = f"""
mutation PublishReactionRemoved($input: PublishReactionInput!) {{
  publishReactionRemoved(input: $input) {{ {_all_of("Reaction")} }}
}}
"""

PUBLISH_MEMBERSHIP_CHANGED = f"""
mutation PublishMembershipChanged($chatRoomId: ID!, $userId: ID!) {{
  publishMembershipChanged(chatRoomId: $chatRoomId, userId: $userId) {{ {_all_of("Membership")} }}
}}
"""


def unpublished_event(change: Change) -> Row | None:
    """Return the event that a mutation stored in the row for publication, or None (docs/adr/0014).

    The write that makes a change stores its event as ``unpublished`` (``graphql/shared/unpublished.js``) if the
    response of the mutation does not deliver it. An event of an earlier change, with another id, may still be there.

    Args:
        change: A change in the messages, memberships or rooms table.
    """
    event: Row | None = (change.new or {}).get(_UNPUBLISHED)
    return event if event is not None and change.changed(_UNPUBLISHED) else None


def publish(client: GraphqlClient, document: str, variables: Mapping[str, Any]) -> None:
    """Publish an event, unless its subject does not exist anymore. Publishing it again is safe.

    Args:
        client: Client of the API.
        document: One of this module's documents.
        variables: The document's variables.

    Raises:
        GraphqlError: The API returned an error other than ``NotFound``.
    """
    try:
        client.execute(document, variables)
    except GraphqlError as error:
        if error.kinds != _GONE:
            raise
        logger.info("The subject of the event does not exist anymore")
