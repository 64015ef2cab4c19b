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

const MOST_ROOMS = 20;

export class People {
  readonly known = signal<ReadonlyMap<string, Person>>(new Map());

  readonly #api: ApiClient;
  readonly #readRooms = new Set<string>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  meet(people: Iterable<Person>): void {
    const known = new Map(this.known.value);
    for (const { userId, displayName } of people) {
      known.set(userId, { userId, displayName });
    }
    this.known.value = known;
  }

  /** Reads the members of the most active rooms, each room once. */
  async meetMembers(rooms: readonly MyRoom[]): Promise<void> {
    const unread = rooms.slice(0, MOST_ROOMS).filter(({ chatRoom }) => !this.#readRooms.has(chatRoom.id));
    await Promise.all(
      unread.map(async ({ chatRoom }) => {
        this.#readRooms.add(chatRoom.id);
        this.meet(await roomMembers(this.#api, chatRoom.id));
      }),
    );
  }
}

/** Reads the active members of a room, up to a thousand. */
export function roomMembers(api: ApiClient, chatRoomId: string): Promise<Membership[]> {
  return allPages((nextToken) => api.ask(RoomMembers, { chatRoomId, limit: pageSizeMaximum, nextToken }));
}
