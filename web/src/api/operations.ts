// Written by operations.mjs from graphql/schema.graphql and graphql/operations: `npm run generate`.

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Determines which users can find and join a room. */
export type ChatRoomVisibility =
  /** Listed by `listChatRooms`. All signed-in users may join. */
  | 'PUBLIC'
  /** Visible to its members only. Joining requires an invitation. */
  | 'PRIVATE'
  /** Between two users. Only `openDirectRoom` creates it. */
  | 'DIRECT';

/** Determines which messages a new member can read. */
export type HistoryVisibility =
  /** All messages. */
  | 'FROM_START'
  /** Messages sent after the member joined. */
  | 'FROM_JOIN';

/** A member's role in a room. */
export type MembershipRole =
  /** Manages the room, its members and their roles. */
  | 'OWNER'
  /** Moderates members and messages. */
  | 'MODERATOR'
  /** Reads and sends messages. */
  | 'MEMBER';

/** State of a membership. */
export type MembershipState =
  /** The user is a member. */
  | 'ACTIVE'
  /** The user is invited and has not joined. */
  | 'INVITED'
  /** The user is no longer a member or invited. */
  | 'LEFT'
  /** The user is banned. */
  | 'BANNED';

/** A moderation action. */
export type ModerationAction =
  /** `updateChatRoom`. `changes` lists the settings. */
  | 'ROOM_UPDATED'
  /** `archiveChatRoom`. */
  | 'ROOM_ARCHIVED'
  /** `setMemberRole`. `changes` contains `role`. */
  | 'ROLE_CHANGED'
  /** `removeMember`. */
  | 'MEMBER_REMOVED'
  /** `banMember`. */
  | 'MEMBER_BANNED'
  /** `unbanMember`. */
  | 'MEMBER_UNBANNED'
  /** `muteMember`. `changes` contains `mutedUntil`. */
  | 'MEMBER_MUTED'
  /** `unmuteMember`. */
  | 'MEMBER_UNMUTED'
  /** `deleteMessage` of another user's message. */
  | 'MESSAGE_DELETED'
  /** `resolveReport`. `changes` contains `resolution`. */
  | 'REPORT_RESOLVED';

/** Status of a report. */
export type ReportStatus =
  /** The report has not been resolved. */
  | 'OPEN'
  /** An owner or moderator has resolved the report. */
  | 'RESOLVED';

/** Outcome of a report. */
export type ReportResolution =
  /** No action was needed. */
  | 'DISMISSED'
  /** An action was taken. See the moderation log. */
  | 'ACTED_ON';

/** Type of a message. */
export type MessageType =
  /** Text in `content`. */
  | 'TEXT'
  /** Images in `attachments`; `content` may be empty. */
  | 'IMAGE'
  /** Files in `attachments`; `content` may be empty. */
  | 'FILE'
  /**
   * An announcement by the backend of a change in the room: in English in `content`, as values in `systemEvent`. Users
   * cannot send or edit it; moderators can delete it.
   */
  | 'SYSTEM'
  /**
   * An unused sequence number: the call that reserved it failed, and it will never have a message. Only
   * `messagesByRoom(afterSeq)` returns it. Cannot be sent.
   */
  | 'VOID';

/** Reason for a notification. */
export type NotificationType =
  /** A message mentions the user or the whole room. */
  | 'MENTION'
  /** A message replies to one of the user's messages. */
  | 'REPLY'
  /** A message was sent in a direct room. */
  | 'DIRECT_MESSAGE'
  /** The user is invited to a room. */
  | 'INVITATION'
  /** A moderation action affects the user. `action` contains the action. */
  | 'MODERATION';

/** Determines which messages of a room notify a member. Invitations and moderation actions always do. */
export type NotificationLevel =
  /** Mentions, replies to the member's messages, and direct messages. */
  | 'ALL'
  /** Mentions only. */
  | 'MENTIONS'
  /** No messages. */
  | 'NONE';

/** Kind of change that a system message announces. New kinds may be added: display `content` for unknown kinds. */
export type SystemEventKind =
  /** A user joined. */
  | 'MEMBER_JOINED'
  /** A member left. */
  | 'MEMBER_LEFT'
  /** A member was removed or banned. The reason is only in the moderation log. */
  | 'MEMBER_REMOVED'
  /** The room was renamed. */
  | 'ROOM_RENAMED';

/** A user's presence status. */
export type PresenceStatus =
  /** The user is online. */
  | 'ONLINE'
  /** The user is away. */
  | 'AWAY'
  /** The user does not want to be disturbed. */
  | 'BUSY'
  /** The user is offline, or sent no heartbeat for 120 seconds. */
  | 'OFFLINE';

/** Kind of a privacy job. */
export type PrivacyJobKind =
  /** `exportMyData`. */
  | 'EXPORT'
  /** `deleteMyAccount`. */
  | 'DELETION';

/** Status of a privacy job. */
export type PrivacyJobStatus =
  /** The job has not started. */
  | 'PENDING'
  /** The job is running. After an interruption, it resumes. */
  | 'RUNNING'
  /** The job is complete. */
  | 'COMPLETED';

/** Settings of a new room. */
export type CreateChatRoomInput = {
  /** The room's name, 1 to 80 characters. Leading and trailing spaces are removed. */
  name: string;
  /** The room's description, up to 250 characters. Leading and trailing spaces are removed. */
  description?: string | null | undefined;
  /** Determines which users can find and join the room: `PUBLIC` or `PRIVATE`. Default: `PUBLIC`. */
  visibility?: ChatRoomVisibility | null | undefined;
  /** Determines which messages a new member can read. Default: `FROM_START`. */
  historyVisibility?: HistoryVisibility | null | undefined;
  /** Minimum number of seconds between two messages of a member, 0 to 21600. Default: 0. */
  slowModeSeconds?: number | null | undefined;
  /** Number of days after which messages expire, 0 to 3650. Default: 0, which keeps them. */
  retentionDays?: number | null | undefined;
};

/** A room and its new settings. Omitted and null settings stay unchanged. */
export type UpdateChatRoomInput = {
  /** The room's id. */
  id: string;
  /** The room's name, 1 to 80 characters. Leading and trailing spaces are removed. */
  name?: string | null | undefined;
  /**
   * The room's description, up to 250 characters. Leading and trailing spaces are removed. An
   * empty text removes the description.
   */
  description?: string | null | undefined;
  /** Determines which users can find and join the room: `PUBLIC` or `PRIVATE`. Existing members stay. */
  visibility?: ChatRoomVisibility | null | undefined;
  /** Minimum number of seconds between two messages of a member, 0 to 21600. 0 turns slow mode off. */
  slowModeSeconds?: number | null | undefined;
  /** Whether the room is frozen. A frozen room accepts no messages or reactions until a moderator unfreezes it. */
  frozen?: boolean | null | undefined;
  /** Determines which messages members can read. Applies to existing members as well. */
  historyVisibility?: HistoryVisibility | null | undefined;
  /** Number of days after which new messages expire, 0 to 3650. 0 keeps them. */
  retentionDays?: number | null | undefined;
  /** The expected `version` of the room. Without it, the version is not checked. */
  expectedVersion?: number | null | undefined;
  /** Reason for the moderation log, up to 512 characters. */
  reason?: string | null | undefined;
};

