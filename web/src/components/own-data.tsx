/** The dialog for data export and account deletion. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { attempt, tell } from '../state/notices';
import { OwnData } from '../state/own-data';
import type { PrivacyJob } from '../state/own-data';
import { signOutOfChat } from '../state/session';
import { sizeInWords } from './attachments';
import { Loading } from './basics';
import { useChat } from './context';
import { Dialog } from './dialog';

const CONFIRMATION = 'delete my account';

export function OwnDataDialog(): JSX.Element {
  const { api } = useChat();
  const data = useMemo(() => new OwnData(api), [api]);
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

function Export({ data }: { readonly data: OwnData }): JSX.Element {
  const job = data.export.value;
  if (job === undefined) {
    return <Loading what="your export" />;
  }
  const isRunning = job !== null && job.status !== 'COMPLETED';
  return (
    <>
      <p>Download your profile, rooms, messages, reactions, reports, notifications and files.</p>
      {job !== null && <Progress job={job} />}
      <button type="button" class="button" disabled={isRunning} onClick={() => void attempt(() => data.ask())}>
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
          <span class="hint">{sizeInWords(size)}</span>
        </li>
      ))}
    </ul>
  );
}

function Deletion({ data }: { readonly data: OwnData }): JSX.Element {
  const [typed, setTyped] = useState('');
  const isMeant = typed.trim().toLowerCase() === CONFIRMATION;
  const remove = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isMeant && (await attempt(() => data.deleteAccount()))) {
      tell('Your account is being deleted.');
      await attempt(signOutOfChat);
    }
  };
  return (
    <form onSubmit={(event) => void remove(event)}>
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
        <button type="submit" class="button dangerous" disabled={!isMeant}>
          Delete my account
        </button>
      </fieldset>
    </form>
  );
}
