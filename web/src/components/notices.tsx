/** Temporary notices at the edge of the window. */
import type { JSX } from 'preact';
import { dismiss, notices } from '../state/notices';
import { IconButton } from './basics';

export function Notices(): JSX.Element {
  return (
    <div class="notices" role="region" aria-label="Notices" aria-live="polite">
      {notices.value.map(({ id, text, isTrouble }) => (
        <p key={id} class={isTrouble ? 'notice notice-trouble' : 'notice'} role={isTrouble ? 'alert' : 'status'}>
          <span>{text}</span>
          <IconButton icon="close" label="Dismiss" onClick={() => dismiss(id)} />
        </p>
      ))}
    </div>
  );
}
