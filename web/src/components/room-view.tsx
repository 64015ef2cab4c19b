/** The open room: header, messages, typing indicator and composer. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { JoinChatRoom } from '../api/operations';
import { now } from '../state/clock';
import { attempt } from '../state/notices';
import { goToRoomList } from '../state/navigation';
import { togglePanel } from '../state/panels';
import { effectiveStatus } from '../state/presence';
import type { Room } from '../state/types';
import { EmptyState, IconButton } from './basics';
import { Composer } from './composer';
import { RoomContext, useChat, useRoom } from './context';
import { Panels } from './panels';
import { roomName } from './room-name';
import { plainText } from './system-events';
import { Timeline } from './timeline';
import { formatDuration } from './times';

const RECOVERED_MILLISECONDS = 60_000;

export function Main(): JSX.Element {
  const chat = useChat();
  const room = chat.openRoom.value;
  const previewedRoom = chat.previewedRoom.value;
  if (room !== undefined) {
    return (
      <RoomContext.Provider value={room}>
        <main class="main" key={room.id} aria-busy={room.isLoading.value}>
          <RoomHeader />
          <ConnectionBar />
          <Timeline />
          <TypingIndicatorLine />
          <Composer />
          <Announcements />
        </main>
        <Panels />
      </RoomContext.Provider>
    );
  }
  return (
    <>
      <main class="main">{previewedRoom === undefined ? <NoRoom /> : <RoomPreview room={previewedRoom} />}</main>
      <Panels />
    </>
  );
}

function NoRoom(): JSX.Element {
  const chat = useChat();
  const reason = chat.closeReason.value;
  return (
    <>
      <h1 class="visually-hidden">Parley</h1>
      {reason !== undefined && (
        <p class="room-closed" role="alert">
          {reason}
        </p>
      )}
      <EmptyState title="No room selected.">
        <p>Select a room on the left, browse public rooms, or create a room.</p>
      </EmptyState>
    </>
  );
}

function RoomPreview({ room }: { readonly room: Room }): JSX.Element {
  const chat = useChat();
  const join = (): Promise<boolean> =>
    attempt(async () => {
      await chat.api.request(JoinChatRoom, { chatRoomId: room.id });
      await chat.reopen(room.id);
    });
  return (
    <div class="room-preview">
      <h1>{room.name}</h1>
      {room.description !== null && <p>{room.description}</p>}
      <p class="hint">
        {room.memberCount === 1 ? '1 member' : `${room.memberCount} members`}. Join to read and send messages.
      </p>
      <p>
        <button type="button" class="button primary" onClick={() => void join()}>
          Join
        </button>{' '}
        <button type="button" class="button" onClick={goToRoomList}>
          Not now
        </button>
      </p>
    </div>
  );
}

function RoomHeader(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const { visibility, memberCount, description, frozen, slowModeSeconds, archivedAt } = room.room.value;
  const isDirect = visibility === 'DIRECT';
  const online = [...room.presence.value.values()].filter(
    (presence) => room.members.value.has(presence.userId) && effectiveStatus(presence, now.value) !== 'OFFLINE',
  ).length;
  const states = [
    visibility === 'PRIVATE' ? 'private' : '',
    archivedAt === null ? '' : 'archived',
    frozen ? 'frozen' : '',
    slowModeSeconds > 0 ? `slow mode: ${formatDuration(slowModeSeconds)}` : '',
  ].filter((state) => state !== '');
  return (
    <header class="room-header">
      <span class="only-narrow">
        <IconButton icon="back" label="Back to rooms" onClick={goToRoomList} />
      </span>
      <div class="room-title">
        <h1>{roomName(room.room.value, chat.me)}</h1>
        <p class="hint">
          {memberCount === 1 ? '1 member' : `${memberCount} members`}, {online} online
          {states.map((state) => (
            <span key={state} class="room-state">
              {state}
            </span>
          ))}
          {description !== null && <span class="description"> {description}</span>}
        </p>
      </div>
      <div class="room-actions">
        {room.isModerator.value && !isDirect && (
          <IconButton icon="shield" label="Moderation" onClick={() => togglePanel({ kind: 'moderation' })} />
        )}
        <IconButton icon="people" label="Members" onClick={() => togglePanel({ kind: 'members' })} />
        <IconButton icon="settings" label="Room settings" onClick={() => togglePanel({ kind: 'settings' })} />
      </div>
    </header>
  );
}

function ConnectionBar(): JSX.Element | null {
  const chat = useChat();
  const room = useRoom();
  const state = chat.connection.value;
  const count = room.recoveredCount.value;
  useEffect(() => {
    const timer = setTimeout(() => (room.recoveredCount.value = undefined), RECOVERED_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [count, room]);
  if (state !== 'online') {
    return (
      <p class="bar bar-warning" role="status">
        {state === 'connecting' ? 'Connecting …' : 'Connection lost. Reconnecting … Messages you send are kept.'}{' '}
        <button type="button" class="link" onClick={() => chat.reconnectNow()}>
          Try now
        </button>
      </p>
    );
  }
  if (room.error.value !== undefined) {
    return (
      <p class="bar bar-warning" role="status">
        {room.error.value}
      </p>
    );
  }
  if (count !== undefined) {
    return (
      <p class="bar bar-success" role="status">
        {recoveredText(count)}
      </p>
    );
  }
  return null;
}

function recoveredText(count: number): string {
  if (count === 0) {
    return 'Back online. You did not miss anything.';
  }
  return count === 1 ? 'Back online: 1 new message.' : `Back online: ${count} new messages.`;
}

function TypingIndicatorLine(): JSX.Element {
  const names = useRoom().typing.names.value;
  const [first, second] = names;
  let text = '';
  if (names.length > 2) {
    text = 'Several people are typing';
  } else if (second !== undefined) {
    text = `${first ?? ''} and ${second} are typing`;
  } else if (first !== undefined) {
    text = `${first} is typing`;
  }
  return (
    <p class="typing" aria-live="polite">
      {text !== '' && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>{' '}
          {text}
        </>
      )}
    </p>
  );
}

/** Announces new messages to screen readers. */
function Announcements(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const last = room.messages.value.at(-1);
  const [firstSeq] = useState(() => room.room.value.lastSeq);
  const isNew = last !== undefined && last.seq > firstSeq && last.authorId !== chat.me.id && last.deletedAt === null;
  return (
    <p class="visually-hidden" aria-live="polite">
      {isNew ? plainText(last) : ''}
    </p>
  );
}
