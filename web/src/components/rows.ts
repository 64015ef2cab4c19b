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
 * @param initialReadSeq the user's read position when the room was opened; `undefined` for no line.
 * @param myId messages of the user are never new.
 */
export function rowsOf(
  messages: readonly Message[],
  pending: readonly PendingMessage[],
  initialReadSeq: number | undefined,
  myId: string,
): Row[] {
  let previous: Message | undefined;
  let hasUnread = initialReadSeq === undefined;
  const rows: Row[] = messages.map((message) => {
    const isNewDay = previous === undefined || !isSameDay(previous.createdAt, message.createdAt);
    const isFirstUnread = !hasUnread && message.seq > (initialReadSeq ?? 0) && message.authorId !== myId;
    hasUnread ||= isFirstUnread;
    const row: MessageRow = {
      kind: 'message',
      key: message.id,
      message,
      isFirstOfGroup: isNewDay || isFirstUnread || !continuesGroup(previous, message),
      day: isNewDay ? dayOf(message.createdAt) : undefined,
      isFirstUnread,
    };
    previous = message;
    return row;
  });
  const deliveredIds = new Set(messages.slice(-50).map(({ clientMessageId }) => clientMessageId));
  const waiting = pending.filter(({ draft }) => !deliveredIds.has(draft.clientMessageId));
  return [...rows, ...waiting.map((item): Row => ({ kind: 'pending', key: item.draft.clientMessageId, pending: item }))];
}

function continuesGroup(previous: Message | undefined, message: Message): boolean {
  return (
    previous !== undefined &&
    previous.authorId !== null &&
    !isSystem(previous) &&
    !isSystem(message) &&
    previous.authorId === message.authorId &&
    message.replyToId === null &&
    Date.parse(message.createdAt) - Date.parse(previous.createdAt) < GROUP_MILLISECONDS
  );
}
