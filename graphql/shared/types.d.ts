/**
 * The rows of the tables and the stash of the pipelines, for checking only: no JavaScript comes out of this file.
 */
import type { AppSyncIdentityCognito, Context as AnyContext } from '@aws-appsync/utils';

declare global {
  /** Table key -> physical name; put in when the code is bundled. */
  const TABLES: Record<TableKey, string>;
  /** The role of the room in the resolver's `@requires` line; put in when the code is bundled. */
  const REQUIRED_ROLE: RoomRole;
  /** The role of the room in the resolver's `@requires` line that has a condition; put in when the code is bundled. */
  const CONDITIONAL_ROLE: RoomRole;
  /** Settings of the environment; put in when the code is bundled. */
  const SETTINGS: {
    environment: string;
    deduplicationHours: number;
    /** 0 for no limit. */
    messagesPerMinute: number;
    /** What rooms are not told while there is too much load. */
    shed: ('typing' | 'presence')[];
    /** After how many days messages vanish in every room; 0 where they stay. */
    retentionDays: number;
    wordFilter: string[];
    wordFilterMode: 'fail_closed' | 'fail_open';
  };
}

export type TableKey = keyof typeof import('../../contract/tables.json');

/**
 * Every `errorType` that the resolvers fail with. This is the only list: tests compare the documents and the clients with it.
 *
 * `Unauthorized` is about the token and nothing else, because clients act on it: Amplify takes it for an expired token
 * and closes the connection that all its subscriptions share (aws-amplify/amplify-js, AWSWebSocketProvider,
 * AUTH_ERROR_TYPES). A caller who is known, but may not do this in this room, gets `Forbidden`.
 */
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

export type Visibility = 'PUBLIC' | 'PRIVATE' | 'DIRECT';

export type HistoryVisibility = 'FROM_START' | 'FROM_JOIN';

export type Role = 'OWNER' | 'MODERATOR' | 'MEMBER';

/** What an operation may require of the caller in a room: see ROLES in stacks/authorization.py. */
export type RoomRole = 'MEMBER' | 'MODERATOR' | 'OWNER_OR_GLOBAL_MODERATOR' | 'OWNER';

export type MembershipState = 'ACTIVE' | 'INVITED' | 'BANNED' | 'LEFT';

/** What the function on the table's stream is to publish; see unpublished.js. */
export type UnpublishedEvent = {
  /** Another one for each event. */
  id: string;
  kind:
    | ('CREATED' | 'UPDATED' | 'DELETED' | 'REACTION_ADDED' | 'REACTION_REMOVED')
    | ('MEMBERSHIP' | 'TYPING_STARTED' | 'TYPING_STOPPED' | 'PRESENCE');
  /** Of a reaction, of typing and of presence. */
  userId?: string;
  /** Of a reaction. */
  emoji?: string;
  displayName?: string;
  createdAt?: string;
  /** Of typing. */
  expiresAt?: string;
  /** Of presence. */
  status?: string;
  lastSeenAt?: string;
  headSeq?: number;
};

export type PreviewRow = {
  /** Of the message when its text came here last; none until it is edited or deleted. */
  revision?: number;
  type: string;
  content: string;
  authorId: string;
  authorName: string;
  createdAt: string;
};

export type RoomRow = {
  roomId: string;
  name: string;
  description?: string;
  visibility: Visibility;
  /** Key of the index byVisibility: there for public rooms that are not archived, absent for all others. */
  listedVisibility?: 'PUBLIC';
  createdBy: string;
  /** Active memberships. */
  memberCount: number;
  /** Active owners, or fewer; never more, so that the last one is never taken for one of several. */
  ownerCount: number;
  lastSeq: number;
  /** When lastSeq was last advanced; only that moves it. */
  lastMessageAt?: string;
  lastMessage?: PreviewRow;
  frozen?: boolean;
  /** Absent where there is no slow mode. */
  slowModeSeconds?: number;
  /** Absent for FROM_START. */
  historyVisibility?: HistoryVisibility;
  /** Absent where messages are kept. */
  retentionDays?: number;
  /** Of a direct room: its two users, sorted. */
  directUserIds?: string[];
  /** From a renaming to the next message: the name before, and who gave the new one. */
  renamedFrom?: string;
  renamedBy?: { auditId: string; actorId: string; actorName: string };
  /** Of the last change that is not to be done twice: see unlessDone in update.js. */
  lastChangeId?: string;
  /** The renaming's request, as long as the two above; see correlation.js. */
  requestId?: string;
  /** Counts the changes of what updateChatRoom and archiveChatRoom change. */
  version: number;
  updatedAt?: string;
  archivedAt?: string;
  createdAt: string;
};

/** What of a room binds who sends in it. */
export type RoomRules = {
  frozen?: boolean | undefined;
  archivedAt?: string | undefined;
  slowModeSeconds?: number | undefined;
  historyVisibility?: HistoryVisibility | undefined;
};

export type MembershipRow = {
  roomId: string;
  userId: string;
  displayName: string;
  role: Role;
  state: MembershipState;
  /** Absent before the first joining. */
  joinedAt?: string;
  joinedSeq: number;
  /** Of the call that made the user a member. */
  joinId?: string;
  readSeq: number;
  /** Mentions after readSeq; absent while 0. */
  mentionCount?: number;
  lastMentionSeq?: number;
  mutedUntil?: string;
  invitedBy?: string;
  invitedAt?: string;
  /** Of somebody whose account is being deleted: the id that stands for the user in the room; see docs/adr/0013. */
  deletedAs?: string;
  /** The moderation act that made the row what it is: what its user is told of it comes from here. */
  lastAct?: { auditId: string; action: ModerationAction; actorId: string; actorName: string; reason?: string };
  /** The event of the last change, where its answer was not it. */
  unpublished?: UnpublishedEvent;
  /** The request that last made the row what it is; marking as read and settings of notifications do not count. */
  requestId?: string;
  /** Absent for ALL. */
  notificationLevel?: 'ALL' | 'MENTIONS' | 'NONE';
  notificationsMutedUntil?: string;
};

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

