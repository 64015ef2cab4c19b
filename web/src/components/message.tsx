/** A message with its actions. */
import type { JSX } from 'preact';
import { ReportMessage } from '../api/operations';
import { attempt, showNotice } from '../state/notices';
import type { OpenRoom } from '../state/open-room';
import { composing, dialog, focusedMessageId, panel } from '../state/panels';
import type { Chat } from '../state/chat';
import type { Message } from '../sync/room-view';
import { Attachments } from './attachments';
import { Avatar, IconButton } from './basics';
import { useChat, useRoom } from './context';
import { EmojiPicker } from './emoji-picker';
import { Menu } from './menu';
import type { MenuItem } from './menu';
import { Reactions } from './reactions';
import { plainText, isWrittenBy } from './system-events';
import { Text } from './text';
import { clockTime, fullTime } from './times';

interface MessageItemProps {
  readonly message: Message;
  readonly isFirstOfGroup: boolean;
  /** The thread panel shows neither quotes nor reply counts. */
  readonly isInThread?: boolean;
  readonly parent?: Message | undefined;
  readonly position?: number;
}

export function MessageItem({ message, isFirstOfGroup, isInThread = false, parent, position }: MessageItemProps): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const author = message.authorName ?? 'System';
  return (
    <article
      class={classOf(message, isFirstOfGroup, chat.me.id)}
      tabIndex={0}
      aria-label={`${author}, ${clockTime(message.createdAt)}`}
      {...(position === undefined ? {} : { 'aria-posinset': position, 'aria-setsize': -1 })}
    >
      <div class="message-gutter">
        {isFirstOfGroup ? <Avatar id={message.authorId ?? ''} name={author} /> : <Time message={message} />}
      </div>
      <div class="message-body">
        {message.replyToId !== null && !isInThread && <Quote parent={parent} threadId={message.threadId} />}
        {isFirstOfGroup && (
          <p class="message-header">
            <span class="author">{author}</span> <Time message={message} />
          </p>
        )}
        <Content message={message} />
        {message.reactions.length > 0 && <Reactions message={message} />}
        {message.replyCount > 0 && !isInThread && <ThreadLink message={message} />}
      </div>
      {message.deletedAt === null && <Actions message={message} items={menuItems(chat, room, message)} />}
    </article>
  );
}

function classOf(message: Message, isFirstOfGroup: boolean, myId: string): string {
  const classes = ['message'];
  if (isFirstOfGroup) {
    classes.push('message-first');
  }
  if (message.mentionsRoom || message.mentions.includes(myId)) {
    classes.push('message-mentioned');
  }
  if (focusedMessageId.value === message.id) {
    classes.push('message-focused');
  }
  return classes.join(' ');
}

function Time({ message }: { readonly message: Message }): JSX.Element {
  return (
    <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
      {clockTime(message.createdAt)}
    </time>
  );
}

function Content({ message }: { readonly message: Message }): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  if (message.deletedAt !== null) {
    const byAuthor = message.deletedBy === message.authorId;
    return <p class="text deleted">{byAuthor ? 'This message was deleted.' : 'This message was removed by a moderator.'}</p>;
  }
  const nameOf = (userId: string): string | undefined => room.members.value.get(userId)?.displayName;
  return (
    <>
      {message.content !== null && message.content !== '' && <Text message={message} nameOf={nameOf} myId={chat.me.id} />}
      {message.attachments.length > 0 && <Attachments message={message} />}
      {message.editedAt !== null && (
        <span class="edited" title={fullTime(message.editedAt)}>
          edited
        </span>
      )}
      {message.flagged && <span class="edited">flagged by the word filter</span>}
    </>
  );
}

interface QuoteProps {
  readonly parent: Message | undefined;
  readonly threadId: string | null;
}

function Quote({ parent, threadId }: QuoteProps): JSX.Element {
  const open = (): void => {
    if (threadId !== null) {
      panel.value = { kind: 'thread', rootId: threadId };
    }
  };
  const text = parent === undefined ? 'an earlier message' : plainText(parent);
  return (
    <button type="button" class="quote" onClick={open} aria-label={`Reply to ${text}. Open thread`}>
      <span>{text}</span>
    </button>
  );
}

function ThreadLink({ message }: { readonly message: Message }): JSX.Element {
  const { replyCount, lastReplyAt } = message;
  return (
    <button type="button" class="thread-link" onClick={() => (panel.value = { kind: 'thread', rootId: message.id })}>
      {replyCount === 1 ? '1 reply' : `${replyCount} replies`}
      {lastReplyAt !== null && <span class="thread-last"> last at {clockTime(lastReplyAt)}</span>}
    </button>
  );
}

function Actions({ message, items }: { readonly message: Message; readonly items: readonly MenuItem[] }): JSX.Element {
  const room = useRoom();
  return (
    <div class="message-actions" role="toolbar" aria-label="Message">
      <EmojiPicker label="Add a reaction" onPick={(emoji) => void attempt(() => room.toggleReaction(message, emoji))} />
      <IconButton icon="reply" label="Reply" onClick={() => (composing.value = { kind: 'reply', message })} />
      <IconButton
        icon="thread"
        label="Open thread"
        onClick={() => (panel.value = { kind: 'thread', rootId: message.threadId ?? message.id })}
      />
      <Menu label="More" items={items} />
    </div>
  );
}

function menuItems(chat: Chat, room: OpenRoom, message: Message): MenuItem[] {
  const isMine = isWrittenBy(message, chat.me.id);
  const items: MenuItem[] = [
    { label: 'Copy text', icon: 'copy', onSelect: () => void attempt(() => copyText(message.content ?? '')) },
  ];
  if (isMine) {
    items.push({ label: 'Edit', icon: 'edit', onSelect: () => (composing.value = { kind: 'edit', message }) });
    items.push({ label: 'Delete', icon: 'trash', isDangerous: true, onSelect: () => void attempt(() => room.remove(message)) });
  } else {
    items.push({ label: 'Report message', icon: 'flag', onSelect: () => openReportDialog(chat, message) });
  }
  if (!isMine && room.isModerator.value) {
    items.push({ label: 'Remove message', icon: 'trash', isDangerous: true, onSelect: () => openRemovalDialog(room, message) });
  }
  return items;
}

async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  showNotice('Copied.');
}

function openReportDialog(chat: Chat, message: Message): void {
  dialog.value = {
    kind: 'reason',
    title: 'Report this message',
    explanation: 'The owners and moderators of the room will see your report with your name and reason.',
    action: 'Report',
    isRequired: true,
    onSubmit: async (reason) => {
      await chat.api.request(ReportMessage, { messageId: message.id, reason });
      showNotice('Report sent.');
    },
  };
}

function openRemovalDialog(room: OpenRoom, message: Message): void {
  dialog.value = {
    kind: 'reason',
    title: `Remove a message from ${message.authorName ?? 'the system'}`,
    explanation: 'The message is removed for everyone. The reason is recorded in the moderation log.',
    action: 'Remove',
    isRequired: false,
    onSubmit: (reason) => room.remove(message, reason),
  };
}
