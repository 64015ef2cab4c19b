/** What the backend tells of the room: who came and went, what it is called now. */
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
      aria-label={`Told by the room, ${clockTime(message.createdAt)}`}
      aria-posinset={position}
      aria-setsize={-1}
    >
      <p title={fullTime(message.createdAt)}>{systemText(message)}</p>
    </article>
  );
}
