/** Where the user is, kept in the address so that a reload and the browser's "back" work: `#/room/<id>`. */
import { signal } from '@preact/signals';

export interface Place {
  readonly roomId: string | undefined;
}

export const place = signal<Place>(read());

addEventListener('hashchange', () => {
  place.value = read();
});

export function goToRoom(roomId: string): void {
  location.hash = `/room/${encodeURIComponent(roomId)}`;
}

export function goToList(): void {
  location.hash = '/';
}

function read(): Place {
  const found = /^#\/room\/(.+)$/.exec(location.hash);
  return { roomId: found?.[1] === undefined ? undefined : decodeURIComponent(found[1]) };
}
