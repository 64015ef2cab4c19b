/** The user's own data: to have, and to leave behind nothing of. */
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
        <legend>Have it</legend>
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
      <p>Your profile, rooms, messages, reactions, reports, notifications and files, as archives to download.</p>
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
        Being gathered: {job.roomCount} {job.roomCount === 1 ? 'room' : 'rooms'} so far. You can close this and come back.
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
        <legend>Delete the account</legend>
        <p>
          For good: you leave all rooms, and your name, reactions, notifications and files go. Messages stay without your
          name, or go, as this chat is set up. Nobody can undo it.
        </p>
        <label class="field">
          Type “{CONFIRMATION}”
          <input autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button dangerous" disabled={!isMeant}>
          Delete my account
        </button>
      </fieldset>
    </form>
  );
}
