"""The enums of the schema. Written by ``python -m tools.generated_code``."""

from typing import Literal

ChatRoomVisibility = Literal["PUBLIC", "PRIVATE", "DIRECT"]
HistoryVisibility = Literal["FROM_START", "FROM_JOIN"]
MembershipRole = Literal["OWNER", "MODERATOR", "MEMBER"]
MembershipState = Literal["ACTIVE", "INVITED", "LEFT", "BANNED"]
ModerationAction = Literal[
    "ROOM_UPDATED",
    "ROOM_ARCHIVED",
    "ROLE_CHANGED",
    "MEMBER_REMOVED",
    "MEMBER_BANNED",
    "MEMBER_UNBANNED",
    "MEMBER_MUTED",
    "MEMBER_UNMUTED",
    "MESSAGE_DELETED",
    "REPORT_RESOLVED",
]
ReportStatus = Literal["OPEN", "RESOLVED"]
ReportResolution = Literal["DISMISSED", "ACTED_ON"]
MessageType = Literal["TEXT", "IMAGE", "FILE", "SYSTEM", "VOID"]
NotificationType = Literal["MENTION", "REPLY", "DIRECT_MESSAGE", "INVITATION", "MODERATION"]
NotificationLevel = Literal["ALL", "MENTIONS", "NONE"]
SystemEventKind = Literal["MEMBER_JOINED", "MEMBER_LEFT", "MEMBER_REMOVED", "ROOM_RENAMED"]
PresenceStatus = Literal["ONLINE", "AWAY", "BUSY", "OFFLINE"]
PrivacyJobKind = Literal["EXPORT", "DELETION"]
PrivacyJobStatus = Literal["PENDING", "RUNNING", "COMPLETED"]
