/** The messages of a room as rows: grouped by author, with dates and the line above unread messages. */
import type { PendingMessage } from '../sync/outbox';
import type { Message } from '../sync/room-view';
import { isSystem } from './system-events';
import { dayOf, isSameDay } from './times';

export interface MessageRow {
  readonly kind: 'message';
  readonly key: string;
  readonly message: Message;
  /** Whether author and time are shown; a row that continues the previous one omits them. */
  readonly isFirstOfGroup: boolean;
  readonly day: string | undefined;
  readonly isFirstUnread: boolean;
}

export interface PendingRow {
  readonly kind: 'pending';
  readonly key: string;
  readonly pending: PendingMessage;
}

export type Row = MessageRow | PendingRow;

const GROUP_MILLISECONDS = 5 * 60_000;

/**
 * @param readBefore the user's read position when the room was opened; `undefined` for no line.
 * @param myId messages of the user are never new.
 */
export function rowsOf(
  messages: readonly Message[],
  pending: readonly PendingMessage[],
  readBefore: number | undefined,
  myId: string,
): Row[] {
  let before: Message | undefined;
  let hasUnread = readBefore === undefined;
  const rows: Row[] = messages.map((message) => {
    const isNewDay = before === undefined || !isSameDay(before.createdAt, message.createdAt);
    const isFirstUnread = !hasUnread && message.seq > (readBefore ?? 0) && message.authorId !== myId;
    hasUnread ||= isFirstUnread;
    const row: MessageRow = {
      kind: 'message',
      key: message.id,
      message,
      isFirstOfGroup: isNewDay || isFirstUnread || !goesOn(before, message),
      day: isNewDay ? dayOf(message.createdAt) : undefined,
      isFirstUnread,
    };
    before = message;
    return row;
  });
  const there = new Set(messages.slice(-50).map(({ clientMessageId }) => clientMessageId));
  const waiting = pending.filter(({ draft }) => !there.has(draft.clientMessageId));
  return [...rows, ...waiting.map((one): Row => ({ kind: 'pending', key: one.draft.clientMessageId, pending: one }))];
}

function goesOn(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.authorId !== null &&
    !isSystem(before) &&
    !isSystem(message) &&
    before.authorId === message.authorId &&
    message.replyToId === null &&
    Date.parse(message.createdAt) - Date.parse(before.createdAt) < GROUP_MILLISECONDS
  );
}