/** A new message. */
export type CreateMessageInput = {
  /** The room's id. */
  chatRoomId: string;
  /**
   * The text, 1 to 4,000 characters. Leading and trailing spaces are removed. May be empty if there are
   * attachments.
   */
  content: string;
  /** The message's type: `TEXT`, `IMAGE` or `FILE`. Default: `TEXT`. */
  type?: MessageType | null | undefined;
  /**
   * The files of a message of type `IMAGE` or `FILE`, 1 to 10. The caller must have uploaded them
   * for this room.
   */
  attachments?: Array<AttachmentInput> | null | undefined;
  /**
   * Idempotency key of the message: 1 to 64 letters, digits, `-`, `_`, `.` or `:`, for example a UUID or ULID. Without
   * it, a repeated call sends a second message.
   */
  clientMessageId?: string | null | undefined;
  /** The id of the message to reply to, in the same room. */
  replyToId?: string | null | undefined;
  /** The ids of the members to mention, up to 25. */
  mentions?: Array<string> | null | undefined;
  /** Whether to mention the whole room. Requires an owner or moderator. */
  mentionsRoom?: boolean | null | undefined;
};

/** An edit of a message. */
export type UpdateMessageInput = {
  /** The message's id. */
  id: string;
  /** The new text, 1 to 4,000 characters. Leading and trailing spaces are removed. */
  content: string;
  /** The expected `version` of the message. Without it, the edit replaces any version. */
  expectedVersion?: number | null | undefined;
  /** The ids of the members to mention, up to 25. If omitted, the mentions stay unchanged. */
  mentions?: Array<string> | null | undefined;
  /** Whether to mention the whole room. Requires an owner or moderator. If omitted, the value stays unchanged. */
  mentionsRoom?: boolean | null | undefined;
};

/** A new reaction. */
export type CreateReactionInput = {
  /** The message's id. */
  messageId: string;
  /** An emoji or its name, 1 to 32 characters without spaces. */
  emoji: string;
};

/** A reaction to remove. */
export type DeleteReactionInput = {
  /** The message's id. */
  messageId: string;
  /** The emoji. */
  emoji: string;
};

/** A new notification preference for a room. At least one of `level` and `mutedUntil` is required. */
export type UpdateNotificationPreferenceInput = {
  /** The room's id. */
  chatRoomId: string;
  /** The notification level for the room's messages. */
  level?: NotificationLevel | null | undefined;
  /** Until this time, the room causes no notifications. A time in the past ends the mute. */
  mutedUntil?: string | null | undefined;
};

/** A file to upload. */
export type RequestAttachmentUploadInput = {
  /** The id of the room in which the message will be sent. */
  chatRoomId: string;
  /** The file name, 1 to 100 characters. */
  name: string;
  /** Content type of the file: an image, audio, video, PDF, ZIP, CSV or plain text. */
  contentType: string;
  /** Size of the file in bytes, 1 to 26,214,400 (25 MiB). */
  size: number;
};

/** An uploaded file of a message. */
export type AttachmentInput = {
  /** The `key` returned by `requestAttachmentUpload`. */
  key: string;
  /** The file name, 1 to 100 characters. */
  name: string;
  /** Content type of the file, as uploaded. */
  contentType: string;
  /** Size of the file in bytes, as uploaded. */
  size: number;
};

export type RequestAttachmentUploadMutationVariables = Exact<{
  input: RequestAttachmentUploadInput;
}>;


export type RequestAttachmentUploadMutation = { requestAttachmentUpload: { key: string, url: string, expiresAt: string, fields: Array<{ name: string, value: string }> } | null };

export type AttachmentUrlQueryVariables = Exact<{
  messageId: string;
  index: number;
}>;


export type AttachmentUrlQuery = { attachmentUrl: { url: string, expiresAt: string } | null };

export type MessageFieldsFragment = { id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null };

export type ReactionFieldsFragment = { messageId: string, chatRoomId: string, emoji: string, userId: string, displayName: string | null, createdAt: string | null, count: number, revision: number };

export type TypingIndicatorFieldsFragment = { chatRoomId: string, userId: string, displayName: string, expiresAt: string };

export type UserPresenceFieldsFragment = { userId: string, status: PresenceStatus, lastSeenAt: string | null, chatRoomId: string | null, headSeq: number | null };

export type ChatRoomFieldsFragment = { id: string, name: string, description: string | null, visibility: ChatRoomVisibility, createdBy: string, memberCount: number, lastSeq: number, lastMessageAt: string | null, createdAt: string, directUserIds: Array<string> | null, frozen: boolean, slowModeSeconds: number, historyVisibility: HistoryVisibility, retentionDays: number | null, archivedAt: string | null, version: number };

export type MembershipFieldsFragment = { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null };

export type ReportFieldsFragment = { id: string, chatRoomId: string, messageId: string, seq: number, authorId: string | null, reporterId: string, reporterName: string, reason: string, status: ReportStatus, resolution: ReportResolution | null, resolvedBy: string | null, resolvedAt: string | null, createdAt: string };

export type NotificationFieldsFragment = { id: string, userId: string, type: NotificationType, chatRoomId: string, chatRoomName: string | null, messageId: string | null, actorId: string | null, actorName: string | null, preview: string | null, action: ModerationAction | null, reason: string | null, createdAt: string, readAt: string | null };

export type NotificationPreferenceFieldsFragment = { chatRoomId: string, level: NotificationLevel, mutedUntil: string | null };

export type LeaveChatRoomMutationVariables = Exact<{
  chatRoomId: string;
}>;


