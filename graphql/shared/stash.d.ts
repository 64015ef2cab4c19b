/**
 * What the steps of a pipeline hand on in `ctx.stash`, for checking only: a key that is not here does not pass `tsc`.
 *
 * The resolver puts in what it has taken from the arguments, and each function what it has read or written. A key that
 * may be missing where it is read says so with `undefined`; the others are put in by an earlier step of every pipeline
 * that reads them.
 */
import type { DataSourceError } from './errors';
import type {
  Admission,
  AttachmentRow,
  LoggedAction,
  MembershipRow,
  MessageRow,
  PresenceRow,
  PrivacyJobKind,
  ReactionRow,
  RoomRole,
  RoomRow,
} from './types';

/** An object of the schema, as a resolver returns it. */
type Answer = Record<string, unknown>;

/** A row of a table whose type depends on the pipeline; the code that reads it names the type. */
type Row = any;

/** The keys below, and attributes of a message with the types of the contract. */
export type Stash = Declared & Omit<MessageRow, keyof Declared>;

type Declared = {
  // --- The room and the caller ---

  /** Of updatePresence: null for none, which readOwnPresence looks for. */
  roomId: string;
  room: Row | undefined;
  /** Who was let into the room; see membership.js. */
  admission: Admission | undefined;
  /** What requireRole demands, from the resolver's `@requires` tag. */
  requiredRole: RoomRole | undefined;
  /** The membership may be read eventually consistent. */
  eventuallyConsistentOk: boolean | undefined;
  /** The room has to be read strongly consistent. */
  consistentRoomRead: boolean | undefined;

  // --- Conditional writes: see refusal.js ---

  /** The condition of the last write was not met. */
  isRefused: boolean | undefined;
  /** The error that ends the operation once the log of moderation is right. */
  failure: DataSourceError | null | undefined;

  // --- Events: see selection.js ---

  /** The answer goes to subscribers as it is. */
  isDelivered: boolean | undefined;

  // --- Pages: see paging.js ---

  limit: number;
  page: Row | undefined;
  rows: Row[] | undefined;
  rooms: RoomRow[];
  roomIds: string[];
  hasMore: boolean | undefined;
  nextToken: string | null | undefined;
  /** Of the memberships wanted. */
  state: string;
  /** Of the reports wanted; of a presence, the new one. */
  status: string;
  beforeSeq: number | null;
  /** Null for history, which is read backwards. */
  afterSeq: number | null;
  /** Notifications: only those that are not read. */
  unreadOnly: boolean | undefined;
  /** The last notification of a page of keys. */
  lastKey: string | undefined;
  /** The members of the room, in pieces. */
  audience: MembershipRow[] | undefined;
  audienceMaximum: number;
  audienceToken: string | null | undefined;
  /** User id -> display name. */
  names: Record<string, string>;

  // --- One message ---

  seq: Row;
  row: MessageRow;
  /** The row has changed since it was read, and has to be read again. */
  isRowOutdated: boolean | undefined;
  /** The preview in the room's row is up to date. */
  isPreviewDone: boolean | undefined;
  type: string;
  content: string;
  /** The word filter has found something. */
  isFlagged: boolean;
  attachments: AttachmentRow[];
  mentions: string[] | null;
  mentionsRoom: boolean | null;
  expectedVersion: number | null;
  /** Of a deletion, a report or a resolution. */
  reason: string | null;
  /** Somebody else wrote the message that is to be deleted. */
  isOthersMessage: boolean | undefined;
  /** Which attachment. */
  index: number;
  download: Answer;
  file: { name: string; contentType: string; size: number };
  key: string;
  upload: Answer;

  // --- Sending: see Mutation.createMessage.js ---

  /** Not where a message is edited, which reads references too. */
  clientMessageId: string | undefined;
  senderId: string;
  createdAt: string;
  /** When the message expires, in seconds since 1970. */
  expiresAt: number | null | undefined;
  replyToSeq: number | null | undefined;
  replyToId: string | undefined;
  threadId: string | undefined;
  /** An earlier call has left an idempotency record. */
  hasIdempotencyRecord: boolean | undefined;
  /** The number of an earlier call that was closed. */
  voidSeq: number | undefined;
  isInSlowMode: boolean | undefined;
  refusedBy: 'room' | 'idempotencyRecord' | 'sendSlot' | undefined;
  attemptId: string | null;
  /** The message is new, and not that of an earlier call. */
  isWritten: boolean | undefined;
  message: Answer | undefined;
  /** Numbers without a message were closed. */
  areGapsClosed: boolean | undefined;

  // --- Reactions: see reactions.js ---

  /** Null for all, where reactions are listed. */
  emoji: string | null;
  reactionId: string;
  /** Those of the set in the message have only their id. */
  reactions: ({ reactionId: string } & Partial<ReactionRow>)[];
  /** The reaction that was added has to be taken back, because there are too many emoji. */
  mustRevertReaction: boolean | undefined;
  /** The reaction is, or has to go, into the table of reactions. */
  isOverflow: boolean | undefined;

  // --- Joining, inviting and direct rooms ---

  userId: string;
  userIds: string[];
  displayName: string;
  displayNames: string[];
  isInvited: boolean;
  needsConsistentRead: boolean | undefined;
  isCounted: boolean | undefined;
  joinId: string;
  joinedSeq: number;
  existingMembership: MembershipRow | null;
  membership: Row;
  created: Row;

  // --- Moderation: see membershipChange.js and audit.js ---

  loggedAction: LoggedAction | undefined;
  auditId: string;
  allowedStates: string[];
  noOpStates: string[];
  changes: Record<string, any>;
  allowSelf: boolean | undefined;
  /** None where nothing is left to do. */
  plan: import('./membershipChange').MembershipChange | undefined;
  releaseId: string;
  isOwnerReleased: boolean | undefined;
  isArchiving: boolean | undefined;
  isUnchanged: boolean | undefined;
  mustRevertLogEntry: boolean | undefined;
  settings: Record<string, any>;
  report: Row;
  reportId: string;
  resolution: string;

  // --- Presence, typing, notifications, privacy ---

  /** Presence: the row before the change. */
  previousPresence: PresenceRow | null | undefined;
  /** Notifications: the id before which the page starts. */
  beforeNotificationId: string | null;
  presence: Answer;
  presences: Record<string, PresenceRow>;
  presenceStart: number | undefined;
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