/** What a moderation act is about, for its row in the log; see audit.js. */
export type Act = {
  action: ModerationAction;
  userId?: string;
  messageId?: string;
  reason?: string;
  changes?: { name: string; value: string | null }[];
};

export type AuditRow = Act & {
  roomId: string;
  auditId: string;
  actorId: string;
  actorName: string;
  createdAt: string;
};

export type ReportRow = {
  roomId: string;
  /** Sequence number in ten digits, colon, reporter: the reports of one message stand together. */
  reportId: string;
  seq: number;
  authorId?: string;
  reporterId: string;
  reporterName: string;
  reason: string;
  status: 'OPEN' | 'RESOLVED';
  resolution?: 'DISMISSED' | 'ACTED_ON';
  resolvedBy?: string;
  resolvedAt?: string;
  createdAt: string;
};

export type MessageRow = {
  roomId: string;
  seq: number;
  type: string;
  content?: string;
  authorId?: string;
  authorName?: string;
  clientMessageId?: string;
  createdAt: string;
  /** How often the content was given; absent while 1. */
  version?: number;
  /** How often anything changed: edits, deletion, reactions, replies; absent while 0. */
  changes?: number;
  editedAt?: string;
  deletedAt?: string;
  deletedBy?: string;
  replyToId?: string;
  /** The id of the message that the thread starts from; on replies only. Key of the index byThread. */
  threadId?: string;
  /** Of a reply: tells the call that wrote it from one that found it. */
  attemptId?: string;
  /** Of the message that a thread starts from. */
  replyCount?: number;
  lastReplySeq?: number;
  lastReplyAt?: string;
  mentions?: string[];
  mentionsRoom?: boolean;
  /** Files in the bucket, in their sender's order; absent where there are none. */
  attachments?: AttachmentRow[];
  /** Whether the word filter found something and let it through. */
  flagged?: boolean;
  /** A set of `emoji#userId`; those that did not fit are in the table of reactions, see reactions.js. */
  reactions?: string[];
  /** How many reactions are in the table. */
  overflowTotal?: number;
  /** Of a message of the backend: what happened, as the schema's SystemEvent. */
  systemEvent?: Record<string, string>;
  /** Unix second after which the message is not shown any more, and is removed some time. */
  expiresAt?: number;
  /** The event of the last change, where its answer was not it. */
  unpublished?: UnpublishedEvent;
  /** The request that sent, edited or deleted it; see correlation.js. */
  requestId?: string;
};

export type AttachmentRow = {
  key: string;
  name: string;
  contentType: string;
  /** In bytes. */
  size: number;
};

export type NotificationRow = {
  userId: string;
  notificationId: string;
  type: 'MENTION' | 'REPLY' | 'DIRECT_MESSAGE' | 'INVITATION' | 'MODERATION';
  roomId: string;
  chatRoomName?: string;
  messageId?: string;
  actorId?: string;
  actorName?: string;
  preview?: string;
  action?: string;
  reason?: string;
  createdAt: string;
  readAt?: string;
  /** Key of the index byUnread: the notification's id while it is unread. */
  unreadId?: string;
  expiresAt: number;
};

export type MarkerRow = {
  senderId: string;
  clientMessageId: string;
  seq: number;
  /** Of the message, where the room's messages expire. */
  messageExpiresAt?: number;
  expiresAt: number;
};

export type ReactionRow = {
  messageId: string;
  reactionId: string;
  displayName?: string;
  createdAt?: string;
};

export type PresenceRow = {
  userId: string;
  status: 'ONLINE' | 'AWAY' | 'BUSY' | 'OFFLINE';
  lastSeenAt: string;
  /** Key of the index byOnline: absent while OFFLINE. */
  onlineShard?: string;
  /** The room that the user looked at when the row was last written. */
  lastChatRoomId?: string;
  /** The account is being deleted, or is. */
  deletedAt?: string;
};

export type ProfileRow = {
  userId: string;
  displayName: string;
  createdAt: string;
  /** The account is being deleted, or is; the rest of the row is gone then. */
  deletedAt?: string;
};

export type PrivacyJobKind = 'EXPORT' | 'DELETION';

/** What a user has asked for about the own data; the function `privacy` keeps more in it for itself. */
export type PrivacyJobRow = {
  userId: string;
  kind: PrivacyJobKind;
  jobId: string;
  status: 'PENDING' | 'RUNNING' | 'COMPLETED';
  createdAt: string;
  completedAt?: string;
  roomCount?: number;
  /** Of an export that is done: the archives in the bucket. */
  archives?: { key: string; size: number }[];
  /** Unix second after which a job that is done is forgotten. */
  expiresAt?: number;
};

/** Who was let into which room; see membership.js. */
export type Admission = {
  roomId: string;
  membership: MembershipRow | null;
};

export type Identity = AppSyncIdentityCognito;

/** One context type for all code: arguments and results are what the schema and the data source make them. */
export type Context = AnyContext<any, Record<string, any>, any, any, any>;
