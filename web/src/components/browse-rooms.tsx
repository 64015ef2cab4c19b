/** The dialog that lists and joins public rooms. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { pageSizeMaximum } from '../../../contract/limits.json';
import { errorMessage } from '../api/errors';
import { JoinChatRoom, ListChatRooms } from '../api/operations';
import { allPages } from '../api/pages';
import { goToRoom } from '../state/navigation';
import { attempt } from '../state/notices';
import type { Room } from '../state/types';
import { Avatar, EmptyState, Loading, ErrorMessage } from './basics';
import { useChat } from './context';
import { Dialog, closeDialog } from './dialog';

export function BrowseRooms(): JSX.Element {
  const chat = useChat();
  const [rooms, setRooms] = useState<readonly Room[]>();
  const [error, setError] = useState<string>();
  const [query, setQuery] = useState('');
  useEffect(() => {
    allPages((nextToken) => chat.api.request(ListChatRooms, { limit: pageSizeMaximum, nextToken })).then(setRooms, (error: unknown) =>
      setError(errorMessage(error)),
    );
  }, [chat]);
  const open = async (room: Room): Promise<void> => {
    const succeeded = await attempt(async () => {
      if (chat.rooms.find(room.id) === undefined) {
        await chat.api.request(JoinChatRoom, { chatRoomId: room.id });
        await chat.rooms.refresh();
      }
      goToRoom(room.id);
    });
    if (succeeded) {
      closeDialog();
    }
  };
  const text = query.toLocaleLowerCase();
  const matches = rooms?.filter(({ name, description }) => `${name} ${description ?? ''}`.toLocaleLowerCase().includes(text));
  return (
    <Dialog title="Public rooms">
      <label class="field">
        Search
        <input type="search" value={query} onInput={(event) => setQuery(event.currentTarget.value)} />
      </label>
      {error !== undefined && <ErrorMessage>{error}</ErrorMessage>}
      {matches === undefined && error === undefined && <Loading label="rooms" />}
      {matches?.length === 0 && <EmptyState title="No rooms found.">Try another name, or create a room.</EmptyState>}
      <ul class="people">
        {matches?.map((room) => (
          <li key={room.id} class="person">
            <Avatar id={room.id} name={room.name} />
            <span class="person-text">
              <span class="person-name">{room.name}</span>
              <span class="hint">
                {room.memberCount === 1 ? '1 member' : `${room.memberCount} members`}
                {room.description !== null && `, ${room.description}`}
              </span>
            </span>
            <button type="button" class="button small" onClick={() => void open(room)}>
              {chat.rooms.find(room.id) === undefined ? 'Join' : 'Open'}
              <span class="visually-hidden"> {room.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
