/** The open room, stored in the URL fragment (`#/room/<id>`), so that reloading and "back" work. */
import { signal } from '@preact/signals';

export interface Route {
  readonly roomId: string | undefined;
}

export const route = signal<Route>(read());

addEventListener('hashchange', () => {
  route.value = read();
});

export function goToRoom(roomId: string): void {
  location.hash = `/room/${encodeURIComponent(roomId)}`;
}

export function goToRoomList(): void {
  location.hash = '/';
}

function read(): Route {
  const found = /^#\/room\/(.+)$/.exec(location.hash);
  return { roomId: found?.[1] === undefined ? undefined : decodeURIComponent(found[1]) };
}
