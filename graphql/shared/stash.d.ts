/**
 * Types of the keys of `ctx.stash`, which the steps of a pipeline share. For type checking only: `tsc` rejects a key that
 * is not declared here, and a key that no earlier step of the pipeline stores.
 *
 * The resolver stores values from the arguments, and each function the values that it read or wrote. stashKeys.d.ts,
 * which is generated from the code, has the keys that the steps before each handler store. A key that only some of a
 * function's pipelines store is declared with `?`; otherwise the function cannot read it. A value that may be missing
 * after its step, because of an early return or a condition, includes `undefined`.
 */
import type { DataSourceError } from './errors';
import type { Page } from './paging';
import type { NewSettings, Settings } from './settings';
import type {
  Admission,
  AttachmentRow,
  AuditRow,
  Changes,
  LoggedAction,
  LoggedActionOnUser,
  MembershipRow,
  MessageRow,
  NotificationRow,
  PresenceRow,
  PrivacyJobKind,
  ReactionRow,
  ReportResolution,
  ReportRow,
  RoomRole,
  RoomRow,
  RoomRules,
} from './types';

/** An object of the schema, as a resolver returns it. */
type Answer = Record<string, unknown>;

/** The keys below, and attributes of a message with the types of the contract. */
export type Stash = Declared & Omit<MessageRow, keyof Declared>;

/** Operation -> keys whose values have another type in its pipeline. */
type Variants = {
  'Mutation.archiveChatRoom': { room: RoomRow | null };
  'Mutation.banMember': { loggedAction: LoggedActionOnUser };
  'Mutation.createChatRoom': { room: NewSettings };
  'Mutation.createMessage': { mentions: string[]; mentionsRoom: boolean; room: RoomRules | null; seq: number | null };
  'Mutation.createReaction': { emoji: string };
  'Mutation.deleteReaction': { emoji: string };
  'Mutation.muteMember': { loggedAction: LoggedActionOnUser };
  'Mutation.openDirectRoom': { room: RoomRow | null };
  'Mutation.removeMember': { loggedAction: LoggedActionOnUser };
  'Mutation.reportMessage': { report: ReturnType<typeof import('./report').toReport> };
  'Mutation.setMemberRole': { loggedAction: LoggedActionOnUser };
  'Mutation.unbanMember': { loggedAction: LoggedActionOnUser };
  'Mutation.unmuteMember': { loggedAction: LoggedActionOnUser };
  'Mutation.updateChatRoom': { room: RoomRow | null };
  'Mutation.updatePresence': { room: RoomRow | undefined };
  'Query.messagesByRoom': {
    hasMore: boolean | undefined;
    page: Page<MessageRow>;
    room: RoomRow | null | undefined;
    rows: MessageRow[] | undefined;
  };
  'Query.moderationLog': { page: Page<AuditRow> };
  'Query.myChatRooms': { page: Page<MembershipRow> };
  'Query.myInvitations': { page: Page<MembershipRow> };
  'Query.repliesByMessage': { page: Page<MessageRow>; room: RoomRow | null | undefined };
  'Query.reports': { page: Page<ReportRow> };
  'Query.roomMembers': { page: Page<MembershipRow> };
};

/** The type of a key in the pipelines of the operations. */
export type ValueIn<Operation, Key extends keyof Stash> = Operation extends keyof Variants
  ? Key extends keyof Variants[Operation]
    ? Variants[Operation][Key]
    : Stored[Key]
  : Stored[Key];

/** The keys with their types when they are stored. */
export type Stored = Required<Stash>;

/** The keys with their types in any pipeline. */
export type AnyStash = { [Key in keyof Stash]-?: Stored[Key] | ValueIn<keyof Variants, Key> };

