/** A system message, such as that a member joined. */
import type { JSX } from 'preact';
import type { Message } from '../sync/room-view';
import { systemText } from './system-events';
import { clockTime, fullTime } from './times';

interface SystemMessageProps {
  readonly message: Message;
  readonly position: number;
}

export function SystemMessage({ message, position }: SystemMessageProps): JSX.Element {
  return (
    <article
      class="message message-system"
      tabIndex={0}
      aria-label={`System message, ${clockTime(message.createdAt)}`}
      aria-posinset={position}
      aria-setsize={-1}
    >
      <p title={fullTime(message.createdAt)}>{systemText(message)}</p>
    </article>
  );
}
