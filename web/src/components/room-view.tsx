/** The open room: header, messages, typing indicator and composer. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { JoinChatRoom } from '../api/operations';
import { now } from '../state/clock';
import { attempt } from '../state/notices';
import { goToList } from '../state/navigation';
import { togglePanel } from '../state/panels';
import { presentStatus } from '../state/presence';
import type { Room } from '../state/types';
import { Empty, IconButton } from './basics';
import { Composer } from './composer';
import { RoomContext, useChat, useRoom } from './context';
import { Panels } from './panels';
import { roomName } from './room-name';
import { inOneLine } from './system-events';
import { Timeline } from './timeline';
import { durationInWords } from './times';

const CAUGHT_UP_MILLISECONDS = 60_000;

export function Main(): JSX.Element {
  const chat = useChat();
  const room = chat.openRoom.value;
  const visited = chat.visited.value;
  if (room !== undefined) {
    return (
      <RoomContext.Provider value={room}>
        <main class="main" key={room.id} aria-busy={room.isLoading.value}>
          <RoomHead />
          <ConnectionBar />
          <Timeline />
          <TypingLine />
          <Composer />
          <Announcements />
        </main>
        <Panels />
      </RoomContext.Provider>
    );
  }
  return (
    <>
      <main class="main">{visited === undefined ? <NoRoom /> : <Visited room={visited} />}</main>
      <Panels />
    </>
  );
}

function NoRoom(): JSX.Element {
  const chat = useChat();
  const reason = chat.closedBecause.value;
  return (
    <>
      <h1 class="visually-hidden">Parley</h1>
      {reason !== undefined && (
        <p class="closed" role="alert">
          {reason}
        </p>
      )}
      <Empty title="No room selected.">
        <p>Select a room on the left, browse public rooms, or create a room.</p>
      </Empty>
    </>
  );
}

function Visited({ room }: { readonly room: Room }): JSX.Element {
  const chat = useChat();
  const join = (): Promise<boolean> =>
    attempt(async () => {
      await chat.api.ask(JoinChatRoom, { chatRoomId: room.id });
      await chat.reopen(room.id);
    });
  return (
    <div class="visited">
      <h1>{room.name}</h1>
      {room.description !== null && <p>{room.description}</p>}
      <p class="hint">
        {room.memberCount === 1 ? '1 member' : `${room.memberCount} members`}. Join to read and send messages.
      </p>
      <p>
        <button type="button" class="button primary" onClick={() => void join()}>
          Join
        </button>{' '}
        <button type="button" class="button" onClick={goToList}>
          Not now
        </button>
      </p>
    </div>
  );
}

function RoomHead(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const { visibility, memberCount, description, frozen, slowModeSeconds, archivedAt } = room.room.value;
  const isDirect = visibility === 'DIRECT';
  const online = [...room.presence.value.values()].filter(
    (presence) => room.members.value.has(presence.userId) && presentStatus(presence, now.value) !== 'OFFLINE',
  ).length;
  const states = [
    visibility === 'PRIVATE' ? 'private' : '',
    archivedAt === null ? '' : 'archived',
    frozen ? 'frozen' : '',
    slowModeSeconds > 0 ? `slow mode: ${durationInWords(slowModeSeconds)}` : '',
  ].filter((state) => state !== '');
  return (
    <header class="room-head">
      <span class="only-narrow">
        <IconButton icon="back" label="Back to rooms" onClick={goToList} />
      </span>
      <div class="room-title">
        <h1>{roomName(room.room.value, chat.me)}</h1>
        <p class="hint">
          {memberCount === 1 ? '1 member' : `${memberCount} members`}, {online} online
          {states.map((state) => (
            <span key={state} class="state">
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
  const count = room.caughtUp.value;
  useEffect(() => {
    const timer = setTimeout(() => (room.caughtUp.value = undefined), CAUGHT_UP_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [count, room]);
  if (state !== 'online') {
    return (
      <p class="bar bar-waiting" role="status">
        {state === 'connecting' ? 'Connecting …' : 'Connection lost. Reconnecting … Messages you send are kept.'}{' '}
        <button type="button" class="link" onClick={() => chat.hurry()}>
          Try now
        </button>
      </p>
    );
  }
  if (room.trouble.value !== undefined) {
    return (
      <p class="bar bar-waiting" role="status">
        {room.trouble.value}
      </p>
    );
  }
  if (count !== undefined) {
    return (
      <p class="bar bar-good" role="status">
        {caughtUpInWords(count)}
      </p>
    );
  }
  return null;
}

function caughtUpInWords(count: number): string {
  if (count === 0) {
    return 'Back online. You did not miss anything.';
  }
  return count === 1 ? 'Back online: 1 new message.' : `Back online: ${count} new messages.`;
}

function TypingLine(): JSX.Element {
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
      {isNew ? inOneLine(last) : ''}
    </p>
  );
}
