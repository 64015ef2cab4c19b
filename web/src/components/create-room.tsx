/** The dialog that creates a room. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { roomDescriptionLength, roomNameLength } from '../../../contract/limits.json';
import { CreateChatRoom } from '../api/operations';
import { goToRoom } from '../state/navigation';
import { attempt } from '../state/notices';
import { useChat } from './context';
import { Dialog, DialogActions, closeDialog } from './dialog';
import { readField } from './fields';

export function CreateRoom(): JSX.Element {
  const chat = useChat();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [isPrivate, setIsPrivate] = useState(false);
  const create = async (event: Event): Promise<void> => {
    event.preventDefault();
    const succeeded = await attempt(async () => {
      const input = {
        name,
        visibility: isPrivate ? ('PRIVATE' as const) : ('PUBLIC' as const),
        ...(description.trim() === '' ? {} : { description }),
      };
      const room = await chat.api.request(CreateChatRoom, { input });
      await chat.rooms.refresh();
      goToRoom(room.id);
    });
    if (succeeded) {
      closeDialog();
    }
  };
  return (
    <Dialog title="New room">
      <form onSubmit={(event) => void create(event)}>
        <label class="field">
          Name
          <input required value={name} onInput={(event) => setName(readField(event.currentTarget, roomNameLength))} />
        </label>
        <label class="field">
          Description (optional)
          <textarea rows={2} value={description} onInput={(event) => setDescription(readField(event.currentTarget, roomDescriptionLength))} />
        </label>
        <label class="choice">
          <input type="checkbox" checked={isPrivate} onChange={() => setIsPrivate(!isPrivate)} /> Private: visible to
          members only, join by invitation
        </label>
        <DialogActions submit="Create room" />
      </form>
    </Dialog>
  );
}
