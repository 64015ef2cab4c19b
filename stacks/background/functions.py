"""The background functions. A new one is an entry here and a folder below ``lambdas/``."""

from __future__ import annotations

import json
from typing import Final

from contract.limits import LIMITS
from contract.names import FILE_TYPES, TEXT_TYPE
from stacks.background.definition import (
    BackgroundDefinition,
    BucketAccess,
    PublishAccess,
    ScheduleDefinition,
    TableAccess,
    UserPoolAccess,
    stream_filter,
)

_EXISTS: Final = [{"exists": True}]
_UNPUBLISHED = stream_filter("INSERT", "MODIFY", new={"unpublished": {"M": {"id": {"S": _EXISTS}}}})
"""Rows with an event that the mutation's response did not deliver to subscribers (docs/adr/0014)."""

MESSAGE_EVENTS = BackgroundDefinition(
    name="message_events",
    description="Keeps files of sent messages, deletes data of deleted messages, and publishes deferred events",
    streams={
        "messages": (
            stream_filter("INSERT", new={"type": {"S": [*FILE_TYPES]}}),
            stream_filter("MODIFY", new={"deletedAt": {"S": _EXISTS}}),
            stream_filter("REMOVE", old={"type": {"S": [*FILE_TYPES]}}),
            stream_filter("REMOVE", old={"overflowTotal": {"N": _EXISTS}}),
            _UNPUBLISHED,
        ),
    },
    access=(
        TableAccess(("reactions",), ("DeleteItem", "Query")),
        BucketAccess("rooms/*", ("DeleteObject", "DeleteObjectTagging")),
        # Without it, S3 responds to requests for missing objects with 403 instead of 404.
        BucketAccess(None, ("ListBucket",)),
        PublishAccess(
            (
                "publishMessageCreated",
                "publishMessageDeleted",
                "publishMessageUpdated",
                "publishReactionAdded",
                "publishReactionRemoved",
            )
        ),
    ),
    metrics=("FilesKept", "FilesRemoved", "FilesMissing"),
)

NOTIFICATIONS = BackgroundDefinition(
    name="notifications",
    description="Notifies users of mentions, replies, direct messages, invitations and moderation actions",
    streams={
        # Messages that users send, edit or delete; not reactions, reply counts or the backend's own messages.
        "messages": (
            stream_filter("INSERT", new={"type": {"S": [TEXT_TYPE, *FILE_TYPES]}}),
            stream_filter("MODIFY", new={"editedAt": {"S": _EXISTS}}),
            stream_filter("MODIFY", new={"deletedBy": {"S": _EXISTS}}),
        ),
        # Invitations, and members whom a moderator acted on.
        "memberships": (
            stream_filter(new={"state": {"S": ["INVITED"]}}),
            stream_filter(new={"lastAct": {"M": {"auditId": {"S": _EXISTS}}}}),
        ),
    },
    access=(
        TableAccess(("rooms", "messages"), ("GetItem",)),
        TableAccess(("memberships",), ("BatchGetItem", "Query", "UpdateItem")),
        TableAccess(("notifications",), ("DeleteItem", "PutItem")),
        PublishAccess(("publishNotification",)),
    ),
    metrics=("NotificationsDelivered",),
)

PRESENCE_SWEEP = BackgroundDefinition(
    name="presence_sweep",
    description="Marks users offline after missed heartbeats, and publishes it to the room they had open",
    schedule=ScheduleDefinition(
        "rate(1 minute)", f"Marks users offline after {LIMITS['offlineSeconds']} s without a heartbeat"
    ),
    access=(
        TableAccess(("presence",), ("BatchGetItem", "UpdateItem")),
        TableAccess(("presence.byOnline",), ("Query",)),
        TableAccess(("memberships", "rooms"), ("GetItem",)),
        PublishAccess(("publishPresence",)),
    ),
    metrics=("UsersWentOffline",),
)

