/** The dialog for data export and account deletion. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { attempt, showNotice } from '../state/notices';
import { AccountData } from '../state/account-data';
import type { PrivacyJob } from '../state/account-data';
import { endSession } from '../state/session';
import { formatFileSize } from './attachments';
import { Loading } from './basics';
import { useChat } from './context';
import { Dialog } from './dialog';

const CONFIRMATION = 'delete my account';

export function AccountDataDialog(): JSX.Element {
  const { api } = useChat();
  const data = useMemo(() => new AccountData(api), [api]);
  useEffect(() => {
    void attempt(() => data.watch());
    return () => data.stop();
  }, [data]);
  return (
    <Dialog title="Your data">
      <fieldset>
        <legend>Export your data</legend>
        <Export data={data} />
      </fieldset>
      <Deletion data={data} />
    </Dialog>
  );
}

function Export({ data }: { readonly data: AccountData }): JSX.Element {
  const job = data.export.value;
  if (job === undefined) {
    return <Loading label="your export" />;
  }
  const isRunning = job !== null && job.status !== 'COMPLETED';
  return (
    <>
      <p>Download your profile, rooms, messages, reactions, reports, notifications and files.</p>
      {job !== null && <Progress job={job} />}
      <button type="button" class="button" disabled={isRunning} onClick={() => void attempt(() => data.requestExport())}>
        Export my data
      </button>
    </>
  );
}

function Progress({ job }: { readonly job: PrivacyJob }): JSX.Element {
  if (job.status !== 'COMPLETED') {
    return (
      <p role="status">
        Export in progress: {job.roomCount} {job.roomCount === 1 ? 'room' : 'rooms'} so far. You can close this and come back later.
      </p>
    );
  }
  return (
    <ul aria-label="Archives">
      {job.downloads.map(({ name, size, url }) => (
        <li key={name}>
          <a href={url} download={name}>
            {name}
          </a>{' '}
          <span class="hint">{formatFileSize(size)}</span>
        </li>
      ))}
    </ul>
  );
}

function Deletion({ data }: { readonly data: AccountData }): JSX.Element {
  const [typed, setTyped] = useState('');
  const isConfirmed = typed.trim().toLowerCase() === CONFIRMATION;
  const deleteAccount = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isConfirmed && (await attempt(() => data.deleteAccount()))) {
      showNotice('Your account is being deleted.');
      await attempt(endSession);
    }
  };
  return (
    <form onSubmit={(event) => void deleteAccount(event)}>
      <fieldset>
        <legend>Delete account</legend>
        <p>
          This cannot be undone. You leave all rooms, and your name, reactions, notifications and files are deleted. Your
          messages are deleted or remain without your name, depending on the settings of this chat.
        </p>
        <label class="field">
          Type “{CONFIRMATION}” to confirm
          <input autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button dangerous" disabled={!isConfirmed}>
          Delete my account
        </button>
      </fieldset>
    </form>
  );
}
