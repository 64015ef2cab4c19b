/** What asks for an answer before anything else goes on: native dialogs, with their focus and Escape. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { attempt } from '../state/notices';
import { dialog } from '../state/panels';
import type { Dialog as OpenDialog } from '../state/panels';
import { IconButton } from './basics';
import { BrowseRooms } from './browse-rooms';
import { CreateRoom } from './create-room';
import { ChoosePerson } from './choose-person';
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
      return <ChoosePerson purpose="write" />;
    case 'invite':
      return <ChoosePerson purpose="invite" />;
    case 'profile':
      return <Profile />;
    case 'reason':
      return <Reason key={open.title} open={open} />;
  }
}

export function closeDialog(): void {
  dialog.value = undefined;
}

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Dialog({ title, children }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog ref={element} aria-label={title} onClose={closeDialog}>
      <header class="dialog-head">
        <h2>{title}</h2>
        <IconButton icon="close" label="Close" onClick={closeDialog} />
      </header>
      {children}
    </dialog>
  );
}

function Reason({ open }: { readonly open: Extract<OpenDialog, { kind: 'reason' }> }): JSX.Element {
  const [reason, setReason] = useState('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await attempt(() => open.act(reason.trim()))) {
      closeDialog();
    }
  };
  return (
    <Dialog title={open.title}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{open.explanation}</p>
        <label class="field">
          Reason{open.isRequired ? '' : ' (may be left out)'}
          <textarea
            rows={2}
            maxLength={512}
            required={open.isRequired}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <p class="dialog-actions">
          <button type="button" class="button" onClick={closeDialog}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            {open.action}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
