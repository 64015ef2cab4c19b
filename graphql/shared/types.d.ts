/**
 * The rows of the tables and the stash of the pipelines, for checking only: no JavaScript comes out of this file.
 */
import type { AppSyncIdentityCognito, Context as AnyContext } from '@aws-appsync/utils';

declare global {
  /** Table key -> physical name; put in when the code is bundled. */
  const TABLES: Record<TableKey, string>;
  /** Settings of the environment; put in when the code is bundled. */
  const SETTINGS: { environment: string; deduplicationHours: number };
}

export type TableKey =
  | 'rooms'
  | 'memberships'
  | 'messages'
  | 'users'
  | 'deduplication'
  | 'reactions'
  | 'presence'
  | 'audit';

export type ErrorType =
  | 'Unauthorized'
  | 'NotFound'
  | 'ValidationError'
  | 'Conflict'
  | 'RateLimited'
  | 'Muted'
  | 'Banned'
  | 'RoomFrozen';

export type Visibility = 'PUBLIC' | 'PRIVATE';

export type PreviewRow = {
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
  memberCount: number;
  lastSeq: number;
  /** When lastSeq was last advanced; only that moves it. */
  lastMessageAt?: string;
  lastMessage?: PreviewRow;
  frozen?: boolean;
  /** From where a member sees messages; FROM_START when absent. */
  historyVisibility?: 'FROM_START' | 'FROM_JOIN';
  archivedAt?: string;
  createdAt: string;
};

export type MembershipRow = {
  roomId: string;
  userId: string;
  displayName: string;
  role: 'OWNER' | 'MODERATOR' | 'MEMBER';
  state: 'ACTIVE' | 'INVITED' | 'BANNED' | 'LEFT';
  joinedAt: string;
  joinedSeq: number;
  readSeq: number;
  mutedUntil?: string;
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
  /** Unix second after which the message is not shown any more, and is removed some time. */
  expiresAt?: number;
};

export type MarkerRow = {
  senderId: string;
  clientMessageId: string;
  seq: number;
  expiresAt: number;
};

export type ProfileRow = {
  userId: string;
  displayName: string;
  createdAt: string;
};

/** Who was let into which room; see membership.js. */
export type Admission = {
  roomId: string;
  membership: MembershipRow | null;
};

export type Identity = AppSyncIdentityCognito;

/** One context type for all code: arguments and results are what the schema and the data source make them. */
export type Context = AnyContext<any, Record<string, any>, any, any, any>;
