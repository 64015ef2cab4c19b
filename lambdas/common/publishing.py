"""The mutations that only the backend may call: what they carry reaches subscribers and is stored nowhere by them.

AppSync delivers only fields that the mutation selected, so every document selects all of its type, without aliases and
fragments. A test compares them with the schema.
"""

_MESSAGE = """\
    id chatRoomId seq type content authorId authorName clientMessageId createdAt version revision
    editedAt deletedAt deletedBy reactions { emoji count }
    replyToId threadId replyCount lastReplySeq lastReplyAt
    threadRoot { id seq revision replyCount lastReplySeq lastReplyAt }
    mentions mentionsRoom attachments { key name contentType size } flagged
    systemEvent { kind userId userName actorId actorName name previousName }
    selectionComplete"""

_REACTION = "messageId chatRoomId emoji userId displayName createdAt count revision selectionComplete"

_MEMBERSHIP = (
    "chatRoomId userId displayName role state joinedAt readSeq mentionCount mutedUntil invitedBy selectionComplete"
)

_TYPING = "chatRoomId userId displayName expiresAt selectionComplete"

PUBLISH_MESSAGE = f"""
mutation PublishMessage($input: PublishMessageInput!) {{
  publishMessage(input: $input) {{
{_MESSAGE}
  }}
}}
"""

PUBLISH_MESSAGE_UPDATED = f"""
mutation PublishMessageUpdated($id: ID!) {{
  publishMessageUpdated(id: $id) {{
{_MESSAGE}
  }}
}}
"""

PUBLISH_MESSAGE_DELETED = f"""
mutation PublishMessageDeleted($id: ID!) {{
  publishMessageDeleted(id: $id) {{
{_MESSAGE}
  }}
}}
"""

PUBLISH_NOTIFICATION = """
mutation PublishNotification($input: PublishNotificationInput!) {
  publishNotification(input: $input) {
    id userId type chatRoomId chatRoomName messageId actorId actorName preview action reason createdAt readAt
  }
}
"""

PUBLISH_PRESENCE = """
mutation PublishPresence($input: PublishPresenceInput!) {
  publishPresence(input: $input) {
    userId status lastSeenAt chatRoomId headSeq selectionComplete
  }
}
"""

PUBLISH_TYPING_STARTED = f"""
mutation PublishTypingStarted($input: PublishTypingInput!) {{
  publishTypingStarted(input: $input) {{
    {_TYPING}
  }}
}}
"""

PUBLISH_TYPING_STOPPED = f"""
mutation PublishTypingStopped($input: PublishTypingInput!) {{
  publishTypingStopped(input: $input) {{
    {_TYPING}
  }}
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
  publishMemberDeleted(chatRoomId: $chatRoomId, userId: $userId) {{
    {_MEMBERSHIP}
  }}
}}
"""

PUBLISH_MESSAGE_CREATED = f"""
mutation PublishMessageCreated($id: ID!, $threadRootId: ID) {{
  publishMessageCreated(id: $id, threadRootId: $threadRootId) {{
{_MESSAGE}
  }}
}}
"""

PUBLISH_REACTION_ADDED = f"""
mutation PublishReactionAdded($input: PublishReactionInput!) {{
  publishReactionAdded(input: $input) {{
    {_REACTION}
  }}
}}
"""

PUBLISH_REACTION_REMOVED = f"""
mutation PublishReactionRemoved($input: PublishReactionInput!) {{
  publishReactionRemoved(input: $input) {{
    {_REACTION}
  }}
}}
"""

PUBLISH_MEMBERSHIP_CHANGED = f"""
mutation PublishMembershipChanged($chatRoomId: ID!, $userId: ID!) {{
  publishMembershipChanged(chatRoomId: $chatRoomId, userId: $userId) {{
    {_MEMBERSHIP}
  }}
}}
"""
