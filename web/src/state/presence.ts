/** Presence: the user's heartbeat, and the status of others by the time of their last heartbeat. */
import { signal } from '@preact/signals';
import { heartbeatSeconds, offlineSeconds } from '../../../contract/limits.json';
import type { ApiClient } from '../api/client';
import { UpdatePresence } from '../api/operations';
import type { PresenceStatus } from '../api/operations';
import type { Presence } from './types';

const HEARTBEAT_MILLISECONDS = heartbeatSeconds * 1_000;

/** The status that the user selected for when the page is visible. */
export type SelectedStatus = Exclude<PresenceStatus, 'OFFLINE'>;

export class Heartbeat {
  readonly selectedStatus = signal<SelectedStatus>('ONLINE');

  readonly #api: ApiClient;
  readonly #onHeadSeq: (roomId: string, headSeq: number) => void;
  readonly #timer = setInterval(() => void this.send(), HEARTBEAT_MILLISECONDS);
  #roomId: string | undefined;

  /** @param onHeadSeq is called with the highest sequence number of the open room. */
  constructor(api: ApiClient, onHeadSeq: (roomId: string, headSeq: number) => void) {
    this.#api = api;
    this.#onHeadSeq = onHeadSeq;
    document.addEventListener('visibilitychange', this.#visibilityChanged);
  }

  setRoom(roomId: string | undefined): void {
    this.#roomId = roomId;
    void this.send();
  }

  selectStatus(status: SelectedStatus): void {
    this.selectedStatus.value = status;
    void this.send();
  }

  async send(): Promise<void> {
    const roomId = this.#roomId;
    const status = document.visibilityState === 'hidden' ? 'AWAY' : this.selectedStatus.value;
    try {
      const { headSeq } = await this.#api.request(UpdatePresence, { status, chatRoomId: roomId ?? null });
      if (roomId !== undefined && headSeq !== null) {
        this.#onHeadSeq(roomId, headSeq);
      }
    } catch {
      // The next heartbeat repeats it; the state of the connection is displayed elsewhere.
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#visibilityChanged);
    await this.#api.request(UpdatePresence, { status: 'OFFLINE', chatRoomId: this.#roomId ?? null }).catch(() => undefined);
  }

  #visibilityChanged = (): void => void this.send();
}

/** Returns the status of a user; offline if the last heartbeat is older than `offlineSeconds`. */
export function effectiveStatus(presence: Presence | undefined, now: number): PresenceStatus {
  const lastSeenAt = presence?.lastSeenAt ?? undefined;
  const isRecent = lastSeenAt !== undefined && now - Date.parse(lastSeenAt) <= offlineSeconds * 1_000;
  return presence !== undefined && isRecent ? presence.status : 'OFFLINE';
}
