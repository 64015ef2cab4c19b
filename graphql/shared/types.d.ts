/**
 * The rows of the tables and the stash of the pipelines, for checking only: no JavaScript comes out of this file. Rows of
 * messages, memberships, rooms and notifications are those of contract/fields.json.
 */
import type { AppSyncIdentityCognito, Context as AnyContext } from '@aws-appsync/utils';
import type {
  HistoryVisibility,
  MembershipRow,
  ModerationAction,
  PresenceStatus,
  PrivacyJobKind,
  PrivacyJobStatus,
  ReportResolution,
  ReportStatus,
  UnpublishedKind,
} from './contract';
import type { Arguments, Callers } from './operations';
import type { Stash } from './stash';

export type * from './contract';

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

/** What an operation may require of the caller in a room: see ROLES in stacks/authorization.py. */
export type RoomRole = 'MEMBER' | 'MODERATOR' | 'OWNER_OR_GLOBAL_MODERATOR' | 'OWNER';

/** What the function on the table's stream is to publish; see unpublished.js. */
export type UnpublishedEvent = {
  /** Another one for each event. */
  id: string;
  kind: UnpublishedKind;
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

/** What of a room binds who sends in it. */
export type RoomRules = {
  frozen?: boolean | undefined;
  archivedAt?: string | undefined;
  slowModeSeconds?: number | undefined;
  historyVisibility?: HistoryVisibility | undefined;
};

/** The moderation action that last changed a membership. */
export type LastAction = { auditId: string; action: ModerationAction; actorId: string; actorName: string; reason?: string };

/** The subject of a moderation action, for its entry in the log; see audit.js. */
export type LoggedAction = {
  action: ModerationAction;
  userId?: string;
  messageId?: string;
  reason?: string;
  changes?: { name: string; value: string | null }[];
};

/** A moderation action on a user. */
export type LoggedActionOnUser = LoggedAction & { userId: string };

export type AuditRow = LoggedAction & {
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
  status: ReportStatus;
  resolution?: ReportResolution;
  resolvedBy?: string;
  resolvedAt?: string;
  createdAt: string;
};

export type AttachmentRow = {
  key: string;
  name: string;
  contentType: string;
  /** In bytes. */
  size: number;
};

export type IdempotencyRow = {
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
  status: PresenceStatus;
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

/** What a user has asked for about the own data; the function `privacy` keeps more in it for itself. */
export type PrivacyJobRow = {
  userId: string;
  kind: PrivacyJobKind;
  jobId: string;
  status: PrivacyJobStatus;
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

/**
 * The context of code that any operation may run: it knows no argument. Results are what the data source makes them.
 *
 * `Known` are keys of the stash of which code knows more than Stash says, because of the pipelines that it is part of:
 * `Context<{ mentions: string[] }>` for a function that only runs where `mentions` is not null. `Arguments` are the arguments
 * that the code reads.
 */
export type Context<
  Known extends Partial<Stash> = {},
  Arguments = unknown,
  Source extends Record<string, any> | undefined = any,
> = AnyContext<Arguments, Stash & Known, any, Source, any>;

/** The context of the resolver of an operation, with the arguments of the schema. */
export type ResolverContext<Operation extends keyof Arguments, Known extends Partial<Stash> = {}> = Context<
  Known,
  Arguments[Operation],
  Operation extends keyof Sources ? Sources[Operation] : undefined
>;

/** The context of a function of pipelines, with the arguments that all its operations have. */
export type FunctionContext<Name extends keyof Callers, Known extends Partial<Stash> = {}> = Context<
  Known,
  Arguments[Callers[Name]]
>;

/** Field of another type than Query, Mutation and Subscription -> the object that has it. */
type Sources = {
  'PrivacyJob.downloads': ReturnType<typeof import('./privacy').toPrivacyJob>;
  'User.unreadNotificationCount': { id: string };
};
