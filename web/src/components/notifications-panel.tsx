/** The user's notifications; each links to its message or room. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ModerationAction } from '../api/operations';
import { goToRoom } from '../state/navigation';
import { attempt } from '../state/notices';
import { focusedMessageId, panel } from '../state/panels';
import type { Notification } from '../state/types';
import { Avatar, EmptyState, IconButton, Loading } from './basics';
import { useChat } from './context';
import { Panel } from './panel';
import { fullTime, listTime } from './times';

const ACTIONS: Partial<Record<ModerationAction, string>> = {
  MEMBER_REMOVED: 'removed you from',
  MEMBER_BANNED: 'banned you from',
  MEMBER_UNBANNED: 'unbanned you from',
  MEMBER_MUTED: 'muted you in',
  MEMBER_UNMUTED: 'unmuted you in',
  MESSAGE_DELETED: 'removed your message in',
  ROLE_CHANGED: 'changed your role in',
};

export function NotificationsPanel(): JSX.Element {
  const { notifications } = useChat();
  useEffect(() => void attempt(() => notifications.refresh()), [notifications]);
  const items = notifications.items.value;
  const markAll = (
    <IconButton icon="check" label="Mark all as read" onClick={() => void attempt(() => notifications.markAllRead())} />
  );
  return (
    <Panel title="Notifications" actions={notifications.unreadCount.value > 0 && markAll}>
      <div class="panel-body">
        {items === undefined && <Loading label="notifications" />}
        {items?.length === 0 && <EmptyState title="No notifications yet.">Mentions, replies and invitations appear here.</EmptyState>}
        <ul class="entries">
          {items?.map((item) => (
            <NotificationItem key={item.id} item={item} />
          ))}
        </ul>
        {notifications.hasMore.value && (
          <button type="button" class="button wide" onClick={() => void attempt(() => notifications.loadMore())}>
            Show older notifications
          </button>
        )}
      </div>
    </Panel>
  );
}

function NotificationItem({ item }: { readonly item: Notification }): JSX.Element {
  const { notifications } = useChat();
  const open = (): void => {
    void attempt(() => notifications.markRead(item));
    panel.value = undefined;
    goToRoom(item.chatRoomId);
    focusedMessageId.value = item.messageId ?? undefined;
  };
  const actor = item.actorName ?? 'Someone';
  return (
    <li>
      <button type="button" class={item.readAt === null ? 'notification unread' : 'notification'} onClick={open}>
        <Avatar id={item.actorId ?? ''} name={actor} />
        <span class="notification-text">
          <span>
            <strong>{actor}</strong> {notificationText(item)}
          </span>
          {item.preview !== null && <span class="preview">{item.preview}</span>}
          {item.reason !== null && <span class="preview">“{item.reason}”</span>}
          <time class="hint" dateTime={item.createdAt} title={fullTime(item.createdAt)}>
            {listTime(item.createdAt)}
          </time>
        </span>
        {item.readAt === null && <span class="unread-dot" role="img" aria-label="unread" />}
      </button>
    </li>
  );
}

function notificationText({ type, action, chatRoomName }: Notification): string {
  const room = chatRoomName === null ? 'a direct message' : `“${chatRoomName}”`;
  switch (type) {
    case 'MENTION':
      return `mentioned you in ${room}`;
    case 'REPLY':
      return `replied to you in ${room}`;
    case 'DIRECT_MESSAGE':
      return 'sent you a message';
    case 'INVITATION':
      return `invited you to ${room}`;
    case 'MODERATION':
      return `${(action === null ? undefined : ACTIONS[action]) ?? 'took action in'} ${room}`;
  }
}
