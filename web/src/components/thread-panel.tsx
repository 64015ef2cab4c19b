/** A thread: its root message, the replies, and a composer. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { pageSizeMaximum } from '../../../contract/limits.json';
import { errorMessage } from '../api/errors';
import { GetMessage, RepliesByMessage } from '../api/operations';
import { allPages } from '../api/pages';
import type { Message } from '../sync/room-view';
import { Loading, ErrorMessage } from './basics';
import { Composer } from './composer';
import { useChat, useRoom } from './context';
import { MessageItem } from './message';
import { Panel } from './panel';
import { isSystem } from './system-events';
import { SystemMessage } from './system-message';
import { PendingItem } from './timeline';

interface LoadedThread {
  readonly root: Message;
  readonly replies: readonly Message[];
}

export function ThreadPanel({ rootId }: { readonly rootId: string }): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const [thread, setThread] = useState<LoadedThread>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    const start = async (): Promise<void> => {
      const [root, replies] = await Promise.all([
        chat.api.request(GetMessage, { id: rootId }),
        allPages((nextToken) => chat.api.request(RepliesByMessage, { messageId: rootId, limit: pageSizeMaximum, nextToken })),
      ]);
      setThread({ root, replies });
    };
    start().catch((error: unknown) => setError(errorMessage(error)));
  }, [chat, rootId]);

  const messages = room.messages.value;
  const live = useMemo(() => messages.filter(({ id, threadId }) => id === rootId || threadId === rootId), [messages, rootId]);
  const shown = useMemo(() => mergeMessages(thread, live), [thread, live]);
  const pending = room.pending.value.filter(({ draft }) => shown.some(({ id }) => id === draft.replyToId));
  return (
    <Panel title="Thread">
      <div class="panel-body thread" role="feed" aria-label="Replies" aria-busy={thread === undefined}>
        {error !== undefined && <ErrorMessage>{error}</ErrorMessage>}
        {thread === undefined && error === undefined && shown.length === 0 && <Loading label="the thread" />}
        {shown.map((message, index) =>
          isSystem(message) ? (
            <SystemMessage key={message.id} message={message} position={index + 1} />
          ) : (
            <MessageItem key={message.id} message={message} isFirstOfGroup isInThread position={index + 1} />
          ),
        )}
        {pending.map((item) => (
          <PendingItem key={item.draft.clientMessageId} pending={item} />
        ))}
        {thread !== undefined && shown.length === 1 && <p class="hint">No replies yet.</p>}
      </div>
      <Composer threadRootId={rootId} />
    </Panel>
  );
}

/** Merges loaded and live messages; the newer copy of each message wins. */
function mergeMessages(thread: LoadedThread | undefined, live: readonly Message[]): Message[] {
  const byId = new Map<string, Message>();
  for (const message of [...(thread === undefined ? [] : [thread.root, ...thread.replies]), ...live]) {
    const known = byId.get(message.id);
    if (known === undefined || message.revision >= known.revision) {
      byId.set(message.id, message);
    }
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}
