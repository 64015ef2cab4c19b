/** Temporary notices at the edge of the window. */
import type { JSX } from 'preact';
import { dismiss, notices } from '../state/notices';
import { IconButton } from './basics';

export function Notices(): JSX.Element {
  return (
    <div class="notices" role="region" aria-label="Notices" aria-live="polite">
      {notices.value.map(({ id, text, isError }) => (
        <p key={id} class={isError ? 'notice notice-error' : 'notice'} role={isError ? 'alert' : 'status'}>
          <span>{text}</span>
          <IconButton icon="close" label="Dismiss" onClick={() => dismiss(id)} />
        </p>
      ))}
    </div>
  );
}