type Declared = {
  // --- The room and the caller ---

  /** Null in updatePresence without a room, which readOwnPresence checks. */
  roomId: string;
  room: RoomRow;
  /** The caller's admission to the room; see membership.js. */
  admission?: Admission | undefined;
  /** The role that requireRole checks, from the resolver's `@requires` tag. */
  requiredRole?: RoomRole;
  /** The membership may be read eventually consistent. */
  eventuallyConsistentOk?: boolean;
  /** The room must be read strongly consistent. */
  consistentRoomRead?: boolean;

  // --- Conditional writes: see refusal.js ---

  /** The condition of the last write failed. */
  isRefused: boolean | undefined;
  /** The error to raise after the moderation log is corrected. */
  failure: DataSourceError | null | undefined;

  // --- Events: see selection.js ---

  /** The response is delivered to subscribers as the event. */
  isDelivered: boolean;

  // --- Pages: see paging.js ---

  limit: number;
  page?: Page<unknown>;
  rows?: NotificationRow[];
  rooms: RoomRow[];
  roomIds: string[];
  hasMore?: boolean;
  nextToken: string | null | undefined;
  /** State of the requested memberships. */
  state: string;
  /** Status of the requested reports, or the new status of a presence. */
  status: string;
  beforeSeq: number | null;
  /** Null for history, which is read backwards. */
  afterSeq: number | null;
  /** Notifications: only unread ones. */
  unreadOnly: boolean;
  /** The last notification of a page of keys. */
  lastKey: string | undefined;
  /** The members of the room, from several queries. */
  audience?: MembershipRow[];
  audienceMaximum: number;
  audienceToken?: string | null;
  /** User id -> display name. */
  names: Record<string, string>;

  // --- One message ---

  seq: number;
  row: MessageRow;
  /** The row has changed since it was read, and must be read again. */
  isRowOutdated: boolean | undefined;
  /** The preview in the room's row is up to date. */
  isPreviewDone?: boolean;
  type: string;
  content: string;
  /** The word filter found a match. */
  isFlagged: boolean;
  attachments: AttachmentRow[];
  mentions: string[] | null;
  mentionsRoom: boolean | null;
  expectedVersion: number | null;
  /** Reason for a deletion, a report or a resolution. */
  reason: string | null;
  /** Another user wrote the message to be deleted. */
  isOthersMessage: boolean | undefined;
  /** Index of the attachment. */
  index: number;
  download: Answer;
  file: { name: string; contentType: string; size: number };
  key: string;
  upload: Answer;

  // --- Sending: see Mutation.createMessage.js ---

  clientMessageId: string;
  senderId: string;
  createdAt: string;
  /** Unix second at which the message expires. */
  expiresAt: number | null | undefined;
  replyToSeq?: number | null;
  replyToId: string | undefined;
  threadId: string | undefined;
  /** An earlier call has stored an idempotency record. */
  hasIdempotencyRecord?: boolean | undefined;
  /** The closed number of an earlier call. */
  voidSeq: number | null | undefined;
  isInSlowMode: boolean | undefined;
  refusedBy: 'room' | 'idempotencyRecord' | 'sendSlot' | undefined;
  attemptId: string | null;
  /** The message is new, not the result of an earlier call. */
  isWritten: boolean | undefined;
  /** Missing until a step wrote or found the message. */
  message: Answer;
  /** Gaps were closed. */
  areGapsClosed?: boolean | undefined;

  // --- Reactions: see reactions.js ---

  /** Null for all emoji when reactions are listed. */
  emoji: string | null;
  reactionId: string;
  /** Reactions from the set in the message have only their id. */
  reactions: ({ reactionId: string } & Partial<ReactionRow>)[];
  /** The added reaction must be removed, because there are too many emoji. */
  mustRevertReaction: boolean | undefined;
  /** The reaction is in the table of reactions, or must be stored there. */
  isOverflow: boolean | undefined;

  // --- Joining, inviting and direct rooms ---

  userId: string;
  userIds: string[];
  displayName: string;
  displayNames: string[];
  isInvited: boolean;
  needsConsistentRead: boolean;
  isCounted?: boolean | undefined;
  joinId: string;
  joinedSeq: number;
  existingMembership: MembershipRow | null;
  /** Missing until a step wrote or found the membership. */
  membership: ReturnType<typeof import('./membership').toMembership>;
  created: RoomRow;

  // --- Moderation: see membershipChange.js and audit.js ---

  loggedAction?: LoggedAction;
  auditId: string;
  allowedStates: string[];
  noOpStates: string[];
  changes: Changes<MembershipRow>;
  allowSelf?: boolean;
  /** Missing if there is nothing to do. */
  plan: import('./membershipChange').MembershipChange | undefined;
  releaseId: string;
  isOwnerReleased: boolean | undefined;
  isArchiving: boolean | undefined;
  isUnchanged: boolean | undefined;
  mustRevertLogEntry: boolean | undefined;
  settings: Settings;
  report: ReportRow;
  reportId: string;
  resolution: ReportResolution;

  // --- Presence, typing, notifications, privacy ---

  /** Presence: the row before the change. */
  previousPresence: PresenceRow | null;
  /** Notifications: the id before which the page starts. */
  beforeNotificationId: string | null;
  presence: Answer;
  presences: Record<string, PresenceRow>;
  presenceStart: number;
  isTyping: boolean;
  indicator: Answer;
  markedMembership: MembershipRow;
  level: string | null | undefined;
  mutedUntil: string | null;
  preference: Answer;
  kind: PrivacyJobKind;
  countsFrom: string | null;
  job: Answer;
};
