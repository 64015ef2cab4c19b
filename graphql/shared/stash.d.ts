/**
 * Type of `ctx.stash`, which the steps of a pipeline share. For type checking only: `tsc` rejects a key that is not
 * declared here.
 *
 * The resolver stores values from the arguments, and each function the values that it read or wrote. A key that may be
 * missing when it is read is declared with `undefined`; any other key is stored by an earlier step of every pipeline
 * that reads it.
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

  /** Null in updatePresence without a room, which readOwnPresence checks. */
  roomId: string;
  room: Row | undefined;
  /** The caller's admission to the room; see membership.js. */
  admission: Admission | undefined;
  /** The role that requireRole checks, from the resolver's `@requires` tag. */
  requiredRole: RoomRole | undefined;
  /** The membership may be read eventually consistent. */
  eventuallyConsistentOk: boolean | undefined;
  /** The room must be read strongly consistent. */
  consistentRoomRead: boolean | undefined;

  // --- Conditional writes: see refusal.js ---

  /** The condition of the last write failed. */
  isRefused: boolean | undefined;
  /** The error to raise after the moderation log is corrected. */
  failure: DataSourceError | null | undefined;

  // --- Events: see selection.js ---

  /** The response is delivered to subscribers as the event. */
  isDelivered: boolean | undefined;

  // --- Pages: see paging.js ---

  limit: number;
  page: Row | undefined;
  rows: Row[] | undefined;
  rooms: RoomRow[];
  roomIds: string[];
  hasMore: boolean | undefined;
  nextToken: string | null | undefined;
  /** State of the requested memberships. */
  state: string;
  /** Status of the requested reports, or the new status of a presence. */
  status: string;
  beforeSeq: number | null;
  /** Null for history, which is read backwards. */
  afterSeq: number | null;
  /** Notifications: only unread ones. */
  unreadOnly: boolean | undefined;
  /** The last notification of a page of keys. */
  lastKey: string | undefined;
  /** The members of the room, from several queries. */
  audience: MembershipRow[] | undefined;
  audienceMaximum: number;
  audienceToken: string | null | undefined;
  /** User id -> display name. */
  names: Record<string, string>;

  // --- One message ---

  seq: Row;
  row: MessageRow;
  /** The row has changed since it was read, and must be read again. */
  isRowOutdated: boolean | undefined;
  /** The preview in the room's row is up to date. */
  isPreviewDone: boolean | undefined;
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

  /** Missing when a message is edited, which also reads references. */
  clientMessageId: string | undefined;
  senderId: string;
  createdAt: string;
  /** Unix second at which the message expires. */
  expiresAt: number | null | undefined;
  replyToSeq: number | null | undefined;
  replyToId: string | undefined;
  threadId: string | undefined;
  /** An earlier call has stored an idempotency record. */
  hasIdempotencyRecord: boolean | undefined;
  /** The closed number of an earlier call. */
  voidSeq: number | undefined;
  isInSlowMode: boolean | undefined;
  refusedBy: 'room' | 'idempotencyRecord' | 'sendSlot' | undefined;
  attemptId: string | null;
  /** The message is new, not the result of an earlier call. */
  isWritten: boolean | undefined;
  message: Answer | undefined;
  /** Gaps were closed. */
  areGapsClosed: boolean | undefined;

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
  /** Missing if there is nothing to do. */
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
