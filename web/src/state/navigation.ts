/** The open room, stored in the URL fragment (`#/room/<id>`), so that reloading and "back" work. */
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
