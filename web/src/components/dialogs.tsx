/** The open dialog, if any. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { reasonLength } from '../../../contract/limits.json';
import { attempt } from '../state/notices';
import { dialog } from '../state/panels';
import type { Dialog as OpenDialog } from '../state/panels';
import { BrowseRooms } from './browse-rooms';
import { CreateRoom } from './create-room';
import { PersonPicker } from './person-picker';
import { Dialog, DialogActions, closeDialog } from './dialog';
import { readField } from './fields';
import { AccountDataDialog } from './account-data';
import { Profile } from './profile';

export function Dialogs(): JSX.Element | null {
  const open = dialog.value;
  switch (open?.kind) {
    case undefined:
      return null;
    case 'create room':
      return <CreateRoom />;
    case 'browse rooms':
      return <BrowseRooms />;
    case 'direct room':
      return <PersonPicker purpose="message" />;
    case 'invite':
      return <PersonPicker purpose="invite" />;
    case 'profile':
      return <Profile />;
    case 'account data':
      return <AccountDataDialog />;
    case 'reason':
      return <ReasonDialog key={open.title} open={open} />;
  }
}

function ReasonDialog({ open }: { readonly open: Extract<OpenDialog, { kind: 'reason' }> }): JSX.Element {
  const [reason, setReason] = useState('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await attempt(() => open.onSubmit(reason.trim()))) {
      closeDialog();
    }
  };
  return (
    <Dialog title={open.title}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{open.explanation}</p>
        <label class="field">
          Reason{open.isRequired ? '' : ' (optional)'}
          <textarea
            rows={2}
            required={open.isRequired}
            value={reason}
            onInput={(event) => setReason(readField(event.currentTarget, reasonLength))}
          />
        </label>
        <DialogActions submit={open.action} />
      </form>
    </Dialog>
  );
}
