/** Room settings: the user's notifications and, with permission, the properties of the room. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { roomDescriptionLength, roomNameLength } from '../../../contract/limits.json';
import { ArchiveChatRoom, LeaveChatRoom, UpdateChatRoom, UpdateNotificationPreference } from '../api/operations';
import type { NotificationLevel, UpdateChatRoomInput } from '../api/operations';
import { goToRoomList } from '../state/navigation';
import { attempt, showNotice } from '../state/notices';
import { dialog } from '../state/panels';
import { useChat, useRoom } from './context';
import { readField } from './fields';
import { Panel } from './panel';
import { formatDuration } from './times';

const LEVELS: readonly (readonly [NotificationLevel, string])[] = [
  ['ALL', 'Mentions, replies and direct messages'],
  ['MENTIONS', 'Mentions only'],
  ['NONE', 'Nothing'],
];

const SLOW_MODES: readonly (readonly [number, string])[] = [
  [0, 'Off'],
  [5, '5 seconds'],
  [30, '30 seconds'],
  [60, '1 minute'],
  [300, '5 minutes'],
  [3_600, '1 hour'],
];

export function SettingsPanel(): JSX.Element {
  const room = useRoom();
  const isDirect = room.room.value.visibility === 'DIRECT';
  const isOpen = room.room.value.archivedAt === null;
  return (
    <Panel title="Room settings">
      <div class="panel-body">
        {room.membership.value !== undefined && <NotificationChoice />}
        {room.isModerator.value && !isDirect && isOpen && <Restrictions />}
        {(room.isOwner.value || room.isGlobalModerator) && !isDirect && isOpen && <RoomDetails />}
        {!isDirect && <LeaveOrArchive />}
      </div>
    </Panel>
  );
}

function NotificationChoice(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const current = chat.rooms.find(room.id)?.notificationPreference.level ?? 'ALL';
  const selectLevel = (level: NotificationLevel): Promise<boolean> =>
    attempt(async () => {
      const input = { chatRoomId: room.id, level };
      chat.rooms.updatePreference(await chat.api.request(UpdateNotificationPreference, { input }));
    });
  return (
    <fieldset>
      <legend>Notify me about</legend>
      {LEVELS.map(([level, text]) => (
        <label key={level} class="choice">
          <input type="radio" name="level" checked={current === level} onChange={() => void selectLevel(level)} /> {text}
        </label>
      ))}
    </fieldset>
  );
}

/** Changes settings of the room, and displays the result immediately. */
function useUpdate(): (change: Omit<UpdateChatRoomInput, 'id'>) => Promise<boolean> {
  const chat = useChat();
  const room = useRoom();
  return (change) =>
    attempt(async () => room.setRoom(await chat.api.request(UpdateChatRoom, { input: { id: room.id, ...change } })));
}

function Restrictions(): JSX.Element {
  const room = useRoom();
  const update = useUpdate();
  const { frozen, slowModeSeconds } = room.room.value;
  const options = SLOW_MODES.some(([seconds]) => seconds === slowModeSeconds)
    ? SLOW_MODES
    : [...SLOW_MODES, [slowModeSeconds, formatDuration(slowModeSeconds)] as const];
  return (
    <fieldset>
      <legend>Restrictions</legend>
      <label class="choice">
        <input type="checkbox" checked={frozen} onChange={() => void update({ frozen: !frozen })} /> Frozen: no new
        messages or reactions
      </label>
      <label class="field">
        Slow mode: time between two messages of a member
        <select
          value={String(slowModeSeconds)}
          onChange={(event) => void update({ slowModeSeconds: Number(event.currentTarget.value) })}
        >
          {options.map(([seconds, text]) => (
            <option key={seconds} value={String(seconds)}>
              {text}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

function RoomDetails(): JSX.Element {
  const room = useRoom();
  const update = useUpdate();
  const { name, description, visibility, version } = room.room.value;
  const [newName, setNewName] = useState(name);
  const [newDescription, setNewDescription] = useState(description ?? '');
  const [isPrivate, setIsPrivate] = useState(visibility === 'PRIVATE');
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const change = {
      name: newName,
      description: newDescription,
      visibility: isPrivate ? ('PRIVATE' as const) : ('PUBLIC' as const),
      expectedVersion: version,
    };
    if (await update(change)) {
      showNotice('Saved.');
    }
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <fieldset>
        <legend>About the room</legend>
        <label class="field">
          Name
          <input required value={newName} onInput={(event) => setNewName(readField(event.currentTarget, roomNameLength))} />
        </label>
        <label class="field">
          Description
          <textarea
            rows={3}
            value={newDescription}
            onInput={(event) => setNewDescription(readField(event.currentTarget, roomDescriptionLength))}
          />
        </label>
        <label class="choice">
          <input type="checkbox" checked={isPrivate} onChange={() => setIsPrivate(!isPrivate)} /> Private: visible to
          members only, join by invitation
        </label>
        <button type="submit" class="button primary">
          Save
        </button>
      </fieldset>
    </form>
  );
}

function LeaveOrArchive(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const leave = (): Promise<boolean> =>
    attempt(async () => {
      await chat.api.request(LeaveChatRoom, { chatRoomId: room.id });
      chat.rooms.remove(room.id);
      goToRoomList();
    });
  const openArchiveDialog = (): void => {
    dialog.value = {
      kind: 'reason',
      title: `Archive “${room.room.value.name}”`,
      explanation: 'The room becomes read-only permanently.',
      action: 'Archive',
      isRequired: false,
      onSubmit: async (reason) => room.setRoom(await chat.api.request(ArchiveChatRoom, { id: room.id, reason: reason || null })),
    };
  };
  return (
    <div class="leave-actions">
      {room.membership.value !== undefined && (
        <button type="button" class="button" onClick={() => void leave()}>
          Leave room
        </button>
      )}
      {room.isOwner.value && room.room.value.archivedAt === null && (
        <button type="button" class="button dangerous" onClick={openArchiveDialog}>
          Archive room
        </button>
      )}
    </div>
  );
}
