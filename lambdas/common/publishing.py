"""The mutations that only the backend may call: what they carry reaches subscribers and is stored nowhere by them.

AppSync delivers only fields that the mutation selected, so every document selects all of its type, without aliases and
fragments. A test compares them with the schema.
"""

from __future__ import annotations

from contract.fields import ENTITIES


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