PRIVACY = BackgroundDefinition(
    name="privacy",
    description="Exports users' data and deletes accounts",
    # Jobs that start or continue, not the saving of progress after each page.
    streams={"privacy": (stream_filter("INSERT", "MODIFY", new={"wakes": {"BOOL": [True]}}),)},
    batch_size=1,  # one time slice of one job takes a whole invocation
    access=(
        TableAccess(("audit",), ("PutItem", "Query", "UpdateItem")),
        TableAccess(("deduplication",), ("DeleteItem", "Query")),
        TableAccess(("memberships",), ("DeleteItem", "GetItem", "Query", "UpdateItem")),
        TableAccess(("messages",), ("GetItem", "Query", "UpdateItem")),
        TableAccess(("notifications",), ("DeleteItem", "GetItem", "Query", "UpdateItem")),
        TableAccess(("presence",), ("GetItem", "PutItem")),
        TableAccess(("privacy",), ("DeleteItem", "GetItem", "UpdateItem")),
        TableAccess(("reactions",), ("BatchGetItem", "DeleteItem", "GetItem")),
        TableAccess(("reports",), ("DeleteItem", "PutItem", "Query")),
        TableAccess(("rooms",), ("GetItem", "UpdateItem")),
        TableAccess(("users",), ("GetItem", "PutItem")),
        TableAccess(("memberships.byUser", "notifications.byActor"), ("Query",)),
        BucketAccess("rooms/*", ("DeleteObject", "GetObject")),
        BucketAccess("exports/*", ("DeleteObject", "GetObject", "PutObject")),
        BucketAccess(None, ("ListBucket",)),
        UserPoolAccess(("AdminDeleteUser", "AdminDisableUser", "AdminGetUser", "AdminUserGlobalSignOut")),
        PublishAccess(("publishMemberDeleted", "publishMessageDeleted", "publishMessageUpdated")),
    ),
    environment=lambda settings: {
        "DELETED_MESSAGES": settings.privacy.deleted_messages,
        "EXPORT_DAYS": str(settings.privacy.export_days),
    },
    metrics=("ExportsCompleted", "AccountsDeleted"),
    timeout_seconds=120,
    memory_megabytes=512,
)

ROOM_EVENTS = BackgroundDefinition(
    name="room_events",
    description="Ends subscriptions of former members, sends system messages, and publishes deferred events",
    streams={
        # Members who join or leave. Marking a room as read, the most frequent change, does not match.
        "memberships": (
            stream_filter(
                "MODIFY", old={"state": {"S": ["ACTIVE"]}}, new={"state": {"S": ["LEFT", "BANNED", "INVITED"]}}
            ),
            stream_filter("REMOVE", old={"state": {"S": ["ACTIVE"]}}),
            stream_filter(
                "MODIFY", old={"state": {"S": ["LEFT", "BANNED", "INVITED"]}}, new={"state": {"S": ["ACTIVE"]}}
            ),
            stream_filter("INSERT", new={"state": {"S": ["ACTIVE"]}, "role": {"S": ["MEMBER"]}}),
            _UNPUBLISHED,
        ),
        # Each message updates its room and removes both attributes, so that messages do not match.
        "rooms": (stream_filter("MODIFY", new={"renamedFrom": {"S": _EXISTS}}), _UNPUBLISHED),
    },
    access=(
        TableAccess(("memberships",), ("GetItem",)),
        TableAccess(("rooms",), ("GetItem", "UpdateItem")),
        TableAccess(("messages",), ("GetItem", "PutItem")),
        TableAccess(("deduplication",), ("GetItem", "PutItem", "UpdateItem")),
        PublishAccess(
            (
                "publishAccessEnded",
                "publishMembershipChanged",
                "publishMessage",
                "publishPresence",
                "publishTypingStarted",
                "publishTypingStopped",
            )
        ),
    ),
    environment=lambda settings: {
        "RETENTION_DAYS": str(settings.privacy.retention_days),
        "SYSTEM_MESSAGES": json.dumps(settings.system_messages.topics),
    },
    metrics=("SystemMessagesSent", "AccessEnded"),
)

BACKGROUND_FUNCTIONS: Final = (
    MESSAGE_EVENTS,
    NOTIFICATIONS,
    PRESENCE_SWEEP,
    PRIVACY,
    ROOM_EVENTS,
)
