/**
 * The rows of the tables and the context of resolvers, for type checking only: no JavaScript is generated from this
 * file. Rows of messages, memberships, rooms and notifications are those of contract/fields.json.
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
  /** Table key -> physical name; inserted when the code is bundled. */
  const TABLES: Record<TableKey, string>;
  /** The role in the resolver's `@requires` line; inserted when the code is bundled. */
  const REQUIRED_ROLE: RoomRole;
  /** The role in the resolver's `@requires` line that has a condition; inserted when the code is bundled. */
  const CONDITIONAL_ROLE: RoomRole;
  /** Settings of the environment; inserted when the code is bundled. */
  const SETTINGS: {
    environment: string;
    deduplicationHours: number;
    /** 0 for no limit. */
    messagesPerMinute: number;
    /** Features that are disabled under load. */
    shed: ('typing' | 'presence')[];
    /** Days after which messages expire in every room; 0 if they do not expire. */
    retentionDays: number;
    wordFilter: string[];
    wordFilterMode: 'fail_closed' | 'fail_open';
  };
}

export type TableKey = keyof typeof import('../../contract/tables.json');

/** Roles that an operation may require in a room: see ROLES in stacks/authorization.py. */
export type RoomRole = 'MEMBER' | 'MODERATOR' | 'OWNER_OR_GLOBAL_MODERATOR' | 'OWNER';

/** An event that the function on the table's stream publishes; see unpublished.js. */
export type UnpublishedEvent = {
  /** Unique for each event. */
  id: string;
  kind: UnpublishedKind;
  /** Of reactions, typing and presence. */
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
  /** Revision of the message when the preview was last updated; missing until the message is edited or deleted. */
  revision?: number;
  type: string;
  content: string;
  authorId: string;
  authorName: string;
  createdAt: string;
};

/** Settings of a room that apply to senders. */
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
  /** Sequence number in ten digits, colon, reporter: the reports of one message are adjacent. */
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
  /** When the message expires, if the room's messages expire. */
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
  /** The account is being deleted, or has been deleted. */
  deletedAt?: string;
};

export type ProfileRow = {
  userId: string;
  displayName: string;
  createdAt: string;
  /** The account is being deleted, or has been deleted; the rest of the row is removed then. */
  deletedAt?: string;
};

/** A user's export or deletion request; the function `privacy` stores further attributes in it. */
export type PrivacyJobRow = {
  userId: string;
  kind: PrivacyJobKind;
  jobId: string;
  status: PrivacyJobStatus;
  createdAt: string;
  completedAt?: string;
  roomCount?: number;
  /** The archives of a completed export in the bucket. */
  archives?: { key: string; size: number }[];
  /** Unix second after which a completed job is removed. */
  expiresAt?: number;
};

/** The caller's admission to a room; see membership.js. */
export type Admission = {
  roomId: string;
  membership: MembershipRow | null;
};

export type Identity = AppSyncIdentityCognito;

/**
 * The context of code that any operation may run: it declares no arguments. The type of results depends on the data
 * source.
 *
 * `Known` are keys of the stash with a narrower type than in Stash, because of the pipelines that the code is part of:
 * `Context<{ mentions: string[] }>` for a function that only runs if `mentions` is not null. `Arguments` are the
 * arguments that the code reads.
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

/** Field of a type other than Query, Mutation and Subscription -> its parent object. */
type Sources = {
  'PrivacyJob.downloads': ReturnType<typeof import('./privacy').toPrivacyJob>;
  'User.unreadNotificationCount': { id: string };
};
