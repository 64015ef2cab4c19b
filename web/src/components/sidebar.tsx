/** The user's rooms and invitations, and the user. */
import type { ComponentChildren, JSX } from 'preact';
import { JoinChatRoom, LeaveChatRoom } from '../api/operations';
import { goToRoom, route } from '../state/navigation';
import { attempt } from '../state/notices';
import { dialog, togglePanel } from '../state/panels';
import { theme, toggleTheme } from '../state/theme';
import type { Invitation, MyRoom } from '../state/types';
import { Avatar, Badge, IconButton, Loading } from './basics';
import { useChat } from './context';
import { Logo } from './icons';
import { roomName } from './room-name';
import { listTime } from './times';

export function Sidebar(): JSX.Element {
  const { rooms, notifications } = useChat();
  const all = rooms.rooms.value;
  const direct = all?.filter(({ chatRoom }) => chatRoom.visibility === 'DIRECT') ?? [];
  const others = all?.filter(({ chatRoom }) => chatRoom.visibility !== 'DIRECT') ?? [];
  return (
    <nav class="sidebar" aria-label="Rooms">
      <header class="sidebar-header">
        <Logo />
        <span class="product">Parley</span>
        <IconButton
          icon="bell"
          label="Notifications"
          badge={notifications.unreadCount.value}
          onClick={() => togglePanel({ kind: 'notifications' })}
        />
      </header>
      <div class="sidebar-body">
        <Invitations invitations={rooms.invitations.value} />
        <Section
          title="Rooms"
          actions={
            <>
              <IconButton icon="compass" label="Browse public rooms" onClick={() => (dialog.value = { kind: 'browse rooms' })} />
              <IconButton icon="add" label="New room" onClick={() => (dialog.value = { kind: 'create room' })} />
            </>
          }
        >
          {all === undefined && <Loading label="rooms" />}
          {all !== undefined && others.length === 0 && <p class="hint">You have not joined any rooms yet. Browse public rooms or create one.</p>}
          <RoomLinks rooms={others} />
        </Section>
        <Section
          title="Direct messages"
          actions={<IconButton icon="add" label="New message" onClick={() => (dialog.value = { kind: 'direct room' })} />}
        >
          <RoomLinks rooms={direct} />
        </Section>
      </div>
      <Me />
    </nav>
  );
}

interface SectionProps {
  readonly title: string;
  readonly actions: ComponentChildren;
  readonly children: ComponentChildren;
}

function Section({ title, actions, children }: SectionProps): JSX.Element {
  return (
    <section>
      <div class="section-header">
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

function RoomLinks({ rooms }: { readonly rooms: readonly MyRoom[] }): JSX.Element {
  return (
    <ul class="room-list">
      {rooms.map((row) => (
        <RoomLink key={row.chatRoom.id} row={row} />
      ))}
    </ul>
  );
}

function RoomLink({ row }: { readonly row: MyRoom }): JSX.Element {
  const { me } = useChat();
  const { chatRoom, lastMessage, unreadCount, membership } = row;
  const name = roomName(chatRoom, me);
  const isOpen = route.value.roomId === chatRoom.id;
  const unread = isOpen ? 0 : unreadCount;
  const mentions = isOpen ? 0 : membership.mentionCount;
  return (
    <li>
      <a
        class={unread > 0 ? 'room-link room-unread' : 'room-link'}
        href={`#/room/${encodeURIComponent(chatRoom.id)}`}
        aria-current={isOpen ? 'page' : undefined}
      >
        <Avatar id={chatRoom.id} name={name} />
        <span class="room-text">
          <span class="room-name">{name}</span>
          <span class="room-last">{lastMessage === null ? (chatRoom.description ?? 'No messages yet') : lastMessageText(row)}</span>
        </span>
        <span class="room-meta">
          {lastMessage !== null && <time dateTime={lastMessage.createdAt}>{listTime(lastMessage.createdAt)}</time>}
          <span class="badges">
            {mentions > 0 && <Badge count={mentions} isMention />}
            {unread > 0 && <Badge count={unread} />}
          </span>
        </span>
      </a>
    </li>
  );
}

function lastMessageText({ lastMessage, chatRoom }: MyRoom): string {
  const { content, authorName, type } = lastMessage ?? {};
  const text = content || (type === 'IMAGE' ? 'Image' : type === 'FILE' ? 'File' : 'Deleted message');
  return chatRoom.visibility === 'DIRECT' || type === 'SYSTEM' || !authorName ? text : `${authorName}: ${text}`;
}

function Invitations({ invitations }: { readonly invitations: readonly Invitation[] }): JSX.Element | null {
  const chat = useChat();
  if (invitations.length === 0) {
    return null;
  }
  const accept = (chatRoomId: string): Promise<boolean> =>
    attempt(async () => {
      await chat.api.request(JoinChatRoom, { chatRoomId });
      await chat.rooms.refresh();
      goToRoom(chatRoomId);
    });
  const decline = (chatRoomId: string): Promise<boolean> =>
    attempt(async () => {
      await chat.api.request(LeaveChatRoom, { chatRoomId });
      await chat.rooms.refresh();
    });
  return (
    <section class="invitations">
      <div class="section-header">
        <h2>Invitations</h2>
      </div>
      <ul>
        {invitations.map(({ chatRoom }) => (
          <li key={chatRoom.id} class="invitation">
            <span class="room-name">{chatRoom.name}</span>
            <button type="button" class="button small primary" onClick={() => void accept(chatRoom.id)}>
              Join
            </button>
            <button type="button" class="button small" onClick={() => void decline(chatRoom.id)}>
              Decline
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Me(): JSX.Element {
  const { me, heartbeat, connection } = useChat();
  const isDark = theme.value === 'dark';
  const isOnline = connection.value === 'online';
  return (
    <footer class="me">
      <button type="button" class="me-button" onClick={() => (dialog.value = { kind: 'profile' })}>
        <Avatar id={me.id} name={me.displayName} status={isOnline ? heartbeat.selectedStatus.value : 'OFFLINE'} />
        <span class="me-text">
          <span class="me-name">
            <span class="visually-hidden">Profile of </span>
            {me.displayName}
          </span>
          <span class="hint">{isOnline ? heartbeat.selectedStatus.value.toLowerCase() : 'disconnected'}</span>
        </span>
      </button>
      <IconButton icon={isDark ? 'sun' : 'moon'} label={isDark ? 'Light mode' : 'Dark mode'} onClick={toggleTheme} />
    </footer>
  );
}
