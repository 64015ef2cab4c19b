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
import type { AnyStash, Stash, Stored, ValueIn } from './stash';
import type { RequestKeys, ResponseKeys } from './stashKeys';

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

/** Changed attributes of a row; null for one to be removed. */
export type Changes<Row> = { [Attribute in keyof Row]?: Row[Attribute] | null | undefined };

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
  /** The room that the user viewed when the row was last written. */
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
 * The context of shared code, which handlers pass on. `Keys` are the keys of the stash that an earlier step of every pipeline
 * with this code stores, or objects with a narrower type: `Context<'limit' | { emoji: string }>`. `OptionalKeys` may be
 * missing when they are read, or are stored by the code. `Arguments` are the arguments that it reads.
 */
export type Context<
  Keys extends keyof Stash | object = never,
  OptionalKeys extends keyof Stash = never,
  Arguments = unknown,
> = AnyContext<
  Arguments,
  Merged<{ [Key in Extract<Keys, keyof Stash>]: Stored[Key] } & ObjectOf<Keys> & Partial<Pick<AnyStash, OptionalKeys>>>,
  any,
  any,
  any
>;

/**
 * The context of the request handler of an operation's resolver or of a function. It has the arguments that all its
 * operations have, and the keys of the stash that an earlier step stores in every pipeline. A key that is declared with
 * `?` and stored only in some pipelines may be missing, and so may a key that only the handler itself stores. `Known` has
 * narrower types of keys, for what the types do not show: `RequestContext<'markRead', { admission: Admission }>`.
 */
export type RequestContext<Name extends HandlerName, Known extends Partial<AnyStash> = {}> = HandlerContext<
  Name,
  Narrowed<StashOf<Name, RequestKeys>, Known>
>;

/** The context of the response handler, which also has the keys that its request handler stores; see RequestContext. */
export type ResponseContext<Name extends HandlerName, Known extends Partial<AnyStash> = {}> = HandlerContext<
  Name,
  Narrowed<StashOf<Name, ResponseKeys>, Known>
>;

type HandlerContext<Name extends HandlerName, Values extends object> = AnyContext<
  Arguments[OperationsOf<Name>],
  Values,
  any,
  Name extends keyof Sources ? Sources[Name] : Name extends keyof Arguments ? undefined : any,
  any
>;

/** An operation, or a function of a pipeline. */
type HandlerName = keyof Arguments | keyof Callers;
type OperationsOf<Name extends HandlerName> = Name extends keyof Callers ? Callers[Name] : Extract<Name, keyof Arguments>;
type StashOf<Name extends HandlerName, Keys> = Name extends keyof Keys ? StoredKeys<Name, Keys[Name]> : {};
type StoredKeys<Name extends HandlerName, Keys> = Keys extends { always: string; sometimes: string; own: string }
  ? { [Key in Extract<Keys['always'], keyof Stash>]: ValueIn<OperationsOf<Name>, Key> } & {
      [Key in Extract<Keys['own'], keyof Stash> | Extract<Keys['sometimes'], OptionalKey>]?: ValueIn<OperationsOf<Name>, Key>;
    }
  : {};
/** A key that may be missing when it is read. */
type OptionalKey = { [Key in keyof Stash]-?: {} extends Pick<Stash, Key> ? Key : never }[keyof Stash];
type Narrowed<Values, Known> = [keyof Known] extends [never]
  ? Values
  : Omit<Values, keyof Known> & Pick<Known, Extract<keyof Known, keyof Values>>;
/** An intersection as one object type: `tsc` rejects a stash that has none of the keys of an object type. */
type Merged<Values> = { [Key in keyof Values]: Values[Key] };
type ObjectOf<Keys> = [Exclude<Keys, string>] extends [never] ? {} : Exclude<Keys, string>;

/** Field of a type other than Query, Mutation and Subscription -> its parent object. */
type Sources = {
  'PrivacyJob.downloads': ReturnType<typeof import('./privacy').toPrivacyJob>;
  'User.unreadNotificationCount': { id: string };
};
