/** Users known to the user: by design, the API has no list of all users. */
import { signal } from '@preact/signals';
import { pageSizeMaximum } from '../../../contract/limits.json';
import type { ApiClient } from '../api/client';
import { RoomMembers } from '../api/operations';
import { allPages } from '../api/pages';
import type { Membership, MyRoom } from './types';

export interface Person {
  readonly userId: string;
  readonly displayName: string;
}

const MAX_ROOMS = 20;

export class People {
  readonly known = signal<ReadonlyMap<string, Person>>(new Map());

  readonly #api: ApiClient;
  readonly #loadedRoomIds = new Set<string>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  add(people: Iterable<Person>): void {
    const known = new Map(this.known.value);
    for (const { userId, displayName } of people) {
      known.set(userId, { userId, displayName });
    }
    this.known.value = known;
  }

  /** Reads the members of the most active rooms, each room once. */
  async loadMembers(rooms: readonly MyRoom[]): Promise<void> {
    const notLoaded = rooms.slice(0, MAX_ROOMS).filter(({ chatRoom }) => !this.#loadedRoomIds.has(chatRoom.id));
    await Promise.all(
      notLoaded.map(async ({ chatRoom }) => {
        this.#loadedRoomIds.add(chatRoom.id);
        this.add(await roomMembers(this.#api, chatRoom.id));
      }),
    );
  }
}

/** Reads the active members of a room, up to a thousand. */
export function roomMembers(api: ApiClient, chatRoomId: string): Promise<Membership[]> {
  return allPages((nextToken) => api.request(RoomMembers, { chatRoomId, limit: pageSizeMaximum, nextToken }));
}
