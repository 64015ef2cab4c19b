/** Written by `python -m tools.generated_code` from contract/ and graphql/schema.graphql. */
import type { AttachmentRow, LastAction, PreviewRow, UnpublishedEvent } from './types';

export type ChatRoomVisibility = 'PUBLIC' | 'PRIVATE' | 'DIRECT';

export type HistoryVisibility = 'FROM_START' | 'FROM_JOIN';

export type MembershipRole = 'OWNER' | 'MODERATOR' | 'MEMBER';

export type MembershipState = 'ACTIVE' | 'INVITED' | 'LEFT' | 'BANNED';

export type ModerationAction =
  | 'ROOM_UPDATED'
  | 'ROOM_ARCHIVED'
  | 'ROLE_CHANGED'
  | 'MEMBER_REMOVED'
  | 'MEMBER_BANNED'
  | 'MEMBER_UNBANNED'
  | 'MEMBER_MUTED'
  | 'MEMBER_UNMUTED'
  | 'MESSAGE_DELETED'
  | 'REPORT_RESOLVED';

export type ReportStatus = 'OPEN' | 'RESOLVED';

export type ReportResolution = 'DISMISSED' | 'ACTED_ON';

export type MessageType = 'TEXT' | 'IMAGE' | 'FILE' | 'SYSTEM' | 'VOID';

export type NotificationType = 'MENTION' | 'REPLY' | 'DIRECT_MESSAGE' | 'INVITATION' | 'MODERATION';

export type NotificationLevel = 'ALL' | 'MENTIONS' | 'NONE';

export type SystemEventKind = 'MEMBER_JOINED' | 'MEMBER_LEFT' | 'MEMBER_REMOVED' | 'ROOM_RENAMED';

export type PresenceStatus = 'ONLINE' | 'AWAY' | 'BUSY' | 'OFFLINE';

export type PrivacyJobKind = 'EXPORT' | 'DELETION';

export type PrivacyJobStatus = 'PENDING' | 'RUNNING' | 'COMPLETED';

/** Every `errorType` that the resolvers fail with; see errors.js. */
export type ErrorType =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'ValidationError'
  | 'Conflict'
  | 'RateLimited'
  | 'Muted'
  | 'Banned'
  | 'RoomFrozen';

/** Kinds of events that a write leaves in a row for its stream; see unpublished.js. */
export type UnpublishedKind =
  | 'CREATED'
  | 'UPDATED'
  | 'DELETED'
  | 'REACTION_ADDED'
  | 'REACTION_REMOVED'
  | 'MEMBERSHIP'
  | 'TYPING_STARTED'
  | 'TYPING_STOPPED'
  | 'PRESENCE';

export type MessageRow = {
  roomId: string;
  seq: number;
  type: string;
  content?: string;
  authorId?: string;
  authorName?: string;
  clientMessageId?: string;
  createdAt: string;
  /** Number of edits plus one. */
  version?: number;
  editedAt?: string;
  deletedAt?: string;
  deletedBy?: string;
  /** A set of `emoji#userId`; further reactions are in the table reactions, see reactions.js. */
  reactions?: string[];
  replyToId?: string;
  /** On replies only. Key of the index byThread. */
  threadId?: string;
  replyCount?: number;
  lastReplySeq?: number;
  lastReplyAt?: string;
  mentions?: string[];
  mentionsRoom?: boolean;
  attachments?: AttachmentRow[];
  flagged?: boolean;
  systemEvent?: Record<string, string>;
  /** Counter of all changes: edits, deletion, reactions, replies; absent if 0. */
  changes?: number;
  /** Of a reply: distinguishes the call that wrote it from one that found it. */
  attemptId?: string;
  /** Number of the message's rows in the table reactions. */
  overflowTotal?: number;
  /** Unix second after which the message is hidden; DynamoDB deletes it some time later. */
  expiresAt?: number;
  /** The event of the last change, if the result of its mutation was not the event; see unpublished.js. */
  unpublished?: UnpublishedEvent;
  /** The request that sent, edited or deleted it; see correlation.js. */
  requestId?: string;
};

export type MembershipRow = {
  roomId: string;
  userId: string;
  displayName: string;
  role: MembershipRole;
  state: MembershipState;
  joinedAt?: string;
  readSeq: number;
  /** Mentions after readSeq. */
  mentionCount?: number;
  mutedUntil?: string;
  invitedBy?: string;
  /** The room's lastSeq when the user joined. */
  joinedSeq: number;
  /** Of the call that made the user a member. */
  joinId?: string;
  lastMentionSeq?: number;
  invitedAt?: string;
  /** The id that replaces a deleted user's id in the room; see docs/adr/0013. */
  deletedAs?: string;
  /** The last moderation action that changed the row, for the user's notification. */
  lastAct?: LastAction;
  /** The event of the last change, if the result of its mutation was not the event; see unpublished.js. */
  unpublished?: UnpublishedEvent;
  /** The request that last changed the row, except read markers and notification preferences. */
  requestId?: string;
  notificationLevel?: NotificationLevel;
  notificationsMutedUntil?: string;
};

export type NotificationRow = {
  notificationId: string;
  userId: string;
  type: NotificationType;
  roomId: string;
  chatRoomName?: string;
  messageId?: string;
  actorId?: string;
  actorName?: string;
  preview?: string;
  action?: ModerationAction;
  reason?: string;
  createdAt: string;
  readAt?: string;
  /** Key of the index byUnread: the notification's id, if it is unread. */
  unreadId?: string;
  expiresAt: number;
};

export type RoomRow = {
  roomId: string;
  name: string;
  description?: string;
  visibility: ChatRoomVisibility;
  createdBy: string;
  /** Number of active memberships. */
  memberCount: number;
  lastSeq: number;
  /** When lastSeq last increased. */
  lastMessageAt?: string;
  createdAt: string;
  /** Sorted. */
  directUserIds?: string[];
  frozen?: boolean;
  slowModeSeconds?: number;
  historyVisibility?: HistoryVisibility;
  retentionDays?: number;
  archivedAt?: string;
  /** Counter of the changes by updateChatRoom and archiveChatRoom. */
  version: number;
  /** Key of the index byVisibility: present on public rooms that are not archived. */
  listedVisibility?: 'PUBLIC';
  /** At most the number of active owners, so that the last owner is always recognized. */
  ownerCount: number;
  lastMessage?: PreviewRow;
  /** The previous name. */
  renamedFrom?: string;
  /** The user who renamed the room. */
  renamedBy?: { auditId: string; actorId: string; actorName: string };
  /** Of the last idempotent change: see idempotencyCondition in update.js. */
  lastChangeId?: string;
  updatedAt?: string;
  /** An event of a user, typing or presence; see unpublished.js. */
  unpublished?: UnpublishedEvent;
  /** The request that renamed the room; see correlation.js. */
  requestId?: string;
};
