/** Presence: the user's heartbeat, and the status of others by the time of their last heartbeat. */
import { signal } from '@preact/signals';
import { heartbeatSeconds, offlineSeconds } from '../../../contract/limits.json';
import type { ApiClient } from '../api/client';
import { UpdatePresence } from '../api/operations';
import type { PresenceStatus } from '../api/operations';
import type { Presence } from './types';

const HEARTBEAT_MILLISECONDS = heartbeatSeconds * 1_000;

/** The status that the user selected for when the page is visible. */
export type ChosenStatus = Exclude<PresenceStatus, 'OFFLINE'>;

export class Heartbeat {
  readonly chosen = signal<ChosenStatus>('ONLINE');

  readonly #api: ApiClient;
  readonly #headSeq: (roomId: string, headSeq: number) => void;
  readonly #timer = setInterval(() => void this.beat(), HEARTBEAT_MILLISECONDS);
  #roomId: string | undefined;

  /** @param headSeq is called with the highest sequence number of the open room. */
  constructor(api: ApiClient, headSeq: (roomId: string, headSeq: number) => void) {
    this.#api = api;
    this.#headSeq = headSeq;
    document.addEventListener('visibilitychange', this.#visibilityChanged);
  }

  lookAt(roomId: string | undefined): void {
    this.#roomId = roomId;
    void this.beat();
  }

  choose(status: ChosenStatus): void {
    this.chosen.value = status;
    void this.beat();
  }

  async beat(): Promise<void> {
    const roomId = this.#roomId;
    const status = document.visibilityState === 'hidden' ? 'AWAY' : this.chosen.value;
    try {
      const { headSeq } = await this.#api.ask(UpdatePresence, { status, chatRoomId: roomId ?? null });
      if (roomId !== undefined && headSeq !== null) {
        this.#headSeq(roomId, headSeq);
      }
    } catch {
      // The next heartbeat repeats it; the state of the connection is displayed elsewhere.
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#visibilityChanged);
    await this.#api.ask(UpdatePresence, { status: 'OFFLINE', chatRoomId: this.#roomId ?? null }).catch(() => undefined);
  }

  #visibilityChanged = (): void => void this.beat();
}

/** Returns the status of a user; offline if the last heartbeat is older than two minutes. */
export function presentStatus(presence: Presence | undefined, now: number): PresenceStatus {
  const lastSeenAt = presence?.lastSeenAt ?? undefined;
  const isHeardOf = lastSeenAt !== undefined && now - Date.parse(lastSeenAt) <= offlineSeconds * 1_000;
  return presence !== undefined && isHeardOf ? presence.status : 'OFFLINE';
}
