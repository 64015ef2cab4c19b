/** The dialog that selects a user to message or to invite: a member of the user's rooms, or any user by id. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { InviteToChatRoom, OpenDirectRoom } from '../api/operations';
import { goToRoom } from '../state/navigation';
import { attempt, tell } from '../state/notices';
import type { Person } from '../state/people';
import { Avatar } from './basics';
import { useChat } from './context';
import { Dialog, closeDialog } from './dialog';

const USER_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export function ChoosePerson({ purpose }: { readonly purpose: 'write' | 'invite' }): JSX.Element {
  const chat = useChat();
  const [wanted, setWanted] = useState('');
  useEffect(() => void attempt(() => chat.people.meetMembers(chat.rooms.rooms.value ?? [])), [chat]);
  const choose = async (userId: string): Promise<void> => {
    const act = purpose === 'write' ? () => write(userId) : () => invite(userId);
    if (await attempt(act)) {
      closeDialog();
    }
  };
  const write = async (userId: string): Promise<void> => {
    const { id } = await chat.api.ask(OpenDirectRoom, { userId });
    await chat.rooms.refresh();
    goToRoom(id);
  };
  const invite = async (userId: string): Promise<void> => {
    const room = chat.openRoom.value;
    if (room !== undefined) {
      await chat.api.ask(InviteToChatRoom, { chatRoomId: room.id, userId });
      tell('Invitation sent.');
    }
  };
  const people = candidates([...chat.people.known.value.values()], wanted, excluded(chat.me.id, purpose, chat.openRoom.value));
  return (
    <Dialog title={purpose === 'write' ? 'New message' : 'Invite people'}>
      <label class="field">
        Name or user ID
        <input type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value.trim())} />
      </label>
      <ul class="people">
        {people.map(({ userId, displayName }) => (
          <li key={userId} class="person">
            <Avatar id={userId} name={displayName} />
            <span class="person-text">
              <span class="person-name">{displayName}</span>
            </span>
            <button
              type="button"
              class="button small"
              aria-label={`${purpose === 'write' ? 'Message' : 'Invite'} ${displayName}`}
              onClick={() => void choose(userId)}
            >
              {purpose === 'write' ? 'Message' : 'Invite'}
            </button>
          </li>
        ))}
      </ul>
      {people.length === 0 && (
        <p class="hint">Members of your rooms are listed here. To find someone else, enter the user ID from their profile.</p>
      )}
    </Dialog>
  );
}

function excluded(myId: string, purpose: string, room: { members: { value: ReadonlyMap<string, unknown> } } | undefined): Set<string> {
  return new Set([myId, ...(purpose === 'invite' ? (room?.members.value.keys() ?? []) : [])]);
}

function candidates(people: readonly Person[], wanted: string, without: ReadonlySet<string>): Person[] {
  if (USER_ID.test(wanted)) {
    return [people.find(({ userId }) => userId === wanted) ?? { userId: wanted, displayName: wanted }];
  }
  const text = wanted.toLocaleLowerCase();
  return people
    .filter(({ userId, displayName }) => !without.has(userId) && displayName.toLocaleLowerCase().includes(text))
    .sort((one, other) => one.displayName.localeCompare(other.displayName));
}
