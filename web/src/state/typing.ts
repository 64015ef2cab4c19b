/** Typing indicators of the open room: receiving those of others and sending the user's. */
import { computed, signal } from '@preact/signals';
import { typingRepeatSeconds } from '../../../contract/limits.json';
import type { ApiClient } from '../api/client';
import { StartTyping, StopTyping } from '../api/operations';
import type { Incomplete } from '../sync/room-view';
import { now } from './clock';
import type { TypingIndicator } from './types';

const REPEAT_MILLISECONDS = typingRepeatSeconds * 1_000;

export class Typing {
  /** The names of other users who are typing. */
  readonly names = computed(() =>
    [...this.#indicators.value.values()]
      .filter(({ expiresAt }) => Date.parse(expiresAt) > now.value)
      .map(({ displayName }) => displayName),
  );

  readonly #indicators = signal<ReadonlyMap<string, TypingIndicator>>(new Map());
  readonly #api: ApiClient;
  readonly #chatRoomId: string;
  readonly #myId: string;
  #toldAt = 0;

  constructor(api: ApiClient, chatRoomId: string, myId: string) {
    this.#api = api;
    this.#chatRoomId = chatRoomId;
    this.#myId = myId;
  }

  started(indicator: Incomplete<TypingIndicator> | null | undefined): void {
    const { userId, displayName, expiresAt, chatRoomId } = indicator ?? {};
    if (userId && displayName && expiresAt && chatRoomId && userId !== this.#myId) {
      this.#indicators.value = new Map(this.#indicators.value).set(userId, { userId, displayName, expiresAt, chatRoomId });
    }
  }

  /** Also called when a message of the user arrives. */
  stopped(userId: string | null | undefined): void {
    if (userId && this.#indicators.value.has(userId)) {
      const left = new Map(this.#indicators.value);
      left.delete(userId);
      this.#indicators.value = left;
    }
  }

  /** Called when the user changes the text; sends an indicator at most every ten seconds. */
  write(text: string): void {
    if (text.trim() === '') {
      this.#stop();
    } else if (Date.now() - this.#toldAt >= REPEAT_MILLISECONDS) {
      this.#toldAt = Date.now();
      void this.#api.ask(StartTyping, { chatRoomId: this.#chatRoomId }).catch(() => undefined);
    }
  }

  /** Called when the message is sent, which ends the indicator. */
  sent(): void {
    this.#toldAt = 0;
  }

  #stop(): void {
    if (this.#toldAt > 0) {
      this.#toldAt = 0;
      void this.#api.ask(StopTyping, { chatRoomId: this.#chatRoomId }).catch(() => undefined);
    }
  }
}