export type LeaveChatRoomMutation = { leaveChatRoom: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type InviteToChatRoomMutationVariables = Exact<{
  chatRoomId: string;
  userId: string;
}>;


export type InviteToChatRoomMutation = { inviteToChatRoom: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type SetMemberRoleMutationVariables = Exact<{
  chatRoomId: string;
  userId: string;
  role: MembershipRole;
  reason?: string | null | undefined;
}>;


export type SetMemberRoleMutation = { setMemberRole: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type RemoveMemberMutationVariables = Exact<{
  chatRoomId: string;
  userId: string;
  reason: string;
}>;


export type RemoveMemberMutation = { removeMember: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type BanMemberMutationVariables = Exact<{
  chatRoomId: string;
  userId: string;
  reason: string;
}>;


export type BanMemberMutation = { banMember: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type UnbanMemberMutationVariables = Exact<{
  chatRoomId: string;
  userId: string;
  reason?: string | null | undefined;
}>;


export type UnbanMemberMutation = { unbanMember: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type MuteMemberMutationVariables = Exact<{
  chatRoomId: string;
  userId: string;
  until?: string | null | undefined;
  seconds?: number | null | undefined;
  reason: string;
}>;


export type MuteMemberMutation = { muteMember: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type UnmuteMemberMutationVariables = Exact<{
  chatRoomId: string;
  userId: string;
  reason?: string | null | undefined;
}>;


export type UnmuteMemberMutation = { unmuteMember: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type RoomMembersQueryVariables = Exact<{
  chatRoomId: string;
  state?: MembershipState | null | undefined;
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type RoomMembersQuery = { roomMembers: { nextToken: string | null, items: Array<{ chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null }> } | null };

export type MyInvitationsQueryVariables = Exact<{
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type MyInvitationsQuery = { myInvitations: { nextToken: string | null, items: Array<{ chatRoom: { id: string, name: string, description: string | null, visibility: ChatRoomVisibility, createdBy: string, memberCount: number, lastSeq: number, lastMessageAt: string | null, createdAt: string, directUserIds: Array<string> | null, frozen: boolean, slowModeSeconds: number, historyVisibility: HistoryVisibility, retentionDays: number | null, archivedAt: string | null, version: number }, membership: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null } }> } | null };

export type OnMembershipChangedSubscriptionVariables = Exact<{
  chatRoomId: string;
}>;


export type OnMembershipChangedSubscription = { onMembershipChanged: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null } | null };

export type CreateMessageMutationVariables = Exact<{
  input: CreateMessageInput;
}>;


export type CreateMessageMutation = { createMessage: { id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, selectionComplete: boolean | null, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null } | null };

export type MessagesByRoomQueryVariables = Exact<{
  chatRoomId: string;
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
  beforeSeq?: number | null | undefined;
  afterSeq?: number | null | undefined;
}>;


export type MessagesByRoomQuery = { messagesByRoom: { settledSeq: number | null, nextToken: string | null, items: Array<{ id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null }> } | null };

export type OnMessageCreatedSubscriptionVariables = Exact<{
  chatRoomId: string;
}>;


export type OnMessageCreatedSubscription = { onMessageCreated: { id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null } | null };

export type UpdateMessageMutationVariables = Exact<{
  input: UpdateMessageInput;
}>;


export type UpdateMessageMutation = { updateMessage: { id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, selectionComplete: boolean | null, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null } | null };

export type DeleteMessageMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;


export type DeleteMessageMutation = { deleteMessage: { id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, selectionComplete: boolean | null, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null } | null };

export type GetMessageQueryVariables = Exact<{
  id: string;
}>;


export type GetMessageQuery = { getMessage: { id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null } | null };

export type OnMessageUpdatedSubscriptionVariables = Exact<{
  chatRoomId: string;
}>;


export type OnMessageUpdatedSubscription = { onMessageUpdated: { id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null } | null };

export type OnMessageDeletedSubscriptionVariables = Exact<{
  chatRoomId: string;
}>;


export type OnMessageDeletedSubscription = { onMessageDeleted: { id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null } | null };

export type SeenByQueryVariables = Exact<{
  messageId: string;
}>;


export type SeenByQuery = { seenBy: Array<{ chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null }> | null };

export type MarkRoomReadMutationVariables = Exact<{
  chatRoomId: string;
  seq: number;
}>;


export type MarkRoomReadMutation = { markRoomRead: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type RepliesByMessageQueryVariables = Exact<{
  messageId: string;
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type RepliesByMessageQuery = { repliesByMessage: { nextToken: string | null, items: Array<{ id: string, chatRoomId: string, seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, clientMessageId: string | null, createdAt: string, version: number, revision: number, editedAt: string | null, deletedAt: string | null, deletedBy: string | null, replyToId: string | null, threadId: string | null, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null, mentions: Array<string>, mentionsRoom: boolean, flagged: boolean, reactions: Array<{ emoji: string, count: number }>, threadRoot: { id: string, seq: number, revision: number, replyCount: number, lastReplySeq: number | null, lastReplyAt: string | null } | null, attachments: Array<{ key: string, name: string, contentType: string, size: number }>, systemEvent: { kind: SystemEventKind, userId: string, userName: string, actorId: string | null, actorName: string | null, name: string | null, previousName: string | null } | null }> } | null };

export type ReportMessageMutationVariables = Exact<{
  messageId: string;
  reason: string;
}>;


export type ReportMessageMutation = { reportMessage: { id: string, chatRoomId: string, messageId: string, seq: number, authorId: string | null, reporterId: string, reporterName: string, reason: string, status: ReportStatus, resolution: ReportResolution | null, resolvedBy: string | null, resolvedAt: string | null, createdAt: string } | null };

export type ResolveReportMutationVariables = Exact<{
  chatRoomId: string;
  reportId: string;
  resolution: ReportResolution;
  reason?: string | null | undefined;
}>;


export type ResolveReportMutation = { resolveReport: { id: string, chatRoomId: string, messageId: string, seq: number, authorId: string | null, reporterId: string, reporterName: string, reason: string, status: ReportStatus, resolution: ReportResolution | null, resolvedBy: string | null, resolvedAt: string | null, createdAt: string } | null };

export type ReportsQueryVariables = Exact<{
  chatRoomId: string;
  status?: ReportStatus | null | undefined;
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type ReportsQuery = { reports: { nextToken: string | null, items: Array<{ id: string, chatRoomId: string, messageId: string, seq: number, authorId: string | null, reporterId: string, reporterName: string, reason: string, status: ReportStatus, resolution: ReportResolution | null, resolvedBy: string | null, resolvedAt: string | null, createdAt: string }> } | null };

export type ModerationLogQueryVariables = Exact<{
  chatRoomId: string;
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type ModerationLogQuery = { moderationLog: { nextToken: string | null, items: Array<{ id: string, chatRoomId: string, action: ModerationAction, actorId: string, actorName: string, userId: string | null, messageId: string | null, reason: string | null, createdAt: string, changes: Array<{ name: string, value: string | null }> }> } | null };

export type MyNotificationsQueryVariables = Exact<{
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
  unreadOnly?: boolean | null | undefined;
}>;


export type MyNotificationsQuery = { myNotifications: { nextToken: string | null, items: Array<{ id: string, userId: string, type: NotificationType, chatRoomId: string, chatRoomName: string | null, messageId: string | null, actorId: string | null, actorName: string | null, preview: string | null, action: ModerationAction | null, reason: string | null, createdAt: string, readAt: string | null }> } | null };

export type MarkNotificationReadMutationVariables = Exact<{
  id: string;
}>;


export type MarkNotificationReadMutation = { markNotificationRead: { id: string, userId: string, type: NotificationType, chatRoomId: string, chatRoomName: string | null, messageId: string | null, actorId: string | null, actorName: string | null, preview: string | null, action: ModerationAction | null, reason: string | null, createdAt: string, readAt: string | null } | null };

export type MarkAllNotificationsReadMutationVariables = Exact<{ [key: string]: never; }>;


export type MarkAllNotificationsReadMutation = { markAllNotificationsRead: { markedCount: number, hasMore: boolean } | null };

export type UpdateNotificationPreferenceMutationVariables = Exact<{
  input: UpdateNotificationPreferenceInput;
}>;


export type UpdateNotificationPreferenceMutation = { updateNotificationPreference: { chatRoomId: string, level: NotificationLevel, mutedUntil: string | null } | null };

export type OnNotificationReceivedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type OnNotificationReceivedSubscription = { onNotificationReceived: { id: string, userId: string, type: NotificationType, chatRoomId: string, chatRoomName: string | null, messageId: string | null, actorId: string | null, actorName: string | null, preview: string | null, action: ModerationAction | null, reason: string | null, createdAt: string, readAt: string | null } | null };

export type StartTypingMutationVariables = Exact<{
  chatRoomId: string;
}>;


export type StartTypingMutation = { startTyping: { chatRoomId: string, userId: string, displayName: string, expiresAt: string, selectionComplete: boolean | null } | null };

export type StopTypingMutationVariables = Exact<{
  chatRoomId: string;
}>;


export type StopTypingMutation = { stopTyping: { chatRoomId: string, userId: string, displayName: string, expiresAt: string, selectionComplete: boolean | null } | null };

export type UpdatePresenceMutationVariables = Exact<{
  status: PresenceStatus;
  chatRoomId?: string | null | undefined;
}>;


export type UpdatePresenceMutation = { updatePresence: { userId: string, status: PresenceStatus, lastSeenAt: string | null, chatRoomId: string | null, headSeq: number | null, selectionComplete: boolean | null } | null };

export type GetUserPresenceQueryVariables = Exact<{
  id: string;
}>;


export type GetUserPresenceQuery = { getUserPresence: { userId: string, status: PresenceStatus, lastSeenAt: string | null, chatRoomId: string | null, headSeq: number | null } | null };

export type PresenceByRoomQueryVariables = Exact<{
  chatRoomId: string;
}>;


export type PresenceByRoomQuery = { presenceByRoom: Array<{ userId: string, status: PresenceStatus, lastSeenAt: string | null, chatRoomId: string | null, headSeq: number | null }> | null };

export type OnTypingStartedSubscriptionVariables = Exact<{
  chatRoomId: string;
}>;


export type OnTypingStartedSubscription = { onTypingStarted: { chatRoomId: string, userId: string, displayName: string, expiresAt: string } | null };

export type OnTypingStoppedSubscriptionVariables = Exact<{
  chatRoomId: string;
}>;


export type OnTypingStoppedSubscription = { onTypingStopped: { chatRoomId: string, userId: string, displayName: string, expiresAt: string } | null };

export type OnUserPresenceChangedSubscriptionVariables = Exact<{
  chatRoomId?: string | null | undefined;
}>;


export type OnUserPresenceChangedSubscription = { onUserPresenceChanged: { userId: string, status: PresenceStatus, lastSeenAt: string | null, chatRoomId: string | null, headSeq: number | null } | null };

export type PrivacyJobFieldsFragment = { id: string, kind: PrivacyJobKind, status: PrivacyJobStatus, createdAt: string, roomCount: number, completedAt: string | null, expiresAt: string | null };

export type MyPrivacyJobsQueryVariables = Exact<{ [key: string]: never; }>;


export type MyPrivacyJobsQuery = { myPrivacyJobs: Array<{ id: string, kind: PrivacyJobKind, status: PrivacyJobStatus, createdAt: string, roomCount: number, completedAt: string | null, expiresAt: string | null, downloads: Array<{ name: string, size: number, url: string, expiresAt: string }> }> | null };

export type ExportMyDataMutationVariables = Exact<{ [key: string]: never; }>;


export type ExportMyDataMutation = { exportMyData: { id: string, kind: PrivacyJobKind, status: PrivacyJobStatus, createdAt: string, roomCount: number, completedAt: string | null, expiresAt: string | null } | null };

export type DeleteMyAccountMutationVariables = Exact<{ [key: string]: never; }>;


export type DeleteMyAccountMutation = { deleteMyAccount: { id: string, kind: PrivacyJobKind, status: PrivacyJobStatus, createdAt: string, roomCount: number, completedAt: string | null, expiresAt: string | null } | null };

export type CreateReactionMutationVariables = Exact<{
  input: CreateReactionInput;
}>;


export type CreateReactionMutation = { createReaction: { messageId: string, chatRoomId: string, emoji: string, userId: string, displayName: string | null, createdAt: string | null, count: number, revision: number, selectionComplete: boolean | null } | null };

export type DeleteReactionMutationVariables = Exact<{
  input: DeleteReactionInput;
}>;


export type DeleteReactionMutation = { deleteReaction: { messageId: string, chatRoomId: string, emoji: string, userId: string, displayName: string | null, createdAt: string | null, count: number, revision: number, selectionComplete: boolean | null } | null };

export type ReactionsByMessageQueryVariables = Exact<{
  messageId: string;
  emoji?: string | null | undefined;
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type ReactionsByMessageQuery = { reactionsByMessage: { nextToken: string | null, items: Array<{ messageId: string, chatRoomId: string, emoji: string, userId: string, displayName: string | null, createdAt: string | null, count: number, revision: number }> } | null };

export type OnReactionAddedSubscriptionVariables = Exact<{
  messageId?: string | null | undefined;
  chatRoomId?: string | null | undefined;
}>;


export type OnReactionAddedSubscription = { onReactionAdded: { messageId: string, chatRoomId: string, emoji: string, userId: string, displayName: string | null, createdAt: string | null, count: number, revision: number } | null };

export type OnReactionRemovedSubscriptionVariables = Exact<{
  messageId?: string | null | undefined;
  chatRoomId?: string | null | undefined;
}>;


export type OnReactionRemovedSubscription = { onReactionRemoved: { messageId: string, chatRoomId: string, emoji: string, userId: string, displayName: string | null, createdAt: string | null, count: number, revision: number } | null };

export type CreateChatRoomMutationVariables = Exact<{
  input: CreateChatRoomInput;
}>;


export type CreateChatRoomMutation = { createChatRoom: { id: string, name: string, description: string | null, visibility: ChatRoomVisibility, createdBy: string, memberCount: number, lastSeq: number, lastMessageAt: string | null, createdAt: string, directUserIds: Array<string> | null, frozen: boolean, slowModeSeconds: number, historyVisibility: HistoryVisibility, retentionDays: number | null, archivedAt: string | null, version: number } | null };

export type UpdateChatRoomMutationVariables = Exact<{
  input: UpdateChatRoomInput;
}>;


export type UpdateChatRoomMutation = { updateChatRoom: { id: string, name: string, description: string | null, visibility: ChatRoomVisibility, createdBy: string, memberCount: number, lastSeq: number, lastMessageAt: string | null, createdAt: string, directUserIds: Array<string> | null, frozen: boolean, slowModeSeconds: number, historyVisibility: HistoryVisibility, retentionDays: number | null, archivedAt: string | null, version: number } | null };

export type ArchiveChatRoomMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;


export type ArchiveChatRoomMutation = { archiveChatRoom: { id: string, name: string, description: string | null, visibility: ChatRoomVisibility, createdBy: string, memberCount: number, lastSeq: number, lastMessageAt: string | null, createdAt: string, directUserIds: Array<string> | null, frozen: boolean, slowModeSeconds: number, historyVisibility: HistoryVisibility, retentionDays: number | null, archivedAt: string | null, version: number } | null };

export type OpenDirectRoomMutationVariables = Exact<{
  userId: string;
}>;


export type OpenDirectRoomMutation = { openDirectRoom: { id: string, name: string, description: string | null, visibility: ChatRoomVisibility, createdBy: string, memberCount: number, lastSeq: number, lastMessageAt: string | null, createdAt: string, directUserIds: Array<string> | null, frozen: boolean, slowModeSeconds: number, historyVisibility: HistoryVisibility, retentionDays: number | null, archivedAt: string | null, version: number } | null };

export type JoinChatRoomMutationVariables = Exact<{
  chatRoomId: string;
}>;


export type JoinChatRoomMutation = { joinChatRoom: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null, selectionComplete: boolean | null } | null };

export type GetChatRoomQueryVariables = Exact<{
  id: string;
}>;


export type GetChatRoomQuery = { getChatRoom: { id: string, name: string, description: string | null, visibility: ChatRoomVisibility, createdBy: string, memberCount: number, lastSeq: number, lastMessageAt: string | null, createdAt: string, directUserIds: Array<string> | null, frozen: boolean, slowModeSeconds: number, historyVisibility: HistoryVisibility, retentionDays: number | null, archivedAt: string | null, version: number } | null };

export type ListChatRoomsQueryVariables = Exact<{
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type ListChatRoomsQuery = { listChatRooms: { nextToken: string | null, items: Array<{ id: string, name: string, description: string | null, visibility: ChatRoomVisibility, createdBy: string, memberCount: number, lastSeq: number, lastMessageAt: string | null, createdAt: string, directUserIds: Array<string> | null, frozen: boolean, slowModeSeconds: number, historyVisibility: HistoryVisibility, retentionDays: number | null, archivedAt: string | null, version: number }> } | null };

export type MyChatRoomsQueryVariables = Exact<{
  limit?: number | null | undefined;
  nextToken?: string | null | undefined;
}>;


export type MyChatRoomsQuery = { myChatRooms: { nextToken: string | null, items: Array<{ unreadCount: number, chatRoom: { id: string, name: string, description: string | null, visibility: ChatRoomVisibility, createdBy: string, memberCount: number, lastSeq: number, lastMessageAt: string | null, createdAt: string, directUserIds: Array<string> | null, frozen: boolean, slowModeSeconds: number, historyVisibility: HistoryVisibility, retentionDays: number | null, archivedAt: string | null, version: number }, membership: { chatRoomId: string, userId: string, displayName: string, role: MembershipRole, state: MembershipState, joinedAt: string | null, readSeq: number, mentionCount: number, mutedUntil: string | null, invitedBy: string | null }, lastMessage: { seq: number, type: MessageType, content: string | null, authorId: string | null, authorName: string | null, createdAt: string } | null, notificationPreference: { chatRoomId: string, level: NotificationLevel, mutedUntil: string | null } }> } | null };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { id: string, displayName: string, groups: Array<string>, createdAt: string | null, unreadNotificationCount: number | null } | null };

/** The text of a query, with the types of its variables and its result. */
export type QueryText<Variables, Result> = string & {
  __generatedQueryInput: Variables;
  __generatedQueryOutput: Result;
};

/** The text of a mutation, with the types of its variables and its result. */
export type MutationText<Variables, Result> = string & {
  __generatedMutationInput: Variables;
  __generatedMutationOutput: Result;
};

/** The text of a subscription, with the types of its variables and its result. */
export type SubscriptionText<Variables, Result> = string & {
  __generatedSubscriptionInput: Variables;
  __generatedSubscriptionOutput: Result;
};

const MessageFields = `fragment MessageFields on Message {
  id
  chatRoomId
  seq
  type
  content
  authorId
  authorName
  clientMessageId
  createdAt
  version
  revision
  editedAt
  deletedAt
  deletedBy
  reactions {
    emoji
    count
  }
  replyToId
  threadId
  replyCount
  lastReplySeq
  lastReplyAt
  threadRoot {
    id
    seq
    revision
    replyCount
    lastReplySeq
    lastReplyAt
  }
  mentions
  mentionsRoom
  attachments {
    key
    name
    contentType
    size
  }
  flagged
  systemEvent {
    kind
    userId
    userName
    actorId
    actorName
    name
    previousName
  }
}`;

const ReactionFields = `fragment ReactionFields on Reaction {
  messageId
  chatRoomId
  emoji
  userId
  displayName
  createdAt
  count
  revision
}`;

const TypingIndicatorFields = `fragment TypingIndicatorFields on TypingIndicator {
  chatRoomId
  userId
  displayName
  expiresAt
}`;

const UserPresenceFields = `fragment UserPresenceFields on UserPresence {
  userId
  status
  lastSeenAt
  chatRoomId
  headSeq
}`;

const ChatRoomFields = `fragment ChatRoomFields on ChatRoom {
  id
  name
  description
  visibility
  createdBy
  memberCount
  lastSeq
  lastMessageAt
  createdAt
  directUserIds
  frozen
  slowModeSeconds
  historyVisibility
  retentionDays
  archivedAt
  version
}`;

const MembershipFields = `fragment MembershipFields on Membership {
  chatRoomId
  userId
  displayName
  role
  state
  joinedAt
  readSeq
  mentionCount
  mutedUntil
  invitedBy
}`;

const ReportFields = `fragment ReportFields on Report {
  id
  chatRoomId
  messageId
  seq
  authorId
  reporterId
  reporterName
  reason
  status
  resolution
  resolvedBy
  resolvedAt
  createdAt
}`;

const NotificationFields = `fragment NotificationFields on Notification {
  id
  userId
  type
  chatRoomId
  chatRoomName
  messageId
  actorId
  actorName
  preview
  action
  reason
  createdAt
  readAt
}`;

const NotificationPreferenceFields = `fragment NotificationPreferenceFields on NotificationPreference {
  chatRoomId
  level
  mutedUntil
}`;

const PrivacyJobFields = `fragment PrivacyJobFields on PrivacyJob {
  id
  kind
  status
  createdAt
  roomCount
  completedAt
  expiresAt
}`;

export const RequestAttachmentUpload = `mutation RequestAttachmentUpload($input: RequestAttachmentUploadInput!) {
  requestAttachmentUpload(input: $input) {
    key
    url
    fields {
      name
      value
    }
    expiresAt
  }
}` as MutationText<RequestAttachmentUploadMutationVariables, RequestAttachmentUploadMutation>;

export const AttachmentUrl = `query AttachmentUrl($messageId: ID!, $index: Int!) {
  attachmentUrl(messageId: $messageId, index: $index) {
    url
    expiresAt
  }
}` as QueryText<AttachmentUrlQueryVariables, AttachmentUrlQuery>;

export const LeaveChatRoom = `mutation LeaveChatRoom($chatRoomId: ID!) {
  leaveChatRoom(chatRoomId: $chatRoomId) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<LeaveChatRoomMutationVariables, LeaveChatRoomMutation>;

export const InviteToChatRoom = `mutation InviteToChatRoom($chatRoomId: ID!, $userId: ID!) {
  inviteToChatRoom(chatRoomId: $chatRoomId, userId: $userId) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<InviteToChatRoomMutationVariables, InviteToChatRoomMutation>;

export const SetMemberRole = `mutation SetMemberRole($chatRoomId: ID!, $userId: ID!, $role: MembershipRole!, $reason: String) {
  setMemberRole(
    chatRoomId: $chatRoomId
    userId: $userId
    role: $role
    reason: $reason
  ) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<SetMemberRoleMutationVariables, SetMemberRoleMutation>;

export const RemoveMember = `mutation RemoveMember($chatRoomId: ID!, $userId: ID!, $reason: String!) {
  removeMember(chatRoomId: $chatRoomId, userId: $userId, reason: $reason) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<RemoveMemberMutationVariables, RemoveMemberMutation>;

export const BanMember = `mutation BanMember($chatRoomId: ID!, $userId: ID!, $reason: String!) {
  banMember(chatRoomId: $chatRoomId, userId: $userId, reason: $reason) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<BanMemberMutationVariables, BanMemberMutation>;

export const UnbanMember = `mutation UnbanMember($chatRoomId: ID!, $userId: ID!, $reason: String) {
  unbanMember(chatRoomId: $chatRoomId, userId: $userId, reason: $reason) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<UnbanMemberMutationVariables, UnbanMemberMutation>;

export const MuteMember = `mutation MuteMember($chatRoomId: ID!, $userId: ID!, $until: AWSDateTime, $seconds: Int, $reason: String!) {
  muteMember(
    chatRoomId: $chatRoomId
    userId: $userId
    until: $until
    seconds: $seconds
    reason: $reason
  ) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<MuteMemberMutationVariables, MuteMemberMutation>;

export const UnmuteMember = `mutation UnmuteMember($chatRoomId: ID!, $userId: ID!, $reason: String) {
  unmuteMember(chatRoomId: $chatRoomId, userId: $userId, reason: $reason) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<UnmuteMemberMutationVariables, UnmuteMemberMutation>;

export const RoomMembers = `query RoomMembers($chatRoomId: ID!, $state: MembershipState, $limit: Int, $nextToken: String) {
  roomMembers(
    chatRoomId: $chatRoomId
    state: $state
    limit: $limit
    nextToken: $nextToken
  ) {
    items {
      ...MembershipFields
    }
    nextToken
  }
}
${MembershipFields}` as QueryText<RoomMembersQueryVariables, RoomMembersQuery>;

export const MyInvitations = `query MyInvitations($limit: Int, $nextToken: String) {
  myInvitations(limit: $limit, nextToken: $nextToken) {
    items {
      chatRoom {
        ...ChatRoomFields
      }
      membership {
        ...MembershipFields
      }
    }
    nextToken
  }
}
${ChatRoomFields}
${MembershipFields}` as QueryText<MyInvitationsQueryVariables, MyInvitationsQuery>;

export const OnMembershipChanged = `subscription OnMembershipChanged($chatRoomId: ID!) {
  onMembershipChanged(chatRoomId: $chatRoomId) {
    ...MembershipFields
  }
}
${MembershipFields}` as SubscriptionText<OnMembershipChangedSubscriptionVariables, OnMembershipChangedSubscription>;

export const CreateMessage = `mutation CreateMessage($input: CreateMessageInput!) {
  createMessage(input: $input) {
    id
    chatRoomId
    seq
    type
    content
    authorId
    authorName
    clientMessageId
    createdAt
    version
    revision
    editedAt
    deletedAt
    deletedBy
    reactions {
      emoji
      count
    }
    replyToId
    threadId
    replyCount
    lastReplySeq
    lastReplyAt
    threadRoot {
      id
      seq
      revision
      replyCount
      lastReplySeq
      lastReplyAt
    }
    mentions
    mentionsRoom
    attachments {
      key
      name
      contentType
      size
    }
    flagged
    systemEvent {
      kind
      userId
      userName
      actorId
      actorName
      name
      previousName
    }
    selectionComplete
  }
}` as MutationText<CreateMessageMutationVariables, CreateMessageMutation>;

export const MessagesByRoom = `query MessagesByRoom($chatRoomId: ID!, $limit: Int, $nextToken: String, $beforeSeq: Int, $afterSeq: Int) {
  messagesByRoom(
    chatRoomId: $chatRoomId
    limit: $limit
    nextToken: $nextToken
    beforeSeq: $beforeSeq
    afterSeq: $afterSeq
  ) {
    items {
      ...MessageFields
    }
    settledSeq
    nextToken
  }
}
${MessageFields}` as QueryText<MessagesByRoomQueryVariables, MessagesByRoomQuery>;

export const OnMessageCreated = `subscription OnMessageCreated($chatRoomId: ID!) {
  onMessageCreated(chatRoomId: $chatRoomId) {
    ...MessageFields
  }
}
${MessageFields}` as SubscriptionText<OnMessageCreatedSubscriptionVariables, OnMessageCreatedSubscription>;

export const UpdateMessage = `mutation UpdateMessage($input: UpdateMessageInput!) {
  updateMessage(input: $input) {
    id
    chatRoomId
    seq
    type
    content
    authorId
    authorName
    clientMessageId
    createdAt
    version
    revision
    editedAt
    deletedAt
    deletedBy
    reactions {
      emoji
      count
    }
    replyToId
    threadId
    replyCount
    lastReplySeq
    lastReplyAt
    threadRoot {
      id
      seq
      revision
      replyCount
      lastReplySeq
      lastReplyAt
    }
    mentions
    mentionsRoom
    attachments {
      key
      name
      contentType
      size
    }
    flagged
    systemEvent {
      kind
      userId
      userName
      actorId
      actorName
      name
      previousName
    }
    selectionComplete
  }
}` as MutationText<UpdateMessageMutationVariables, UpdateMessageMutation>;

export const DeleteMessage = `mutation DeleteMessage($id: ID!, $reason: String) {
  deleteMessage(id: $id, reason: $reason) {
    id
    chatRoomId
    seq
    type
    content
    authorId
    authorName
    clientMessageId
    createdAt
    version
    revision
    editedAt
    deletedAt
    deletedBy
    reactions {
      emoji
      count
    }
    replyToId
    threadId
    replyCount
    lastReplySeq
    lastReplyAt
    threadRoot {
      id
      seq
      revision
      replyCount
      lastReplySeq
      lastReplyAt
    }
    mentions
    mentionsRoom
    attachments {
      key
      name
      contentType
      size
    }
    flagged
    systemEvent {
      kind
      userId
      userName
      actorId
      actorName
      name
      previousName
    }
    selectionComplete
  }
}` as MutationText<DeleteMessageMutationVariables, DeleteMessageMutation>;

export const GetMessage = `query GetMessage($id: ID!) {
  getMessage(id: $id) {
    ...MessageFields
  }
}
${MessageFields}` as QueryText<GetMessageQueryVariables, GetMessageQuery>;

export const OnMessageUpdated = `subscription OnMessageUpdated($chatRoomId: ID!) {
  onMessageUpdated(chatRoomId: $chatRoomId) {
    ...MessageFields
  }
}
${MessageFields}` as SubscriptionText<OnMessageUpdatedSubscriptionVariables, OnMessageUpdatedSubscription>;

export const OnMessageDeleted = `subscription OnMessageDeleted($chatRoomId: ID!) {
  onMessageDeleted(chatRoomId: $chatRoomId) {
    ...MessageFields
  }
}
${MessageFields}` as SubscriptionText<OnMessageDeletedSubscriptionVariables, OnMessageDeletedSubscription>;

export const SeenBy = `query SeenBy($messageId: ID!) {
  seenBy(messageId: $messageId) {
    ...MembershipFields
  }
}
${MembershipFields}` as QueryText<SeenByQueryVariables, SeenByQuery>;

export const MarkRoomRead = `mutation MarkRoomRead($chatRoomId: ID!, $seq: Int!) {
  markRoomRead(chatRoomId: $chatRoomId, seq: $seq) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<MarkRoomReadMutationVariables, MarkRoomReadMutation>;

export const RepliesByMessage = `query RepliesByMessage($messageId: ID!, $limit: Int, $nextToken: String) {
  repliesByMessage(messageId: $messageId, limit: $limit, nextToken: $nextToken) {
    items {
      ...MessageFields
    }
    nextToken
  }
}
${MessageFields}` as QueryText<RepliesByMessageQueryVariables, RepliesByMessageQuery>;

export const ReportMessage = `mutation ReportMessage($messageId: ID!, $reason: String!) {
  reportMessage(messageId: $messageId, reason: $reason) {
    ...ReportFields
  }
}
${ReportFields}` as MutationText<ReportMessageMutationVariables, ReportMessageMutation>;

export const ResolveReport = `mutation ResolveReport($chatRoomId: ID!, $reportId: ID!, $resolution: ReportResolution!, $reason: String) {
  resolveReport(
    chatRoomId: $chatRoomId
    reportId: $reportId
    resolution: $resolution
    reason: $reason
  ) {
    ...ReportFields
  }
}
${ReportFields}` as MutationText<ResolveReportMutationVariables, ResolveReportMutation>;

export const Reports = `query Reports($chatRoomId: ID!, $status: ReportStatus, $limit: Int, $nextToken: String) {
  reports(
    chatRoomId: $chatRoomId
    status: $status
    limit: $limit
    nextToken: $nextToken
  ) {
    items {
      ...ReportFields
    }
    nextToken
  }
}
${ReportFields}` as QueryText<ReportsQueryVariables, ReportsQuery>;

export const ModerationLog = `query ModerationLog($chatRoomId: ID!, $limit: Int, $nextToken: String) {
  moderationLog(chatRoomId: $chatRoomId, limit: $limit, nextToken: $nextToken) {
    items {
      id
      chatRoomId
      action
      actorId
      actorName
      userId
      messageId
      reason
      changes {
        name
        value
      }
      createdAt
    }
    nextToken
  }
}` as QueryText<ModerationLogQueryVariables, ModerationLogQuery>;

export const MyNotifications = `query MyNotifications($limit: Int, $nextToken: String, $unreadOnly: Boolean) {
  myNotifications(limit: $limit, nextToken: $nextToken, unreadOnly: $unreadOnly) {
    items {
      ...NotificationFields
    }
    nextToken
  }
}
${NotificationFields}` as QueryText<MyNotificationsQueryVariables, MyNotificationsQuery>;

export const MarkNotificationRead = `mutation MarkNotificationRead($id: ID!) {
  markNotificationRead(id: $id) {
    ...NotificationFields
  }
}
${NotificationFields}` as MutationText<MarkNotificationReadMutationVariables, MarkNotificationReadMutation>;

export const MarkAllNotificationsRead = `mutation MarkAllNotificationsRead {
  markAllNotificationsRead {
    markedCount
    hasMore
  }
}` as MutationText<MarkAllNotificationsReadMutationVariables, MarkAllNotificationsReadMutation>;

export const UpdateNotificationPreference = `mutation UpdateNotificationPreference($input: UpdateNotificationPreferenceInput!) {
  updateNotificationPreference(input: $input) {
    ...NotificationPreferenceFields
  }
}
${NotificationPreferenceFields}` as MutationText<UpdateNotificationPreferenceMutationVariables, UpdateNotificationPreferenceMutation>;

export const OnNotificationReceived = `subscription OnNotificationReceived {
  onNotificationReceived {
    ...NotificationFields
  }
}
${NotificationFields}` as SubscriptionText<OnNotificationReceivedSubscriptionVariables, OnNotificationReceivedSubscription>;

export const StartTyping = `mutation StartTyping($chatRoomId: ID!) {
  startTyping(chatRoomId: $chatRoomId) {
    chatRoomId
    userId
    displayName
    expiresAt
    selectionComplete
  }
}` as MutationText<StartTypingMutationVariables, StartTypingMutation>;

export const StopTyping = `mutation StopTyping($chatRoomId: ID!) {
  stopTyping(chatRoomId: $chatRoomId) {
    chatRoomId
    userId
    displayName
    expiresAt
    selectionComplete
  }
}` as MutationText<StopTypingMutationVariables, StopTypingMutation>;

export const UpdatePresence = `mutation UpdatePresence($status: PresenceStatus!, $chatRoomId: ID) {
  updatePresence(status: $status, chatRoomId: $chatRoomId) {
    userId
    status
    lastSeenAt
    chatRoomId
    headSeq
    selectionComplete
  }
}` as MutationText<UpdatePresenceMutationVariables, UpdatePresenceMutation>;

export const GetUserPresence = `query GetUserPresence($id: ID!) {
  getUserPresence(id: $id) {
    ...UserPresenceFields
  }
}
${UserPresenceFields}` as QueryText<GetUserPresenceQueryVariables, GetUserPresenceQuery>;

export const PresenceByRoom = `query PresenceByRoom($chatRoomId: ID!) {
  presenceByRoom(chatRoomId: $chatRoomId) {
    ...UserPresenceFields
  }
}
${UserPresenceFields}` as QueryText<PresenceByRoomQueryVariables, PresenceByRoomQuery>;

export const OnTypingStarted = `subscription OnTypingStarted($chatRoomId: ID!) {
  onTypingStarted(chatRoomId: $chatRoomId) {
    ...TypingIndicatorFields
  }
}
${TypingIndicatorFields}` as SubscriptionText<OnTypingStartedSubscriptionVariables, OnTypingStartedSubscription>;

export const OnTypingStopped = `subscription OnTypingStopped($chatRoomId: ID!) {
  onTypingStopped(chatRoomId: $chatRoomId) {
    ...TypingIndicatorFields
  }
}
${TypingIndicatorFields}` as SubscriptionText<OnTypingStoppedSubscriptionVariables, OnTypingStoppedSubscription>;

export const OnUserPresenceChanged = `subscription OnUserPresenceChanged($chatRoomId: ID) {
  onUserPresenceChanged(chatRoomId: $chatRoomId) {
    ...UserPresenceFields
  }
}
${UserPresenceFields}` as SubscriptionText<OnUserPresenceChangedSubscriptionVariables, OnUserPresenceChangedSubscription>;

export const MyPrivacyJobs = `query MyPrivacyJobs {
  myPrivacyJobs {
    ...PrivacyJobFields
    downloads {
      name
      size
      url
      expiresAt
    }
  }
}
${PrivacyJobFields}` as QueryText<MyPrivacyJobsQueryVariables, MyPrivacyJobsQuery>;

export const ExportMyData = `mutation ExportMyData {
  exportMyData {
    ...PrivacyJobFields
  }
}
${PrivacyJobFields}` as MutationText<ExportMyDataMutationVariables, ExportMyDataMutation>;

export const DeleteMyAccount = `mutation DeleteMyAccount {
  deleteMyAccount {
    ...PrivacyJobFields
  }
}
${PrivacyJobFields}` as MutationText<DeleteMyAccountMutationVariables, DeleteMyAccountMutation>;

export const CreateReaction = `mutation CreateReaction($input: CreateReactionInput!) {
  createReaction(input: $input) {
    messageId
    chatRoomId
    emoji
    userId
    displayName
    createdAt
    count
    revision
    selectionComplete
  }
}` as MutationText<CreateReactionMutationVariables, CreateReactionMutation>;

export const DeleteReaction = `mutation DeleteReaction($input: DeleteReactionInput!) {
  deleteReaction(input: $input) {
    messageId
    chatRoomId
    emoji
    userId
    displayName
    createdAt
    count
    revision
    selectionComplete
  }
}` as MutationText<DeleteReactionMutationVariables, DeleteReactionMutation>;

export const ReactionsByMessage = `query ReactionsByMessage($messageId: ID!, $emoji: String, $limit: Int, $nextToken: String) {
  reactionsByMessage(
    messageId: $messageId
    emoji: $emoji
    limit: $limit
    nextToken: $nextToken
  ) {
    items {
      ...ReactionFields
    }
    nextToken
  }
}
${ReactionFields}` as QueryText<ReactionsByMessageQueryVariables, ReactionsByMessageQuery>;

export const OnReactionAdded = `subscription OnReactionAdded($messageId: ID, $chatRoomId: ID) {
  onReactionAdded(messageId: $messageId, chatRoomId: $chatRoomId) {
    ...ReactionFields
  }
}
${ReactionFields}` as SubscriptionText<OnReactionAddedSubscriptionVariables, OnReactionAddedSubscription>;

export const OnReactionRemoved = `subscription OnReactionRemoved($messageId: ID, $chatRoomId: ID) {
  onReactionRemoved(messageId: $messageId, chatRoomId: $chatRoomId) {
    ...ReactionFields
  }
}
${ReactionFields}` as SubscriptionText<OnReactionRemovedSubscriptionVariables, OnReactionRemovedSubscription>;

export const CreateChatRoom = `mutation CreateChatRoom($input: CreateChatRoomInput!) {
  createChatRoom(input: $input) {
    ...ChatRoomFields
  }
}
${ChatRoomFields}` as MutationText<CreateChatRoomMutationVariables, CreateChatRoomMutation>;

export const UpdateChatRoom = `mutation UpdateChatRoom($input: UpdateChatRoomInput!) {
  updateChatRoom(input: $input) {
    ...ChatRoomFields
  }
}
${ChatRoomFields}` as MutationText<UpdateChatRoomMutationVariables, UpdateChatRoomMutation>;

export const ArchiveChatRoom = `mutation ArchiveChatRoom($id: ID!, $reason: String) {
  archiveChatRoom(id: $id, reason: $reason) {
    ...ChatRoomFields
  }
}
${ChatRoomFields}` as MutationText<ArchiveChatRoomMutationVariables, ArchiveChatRoomMutation>;

export const OpenDirectRoom = `mutation OpenDirectRoom($userId: ID!) {
  openDirectRoom(userId: $userId) {
    ...ChatRoomFields
  }
}
${ChatRoomFields}` as MutationText<OpenDirectRoomMutationVariables, OpenDirectRoomMutation>;

export const JoinChatRoom = `mutation JoinChatRoom($chatRoomId: ID!) {
  joinChatRoom(chatRoomId: $chatRoomId) {
    chatRoomId
    userId
    displayName
    role
    state
    joinedAt
    readSeq
    mentionCount
    mutedUntil
    invitedBy
    selectionComplete
  }
}` as MutationText<JoinChatRoomMutationVariables, JoinChatRoomMutation>;

export const GetChatRoom = `query GetChatRoom($id: ID!) {
  getChatRoom(id: $id) {
    ...ChatRoomFields
  }
}
${ChatRoomFields}` as QueryText<GetChatRoomQueryVariables, GetChatRoomQuery>;

export const ListChatRooms = `query ListChatRooms($limit: Int, $nextToken: String) {
  listChatRooms(limit: $limit, nextToken: $nextToken) {
    items {
      ...ChatRoomFields
    }
    nextToken
  }
}
${ChatRoomFields}` as QueryText<ListChatRoomsQueryVariables, ListChatRoomsQuery>;

export const MyChatRooms = `query MyChatRooms($limit: Int, $nextToken: String) {
  myChatRooms(limit: $limit, nextToken: $nextToken) {
    items {
      chatRoom {
        ...ChatRoomFields
      }
      membership {
        ...MembershipFields
      }
      lastMessage {
        seq
        type
        content
        authorId
        authorName
        createdAt
      }
      unreadCount
      notificationPreference {
        ...NotificationPreferenceFields
      }
    }
    nextToken
  }
}
${ChatRoomFields}
${MembershipFields}
${NotificationPreferenceFields}` as QueryText<MyChatRoomsQueryVariables, MyChatRoomsQuery>;

export const Me = `query Me {
  me {
    id
    displayName
    groups
    createdAt
    unreadNotificationCount
  }
}` as QueryText<MeQueryVariables, MeQuery>;