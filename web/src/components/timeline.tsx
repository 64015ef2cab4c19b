/** The list of the open room's messages. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { attempt } from '../state/notices';
import { focusedMessageId } from '../state/panels';
import type { PendingMessage } from '../sync/outbox';
import { EmptyState, Loading } from './basics';
import { useChat, useRoom } from './context';
import { MessageItem } from './message';
import { roomName } from './room-name';
import { rowsOf } from './rows';
import type { MessageRow, Row } from './rows';
import { isSystem } from './system-events';
import { SystemMessage } from './system-message';
import { VirtualList } from './virtual-list';

const ROW_PIXELS = 56;

export function Timeline(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const messages = room.messages.value;
  const pending = room.pending.value;
  const isAtEnd = useRef(true);
  const [hasNewBelow, setHasNewBelow] = useState(false);
  const initialReadSeq = room.initialReadSeq;
  const rows = useMemo(
    () => rowsOf(messages, pending, initialReadSeq, chat.me.id),
    [messages, pending, initialReadSeq, chat],
  );
  const byId = useMemo(() => new Map(messages.map((message) => [message.id, message])), [messages]);
  const lastSeq = messages.at(-1)?.seq ?? 0;

  const markRead = useCallback(() => {
    if (isAtEnd.current && document.visibilityState === 'visible') {
      room.markRead(room.messages.value.at(-1)?.seq ?? 0);
    }
  }, [room]);
  useEffect(() => {
    markRead();
    setHasNewBelow(!isAtEnd.current);
  }, [lastSeq, markRead]);
  useEffect(() => {
    document.addEventListener('visibilitychange', markRead);
    return () => document.removeEventListener('visibilitychange', markRead);
  }, [markRead]);

  const focusedId = focusedMessageId.value;
  useEffect(() => {
    if (focusedId !== undefined) {
      void attempt(() => room.loadBackTo(focusedId));
    }
  }, [focusedId, room, room.isLoading.value]);
  const loadOlder = useCallback(() => void attempt(() => room.loadOlder()), [room]);
  const onEnd = useCallback(
    (isNow: boolean) => {
      isAtEnd.current = isNow;
      if (isNow) {
        setHasNewBelow(false);
        focusedMessageId.value = undefined;
        markRead();
      }
    },
    [markRead],
  );
  if (room.isLoading.value) {
    return room.error.value === undefined ? <Loading label="messages" /> : <p class="loading">{room.error.value}</p>;
  }
  if (rows.length === 0) {
    return <EmptyState title="No messages yet.">Send the first message.</EmptyState>;
  }
  return (
    <div class="timeline">
      {room.isLoadingOlder.value && (
        <p class="loading-older" role="status">
          Loading older messages …
        </p>
      )}
      <VirtualList
        items={rows}
        keyOf={keyOf}
        label={`Messages in ${roomName(room.room.value, chat.me)}`}
        estimate={ROW_PIXELS}
        target={focusedId}
        onNearStart={loadOlder}
        onEnd={onEnd}
      >
        {(row, index) =>
          row.kind === 'pending' ? (
            <PendingItem pending={row.pending} />
          ) : (
            <TimelineRow row={row} position={index + 1} parent={byId.get(row.message.replyToId ?? '')} />
          )
        }
      </VirtualList>
      {hasNewBelow && (
        <button type="button" class="to-end" onClick={() => (focusedMessageId.value = rows.at(-1)?.key)}>
          New messages
        </button>
      )}
    </div>
  );
}

function keyOf(row: Row): string {
  return row.key;
}

interface TimelineRowProps {
  readonly row: MessageRow;
  readonly position: number;
  readonly parent: MessageRow['message'] | undefined;
}

function TimelineRow({ row, position, parent }: TimelineRowProps): JSX.Element {
  return (
    <>
      {row.day !== undefined && (
        <p class="day">
          <span>{row.day}</span>
        </p>
      )}
      {row.isFirstUnread && (
        <p class="day day-new">
          <span>New</span>
        </p>
      )}
      {isSystem(row.message) ? (
        <SystemMessage message={row.message} position={position} />
      ) : (
        <MessageItem message={row.message} isFirstOfGroup={row.isFirstOfGroup} parent={parent} position={position} />
      )}
    </>
  );
}

export function PendingItem({ pending: { draft, error } }: { readonly pending: PendingMessage }): JSX.Element {
  const room = useRoom();
  return (
    <article class="message message-pending" tabIndex={0} aria-label="Message being sent">
      <div class="message-gutter" />
      <div class="message-body">
        {draft.content !== '' && <p class="text">{draft.content}</p>}
        {draft.attachments?.map(({ key, name }) => (
          <p key={key} class="text">
            {name}
          </p>
        ))}
        {error === undefined ? (
          <p class="hint" role="status">
            Sending …
          </p>
        ) : (
          <p class="hint hint-error" role="alert">
            Not sent: {error}{' '}
            <button type="button" class="link" onClick={() => room.retry(draft.clientMessageId)}>
              Retry
            </button>{' '}
            <button type="button" class="link" onClick={() => room.discard(draft.clientMessageId)}>
              Discard
            </button>
          </p>
        )}
      </div>
    </article>
  );
}
