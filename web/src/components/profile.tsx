/** The user's profile: status, user ID, and sign-out. */
import type { JSX } from 'preact';
import { attempt, showNotice } from '../state/notices';
import { dialog } from '../state/panels';
import type { SelectedStatus } from '../state/presence';
import { endSession } from '../state/session';
import { Avatar, IconButton } from './basics';
import { useChat } from './context';
import { Dialog } from './dialog';

const STATUSES: readonly (readonly [SelectedStatus, string])[] = [
  ['ONLINE', 'Online'],
  ['AWAY', 'Away'],
  ['BUSY', 'Busy'],
];

export function Profile(): JSX.Element {
  const { me, heartbeat } = useChat();
  const copyId = (): Promise<boolean> =>
    attempt(async () => {
      await navigator.clipboard.writeText(me.id);
      showNotice('User ID copied. Others can use it to message or invite you.');
    });
  return (
    <Dialog title="Profile">
      <div class="profile">
        <Avatar id={me.id} name={me.displayName} />
        <p class="profile-name">
          <strong>{me.displayName}</strong>
          <span class="hint">{me.groups.join(', ')}</span>
        </p>
      </div>
      <p class="profile-id">
        <span class="hint">User ID</span>
        <code>{me.id}</code>
        <IconButton icon="copy" label="Copy user ID" onClick={() => void copyId()} />
      </p>
      <fieldset>
        <legend>Status</legend>
        {STATUSES.map(([status, text]) => (
          <label key={status} class="choice">
            <input
              type="radio"
              name="status"
              checked={heartbeat.selectedStatus.value === status}
              onChange={() => heartbeat.selectStatus(status)}
            />{' '}
            {text}
          </label>
        ))}
      </fieldset>
      <p class="dialog-actions">
        <button type="button" class="button" onClick={() => (dialog.value = { kind: 'account data' })}>
          Your data
        </button>
        <button type="button" class="button" onClick={() => void endSession()}>
          Sign out
        </button>
      </p>
    </Dialog>
  );
}
