"""The mutations that only the backend may call: what they carry reaches subscribers and is stored nowhere by them.

AppSync delivers only fields that the mutation selected, so every document selects all of its type, without aliases and
fragments. A test compares them with the schema.
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
    """Return the event that a change has left; None where it left none.

    An event of an earlier change may still be in the row: it has another id than one that is new.

    Args:
        change: of the messages or the memberships table.
    """
    event: Row | None = (change.new or {}).get(_UNPUBLISHED)
    return event if event is not None and change.changed(_UNPUBLISHED) else None


def publish(client: GraphqlClient, document: str, variables: Mapping[str, Any]) -> None:
    """Publish an event, unless what it is about has gone meanwhile. Publishing it once more does no harm.

    Args:
        client: the API.
        document: one of this module.
        variables: its variables.

    Raises:
        GraphqlError: the API refused it for another reason.
    """
    try:
        client.execute(document, variables)
    except GraphqlError as error:
        if error.kinds != _GONE:
            raise
        logger.info("What the event is about is gone")
