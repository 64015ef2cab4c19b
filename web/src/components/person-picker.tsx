/** The dialog that selects a user to message or to invite: a member of the user's rooms, or any user by id. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { InviteToChatRoom, OpenDirectRoom } from '../api/operations';
import { goToRoom } from '../state/navigation';
import { attempt, showNotice } from '../state/notices';
import type { Person } from '../state/people';
import { Avatar } from './basics';
import { useChat } from './context';
import { Dialog, closeDialog } from './dialog';

const USER_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export function PersonPicker({ purpose }: { readonly purpose: 'message' | 'invite' }): JSX.Element {
  const chat = useChat();
  const [query, setQuery] = useState('');
  useEffect(() => void attempt(() => chat.people.loadMembers(chat.rooms.rooms.value ?? [])), [chat]);
  const choose = async (userId: string): Promise<void> => {
    const action = purpose === 'message' ? () => sendMessage(userId) : () => invite(userId);
    if (await attempt(action)) {
      closeDialog();
    }
  };
  const sendMessage = async (userId: string): Promise<void> => {
    const { id } = await chat.api.request(OpenDirectRoom, { userId });
    await chat.rooms.refresh();
    goToRoom(id);
  };
  const invite = async (userId: string): Promise<void> => {
    const room = chat.openRoom.value;
    if (room !== undefined) {
      await chat.api.request(InviteToChatRoom, { chatRoomId: room.id, userId });
      showNotice('Invitation sent.');
    }
  };
  const people = matchingCandidates([...chat.people.known.value.values()], query, excludedIds(chat.me.id, purpose, chat.openRoom.value));
  return (
    <Dialog title={purpose === 'message' ? 'New message' : 'Invite people'}>
      <label class="field">
        Name or user ID
        <input type="search" value={query} onInput={(event) => setQuery(event.currentTarget.value.trim())} />
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
              aria-label={`${purpose === 'message' ? 'Message' : 'Invite'} ${displayName}`}
              onClick={() => void choose(userId)}
            >
              {purpose === 'message' ? 'Message' : 'Invite'}
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

function excludedIds(myId: string, purpose: string, room: { members: { value: ReadonlyMap<string, unknown> } } | undefined): Set<string> {
  return new Set([myId, ...(purpose === 'invite' ? (room?.members.value.keys() ?? []) : [])]);
}

function matchingCandidates(people: readonly Person[], query: string, excluded: ReadonlySet<string>): Person[] {
  if (USER_ID.test(query)) {
    return [people.find(({ userId }) => userId === query) ?? { userId: query, displayName: query }];
  }
  const text = query.toLocaleLowerCase();
  return people
    .filter(({ userId, displayName }) => !excluded.has(userId) && displayName.toLocaleLowerCase().includes(text))
    .sort((a, b) => a.displayName.localeCompare(b.displayName));
}
