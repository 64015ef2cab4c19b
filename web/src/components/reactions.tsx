/** The reactions of a message with counts; names are loaded on hover or focus. */
import type { JSX } from 'preact';
import { attempt } from '../state/notices';
import type { Message } from '../sync/room-view';
import { useRoom } from './context';

export function Reactions({ message }: { readonly message: Message }): JSX.Element {
  const room = useRoom();
  const load = (): void => void room.reactors.load(message).catch(() => undefined);
  return (
    <ul class="reactions" onPointerEnter={load} onFocusIn={load}>
      {message.reactions.map(({ emoji, count }) => {
        const names = room.reactors.names(message.id, emoji);
        const isMine = room.reactors.isMine(message.id, emoji);
        return (
          <li key={emoji}>
            <button
              type="button"
              class={isMine ? 'reaction reaction-mine' : 'reaction'}
              aria-pressed={isMine}
              aria-label={`${emoji}, ${count} ${count === 1 ? 'reaction' : 'reactions'}`}
              title={names.join(', ')}
              onClick={() => void attempt(() => room.toggleReaction(message, emoji))}
            >
              <span aria-hidden="true">{emoji}</span> {count}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
